/* SPDX-License-Identifier: MIT
 *
 * What takes time: apply, start, stop, install and uninstall, from the press of a button to the words about how it ended.
 */
#include "window.h"

#include <commdlg.h>
#include <stdio.h>
#include <string.h>

#include "setup/install.h"
#include "drive.h"

#define QUESTION_MAX 4096u

static struct up_job *new_job(struct up_window *self, enum up_work work)
{
    const struct up_driver_status *driver = &self->model.seen.driver;
    struct up_job *job = up_job_new(work, self->window);

    if (job == NULL) {
        up_message(self->window, "That cannot be done: memory is short.", MB_ICONERROR);
        return NULL;
    }
    job->is_running = driver->answers && !driver->is_other_version;
    job->is_installed = driver->service != UP_SERVICE_ABSENT;
    return job;
}

static void start_job(struct up_window *self, struct up_job *job, int focus_after)
{
    self->focus_after = focus_after;
    self->model.work = job->work;
    up_window_show(self); /* before it begins: what it does is not to be seen earlier than that it runs */
    if (!up_job_start(job)) {
        self->model.work = UP_WORK_NONE;
        up_window_show(self);
        up_message(self->window, "That cannot be done: the system has no thread for it.", MB_ICONERROR);
    }
}

/* Another program changed what is stored: whose settings count? true: go on with ours. */
static bool settle_conflict(struct up_window *self)
{
    char question[QUESTION_MAX];

    if (!up_model_conflict_question(&self->model, question, sizeof question)) {
        return true;
    }
    switch (up_message(self->window, question, MB_YESNOCANCEL | MB_ICONWARNING | MB_DEFBUTTON3)) {
    case IDYES:
        up_model_keep_edits(&self->model);
        return true;
    case IDNO:
        up_model_drop_edits(&self->model);
        up_window_show(self);
        return false;
    default:
        return false;
    }
}

static bool apply(struct up_window *self)
{
    struct up_job *job;

    if (!up_command_can(self, UP_CAN_APPLY) || !settle_conflict(self) || (job = new_job(self, UP_WORK_APPLY)) == NULL) {
        return false;
    }
    job->has_write = true;
    up_model_prepare_write(&self->model, &job->write);
    start_job(self, job, IDC_LIST);
    return true;
}

static void start(struct up_window *self)
{
    const struct up_observation *seen = &self->model.seen;
    struct up_job *job;
    char text[QUESTION_MAX];

    if (!up_command_can(self, UP_CAN_START) || !settle_conflict(self)) {
        return;
    }
    if (seen->driver.service == UP_SERVICE_ABSENT && seen->found[0] == '\0') {
        up_model_no_driver_text(&self->model, text, sizeof text);
        up_message(self->window, text, MB_ICONERROR);
        return;
    }
    job = new_job(self, UP_WORK_START);
    if (job != NULL) {
        snprintf(job->file, sizeof job->file, "%s", seen->found);
        job->has_write = up_model_is_edited(&self->model);
        up_model_prepare_write(&self->model, &job->write);
        start_job(self, job, IDC_STOP);
    }
}

static void stop(struct up_window *self)
{
    struct up_job *job = up_command_can(self, UP_CAN_STOP) ? new_job(self, UP_WORK_STOP) : NULL;

    if (job != NULL) {
        start_job(self, job, IDC_START);
    }
}

void up_jobs_bring_into_force(struct up_window *self)
{
    if (up_command_can(self, UP_CAN_START)) {
        start(self);
    } else {
        apply(self);
    }
}

void up_jobs_install(struct up_window *self, const wchar_t *file)
{
    struct up_problem problem;
    struct up_job *job;
    char path[UP_PATH_MAX];

    up_to_utf8(file, path, sizeof path);
    if (!up_drive_is_there(file)) {
        up_problem_say(
            &problem, ERROR_INVALID_DRIVE,
            "Network drives, and drives that subst made, belong to one user's logon, and an administrator's is "
            "another one. Copy the file to a folder on this computer, such as C:\\Program Files\\UserPort, and install "
            "it from "
            "there.",
            "cannot install %s: there is no drive %c: for this user", path, path[0]);
        up_message_problem(self->window, &problem);
        return;
    }
    if (!up_command_can(self, UP_CAN_INSTALL)) {
        up_problem_set(
            &problem, 0,
            self->model.is_administrator ? "Wait until UserPort has started or stopped, and try it again."
                                         : "Start UserPort.exe as an administrator, with the file as its argument.",
            self->model.is_administrator ? "cannot install %s now" : "cannot install %s: you are not an administrator",
            path);
        up_message_problem(self->window, &problem);
        return;
    }
    job = new_job(self, UP_WORK_INSTALL);
    if (job != NULL) {
        memcpy(job->file, path, sizeof job->file);
        start_job(self, job, IDC_START);
    }
}

/* The driver that Start would install, for the dialog to begin with, and its folder; without one both are "". */
static void propose_file(wchar_t file[UP_PATH_MAX], wchar_t folder[UP_PATH_MAX])
{
    char path[UP_PATH_MAX];
    wchar_t *name;

    if (!up_install_find(path, NULL)) {
        path[0] = '\0';
    }
    up_to_wide(path, file, UP_PATH_MAX);
    wcscpy(folder, file);
    name = wcsrchr(folder, L'\\');
    if (name != NULL) {
        *name = L'\0';
    }
}

