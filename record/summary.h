/* SPDX-License-Identifier: MIT
 *
 * Recordings as text: what a program did with its ports, as few lines as tell it.
 */
#ifndef UP_RECORD_SUMMARY_H
#define UP_RECORD_SUMMARY_H

#include "record.h"

/* Where the text goes: whole lines, each with its line feed, UTF-8. */
struct up_text_output {
    void (*write)(void *context, const char *text);
    void *context;
};

/*
 * A sink that folds: runs of the same access, what was read until it changed, blocks, and loops;
 * with a table of the ports at the end. Its memory is bounded. Result: NULL with *problem.
 */
struct up_sink *up_summary_new(const struct up_text_output *output,
                               const struct up_record_info *info, struct up_error_detail *problem);

/* A sink that writes a line for each access. Result: NULL with *problem. */
struct up_sink *up_raw_new(const struct up_text_output *output, struct up_error_detail *problem);

#define UP_RAW_LINE 400u

/* The line of one access, with its line feed. */
void up_raw_line(const struct up_record *record, char line[UP_RAW_LINE]);

#endif
