/* SPDX-License-Identifier: MIT
 *
 * The doctor on how Windows is set up to check drivers: test mode, Secure Boot, memory integrity,
 * block list and policies.
 */
#include "doctor_report.h"

static void look_at_test_signing(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (up_report_is_before(facts, 6, 0)) {
        up_report_add(report, UP_FINDING_OK, "test-signing",
                      "This Windows has no test mode and needs none.");
    } else if (facts->test_signing == UP_UNKNOWN) {
        up_report_unknown(report, "test-signing", "Whether Windows is in its test mode");
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
    } else {
        up_report_add(report, UP_FINDING_OK, "secure-boot",
                      "Secure Boot is on: Windows loads signed drivers only, and cannot be put "
                      "into its test mode.");
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
    } else if (!facts->candidate.is_asked && facts->has_file && !facts->file.is_userport) {
        up_report_add(report, UP_FINDING_WARNING, "memory-integrity",
                      "Memory integrity (HVCI) is on: drivers that were not made for it are not "
                      "loaded, and the driver that is installed is not UserPort 3's.");
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

static void look_at_driver_policy(struct up_report *report)
{
    static const char *const texts[] = {
        [UP_POLICY_NONE] = "Microsoft's policy of 2026 against cross-signed drivers is not in "
                           "force here.",
        [UP_POLICY_EVALUATED] = "Microsoft's policy of 2026 against cross-signed drivers is being "
                                "evaluated: Windows still loads them, and writes down that it did "
                                "(event 3076).",
        [UP_POLICY_ENFORCED] = "Microsoft's policy of 2026 against cross-signed drivers is in "
                               "force: Windows refuses them, but for a list of old ones (event "
                               "3077).",
    };
    const struct up_doctor_facts *facts = report->facts;
    const bool is_older =
        up_report_is_before(facts, 10, 0) ||
        (facts->system_major == 10 && facts->system_build < UP_POLICY_FIRST_BUILD);

    if (facts->system_major == 0 || (!is_older && facts->driver_policy == UP_POLICY_UNKNOWN)) {
        up_report_unknown(report, "driver-policy",
                          "Whether Microsoft's policy of 2026 against cross-signed drivers is in "
                          "force");
    } else {
        up_report_add(report, UP_FINDING_OK, "driver-policy", "%s",
                      is_older ? "Microsoft's policy of 2026 against cross-signed drivers is not "
                                 "for this Windows."
                               : texts[facts->driver_policy]);
    }
    if (facts->other_policy_count > 0) {
        up_report_add(report, UP_FINDING_NOTE, "driver-policy",
                      "%u other code integrity polic%s here that do%s not come with Windows (%s). "
                      "What %s allow%s cannot be read here.",
                      (unsigned)facts->other_policy_count,
                      facts->other_policy_count == 1 ? "y is" : "ies are",
                      facts->other_policy_count == 1 ? "es" : "", facts->other_policy,
                      facts->other_policy_count == 1 ? "it" : "they",
                      facts->other_policy_count == 1 ? "s" : "");
        up_report_advise(report, "If the driver is refused, ask whoever manages this machine.");
    }
}

void up_doctor_signing(struct up_report *report)
{
    look_at_test_signing(report);
    look_at_secure_boot(report);
    look_at_memory_integrity(report);
    look_at_block_list(report);
    look_at_driver_policy(report);
}
