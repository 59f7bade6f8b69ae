/* SPDX-License-Identifier: MIT
 *
 * The jobs, step by step. A step that fails ends its job.
 */
#include "work.h"

#include <process.h>
#include <stdlib.h>

#include "monitor.h"

#define STOP_MILLISECONDS 5000u /* then a stop goes on waiting by itself, and the window shows for whom */

static bool store(struct up_job *job)
{
    return !job->has_write || up_settings_change(up_model_write, &job->write, NULL, &job->problem);
}

static bool install(struct up_job *job)
{
    job->is_installed_now =
        up_install_accepting(job->file[0] != '\0' ? job->file : NULL, true, job->accepted, &job->report, &job->problem);
    return job->is_installed_now;
}

static bool run_start(struct up_job *job)
{
    if (!job->is_installed) {
        if (!install(job)) {
            return false;
        }
    }
    return store(job) && up_driver_start(&job->problem);
}

static bool run_stop(struct up_job *job)
{
    struct up_holders holders;

    return up_driver_stop(STOP_MILLISECONDS, &job->stop, &holders, &job->problem);
}

static bool run(struct up_job *job)
{
    switch (job->work) {
    case UP_WORK_APPLY:
        return store(job) && (!job->is_running || up_driver_apply(true, &job->problem));
    case UP_WORK_START:
        return run_start(job);
    case UP_WORK_STOP:
        return run_stop(job);
    case UP_WORK_INSTALL:
        return install(job);
    default:
        job->is_installed_now = up_uninstall(&job->report, &job->problem);
        return job->is_installed_now;
    }
}

static unsigned __stdcall job_thread(void *context)
{
    struct up_job *job = context;

    job->is_done = run(job);
    if (!PostMessageW(job->window, WM_UP_DONE, 0, (LPARAM)job)) {
        up_job_free(job); /* the window is gone */
    }
    return 0;
}

struct up_job *up_job_new(enum up_work work, HWND window)
{
    struct up_job *job = calloc(1, sizeof *job);

    if (job != NULL) {
        job->work = work;
        job->window = window;
    }
    return job;
}

bool up_job_start(struct up_job *job)
{
    /* Suspended until the handle is in the job: it may come back, and be freed, before this returns. */
    job->thread = (HANDLE)_beginthreadex(NULL, 0, job_thread, job, CREATE_SUSPENDED, NULL);
    if (job->thread == NULL) {
        up_job_free(job);
        return false;
    }
    ResumeThread(job->thread);
    return true;
}

void up_job_free(struct up_job *job)
{
    if (job != NULL) {
        if (job->thread != NULL) {
            CloseHandle(job->thread);
        }
        free(job);
    }
}
