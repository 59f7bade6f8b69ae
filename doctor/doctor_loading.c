/* SPDX-License-Identifier: MIT
 *
 * The doctor on whether Windows loads the driver: who has signed it, what is to be expected
 * (loading.h), and what Windows' log says of earlier starts. The driver is the service's, or one
 * that is not installed yet.
 */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "doctor_report.h"

static const char no_file[] = "there is no driver file that can be read";

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

static bool is_driver(const struct up_exe_file *file)
{
    return file->kind == UP_EXE_PE && file->subsystem == UP_EXE_SUBSYSTEM_NATIVE &&
           file->damage == UP_EXE_WHOLE;
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
        [UP_SIGNER_WINDOWS] = "by Microsoft, but not as a driver of its hardware programme",
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
        up_report_skip(report, "signature", no_file);
    } else if (!is_driver(judged_file(facts))) {
        up_report_skip(report, "signature", "the file is no driver");
    } else if (signature->signer == UP_SIGNER_NONE) {
        up_report_add(report,
                      forecast_of(facts).reason == UP_BECAUSE_NO_CHECK ? UP_FINDING_OK
                                                                       : UP_FINDING_NOTE,
                      "signature", "%s is not signed.", name);
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

#define USE_SIGNED "Use a release that Microsoft has signed, if there is one."

static const struct {
    const char *text; /* the rest of the sentence after the verdict and a colon */
    /* What to do if it is not loaded, or not for long. NULL: advise_test_mode has it. */
    const char *advice;
} reasons[UP_BECAUSE_COUNT] = {
    /* say_other_processor has the words */
    [UP_BECAUSE_OTHER_PROCESSOR] = {"", ""},
    [UP_BECAUSE_NO_CHECK] = {"this Windows does not need a signature (it may warn)", ""},
    [UP_BECAUSE_CHECK_OFF] =
        {"Windows was started without its check of signatures, and will refuse the driver when it "
         "is started with it again",
         USE_SIGNED},
    [UP_BECAUSE_UNSIGNED] = {"it is not signed (error 577)", NULL},
    [UP_BECAUSE_BROKEN] = {"its signature is not that of the file (error 577)",
                           "Get the file again from where it was published: userportctl install "
                           "FILE."},
    [UP_BECAUSE_TEST_MODE] = {"Windows is in its test mode, and takes any certificate", ""},
    [UP_BECAUSE_NO_TEST_MODE] =
        {"its certificate counts in Windows' test mode only, which is off (error 577)", NULL},
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
         USE_SIGNED " Or switch Secure Boot off in the firmware's setup (with BitLocker have its "
                    "recovery key at hand)."},
    [UP_BECAUSE_OLD_CERTIFICATE] =
        {"with Secure Boot, this Windows wants Microsoft's own signature. Up to version 1803 "
         "certificates from before 29 July 2015 are exempt; about later ones Microsoft's pages "
         "contradict each other",
         USE_SIGNED},
    [UP_BECAUSE_POLICY_TO_COME] =
        {"Microsoft has cross-signed its certificate, and the updates of April 2026, which end "
         "the trust in that, are not in force here yet",
         USE_SIGNED},
    [UP_BECAUSE_POLICY_EVALUATED] =
        {"Microsoft has cross-signed its certificate, and the policy of 2026 against such drivers "
         "is only being evaluated (event 3076); the evaluation begins anew when the driver is "
         "loaded",
         USE_SIGNED},
    [UP_BECAUSE_POLICY_ENFORCED] =
        {"the policy of 2026 against cross-signed drivers is in force (event 3077)", USE_SIGNED},
    [UP_BECAUSE_WINDOWS] = {"Microsoft has signed it, but not as a driver of its hardware "
                            "programme",
                            USE_SIGNED},
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

/* What it takes to have a driver without a signature of Microsoft's loaded. */
static void advise_test_mode(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;
    char steps[300];
    struct up_writer text;

    up_writer_init(&text, steps, sizeof steps);
    if (facts->secure_boot == UP_YES) {
        up_writer_format(&text, "switch Secure Boot off in the firmware's setup (with BitLocker "
                                "have its recovery key at hand), ");
    }
    if (judged_signature(facts)->signer != UP_SIGNER_OTHER) {
        up_writer_format(&text, "sign the driver with a test certificate of your own, ");
    }
    up_report_advise(report,
                     USE_SIGNED " Or %s%sstart Windows in its test mode (bcdedit /set testsigning "
                                "on%s).",
                     steps, steps[0] != '\0' ? "and " : "",
                     facts->secure_boot == UP_UNKNOWN ? "; Secure Boot must be off" : "");
}

static void advise(struct up_report *report, enum up_load_reason reason)
{
    const struct up_doctor_facts *facts = report->facts;

    if (facts->candidate.is_asked && !judged_file(facts)->is_userport) {
        up_report_advise(report, "It is not UserPort 3's driver: whoever made it may have one for "
                                 "this Windows.");
    } else if (reasons[reason].advice == NULL) {
        advise_test_mode(report);
    } else {
        up_report_advise(report, "%s", reasons[reason].advice);
    }
}

static void say_other_processor(struct up_report *report, const char *name)
{
    const bool is_for_32 = judged_file(report->facts)->machine == UP_EXE_MACHINE_I386;
    const bool is_32 = report->facts->system_machine == UP_EXE_MACHINE_I386;

    up_report_add(
        report, UP_FINDING_ERROR, "loading",
        "%s: Windows will not load it, since it is for %s, and this is %s Windows (errors "
        "193, 216, 577).",
        name,
        is_for_32                                                     ? "32-bit Windows (i386)"
        : judged_file(report->facts)->machine == UP_EXE_MACHINE_AMD64 ? "64-bit Windows (amd64)"
                                                                      : "another processor",
        is_32 ? "32-bit" : "64-bit");
    up_report_advise(report, "Take the userport.sys of the folder %s.", is_32 ? "i386" : "amd64");
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
        advise(report, forecast->reason);
    }
}

