/* SPDX-License-Identifier: MIT
 *
 * The doctor on Windows itself: its version and processor, this user, what it requires of a driver,
 * and other drivers for ports. Which Windows requires which signature is described in Microsoft's
 * "Driver signing policy": 64-bit Windows from Vista on always requires one, 32-bit Windows does
 * with Secure Boot, which came with Windows 8.
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
        {10, 0, 22000, "Windows 11 or Server of its time"},
        {10, 0, 0, "Windows 10 or Server of its time"},
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

static void look_at_version(struct up_report *report)
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
                : "64-bit: programs reach ports through the driver, by userport.dll or one of the "
                  "DLLs that take the place of inpout32.dll");
    }
}

static void look_at_user(struct up_report *report)
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

void up_doctor_system(struct up_report *report)
{
    look_at_version(report);
    look_at_user(report);
}

/* ---- what Windows requires of a driver ------------------------------------------------------- */

/* Does this Windows load signed drivers only? */
static enum up_tristate wants_signature(const struct up_doctor_facts *facts)
{
    const bool is_64bit = facts->system_machine == UP_EXE_MACHINE_AMD64;

    if (facts->system_machine == 0 || facts->system_major == 0) {
        return UP_UNKNOWN;
    }
    if (up_report_is_before(facts, 6, 0) || (!is_64bit && up_report_is_before(facts, 6, 2))) {
        return UP_NO;
    }
    return is_64bit ? UP_YES : facts->secure_boot;
}

static void say_not_signed(struct up_report *report, enum up_tristate wanted)
{
    const struct up_doctor_facts *facts = report->facts;

    if (wanted == UP_NO) {
        up_report_add(report, UP_FINDING_OK, "signature",
                      "The driver is not signed, which this Windows does not need (it may warn).");
    } else if (wanted == UP_UNKNOWN) {
        up_report_add(
            report, UP_FINDING_NOTE, "signature",
            "The driver is not signed. Whether this Windows needs that could not be found out.");
    } else if (up_report_runs(facts) || facts->code_integrity == UP_NO) {
        up_report_add(report, UP_FINDING_WARNING, "signature",
                      "The driver is not signed. %s, but it will not as soon as Windows checks "
                      "signatures again.",
                      up_report_runs(facts)
                          ? "It was loaded all the same"
                          : "Windows would load it now, as it was started without that check");
        up_report_advise(report, "Sign it, or install a signed release.");
    } else {
        up_report_add(report, UP_FINDING_ERROR, "signature",
                      "The driver is not signed: this Windows does not load it (error 577).");
        up_report_advise(
            report,
            "Install a signed release. Or sign the driver with a test certificate of your own and "
            "start Windows in its test mode (bcdedit /set testsigning on; Secure Boot must be "
            "off).");
    }
}

static void say_not_trusted(struct up_report *report, enum up_tristate wanted)
{
    const struct up_doctor_facts *facts = report->facts;

    if (wanted == UP_NO) {
        up_report_add(report, UP_FINDING_OK, "signature",
                      "The driver has a signature that Windows does not trust. This Windows does "
                      "not need one.");
    } else if (facts->test_signing == UP_YES) {
        up_report_add(report, UP_FINDING_OK, "signature",
                      "The driver has a signature that Windows trusts in its test mode only, and "
                      "that is on.");
    } else if (up_report_runs(facts)) {
        up_report_add(report, UP_FINDING_NOTE, "signature",
                      "The driver has a signature that this user's programs are not told to trust; "
                      "Windows has loaded it "
                      "all the same.");
    } else {
        up_report_add(report,
                      facts->test_signing == UP_NO && wanted == UP_YES ? UP_FINDING_ERROR
                                                                       : UP_FINDING_WARNING,
                      "signature",
                      "The driver has a signature that Windows does not trust, a test "
                      "certificate's or a damaged one: "
                      "Windows loads it in its test mode at most (error 577 otherwise).");
        up_report_advise(
            report,
            "Install a signed release. For a driver with a test certificate start Windows in its "
            "test mode (bcdedit /set testsigning on; Secure Boot must be off).");
    }
}

static void look_at_signature(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;
    const enum up_tristate wanted = wants_signature(facts);

    if (!facts->has_file) {
        up_report_skip(report, "signature", "there is no driver file that can be read");
    } else if (facts->file_is_signed == UP_NO) {
        say_not_signed(report, wanted);
    } else if (facts->file_is_signed == UP_UNKNOWN) {
        up_report_unknown(report, "signature", "Whether the driver is signed");
    } else if (facts->signature_is_trusted == UP_YES) {
        up_report_add(report, UP_FINDING_OK, "signature",
                      "The driver is signed, and the signature is trusted. Whether Windows loads "
                      "it a start shows: with Secure "
                      "Boot Windows 10 and later want Microsoft's own signature, and test "
                      "certificates need the test "
                      "mode.");
    } else if (facts->signature_is_trusted == UP_NO) {
        say_not_trusted(report, wanted);
    } else {
        up_report_add(
            report, UP_FINDING_NOTE, "signature",
            "The driver is signed. Whether Windows trusts the signature could not be found out.");
    }
}

