/* SPDX-License-Identifier: MIT
 *
 * Runs the jobs step by step (work.h). A step that fails ends its job.
 */
#include "work.h"

#include <process.h>
#include <stdlib.h>

/* After that a stop continues to wait by itself, and the window shows for which programs. */
#define STOP_MILLISECONDS 5000u

static bool store(struct up_job *job)
{
    return !job->has_write || up_store_change(up_model_write, &job->write, NULL, &job->problem);
}

static bool install(struct up_job *job)
{
    job->is_installed_now = up_install_accepting(job->file[0] != '\0' ? job->file : NULL, true,
                                                 job->accepted, &job->report, &job->problem);
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
    enum up_stop_result result;
    struct up_holders holders;

    return up_driver_stop(STOP_MILLISECONDS, &result, &holders, &job->problem);
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

/* The context of the thread. The job comes first, so that freeing the job frees the whole. */
struct work {
    struct up_job job;
    HWND window;
    HANDLE thread;
};

static unsigned __stdcall job_thread(void *context)
{
    struct work *work = context;

    work->job.is_done = run(&work->job);
    if (!PostMessageW(work->window, WM_UP_DONE, 0, (LPARAM)&work->job)) {
        up_work_free(&work->job); /* the window was destroyed */
    }
    return 0;
}

const char *up_work_start(const struct up_job *job, HWND window)
{
    struct work *work = calloc(1, sizeof *work);

    if (work == NULL) {
        return "That cannot be done: memory is short.";
    }
    work->job = *job;
    work->window = window;
    /*
     * The thread starts suspended, so that its handle is in the job before the job can come back
     * and be freed.
     */
    work->thread = (HANDLE)_beginthreadex(NULL, 0, job_thread, work, CREATE_SUSPENDED, NULL);
    if (work->thread == NULL) {
        free(work);
        return "That cannot be done: the system has no thread for it.";
    }
    ResumeThread(work->thread);
    return NULL;
}

void up_work_free(struct up_job *job)
{
    struct work *work = (struct work *)job;

    CloseHandle(work->thread);
    free(work);
}
