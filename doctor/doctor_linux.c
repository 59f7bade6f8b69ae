/* SPDX-License-Identifier: MIT
 *
 * Collects the doctor's facts on Linux (doctor_linux.h): from /proc, /sys and userport-run's answer
 * about the policy. It changes nothing.
 */
#include "doctor_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "devices/devices.h"
#include "run/policy_answer.h"

#define TEXT_MAX 65536u

static char *read_text(const char *path)
{
    static char text[TEXT_MAX];
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t got = 0;

    if (file < 0) {
        return NULL;
    }
    while (length + 1 < sizeof text &&
           (got = read(file, text + length, sizeof text - 1 - length)) > 0) {
        length += (size_t)got;
    }
    close(file);
    text[length] = '\0';
    return got >= 0 ? text : NULL;
}

/* ---- this machine ---------------------------------------------------------------------------- */

/*
 * Tests ioperm by turning off a port that this process does not have, which everybody may do and
 * which changes nothing.
 */
static void look_at_kernel(struct up_doctor_facts *facts)
{
    struct utsname names;

    if (uname(&names) == 0) {
        (void)snprintf(facts->machine, sizeof facts->machine, "%s", names.machine);
        (void)snprintf(facts->release, sizeof facts->release, "%s", names.release);
    }
#ifdef SYS_ioperm
    facts->ioperm_code = syscall(SYS_ioperm, 0uL, 1uL, 0) == 0 ? 0 : (uint32_t)errno;
#else
    facts->ioperm_code = ENOSYS;
#endif
}

/* Reads the lockdown mode, which the file shows as "none [integrity] confidentiality". */
static void look_at_lockdown(struct up_doctor_facts *facts)
{
    const char *text = read_text("/sys/kernel/security/lockdown");
    const char *open = text != NULL ? strchr(text, '[') : NULL;

    facts->is_locked_down = UP_UNKNOWN;
    if (open != NULL) {
        (void)snprintf(facts->lockdown, sizeof facts->lockdown, "%.*s", (int)strcspn(open + 1, "]"),
                       open + 1);
        facts->is_locked_down = strcmp(facts->lockdown, "none") == 0 ? UP_NO : UP_YES;
    }
}

/* ---- the policy and the ports ---------------------------------------------------------------- */

static bool has_printer_port(const struct up_portset *ports)
{
    return up_portset_has(ports, 0x378) || up_portset_has(ports, 0x278) ||
           up_portset_has(ports, 0x3BC);
}

static void look_at_rule(struct up_doctor_facts *facts, const struct up_policy_answer *answer,
                         uint32_t index)
{
    const struct up_rule *rule = &answer->rules.rules[index];
    const char *name = up_policy_group_to_come(answer, index);
    char why[UP_PROGRAM_PROBLEM_MAX];
    const struct group *group;

    if (facts->rule_problem[0] == '\0' && up_policy_rule_problem(rule, why, sizeof why)) {
        (void)snprintf(facts->rule_problem, sizeof facts->rule_problem, "[%s] of %.200s: %.360s",
                       rule->name, answer->files[rule->file], why);
    }
    if (name != NULL && facts->group_to_come[0] == '\0') {
        (void)snprintf(facts->group_to_come, sizeof facts->group_to_come, "%s", name);
    }
    group = rule->group_count > 0 ? getgrgid(rule->groups[0]) : NULL;
    if (group != NULL && facts->group_to_join[0] == '\0') {
        (void)snprintf(facts->group_to_join, sizeof facts->group_to_join, "%s", group->gr_name);
    }
    facts->program_rules += answer->is_for_user[index] && !rule->any_program;
    if (facts->is_root) { /* root examines the policy for all users */
        facts->has_printer_ports = facts->has_printer_ports || has_printer_port(&rule->ports);
    }
}

static void look_at_policy(struct up_doctor_facts *facts, const struct up_policy_answer *answer)
{
    const char *hidden = up_policy_hidden_file(answer), *problem = up_policy_problem(answer);
    uint32_t i;

    facts->is_policy_unknown = !answer->is_known;
    (void)snprintf(facts->policy_problem, sizeof facts->policy_problem, "%.639s",
                   problem != NULL ? problem : "");
    (void)snprintf(facts->policy_advice, sizeof facts->policy_advice, "%s", answer->problem.advice);
    (void)snprintf(facts->hidden_file, sizeof facts->hidden_file, "%s",
                   hidden != NULL ? hidden : "");
    (void)snprintf(facts->user, sizeof facts->user, "%s", answer->user_name);
    if (answer->user_name[0] == '\0') {
        (void)snprintf(facts->user, sizeof facts->user, "user %lu", (unsigned long)answer->user);
    }
    facts->rule_count = answer->rules.count;
    facts->ports_any = up_portset_count(&answer->ports);
    facts->has_printer_ports = has_printer_port(&answer->ports);
    up_portset_deny_all(&facts->given);
    for (i = 0; i < answer->rules.count; i++) {
        look_at_rule(facts, answer, i);
        if (facts->is_root || answer->is_for_user[i]) {
            up_portset_add(&facts->given, &answer->rules.rules[i].ports);
        }
    }
}