/* Is the signature the reason why the driver is not loaded? */
static bool lacks_signature(const struct up_doctor_facts *facts)
{
    return facts->has_file && wants_signature(facts) == UP_YES && !up_report_runs(facts) &&
           (facts->file_is_signed == UP_NO ||
            (facts->file_is_signed == UP_YES && facts->signature_is_trusted == UP_NO));
}

static void look_at_test_signing(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (up_report_is_before(facts, 6, 0)) {
        up_report_add(report, UP_FINDING_OK, "test-signing",
                      "This Windows has no test mode and needs none.");
    } else if (facts->test_signing == UP_UNKNOWN) {
        up_report_unknown(report, "test-signing", "Whether Windows is in its test mode");
    } else if (facts->test_signing == UP_NO && lacks_signature(facts) &&
               facts->file_is_signed == UP_NO) {
        up_report_add(report, UP_FINDING_NOTE, "test-signing",
                      "Windows is not in its test mode: it would not load the driver with a test "
                      "certificate either.");
    } else if (facts->test_signing == UP_NO && lacks_signature(facts)) {
        up_report_add(report, UP_FINDING_NOTE, "test-signing",
                      "Windows is not in its test mode: this is why it does not load a driver with "
                      "a test certificate.");
    } else if (facts->test_signing == UP_NO) {
        up_report_add(report, UP_FINDING_OK, "test-signing",
                      "Windows is not in its test mode: it takes no test certificates.");
    } else {
        up_report_add(
            report, UP_FINDING_NOTE, "test-signing",
            "Windows is in its test mode: it loads drivers with test certificates, anybody's.");
        up_report_advise(report, "With a signed release of UserPort it can be left: bcdedit /set "
                                 "testsigning off, and restart.");
    }
}

static void look_at_secure_boot(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (up_report_is_before(facts, 6, 2)) {
        up_report_add(report, UP_FINDING_OK, "secure-boot", "This Windows knows no Secure Boot.");
    } else if (facts->secure_boot == UP_UNKNOWN) {
        up_report_unknown(report, "secure-boot", "Whether Secure Boot is on");
    } else if (facts->secure_boot == UP_NO) {
        up_report_add(report, UP_FINDING_OK, "secure-boot",
                      "Secure Boot is off, or the machine has none.");
    } else if (facts->has_file && facts->file_is_signed != UP_UNKNOWN &&
               facts->signature_is_trusted != UP_YES) {
        up_report_add(report, UP_FINDING_WARNING, "secure-boot",
                      "Secure Boot is on: Windows cannot be put into its test mode, and the driver "
                      "has no signature that "
                      "Windows trusts.");
        up_report_advise(report, "Install a signed release, or switch Secure Boot off in the "
                                 "firmware's setup (with BitLocker have its "
                                 "recovery key at hand).");
    } else {
        up_report_add(report, UP_FINDING_OK, "secure-boot",
                      "Secure Boot is on: Windows loads signed drivers only.");
    }
}

static void look_at_memory_integrity(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (up_report_is_before(facts, 10, 0)) {
        up_report_add(report, UP_FINDING_OK, "memory-integrity",
                      "This Windows knows no memory integrity (HVCI).");
    } else if (facts->memory_integrity == UP_UNKNOWN) {
        up_report_unknown(report, "memory-integrity", "Whether memory integrity (HVCI) is on");
    } else if (facts->memory_integrity == UP_NO) {
        up_report_add(report, UP_FINDING_OK, "memory-integrity", "Memory integrity (HVCI) is off.");
    } else if (facts->has_file && !facts->file.is_userport) {
        up_report_add(report, UP_FINDING_WARNING, "memory-integrity",
                      "Memory integrity (HVCI) is on: drivers that were not made for it are not "
                      "loaded, and the driver "
                      "that is installed is not UserPort 3's.");
        up_report_advise(report,
                         "Install UserPort 3's driver, which is made for it: userportctl install.");
    } else {
        up_report_add(report, UP_FINDING_OK, "memory-integrity",
                      "Memory integrity (HVCI) is on. UserPort's driver is made for it.");
    }
}

static void look_at_block_list(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (up_report_is_before(facts, 10, 0)) {
        up_report_add(report, UP_FINDING_OK, "block-list",
                      "This Windows has no list of blocked drivers.");
    } else if (facts->block_list == UP_UNKNOWN) {
        up_report_unknown(report, "block-list",
                          "Whether Windows' list of blocked drivers is in force");
    } else {
        up_report_add(report, UP_FINDING_OK, "block-list",
                      facts->block_list == UP_YES
                          ? "Windows' list of blocked drivers is in force: it can refuse drivers "
                            "such as inpout's and WinRing0's (error 1275). UserPort's DLLs of the "
                            "same names do not need those."
                          : "Windows' list of blocked drivers is not in force.");
    }
}

void up_doctor_signing(struct up_report *report)
{
    look_at_signature(report);
    look_at_test_signing(report);
    look_at_secure_boot(report);
    look_at_memory_integrity(report);
    look_at_block_list(report);
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
