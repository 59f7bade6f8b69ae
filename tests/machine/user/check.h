/* SPDX-License-Identifier: MIT
 *
 * For the programs of the machine's own tests: expectations, and a program's parts, chosen by the
 * command line.
 */
#ifndef MACHINE_CHECK_H
#define MACHINE_CHECK_H

#include <windows.h>

#include "system_call.h"

#define PARAMETERS ((struct process_parameters *)USER_PARAMETERS)

struct part {
    const char *name;
    void (*check)(void);
};

static volatile LONG failures;

static void write_text(const char *text)
{
    uint32_t length = 0;

    while (text[length] != '\0') {
        length++;
    }
    SYSTEM_CALL(SYS_WRITE, (uint32_t)text, length);
}

#define CHECK_TEXT(line) #line
#define CHECK_LINE(line) CHECK_TEXT(line)
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            write_text("line " CHECK_LINE(__LINE__) ": " #condition "\n");                         \
            __sync_fetch_and_add(&failures, 1);                                                    \
        }                                                                                          \
    } while (0)

/*
 * Runs the part that the command line names. Result: the number of failures, 99: there is no such
 * part.
 */
static int run_part(const struct part *parts)
{
    const char *wanted = GetCommandLineA();

    while (*wanted != '\0' && *wanted++ != ' ') {
    }
    for (; parts->name != NULL; parts++) {
        const char *a = parts->name;
        const char *b = wanted;

        for (; *a != '\0' && *a == *b; a++, b++) {
        }
        if (*a == *b) {
            parts->check();
            return (int)failures;
        }
    }
    return 99;
}

#endif
