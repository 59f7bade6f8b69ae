/* SPDX-License-Identifier: MIT
 *
 * Collects the facts about the helper's file on Linux (helper.h).
 */
#include "helper.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

void up_helper_look(struct up_helper *helper)
{
    struct statvfs system;
    struct stat status;
    uint8_t data[24];
    ssize_t length;

    memset(helper, 0, sizeof *helper);
    if (lstat(UP_RUN_PATH, &status) != 0) {
        helper->code = (uint32_t)errno;
        return;
    }
    helper->is_file = S_ISREG(status.st_mode);
    helper->is_roots = status.st_uid == 0;
    helper->is_others_to_write = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    helper->is_setuid = (status.st_mode & (S_ISUID | S_ISGID)) != 0;
    helper->may_be_run = access(UP_RUN_PATH, X_OK) == 0;
    helper->is_nosuid = statvfs(UP_RUN_PATH, &system) == 0 && (system.f_flag & ST_NOSUID) != 0;
    length = lgetxattr(UP_RUN_PATH, "security.capability", data, sizeof data);
    up_helper_read_capability(helper, data, length > 0 ? (size_t)length : 0);
}
