/* SPDX-License-Identifier: MIT
 *
 * The jobs that take time (apply, start, stop, install and uninstall), from the click on a button
 * to the message about the result. Pure C.
 */
#ifndef UP_GUI_JOBS_H
#define UP_GUI_JOBS_H

#include "session.h"

/* Runs Start, Stop, Apply or Uninstall. Result: false if id is another command. */
bool up_jobs_command(struct up_session *session, int id);

/* Installs a driver's file. is_drive_there: this logon has the drive of the path. */
void up_jobs_install(struct up_session *session, const char *path, bool is_drive_there);

/*
 * Stores the list, applies it, or starts the driver, whichever is needed to put the list into
 * force.
 */
void up_jobs_bring_into_force(struct up_session *session);

/* Reports that the job could not begin. why: a sentence. */
void up_jobs_failed(struct up_session *session, const char *why);

/* Handles the end of the job: reports what failed, or continues with what follows. */
void up_jobs_done(struct up_session *session, const struct up_job *job);

/* Handles a request to close the window: it closes now, after a job, or not at all. */
void up_jobs_close(struct up_session *session);

#endif
