/* SPDX-License-Identifier: MIT
 *
 * The live view of run --watch: on a terminal one line for each port, drawn again in place a few
 * times a second; elsewhere a line for each access that changes something, not too many of them.
 * What is not shown is counted, and said.
 */
#ifndef UP_RECORD_WATCH_H
#define UP_RECORD_WATCH_H

#include "record.h"

/* Fewer lines a second than this are all shown where there is no terminal. */
#define UP_WATCH_LINES 50u

struct up_watch_output {
    /* Whole lines in UTF-8, each with its line feed. */
    void (*write)(void *context, const char *text);
    /*
     * Moves the cursor of the terminal to the beginning of the line that is so many lines higher,
     * and clears everything from there on. NULL: by escape sequences of ANSI, with write.
     */
    void (*go_back)(void *context, unsigned lines);
    uint32_t (*clock)(void *context); /* in milliseconds; it may wrap */
    /* Of the terminal, now. It is none if both are 0 when the sink is made. */
    void (*size)(void *context, unsigned *columns, unsigned *rows);
    void *context;
};

/* Result: NULL with *problem. flush draws; it has to be called a few times a second. */
struct up_sink *up_watch_new(const struct up_watch_output *output, struct up_error_detail *problem);

#endif
