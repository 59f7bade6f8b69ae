/* SPDX-License-Identifier: MIT
 *
 * Helps the doctor's files on Windows to phrase their findings (doctor_report.h). The texts are for
 * people who know their instruments but not the internals of Windows: they say what is so and what
 * to do.
 */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "doctor_report.h"

void up_report_skip(struct up_report *report, const char *subject, const char *why)
{
    static const struct {
        const char *subject, *what;
    } words[] = {
        {"driver-file", "The driver's file"},
        {"file-access", "Who may change the driver's file"},
        {"architecture", "Whether the driver fits this Windows"},
        {"signature", "The driver's signature"},
        {"loading", "Whether Windows will load the driver"},
        {"load-events", "Whether Windows has refused the driver"},
        {"driver", "What the driver says of itself"},
        {"other-map", "Whether another driver has opened ports"},
        {"settings", "The list"},
        {"scope", "Who has the ports"},
        {"hazards", "Whether the list has dangerous ports"},
        {"wide-list", "Whether the list is wide"},
        {"applied", "Whether the list is in force"},
        {"programs", "Whether the settings of single programs are valid"},
        {"cards", "Whether the ports of cards are granted"},
        {"denied", "Which ports the driver has denied"},
        {"refused", "Whom the driver has refused"},
        {"access", "Who may change the settings"},
        {"service-access", "Who may change the service"},
        {"event-source", "Whether the event log knows UserPort's texts"},
    };
    uint32_t i = 0;

    while (strcmp(words[i].subject, subject) != 0) {
        i++;
    }
    up_report_add(report, UP_FINDING_NOTE, subject, "%s was not looked at: %s.", words[i].what,
                  why);
    if (report->last != NULL) {
        report->last->skipped_what = words[i].what;
        report->last->skipped_why = why;
    }
}

const char *up_report_path(const char *path, char shown[UP_SHOWN_PATH_MAX])
{
    const size_t length = strlen(path);
    size_t tail = length;

    if (length < UP_SHOWN_PATH_MAX) {
        return path;
    }
    tail -= 180;
    while (up_utf8_is_inside(path[tail])) {
        tail++;
    }
    (void)snprintf(shown, UP_SHOWN_PATH_MAX, "%.*s...%s", (int)up_utf8_whole(path, 80), path,
                   path + tail);
    return shown;
}

const char *up_report_reason(uint32_t code, char reason[UP_REASON_MAX])
{
    static const struct {
        uint32_t code;
        const char *text;
    } reasons[] = {
        {0, ""},
        {2, ": it is not there"},
        {3, ": its folder is not there"},
        {5, ": access is denied"},
        {32, ": another program holds it"},
        {123, ": that is no name of a file"},
        {267, ": it is a folder"},
    };

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].code == code) {
            (void)snprintf(reason, UP_REASON_MAX, code != 0 ? "%s (%u)" : "%s", reasons[i].text,
                           (unsigned)code);
            return reason;
        }
    }
    (void)snprintf(reason, UP_REASON_MAX, ": Windows says error %u", (unsigned)code);
    return reason;
}

bool up_report_is_since(const struct up_doctor_facts *facts, uint32_t major, uint32_t minor)
{
    return facts->system_major > major ||
           (facts->system_major == major && facts->system_minor >= minor);
}

bool up_report_is_before(const struct up_doctor_facts *facts, uint32_t major, uint32_t minor)
{
    return facts->system_major != 0 && !up_report_is_since(facts, major, minor);
}

bool up_report_runs(const struct up_doctor_facts *facts)
{
    return facts->driver.answers && !facts->driver.is_other_version;
}

const char *up_report_why_silent(const struct up_doctor_facts *facts)
{
    const struct up_driver_status *driver = &facts->driver;

    if (driver->is_other_version) {
        return "the driver is of another release";
    }
    if (driver->may_be_open) {
        return "the driver was told to stop and cannot be asked any more";
    }
    if (driver->device_code == 5) {
        return "this user may not ask the driver";
    }
    return driver->service == UP_SERVICE_RUNNING ||
                   (driver->device_code != 2 && driver->device_code != 0)
               ? "the driver cannot be asked"
               : "the driver is not running";
}
