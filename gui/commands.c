/* SPDX-License-Identifier: MIT
 *
 * What the buttons and menus do: changes of the list in the model, all else as a job.
 */
#include "window.h"

#include <commdlg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drive.h"
#include "elevate.h"
#include "list.h"
#include "mapcontrol.h"
#include "watch.h"

#define QUESTION_MAX 4096u

static bool can(const struct up_window *self, uint32_t command)
{
    return (up_model_commands(&self->model) & command) != 0;
}

/* ---- jobs ------------------------------------------------------------------------------------------------------------- */

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

    if (!can(self, UP_CAN_APPLY) || !settle_conflict(self) || (job = new_job(self, UP_WORK_APPLY)) == NULL) {
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

    if (!can(self, UP_CAN_START) || !settle_conflict(self)) {
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
    struct up_job *job = can(self, UP_CAN_STOP) ? new_job(self, UP_WORK_STOP) : NULL;

    if (job != NULL) {
        start_job(self, job, IDC_START);
    }
}

void up_command_bring_into_force(struct up_window *self)
{
    if (can(self, UP_CAN_START)) {
        start(self);
    } else {
        apply(self);
    }
}

void up_command_install(struct up_window *self, const wchar_t *file)
{
    struct up_problem problem;
    struct up_job *job;
    char path[UP_PATH_MAX];

    up_to_utf8(file, path, sizeof path);
    if (!up_drive_is_there(file)) {
        up_problem_say(
            &problem, ERROR_INVALID_DRIVE,
            "Network drives, and drives that subst made, belong to one user's logon, and an administrator's is "
            "another one. Copy the file to a folder on this computer, such as C:\\UserPort, and install it from "
            "there.",
            "cannot install %s: there is no drive %c: for this user", path, path[0]);
        up_message_problem(self->window, &problem);
        return;
    }
    if (!can(self, UP_CAN_INSTALL)) {
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

static void choose_and_install(struct up_window *self)
{
    wchar_t file[UP_PATH_MAX] = L"";
    OPENFILENAMEW choose;

    memset(&choose, 0, sizeof choose);
    choose.lStructSize = offsetof(OPENFILENAMEW, pvReserved); /* NT 4.0's size, which all take */
    choose.hwndOwner = self->window;
    choose.lpstrFilter = L"The driver (userport.sys)\0userport*.sys\0Drivers (*.sys)\0*.sys\0";
    choose.lpstrFile = up_to_wide(self->model.seen.found, file, UP_PATH_MAX);
    choose.nMaxFile = UP_PATH_MAX;
    choose.lpstrTitle = L"Install UserPort's driver";
    choose.Flags = OFN_FILEMUSTEXIST | OFN_HIDEREADONLY | OFN_NOCHANGEDIR;
    if (GetOpenFileNameW(&choose)) {
        up_command_install(self, file);
    }
}

static void uninstall(struct up_window *self)
{
    struct up_job *job;

    if (!can(self, UP_CAN_UNINSTALL) || up_message(self->window,
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
    const bool has_failed = up_install_has_failed(&job->report);
    char text[QUESTION_MAX];
    size_t length;

    length = (size_t)snprintf(text, sizeof text, "%s%s",
                              job->work == UP_WORK_UNINSTALL ? "UserPort is uninstalled.\n"
                              : job->report.was_upgrade ? "UserPort is installed anew. Its list of ports was kept.\n"
                                                        : "UserPort is installed. Start opens the ports in the list.\n",
                              has_failed ? "One thing failed; it is marked below.\n" : "");
    for (int step = 0; step < UP_STEP_COUNT && length < sizeof text; step++) {
        if (job->report.steps[step].outcome != UP_STEP_NOT_NEEDED &&
            job->report.steps[step].outcome != UP_STEP_NOT_FOUND && job->report.steps[step].text[0] != '\0') {
            length += (size_t)snprintf(text + length, sizeof text - length, "\n%s%s: %s",
                                       job->report.steps[step].outcome == UP_STEP_FAILED ? "FAILED: " : "",
                                       up_install_step_text((enum up_install_step)step), job->report.steps[step].text);
        }
    }
    up_message(self->window, text, has_failed ? MB_ICONWARNING : MB_ICONINFORMATION);
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

void up_command_done(struct up_window *self)
{
    struct up_job *job = self->ended;

    self->ended = NULL;
    self->model.work = UP_WORK_NONE;
    up_window_show(self);
    focus_after_job(self);
    if (!job->is_done) {
        self->is_closing = false;
        self->test = UP_NO_TEST;
        up_message_problem(self->window, &job->problem);
    } else if (job->work == UP_WORK_INSTALL || job->work == UP_WORK_UNINSTALL) {
        show_report(self, job);
    }
    up_job_free(job);
    if (self->is_closing) {
        DestroyWindow(self->window);
    } else if (self->test != UP_NO_TEST) {
        up_tests_go_on(self);
    }
}

bool up_command_may_close(struct up_window *self)
{
    char question[QUESTION_MAX];

    if (self->model.work != UP_WORK_NONE) {
        self->is_closing = true; /* when it has ended */
        return false;
    }
    if (!can(self, UP_CAN_APPLY) || !up_model_close_question(&self->model, question, sizeof question)) {
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

/* ---- the list ----------------------------------------------------------------------------------------------------------- */

bool up_command_add_ports(struct up_window *self, const struct up_portset *ports)
{
    char question[QUESTION_MAX];

    if (up_model_hazard_question(&self->model, ports, question, sizeof question) &&
        up_message(self->window, question, MB_YESNO | MB_ICONWARNING | MB_DEFBUTTON2) != IDYES) {
        return false;
    }
    up_model_add(&self->model, ports);
    up_window_show(self);
    return true;
}

/* The field shows what is wrong: the words below it, the place selected in it. */
static void show_error(struct up_window *self, const char *text, const struct up_portlist_error *error,
                       const char *message)
{
    HWND field = up_item(self, IDC_FIELD);
    int first = error->offset > 0 ? MultiByteToWideChar(CP_UTF8, 0, text, (int)error->offset, NULL, 0) : 0;
    int length =
        error->length > 0 ? MultiByteToWideChar(CP_UTF8, 0, text + error->offset, (int)error->length, NULL, 0) : 0;

    up_set_text(up_item(self, IDC_FIELD_ERROR), message);
    SendMessageW(self->window, WM_NEXTDLGCTL, (WPARAM)field, TRUE);
    SendMessageW(field, EM_SETSEL, (WPARAM)first, first + length);
}

static void add_field(struct up_window *self)
{
    HWND field = up_item(self, IDC_FIELD);
    char text[3072], message[400];
    struct up_portset ports;
    struct up_portlist_error error;

    if (!can(self, UP_CAN_EDIT)) {
        return;
    }
    up_get_text(field, text, sizeof text);
    if (!up_model_parse(text, &ports, &error, message, sizeof message)) {
        show_error(self, text, &error, message);
        return;
    }
    if (up_portset_count(&ports) > 0 && up_command_add_ports(self, &ports)) {
        SetWindowTextW(field, L"");
    }
    SendMessageW(self->window, WM_NEXTDLGCTL, (WPARAM)field, TRUE);
}

static const struct preset {
    const wchar_t *label;
    const char *list;
} presets[] = {
    {L"LPT&1\t378-37F", "lpt1"},
    {L"LPT&2\t278-27F", "lpt2"},
    {L"LPT&3\t3BC-3BF", "lpt3"},
    {L"LPT1 with &ECP\t378-37F, 778-77A", "lpt1 lpt1ecp"},
    {L"LPT2 &with ECP\t278-27F, 678-67A", "lpt2 lpt2ecp"},
    {NULL, NULL},
    {L"&Speaker\t42-43, 61", "speaker"},
    {L"&Game port\t200-207", "game"},
    {NULL, NULL},
    {L"C&OM1\t3F8-3FF", "com1"},
    {L"CO&M2\t2F8-2FF", "com2"},
    {L"COM&3\t3E8-3EF", "com3"},
    {L"COM&4\t2E8-2EF", "com4"},
    {NULL, NULL},
    {L"&Classic defaults...\t200-37F, 3BC-3BF, 3E8-3FF", "classic"},
};
#define PRESET_COUNT ((int)(sizeof presets / sizeof presets[0]))

void up_command_presets(struct up_window *self)
{
    HMENU menu = CreatePopupMenu();
    RECT button;
    int chosen;

    if (menu == NULL) {
        return;
    }
    for (int i = 0; i < PRESET_COUNT; i++) {
        AppendMenuW(menu, presets[i].label != NULL ? MF_STRING : MF_SEPARATOR, (UINT_PTR)(IDM_PRESET_FIRST + i),
                    presets[i].label);
    }
    GetWindowRect(up_item(self, IDC_PRESETS), &button);
    chosen = TrackPopupMenu(menu, TPM_LEFTALIGN | TPM_RETURNCMD | TPM_NONOTIFY, button.left, button.bottom, 0,
                            self->window, NULL);
    DestroyMenu(menu);
    if (chosen != 0) {
        up_command(self, chosen);
    }
}

static void add_preset(struct up_window *self, const struct preset *preset)
{
    char question[QUESTION_MAX];
    struct up_portset ports;

    up_portset_deny_all(&ports);
    up_portlist_parse(preset->list, strlen(preset->list), &ports, NULL);
    if (strcmp(preset->list, "classic") != 0) {
        up_command_add_ports(self, &ports);
        return;
    }
    up_model_classic_question(&self->model, question, sizeof question);
    if (up_message(self->window, question, MB_YESNO | MB_ICONWARNING | MB_DEFBUTTON2) == IDYES) {
        up_model_add(&self->model, &ports);
        up_window_show(self);
    }
}

static void edit(struct up_window *self, bool (*change)(struct up_model *), uint32_t command)
{
    if (can(self, command) && change(&self->model)) {
        up_window_show(self);
    }
}

static void choose_zoom(struct up_window *self, enum up_zoom zoom)
{
    up_portmap_zoom(&self->map, zoom);
    up_mapcontrol_refresh(up_item(self, IDC_MAP));
    up_window_show(self);
}

/* ---- all ------------------------------------------------------------------------------------------------------------------ */

static void elevate(struct up_window *self)
{
    struct up_problem problem;
    DWORD code;

    if (up_elevate(self->window, NULL, &code)) {
        DestroyWindow(self->window);
    } else if (code != ERROR_CANCELLED) {
        up_problem_set(&problem, code, "Log on as an administrator, or start UserPort.exe by \"Run as administrator\".",
                       "cannot restart UserPort.exe as administrator");
        up_message_problem(self->window, &problem);
    }
}

static bool edit_command(struct up_window *self, int id)
{
    switch (id) {
    case IDC_ADD:
        add_field(self);
        return true;
    case IDC_PRESETS:
        up_command_presets(self);
        return true;
    case IDC_REMOVE:
        edit(self, up_model_remove, UP_CAN_REMOVE);
        return true;
    case IDC_DEFAULTS:
        edit(self, up_model_defaults, UP_CAN_EDIT);
        return true;
    case IDC_UNDO:
        edit(self, up_model_undo, UP_CAN_UNDO);
        return true;
    case IDC_SCOPE_ALL:
    case IDC_SCOPE_OPEN:
        if (can(self, UP_CAN_SCOPE)) {
            up_model_set_scope(&self->model, id == IDC_SCOPE_ALL ? UP_SCOPE_ALL : UP_SCOPE_OPENERS);
        }
        up_window_show(self);
        return true;
    case IDC_STICKY:
        if (can(self, UP_CAN_STICKY)) {
            up_model_set_sticky(&self->model, !self->model.edited.sticky);
        }
        up_window_show(self);
        return true;
    default:
        if (id >= IDM_PRESET_FIRST && id < IDM_PRESET_FIRST + PRESET_COUNT && can(self, UP_CAN_EDIT)) {
            add_preset(self, &presets[id - IDM_PRESET_FIRST]);
            return true;
        }
        return false;
    }
}

bool up_command(struct up_window *self, int id)
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
    case IDC_ELEVATE:
        elevate(self);
        return true;
    case IDC_TEST_LPT:
        up_tests_lpt(self);
        return true;
    case IDC_TEST_SPEAKER:
        up_tests_speaker(self);
        return true;
    case IDC_ZOOM:
        choose_zoom(self, self->map.zoom == UP_ZOOM_LOW ? UP_ZOOM_WHOLE : UP_ZOOM_LOW);
        return true;
    case IDM_WHOLE:
    case IDM_LOW:
        choose_zoom(self, id == IDM_WHOLE ? UP_ZOOM_WHOLE : UP_ZOOM_LOW);
        return true;
    case IDM_REFRESH:
        up_watch_search_again();
        return true;
    default:
        return edit_command(self, id);
    }
}
