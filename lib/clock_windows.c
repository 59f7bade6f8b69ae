/* SPDX-License-Identifier: MIT
 *
 * The clock of clock.h on Windows: the performance counter.
 */
#include "clock.h"

#include <windows.h>

/* Shorter delays spin: a sleeping thread may be back a clock tick late. */
#define SLEEP_FROM_US  3000u
#define AWAKE_EARLY_MS 2u

static uint64_t now(void)
{
    LARGE_INTEGER count;

    QueryPerformanceCounter(&count);
    return (uint64_t)count.QuadPart;
}

/*
 * The length is in counts times 1,000,000. That avoids a 64-bit division, for which a 486 would
 * need a library function.
 */
struct up_span up_clock_begin(uint32_t microseconds)
{
    LARGE_INTEGER frequency;

    QueryPerformanceFrequency(&frequency);
    return (struct up_span){.start = now(),
                            .length = (uint64_t)microseconds * (uint64_t)frequency.QuadPart};
}

/* 2^32 counts are longer than the longest list, so the product cannot overflow. */
bool up_clock_has_expired(const struct up_span *span)
{
    const uint64_t passed = now() - span->start;

    return passed >> 32 != 0 || passed * 1000000u >= span->length;
}

void up_clock_delay(uint32_t microseconds)
{
    const struct up_span span = up_clock_begin(microseconds);

    if (microseconds >= SLEEP_FROM_US) {
        Sleep(microseconds / 1000u - AWAKE_EARLY_MS);
    }
    while (!up_clock_has_expired(&span)) {
        YieldProcessor();
    }
}
