/* SPDX-License-Identifier: MIT
 *
 * The doctor on what Windows requires of drivers: who has signed ours, how Windows is set up,
 * whether it will load the driver (loading.h), and what its log says of earlier starts.
 */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "doctor_report.h"

/* ---- the file that is judged ----------------------------------------------------------------- */

/* The candidate if there is one, or else the service's file. NULL: it could not be read. */
static const struct up_exe_file *judged_file(const struct up_doctor_facts *facts)
{
    if (facts->candidate.path[0] != '\0') {
        return facts->candidate.code == 0 ? &facts->candidate.file : NULL;
    }
    return facts->has_file ? &facts->file : NULL;
}

static const struct up_signature *judged_signature(const struct up_doctor_facts *facts)
{
    return facts->candidate.path[0] != '\0' ? &facts->candidate.signature : &facts->signature;
}

/* It is in the kernel: nobody has to guess. */
static bool is_loaded(const struct up_doctor_facts *facts)
{
    return facts->candidate.path[0] == '\0' && up_report_runs(facts);
}

/* "The driver", or the candidate by its path. */
static const char *judged_name(const struct up_doctor_facts *facts, char shown[UP_SHOWN_PATH_MAX])
{
    return facts->candidate.path[0] != '\0' ? up_report_path(facts->candidate.path, shown)
                                            : "The driver";
}

static struct up_load_forecast forecast_of(const struct up_doctor_facts *facts)
{
    const struct up_exe_file *file = judged_file(facts);
    const struct up_load_facts load = {
        .machine = file->machine,
        .is_userport = file->is_userport,
        .signature = *judged_signature(facts),
        .system_machine = facts->system_machine,
        .major = facts->system_major,
        .minor = facts->system_minor,
        .build = facts->system_build,
        .is_server = facts->is_server,
        .code_integrity = facts->code_integrity,
        .test_signing = facts->test_signing,
        .secure_boot = facts->secure_boot,
        .microsoft_only = facts->microsoft_only,
        .memory_integrity = facts->memory_integrity,
        .policy = facts->driver_policy,
    };

    return up_load_forecast(&load);
}

/* ---- the signature --------------------------------------------------------------------------- */

static void write_day(uint32_t day, char text[16])
{
    (void)snprintf(text, 16, "%04u-%02u-%02u", (unsigned)(day / 10000u),
                   (unsigned)(day / 100u % 100u), (unsigned)(day % 100u));
}

static void say_signer(struct up_report *report, const char *name,
                       const struct up_signature *signature)
{
    static const char *const who[] = {
        [UP_SIGNER_OTHER] = "with a certificate that leads to no root of Microsoft's for drivers: "
                            "a test certificate, or one for programs",
        [UP_SIGNER_CROSS] = "with a certificate that Microsoft has cross-signed for drivers",
        [UP_SIGNER_ATTESTED] = "by Microsoft's hardware programme, attested",
        [UP_SIGNER_TESTED] = "by Microsoft's hardware programme, after tests",
        [UP_SIGNER_UNKNOWN] = "but where the certificate leads could not be found out",
    };
    char day[16];

    write_day(signature->certified, day);
    up_report_add(report, signature->signer == UP_SIGNER_UNKNOWN ? UP_FINDING_NOTE : UP_FINDING_OK,
                  "signature", "%s is signed%s%s%s, %s%s%s.%s", name,
                  signature->name[0] != '\0' ? " by \"" : "", signature->name,
                  signature->name[0] != '\0' ? "\"" : "", who[signature->signer],
                  signature->certified != 0 ? "; the certificate is of " : "",
                  signature->certified != 0 ? day : "",
                  signature->is_in_catalogue ? " The signature is in one of Windows' catalogues."
                                             : "");
}

