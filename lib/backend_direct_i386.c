/* SPDX-License-Identifier: MIT
 *
 * The back end direct of 32-bit programs on 32-bit Windows. They execute IN and OUT themselves,
 * because the driver has put the granted ports into the processor's I/O permission map. up_open
 * touches no port to find out whether that works, since reads have side effects. If the processor
 * refuses an access, the driver gets it: it names the denied port, or runs the access if another
 * driver has overwritten the map.
 */
#include "direct.h"
#include "ioctl.h"

/*
 * Turns UP_ERR_UNSUPPORTED into UP_ERR_DENIED: a driver without lists knows no more than the
 * processor did.
 */
static up_error or_denied(up_error error, const up_operation *operation,
                          struct up_failure_detail *detail)
{
    if (error != UP_ERR_UNSUPPORTED) {
        return error;
    }
    detail->port = operation->port;
    detail->system_error = 0;
    detail->why = NULL;
    return UP_ERR_DENIED;
}

static up_error run_access(up_handle *handle, up_operation *operation,
                           struct up_failure_detail *detail)
{
    return up_direct_access(operation)
               ? UP_OK
               : or_denied(up_ioctl_access(handle, operation, detail), operation, detail);
}

static up_error move_block(up_handle *handle, up_operation *block, struct up_failure_detail *detail)
{
    uint32_t left = up_direct_move(block);

    return left == 0 ? UP_OK
                     : or_denied(up_ioctl_rest(handle, block, block->count - left, detail), block,
                                 detail);
}

static up_error open_direct(up_handle *handle, struct up_failure_detail *detail)
{
    return up_ioctl_open(handle, &up_device_windows, UP_MECHANISM_IOPM, detail);
}

const struct up_backend up_backend_direct = {
    .id = UP_BACKEND_DIRECT,
    .open = open_direct,
    .close = up_ioctl_close,
    .access = run_access,
    .block = move_block,
    .run = up_ioctl_run,
    .map = up_ioctl_map,
    .info = up_ioctl_info,
};
