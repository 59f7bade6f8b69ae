/* SPDX-License-Identifier: MIT
 *
 * The doctor on UserPort's driver: the service, its file, and what the running driver reports about
 * itself.
 */
#include "core/known_ports.h"
#include "doctor_report.h"

static const char no_service[] = "UserPort is not installed";

/* ---- the service ----------------------------------------------------------------------------- */

static void say_stopped(struct up_report *report)
{
    const enum up_startup startup = report->facts->driver.startup;

    if (startup == UP_STARTUP_DISABLED) {
        up_report_add(
            report, UP_FINDING_ERROR, "service",
            "The service UserPort is installed and disabled: it cannot be started (error 1058).");
        up_report_advise(report, "Make it startable, then start it: userportctl startup demand, "
                                 "then userportctl start.");
    } else {
        up_report_add(report, UP_FINDING_WARNING, "service",
                      "UserPort is installed and not running: no program gets a port by it.%s",
                      startup == UP_STARTUP_DEMAND ? ""
                                                   : " It should have been started with Windows.");
        up_report_advise(
            report, "Start it: userportctl start, or Start in UserPort.exe.%s",
            startup == UP_STARTUP_DEMAND
                ? ""
                : " If it does not stay running, look into the system's event log (eventvwr).");
    }
}

static void say_running(struct up_report *report)
{
    const enum up_startup startup = report->facts->driver.startup;

    if (startup == UP_STARTUP_DISABLED) {
        up_report_add(
            report, UP_FINDING_WARNING, "service",
            "The service UserPort runs, and is disabled: once stopped it cannot be started again.");
        up_report_advise(report, "Make it startable: userportctl startup demand.");
    } else {
        up_report_add(report, UP_FINDING_OK, "service", "The service UserPort runs. %s",
                      startup == UP_STARTUP_DEMAND
                          ? "After a restart of Windows it has to be started again."
                          : "It starts with Windows.");
    }
}

void up_doctor_service(struct up_report *report)
{
    char reason[UP_REASON_MAX];

    switch (report->facts->driver.service) {
    case UP_SERVICE_ABSENT:
        up_report_add(report, UP_FINDING_ERROR, "service",
                      "UserPort is not installed: there is no service UserPort.");
        up_report_advise(report,
                         "Install it as an administrator: userportctl install, or UserPort.exe.");
        break;
    case UP_SERVICE_STOPPED:
        say_stopped(report);
        break;
    case UP_SERVICE_STARTING:
        up_report_add(report, UP_FINDING_NOTE, "service", "The service UserPort is being started.");
        up_report_advise(report, "Look again in a moment.");
        break;
    case UP_SERVICE_RUNNING:
        say_running(report);
        break;
    case UP_SERVICE_STOPPING:
        up_report_add(report, UP_FINDING_WARNING, "service",
                      "UserPort is being stopped, and waits for programs that have \\\\.\\UserPort "
                      "open. Until they "
                      "close it, it cannot be started again.");
        up_report_advise(
            report,
            "End these programs (userportctl status names them if it can), or restart Windows.");
        break;
    default:
        up_report_add(report, UP_FINDING_NOTE, "service",
                      "The state of the service UserPort could not be found out%s.",
                      up_report_reason(report->facts->driver.service_code, reason));
        up_report_advise(report, "Look again as an administrator.");
        break;
    }
}

/* ---- the file -------------------------------------------------------------------------------- */

static void say_unreadable(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;
    const bool is_absent = facts->file_code == 2 || facts->file_code == 3;
    char shown[UP_SHOWN_PATH_MAX];
    char reason[UP_REASON_MAX];

    if (facts->driver.file[0] == '\0') {
        up_report_add(report, UP_FINDING_NOTE, "driver-file",
                      "Which file the service UserPort names could not be found "
                      "out.");
    } else if (is_absent) {
        up_report_add(
            report, UP_FINDING_ERROR, "driver-file", "The driver's file %s is not there (%u).%s",
            up_report_path(facts->driver.file, shown), (unsigned)facts->file_code,
            facts->driver.answers ? " The driver runs from memory, and cannot be started again."
                                  : "");
        up_report_advise(report,
                         "Install it again: userportctl install; or copy userport.sys there.");
    } else {
        up_report_add(
            report, UP_FINDING_WARNING, "driver-file", "The driver's file %s cannot be read%s.",
            up_report_path(facts->driver.file, shown), up_report_reason(facts->file_code, reason));
        up_report_advise(report, "Look again as an administrator.");
    }
}

