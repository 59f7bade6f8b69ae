/* SPDX-License-Identifier: MIT
 *
 * The doctor on Linux: judges the facts and says what to do (doctor_linux.h). What the kernel does
 * is described in ioperm(2), capabilities(7), kernel_lockdown(7) and prctl(2).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doctor_linux.h"

/* ---- this machine ---------------------------------------------------------------------------- */

static bool is_pc(const char *machine)
{
    return strcmp(machine, "x86_64") == 0 || (machine[0] == 'i' && strcmp(machine + 2, "86") == 0);
}

static void look_at_processor(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (facts->machine[0] == '\0') {
        up_report_unknown(report, "processor", "Which processor this is");
    } else if (is_pc(facts->machine)) {
        up_report_add(report, UP_FINDING_OK, "processor",
                      "This is a PC (%s): its processor has I/O ports.", facts->machine);
    } else {
        up_report_add(report, UP_FINDING_ERROR, "processor",
                      "This processor (%s) has no I/O ports. UserPort cannot work here.",
                      facts->machine);
        up_report_advise(report, "Use a PC with a processor of Intel's or AMD's kind.");
    }
}

static void look_at_kernel(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (facts->ioperm_code == 0) {
        up_report_add(report, UP_FINDING_OK, "kernel",
                      "The kernel (%s) has ioperm, by which programs get ports.", facts->release);
    } else if (facts->ioperm_code == ENOSYS) {
        up_report_add(report, UP_FINDING_ERROR, "kernel",
                      "The kernel (%s) has no ioperm: it was built without CONFIG_X86_IOPL_IOPERM.",
                      facts->release);
        up_report_advise(report, "Boot a kernel that has it, such as Debian's own.");
    } else if (facts->ioperm_code == EPERM || facts->ioperm_code == EACCES) {
        up_report_add(
            report, UP_FINDING_ERROR, "kernel",
            "ioperm is not permitted here (error %u): a filter of system calls takes it away.",
            (unsigned)facts->ioperm_code);
        up_report_advise(
            report, "Start programs from outside of the container or service that has this filter "
                    "(PrivateDevices=, or SystemCallFilter= without @raw-io).");
    } else {
        up_report_add(report, UP_FINDING_ERROR, "kernel", "ioperm does not work here (error %u).",
                      (unsigned)facts->ioperm_code);
        up_report_advise(report, "Boot a kernel that has it, such as Debian's own.");
    }
}

static void look_at_lockdown(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (facts->is_locked_down == UP_UNKNOWN) {
        up_report_unknown(report, "lockdown", "Whether the kernel is locked down");
        up_report_advise(report, "As root: cat /sys/kernel/security/lockdown");
    } else if (facts->is_locked_down == UP_NO) {
        up_report_add(report, UP_FINDING_OK, "lockdown", "The kernel is not locked down.");
    } else {
        up_report_add(report, UP_FINDING_ERROR, "lockdown",
                      "The kernel is locked down (%s): it gives ports to nobody, root neither.",
                      facts->lockdown);
        up_report_advise(report, "Most distributions lock it when Secure Boot is on: turn Secure "
                                 "Boot off in the firmware's "
                                 "setup, or boot without lockdown= in the kernel's command line.");
    }
}

/* ---- userport-run ---------------------------------------------------------------------------- */

static void look_at_helper(struct up_report *report)
{
    static const char *const subjects[] = {"helper", "nosuid", "capability"};
    static const char *const fine[] = {UP_RUN_PATH
                                       " is there, root's, and no one else may write to it.",
                                       "It lies on a file system on which capabilities count.",
                                       "It has the capability cap_sys_rawio and no other right."};
    static const char *const skipped[] = {"", "Its file system was not looked at: see above.",
                                          "Its capability was not looked at: see above."};
    const struct up_doctor_facts *facts = report->facts;
    const char *subject, *advice;
    const char *problem = up_helper_problem(&facts->helper, facts->is_root, &subject, &advice);
    size_t i, found = 3;

    for (i = 0; i < 3; i++) {
        if (problem != NULL && found == 3 && strcmp(subject, subjects[i]) == 0) {
            up_report_add(report, UP_FINDING_ERROR, subjects[i], "%s %s.", UP_RUN_PATH, problem);
            up_report_advise(report, "%s", advice);
            found = i;
        } else if (found < i) {
            up_report_add(report, UP_FINDING_NOTE, subjects[i], "%s", skipped[i]);
        } else if (facts->is_root && i > 0 && problem == NULL) {
            up_report_add(
                report, UP_FINDING_NOTE, subjects[i], "%s",
                i == 1 ? "Its file system was not looked at: root needs no capability of a file."
                       : "Its capability was not looked at: root has it already.");
        } else {
            up_report_add(report, UP_FINDING_OK, subjects[i], "%s", fine[i]);
        }
    }
}

