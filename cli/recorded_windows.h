/* SPDX-License-Identifier: MIT
 *
 * The parts of run on Windows that are about recording and simulating: --trace, --watch and
 * --device. recorded_windows.c.
 */
#ifndef UP_CLI_RECORDED_WINDOWS_H
#define UP_CLI_RECORDED_WINDOWS_H

#include "core/program_settings.h"
#include "command.h"

struct up_recorded;

/*
 * Begins what the settings and the command line ask for, before the program starts, and puts the
 * session's name into *settings. *recorded becomes NULL if nothing was asked for. Result: -1 to go
 * on; otherwise an exit status.
 */
int up_recorded_begin(const struct up_invocation *line, struct up_program_settings *settings,
                      struct up_recorded **recorded);

/*
 * For run --no-inject: this process is a client of its own session, since it serves the program
 * from outside.
 */
void up_recorded_serve_here(const struct up_program_settings *settings);

/*
 * Ends it after the program, and says what was recorded, or why a file is not whole. waits: also
 * after what the program has started. recorded may be NULL.
 */
void up_recorded_end(struct up_recorded *recorded, bool waits);

#endif