static void look_at_signature(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;
    const struct up_signature *signature = judged_signature(facts);
    char shown[UP_SHOWN_PATH_MAX];
    const char *name = judged_name(facts, shown);

    if (judged_file(facts) == NULL) {
        up_report_skip(report, "signature", "there is no driver file that can be read");
    } else if (signature->signer == UP_SIGNER_NONE) {
        up_report_add(report, UP_FINDING_OK, "signature", "%s is not signed.", name);
    } else if (signature->signer == UP_SIGNER_BROKEN) {
        up_report_add(report, UP_FINDING_WARNING, "signature",
                      "%s has a signature that is not its own: the file was changed after it was "
                      "signed, or the signature is damaged.",
                      name);
        up_report_advise(report, "Get the file again from where it was published.");
    } else if (signature->signer == UP_SIGNER_UNKNOWN && signature->name[0] == '\0') {
        up_report_unknown(report, "signature", "Who has signed the driver");
    } else {
        say_signer(report, name, signature);
    }
}

/* ---- whether it will be loaded --------------------------------------------------------------- */

static const struct {
    const char *text;   /* the rest of the sentence after the verdict and a colon */
    const char *advice; /* if it is not loaded, or not for long */
} reasons[UP_BECAUSE_COUNT] = {
    [UP_BECAUSE_OTHER_PROCESSOR] = {"it is for another processor (errors 193, 216, 577)",
                                    "Install the userport.sys of the right folder, i386 or amd64: "
                                    "userportctl install FILE."},
    [UP_BECAUSE_NO_CHECK] = {"this Windows does not need a signature (it may warn)", ""},
    [UP_BECAUSE_CHECK_OFF] =
        {"Windows was started without its check of signatures, and will refuse the driver when it "
         "is started with it again",
         "Install a signed release."},
    [UP_BECAUSE_UNSIGNED] =
        {"it is not signed (error 577)",
         "Install a signed release. Or sign the driver with a test certificate of your own and "
         "start Windows in its test mode (bcdedit /set testsigning on; Secure Boot must be off)."},
    [UP_BECAUSE_BROKEN] = {"its signature is not that of the file (error 577)",
                           "Get the file again from where it was published: userportctl install "
                           "FILE."},
    [UP_BECAUSE_TEST_MODE] = {"Windows is in its test mode, and takes any certificate", ""},
    [UP_BECAUSE_NO_TEST_MODE] =
        {"its certificate counts in Windows' test mode only, which is off (error 577)",
         "Install a signed release. For a driver with a test certificate start Windows in its "
         "test mode (bcdedit /set testsigning on; Secure Boot must be off)."},
    [UP_BECAUSE_SHA256] = {"its signature uses SHA-256, which Windows Vista and 7 read only with "
                           "an update (for 7 KB3033929 or KB4474419)",
                           "Install the updates of Windows."},
    [UP_BECAUSE_CROSS_SIGNED] = {"Microsoft has cross-signed its certificate", ""},
    [UP_BECAUSE_EXPIRED] =
        {"its certificate has expired, and no time stamp says that it was signed before. "
         "By Microsoft's rules that does not count; others saw such drivers loaded",
         "Install a release that has a time stamp, or Microsoft's signature."},
    [UP_BECAUSE_MICROSOFT_ONLY] =
        {"with Secure Boot, Windows 10 version 1607 and later want Microsoft's own signature "
         "(error 577), and the certificate is not from before 29 July 2015",
         "Install a release that Microsoft has signed. Or switch Secure Boot off in the firmware's "
         "setup (with BitLocker have its recovery key at hand)."},
    [UP_BECAUSE_OLD_CERTIFICATE] =
        {"with Secure Boot, this Windows wants Microsoft's own signature. Up to version 1803 "
         "certificates from before 29 July 2015 are exempt; about later ones Microsoft's pages "
         "contradict each other",
         "Install a release that Microsoft has signed."},
    [UP_BECAUSE_POLICY_TO_COME] =
        {"Microsoft has cross-signed its certificate, and the updates of April 2026, which end "
         "the trust in that, are not in force here yet",
         "Install a release that Microsoft has signed."},
    [UP_BECAUSE_POLICY_EVALUATED] =
        {"Microsoft has cross-signed its certificate, and the policy of 2026 against such drivers "
         "is only being evaluated (event 3076); the evaluation begins anew when the driver is "
         "loaded",
         "Install a release that Microsoft has signed."},
    [UP_BECAUSE_POLICY_ENFORCED] =
        {"the policy of 2026 against cross-signed drivers is in force (event 3077)",
         "Install a release that Microsoft has signed."},
    [UP_BECAUSE_ATTESTED] = {"Microsoft has signed it (attested)", ""},
    [UP_BECAUSE_ATTESTED_OLD] = {"Windows before 10 does not take Microsoft's attested signatures",
                                 "Use a Windows 10 or 11, or a release for this Windows."},
    [UP_BECAUSE_ATTESTED_SERVER] =
        {"Microsoft says that Windows Server 2016 and later do not load attested drivers; others "
         "saw them loaded",
         "Try it: userportctl start. If it is refused, this Server needs a release that was tested "
         "with the Hardware Lab Kit."},
    [UP_BECAUSE_TESTED] = {"Microsoft has signed it (tested)", ""},
    [UP_BECAUSE_MEMORY_INTEGRITY] =
        {"memory integrity (HVCI) is on, which refuses drivers that were not made for it, and this "
         "is not UserPort 3's driver",
         "Install UserPort 3's driver, which is made for it: userportctl install."},
};