static void look_at_file(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;
    const struct up_exe_file *file = &facts->file;
    char shown[UP_SHOWN_PATH_MAX];
    const char *path = up_report_path(facts->driver.file, shown);

    if (file->kind != UP_EXE_PE || file->subsystem != UP_EXE_SUBSYSTEM_NATIVE) {
        up_report_add(report, UP_FINDING_ERROR, "driver-file", "%s is no driver for Windows NT.",
                      path);
    } else if (file->damage != UP_EXE_WHOLE) {
        up_report_add(report, UP_FINDING_ERROR, "driver-file", "%s is damaged: %s.", path,
                      file->damage == UP_EXE_CUT_SHORT
                          ? "it ends before it should"
                          : "its headers or tables contradict themselves");
    } else if (!file->is_userport) {
        up_report_add(report, UP_FINDING_WARNING, "driver-file",
                      "%s is not UserPort 3's driver: it is an earlier UserPort's, the original "
                      "one of 2000 to 2003, or "
                      "another program's.%s",
                      path,
                      up_report_runs(facts)
                          ? " What runs is UserPort 3's: the file was replaced since."
                          : "");
    } else {
        up_report_add(report, UP_FINDING_OK, "driver-file", "%s is UserPort's driver.", path);
        return;
    }
    up_report_advise(report,
                     "Install UserPort 3's driver: userportctl install FILE. The list is kept.");
}

static void look_at_file_access(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (facts->file_is_safe == UP_UNKNOWN) {
        up_report_unknown(report, "file-access", "Who may change the driver's file");
    } else if (facts->file_is_safe == UP_YES) {
        up_report_add(report, UP_FINDING_OK, "file-access",
                      "Only administrators and Windows itself may change the driver's file.");
    } else {
        up_report_add(report, UP_FINDING_ERROR, "file-access",
                      "The driver's file can be changed by others than administrators, who so "
                      "could take over the "
                      "whole system: %s.",
                      facts->file_writers);
        up_report_advise(report, "Install it again, which writes the file anew, with the access "
                                 "list of system32\\drivers: "
                                 "userportctl install. (On a disk with FAT nothing has an access "
                                 "list: convert it to NTFS.)");
    }
}

static const char *kind_of_machine(uint16_t machine)
{
    return machine == UP_EXE_MACHINE_I386    ? "32-bit Windows (i386)"
           : machine == UP_EXE_MACHINE_AMD64 ? "64-bit Windows (amd64)"
                                             : "another processor";
}

static void look_at_architecture(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;
    const uint16_t machine = facts->system_machine;

    if (facts->file.kind != UP_EXE_PE) {
        up_report_skip(report, "architecture", "the file is no driver");
    } else if (machine == 0) {
        up_report_unknown(report, "architecture", "Whether the driver fits this Windows");
    } else if (facts->file.machine == machine) {
        up_report_add(report, UP_FINDING_OK, "architecture", "The driver is for %s, as this one.",
                      kind_of_machine(machine));
    } else {
        up_report_add(
            report, UP_FINDING_ERROR, "architecture",
            "The driver is for %s, and this is %s: it cannot be loaded (errors 193, 216, 577).",
            kind_of_machine(facts->file.machine), kind_of_machine(machine));
        up_report_advise(report,
                         "Install the userport.sys of the folder %s: userportctl install FILE.",
                         machine == UP_EXE_MACHINE_I386 ? "i386" : "amd64");
    }
}

void up_doctor_file(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (facts->driver.service == UP_SERVICE_ABSENT) {
        up_report_skip(report, "driver-file", no_service);
        up_report_skip(report, "file-access", no_service);
        up_report_skip(report, "architecture", no_service);
    } else if (!facts->has_file) {
        say_unreadable(report);
        up_report_skip(report, "file-access", "there is no driver file that can be read");
        up_report_skip(report, "architecture", "there is no driver file that can be read");
    } else {
        look_at_file(report);
        look_at_file_access(report);
        look_at_architecture(report);
    }
}

/* ---- the running driver ---------------------------------------------------------------------- */

