/* SPDX-License-Identifier: MIT
 *
 * Records the library's accesses, and asks for those to devices. See recorder.h.
 */
#include "recorder.h"

#include <windows.h>

#include "core/routes.h"
#include "record/client.h"
#include "record/record.h"
#include "program_settings.h"

static struct up_routes routes; /* of the process: which ports are devices' */

void up_recorder_begin(const struct up_program_settings *settings)
{
    if (settings->session[0] != '\0') {
        routes = settings->routes;
        up_client_begin(settings->session);
    }
}

bool up_recorder_is_on(void)
{
    return up_client_records();
}

bool up_recorder_has_devices(void)
{
    return up_client_has_devices();
}

bool up_recorder_device(up_operation *operation)
{
    return up_client_access(operation->kind == UP_IO_WRITE, operation->port, operation->width,
                            &operation->value);
}

/* ---- records --------------------------------------------------------------------------------- */

static unsigned flags_of(const up_operation *operation, up_error error)
{
    uint16_t ignored;
    unsigned flags = 0;

    if (operation->kind == UP_IO_WRITE || operation->kind == UP_IO_WRITE_BLOCK) {
        flags |= UP_RECORD_WRITE;
    }
    if (operation->kind == UP_IO_WAIT) {
        flags |= UP_RECORD_WAIT;
    }
    if (error != UP_OK && error != UP_ERR_TIMED_OUT) {
        flags |= UP_RECORD_DENIED;
    } else if (up_routes_find(&routes, operation->port, operation->width, &ignored) ==
               UP_ROUTED_TO_DEVICE) {
        flags |= UP_RECORD_SIMULATED;
    }
    return flags;
}

static void record(const up_operation *operation, uint32_t value, up_error error, uint64_t time,
                   const void *caller)
{
    const unsigned flags = flags_of(operation, error);
    const bool is_refused_read = (flags & (UP_RECORD_WRITE | UP_RECORD_DENIED)) == UP_RECORD_DENIED;

    up_client_record(time, operation->port, operation->width,
                     is_refused_read ? up_ones_of(operation->width) : value, flags,
                     (uintptr_t)caller);
}

void up_recorder_add(const up_operation *operation, uint16_t port, up_error error,
                     const void *caller)
{
    up_operation copy = *operation;

    copy.port = port;
    record(&copy, operation->value, error, up_client_time(), caller);
}

uint64_t up_recorder_time(void)
{
    return up_client_time();
}

/* An element of a block. */
static uint32_t element(const up_operation *block, uint32_t index)
{
    const uint8_t *at = (const uint8_t *)block->buffer + (size_t)index * block->width;
    uint32_t value = 0;

    memcpy(&value, at, block->width);
    return value;
}

static void record_block(const up_operation *block, uint32_t moved, uint64_t time,
                         const void *caller)
{
    uint32_t i;

    for (i = 0; i < moved; i++) {
        record(block, element(block, i), UP_OK, time, caller);
    }
}

/*
 * When the operations of a list ran: the delays before each, and of the rest of the list's time an
 * equal share for each. No 64-bit division, for which a 486 would need a library function.
 */
struct list_clock {
    double ticks_of_us, share;
    uint64_t begun;
    double delayed; /* ticks of the delays so far */
    uint32_t index;
};

static struct list_clock begin_clock(const up_operation *operations, uint32_t count, uint64_t begun)
{
    struct list_clock clock = {.begun = begun};
    LARGE_INTEGER frequency;
    double delays = 0, rest;
    uint32_t i;

    (void)QueryPerformanceFrequency(&frequency);
    clock.ticks_of_us = (double)frequency.QuadPart / 1e6;
    for (i = 0; i < count; i++) {
        if (operations[i].kind == UP_IO_DELAY) {
            delays += operations[i].microseconds * clock.ticks_of_us;
        }
    }
    rest = (double)(int64_t)(up_client_time() - begun) - delays;
    clock.share = rest > 0 ? rest / count : 0;
    return clock;
}

static uint64_t next_time(struct list_clock *clock, const up_operation *operation)
{
    if (operation->kind == UP_IO_DELAY) {
        clock->delayed += operation->microseconds * clock->ticks_of_us;
    }
    clock->index++;
    return clock->begun + (uint64_t)(int64_t)(clock->delayed + clock->share * clock->index);
}

static void record_operation(const up_operation *operation, uint64_t time, const void *caller)
{
    switch (operation->kind) {
    case UP_IO_DELAY:
        break;
    case UP_IO_WAIT:
        record(operation, operation->last, UP_OK, time, caller);
        break;
    case UP_IO_READ:
    case UP_IO_WRITE:
        record(operation, operation->value, UP_OK, time, caller);
        break;
    default:
        record_block(operation, operation->count, time, caller);
        break;
    }
}

/* The value that a failed operation was about. */
static uint32_t value_of_failed(const up_operation *operation,
                                const struct up_failure_detail *detail)
{
    switch (operation->kind) {
    case UP_IO_WAIT:
        return operation->last;
    case UP_IO_READ:
    case UP_IO_WRITE:
        return operation->value;
    default:
        return detail->moved < operation->count ? element(operation, detail->moved) : 0;
    }
}

void up_recorder_add_list(const up_operation *operations, uint32_t count, uint32_t done,
                          up_error error, const struct up_failure_detail *detail, uint64_t begun,
                          const void *caller)
{
    const uint32_t failed = error != UP_OK && detail->index < count ? detail->index : count;
    struct list_clock clock = begin_clock(operations, done, begun);
    const up_operation *last;
    uint32_t i;

    for (i = 0; i < done; i++) {
        record_operation(&operations[i], next_time(&clock, &operations[i]), caller);
    }
    if (failed == count || operations[failed].kind == UP_IO_DELAY) {
        return;
    }
    last = &operations[failed];
    if (last->kind == UP_IO_READ_BLOCK || last->kind == UP_IO_WRITE_BLOCK) {
        record_block(last, detail->moved, up_client_time(), caller);
    }
    record(last, value_of_failed(last, detail), error, up_client_time(), caller);
}
