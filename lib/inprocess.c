/* SPDX-License-Identifier: MIT
 *
 * Runs lists of operations in the process itself (inprocess.h). The granted ports do not change
 * while a list runs.
 */
#include "inprocess.h"

#include <string.h>

#include "core/portset.h"
#include "clock.h"
#include "system.h"
#include "version.h"

/*
 * Reads once more after the time is over, so a thread that did not get the processor in between
 * misses nothing.
 */
static up_error run_wait(up_handle *handle, up_operation *wait, up_inprocess_operation *access,
                         struct up_failure_detail *detail)
{
    up_operation read = {.kind = UP_IO_READ, .width = wait->width, .port = wait->port};
    const struct up_span span = up_clock_begin(wait->microseconds);
    up_error error;
    bool has_expired;

    for (;;) {
        has_expired = up_clock_has_expired(&span);
        error = access(handle, &read, detail);
        if (error != UP_OK) {
            return error;
        }
        wait->last = read.value;
        if (((read.value ^ wait->value) & wait->mask) == 0) {
            return UP_OK;
        }
        if (has_expired) {
            return UP_ERR_TIMED_OUT;
        }
        __builtin_ia32_pause();
    }
}

static up_error run_one(up_handle *handle, up_operation *operation, up_inprocess_operation *access,
                        up_inprocess_operation *block, struct up_failure_detail *detail)
{
    switch (operation->kind) {
    case UP_IO_READ:
    case UP_IO_WRITE:
        return access(handle, operation, detail);
    case UP_IO_DELAY:
        up_clock_delay(operation->microseconds);
        return UP_OK;
    case UP_IO_WAIT:
        return run_wait(handle, operation, access, detail);
    default:
        return block(handle, operation, detail);
    }
}

up_error up_inprocess_run_checked(up_handle *handle, up_operation *operations, uint32_t count,
                                  up_inprocess_operation *access, up_inprocess_operation *block,
                                  uint32_t *done, struct up_failure_detail *detail)
{
    up_error error;

    for (*done = 0; *done < count; ++*done) {
        detail->index = *done;
        error = run_one(handle, &operations[*done], access, block, detail);
        if (error != UP_OK) {
            return error;
        }
    }
    return UP_OK;
}

up_error up_inprocess_run(up_handle *handle, up_operation *operations, uint32_t count,
                          up_inprocess_check *check, uint32_t *done,
                          struct up_failure_detail *detail)
{
    up_error error = UP_OK;

    for (detail->index = 0; detail->index < count; detail->index++) {
        if (operations[detail->index].kind != UP_IO_DELAY) {
            error = check(handle, &operations[detail->index], detail);
            if (error != UP_OK) {
                return error;
            }
        }
    }
    return up_inprocess_run_checked(handle, operations, count, handle->backend->access,
                                    handle->backend->block, done, detail);
}

void up_inprocess_info(struct up_info *info, uint32_t mechanisms)
{
    memset(info, 0, sizeof *info);
    info->abi_version = UP_ABI_VERSION;
    info->driver_version = UP_VERSION_NUMBER;
    info->processor = sizeof(void *) == 8 ? UP_PROCESSOR_AMD64 : UP_PROCESSOR_I386;
    info->mechanisms = mechanisms;
    info->state = UP_STATE_RUNNING;
    info->processors = info->processes = info->files = info->opens = 1;
}

/* ---- the set of ports ------------------------------------------------------------------------ */

uint32_t up_inprocess_first_denied(const up_handle *handle, const up_operation *operation)
{
    return operation->kind == UP_IO_DELAY
               ? UP_PORTSET_NONE_DENIED
               : up_portset_first_denied(handle->state, operation->port, operation->width);
}

void up_inprocess_close(up_handle *handle)
{
    up_system_free(handle->state);
}

up_error up_inprocess_map(up_handle *handle, uint8_t map[UP_MAP_BYTES],
                          struct up_failure_detail *detail)
{
    const struct up_portset *granted = handle->state;

    (void)detail;
    memcpy(map, granted->map, UP_MAP_BYTES);
    return UP_OK;
}