static void say_silent(struct up_report *report)
{
    const struct up_driver_status *driver = &report->facts->driver;
    char reason[UP_REASON_MAX];

    if (driver->may_be_open) {
        up_report_add(
            report, driver->service == UP_SERVICE_STOPPING ? UP_FINDING_WARNING : UP_FINDING_ERROR,
            "driver",
            "The driver is loaded, and \\\\.\\UserPort is gone: it was told to stop while programs "
            "had it open. Unless "
            "userportctl or UserPort.exe did that, which close every port first, its ports may be "
            "open until it goes, "
            "and nobody can tell it to close them.");
        up_report_advise(
            report,
            "End the programs that use UserPort. If the driver is loaded still, restart Windows.");
    } else if (driver->service != UP_SERVICE_RUNNING &&
               (driver->device_code == 2 || driver->device_code == 0)) {
        up_report_skip(report, "driver", up_report_why_silent(report->facts));
    } else if (driver->device_code == 5) {
        up_report_add(report, UP_FINDING_NOTE, "driver",
                      "\\\\.\\UserPort could not be opened: access is denied (5). It is for "
                      "administrators and for users "
                      "who are logged on at this machine; other drivers of that name have rules of "
                      "their own.");
        up_report_advise(report, "Look again as an administrator.");
    } else {
        up_report_add(
            report, UP_FINDING_ERROR, "driver",
            "%s\\\\.\\UserPort cannot be asked%s. The driver is another one, or did not come up.",
            driver->service == UP_SERVICE_RUNNING ? "The service runs, but " : "",
            up_report_reason(driver->device_code, reason));
        up_report_advise(
            report,
            "Stop and start it again. If that changes nothing, install UserPort 3's driver: "
            "userportctl install.");
    }
}

static void say_state(struct up_report *report)
{
    const struct up_info *info = &report->facts->driver.info;
    const unsigned major = info->driver_version >> 24;
    const unsigned minor = info->driver_version >> 16 & 0xFFu;
    const unsigned patch = info->driver_version & 0xFFFFu;

    if (info->state == UP_STATE_RUNNING) {
        up_report_add(report, UP_FINDING_OK, "driver",
                      "The driver, version %u.%u.%u, runs, and has granted %u port%s.", major,
                      minor, patch, (unsigned)info->ports_granted,
                      info->ports_granted == 1 ? "" : "s");
    } else if (info->state == UP_STATE_SUSPENDED) {
        up_report_add(report, UP_FINDING_WARNING, "driver",
                      "The driver, version %u.%u.%u, is suspended: every port is denied.", major,
                      minor, patch);
        up_report_advise(
            report,
            "Let it go on: userportctl apply. (It is suspended while it is being stopped, too.)");
    } else {
        up_report_add(
            report, UP_FINDING_ERROR, "driver",
            "The driver, version %u.%u.%u, could not put its list in force: every port is denied.",
            major, minor, patch);
        up_report_advise(
            report,
            "Try again: userportctl apply. The system's event log (eventvwr) says what failed.");
    }
    if (info->processes_missed != 0) {
        up_report_add(report, UP_FINDING_WARNING, "driver",
                      "Memory was short: %u program%s got no ports since the driver's start.",
                      (unsigned)info->processes_missed, info->processes_missed == 1 ? "" : "s");
        up_report_advise(report, "Start such a program again when other programs have ended.");
    }
}

static void say_maps(struct up_report *report)
{
    const struct up_info *info = &report->facts->driver.info;

    if (info->flags & UP_FLAG_OVERWRITTEN) {
        up_report_add(report, UP_FINDING_WARNING, "other-map",
                      "Another driver has written over UserPort's map of ports: programs have the "
                      "ports that it opened, "
                      "and lack those that it did not.");
        up_report_advise(
            report,
            "Stop that driver (the findings below name those that are known), then put the list "
            "back: userportctl apply.");
    }
    if (info->flags & UP_FLAG_FOREIGN_MAP) {
        up_report_add(report, UP_FINDING_WARNING, "other-map",
                      "When UserPort started, another driver had opened %u port%s to programs. "
                      "UserPort's list has "
                      "replaced them; programs of that driver may lack ports now.",
                      (unsigned)info->foreign_ports, info->foreign_ports == 1 ? "" : "s");
        up_report_advise(
            report, "Grant these programs' ports in UserPort's list, and remove the other driver.");
    }
    if (!(info->flags & (UP_FLAG_OVERWRITTEN | UP_FLAG_FOREIGN_MAP))) {
        up_report_add(report, UP_FINDING_OK, "other-map",
                      "No other driver's map of ports was found.");
    }
}

