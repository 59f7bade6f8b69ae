/* SPDX-License-Identifier: MIT
 *
 * helper.h: looking at the file.
 */
#include "helper.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

void up_starter_look(struct up_starter *starter)
{
    struct statvfs system;
    struct stat status;
    uint8_t data[24];
    ssize_t length;

    memset(starter, 0, sizeof *starter);
    if (lstat(UP_RUN_PATH, &status) != 0) {
        starter->code = (uint32_t)errno;
        return;
    }
    starter->is_file = S_ISREG(status.st_mode);
    starter->is_roots = status.st_uid == 0;
    starter->is_others_to_write = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    starter->is_setuid = (status.st_mode & (S_ISUID | S_ISGID)) != 0;
    starter->may_be_run = access(UP_RUN_PATH, X_OK) == 0;
    starter->is_nosuid = statvfs(UP_RUN_PATH, &system) == 0 && (system.f_flag & ST_NOSUID) != 0;
    length = lgetxattr(UP_RUN_PATH, "security.capability", data, sizeof data);
    up_starter_read_capability(starter, data, length > 0 ? (size_t)length : 0);
}
