/* SPDX-License-Identifier: MIT
 *
 * The doctor on Windows itself: its version and processor, this user, and other drivers for ports.
 */
#include "doctor_report.h"

const struct up_known_driver up_known_drivers[] = {
    {"giveio", "it opens every port to any program that opens it", true},
    {"PortTalk", "it opens ports that programs ask for to them", true},
    {"inpout32",
     "it is the driver of inpout32.dll: any program can use every port and all memory through it",
     false},
    {"inpoutx64",
     "it is the driver of inpoutx64.dll: any program can use every port and all memory through it",
     false},
    {"hwinterface",
     "it is the driver of an old inpout32.dll: any program can use every port through it", false},
    {"DLPortIO", "it is the driver of DLPortIO.dll: any program can use every port through it",
     false},
    {"zlportio", "any program can use every port through it", false},
    {"WINIO",
     "it is the driver of WinIo.dll: any program can use every port and all memory through it",
     true},
    {"TVicPort",
     "it is the driver of TVicPort.dll: any program can use every port and all memory through it",
     true},
    {"TVicPort64",
     "it is the driver of TVicPort.dll: any program can use every port and all memory through it",
     false},
    {"WinRing0_1_2_0", "any program can use every port and the processor's registers through it",
     false},
    {"ioperm", "it opens ports that programs ask for to them, for Cygwin's ioperm", true},
};
const uint32_t up_known_drivers_count = sizeof up_known_drivers / sizeof up_known_drivers[0];

/* ---- Windows and this user ------------------------------------------------------------------- */

static const char *version_name(const struct up_doctor_facts *facts)
{
    static const struct {
        uint32_t major, minor, build;
        const char *name;
    } names[] = {
        {10, 0, 22000, "Windows 11, or a Windows Server of its time"},
        {10, 0, 0, "Windows 10, or a Windows Server of its time"},
        {6, 3, 0, "Windows 8.1 or Server 2012 R2"},
        {6, 2, 0, "Windows 8 or Server 2012"},
        {6, 1, 0, "Windows 7 or Server 2008 R2"},
        {6, 0, 0, "Windows Vista or Server 2008"},
        {5, 2, 0, "Windows Server 2003 or XP for 64 bits"},
        {5, 1, 0, "Windows XP"},
        {5, 0, 0, "Windows 2000"},
        {4, 0, 0, "Windows NT 4.0"},
    };

    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (facts->system_major == names[i].major && facts->system_minor == names[i].minor &&
            facts->system_build >= names[i].build) {
            return names[i].name;
        }
    }
    return "Windows";
}

void up_doctor_version(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;
    const bool is_32bit = facts->system_machine == UP_EXE_MACHINE_I386;

    if (facts->system_machine == UP_EXE_MACHINE_ARM64) {
        up_report_add(report, UP_FINDING_ERROR, "system",
                      "This is Windows on an ARM processor, which has no I/O ports. UserPort "
                      "cannot work here.");
        up_report_advise(report, "Use a PC with a processor of Intel's or AMD's kind.");
    } else if (facts->system_machine == 0 || facts->system_major == 0) {
        up_report_unknown(report, "system", "Which Windows this is");
    } else if (!is_32bit && facts->system_machine != UP_EXE_MACHINE_AMD64) {
        up_report_add(report, UP_FINDING_ERROR, "system",
                      "This is Windows on a processor of kind %04X. UserPort has no driver for it.",
                      (unsigned)facts->system_machine);
        up_report_advise(report, "Use a PC with a processor of Intel's or AMD's kind.");
    } else if (up_report_is_before(facts, 4, 0)) {
        up_report_add(report, UP_FINDING_ERROR, "system",
                      "This is Windows NT %u.%u. UserPort needs NT 4.0 or later.",
                      (unsigned)facts->system_major, (unsigned)facts->system_minor);
        up_report_advise(report, "Use a later Windows.");
    } else {
        up_report_add(
            report, UP_FINDING_OK, "system", "%s (version %u.%u, build %u), %s.",
            version_name(facts), (unsigned)facts->system_major, (unsigned)facts->system_minor,
            (unsigned)facts->system_build,
            is_32bit
                ? "32-bit: programs can run IN and OUT themselves"
                : "64-bit: programs that run IN and OUT themselves are started by userportctl run; "
                  "others reach ports by userport.dll, or by a DLL in the place of inpout32.dll");
    }
}

void up_doctor_user(struct up_report *report)
{
    if (report->facts->is_administrator == UP_YES) {
        up_report_add(report, UP_FINDING_OK, "administrator",
                      "This program runs with an administrator's rights.");
    } else if (report->facts->is_administrator == UP_NO) {
        up_report_add(report, UP_FINDING_NOTE, "administrator",
                      "This program runs without an administrator's rights: it can look, and "
                      "change nothing.");
        up_report_advise(report, "To change something, start it as an administrator.");
    } else {
        up_report_unknown(report, "administrator",
                          "Whether this program has an administrator's rights");
    }
}

/* ---- other drivers --------------------------------------------------------------------------- */

static void look_at_other_driver(struct up_report *report, uint32_t number, bool is_running)
{
    const struct up_known_driver *other = &up_known_drivers[number];

    up_report_add(report, is_running ? UP_FINDING_WARNING : UP_FINDING_NOTE, "other-drivers",
                  "The driver %s is installed and %s: %s.%s", other->name,
                  is_running ? "runs" : "does not run", other->what,
                  is_running && other->has_map &&
                          report->facts->system_machine == UP_EXE_MACHINE_I386
                      ? " It writes the same map of ports as UserPort: whoever writes last wins."
                      : "");
    up_report_advise(report, "If no program needs it, %sremove it: %s%s%ssc.exe delete %s.",
                     is_running ? "stop and " : "", is_running ? "sc.exe stop " : "",
                     is_running ? other->name : "", is_running ? ", then " : "", other->name);
}

void up_doctor_other_drivers(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    for (uint32_t i = 0; i < facts->other_driver_count && i < UP_OTHER_DRIVERS_MAX; i++) {
        if (facts->other_drivers[i].number < up_known_drivers_count) {
            look_at_other_driver(report, facts->other_drivers[i].number,
                                 facts->other_drivers[i].is_running);
        }
    }
    if (facts->drivers_are_seen == UP_UNKNOWN) {
        up_report_unknown(report, "other-drivers", "Which other drivers for ports are installed");
    } else if (facts->other_driver_count == 0) {
        up_report_add(report, UP_FINDING_OK, "other-drivers",
                      "No other driver for ports is installed, of those that are known (giveio, "
                      "PortTalk, inpout, WinRing0 "
                      "and their like).");
    }
}
