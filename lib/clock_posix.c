/* SPDX-License-Identifier: MIT
 *
 * The clock of clock.h on Linux: nanoseconds of CLOCK_MONOTONIC.
 */
#include "clock.h"

#include <errno.h>
#include <time.h>

#define NANOSECONDS 1000000000u
/* Shorter delays spin: a sleeping thread is back after 50 us or more. */
#define SLEEP_FROM_US  500u
#define AWAKE_EARLY_NS 200000u

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

struct up_span up_clock_begin(uint32_t microseconds)
{
    return (struct up_span){.start = now(), .length = (uint64_t)microseconds * 1000u};
}

bool up_clock_has_expired(const struct up_span *span)
{
    return now() - span->start >= span->length;
}

void up_clock_delay(uint32_t microseconds)
{
    const struct up_span span = up_clock_begin(microseconds);
    const uint64_t wake = span.start + span.length - AWAKE_EARLY_NS;
    const struct timespec time = {.tv_sec = (time_t)(wake / NANOSECONDS),
                                  .tv_nsec = (long)(wake % NANOSECONDS)};

    while (microseconds >= SLEEP_FROM_US &&
           clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {
    }
    while (!up_clock_has_expired(&span)) {
        __builtin_ia32_pause();
    }
}
