/* SPDX-License-Identifier: MIT
 *
 * Lists of operations in the process itself. They are checked whole before the first operation runs, as the driver does;
 * what is granted does not change meanwhile. Other programs may get the processor in between: times are the least ones.
 */
#include "linux.h"

#include <errno.h>
#include <time.h>

#define NANOSECONDS    1000000000
#define SLEEP_FROM_US  500u /* shorter delays spin: a thread that sleeps is back after 50 us or more */
#define AWAKE_EARLY_US 200

/* The time as a number: nanoseconds of the clock that nobody sets. */
static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * NANOSECONDS + time.tv_nsec;
}

static void sleep_until(int64_t when)
{
    const struct timespec time = {.tv_sec = (time_t)(when / NANOSECONDS), .tv_nsec = (long)(when % NANOSECONDS)};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {
    }
}

static void run_delay(uint32_t microseconds)
{
    const int64_t end = now() + (int64_t)microseconds * 1000;

    if (microseconds >= SLEEP_FROM_US) {
        sleep_until(end - AWAKE_EARLY_US * 1000);
    }
    while (now() < end) {
        __builtin_ia32_pause();
    }
}

/* After the time is over it looks once more: a thread that did not get the processor in between has missed nothing. */
static up_error run_wait(up_ports *ports, up_operation *wait, struct up_cause *cause)
{
    up_operation read = {.kind = UP_IO_READ, .width = wait->width, .port = wait->port};
    const int64_t end = now() + (int64_t)wait->microseconds * 1000;
    up_error error;
    bool is_over;

    for (;;) {
        is_over = now() >= end;
        error = ports->backend->access(ports, &read, cause);
        if (error != UP_OK) {
            return error;
        }
        wait->last = read.value;
        if (((read.value ^ wait->value) & wait->mask) == 0) {
            return UP_OK;
        }
        if (is_over) {
            return UP_ERR_TIMED_OUT;
        }
        __builtin_ia32_pause();
    }
}

static up_error run_one(up_ports *ports, up_operation *operation, struct up_cause *cause)
{
    switch (operation->kind) {
    case UP_IO_READ:
    case UP_IO_WRITE:
        return ports->backend->access(ports, operation, cause);
    case UP_IO_DELAY:
        run_delay(operation->microseconds);
        return UP_OK;
    case UP_IO_WAIT:
        return run_wait(ports, operation, cause);
    default:
        return ports->backend->block(ports, operation, cause);
    }
}

up_error up_linux_run(up_ports *ports, up_operation *operations, uint32_t count, uint32_t *done, up_linux_check *check,
                      struct up_cause *cause)
{
    up_error error = UP_OK;

    for (cause->index = 0; cause->index < count; cause->index++) {
        if (operations[cause->index].kind != UP_IO_DELAY) {
            error = check(ports, &operations[cause->index], cause);
            if (error != UP_OK) {
                return error;
            }
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

up_error up_linux_query_info(up_ports *ports, struct up_info *info, struct up_cause *cause)
{
    (void)ports;
    (void)info;
    cause->why = "there is no driver on Linux; up_query_map says which ports there are";
    return UP_ERR_UNSUPPORTED;
}
