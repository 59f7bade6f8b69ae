/* SPDX-License-Identifier: MIT
 *
 * The live view of run --watch, and the counts. See live.h.
 */
#include "live.h"

#include <string.h>

#include "record/watch.h"
#include "console.h"
#include "output.h"

static void write_text(void *context, const char *text)
{
    uint32_t code;

    (void)context;
    (void)up_console_write(true, text, strlen(text), &code);
}

static void go_back(void *context, unsigned lines)
{
    (void)context;
    up_console_go_back(lines);
}

static uint32_t clock_ms(void *context)
{
    (void)context;
    return up_console_clock();
}

static void size(void *context, unsigned *columns, unsigned *rows)
{
    (void)context;
    up_console_size(columns, rows);
}

struct up_sink *up_live_view(struct up_error_detail *problem)
{
    static const struct up_watch_output output = {write_text, go_back, clock_ms, size, NULL};

    return up_watch_new(&output, problem);
}

void up_note_of_session(void *context, const char *text)
{
    (void)context;
    up_note("%s", text);
}

void up_say_counts(const struct up_session_counts *counts, const char *trace)
{
    if (trace != NULL) {
        up_note(counts->recorded == 1 ? "%lu access is in %s" : "%lu accesses are in %s",
                (unsigned long)counts->recorded, trace);
    }
    if (counts->lost > 0) {
        up_note(counts->lost == 1
                    ? "%lu access came faster than it could be written, and is missing"
                    : "%lu accesses came faster than they could be written, and are missing",
                (unsigned long)counts->lost);
    }
}