/* ---- this process ---------------------------------------------------------------------------- */

/* Reports a limit of this process. fault is the text for UP_YES, fine the text for UP_NO. */
static void look_at_limit(struct up_report *report, enum up_tristate fact,
                          enum up_finding_level level, const char *subject, const char *what,
                          const char *fine, const char *fault, const char *advice)
{
    if (fact == UP_UNKNOWN) {
        up_report_unknown(report, subject, what);
    } else if (fact == UP_NO) {
        up_report_add(report, UP_FINDING_OK, subject, "%s", fine);
    } else {
        up_report_add(report, level, subject, "%s", fault);
        up_report_advise(report, "%s", advice);
    }
}

static void look_at_process(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;
    const struct up_limits *limits = &facts->limits;
    const enum up_tristate lacks = limits->may_have_capability == UP_UNKNOWN ? UP_UNKNOWN
                                   : limits->may_have_capability == UP_YES   ? UP_NO
                                                                             : UP_YES;

    look_at_limit(report, lacks, UP_FINDING_ERROR, "bounding-set",
                  "Whether this process may come to the capability cap_sys_rawio",
                  "This process may start programs with the capability cap_sys_rawio.",
                  UP_BOUNDING_SET_TEXT, UP_BOUNDING_SET_ADVICE);
    look_at_limit(report, limits->no_new_privs,
                  limits->has_capability == UP_YES ? UP_FINDING_NOTE : UP_FINDING_ERROR,
                  "no-new-privs", "Whether this process may start programs with more rights",
                  "This process may start programs with "
                  "capabilities.",
                  UP_NO_NEW_PRIVS_TEXT, UP_NO_NEW_PRIVS_ADVICE);
    look_at_limit(report, limits->traced,
                  limits->has_capability == UP_YES ? UP_FINDING_NOTE : UP_FINDING_ERROR, "debugger",
                  "Whether this process has a debugger", "This process has no debugger.",
                  UP_TRACED_TEXT, UP_TRACED_ADVICE);
    look_at_limit(report, limits->user_namespace, UP_FINDING_ERROR, "user-namespace",
                  "Whether this process is in a user namespace",
                  "This process is in the first user namespace.", UP_USER_NAMESPACE_TEXT,
                  UP_USER_NAMESPACE_ADVICE);
    look_at_limit(report, limits->seccomp, UP_FINDING_NOTE, "seccomp",
                  "Whether a filter is on the system calls",
                  "No filter is on the system calls of this process.",
                  "A filter is on the system calls of this process; it may refuse ioperm.",
                  "If programs get no ports, start them from outside of the container or service.");
}

/* ---- the policy ------------------------------------------------------------------------------ */

static void look_at_policy(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (facts->is_policy_unknown) {
        up_report_add(report, UP_FINDING_ERROR, "policy",
                      "What the policy gives is not known: %.560s.", facts->policy_problem);
        up_report_advise(report, "%s", facts->policy_advice);
    } else if (facts->policy_problem[0] != '\0') {
        up_report_add(report, UP_FINDING_ERROR, "policy", "Nobody gets a port: %.560s.",
                      facts->policy_problem);
        up_report_advise(report, "Mend it; userportctl check says whether it is right.");
    } else if (facts->rule_count == 0) {
        up_report_add(report, UP_FINDING_ERROR, "policy",
                      "The policy has no rule: nobody gets a port.");
        up_report_advise(
            report, "As root: userportctl grant lpt1, or write rules into /etc/userport.conf.");
    } else if (facts->hidden_file[0] != '\0') {
        up_report_add(report, UP_FINDING_WARNING, "policy",
                      "Not everybody can read %s; who cannot gets no port.", facts->hidden_file);
        up_report_advise(report, "As root: chmod a+r %s", facts->hidden_file);
    } else if (facts->rule_problem[0] != '\0') {
        up_report_add(report, UP_FINDING_WARNING, "policy", "A rule does not apply: %.560s.",
                      facts->rule_problem);
        up_report_advise(report, "userportctl check says the same of each rule.");
    } else {
        up_report_add(report, UP_FINDING_OK, "policy", "The policy has %u %s and no mistake.",
                      (unsigned)facts->rule_count, facts->rule_count == 1 ? "rule" : "rules");
    }
}

