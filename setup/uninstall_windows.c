/* SPDX-License-Identifier: MIT
 *
 * Uninstalls UserPort (install.h): it reverts, in reverse order, what the record in the service's
 * key says was installed. The service, which holds the record, is deleted last, so that an
 * interrupted uninstall can be run again.
 */
#include "install_parts.h"

#include <string.h>

#include "control/eventlog.h"
#include "control/registry.h"
#include "control/settings_lock.h"

#define STOP_MS 5000u

struct uninstall {
    struct up_install_report *report;
    struct up_error_detail *problem;
    uint32_t record;
    bool has_service;
    bool waits;       /* the driver waits for programs that have it open */
    bool may_be_open; /* its ports may be open as long */
    char who[400];    /* these programs */
};

static bool is_recorded(const struct uninstall *uninstall, enum up_install_step step)
{
    return (uninstall->record & UP_RECORD(step)) != 0;
}

static bool remove_file(const struct uninstall *uninstall, enum up_install_step step,
                        const WCHAR *path)
{
    char text[UP_PATH_MAX];
    uint32_t code;

    up_utf8(path, text, sizeof text);
    switch (up_file_remove(path)) {
    case UP_REMOVED:
        up_report_step(uninstall->report, step, UP_STEP_DONE, "%s", text);
        return true;
    case UP_REMOVED_AT_RESTART:
        up_report_step(uninstall->report, step, UP_STEP_AT_RESTART,
                       "%s is in use: it goes when Windows starts again", text);
        return true;
    default:
        code = GetLastError();
        up_error_detail_set(uninstall->problem, code,
                            "Do it as an administrator; if you are one: end the programs that use "
                            "it, and uninstall again.",
                            "cannot delete %s", text);
        return false;
    }
}

/* Removes the registration. The DLL may have been deleted by hand, or replaced by another one. */
static void remove_registration(const struct uninstall *uninstall, const struct up_library *library)
{
    struct up_error_detail failed;
    bool is_others;

    if (!library->is_com || !is_recorded(uninstall, library->com_step)) {
        return;
    }
    if (!up_library_unregister(library, &is_others, &failed)) {
        up_report_step(uninstall->report, library->com_step, UP_STEP_FAILED, "%s. %s", failed.text,
                       failed.advice);
    } else if (is_others) {
        up_report_step(uninstall->report, library->com_step, UP_STEP_LEFT,
                       "UserPort.Ports is registered with another userport_com.dll");
    } else {
        up_report_step(uninstall->report, library->com_step, UP_STEP_DONE,
                       "UserPort.Ports, for %u-bit programs", library->bits);
    }
}

static bool remove_library(const struct uninstall *uninstall, const struct up_library *library)
{
    char text[UP_PATH_MAX];

    up_utf8(library->place, text, sizeof text);
    if (text[0] == '\0') {
        return true;
    }
    remove_registration(uninstall, library);
    if (!up_file_exists(library->place)) {
        return true;
    }
    if (up_library_is_foreign(library)) {
        up_report_step(uninstall->report, library->file_step, UP_STEP_LEFT, "%s is not UserPort's",
                       text);
        return true;
    }
    if (!is_recorded(uninstall, library->file_step)) {
        up_report_step(uninstall->report, library->file_step, UP_STEP_LEFT,
                       "%s was not put there by an install", text);
        return true;
    }
    return remove_file(uninstall, library->file_step, library->place);
}

static bool remove_libraries(const struct uninstall *uninstall)
{
    struct up_library libraries[UP_LIBRARIES_MAX];
    unsigned i;

    for (i = up_libraries(libraries); i-- > 0;) {
        if (!remove_library(uninstall, &libraries[i])) {
            return false;
        }
    }
    return true;
}

static bool remove_event_source(const struct uninstall *uninstall)
{
    LONG error;

    if (uninstall->has_service) {
        up_eventlog_uninstalled(); /* while the log still has the source */
    }
    if (!is_recorded(uninstall, UP_STEP_EVENT_SOURCE)) {
        return true;
    }
    error = up_event_source_delete();
    if (error != ERROR_SUCCESS) {
        up_error_detail_set(uninstall->problem, (uint32_t)error, NULL,
                            "cannot delete the event log's source, %s", UP_EVENT_PLACE);
        return false;
    }
    up_report_step(uninstall->report, UP_STEP_EVENT_SOURCE, UP_STEP_DONE, "%s", UP_EVENT_PLACE);
    return true;
}