void up_doctor_running(struct up_report *report)
{
    const struct up_driver_status *driver = &report->facts->driver;

    if (!driver->answers && !driver->is_other_version) {
        say_silent(report);
        up_report_skip(report, "other-map", up_report_why_silent(report->facts));
    } else if (driver->is_other_version) {
        up_report_add(report, UP_FINDING_ERROR, "driver",
                      "The driver that runs is of another release (interface %u, this program's is "
                      "%u): they do not "
                      "understand each other.",
                      (unsigned)driver->info.abi_version, UP_ABI_VERSION);
        up_report_advise(report,
                         "Install driver and programs of one release: userportctl install.");
        up_report_skip(report, "other-map", up_report_why_silent(report->facts));
    } else {
        say_state(report);
        say_maps(report);
    }
}

/* ---- what it has refused --------------------------------------------------------------------- */

static void say_denied(struct up_report *report)
{
    const struct up_driver_status *driver = &report->facts->driver;
    const uint32_t port = driver->info.port_denied;
    const struct up_known_ports *known =
        port < UP_PORT_COUNT ? up_known_ports_at((uint16_t)port) : NULL;
    const char *times = driver->info.transfers_denied == 1 ? "" : "s";

    if (driver->info.transfers_denied == 0) {
        up_report_add(report, UP_FINDING_OK, "denied",
                      "No program has asked the driver for a port that it may not use.");
    } else if (port >= UP_PORT_COUNT) {
        up_report_add(report, UP_FINDING_NOTE, "denied",
                      "The driver has refused programs' requests %u time%s, the last one for going "
                      "past port FFFF.",
                      (unsigned)driver->info.transfers_denied, times);
    } else {
        up_report_add(
            report, UP_FINDING_NOTE, "denied",
            "The driver has refused programs' requests %u time%s, the last one for port %X%s%s%s.",
            (unsigned)driver->info.transfers_denied, times, (unsigned)port,
            known != NULL ? " (" : "", known != NULL ? known->what : "", known != NULL ? ")" : "");
        if (driver->map[port / 8u] >> port % 8u & 1u) {
            up_report_advise(
                report,
                "If a program of yours is meant to use it, grant it: userportctl grant %X.%s",
                (unsigned)port,
                known != NULL && known->hazard != NULL
                    ? " Mind what it can do, which that command says."
                    : "");
        } else {
            up_report_advise(report, "It is granted now.");
        }
    }
}

static void say_refused(struct up_report *report)
{
    const struct up_info *info = &report->facts->driver.info;

    if (info->opens_refused != 0) {
        up_report_add(report, UP_FINDING_NOTE, "refused",
                      "%u attempt%s to open \\\\.\\UserPort %s refused: by services, users over "
                      "the network, or programs of "
                      "low integrity (browsers), which may not, or under a name that is none.",
                      (unsigned)info->opens_refused, info->opens_refused == 1 ? "" : "s",
                      info->opens_refused == 1 ? "was" : "were");
        up_report_advise(report, "Let the program run as a user who is logged on at this machine, "
                                 "or as an administrator.");
    }
    if (info->controls_refused != 0) {
        up_report_add(
            report, UP_FINDING_WARNING, "refused",
            "%u attempt%s to suspend, resume or reload UserPort %s refused, as the caller was no "
            "administrator.",
            (unsigned)info->controls_refused, info->controls_refused == 1 ? "" : "s",
            info->controls_refused == 1 ? "was" : "were");
        up_report_advise(
            report,
            "If it was you, do it as an administrator. If not, find out which program it was.");
    }
    if (info->opens_refused == 0 && info->controls_refused == 0) {
        up_report_add(report, UP_FINDING_OK, "refused", "Nobody was refused the driver itself.");
    }
}

void up_doctor_refusals(struct up_report *report)
{
    if (!up_report_runs(report->facts)) {
        up_report_skip(report, "denied", up_report_why_silent(report->facts));
        up_report_skip(report, "refused", up_report_why_silent(report->facts));
    } else {
        say_denied(report);
        say_refused(report);
    }
}
