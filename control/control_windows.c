/* SPDX-License-Identifier: MIT
 *
 * Starts, stops and reloads the driver (control.h) in an order that opens no port too early and
 * closes all ports at once. It uses both the service manager and the driver's own control codes.
 *
 * A driver that programs have open does not end when it is stopped. NT postpones the unload, lets
 * nobody open the device any more, and goes on serving those who have it open. So every stop begins
 * with SUSPEND.
 */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "registry.h"
#include "service.h"
#include "settings_lock.h"

#define START_MS     15000u
#define STOP_POLL_MS 20u
#define HOLDERS_SAID 3u

#define ADVICE_ADMINISTRATOR "Only administrators may do that: run this as one."
#define ADVICE_HELD                                                                                \
    "End the programs that use UserPort, and restart Windows if that changes nothing; then start " \
    "it."
#define ADVICE_REFUSED                                                                             \
    "Do it as an administrator who is logged on at the computer itself: an earlier release's "     \
    "driver takes no orders "                                                                      \
    "over "                                                                                        \
    "the network (WinRM, SSH). Where nobody can do that: userportctl startup demand, and restart " \
    "Windows."

static const char *start_advice(uint32_t code)
{
    switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
        return "Install UserPort again; the driver's file was moved or deleted.";
    case ERROR_ACCESS_DENIED:
        return ADVICE_ADMINISTRATOR;
    case UP_ERROR_INVALID_IMAGE_HASH:
        return "64-bit Windows loads signed drivers only; userportctl doctor says what this one "
               "wants. Use a signed release, or sign userport.sys with a test certificate and "
               "start Windows in its test mode (bcdedit /set testsigning on; not possible with "
               "Secure Boot).";
    case ERROR_DRIVER_BLOCKED:
        return "Windows' policy keeps the driver from being loaded: userportctl doctor shows the "
               "policies and what the event log says. Look at memory integrity and Smart App "
               "Control in Windows Security, too.";
    case ERROR_BAD_EXE_FORMAT:
    case ERROR_EXE_MACHINE_TYPE_MISMATCH:
        return "The file is damaged, or for another processor: 32-bit Windows needs "
               "i386\\userport.sys, 64-bit Windows "
               "amd64\\userport.sys. Install the right one.";
    case ERROR_SERVICE_DISABLED:
        return "Somebody disabled it. Allow it again: userportctl startup demand; then start it.";
    case ERROR_SERVICE_DOES_NOT_EXIST:
        return "Install it first: userportctl install";
    case ERROR_SERVICE_MARKED_FOR_DELETE:
        return "It was uninstalled while a program still held it. Close that program, and windows "
               "that show services, or restart Windows; then install it again.";
    default:
        return "Look for entries of UserPort and of the Service Control Manager in the system's "
               "event log.";
    }
}

/*
 * Writes the error detail of a failed start: "cannot start the service UserPort: the file C:\... is
 * not there (2)", and whatever else is known better than from the code.
 */
static bool start_failed(const struct up_service *service, uint32_t code,
                         struct up_error_detail *problem)
{
    WCHAR file[MAX_PATH] = L"";
    char path[UP_PATH_MAX];

    if (service != NULL) {
        up_service_image(service, file);
    }
    up_utf8(file, path, sizeof path);
    if (path[0] != '\0' && !up_file_exists(file)) {
        up_error_detail_say(problem, code, start_advice(ERROR_FILE_NOT_FOUND),
                            "cannot start the service UserPort: the file %s is not there", path);
    } else if (path[0] != '\0') {
        up_error_detail_set(problem, code, start_advice(code),
                            "cannot start the service UserPort (%s)", path);
    } else {
        up_error_detail_set(problem, code, start_advice(code), "cannot start the service UserPort");
    }
    return false;
}

static uint32_t service_state_code(enum up_service_state *state)
{
    struct up_service service;
    const uint32_t code = up_service_open(&service, SERVICE_QUERY_STATUS);

    *state = code == ERROR_SERVICE_DOES_NOT_EXIST ? UP_SERVICE_ABSENT : UP_SERVICE_UNKNOWN;
    if (code == 0) {
        *state = up_service_query(&service);
        up_service_close(&service);
    }
    return code;
}

void up_describe_holders(const struct up_holders *holders, char *text, uint32_t size)
{
    struct up_writer list;
    uint32_t i;

    up_writer_init(&list, text, size);
    for (i = 0; i < holders->count && i < HOLDERS_SAID; i++) {
        up_writer_format(&list, "%s%s (process %lu)", i > 0 ? ", " : ": ",
                         holders->list[i].program[0] != '\0' ? holders->list[i].program
                                                             : "a program",
                         (unsigned long)holders->list[i].process_id);
    }
    if (holders->count > i) {
        up_writer_format(&list, ", and %lu more", (unsigned long)(holders->count - i));
    }
}