static bool remove_driver_file(const struct uninstall *uninstall)
{
    WCHAR place[MAX_PATH];
    char text[UP_PATH_MAX];

    if (!up_driver_place(place)) {
        up_error_detail_set(uninstall->problem, GetLastError(), NULL,
                            "cannot find the system's folder");
        return false;
    }
    if (is_recorded(uninstall, UP_STEP_DRIVER_FILE)) {
        return remove_file(uninstall, UP_STEP_DRIVER_FILE, place);
    }
    if (up_file_exists(place)) {
        up_utf8(place, text, sizeof text);
        up_report_step(uninstall->report, UP_STEP_DRIVER_FILE, UP_STEP_LEFT,
                       "%s was not put there by an install: delete it if nobody needs it", text);
    }
    return true;
}

static bool remove_service(const struct uninstall *uninstall)
{
    struct up_service service;
    uint32_t code;

    if (!uninstall->has_service) {
        return true;
    }
    code = up_service_open(&service, DELETE);
    if (code == 0) {
        code = DeleteService(service.handle) ? 0 : GetLastError();
        up_service_close(&service);
    }
    if (code == ERROR_SERVICE_DOES_NOT_EXIST) {
        code = 0;
    }
    if (code != 0 && code != ERROR_SERVICE_MARKED_FOR_DELETE) {
        up_error_detail_set(uninstall->problem, code, NULL, "cannot delete the service UserPort");
        return false;
    }
    if (code == ERROR_SERVICE_MARKED_FOR_DELETE || uninstall->waits) {
        up_report_step(uninstall->report, UP_STEP_SERVICE, UP_STEP_AT_RESTART,
                       "UserPort is marked for deletion: it goes when the programs that hold it "
                       "let it go, or at a restart%s%s",
                       uninstall->who,
                       uninstall->may_be_open
                           ? "; until then its ports may be open, since others had begun the stop"
                           : "");
    } else {
        up_report_step(uninstall->report, UP_STEP_SERVICE, UP_STEP_DONE, "UserPort");
    }
    up_report_step(uninstall->report, UP_STEP_SETTINGS,
                   uninstall->report->steps[UP_STEP_SERVICE].outcome, "they go with the service");
    return true;
}

static bool uninstall_locked(struct uninstall *uninstall)
{
    struct up_service service;
    struct up_holders holders;
    enum up_stop_result result;
    uint32_t code = up_service_open(&service, SERVICE_QUERY_STATUS);

    if (code == 0) {
        up_service_close(&service);
    } else if (code != ERROR_SERVICE_DOES_NOT_EXIST) {
        up_error_detail_set(uninstall->problem, code, "Do it as an administrator.",
                            "cannot ask the service manager about UserPort");
        return false;
    }
    uninstall->has_service = code == 0;
    uninstall->record = up_record_read();
    if (!up_driver_stop(STOP_MS, &result, &holders, uninstall->problem)) {
        return false;
    }
    uninstall->may_be_open = result == UP_STOP_WAITS_OPEN;
    uninstall->waits = result == UP_STOP_WAITS || result == UP_STOP_WAITS_OPEN;
    if (uninstall->waits) {
        up_describe_holders(&holders, uninstall->who, sizeof uninstall->who);
    }
    up_install_sweep();
    return remove_libraries(uninstall) && remove_event_source(uninstall) &&
           remove_driver_file(uninstall) && remove_service(uninstall);
}

bool up_uninstall(struct up_install_report *report, struct up_error_detail *problem)
{
    struct uninstall uninstall = {.report = report, .problem = problem};
    struct up_settings_lock lock;
    bool done;

    memset(report, 0, sizeof *report);
    if (!up_settings_lock(&lock, problem)) {
        return false;
    }
    done = uninstall_locked(&uninstall);
    up_settings_unlock_for_good(&lock);
    return done;
}
