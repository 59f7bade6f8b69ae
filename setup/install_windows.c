/* SPDX-License-Identifier: MIT
 *
 * Installs UserPort (install.h). Everything is checked before anything is changed. Every change can
 * be undone until all are done. Every part is recorded before it is done, so that after a loss of
 * power another install or an uninstall can continue.
 */
#include "install_parts.h"

#include <stdio.h>
#include <string.h>

#include "control/permissions.h"
#include "control/eventlog.h"
#include "control/registry.h"
#include "control/settings_store.h"
#include "control/settings_lock.h"

#define STOP_MS 10000u

/* ---- the state of an install ----------------------------------------------------------------- */

struct install {
    struct up_install_report *report;
    struct up_error_detail *problem;
    WCHAR source[MAX_PATH], place[MAX_PATH];
    bool is_in_place;         /* the driver's file is already the one to install */
    enum up_tristate is_safe; /* only administrators can change it */
    char writers[100];        /* who else can */
    char not_undone[500];     /* what could not be undone after a failure */
    uint32_t accepted;        /* UP_INSTALL_ACCEPTS(...) */
    /* This install has accepted the hazards of the existing list. */
    bool is_accepted_now;
    bool is_default_written, is_source_made;
    bool was_running, has_to_stop;
    uint32_t record_before, record;
    struct up_service_change service;
    struct up_guarded guarded;
    struct up_staged_file driver, dlls[UP_LIBRARIES_MAX];
    struct up_library libraries[UP_LIBRARIES_MAX];
    WCHAR servers[UP_LIBRARIES_MAX][UP_COM_SERVER_MAX]; /* what was registered before */
    unsigned library_count, registered;                 /* registered: bit n is libraries[n] */
};

/* Examines the service: does it exist, is it ours already, does it run? */
static bool look_at_service(struct install *install, bool *points_here)
{
    struct up_driver_status status;
    WCHAR file[MAX_PATH];

    /* This comes first, so that what is examined from here on cannot be changed. */
    if (!up_service_guard(&install->guarded, install->problem)) {
        return false;
    }
    up_driver_query(&status);
    if (status.service == UP_SERVICE_UNKNOWN) {
        up_error_detail_set(install->problem, status.service_code, "Do it as an administrator.",
                            "cannot ask the service manager about UserPort");
        return false;
    }
    install->report->was_upgrade = status.service != UP_SERVICE_ABSENT;
    if (install->report->was_upgrade && !up_service_can_change(install->problem)) {
        return false;
    }
    install->was_running =
        status.service == UP_SERVICE_RUNNING || status.service == UP_SERVICE_STARTING;
    install->has_to_stop = install->was_running || status.service == UP_SERVICE_STOPPING;
    *points_here = install->report->was_upgrade && up_wide(status.file, file, MAX_PATH) &&
                   (_wcsicmp(file, install->place) == 0 || up_same_file(file, install->place));
    return true;
}

/* ---- the steps ------------------------------------------------------------------------------- */

/* Records steps before they are done. */
static bool record_steps(struct install *install, uint32_t more)
{
    LONG error;

    if ((install->record | more) == install->record) {
        return true;
    }
    error = up_record_write(install->record | more);
    if (error != ERROR_SUCCESS) {
        up_error_detail_set(install->problem, (uint32_t)error, NULL,
                            "cannot record what is installed in %s", UP_SETTINGS_PLACE);
        return false;
    }
    install->record |= more;
    return true;
}

/*
 * Installs the driver's file. A file that was there already is not ours to uninstall, even if it
 * has to be written anew.
 */
static bool install_driver_file(struct install *install, const char *place)
{
    if (install->is_in_place && install->is_safe == UP_YES) {
        up_report_step(install->report, UP_STEP_DRIVER_FILE, UP_STEP_KEPT, "%s", place);
        return true;
    }
    if ((!install->is_in_place && !record_steps(install, UP_RECORD(UP_STEP_DRIVER_FILE))) ||
        !up_file_stage(install->source, install->place, "the driver", &install->driver,
                       install->problem) ||
        !up_file_guard(install->place, install->problem)) {
        return false;
    }
    if (!install->is_in_place) {
        up_report_step(install->report, UP_STEP_DRIVER_FILE, UP_STEP_DONE, "%s", place);
    } else {
        up_report_step(
            install->report, UP_STEP_DRIVER_FILE, UP_STEP_DONE,
            "%s, which was there: written anew, as others than administrators could change it%s%s",
            place, install->writers[0] != '\0' ? ": " : "", install->writers);
    }
    return true;
}

