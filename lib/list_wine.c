/* SPDX-License-Identifier: MIT
 *
 * Lists of operations in the program itself, with the clock and the sleep of Windows. They are checked whole before the
 * first operation runs, as the driver does. Other programs may get the processor in between: times are the least ones.
 */
#include "wine.h"

#include <windows.h>

#define SLEEP_FROM_US  3000u /* shorter delays spin: a thread that sleeps may be back a clock tick later */
#define AWAKE_EARLY_MS 2u

/* A time that has begun. */
struct timer {
    LONGLONG start;
    LONGLONG frequency;
    uint32_t microseconds;
};

static struct timer begin(uint32_t microseconds)
{
    struct timer timer = {.microseconds = microseconds};
    LARGE_INTEGER count;

    QueryPerformanceFrequency(&count);
    timer.frequency = count.QuadPart;
    QueryPerformanceCounter(&count);
    timer.start = count.QuadPart;
    return timer;
}

/* No division: the 486 links have none of 64 bits. 2^32 counts are longer than the longest list. */
static bool is_over(const struct timer *timer)
{
    LARGE_INTEGER count;
    uint64_t passed;

    QueryPerformanceCounter(&count);
    passed = (uint64_t)(count.QuadPart - timer->start);
    return passed >> 32 != 0 || passed * 1000000u >= (uint64_t)timer->microseconds * (uint64_t)timer->frequency;
}

/* One read or write, and why not. */
static up_error run_access(up_ports *ports, up_operation *operation, struct up_cause *cause)
{
    const struct up_backend *backend = ports->backend;
    const bool is_read = operation->kind == UP_IO_READ;
    uint8_t byte = 0;
    uint16_t word = 0;
    up_error error;

    switch (operation->width) {
    case 1:
        error = is_read ? backend->in8(ports, operation->port, &byte)
                        : backend->out8(ports, operation->port, (uint8_t)operation->value);
        break;
    case 2:
        error = is_read ? backend->in16(ports, operation->port, &word)
                        : backend->out16(ports, operation->port, (uint16_t)operation->value);
        break;
    default:
        error = is_read ? backend->in32(ports, operation->port, &operation->value)
                        : backend->out32(ports, operation->port, operation->value);
        break;
    }
    if (error != UP_OK) {
        return backend->access(ports, operation, cause);
    }
    if (is_read && operation->width != 4) {
        operation->value = operation->width == 1 ? byte : word;
    }
    return UP_OK;
}

static void run_delay(uint32_t microseconds)
{
    const struct timer timer = begin(microseconds);

    if (microseconds >= SLEEP_FROM_US) {
        Sleep(microseconds / 1000u - AWAKE_EARLY_MS);
    }
    while (!is_over(&timer)) {
        YieldProcessor();
    }
}

/* After the time is over it looks once more: a thread that did not get the processor in between has missed nothing. */
static up_error run_wait(up_ports *ports, up_operation *wait, struct up_cause *cause)
{
    const struct timer timer = begin(wait->microseconds);
    up_operation read = {.kind = UP_IO_READ, .width = wait->width, .port = wait->port};
    up_error error;
    bool was_over;

    do {
        was_over = is_over(&timer);
        error = run_access(ports, &read, cause);
        if (error != UP_OK) {
            return error;
        }
        wait->last = read.value;
        if (((read.value ^ wait->value) & wait->mask) == 0) {
            return UP_OK;
        }
    } while (!was_over);
    return UP_ERR_TIMED_OUT;
}

static up_error run_one(up_ports *ports, up_operation *operation, struct up_cause *cause)
{
    switch (operation->kind) {
    case UP_IO_READ:
    case UP_IO_WRITE:
        return run_access(ports, operation, cause);
    case UP_IO_DELAY:
        run_delay(operation->microseconds);
        return UP_OK;
    case UP_IO_WAIT:
        return run_wait(ports, operation, cause);
    default:
        return ports->backend->block(ports, operation, cause);
    }
}

uint32_t up_wine_first_denied(const struct up_portset *granted, const up_operation *operation)
{
    const uint32_t end = operation->kind == UP_IO_DELAY ? 0 : (uint32_t)operation->port + operation->width;
    uint32_t port;

    for (port = operation->port; port < end; port++) {
        if (port == UP_PORT_COUNT || !up_portset_has(granted, (uint16_t)port)) {
            return port;
        }
    }
    return ~0u;
}

up_error up_wine_run(up_ports *ports, up_operation *operations, uint32_t count, uint32_t data_bytes, uint32_t *done,
                     struct up_cause *cause)
{
    up_error error;

    (void)data_bytes;
    for (cause->index = 0; cause->index < count; cause->index++) {
        if (up_wine_first_denied(ports->state, &operations[cause->index]) != ~0u) {
            return ports->backend->access(ports, &operations[cause->index], cause); /* which says why it is denied */
        }
    }
    for (*done = 0; *done < count; ++*done) {
        cause->index = *done;
        error = run_one(ports, &operations[*done], cause);
        if (error != UP_OK) {
            return error;
        }
    }
    return UP_OK;
}
