/* SPDX-License-Identifier: MIT
 *
 * Makes device names for Wine (wine_devices.h). It replaces nothing, creates only links, and only
 * in a folder that belongs to the user: under sudo, the environment variables are often still those
 * of somebody else.
 */
#include "wine_devices.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

#define NAME_BYTES 33u
#define NOWHERE    "/dev/null"

/*
 * Reads the next name of the list in lower case, and moves *list behind it. Result: its length; 0
 * at the end.
 */
static size_t next_name(const char **list, char name[NAME_BYTES])
{
    const char *at = *list + strspn(*list, ", ");
    const size_t length = strcspn(at, ", ");
    size_t i;

    for (i = 0; i < length && i < NAME_BYTES - 1; i++) {
        name[i] = (char)tolower((unsigned char)at[i]);
    }
    name[i] = '\0';
    *list = at + length;
    return length;
}

/*
 * Is it a name of letters, digits, '_' and '-', and not a DOS device, some of which Wine makes
 * itself?
 */
static bool is_device(const char *name, size_t length)
{
    static const char *const others[] = {"con", "prn",  "aux",      "nul",
                                         "unc", "pipe", "mailslot", "global"};
    size_t i;

    if (length >= NAME_BYTES || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") != length ||
        ((strncmp(name, "com", 3) == 0 || strncmp(name, "lpt", 3) == 0) &&
         strspn(name + 3, "0123456789") == length - 3)) {
        return false;
    }
    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(name, others[i]) == 0) {
            return false;
        }
    }
    return true;
}

bool up_wine_devices_are_names(const char *list)
{
    const char *at = list;
    char name[NAME_BYTES];
    size_t length, count;

    for (count = 0; (length = next_name(&at, name)) > 0; count++) {
        if (!is_device(name, length)) {
            (void)up_usage(
                "--wine-devices: \"%.*s\" is no name of a driver's device, such as giveio",
                (int)length, at - length);
            return false;
        }
    }
    if (count == 0) {
        (void)up_usage("--wine-devices: the list is empty");
    }
    return count > 0;
}

static bool fail(int code, const char *advice, const char *what, const char *name)
{
    struct up_error_detail problem;

    up_error_detail_set(&problem, (uint32_t)code, advice, what, name);
    (void)up_failed(&problem);
    return false;
}

/* Finds the folder dosdevices. Result: false if there is none; the reason has been reported. */
static bool find_folder(char *path, size_t size)
{
    const char *prefix = getenv("WINEPREFIX"), *home = getenv("HOME");
    const bool is_named = prefix != NULL && prefix[0] != '\0';
    const char *from = is_named ? prefix : home;
    const int length = from != NULL && from[0] == '/'
                           ? snprintf(path, size, "%s%s/dosdevices", from, is_named ? "" : "/.wine")
                           : -1;

    if (length < 0 || (size_t)length >= size) {
        return fail(0, NULL, "--wine-devices: the variable %s has no path from / on",
                    is_named ? "WINEPREFIX" : "HOME");
    }
    return true;
}

/* Makes one link. Result: false if it failed; the reason has been reported. */
static bool make(int folder, const char *path, const char *name)
{
    char to[PATH_MAX] = "", text[2 * PATH_MAX + 100];

    if (symlinkat(NOWHERE, folder, name) == 0) {
        up_note("%s/%s leads to " NOWHERE " from now on: programs in Wine can open \\\\.\\%s", path,
                name, name);
        return true;
    }
    if (errno != EEXIST) {
        (void)snprintf(text, sizeof text, "%s/%s", path, name);
        return fail(errno, NULL, "--wine-devices: cannot make the link %s", text);
    }
    if (readlinkat(folder, name, to, sizeof to - 1) > 0 && strcmp(to, NOWHERE) == 0) {
        return true;
    }
    (void)snprintf(text, sizeof text, to[0] != '\0' ? "%s/%s, and leads to %s" : "%s/%s", path,
                   name, to);
    return fail(0, "It was left alone. Remove it if it is not needed.",
                "--wine-devices: there is already %s", text);
}

bool up_wine_devices_make(const char *list)
{
    char path[PATH_MAX], name[NAME_BYTES];
    struct stat status;
    bool is_good = true;
    int folder;

    if (!find_folder(path, sizeof path)) {
        return false;
    }
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return fail(errno,
                    errno == ENOENT
                        ? "Wine makes it when it is started for the first time: wineboot"
                        : NULL,
                    "--wine-devices: cannot open Wine's folder %s", path);
    }
    if (fstat(folder, &status) != 0 || status.st_uid != geteuid()) {
        is_good = fail(0, "Start it as the user whose it is.",
                       "--wine-devices: Wine's folder %s is not yours", path);
    }
    while (is_good && next_name(&list, name) > 0) {
        is_good = make(folder, path, name);
    }
    close(folder);
    return is_good;
}