static void look_at_user(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (facts->policy_problem[0] != '\0') {
        up_report_add(report, UP_FINDING_NOTE, "user",
                      "What you get was not looked at: see above.");
    } else if (facts->ports_any > 0) {
        up_report_add(report, UP_FINDING_OK, "user",
                      "Programs of %s get %u ports by userportctl run.", facts->user,
                      (unsigned)facts->ports_any);
    } else if (facts->program_rules > 0) {
        up_report_add(report, UP_FINDING_OK, "user",
                      "Rules give ports to %s for the programs that they name, and for no other.",
                      facts->user);
    } else if (facts->group_to_come[0] != '\0') {
        up_report_add(
            report, UP_FINDING_ERROR, "user",
            "%s is in the group %s, which has a rule, but this session began before that.",
            facts->user, facts->group_to_come);
        up_report_advise(report, "Log out and in again.");
    } else if (facts->is_root) {
        up_report_add(report, UP_FINDING_NOTE, "user", "No rule is for root.");
        up_report_advise(report, "For a user's programs: userportctl run --user NAME -- PROGRAM");
    } else {
        up_report_add(report, UP_FINDING_ERROR, "user", "No rule is for %s.", facts->user);
        if (facts->group_to_join[0] != '\0') {
            up_report_advise(report, "As root: adduser %s %s, and then log out and in again.",
                             facts->user, facts->group_to_join);
        } else {
            up_report_advise(report, "Root adds one to /etc/userport.conf: man userport.conf");
        }
    }
}

/* ---- drivers, Wine --------------------------------------------------------------------------- */

static bool is_printer_driver(const char *name)
{
    return strncmp(name, "parport", 7) == 0;
}

static void advise_free(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    up_report_advise(report,
                     "As root: rmmod%s%s parport_pc; and for good: echo blacklist parport_pc "
                     ">/etc/modprobe.d/userport.conf (and blacklist lp, ppdev).",
                     facts->has_lp ? " lp" : "", facts->has_ppdev ? " ppdev" : "");
}

static void look_at_drivers(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;
    char text[12];
    uint32_t i;

    for (i = 0; i < facts->holder_count; i++) {
        const struct up_port_holder *holder = &facts->holders[i];

        (void)snprintf(text, sizeof text,
                       holder->range.first == holder->range.last ? "%X" : "%X-%X",
                       (unsigned)holder->range.first, (unsigned)holder->range.last);
        up_report_add(report, UP_FINDING_WARNING, "drivers",
                      "The driver %s has the ports %s, which programs may use: both write to them.",
                      holder->name, text);
        if (is_printer_driver(holder->name)) {
            advise_free(report);
        } else {
            up_report_advise(report, "Unload this driver, or take the ports from the list.");
        }
    }
    if (facts->holder_count > 0) {
        return;
    }
    if (facts->knows_holders == UP_YES) {
        up_report_add(report, UP_FINDING_OK, "drivers",
                      "No driver of the kernel has ports that programs may use.");
    } else if (facts->has_parport_pc && facts->has_printer_ports) {
        up_report_add(report, UP_FINDING_WARNING, "drivers",
                      "The printer port driver parport_pc is loaded, and may have the ports that "
                      "programs use.");
        advise_free(report);
    } else {
        up_report_add(report, UP_FINDING_NOTE, "drivers",
                      "Whether drivers of the kernel have the ports could not be found out: it "
                      "tells root alone.");
        up_report_advise(report, "sudo userportctl ports");
    }
}

static void look_at_wine(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (facts->wine[0] == '\0') {
        up_report_add(report, UP_FINDING_NOTE, "wine",
                      "Wine is not there: Windows programs do not run.");
        up_report_advise(report, "If you want them: sudo apt install wine");
    } else if (facts->has_wine32) {
        up_report_add(report, UP_FINDING_OK, "wine",
                      "%s runs %s Windows programs: userportctl run wine program.exe", facts->wine,
                      facts->has_wine64 ? "32-bit and 64-bit" : "32-bit");
    } else if (facts->has_wine64) {
        up_report_add(
            report, UP_FINDING_NOTE, "wine",
            "%s runs 64-bit Windows programs alone. Most programs for ports have 32 bits.",
            facts->wine);
        up_report_advise(
            report,
            "For them: sudo dpkg --add-architecture i386, sudo apt update, sudo apt install "
            "wine32:i386");
    } else {
        up_report_add(report, UP_FINDING_NOTE, "wine",
                      "%s is there; which Windows programs it runs is not known.", facts->wine);
    }
}

uint32_t up_doctor_linux_findings(const struct up_doctor_facts *facts,
                                  struct up_finding findings[UP_FINDINGS_MAX])
{
    struct up_report report = {facts, findings, 0, NULL};

    look_at_processor(&report);
    look_at_kernel(&report);
    look_at_lockdown(&report);
    look_at_helper(&report);
    look_at_process(&report);
    look_at_policy(&report);
    look_at_user(&report);
    if (facts->policy_problem[0] != '\0') {
        up_report_add(&report, UP_FINDING_NOTE, "cards",
                      "Whether the ports of cards are given was not looked at: see above.");
    } else {
        up_report_cards(&report, &facts->cards, &facts->given);
    }
    look_at_drivers(&report);
    look_at_wine(&report);
    return report.count;
}
