/* SPDX-License-Identifier: MIT
 *
 * The back end direct of programs that userport-run has started under Wine. Linux gave the ports to
 * the process, and the program executes IN and OUT itself, 32-bit or 64-bit, without a driver. The
 * program learns its ports from userport-run; other ports are denied without an attempt. A port
 * that is listed but that the process lacks (the program was started, with the variable, by a Wine
 * without ports) is refused by the processor and denied as well.
 */
#include <string.h>

#include "direct.h"
#include "system.h"
#include "inprocess.h"
#include "wine.h"

static const struct up_portset *granted_of(const up_handle *handle)
{
    return handle->state;
}

/* ---- accesses -------------------------------------------------------------------------------- */

/* Fills in the failure of an access that the map or the processor does not allow. */
static up_error deny(const up_handle *handle, const up_operation *operation,
                     struct up_failure_detail *detail)
{
    const uint32_t denied = up_inprocess_first_denied(handle, operation);

    detail->state = UP_STATE_RUNNING;
    if (denied != UP_PORTSET_NONE_DENIED) {
        detail->port = denied;
        detail->why =
            " On the Linux side: userportctl grant, as root; then start the program anew, "
            "by userportctl run.";
    } else {
        detail->port = operation->port;
        detail->why = " The variable USERPORT_PORTS names it, but this process was not given it: "
                      "the first program of this "
                      "Wine prefix, which starts the others, has to be started by userportctl run.";
    }
    return UP_ERR_DENIED;
}

static up_error run_block(up_handle *handle, up_operation *block, struct up_failure_detail *detail)
{
    uint32_t left = block->count;

    if (up_inprocess_first_denied(handle, block) == UP_PORTSET_NONE_DENIED) {
        left = up_direct_move(block);
    }
    if (left == 0) {
        return UP_OK;
    }
    detail->moved = block->count - left;
    return deny(handle, block, detail);
}

static up_error check(const up_handle *handle, const up_operation *operation,
                      struct up_failure_detail *detail)
{
    return up_inprocess_first_denied(handle, operation) == UP_PORTSET_NONE_DENIED
               ? UP_OK
               : deny(handle, operation, detail);
}

static up_error run_access(up_handle *handle, up_operation *operation,
                           struct up_failure_detail *detail)
{
    const bool is_granted = up_inprocess_first_denied(handle, operation) == ~0u;

    return is_granted && up_direct_access(operation) ? UP_OK : deny(handle, operation, detail);
}

static up_error run_list(up_handle *handle, up_operation *operations, uint32_t count,
                         uint32_t data_bytes, uint32_t *done, struct up_failure_detail *detail)
{
    (void)data_bytes;
    return up_inprocess_run(handle, operations, count, check, done, detail);
}

/* ---- the back end ---------------------------------------------------------------------------- */

static up_error open_wine(up_handle *handle, struct up_failure_detail *detail)
{
    struct up_portset *granted = up_system_allocate(sizeof *granted);
    up_error error;

    if (granted == NULL) {
        return UP_ERR_MEMORY;
    }
    error = up_wine_granted(granted);
    if (error != UP_OK) {
        up_system_free(granted);
        detail->why = up_backends_missing;
        return error;
    }
    handle->state = granted;
    return UP_OK;
}

/* Reports what a driver would that grants this process its ports until it ends. */
static up_error report_info(up_handle *handle, struct up_info *info,
                            struct up_failure_detail *detail)
{
    (void)detail;
    up_inprocess_info(info, UP_MECHANISM_IOPM | UP_MECHANISM_LIST);
    info->scope = info->sticky = info->processes_granted = 1;
    info->ports_granted = up_portset_count(granted_of(handle));
    return UP_OK;
}

const struct up_backend up_backend_wine = {
    .id = UP_BACKEND_DIRECT,
    .open = open_wine,
    .close = up_inprocess_close,
    .access = run_access,
    .block = run_block,
    .run = run_list,
    .map = up_inprocess_map,
    .info = report_info,
};
