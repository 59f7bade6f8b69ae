/* SPDX-License-Identifier: MIT
 *
 * Replaces drives in paths (drivepath.h). It handles UTF-8 text only, so that
 * tests/unit/test_drivepath.c can run on any system.
 */
#include "drivepath.h"

#include <stdio.h>
#include <string.h>

static bool is_on_drive(const char *path)
{
    const char letter = (char)(path[0] | 0x20);

    return letter >= 'a' && letter <= 'z' && path[1] == ':' && path[2] == '\\';
}

bool up_path_without_drive(const char *path, const char *root, char *out, size_t size)
{
    static const char link[] = "\\??\\", share[] = "UNC\\";
    const char *start = "", *rest;
    size_t length;
    int written;

    if (!is_on_drive(path)) {
        return false;
    }
    if (strncmp(root, link, sizeof link - 1) == 0) {
        root += sizeof link - 1;
        if (strncmp(root, share, sizeof share - 1) == 0) {
            root += sizeof share - 1;
            start = "\\\\";
        } else if (!is_on_drive(root)) {
            return false;
        }
    } else if (strncmp(root, "\\\\", 2) != 0) {
        return false;
    }
    length = strlen(root);
    while (length > 0 && root[length - 1] == '\\') { /* the root folder of a drive ends with one */
        length--;
    }
    rest = path + 2;
    written = snprintf(out, size, "%s%.*s%s", start, (int)length, root, rest);
    return written > 0 && (size_t)written < size;
}
