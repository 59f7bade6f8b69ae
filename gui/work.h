/* SPDX-License-Identifier: MIT
 *
 * What takes time and must not be waited for by the window: start, stop, apply, install, uninstall. One job at a time, in a
 * thread of its own, which posts WM_UP_DONE with the job when it ends.
 */
#ifndef UP_GUI_WORK_H
#define UP_GUI_WORK_H

#include "model.h"
#include "desktop.h"

struct up_job {
    enum up_work work;
    HWND window;
    HANDLE thread;
    bool is_running;   /* the driver, when the job was given: what is stored is also applied */
    bool is_installed; /* likewise; if not, a start installs it first */
    bool has_write;    /* the settings are stored */
    struct up_model_write write;
    char file[UP_PATH_MAX]; /* to install; "": what is found */
    uint32_t accepted;      /* UP_INSTALL_ACCEPTS(...): what the user has said yes to */

    bool is_done; /* the result; if not, problem */
    struct up_problem problem;
    bool is_installed_now; /* report holds something; report.asks also without */
    struct up_install_report report;
    enum up_stop_result stop;
};

/* A job with nothing in it; NULL: no memory. */
struct up_job *up_job_new(enum up_work work, HWND window);

/* Runs it; it comes back with WM_UP_DONE. false: no thread could be had, and it is freed. */
bool up_job_start(struct up_job *job);

void up_job_free(struct up_job *job);

#endif
