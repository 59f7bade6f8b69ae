/* SPDX-License-Identifier: MIT
 *
 * How the machine watches the driver: what it says of wrong-doing, calls that fail on purpose, and
 * the count of the driver's own instructions. Part of machine.h.
 */
#ifndef MACHINE_VERIFY_H
#define MACHINE_VERIFY_H

/* The driver did what it must not. Counted, said, and the running test fails. */
void violation(const char *format, ...) __attribute__((format(gnu_printf, 1, 2)));
extern volatile LONG violations;
void spin_locks_returned(const char *what); /* none may be held now; exports_hal.c */

/*
 * Fault injection: the countdown-th fallible call of the driver from now fails (persistent: and
 * every later one of that name).
 */
void inject_arm(uint32_t countdown, bool persistent);
void inject_arm_name(const char *name); /* every call of that name */
void inject_arm_once(const char *name); /* the next call of that name */
void inject_disarm(void);
bool inject(const char *name);
bool inject_always(const char *name); /* does every call of that name fail now? */
extern const char *volatile injected; /* the call that failed, or NULL */

/*
 * Between the two the thread runs step by step, and the instructions that lie in the driver's image
 * are counted.
 */
extern bool driver_counting;
extern uint32_t driver_instructions;

static inline void driver_count_begin(void)
{
    if (driver_counting) {
        __asm__ volatile("pushfl; orl %0, (%%esp); popfl" ::"i"(EFLAGS_TRAP) : "memory", "cc");
    }
}

static inline void driver_count_end(void)
{
    if (driver_counting) {
        __asm__ volatile("pushfl; andl %0, (%%esp); popfl" ::"i"(~EFLAGS_TRAP) : "memory", "cc");
    }
}

#endif
