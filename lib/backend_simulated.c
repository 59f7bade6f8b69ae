/* SPDX-License-Identifier: MIT
 *
 * The back end of a program whose ports are simulated, where there is no way to real ones: nothing
 * is granted. What goes to devices does not come here (routed.c).
 */
#include <string.h>

#include "inprocess.h"

#define ADVICE                                                                                     \
    " This program has simulated ports alone: neither driver nor policy has given it others."

static up_error open_simulated(up_handle *handle, struct up_failure_detail *detail)
{
    (void)handle, (void)detail;
    return UP_OK;
}

static void close_simulated(up_handle *handle)
{
    (void)handle;
}

static up_error deny(up_handle *handle, up_operation *operation, struct up_failure_detail *detail)
{
    (void)handle;
    detail->port = operation->port;
    detail->state = UP_STATE_RUNNING;
    detail->why = ADVICE;
    return UP_ERR_DENIED;
}

static up_error run_list(up_handle *handle, up_operation *operations, uint32_t count,
                         uint32_t data_bytes, uint32_t *done, struct up_failure_detail *detail)
{
    uint32_t i;

    (void)data_bytes;
    for (i = 0; i < count && operations[i].kind == UP_IO_DELAY; i++) {
    }
    *done = i < count ? 0 : count;
    detail->index = i;
    return i < count ? deny(handle, &operations[i], detail) : UP_OK;
}

static up_error copy_map(up_handle *handle, uint8_t map[UP_MAP_BYTES],
                         struct up_failure_detail *detail)
{
    (void)handle, (void)detail;
    memset(map, 0xFF, UP_MAP_BYTES);
    return UP_OK;
}

/* Reports what a driver would that has granted nothing. */
static up_error report_info(up_handle *handle, struct up_info *info,
                            struct up_failure_detail *detail)
{
    (void)handle, (void)detail;
    up_inprocess_info(info, UP_MECHANISM_LIST);
    info->scope = info->sticky = 1;
    return UP_OK;
}

const struct up_backend up_backend_simulated = {
    .id = UP_BACKEND_SIMULATED,
    .open = open_simulated,
    .close = close_simulated,
    .access = deny,
    .block = deny,
    .run = run_list,
    .map = copy_map,
    .info = report_info,
};
