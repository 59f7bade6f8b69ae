/* SPDX-License-Identifier: MIT
 *
 * A session for programs of this Windows: its ring is a section and its devices are behind a pipe,
 * both under a name that the program gets in its settings (record/client.h). host_windows.c.
 */
#ifndef UP_SESSION_HOST_WINDOWS_H
#define UP_SESSION_HOST_WINDOWS_H

#include "core/program_settings.h"
#include "session.h"

struct up_host;

/*
 * Opens a session. start->ring is set here. name becomes what belongs into the program's settings.
 * Result: NULL with *problem.
 */
struct up_host *up_host_open(const struct up_session_start *start, char name[UP_SESSION_NAME_MAX],
                             struct up_error_detail *problem);

/* How many modules of processes are connected: 0 when the last of the programs has ended. */
uint32_t up_host_clients(const struct up_host *host);

/* Ends the session, as up_session_close. Programs that still run lose their devices. */
bool up_host_close(struct up_host *host, struct up_session_counts *counts,
                   struct up_error_detail *problem);

#endif