/* The facts that lack, each as the object of "depends on". */
static void write_facts(uint32_t depends_on, struct up_writer *text)
{
    static const char *const names[UP_FACT_COUNT] = {
        [UP_FACT_SIGNER] = "who has signed it",
        [UP_FACT_DIGEST] = "the digest of its signature",
        [UP_FACT_CERTIFIED] = "the date of its certificate",
        [UP_FACT_SERVER] = "whether this is a Windows Server",
        [UP_FACT_CODE_INTEGRITY] = "whether Windows checks signatures",
        [UP_FACT_TEST_SIGNING] = "whether Windows is in its test mode",
        [UP_FACT_SECURE_BOOT] = "whether Secure Boot is on",
        [UP_FACT_MICROSOFT_ONLY] = "whether Windows wants Microsoft's signature",
        [UP_FACT_MEMORY_INTEGRITY] = "whether memory integrity is on",
        [UP_FACT_POLICY] = "whether the policy of 2026 is in force",
        [UP_FACT_WINDOWS] = "which Windows this is",
    };
    const char *before = "";

    for (unsigned fact = 0; fact < UP_FACT_COUNT; fact++) {
        if (depends_on >> fact & 1u) {
            up_writer_format(text, "%s%s", before, names[fact]);
            before = ", and ";
        }
    }
}

static void say_unknown(struct up_report *report, const char *name,
                        const struct up_load_forecast *forecast)
{
    const char *why = reasons[forecast->reason].text;
    char facts[400];
    struct up_writer text;

    if (forecast->reason == UP_BECAUSE_FACTS_LACK) {
        up_writer_init(&text, facts, sizeof facts);
        up_writer_format(&text, "that depends on ");
        write_facts(forecast->depends_on, &text);
        up_writer_format(&text, ", which could not be found out");
        why = facts;
    }
    if (is_loaded(report->facts)) {
        up_report_add(report, UP_FINDING_OK, "loading",
                      "Windows has loaded the driver. Whether it will do so again cannot be said: "
                      "%s.",
                      why);
        return;
    }
    up_report_add(report, UP_FINDING_NOTE, "loading",
                  "%s: whether Windows loads it cannot be said, only a start shows it: %s.", name,
                  why);
    if (forecast->reason != UP_BECAUSE_FACTS_LACK) {
        up_report_advise(report, "%s", reasons[forecast->reason].advice);
    }
}

static void say_forecast(struct up_report *report, const char *name,
                         const struct up_load_forecast *forecast)
{
    const char *why = reasons[forecast->reason].text;

    if (forecast->verdict == UP_LOADS) {
        up_report_add(report, UP_FINDING_OK, "loading", "%s: Windows loads it, since %s.", name,
                      why);
    } else if (forecast->verdict == UP_LOADS_FOR_NOW) {
        up_report_add(report, UP_FINDING_WARNING, "loading",
                      "%s: Windows loads it, for the time being: %s.", name, why);
        up_report_advise(report, "%s", reasons[forecast->reason].advice);
    } else if (is_loaded(report->facts)) {
        up_report_add(report, UP_FINDING_WARNING, "loading",
                      "Windows has loaded the driver, and will probably refuse it the next time: "
                      "%s.",
                      why);
        up_report_advise(report, "%s", reasons[forecast->reason].advice);
    } else {
        up_report_add(report, UP_FINDING_ERROR, "loading",
                      "%s: Windows will not load it, since %s.", name, why);
        up_report_advise(report, "%s", reasons[forecast->reason].advice);
    }
}

