/* SPDX-License-Identifier: MIT
 *
 * Accesses of a program to its simulated devices, which are in the process that has started it
 * (recorder.h). A list that has some of them runs here, one operation after the other.
 */
#include <string.h>

#include "core/portset.h"
#include "inprocess.h"
#include "recorder.h"

/* ---- an access, a block ---------------------------------------------------------------------- */

up_error up_routed_device(up_operation *operation, struct up_failure_detail *detail)
{
    if (up_recorder_device(operation)) {
        return UP_OK;
    }
    detail->why = "its route leads to a simulated device, which is there only for programs that "
                  "userportctl run has started and still waits for";
    return UP_ERR_UNSUPPORTED;
}

up_error up_routed_device_block(const up_operation *block, uint32_t *done,
                                struct up_failure_detail *detail)
{
    const bool is_output = block->kind == UP_IO_WRITE_BLOCK;
    up_operation one = {
        .kind = is_output ? UP_IO_WRITE : UP_IO_READ, .width = block->width, .port = block->port};
    uint8_t *at = block->buffer;
    up_error error;

    for (*done = 0; *done < block->count; ++*done) {
        one.value = 0;
        if (is_output) {
            memcpy(&one.value, at, block->width);
        }
        error = up_routed_device(&one, detail);
        if (error != UP_OK) {
            detail->moved = *done;
            return error;
        }
        if (!is_output) {
            memcpy(at, &one.value, block->width);
        }
        at += block->width;
    }
    return UP_OK;
}

/* ---- lists ----------------------------------------------------------------------------------- */

bool up_routed_has_devices(const up_handle *handle, const up_operation *operations, uint32_t count)
{
    uint16_t ignored;
    uint32_t i;

    for (i = 0; i < count; i++) {
        if (up_routed_find(handle, &operations[i], &ignored) == UP_ROUTED_TO_DEVICE) {
            return true;
        }
    }
    return false;
}

/* Would each operation be allowed now? */
static up_error check(up_handle *handle, const up_operation *operations, uint32_t count,
                      struct up_failure_detail *detail)
{
    struct up_portset granted;
    up_error error = handle->backend->map(handle, granted.map, detail);
    uint32_t i, denied;
    uint16_t to;

    for (i = 0; error == UP_OK && i < count; i++) {
        const enum up_routed routed = up_routed_find(handle, &operations[i], &to);

        detail->index = i;
        if (routed == UP_ROUTED_APART) {
            detail->port = operations[i].port;
            detail->is_apart = true;
            return UP_ERR_DENIED;
        }
        if (routed != UP_ROUTED_TO_PORT || operations[i].kind == UP_IO_DELAY) {
            continue;
        }
        denied = up_portset_first_denied(&granted, to, operations[i].width);
        if (denied != UP_PORTSET_NONE_DENIED) {
            detail->port = denied;
            up_routed_failed(&operations[i], to, detail);
            error = UP_ERR_DENIED;
        }
    }
    return error;
}

static up_error run_block(up_handle *handle, up_operation *block, struct up_failure_detail *detail)
{
    up_operation there = *block;
    uint32_t moved;
    up_error error;

    switch (up_routed_find(handle, block, &there.port)) {
    case UP_ROUTED_TO_DEVICE:
        return up_routed_device_block(block, &moved, detail);
    case UP_ROUTED_NOWHERE:
        if (block->kind == UP_IO_READ_BLOCK) {
            memset(block->buffer, 0xFF, (size_t)block->count * block->width);
        }
        return UP_OK;
    default:
        error = handle->backend->block(handle, &there, detail);
        if (error != UP_OK) {
            up_routed_failed(block, there.port, detail);
        }
        return error;
    }
}

up_error up_routed_run_mixed(up_handle *handle, up_operation *operations, uint32_t count,
                             uint32_t *done, struct up_failure_detail *detail)
{
    const up_error error = check(handle, operations, count, detail);

    return error == UP_OK ? up_inprocess_run_checked(handle, operations, count, up_routed_access,
                                                     run_block, done, detail)
                          : error;
}