static void say_forecast(struct up_report *report, const char *name,
                         const struct up_load_forecast *forecast)
{
    const char *why = reasons[forecast->reason].text;

    if (forecast->reason == UP_BECAUSE_OTHER_PROCESSOR) {
        say_other_processor(report, name);
    } else if (forecast->verdict == UP_LOADS) {
        up_report_add(report, UP_FINDING_OK, "loading", "%s: Windows loads it, since %s.", name,
                      why);
    } else if (forecast->verdict == UP_LOADS_FOR_NOW) {
        up_report_add(report, UP_FINDING_WARNING, "loading",
                      "%s: Windows loads it, for the time being: %s.", name, why);
        advise(report, forecast->reason);
    } else if (is_loaded(report->facts)) {
        up_report_add(report, UP_FINDING_WARNING, "loading",
                      "Windows has loaded the driver, and will probably refuse it the next time: "
                      "%s.",
                      why);
        advise(report, forecast->reason);
    } else {
        up_report_add(report, UP_FINDING_ERROR, "loading",
                      "%s: Windows will not load it, since %s.", name, why);
        advise(report, forecast->reason);
    }
}

/* What a file is that is no driver: "a DLL, no driver". */
static const char *what_instead(const struct up_exe_file *file)
{
    return file->kind == UP_EXE_UNKNOWN   ? "no program file at all"
           : file->damage != UP_EXE_WHOLE ? "damaged"
           : file->is_dll                 ? "a DLL, no driver"
           : file->kind == UP_EXE_PE      ? "a program, no driver"
                                          : "a program of another system, no driver";
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
        up_report_skip(report, "loading", no_file);
    } else if (!is_driver(file)) {
        up_report_add(report, UP_FINDING_ERROR, "loading",
                      "%s: Windows will not load it, since it is %s (error 193).", name,
                      what_instead(file));
        up_report_advise(report, "Take the userport.sys of the folder %s.",
                         facts->system_machine == UP_EXE_MACHINE_I386 ? "i386" : "amd64");
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

static bool is_by_policy(const struct up_load_event *event)
{
    return event->policy == UP_POLICY_ENFORCED || event->policy == UP_POLICY_EVALUATED;
}

static void look_at_events(struct up_report *report)
{
    static const char where[] = "The event says more: eventvwr, Applications and Services Logs, "
                                "Microsoft, Windows, CodeIntegrity, Operational.";
    const struct up_load_events *events = &report->facts->load_events;
    char reason[UP_REASON_MAX];

    if (judged_file(report->facts) == NULL) {
        up_report_skip(report, "load-events", no_file);
        return;
    }
    if (!events->has_log) {
        up_report_add(report, UP_FINDING_OK, "load-events",
                      "This Windows keeps no log of drivers that it refuses.");
        return;
    }
    if (events->refused.id != 0) {
        up_report_add(
            report, is_loaded(report->facts) ? UP_FINDING_NOTE : UP_FINDING_WARNING, "load-events",
            "Windows refused to load this file on %s%s (event %u).", events->refused.time,
            is_by_policy(&events->refused) ? ", by the policy of 2026 against cross-signed drivers"
                                           : "",
            (unsigned)events->refused.id);
        up_report_advise(report, "%s", where);
    }
    if (events->audited.id != 0) {
        up_report_add(report, UP_FINDING_NOTE, "load-events",
                      "Windows loaded this file on %s, and noted that %s would refuse it (event "
                      "%u).",
                      events->audited.time,
                      is_by_policy(&events->audited)
                          ? "the policy of 2026 against cross-signed drivers, which it only "
                            "evaluates so far,"
                          : "a policy which it only evaluates so far",
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

void up_doctor_loading(struct up_report *report)
{
    look_at_loading(report);
    look_at_signature(report);
    look_at_events(report);
}
