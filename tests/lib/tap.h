/* SPDX-License-Identifier: MIT
 *
 * TAP for programs where cmocka cannot go: a table of cases, and expectations that fail the running
 * one and go on. Define TAP_MAIN before the #include in one file of the program. Expectations may
 * be made in any thread.
 */
#ifndef UP_TESTS_TAP_H
#define UP_TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

#define TAP_SAID_MAX 12u /* failures that are printed of one case */

/* Prints the plan; before the first case. */
void tap_plan(unsigned cases);

/* Runs one case and prints its line. Result: did everything hold? */
bool tap_case(const char *name, void (*run)(void));

/* One expectation of the running case: a failure is said, and fails it. Result: ok. */
bool tap_expect(const char *file, int line, bool ok, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A line for people. */
void tap_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The exit status: 0 when every case passed. */
int tap_end(void);

#define EXPECT(condition)          tap_expect(__FILE__, __LINE__, (condition), "%s", #condition)
#define EXPECT_MSG(condition, ...) tap_expect(__FILE__, __LINE__, (condition), __VA_ARGS__)
#define EXPECT_EQ(is, wanted)                                                                      \
    ({                                                                                             \
        const unsigned long long is_ = (is), wanted_ = (wanted);                                   \
        tap_expect(__FILE__, __LINE__, is_ == wanted_, "%s is %llu (0x%llX), not %llu (0x%llX)",   \
                   #is, is_, is_, wanted_, wanted_);                                               \
    })

#ifdef TAP_MAIN

static unsigned tap_number, tap_failed;
static volatile unsigned tap_said;

void tap_plan(unsigned cases)
{
#ifdef _WIN32
    _setmode(_fileno(stdout), _O_BINARY); /* no CR */
#endif
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("1..%u\n", cases);
}

static void tap_line(const char *format, va_list arguments)
{
    char text[512];

    vsnprintf(text, sizeof text, format, arguments);
    printf("# %s\n", text); /* one call: lines of different threads do not mix */
}

void tap_note(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    tap_line(format, arguments);
    va_end(arguments);
}

bool tap_expect(const char *file, int line, bool ok, const char *format, ...)
{
    va_list arguments;

    if (!ok && __sync_fetch_and_add(&tap_said, 1) < TAP_SAID_MAX) {
        va_start(arguments, format);
        tap_note("%s:%d:", file, line);
        tap_line(format, arguments);
        va_end(arguments);
    }
    return ok;
}

bool tap_case(const char *name, void (*run)(void))
{
    tap_said = 0;
    run();
    if (tap_said > TAP_SAID_MAX) {
        tap_note("%u expectations failed in all", tap_said);
    }
    tap_failed += tap_said != 0;
    printf("%sok %u - %s\n", tap_said != 0 ? "not " : "", ++tap_number, name);
    return tap_said == 0;
}

int tap_end(void)
{
    return tap_failed != 0;
}

#endif
#endif
