/* SPDX-License-Identifier: MIT
 *
 * What a session needs from the system besides locks (lib/system.h): a thread, a clock
 * (system_posix.c, system_windows.c).
 */
#ifndef UP_SESSION_SYSTEM_H
#define UP_SESSION_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

/* Starts a thread, which runs run(context). NULL: the system refused; *code has its code. */
struct up_thread;
struct up_thread *up_thread_start(void (*run)(void *context), void *context, uint32_t *code);

/* Waits for the thread's end and frees it. */
void up_thread_join(struct up_thread *thread);

/* The clock of recordings, which nobody can set: its reading, and its ticks a second. */
uint64_t up_clock_ticks(void);
uint64_t up_clock_frequency(void);

void up_sleep(uint32_t milliseconds);

#endif