/* Does a rule give one of these ports to a user whom this report is for? */
static bool are_given(const struct up_doctor_facts *facts, const struct up_policy_answer *answer,
                      const struct up_port_range *range)
{
    struct up_port_range given;
    uint32_t i;

    for (i = 0; i < answer->rules.count; i++) {
        const struct up_rule *rule = &answer->rules.rules[i];

        if ((facts->is_root || answer->is_for_user[i]) &&
            up_portset_next(&rule->ports, range->first, &given) && given.first <= range->last) {
            return true;
        }
    }
    return false;
}

/*
 * Does the kernel reserve this range on every PC, for devices that every mainboard has? Reporting
 * these ranges for each PC would help nobody. Those of their ports that can do harm are hazards of
 * the list.
 */
static bool is_on_every_pc(const char *name)
{
    static const char *const names[] = {"dma1",   "dma2",   "dma page reg", "pic1", "pic2",
                                        "timer0", "timer1", "keyboard",     "fpu"};
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Finds the drivers that have claimed ports; ranges of PCI devices are not such claims. */
static void look_at_holders(struct up_doctor_facts *facts, const struct up_policy_answer *answer)
{
    static struct up_devices devices;
    uint32_t i;

    up_devices_find(&devices);
    up_card_facts_make(&facts->cards, &devices);
    facts->knows_holders = devices.is_hidden ? UP_NO : UP_YES;
    for (i = 0; i < devices.count && facts->holder_count < UP_PORT_HOLDERS_MAX; i++) {
        const struct up_device_ports *device = &devices.list[i];

        if (strcmp(device->id, "/proc/ioports") == 0 && !is_on_every_pc(device->name) &&
            are_given(facts, answer, &device->range)) {
            struct up_port_holder *holder = &facts->holders[facts->holder_count++];

            holder->range = device->range;
            (void)snprintf(holder->name, sizeof holder->name, "%.63s", device->name);
        }
    }
}

static bool is_loaded(const char *modules, const char *name)
{
    char line[40];

    (void)snprintf(line, sizeof line, "\n%s ", name);
    return modules != NULL &&
           (strncmp(modules, line + 1, strlen(line + 1)) == 0 || strstr(modules, line) != NULL);
}

static void look_at_modules(struct up_doctor_facts *facts)
{
    const char *modules = read_text("/proc/modules");

    facts->has_parport_pc = is_loaded(modules, "parport_pc");
    facts->has_lp = is_loaded(modules, "lp");
    facts->has_ppdev = is_loaded(modules, "ppdev");
}

/* ---- Wine ------------------------------------------------------------------------------------ */

static bool is_one_there(const char *const *paths)
{
    while (*paths != NULL && access(*paths, F_OK) != 0) {
        paths++;
    }
    return *paths != NULL;
}

/* Looks where the packages of Debian and WineHQ install Wine. */
static void look_at_wine(struct up_doctor_facts *facts)
{
    static const char *const programs[] = {"/usr/bin/wine",
                                           "/usr/local/bin/wine",
                                           "/opt/wine-stable/bin/wine",
                                           "/opt/wine-staging/bin/wine",
                                           "/opt/wine-devel/bin/wine",
                                           NULL};
    static const char *const for_64[] = {"/usr/lib/wine/wine64",
                                         "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows",
                                         "/usr/local/lib/wine/x86_64-windows",
                                         "/usr/local/lib64/wine/x86_64-windows",
                                         "/opt/wine-stable/lib64/wine/x86_64-windows",
                                         "/opt/wine-staging/lib64/wine/x86_64-windows",
                                         "/opt/wine-devel/lib64/wine/x86_64-windows",
                                         NULL};
    static const char *const for_32[] = {"/usr/lib/wine/wine",
                                         "/usr/lib/i386-linux-gnu/wine/i386-windows",
                                         "/usr/local/lib/wine/i386-windows",
                                         "/opt/wine-stable/lib/wine/i386-windows",
                                         "/opt/wine-staging/lib/wine/i386-windows",
                                         "/opt/wine-devel/lib/wine/i386-windows",
                                         NULL};
    size_t i;

    for (i = 0; programs[i] != NULL && facts->wine[0] == '\0'; i++) {
        if (access(programs[i], X_OK) == 0) {
            (void)snprintf(facts->wine, sizeof facts->wine, "%s", programs[i]);
        }
    }
    facts->has_wine64 = is_one_there(for_64);
    facts->has_wine32 = is_one_there(for_32);
}

void up_doctor_collect(struct up_doctor_facts *facts)
{
    static struct up_policy_answer answer;

    memset(facts, 0, sizeof *facts);
    facts->is_root = geteuid() == 0;
    look_at_kernel(facts);
    look_at_lockdown(facts);
    up_helper_look(&facts->helper);
    up_limits_look(&facts->limits);
    up_policy_ask(&answer, NULL, NULL, false);
    look_at_policy(facts, &answer);
    look_at_holders(facts, &answer);
    look_at_modules(facts);
    look_at_wine(facts);
}

uint32_t up_doctor_look(const char *driver_file, struct up_finding findings[UP_FINDINGS_MAX])
{
    static struct up_doctor_facts facts;

    (void)driver_file;
    up_doctor_collect(&facts);
    return up_doctor_linux_findings(&facts, findings);
}
