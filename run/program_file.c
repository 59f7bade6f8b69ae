/* SPDX-License-Identifier: MIT
 *
 * program_file.h: by descriptors from the root on, so that no name is looked up twice. policy/program_file_linux.c says in words
 * what is wrong with a path.
 */
#include "program_file.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Not on what users may mount, FUSE and sticks, which say of owner and mode what their makers like: that is always nosuid. */
static bool is_roots_alone(int file, mode_t type)
{
    struct stat status;
    struct statvfs system;

    return fstat(file, &status) == 0 && (status.st_mode & S_IFMT) == type && status.st_uid == 0 &&
           (status.st_mode & (S_IWGRP | S_IWOTH)) == 0 && fstatvfs(file, &system) == 0 &&
           (system.f_flag & ST_NOSUID) == 0;
}

int up_program_file_open(const char *path)
{
    char name[256], magic[4];
    int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), next;
    bool is_last;

    while (at >= 0 && is_roots_alone(at, S_IFDIR)) {
        size_t length = strcspn(++path, "/");

        if (length == 0 || length >= sizeof name) {
            break;
        }
        memcpy(name, path, length);
        name[length] = '\0';
        path += length;
        is_last = *path == '\0';
        if (strcmp(name, "..") == 0 || strcmp(name, ".") == 0) {
            break;
        }
        next = openat(at, name,
                      O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | (is_last ? O_RDONLY : O_PATH | O_DIRECTORY));
        close(at);
        at = next;
        if (is_last && at >= 0) {
            if (is_roots_alone(at, S_IFREG) && pread(at, magic, sizeof magic, 0) == sizeof magic &&
                memcmp(magic, "\177ELF", sizeof magic) == 0) {
                return at;
            }
            break;
        }
    }
    if (at >= 0) {
        close(at);
    }
    return -1;
}
