/* SPDX-License-Identifier: MIT
 *
 * The functions of list, grant, revoke, set and defaults for every system (list.c). list_windows.c
 * and list_linux.c have the tables of these commands, and the texts that differ.
 */
#ifndef UP_CLI_LIST_H
#define UP_CLI_LIST_H

#include "core/settings.h"
#include "command.h"

int up_run_list(const struct up_invocation *line);
int up_run_grant(const struct up_invocation *line);
int up_run_revoke(const struct up_invocation *line);
int up_run_set(const struct up_invocation *line);
int up_run_defaults(const struct up_invocation *line);

/* Prints a note for each problem of the settings. */
void up_list_note_problems(uint32_t problems);

/* ---- specific to each system ----------------------------------------------------------------- */

/* The end of a sentence about invalid settings: ", so that ..." */
extern const char up_list_nothing_granted[];

/*
 * Can the list of these settings be shown? Result: false if somebody may have its ports and yet it
 * cannot; *problem says why.
 */
bool up_list_is_known(const struct up_settings *policy, struct up_error_detail *problem);

#endif