static void report_service(const struct install *install, enum up_install_outcome outcome,
                           const char *text)
{
    const struct up_guarded *guarded = &install->guarded;
    const bool has_set = guarded->has_set_key || guarded->has_set_service;

    up_report_step(
        install->report, UP_STEP_SERVICE, has_set ? UP_STEP_DONE : outcome,
        has_set ? "%s; %s could be changed by others than administrators, and cannot any more: %s"
                : "%s",
        text, guarded->has_set_key ? "its key in the registry" : "it", guarded->writers);
}

static bool install_driver(struct install *install, bool points_here)
{
    char place[UP_PATH_MAX];

    up_utf8(install->place, place, sizeof place);
    if (!install->report->was_upgrade && (!up_service_create(&install->service, install->problem) ||
                                          !up_service_guard(&install->guarded, install->problem))) {
        return false;
    }
    install->record_before = install->record = up_record_read();
    if (!install_driver_file(install, place)) {
        return false;
    }
    if (!install->report->was_upgrade) {
        report_service(install, UP_STEP_DONE, "UserPort, started on demand");
        return record_steps(install, UP_RECORD(UP_STEP_SERVICE));
    }
    if (!points_here) {
        if (!up_service_point_at_driver(&install->service, install->problem)) {
            return false;
        }
        report_service(
            install, UP_STEP_DONE,
            "UserPort, which was there: it uses the new driver, and is started when it was before");
    } else {
        report_service(install, UP_STEP_KEPT, "UserPort");
    }
    return record_steps(install, UP_RECORD(UP_STEP_SERVICE));
}

static bool install_settings(struct install *install)
{
    struct up_stored_settings settings;
    char hazards[700];

    if (!up_settings_write_default(&install->is_default_written, install->problem)) {
        return false;
    }
    if (install->is_default_written) {
        up_report_step(
            install->report, UP_STEP_SETTINGS, UP_STEP_DONE, "278-27F, 378-37F, 3BC-3BF for %s",
            up_system_machine() == UP_EXE_MACHINE_AMD64 ? "programs that use \\\\.\\UserPort"
                                                        : "every process");
    } else if (up_store_read(&settings, NULL)) {
        if (!up_before_list_again(install->report, &settings.values.ports, install->problem)) {
            return false;
        }
        up_before_describe(&settings.values.ports, hazards, sizeof hazards);
        up_report_step(install->report, UP_STEP_SETTINGS, UP_STEP_KEPT, "%lu port%s%s%s",
                       (unsigned long)up_portset_count(&settings.values.ports),
                       up_portset_count(&settings.values.ports) == 1 ? "" : "s",
                       (settings.values.problems & ~UP_SETTINGS_NOTES) != 0
                           ? ", for the values make no sense"
                           : "",
                       hazards);
    }
    if (!up_event_source_exists() && !record_steps(install, UP_RECORD(UP_STEP_EVENT_SOURCE))) {
        return false;
    }
    if (!up_event_source_make(&install->is_source_made, install->problem)) {
        return false;
    }
    up_report_step(install->report, UP_STEP_EVENT_SOURCE,
                   install->is_source_made ? UP_STEP_DONE : UP_STEP_KEPT, "%s", UP_EVENT_PLACE);
    return true;
}

static bool register_library(struct install *install, unsigned number)
{
    const struct up_library *library = &install->libraries[number];
    const bool was_registered = up_library_is_registered(library);
    struct up_error_detail failed;

    if (!record_steps(install, UP_RECORD(library->com_step))) {
        return false;
    }
    /* Register again even if it is registered, since some of its keys may be missing. */
    if (!up_library_register(library, install->servers[number], &failed)) {
        up_report_step(install->report, library->com_step, UP_STEP_FAILED, "%s. %s", failed.text,
                       failed.advice);
        return true;
    }
    install->registered |= 1u << number;
    up_report_step(install->report, library->com_step, was_registered ? UP_STEP_KEPT : UP_STEP_DONE,
                   "UserPort.Ports, for %u-bit programs", library->bits);
    return true;
}

