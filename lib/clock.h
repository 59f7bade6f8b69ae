/* SPDX-License-Identifier: MIT
 *
 * Times for lists that run in the process itself, by a clock that nobody can set (clock_posix.c,
 * clock_windows.c). Other programs may get the processor in between, so a time may be longer than
 * requested but not shorter.
 */
#ifndef UP_LIB_CLOCK_H
#define UP_LIB_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* A time span that has begun. */
struct up_span {
    uint64_t start, length; /* in the clock's own unit */
};
struct up_span up_clock_begin(uint32_t microseconds);
bool up_clock_has_expired(const struct up_span *span);

/* Waits that long: sleeps as long as that is safe, and spins for the rest. */
void up_clock_delay(uint32_t microseconds);

#endif