static bool is_held_in_a_stop(const char *what, struct up_error_detail *problem)
{
    struct up_holders holders;
    char who[400];

    up_driver_find_holders(&holders);
    up_describe_holders(&holders, who, sizeof who);
    up_error_detail_say(problem, ERROR_SERVICE_CANNOT_ACCEPT_CTRL, ADVICE_HELD,
                        "cannot %s: UserPort is being stopped, and goes when the programs that "
                        "have it open close it%s",
                        what, who);
    return false;
}

bool up_device_failed(const char *what, uint32_t code, struct up_error_detail *problem)
{
    enum up_service_state state;

    service_state_code(&state);
    if (state == UP_SERVICE_STOPPING) {
        return is_held_in_a_stop(what, problem);
    }
    if (code == ERROR_ACCESS_DENIED) {
        up_error_detail_say(problem, code, ADVICE_ADMINISTRATOR,
                            "cannot %s: this user may not control the device UserPort", what);
    } else if (state == UP_SERVICE_ABSENT || state == UP_SERVICE_STOPPED) {
        up_error_detail_say(problem, ERROR_FILE_NOT_FOUND,
                            state == UP_SERVICE_ABSENT ? "Install it, then start it." : "Start it.",
                            "cannot %s: the driver is not running", what);
    } else if (code == ERROR_INVALID_FUNCTION) {
        up_error_detail_say(
            problem, code,
            "It is the original UserPort, or another driver of that name: install this one over "
            "it.",
            "cannot %s: the driver that runs under the name UserPort does not know the request",
            what);
    } else {
        up_error_detail_set(problem, code, NULL, "cannot %s: the device UserPort does not answer",
                            what);
    }
    return false;
}

/*
 * Checks that the driver is ours and that its map is in force. A suspended driver has to read the
 * settings before it is resumed, unless it has just done so; RESUME alone would put the list of its
 * last reading into force.
 */
static bool bring_to_running(HANDLE device, const char *what, bool has_reloaded,
                             struct up_error_detail *problem)
{
    struct up_info info;
    bool is_other_version;
    uint32_t code = up_device_info(device, &info, &is_other_version);

    if (code == 0 && is_other_version) {
        up_error_detail_say(problem, ERROR_REVISION_MISMATCH, "Install the driver of this release.",
                            "cannot %s: the driver that runs is of another release, with interface "
                            "version %lu instead of %u",
                            what, (unsigned long)info.abi_version, UP_ABI_VERSION);
        return false;
    }
    if (code == 0 && info.state != UP_STATE_RUNNING && !has_reloaded) {
        code = up_device_control(device, UP_IOCTL_RELOAD, NULL, 0);
    }
    if (code == 0 && info.state == UP_STATE_SUSPENDED) {
        code = up_device_control(device, UP_IOCTL_RESUME, NULL, 0);
    }
    if (code == 0 && info.state != UP_STATE_RUNNING) {
        code = up_device_info(device, &info, &is_other_version);
    }
    if (code != 0) {
        return up_device_failed(what, code, problem);
    }
    if (info.state != UP_STATE_RUNNING) {
        up_error_detail_say(problem, 0, "Look at UserPort's entries in the system's event log.",
                            "cannot %s: the driver runs, but could not put its map on every "
                            "processor: every port is denied",
                            what);
        return false;
    }
    return true;
}

static bool check_running(struct up_error_detail *problem)
{
    HANDLE device = up_device_open(GENERIC_READ | GENERIC_WRITE);
    bool done;

    if (device == INVALID_HANDLE_VALUE) {
        return up_device_failed("start UserPort", GetLastError(), problem);
    }
    done = bring_to_running(device, "start UserPort", false, problem);
    CloseHandle(device);
    return done;
}

/*
 * Denies every port. Result: 0, or the system's code; a driver that is absent or does not know
 * SUSPEND has a different code.
 */
static uint32_t suspend(void)
{
    HANDLE device = up_device_open(GENERIC_READ | GENERIC_WRITE);
    uint32_t code;

    if (device == INVALID_HANDLE_VALUE) {
        return GetLastError();
    }
    code = up_device_control(device, UP_IOCTL_SUSPEND, NULL, 0);
    CloseHandle(device);
    return code;
}

/*
 * Stops the driver again that this call has started, because it is not ours or not of this release.
 * Otherwise its ports would stay open unnoticed.
 */
static void stop_again(struct up_error_detail *problem)
{
    struct up_service service;
    SERVICE_STATUS status;
    uint32_t code = up_service_open(&service, SERVICE_STOP);

    if (code == 0) {
        code = suspend();
        if (code != ERROR_ACCESS_DENIED) {
            code =
                ControlService(service.handle, SERVICE_CONTROL_STOP, &status) ? 0 : GetLastError();
        }
        up_service_close(&service);
    }
    if (code != 0 && problem != NULL) {
        snprintf(
            problem->advice, sizeof problem->advice,
            "It runs, and its ports are open: stop it. Then install the driver of this release.");
    }
}