static bool install_library(struct install *install, unsigned number)
{
    const struct up_library *library = &install->libraries[number];
    const enum up_install_step step = library->file_step;
    WCHAR source[MAX_PATH];
    char place[UP_PATH_MAX];

    up_utf8(library->place, place, sizeof place);
    if (place[0] == '\0') {
        up_report_step(install->report, step, UP_STEP_NOT_NEEDED,
                       "this Windows runs no 32-bit programs");
        return true;
    }
    if (!up_library_find(library, source)) {
        up_utf8(library->file, place, sizeof place);
        up_report_step(install->report, step, UP_STEP_NOT_FOUND,
                       "no %u-bit %s lies beside this program", library->bits, place);
        return true;
    }
    if (up_library_is_foreign(library)) {
        up_report_step(install->report, step, UP_STEP_LEFT, "%s is not UserPort's", place);
        return true;
    }
    if (up_file_exists(library->place) && up_file_equal(source, library->place)) {
        up_report_step(install->report, step, UP_STEP_KEPT, "%s", place);
    } else {
        if (!record_steps(install, UP_RECORD(step)) ||
            !up_file_stage(source, library->place, "the library", &install->dlls[number],
                           install->problem)) {
            return false;
        }
        up_report_step(install->report, step, UP_STEP_DONE, "%s", place);
    }
    return !library->is_com || register_library(install, number);
}

static bool install_libraries(struct install *install)
{
    unsigned i;

    install->library_count = up_libraries(install->libraries);
    for (i = 0; i < install->library_count; i++) {
        if (!install_library(install, i)) {
            return false;
        }
    }
    return true;
}

static void start_old_again(struct install *install)
{
    const uint32_t code = install->problem->code;
    struct up_error_detail also;

    if (!up_driver_start(&also)) {
        up_error_detail_say(install->problem, 0, install->problem->advice,
                            "%s; the driver that ran before does not start again: %s",
                            install->problem->text, also.text);
        install->problem->code = code;
    }
}

/* Notes one more thing that could not be undone. code 0: it was undone. */
static void note_undone(struct install *install, const char *what, uint32_t code)
{
    const size_t length = strlen(install->not_undone);

    if (code != 0) {
        snprintf(install->not_undone + length, sizeof install->not_undone - length, "%s%s (%lu)",
                 length > 0 ? ", " : "", what, (unsigned long)code);
    }
}

static uint32_t rollback_file(struct up_staged_file *staged)
{
    return up_file_rollback(staged) ? 0 : GetLastError();
}

static void rollback_libraries(struct install *install)
{
    struct up_error_detail failed;
    unsigned i;

    for (i = install->library_count; i-- > 0;) {
        const struct up_library *library = &install->libraries[i];

        if ((install->registered >> i & 1u) != 0 &&
            !up_library_register_rollback(library, install->servers[i], &failed)) {
            note_undone(install, up_install_step_text(library->com_step), failed.code);
        }
        note_undone(install, up_install_step_text(library->file_step),
                    rollback_file(&install->dlls[i]));
    }
}

/* Puts what the state of the system is now before the advice. */
static void say_what_is_undone(struct install *install)
{
    char advice[sizeof install->problem->advice + sizeof install->not_undone + 100];

    snprintf(advice, sizeof advice,
             install->not_undone[0] == '\0'
                 ? "%sWhat was changed before is undone. %s"
                 : "What was changed before is undone, but for %s: install again, or "
                   "uninstall. %s",
             install->not_undone, install->problem->advice);
    if (advice[strlen(advice) - 1] == ' ') {
        advice[strlen(advice) - 1] = '\0';
    }
    up_utf8_copy(install->problem->advice, sizeof install->problem->advice, advice);
}

