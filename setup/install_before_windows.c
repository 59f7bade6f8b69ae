/* SPDX-License-Identifier: MIT
 *
 * Checks made before an install changes anything: the existing list, which takes effect with the
 * new driver; and the running driver, which has to be stopped.
 */
#include "install_parts.h"

#include <stdio.h>

#include "core/known_ports.h"
#include "core/text.h"
#include "control/permissions.h"
#include "control/registry.h"
#include "control/settings_store.h"

#define STOP_MS 10000u
#define POLL_MS 50u

/* ---- the existing list ----------------------------------------------------------------------- */

static bool has_hazards(const struct up_portset *ports)
{
    size_t cursor = 0;

    return up_known_ports_next_hazard(ports, &cursor, NULL) != NULL;
}

/*
 * Were the hazards accepted before? An earlier install, or one of our programs since, has asked.
 * That does not count if others can write in the key, since they could write the record too.
 */
static bool is_confirmed(void)
{
    char writers[100];

    return up_record_read() != 0 &&
           up_key_is_safe(UP_SETTINGS_KEY, writers, sizeof writers) == UP_YES;
}

/* An existing list takes effect with the new driver. */
bool up_before_list(struct up_install_report *report, uint32_t accepted, bool *is_accepted_now,
                    struct up_error_detail *problem)
{
    struct up_stored_settings settings;

    if (!up_store_read(&settings, problem)) {
        return false;
    }
    report->kept = settings.values.ports;
    *is_accepted_now = false;
    if (!has_hazards(&settings.values.ports) || is_confirmed()) {
        return true;
    }
    *is_accepted_now = (accepted & UP_INSTALL_ACCEPTS(UP_INSTALL_ASKS_HAZARDS)) != 0;
    if (!*is_accepted_now) {
        report->asks = UP_INSTALL_ASKS_HAZARDS;
        up_error_detail_set(
            problem, 0,
            "Take them out of the list before, if nobody needs them: userportctl revoke.",
            "nothing was changed: the list that is there has ports that can damage data or stop "
            "the machine");
    }
    return *is_accepted_now;
}

bool up_before_list_again(const struct up_install_report *report, const struct up_portset *ports,
                          struct up_error_detail *problem)
{
    struct up_portset more = *ports;

    up_portset_remove(&more, &report->kept);
    if (has_hazards(&more)) {
        up_error_detail_say(problem, ERROR_RETRY, "Install again.",
                            "cannot install UserPort: somebody has put ports that can do harm into "
                            "the list meanwhile");
        return false;
    }
    return true;
}

void up_before_describe(const struct up_portset *ports, char *text, size_t size)
{
    const struct up_known_ports *hazard;
    struct up_writer list;
    size_t cursor = 0;
    uint16_t port;

    up_writer_init(&list, text, size);
    while ((hazard = up_known_ports_next_hazard(ports, &cursor, &port)) != NULL) {
        up_writer_format(&list, "%s%X (%s)",
                         list.length > 0 ? ", " : ", and programs can do harm with some: ",
                         (unsigned)port, hazard->what);
    }
}

/* ---- the running driver ---------------------------------------------------------------------- */

static bool refuse_for_holders(const char *more, struct up_error_detail *problem)
{
    struct up_holders holders;
    char who[400];

    up_driver_find_holders(&holders);
    up_describe_holders(&holders, who, sizeof who);
    up_error_detail_say(
        problem, ERROR_SERVICE_CANNOT_ACCEPT_CTRL,
        "End the programs that use UserPort; then install again.",
        "cannot replace the driver: it goes only when the programs that have it open close it%s%s",
        who, more);
    return false;
}

/*
 * Do all programs close the device? A stop of a driver that is held cannot be reverted, because
 * nobody can open the device then in order to resume it. So before the stop nobody may have it
 * open. Programs that use our DLLs close it when they find the driver suspended. If others keep it
 * open, the driver is resumed.
 */
static bool is_let_go(HANDLE device, const char **more)
{
    const DWORD began = GetTickCount();
    struct up_info info;
    bool is_other, was_running;

    *more = "";
    /* Then the number of handles is unknown. */
    if (up_device_info(device, &info, &is_other) != 0 || is_other) {
        struct up_holders holders;

        up_driver_find_holders(&holders);
        return !holders.is_known || holders.count == 0;
    }
    was_running = info.state == UP_STATE_RUNNING;
    if (up_device_control(device, UP_IOCTL_SUSPEND, NULL, 0) != 0) {
        return true; /* the stop will report the reason */
    }
    /* One of them is this handle. */
    while (up_device_info(device, &info, &is_other) == 0 && info.files > 1) {
        if (GetTickCount() - began >= STOP_MS) {
            if (was_running && up_device_control(device, UP_IOCTL_RESUME, NULL, 0) != 0) {
                *more = "; every port is denied until its settings are applied";
            }
            return false;
        }
        Sleep(POLL_MS);
    }
    return true;
}

bool up_before_stop(struct up_error_detail *problem)
{
    HANDLE device = up_device_open(GENERIC_READ | GENERIC_WRITE);
    enum up_stop_result result;
    struct up_holders holders;
    const char *more = "";
    bool is_free = true;

    if (device != INVALID_HANDLE_VALUE) {
        is_free = is_let_go(device, &more);
        CloseHandle(device);
    }
    if (!is_free) {
        return refuse_for_holders(more, problem);
    }
    if (!up_driver_stop(STOP_MS, &result, &holders, problem)) {
        return false;
    }
    if (result == UP_STOP_WAITS || result == UP_STOP_WAITS_OPEN) {
        return refuse_for_holders(result == UP_STOP_WAITS
                                      ? "; it is stopped already, and every port is denied"
                                      : "; it is stopped already",
                                  problem);
    }
    return true;
}
