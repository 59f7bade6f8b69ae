/* SPDX-License-Identifier: MIT
 *
 * Tests of doctor/doctor_report_linux.c and run/helper.c: from a machine on which all is well, one
 * thing after the other goes wrong, and the doctor has to say it, at the right level, with what to
 * do. Whatever the facts, every subject is there, no text is empty, none is cut.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "doctor/doctor_linux.h"

static const char *const subjects[] = {UP_LINUX_SUBJECTS};
#define SUBJECTS (sizeof subjects / sizeof subjects[0])

static struct up_finding findings[UP_FINDINGS_MAX + 1];

static void all_is_well(struct up_doctor_facts *f)
{
    memset(f, 0, sizeof *f);
    strcpy(f->machine, "x86_64");
    strcpy(f->release, "6.1.0-53-amd64");
    strcpy(f->lockdown, "none");
    f->helper = (struct up_helper){
        .is_file = true, .is_roots = true, .may_be_run = true, .has_capability = true};
    f->limits.may_have_capability = UP_YES;
    f->rule_count = 1;
    strcpy(f->user, "anna");
    f->ports_any = 8;
    up_portset_deny_all(&f->given);
    up_portset_deny_all(&f->cards.taken);
    f->knows_holders = UP_YES;
    f->has_printer_ports = true;
    strcpy(f->wine, "/usr/bin/wine");
    f->has_wine64 = f->has_wine32 = true;
}

static void hold(struct up_doctor_facts *f, uint16_t first, uint16_t last, const char *name)
{
    struct up_port_holder *holder = &f->holders[f->holder_count++];

    holder->range = (struct up_port_range){first, last};
    strcpy(holder->name, name);
}

static void card_at(struct up_doctor_facts *f, uint16_t first)
{
    const struct up_port_range ports = {first, (uint16_t)(first + 3u)};

    f->cards.count = 1;
    strcpy(f->cards.cards[0].name, "WCH CH382");
    f->cards.cards[0].ports = ports;
    up_portset_grant(&f->cards.taken, ports.first, ports.last);
}

static void no_ports(struct up_doctor_facts *f)
{
    f->ports_any = 0;
    f->has_printer_ports = false;
}

struct expected {
    enum up_finding_level level;
    const char *subject, *text, *advice;
};

/* clang-format off */
#define CASE(level_, subject_, text_, advice_, ...)                                                                    \
    case __COUNTER__:                                                                                                  \
        *e = (struct expected){UP_FINDING_##level_, subject_, text_, advice_};                                         \
        __VA_ARGS__;                                                                                                   \
        return true;

static bool make_case(unsigned number, struct up_doctor_facts *f, struct expected *e)
{
    switch (number) {
    CASE(OK, "processor", "a PC (x86_64)", NULL, (void)f)
    CASE(OK, "processor", "a PC (i686)", NULL, strcpy(f->machine, "i686"))
    CASE(ERROR, "processor", "This processor (aarch64) has no I/O ports.", "Intel's or AMD's", strcpy(f->machine, "aarch64"))
    CASE(ERROR, "processor", "This processor (ia64)", "Intel's or AMD's", strcpy(f->machine, "ia64"))
    CASE(NOTE, "processor", "could not be found out", NULL, f->machine[0] = '\0')
    CASE(OK, "kernel", "(6.1.0-53-amd64) has ioperm", NULL, (void)f)
    CASE(ERROR, "kernel", "without CONFIG_X86_IOPL_IOPERM", "Boot a kernel", f->ioperm_code = ENOSYS)
    CASE(ERROR, "kernel", "not permitted here (error 1): a filter", "container", f->ioperm_code = EPERM)
    CASE(ERROR, "kernel", "does not work here (error 22)", "Boot a kernel", f->ioperm_code = EINVAL)
    CASE(OK, "lockdown", "not locked down", NULL, (void)f)
    CASE(ERROR, "lockdown", "(integrity): it gives ports to nobody", "Secure Boot", f->is_locked_down = UP_YES; strcpy(f->lockdown, "integrity"))
    CASE(NOTE, "lockdown", "could not be found out", "cat /sys/kernel", f->is_locked_down = UP_UNKNOWN)

    CASE(OK, "helper", "is there, root's", NULL, (void)f)
    CASE(ERROR, "helper", "userport-run is not there", "Install the package", f->helper.code = ENOENT)
    CASE(ERROR, "helper", "cannot be looked at", "Install the package", f->helper.code = EACCES)
    CASE(ERROR, "helper", "no plain file", "Install", f->helper.is_file = false)
    CASE(ERROR, "helper", "does not belong to root", "Install", f->helper.is_roots = false)
    CASE(ERROR, "helper", "written by others", "chmod 755", f->helper.is_others_to_write = true)
    CASE(ERROR, "helper", "setuid or setgid", "chmod 755", f->helper.is_setuid = true)
    CASE(ERROR, "helper", "may not be run", "chmod 755", f->helper.may_be_run = false)
    CASE(ERROR, "helper", "setuid or setgid", "chmod 755", f->helper.is_setuid = true; f->is_root = true)
    CASE(NOTE, "nosuid", "not looked at: see above", NULL, f->helper.code = ENOENT)
    CASE(NOTE, "capability", "not looked at: see above", NULL, f->helper.is_nosuid = true)
    CASE(NOTE, "nosuid", "root needs no capability", NULL, f->helper.is_nosuid = true; f->is_root = true)
    CASE(NOTE, "capability", "root has it already", NULL, f->helper.has_capability = false; f->is_root = true)
    CASE(ERROR, "nosuid", "mounted with nosuid", "without nosuid", f->helper.is_nosuid = true)
    CASE(OK, "nosuid", "on which capabilities count", NULL, f->helper.has_capability = false)
    CASE(ERROR, "capability", "lacks the capability cap_sys_rawio", "setcap cap_sys_rawio+ep " UP_RUN_PATH, f->helper.has_capability = false)
    CASE(ERROR, "capability", "other capabilities", "setcap", f->helper.has_others = true)
    CASE(OK, "capability", "no other right", NULL, (void)f)

    CASE(OK, "bounding-set", "may start programs with", NULL, (void)f)
    CASE(ERROR, "bounding-set", "not in this process's bounding set", "--cap-add SYS_RAWIO", f->limits.may_have_capability = UP_NO)
    CASE(NOTE, "bounding-set", "could not be found out", NULL, f->limits.may_have_capability = UP_UNKNOWN)
    CASE(OK, "no-new-privs", "may start programs with capabilities", NULL, (void)f)
    CASE(ERROR, "no-new-privs", "no_new_privs set", "another terminal", f->limits.no_new_privs = UP_YES)
    CASE(NOTE, "no-new-privs", "no_new_privs set", "another terminal", f->limits.no_new_privs = UP_YES; f->limits.has_capability = UP_YES)
    CASE(NOTE, "no-new-privs", "could not be found out", NULL, f->limits.no_new_privs = UP_UNKNOWN)
    CASE(OK, "user-namespace", "first user namespace", NULL, (void)f)
    CASE(ERROR, "user-namespace", "of its own", "outside", f->limits.user_namespace = UP_YES)
    CASE(NOTE, "user-namespace", "could not be found out", NULL, f->limits.user_namespace = UP_UNKNOWN)
    CASE(OK, "debugger", "no debugger", NULL, (void)f)
    CASE(ERROR, "debugger", "has a debugger", "another terminal", f->limits.traced = UP_YES)
    CASE(NOTE, "debugger", "has a debugger", "another terminal", f->limits.traced = UP_YES; f->limits.has_capability = UP_YES)
    CASE(NOTE, "debugger", "could not be found out", NULL, f->limits.traced = UP_UNKNOWN)
    CASE(OK, "seccomp", "No filter", NULL, (void)f)
    CASE(NOTE, "seccomp", "may refuse ioperm", "outside", f->limits.seccomp = UP_YES)
    CASE(NOTE, "seccomp", "could not be found out", NULL, f->limits.seccomp = UP_UNKNOWN)

    CASE(OK, "policy", "1 rule and no mistake", NULL, (void)f)
    CASE(OK, "policy", "2 rules and no mistake", NULL, f->rule_count = 2)
    CASE(WARNING, "policy", "A rule does not apply: [x] of /etc/y.conf: /opt/z is a script.", "userportctl check",
         strcpy(f->rule_problem, "[x] of /etc/y.conf: /opt/z is a script"))
    CASE(ERROR, "policy", "has no rule", "userportctl grant lpt1", f->rule_count = 0; no_ports(f))
    CASE(ERROR, "policy", "What the policy gives is not known: it is not there (2).", "Install it.",
         f->is_policy_unknown = true, strcpy(f->policy_problem, "it is not there (2)"), strcpy(f->policy_advice, "Install it."))
    CASE(NOTE, "user", "What you get was not looked at", "", f->is_policy_unknown = true, strcpy(f->policy_problem, "it is not there (2)"), strcpy(f->policy_advice, "Install it."))
    CASE(ERROR, "policy", "Nobody gets a port: line 7.", "userportctl check", strcpy(f->policy_problem, "line 7"))
    CASE(ERROR, "policy", "xxxxxx.", "userportctl check", memset(f->policy_problem, 'x', sizeof f->policy_problem - 1))
    CASE(WARNING, "policy", "Not everybody can read /etc/x.conf; who cannot", "chmod a+r /etc/x.conf", strcpy(f->hidden_file, "/etc/x.conf"))
    CASE(NOTE, "user", "not looked at", NULL, strcpy(f->policy_problem, "line 7"))
    CASE(OK, "user", "Programs of anna get 8 ports", NULL, (void)f)
    CASE(OK, "cards", "No printer port card is known to be here.", NULL, (void)f)
    CASE(NOTE, "cards", "not looked at", NULL, strcpy(f->policy_problem, "line 7"); card_at(f, 0xD100))
    CASE(OK, "cards", "WCH CH382, is at D100-D103, and is granted.", NULL, card_at(f, 0xD100); up_portset_grant(&f->given, 0xD100, 0xD103))
    CASE(NOTE, "cards", "WCH CH382, is at D100-D103, which is not granted.", "userportctl grant D100-D103", card_at(f, 0xD100))
    CASE(WARNING, "cards", "D010-D013 is granted, where no device is", "userportctl revoke D010-D013", card_at(f, 0xD100); up_portset_grant(&f->given, 0xD010, 0xD013))
    CASE(OK, "user", "that they name, and for no other", NULL, no_ports(f); f->program_rules = 1)
    CASE(ERROR, "user", "in the group lab, which has a rule, but this session", "Log out", no_ports(f); strcpy(f->group_to_come, "lab"))
    CASE(ERROR, "user", "No rule is for anna.", "adduser anna lab, and then log out", no_ports(f); strcpy(f->group_to_join, "lab"))
    CASE(ERROR, "user", "No rule is for anna.", "man userport.conf", no_ports(f))
    CASE(NOTE, "user", "No rule is for root.", "run --user NAME", no_ports(f); f->is_root = true)

    CASE(OK, "drivers", "No driver of the kernel has", NULL, (void)f)
    CASE(WARNING, "drivers", "The driver parport0 has the ports 378-37A", "rmmod parport_pc;", hold(f, 0x378, 0x37A, "parport0"))
    CASE(WARNING, "drivers", "The driver parport0 has", "rmmod lp ppdev parport_pc;", hold(f, 0x378, 0x37A, "parport0"); f->has_lp = f->has_ppdev = true)
    CASE(WARNING, "drivers", "The driver serial has the ports 3F8-3FF", "Unload this driver", hold(f, 0x3F8, 0x3FF, "serial"))
    CASE(WARNING, "drivers", "The driver keyboard has the ports 61,", "Unload", hold(f, 0x61, 0x61, "keyboard"))
    CASE(NOTE, "drivers", "root alone", "sudo userportctl ports", f->knows_holders = UP_NO)
    CASE(WARNING, "drivers", "parport_pc is loaded", "rmmod lp parport_pc;", f->knows_holders = UP_NO; f->has_parport_pc = f->has_lp = true)
    CASE(NOTE, "drivers", "root alone", "sudo", f->knows_holders = UP_NO; f->has_parport_pc = true; f->has_printer_ports = false)

    CASE(OK, "wine", "runs 32-bit and 64-bit Windows programs", NULL, (void)f)
    CASE(OK, "wine", "runs 32-bit Windows programs", NULL, f->has_wine64 = false)
    CASE(NOTE, "wine", "64-bit Windows programs alone", "wine32:i386", f->has_wine32 = false)
    CASE(NOTE, "wine", "not known", NULL, f->has_wine32 = f->has_wine64 = false)
    CASE(NOTE, "wine", "Wine is not there", "apt install wine", f->wine[0] = '\0')
    default:
        return false;
    }
}
/* clang-format on */

static void check_text(const char *text, size_t room)
{
    const size_t length = strlen(text);

    assert_in_range(length, 5, room - 2);
    assert_null(strstr(text, "  "));
}

/* What holds for any report. */
static uint32_t report(const struct up_doctor_facts *facts)
{
    uint32_t count, i;
    size_t at = 0;

    memset(findings, 0xAA, sizeof findings);
    count = up_doctor_linux_findings(facts, findings);
    assert_in_range(count, SUBJECTS, UP_FINDINGS_MAX);
    for (i = 0; i < count; i++) {
        while (at < SUBJECTS && strcmp(findings[i].subject, subjects[at]) != 0) {
            at++; /* in this order, each of them */
            assert_true(at < SUBJECTS &&
                        (i == 0 || strcmp(findings[i - 1].subject, subjects[at - 1]) == 0));
        }
        check_text(findings[i].text, sizeof findings[i].text);
        if (findings[i].advice[0] != '\0') {
            check_text(findings[i].advice, sizeof findings[i].advice);
        }
        assert_false(findings[i].level >= UP_FINDING_WARNING && findings[i].advice[0] == '\0');
    }
    assert_int_equal(at, SUBJECTS - 1);
    return count;
}

static void test_cases(void **state)
{
    struct up_doctor_facts facts;
    struct expected expected;
    uint32_t count, i;
    unsigned number;

    (void)state;
    all_is_well(&facts);
    for (number = 0; make_case(number, &facts, &expected); number++) {
        count = report(&facts);
        for (i = 0; i < count && strcmp(findings[i].subject, expected.subject) != 0; i++) {
        }
        assert_true(i < count);
        if (findings[i].level != expected.level ||
            strstr(findings[i].text, expected.text) == NULL ||
            (expected.advice == NULL ? findings[i].advice[0] != '\0'
                                     : strstr(findings[i].advice, expected.advice) == NULL)) {
            fail_msg("case %u, %s: level %d, \"%s\", \"%s\"", number, expected.subject,
                     (int)findings[i].level, findings[i].text, findings[i].advice);
        }
        all_is_well(&facts);
    }
    assert_in_range(number, 60, 1000);
}

/* All is well: nothing but OK. */
static void test_all_is_well(void **state)
{
    struct up_doctor_facts facts;
    uint32_t count, i;

    (void)state;
    all_is_well(&facts);
    count = report(&facts);
    for (i = 0; i < count; i++) {
        assert_int_equal(findings[i].level, UP_FINDING_OK);
    }
}

/* Any mixture of facts makes a whole report. */
static void test_random(void **state)
{
    struct up_doctor_facts facts, other;
    struct expected expected;
    uint32_t random = 7;
    unsigned i, j, cases = 0;

    (void)state;
    all_is_well(&other);
    while (make_case(cases, &other, &expected)) {
        cases++;
    }
    for (i = 0; i < 2000; i++) {
        all_is_well(&facts);
        for (j = 0; j < 6; j++) {
            random = random * 1103515245u + 12345u;
            (void)make_case((random >> 16) % cases, &facts, &expected);
            if (facts.holder_count > UP_PORT_HOLDERS_MAX - 2) {
                break;
            }
        }
        report(&facts);
    }
}

static void read_capability(struct up_helper *helper, uint32_t first, uint32_t permitted,
                            uint32_t inheritable, uint32_t high, size_t length)
{
    const uint32_t numbers[6] = {first, permitted, inheritable, high, 0, 0};
    uint8_t data[24];
    size_t i;

    for (i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(numbers[i / 4] >> 8 * (i % 4));
    }
    up_helper_read_capability(helper, data, length);
}

/* struct vfs_cap_data of linux/capability.h. */
static void test_capability(void **state)
{
    const uint32_t rawio = 1u << 17, effective = 1;
    struct up_helper helper;
    size_t length;

    (void)state;
    read_capability(&helper, 0x02000000u | effective, rawio, 0, 0, 20);
    assert_true(helper.has_capability && !helper.has_others);
    read_capability(&helper, 0x03000000u | effective, rawio, 0, 0, 24);
    assert_true(helper.has_capability && !helper.has_others);
    read_capability(&helper, 0x02000000u, rawio, 0, 0, 20);
    assert_false(helper.has_capability);
    read_capability(&helper, 0x02000000u | effective, 1u << 16, 0, 0, 20);
    assert_true(!helper.has_capability && helper.has_others);
    read_capability(&helper, 0x02000000u | effective, rawio | 1, 0, 0, 20);
    assert_true(helper.has_capability && helper.has_others);
    read_capability(&helper, 0x02000000u | effective, rawio, rawio, 0, 20);
    assert_true(helper.has_others);
    read_capability(&helper, 0x02000000u | effective, rawio, 0, 1, 20);
    assert_true(helper.has_others);
    read_capability(&helper, 0x01000000u | effective, rawio, 0, 0, 12);
    assert_false(helper.has_capability);
    for (length = 0; length < 24; length++) {
        read_capability(&helper, 0x03000000u | effective, rawio, 0, 0, length);
        assert_false(helper.has_capability);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_well),
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_capability),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
