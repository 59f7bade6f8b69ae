/* SPDX-License-Identifier: MIT
 *
 * Describes error codes of a POSIX system (error_detail.h): by strerror, with clearer words for the
 * codes that are common here.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error_detail.h"

static const struct {
    int code;
    const char *text;
} own_texts[] = {
    {ENOENT, "not found"},
    {EACCES, "permission denied"},
    {EPERM, "the system does not permit it"},
    {EROFS, "the file system is read-only"},
    {ENOSPC, "the disk is full"},
    {ELOOP, "it is a symbolic link"},
    {EFBIG, "it is too large"},
};

void up_error_detail_system_text(uint32_t code, char *text, uint32_t size)
{
    const char *words = strerror((int)code);
    size_t i;

    for (i = 0; i < sizeof own_texts / sizeof own_texts[0]; i++) {
        if (own_texts[i].code == (int)code) {
            words = own_texts[i].text;
        }
    }
    if (size > 0) {
        (void)snprintf(text, size, "%s", words);
    }
}
