/* SPDX-License-Identifier: MIT
 *
 * Runs the jobs (jobs.h), one at a time: while one is running, the model offers no command that
 * would begin another.
 */
#include "jobs.h"

#include <stdio.h>
#include <string.h>

#include "resource.h"

#define INVALID_DRIVE 15u /* ERROR_INVALID_DRIVE */

/* ---- beginning a job ------------------------------------------------------------------------- */

static void give(struct up_session *session, enum up_work work, int focus)
{
    const struct up_driver_status *driver = &session->model.seen.driver;

    session->job.work = work;
    session->job.is_running = driver->answers && !driver->is_other_version;
    session->job.is_installed = driver->service != UP_SERVICE_ABSENT;
    session->job_focus = focus;
    session->model.work = work;
    session->next.kind = UP_NEXT_JOB;
}

static struct up_job *new_job(struct up_session *session)
{
    memset(&session->job, 0, sizeof session->job);
    return &session->job;
}

/* Cancels what was to follow the job. */
static void give_up(struct up_session *session)
{
    session->is_closing = false;
    session->test = UP_NO_TEST;
}

static void give_apply(struct up_session *session)
{
    struct up_job *job = new_job(session);

    job->has_write = true;
    up_model_prepare_write(&session->model, &job->write);
    give(session, UP_WORK_APPLY, IDC_LIST);
}

static void give_start(struct up_session *session)
{
    const struct up_observation *seen = &session->model.seen;
    struct up_job *job;

    if (seen->driver.service == UP_SERVICE_ABSENT && seen->found[0] == '\0') {
        up_model_no_driver_text(&session->model, session->next.text, sizeof session->next.text);
        up_session_box(session, UP_BOX_ERROR, NULL);
        give_up(session);
        return;
    }
    job = new_job(session);
    snprintf(job->file, sizeof job->file, "%s", seen->found);
    job->has_write = up_model_is_edited(&session->model);
    up_model_prepare_write(&session->model, &job->write);
    give(session, UP_WORK_START, IDC_STOP);
}

/*
 * Handles the answer to the question of whose settings count, after another program has changed the
 * stored ones.
 */
static void settle(struct up_session *session, enum up_answer answer,
                   void (*give_it)(struct up_session *session))
{
    switch (answer) {
    case UP_ANSWER_YES:
        up_model_keep_edits(&session->model);
        give_it(session);
        break;
    case UP_ANSWER_NO:
        up_model_drop_edits(&session->model);
        give_up(session);
        break;
    case UP_ANSWER_CANCEL:
        give_up(session);
        break;
    }
}

static void start_settled(struct up_session *session, enum up_answer answer)
{
    settle(session, answer, give_start);
}

static void apply_settled(struct up_session *session, enum up_answer answer)
{
    settle(session, answer, give_apply);
}

static void start_or_apply(struct up_session *session, bool is_start)
{
    struct up_next *next = &session->next;

    if (!up_session_can(session, is_start ? UP_CAN_START : UP_CAN_APPLY)) {
        give_up(session);
    } else if (up_model_conflict_question(&session->model, next->text, sizeof next->text)) {
        up_session_box(session, UP_BOX_CAUTION_CANCEL, is_start ? start_settled : apply_settled);
    } else if (is_start) {
        give_start(session);
    } else {
        give_apply(session);
    }
}

void up_jobs_bring_into_force(struct up_session *session)
{
    start_or_apply(session, up_session_can(session, UP_CAN_START));
}

static void stop(struct up_session *session)
{
    if (up_session_can(session, UP_CAN_STOP)) {
        new_job(session);
        give(session, UP_WORK_STOP, IDC_START);
    }
}

void up_jobs_install(struct up_session *session, const char *path, bool is_drive_there)
{
    struct up_error_detail *problem = &session->next.problem;
    const bool is_administrator = session->model.is_administrator;

    if (!is_drive_there) {
        up_error_detail_say(problem, INVALID_DRIVE,
                            "Network drives, and drives that subst made, belong to one user's "
                            "logon, and an administrator's is "
                            "another one. Copy the file to a folder on this computer, such as "
                            "C:\\Program Files\\UserPort, and install "
                            "it from there.",
                            "cannot install %s: there is no drive %c: for this user", path,
                            path[0]);
        up_session_box(session, UP_BOX_PROBLEM, NULL);
        return;
    }
    if (!up_session_can(session, UP_CAN_INSTALL)) {
        up_error_detail_set(
            problem, 0,
            is_administrator
                ? "Wait until UserPort has started or stopped, and try it again."
                : "Start UserPort.exe as an administrator, with the file as its argument.",
            is_administrator ? "cannot install %s now"
                             : "cannot install %s: you are not an administrator",
            path);
        up_session_box(session, UP_BOX_PROBLEM, NULL);
        return;
    }
    snprintf(new_job(session)->file, sizeof session->job.file, "%s", path);
    give(session, UP_WORK_INSTALL, IDC_START);
}

