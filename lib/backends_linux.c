/* SPDX-License-Identifier: MIT
 *
 * The back ends on Linux.
 */
#include "linux.h"

const struct up_backend *const up_backends[] = {&up_backend_direct, &up_backend_devport,
                                                &up_backend_fake, NULL};

const char *const up_backends_missing = "there is no such back end on Linux";

up_error up_linux_info(up_handle *handle, struct up_info *info, struct up_failure_detail *detail)
{
    (void)handle;
    (void)info;
    detail->why = "there is no driver on Linux; up_query_map says which ports there are";
    return UP_ERR_UNSUPPORTED;
}
