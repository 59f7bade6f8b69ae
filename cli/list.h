/* SPDX-License-Identifier: MIT
 *
 * What list, grant, revoke, set and defaults do on every system (list.c), for the tables of commands in list_windows.c and
 * list_linux.c; and what these files have in other words.
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

/* A note for each problem of the settings. */
void up_list_note_problems(uint32_t problems);

/* ---- each system's own ---------------------------------------------------------------------------------------------------- */

/* The end of a sentence about settings that make no sense: ", so that ..." */
extern const char up_list_nothing_granted[];

/* false: *problem says why the list of these settings cannot be told, although somebody may have its ports. */
bool up_list_is_known(const struct up_settings *policy, struct up_error_detail *problem);

#endif
