/* SPDX-License-Identifier: MIT
 *
 * Puts the sentences of error_detail.h together: what the caller says, what the system says about
 * the code, and the code.
 */
#include "error_detail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

/*
 * Joins the parts. The end, "<: reason> (<code>)", stays whole; the part before it is cut if
 * necessary.
 */
static void finish(struct up_error_detail *problem, char *what, const char *reason, uint32_t code)
{
    char end[300] = "";
    size_t begin;

    if (code != 0) {
        snprintf(end, sizeof end, "%s%s (%lu)", reason[0] != '\0' ? ": " : "", reason,
                 (unsigned long)code);
    }
    up_utf8_cut(what, sizeof problem->text - 1 - strlen(end));
    begin = strlen(what);
    memcpy(problem->text, what, begin);
    memcpy(problem->text + begin, end, strlen(end) + 1);
    problem->code = code;
}

static void write_problem(struct up_error_detail *problem, uint32_t code, int says_why,
                          const char *advice, const char *format, va_list arguments)
{
    char what[2 * sizeof problem->text];
    char reason[256] = "";
    char copy[2 * sizeof problem->advice];

    vsnprintf(what, sizeof what, format, arguments);
    if (code != 0 && !says_why) {
        up_error_detail_system_text(code, reason, sizeof reason);
    }
    /* The argument advice may be part of *problem. */
    snprintf(copy, sizeof copy, "%s", advice != NULL ? advice : "");
    finish(problem, what, reason, code);
    up_utf8_cut(copy, sizeof problem->advice - 1);
    memcpy(problem->advice, copy, strlen(copy) + 1);
}

void up_error_detail_set(struct up_error_detail *problem, uint32_t code, const char *advice,
                         const char *format, ...)
{
    va_list arguments;

    if (problem != NULL) {
        va_start(arguments, format);
        write_problem(problem, code, 0, advice, format, arguments);
        va_end(arguments);
    }
}

void up_error_detail_say(struct up_error_detail *problem, uint32_t code, const char *advice,
                         const char *format, ...)
{
    va_list arguments;

    if (problem != NULL) {
        va_start(arguments, format);
        write_problem(problem, code, 1, advice, format, arguments);
        va_end(arguments);
    }
}

void up_error_detail_clear(struct up_error_detail *problem)
{
    if (problem != NULL) {
        memset(problem, 0, sizeof *problem);
    }
}