/* Undoes all steps in reverse order, and continues if one cannot be undone. */
static void undo(struct install *install)
{
    enum up_stop_result result;
    struct up_holders holders;
    struct up_error_detail ignored;

    if (install->was_running) { /* the new one may be running */
        up_driver_stop(STOP_MS, &result, &holders, &ignored);
    }
    rollback_libraries(install);
    if (install->is_source_made) {
        note_undone(install, up_install_step_text(UP_STEP_EVENT_SOURCE),
                    (uint32_t)up_event_source_delete());
    }
    if (install->is_default_written) {
        note_undone(install, up_install_step_text(UP_STEP_SETTINGS),
                    (uint32_t)up_settings_rollback_default());
    }
    if (install->record != install->record_before) {
        note_undone(install, "the record of what is installed",
                    (uint32_t)up_record_write(install->record_before));
    }
    note_undone(install, up_install_step_text(UP_STEP_DRIVER_FILE),
                rollback_file(&install->driver));
    note_undone(install, up_install_step_text(UP_STEP_SERVICE),
                up_service_rollback(&install->service));
    if (install->was_running) {
        start_old_again(install);
    }
    say_what_is_undone(install);
    memset(install->report->steps, 0, sizeof install->report->steps);
}

static void keep(struct install *install)
{
    char place[UP_PATH_MAX];
    unsigned i;

    for (i = 0; i < install->library_count; i++) {
        up_file_commit(&install->dlls[i]);
    }
    up_file_commit(&install->driver);
    up_service_commit(&install->service);
    up_utf8(install->place, place, sizeof place);
    up_eventlog_installed(place);
    if (install->is_accepted_now) {
        up_eventlog_accepted(&install->report->kept);
    }
}

static bool install_locked(struct install *install, bool with_libraries)
{
    bool points_here = false, done;

    /*
     * The list comes first: it matters who could write it before look_at_service sets the access
     * list of the key.
     */
    if (!up_before_list(install->report, install->accepted, &install->is_accepted_now,
                        install->problem) ||
        !look_at_service(install, &points_here)) {
        return false;
    }
    install->is_in_place =
        up_file_exists(install->place) && (up_same_file(install->source, install->place) ||
                                           up_file_equal(install->source, install->place));
    if (install->is_in_place) {
        install->is_safe =
            up_file_is_safe(install->place, install->writers, sizeof install->writers);
    }
    if (install->is_in_place && points_here) {
        install->was_running = install->has_to_stop = false; /* nothing that runs is replaced */
    }
    if (install->has_to_stop && !up_before_stop(install->problem)) {
        return false;
    }
    done = install_driver(install, points_here) && install_settings(install) &&
           (!with_libraries || install_libraries(install)) &&
           (!install->was_running || up_driver_start(install->problem));
    if (done) {
        keep(install);
    } else {
        undo(install);
    }
    return done;
}

/*
 * A driver that is elsewhere is copied. The service of the original pointed to X:\DIR\UserPort.sys,
 * which may be missing when the system starts it, and which anybody who can write there could
 * replace.
 */
bool up_install_accepting(const char *file, bool with_libraries, uint32_t accepted,
                          struct up_install_report *report, struct up_error_detail *problem)
{
    static struct install install; /* static because it is large */
    struct up_settings_lock lock;
    struct up_error_detail ignored = {.code = 0};
    bool done;

    problem = problem != NULL ? problem : &ignored;
    memset(report, 0, sizeof *report);
    up_portset_deny_all(&report->kept);
    if (!up_settings_lock(&lock, problem)) {
        return false;
    }
    memset(&install, 0, sizeof install);
    install.report = report;
    install.problem = problem;
    install.accepted = accepted;
    if (!up_driver_place(install.place)) {
        up_error_detail_set(problem, GetLastError(), NULL, "cannot find the system's folder");
        done = false;
    } else {
        up_install_sweep();
        done = up_driver_find(file, accepted, install.source, &report->asks, problem) &&
               install_locked(&install, with_libraries);
    }
    up_settings_unlock(&lock);
    return done;
}

bool up_install(const char *file, bool with_libraries, struct up_install_report *report,
                struct up_error_detail *problem)
{
    return up_install_accepting(file, with_libraries, 0, report, problem);
}
