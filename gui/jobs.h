/* SPDX-License-Identifier: MIT
 *
 * What takes time: apply, start, stop, install and uninstall, from the press of a button to the words about how it ended. Pure C.
 */
#ifndef UP_GUI_JOBS_H
#define UP_GUI_JOBS_H

#include "session.h"

/* Start, Stop, Apply, Uninstall. false: it is another command. */
bool up_jobs_command(struct up_session *session, int id);

/* Installs a driver's file. is_drive_there: this logon has the drive on which it lies. */
void up_jobs_install(struct up_session *session, const char *path, bool is_drive_there);

/* Stores the list, applies it or starts the driver, whichever is needed for it to be in force. */
void up_jobs_bring_into_force(struct up_session *session);

/* The job could not even begin: why, a sentence. */
void up_jobs_failed(struct up_session *session, const char *why);

/* The job has ended: says what went wrong, or goes on. */
void up_jobs_done(struct up_session *session, const struct up_job *job);

/* The window is to close: it does so now, after a job, or not at all. */
void up_jobs_close(struct up_session *session);

#endif
