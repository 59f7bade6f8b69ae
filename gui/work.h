/* SPDX-License-Identifier: MIT
 *
 * Runs the jobs that take time, so that the window does not wait for them: start, stop, apply,
 * install and uninstall. One job runs at a time, in a thread of its own, which posts WM_UP_DONE
 * with the job when it ends.
 */
#ifndef UP_GUI_WORK_H
#define UP_GUI_WORK_H

#include <windows.h>

#include "session.h"

#define WM_UP_DONE (WM_APP + 2) /* lParam: struct up_job *, to be freed with up_work_free */

/*
 * Runs a copy of the job, which comes back with WM_UP_DONE. Result: NULL; or a sentence that says
 * why it could not begin.
 */
const char *up_work_start(const struct up_job *job, HWND window);

/* Frees a job that came back with WM_UP_DONE, and closes the handle of its thread. */
void up_work_free(struct up_job *job);

#endif