static bool start_service(const struct up_service *service, struct up_error_detail *problem)
{
    enum up_service_state state = up_service_query(service);
    bool is_ours_to_stop = false;
    uint32_t code;

    if (state == UP_SERVICE_STOPPING) { /* it may be about to end */
        state = up_service_wait_while(service, UP_SERVICE_STOPPING, 1000);
    }
    if (state == UP_SERVICE_STOPPING) {
        return is_held_in_a_stop("start UserPort", problem);
    }
    if (state != UP_SERVICE_RUNNING && state != UP_SERVICE_STARTING) {
        is_ours_to_stop = StartServiceW(service->handle, 0, NULL);
        code = GetLastError();
        if (!is_ours_to_stop && code != ERROR_SERVICE_ALREADY_RUNNING) {
            return start_failed(service, code, problem);
        }
    }
    state = up_service_query(service);
    if (state == UP_SERVICE_STARTING) {
        state = up_service_wait_while(service, UP_SERVICE_STARTING, START_MS);
    }
    if (state != UP_SERVICE_RUNNING) {
        up_error_detail_say(problem, ERROR_SERVICE_NOT_ACTIVE,
                            start_advice(ERROR_SERVICE_NOT_ACTIVE),
                            "cannot start the service UserPort: it was started, and does not run");
        return false;
    }
    if (check_running(problem)) {
        return true;
    }
    if (is_ours_to_stop) {
        stop_again(problem);
    }
    return false;
}

bool up_driver_start(struct up_error_detail *problem)
{
    struct up_settings_lock lock;
    struct up_service service;
    struct up_error_detail locked;
    const uint32_t code =
        up_service_open(&service, SERVICE_START | SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);
    bool done = false;

    if (code != 0) {
        return start_failed(NULL, code, problem);
    }
    /*
     * The driver reads three values, which must not happen during a change. A user who is not an
     * administrator but was allowed to start the service cannot get the lock, and starts it
     * without.
     */
    if (up_settings_lock(&lock, &locked)) {
        done = start_service(&service, problem);
        up_settings_unlock(&lock);
    } else if (locked.code == ERROR_ACCESS_DENIED && !up_driver_is_administrator()) {
        done = start_service(&service, problem);
    } else if (problem != NULL) {
        *problem = locked;
    }
    up_service_close(&service);
    return done;
}

/*
 * The lock is held, so no start, stop or install is under way. A driver that is being stopped must
 * not be resumed, since nobody could suspend it again.
 */
static bool apply_locked(bool resume, struct up_error_detail *problem)
{
    HANDLE device = up_device_open(GENERIC_READ | GENERIC_WRITE);
    enum up_service_state state;
    uint32_t code = GetLastError();
    bool done = false;

    if (device == INVALID_HANDLE_VALUE) {
        return up_device_failed("apply the settings", code, problem);
    }
    service_state_code(&state);
    if (state == UP_SERVICE_STOPPING) {
        is_held_in_a_stop("apply the settings", problem);
    } else {
        code = up_device_control(device, UP_IOCTL_RELOAD, NULL, 0);
        if (code != 0) {
            up_device_failed("apply the settings", code, problem);
        } else {
            done = !resume || bring_to_running(device, "apply the settings", true, problem);
        }
    }
    CloseHandle(device);
    return done;
}

bool up_driver_apply(bool resume, struct up_error_detail *problem)
{
    struct up_settings_lock lock;
    bool done = false;

    if (up_settings_lock(&lock, problem)) {
        done = apply_locked(resume, problem);
        up_settings_unlock(&lock);
    }
    return done;
}

/* ---- stopping -------------------------------------------------------------------------------- */

static bool stop_failed(uint32_t code, bool is_suspended, struct up_error_detail *problem)
{
    up_error_detail_set(problem, code,
                        code == ERROR_ACCESS_DENIED ? ADVICE_ADMINISTRATOR
                        : is_suspended
                            ? "Start it, or apply its settings, to grant the ports again."
                            : NULL,
                        "cannot stop the service UserPort%s",
                        is_suspended ? "; every port is denied, though, until it is started again "
                                       "or its settings are applied"
                                     : ", and its ports are granted as before");
    return false;
}

/* Writes the error detail for an administrator whom the driver does not accept as one. */
static bool suspend_refused(struct up_error_detail *problem)
{
    up_error_detail_say(problem, ERROR_ACCESS_DENIED, ADVICE_REFUSED,
                        "cannot stop UserPort: the driver refuses you the order to close every "
                        "port, and a driver that is "
                        "stopped without it keeps its ports open as long as any program has it "
                        "open; it runs as before");
    return false;
}