static void choose_and_install(struct up_window *self)
{
    wchar_t file[UP_PATH_MAX], folder[UP_PATH_MAX];
    OPENFILENAMEW choose;

    propose_file(file, folder);
    memset(&choose, 0, sizeof choose);
    choose.lStructSize = offsetof(OPENFILENAMEW, pvReserved); /* NT 4.0's size, which all take */
    choose.hwndOwner = self->window;
    choose.lpstrFilter = L"The driver (userport.sys)\0userport*.sys\0Drivers (*.sys)\0*.sys\0";
    choose.lpstrFile = file;
    choose.nMaxFile = UP_PATH_MAX;
    choose.lpstrInitialDir = folder[0] != L'\0' ? folder : NULL;
    choose.lpstrTitle = L"Install UserPort's driver";
    choose.Flags = OFN_FILEMUSTEXIST | OFN_HIDEREADONLY | OFN_NOCHANGEDIR;
    if (GetOpenFileNameW(&choose)) {
        up_jobs_install(self, file);
    }
}

static void uninstall(struct up_window *self)
{
    struct up_job *job;

    if (!up_command_can(self, UP_CAN_UNINSTALL) ||
        up_message(self->window,
                   "Uninstall UserPort?\n\nThe driver is stopped, and removed with its "
                   "list of ports. Programs lose their ports at "
                   "once.",
                   MB_YESNO | MB_ICONWARNING | MB_DEFBUTTON2) != IDYES) {
        return;
    }
    job = new_job(self, UP_WORK_UNINSTALL);
    if (job != NULL) {
        start_job(self, job, IDC_LIST);
    }
}

static void show_report(struct up_window *self, const struct up_job *job)
{
    char text[QUESTION_MAX];
    const bool has_failed = up_model_report_text(job->work, &job->report, text, sizeof text);

    up_message(self->window, text, has_failed ? MB_ICONWARNING : MB_ICONINFORMATION);
}

/* The install wants a yes. true: it was asked for, and with a yes the same job runs once more. */
static bool was_question(struct up_window *self, const struct up_job *job)
{
    char question[QUESTION_MAX];
    struct up_job *again;

    if (job->is_done || self->is_closing ||
        !up_model_install_question(&job->report, &job->problem, question, sizeof question)) {
        return false;
    }
    if (up_message(self->window, question, MB_YESNO | MB_ICONWARNING | MB_DEFBUTTON2) != IDYES ||
        (again = new_job(self, job->work)) == NULL) {
        self->test = UP_NO_TEST;
        return true;
    }
    again->has_write = job->has_write;
    again->write = job->write;
    memcpy(again->file, job->file, sizeof again->file);
    again->accepted = job->accepted | UP_INSTALL_ACCEPTS(job->report.asks);
    start_job(self, again, IDC_START);
    return true;
}

static void focus_after_job(struct up_window *self)
{
    HWND wanted = self->focus_after != 0 ? up_item(self, self->focus_after) : NULL;
    HWND now = GetFocus();

    self->focus_after = 0;
    if (wanted != NULL && IsWindowEnabled(wanted) && (now == NULL || now == up_item(self, IDC_LIST))) {
        SendMessageW(self->window, WM_NEXTDLGCTL, (WPARAM)wanted, TRUE);
    }
}

void up_jobs_done(struct up_window *self)
{
    struct up_job *job = self->ended;

    self->ended = NULL;
    self->model.work = UP_WORK_NONE;
    up_window_show(self);
    focus_after_job(self);
    if (was_question(self, job)) {
        up_job_free(job);
        return;
    }
    if (!job->is_done) {
        self->is_closing = false;
        self->test = UP_NO_TEST;
        up_message_problem(self->window, &job->problem);
    } else if (job->is_installed_now) { /* or uninstalled */
        show_report(self, job);
    }
    up_job_free(job);
    if (self->is_closing) {
        DestroyWindow(self->window);
    } else if (self->test != UP_NO_TEST) {
        up_tests_go_on(self);
    }
}

bool up_jobs_may_close(struct up_window *self)
{
    char question[QUESTION_MAX];

    if (self->model.work != UP_WORK_NONE) {
        self->is_closing = true; /* when it has ended */
        return false;
    }
    if (!up_command_can(self, UP_CAN_APPLY) || !up_model_close_question(&self->model, question, sizeof question)) {
        return true;
    }
    switch (up_message(self->window, question, MB_YESNOCANCEL | MB_ICONQUESTION)) {
    case IDYES:
        self->is_closing = apply(self);
        return false;
    case IDNO:
        return true;
    default:
        return false;
    }
}

bool up_jobs_command(struct up_window *self, int id)
{
    switch (id) {
    case IDC_START:
        start(self);
        return true;
    case IDC_STOP:
        stop(self);
        return true;
    case IDC_APPLY:
        apply(self);
        return true;
    case IDM_INSTALL:
        choose_and_install(self);
        return true;
    case IDM_UNINSTALL:
        uninstall(self);
        return true;
    default:
        return false;
    }
}
