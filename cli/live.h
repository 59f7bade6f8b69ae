/* SPDX-License-Identifier: MIT
 *
 * What run says on standard error while it records, since standard output is the program's: the
 * live view of --watch, and how much was recorded.
 */
#ifndef UP_CLI_LIVE_H
#define UP_CLI_LIVE_H

#include "control/error_detail.h"
#include "record/record.h"
#include "session/session.h"

/*
 * The live view: on a terminal in place, else in lines (record/watch.h). Result: the sink; NULL
 * with *problem.
 */
struct up_sink *up_live_view(struct up_error_detail *problem);

/* What a session says while the program runs (struct up_session_start). */
void up_note_of_session(void *context, const char *text);

/* Says how many accesses are in the file trace, NULL: in none, and how many are missing. */
void up_say_counts(const struct up_session_counts *counts, const char *trace);

#endif
