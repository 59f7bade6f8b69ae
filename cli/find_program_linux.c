/* SPDX-License-Identifier: MIT
 *
 * Finds a program as a shell does. See find_program_linux.h.
 */
#include "find_program_linux.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Makes the full path: the real path of the folder, and the name as it was given. A rule names a
 * path without symbolic links, while many programs depend on the name by which they were called.
 * Result: allocated, to be freed; NULL with errno.
 */
static char *full_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL   ? NULL
                   : slash == path ? strdup("/")
                                   : strndup(path, (size_t)(slash - path));
    char *whole = folder != NULL ? realpath(folder, NULL) : NULL;
    char *result = NULL;

    free(folder);
    if (whole != NULL &&
        asprintf(&result, "%s/%s", strcmp(whole, "/") == 0 ? "" : whole, slash + 1) < 0) {
        result = NULL;
    }
    free(whole);
    return result;
}

bool up_is_program(const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        /* A folder of PATH that cannot be searched tells nothing about the program. */
        errno = ENOENT;
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        errno = EACCES;
        return false;
    }
    return access(path, X_OK) == 0;
}

/* Looks in one folder of PATH; an empty one is the current folder. Result: as of full_path. */
static char *look_in(const char *folder, size_t length, const char *name)
{
    char *path = NULL, *found = NULL;

    if (asprintf(&path, "%.*s/%s", length > 0 ? (int)length : 1, length > 0 ? folder : ".", name) <
        0) {
        return NULL;
    }
    if (up_is_program(path)) {
        found = full_path(path);
    }
    free(path);
    return found;
}

char *up_find_program(const char *name)
{
    const char *at = getenv("PATH");
    int error = ENOENT;

    if (strchr(name, '/') != NULL) {
        return full_path(name);
    }
    at = at != NULL ? at : "/usr/local/bin:/usr/bin:/bin";
    for (;;) {
        const size_t length = strcspn(at, ":");
        char *found = name[0] != '\0' ? look_in(at, length, name) : NULL;

        if (found != NULL) {
            return found;
        }
        error = errno == EACCES && name[0] != '\0' ? EACCES : error;
        if (at[length] == '\0') {
            errno = error;
            return NULL;
        }
        at += length + 1;
    }
}