static void look_at_loading(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;
    const struct up_exe_file *file = judged_file(facts);
    struct up_load_forecast forecast;
    char reason[UP_REASON_MAX];
    char shown[UP_SHOWN_PATH_MAX];
    const char *name = judged_name(facts, shown);

    if (file == NULL && facts->candidate.path[0] != '\0') {
        up_report_add(report, UP_FINDING_ERROR, "loading", "%s cannot be read%s.", name,
                      up_report_reason(facts->candidate.code, reason));
        up_report_advise(report, "Give the path of a driver, such as amd64\\userport.sys.");
    } else if (file == NULL) {
        up_report_skip(report, "loading", "there is no driver file that can be read");
    } else if (file->kind != UP_EXE_PE || file->subsystem != UP_EXE_SUBSYSTEM_NATIVE ||
               file->damage != UP_EXE_WHOLE) {
        up_report_add(report, UP_FINDING_ERROR, "loading",
                      "%s: Windows will not load it, since it is no driver, or damaged (error "
                      "193).",
                      name);
        up_report_advise(report, "Install UserPort 3's driver: userportctl install FILE.");
    } else {
        forecast = forecast_of(facts);
        if (forecast.verdict == UP_LOAD_UNKNOWN) {
            say_unknown(report, name, &forecast);
        } else {
            say_forecast(report, name, &forecast);
        }
    }
}

/* ---- the log --------------------------------------------------------------------------------- */

static const char *policy_text(const struct up_load_event *event)
{
    return event->policy == UP_POLICY_ENFORCED || event->policy == UP_POLICY_EVALUATED
               ? " by the policy of 2026 against cross-signed drivers"
               : "";
}

static void look_at_events(struct up_report *report)
{
    static const char where[] = "The event says more: eventvwr, Applications and Services Logs, "
                                "Microsoft, Windows, CodeIntegrity, Operational.";
    const struct up_load_events *events = &report->facts->load_events;
    char reason[UP_REASON_MAX];

    if (judged_file(report->facts) == NULL) {
        up_report_skip(report, "load-events", "there is no driver file that can be read");
        return;
    }
    if (!events->has_log) {
        up_report_add(report, UP_FINDING_OK, "load-events",
                      "This Windows keeps no log of drivers that it refuses.");
        return;
    }
    if (events->refused.id != 0) {
        up_report_add(report, is_loaded(report->facts) ? UP_FINDING_NOTE : UP_FINDING_WARNING,
                      "load-events", "Windows refused to load this file on %s%s (event %u).",
                      events->refused.time, policy_text(&events->refused),
                      (unsigned)events->refused.id);
        up_report_advise(report, "%s", where);
    }
    if (events->audited.id != 0) {
        up_report_add(report, UP_FINDING_NOTE, "load-events",
                      "Windows loaded this file on %s, and wrote down that it will refuse it when "
                      "a policy is in force that is being evaluated now%s (event %u).",
                      events->audited.time, policy_text(&events->audited),
                      (unsigned)events->audited.id);
        up_report_advise(report, "%s", where);
    }
    if (events->code != 0) {
        up_report_add(report, UP_FINDING_NOTE, "load-events",
                      "Windows' log of drivers that it refuses could not be read%s.",
                      up_report_reason(events->code, reason));
        if (events->code == 5) {
            up_report_advise(report, "Look again as an administrator.");
        }
    } else if (events->refused.id == 0 && events->audited.id == 0) {
        up_report_add(report, UP_FINDING_OK, "load-events",
                      "Windows' log has no refusal of this file.");
    }
}

/* ---- how Windows is set up ------------------------------------------------------------------- */

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
    } else if (facts->has_file && !facts->file.is_userport) {
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
    look_at_signature(report);
    look_at_loading(report);
    look_at_events(report);
    look_at_test_signing(report);
    look_at_secure_boot(report);
    look_at_memory_integrity(report);
    look_at_block_list(report);
    look_at_driver_policy(report);
}
