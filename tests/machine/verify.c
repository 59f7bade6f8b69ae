/* SPDX-License-Identifier: MIT
 *
 * What the driver must not do, said at once; and calls that fail on purpose.
 */
#include "machine.h"

volatile LONG violations;
const char *volatile injected;

static volatile LONG countdown; /* 0: off */
static bool persistent;
static const char *always; /* this name fails each time */
static const char *once;   /* this name fails the next time */

void violation(const char *format, ...)
{
    char with_head[256] = "# VIOLATION: ";
    va_list args;

    memcpy(with_head + 13, format, strlen(format) + 1);
    va_start(args, format);
    say_list(with_head, args);
    va_end(args);
    __sync_fetch_and_add(&violations, 1);
}

void inject_arm(uint32_t calls, bool and_later)
{
    injected = NULL;
    always = NULL;
    persistent = and_later;
    countdown = (LONG)calls;
}

void inject_arm_name(const char *name)
{
    injected = NULL;
    countdown = 0;
    always = name;
}

void inject_arm_once(const char *name)
{
    injected = NULL;
    countdown = 0;
    once = name;
}

void inject_disarm(void)
{
    once = NULL;
    countdown = 0;
    always = NULL;
    persistent = false;
}

bool inject_always(const char *name)
{
    return always != NULL && strcmp(always, name) == 0;
}

bool inject(const char *name)
{
    if (inject_always(name)) {
        injected = name;
        return true;
    }
    if (once != NULL && strcmp(once, name) == 0) {
        once = NULL;
        injected = name;
        return true;
    }
    if (countdown == 0) {
        return false;
    }
    if (__sync_sub_and_fetch(&countdown, 1) != 0) {
        return false;
    }
    injected = name;
    if (persistent) {
        always = name;
    }
    return true;
}