/*
 * Waits for the end of the service, for up to the given milliseconds. The service manager may be
 * slow to report that a stop has begun. Result: the state then.
 */
static enum up_service_state wait_for_end(const struct up_service *service, uint32_t milliseconds)
{
    const DWORD began = GetTickCount();
    enum up_service_state state;

    for (;;) {
        state = up_service_query(service);
        if (state == UP_SERVICE_STOPPED || state == UP_SERVICE_UNKNOWN ||
            GetTickCount() - began >= milliseconds) {
            return state;
        }
        Sleep(STOP_POLL_MS);
    }
}

/*
 * Sends SUSPEND and STOP under the lock, so that nobody applies settings in between and resumes a
 * driver that is then being stopped. If the lock cannot be had, the ports are closed all the same.
 *
 * A driver that refuses SUSPEND to this caller is not stopped: while any program has it open, its
 * ports would stay open, and after the STOP nobody could close them. Result: 0, or the system's
 * code.
 */
static uint32_t request_stop(const struct up_service *service, bool *is_suspended, bool *is_refused)
{
    struct up_settings_lock lock;
    SERVICE_STATUS status;
    bool is_locked;
    uint32_t code = suspend(); /* before the lock, which may take a while */

    *is_refused = code == ERROR_ACCESS_DENIED;
    if (*is_refused) {
        return code;
    }
    is_locked = up_settings_lock(&lock, NULL);
    code = suspend();
    *is_suspended = code == 0;
    *is_refused = code == ERROR_ACCESS_DENIED; /* another driver has been started meanwhile */
    /* Other failures of the device must not prevent the service from being stopped. */
    if (!*is_refused) {
        code = ControlService(service->handle, SERVICE_CONTROL_STOP, &status) ? 0 : GetLastError();
    }
    if (is_locked) {
        up_settings_unlock(&lock);
    }
    return code;
}

static bool stop_service(const struct up_service *service, uint32_t milliseconds,
                         enum up_stop_result *result, struct up_holders *holders,
                         struct up_error_detail *problem)
{
    enum up_service_state state = up_service_query(service);
    bool is_suspended = false, is_refused = false;
    uint32_t code;

    if (state == UP_SERVICE_STOPPED) {
        *result = UP_STOP_NOT_RUNNING;
        return true;
    }
    if (state != UP_SERVICE_STOPPING) {
        code = request_stop(service, &is_suspended, &is_refused);
        if (code == ERROR_SERVICE_NOT_ACTIVE) {
            return true;
        }
        if (is_refused && up_driver_is_administrator()) {
            return suspend_refused(problem);
        }
        /* A driver that is being stopped answers with this code. */
        if (code != 0 && code != ERROR_SERVICE_CANNOT_ACCEPT_CTRL) {
            return stop_failed(code, is_suspended, problem);
        }
    }
    state = wait_for_end(service, milliseconds);
    if (state == UP_SERVICE_STOPPING) {
        *result = is_suspended ? UP_STOP_WAITS : UP_STOP_WAITS_OPEN;
        up_driver_find_holders(holders);
        return true;
    }
    return state == UP_SERVICE_STOPPED
               ? true
               : stop_failed(ERROR_SERVICE_REQUEST_TIMEOUT, is_suspended, problem);
}

bool up_driver_stop(uint32_t milliseconds, enum up_stop_result *result, struct up_holders *holders,
                    struct up_error_detail *problem)
{
    struct up_service service;
    const uint32_t code = up_service_open(&service, SERVICE_STOP | SERVICE_QUERY_STATUS);
    bool done;

    memset(holders, 0, sizeof *holders);
    *result = UP_STOP_DONE;
    if (code == ERROR_SERVICE_DOES_NOT_EXIST) {
        *result = UP_STOP_NOT_RUNNING;
        if (up_driver_is_loaded("")) { /* the service was deleted after it had been told to stop */
            *result = UP_STOP_WAITS_OPEN;
            up_driver_find_holders(holders);
        }
        return true;
    }
    if (code != 0) {
        return stop_failed(code, false, problem);
    }
    done = stop_service(&service, milliseconds, result, holders, problem);
    up_service_close(&service);
    return done;
}

bool up_driver_set_startup(enum up_startup startup, struct up_error_detail *problem)
{
    struct up_service service;
    uint32_t code = up_service_open(&service, SERVICE_CHANGE_CONFIG);

    if (code == 0) {
        if (!ChangeServiceConfigW(service.handle, SERVICE_NO_CHANGE, (DWORD)startup,
                                  SERVICE_NO_CHANGE, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) {
            code = GetLastError();
        }
        up_service_close(&service);
    }
    if (code != 0) {
        up_error_detail_set(problem, code, start_advice(code),
                            "cannot change when the service UserPort starts");
    }
    return code == 0;
}