static void uninstall_answered(struct up_session *session, enum up_answer answer)
{
    if (answer == UP_ANSWER_YES) {
        new_job(session);
        give(session, UP_WORK_UNINSTALL, IDC_LIST);
    }
}

static void uninstall(struct up_session *session)
{
    if (up_session_can(session, UP_CAN_UNINSTALL)) {
        snprintf(session->next.text, sizeof session->next.text, "%s",
                 "Uninstall UserPort?\n\nThe driver is stopped, and removed with its list of "
                 "ports. Programs lose their "
                 "ports at once.");
        up_session_box(session, UP_BOX_CAUTION, uninstall_answered);
    }
}

bool up_jobs_command(struct up_session *session, int id)
{
    switch (id) {
    case IDC_START:
        start_or_apply(session, true);
        return true;
    case IDC_STOP:
        stop(session);
        return true;
    case IDC_APPLY:
        start_or_apply(session, false);
        return true;
    case IDM_UNINSTALL:
        uninstall(session);
        return true;
    default:
        return false;
    }
}

/* ---- the end of a job ------------------------------------------------------------------------ */

void up_jobs_failed(struct up_session *session, const char *why)
{
    session->model.work = UP_WORK_NONE;
    give_up(session);
    snprintf(session->next.text, sizeof session->next.text, "%s", why);
    up_session_box(session, UP_BOX_ERROR, NULL);
}

/* Handles the answer to a question of the install. After a yes, the same job runs again. */
static void install_answered(struct up_session *session, enum up_answer answer)
{
    struct up_job *job = &session->job;

    if (answer != UP_ANSWER_YES) {
        give_up(session);
        return;
    }
    job->accepted |= UP_INSTALL_ACCEPTS(job->report.asks);
    job->is_done = job->is_installed_now = false;
    memset(&job->problem, 0, sizeof job->problem);
    memset(&job->report, 0, sizeof job->report);
    give(session, job->work, IDC_START);
}

static void go_on(struct up_session *session)
{
    if (session->is_closing) {
        session->next.kind = UP_NEXT_CLOSE;
    } else if (session->test != UP_NO_TEST) {
        session->next.kind = UP_NEXT_CONTINUE;
    }
}

static void report_shown(struct up_session *session, enum up_answer answer)
{
    (void)answer;
    go_on(session);
}

void up_jobs_done(struct up_session *session, const struct up_job *job)
{
    struct up_next *next = &session->next;

    session->model.work = UP_WORK_NONE;
    next->focus_first = session->job_focus;
    session->job_focus = 0;
    if (!job->is_done && !session->is_closing &&
        up_model_install_question(&job->report, &job->problem, next->text, sizeof next->text)) {
        session->job = *job;
        up_session_box(session, UP_BOX_CAUTION, install_answered);
    } else if (!job->is_done) {
        give_up(session);
        next->problem = job->problem;
        up_session_box(session, UP_BOX_PROBLEM, NULL);
    } else if (job->is_installed_now) { /* or uninstalled */
        const bool has_failed =
            up_model_report_text(job->work, &job->report, next->text, sizeof next->text);

        up_session_box(session, has_failed ? UP_BOX_WARNING : UP_BOX_INFORMATION, report_shown);
    } else {
        go_on(session);
    }
}

static void close_answered(struct up_session *session, enum up_answer answer)
{
    if (answer == UP_ANSWER_YES) {
        session->is_closing = true;
        start_or_apply(session, false);
    } else if (answer == UP_ANSWER_NO) {
        session->next.kind = UP_NEXT_CLOSE;
    }
}

void up_jobs_close(struct up_session *session)
{
    struct up_next *next = &session->next;

    if (session->model.work != UP_WORK_NONE) {
        session->is_closing = true; /* when the job has ended */
    } else if (up_session_can(session, UP_CAN_APPLY) &&
               up_model_close_question(&session->model, next->text, sizeof next->text)) {
        up_session_box(session, UP_BOX_YES_NO_CANCEL, close_answered);
    } else {
        next->kind = UP_NEXT_CLOSE;
    }
}
