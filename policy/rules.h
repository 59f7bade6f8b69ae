/* SPDX-License-Identifier: MIT
 *
 * The rules of the Linux policy: who may run which program with which ports. Pure C: it works on
 * the text of the files and makes no system calls, so that the helper can use it in a process that
 * can do nothing else, and the tests on any machine.
 *
 *     [oscilloscope]                  a rule; its name appears in messages
 *     users = anna, 1001              users and groups: at least one of the two keys
 *     groups = lab
 *     program = any                   or the full path of one program file
 *     ports = lpt1, 300-31F           in the list syntax
 *     hazardous-ports = 70-71         ports that can damage data or stop the machine: only here
 *     ioperm = yes                    the program's own ioperm and iopl calls succeed; default: no
 *
 * A line that begins with a blank continues the value of the key above. After a mistake anywhere,
 * nobody gets any port.
 */
#ifndef UP_POLICY_RULES_H
#define UP_POLICY_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/portset.h"

#define UP_RULES_MAX         64u
#define UP_RULE_NAME_MAX     64u
#define UP_RULE_WHO_MAX      64u /* users of one rule, and as many groups */
#define UP_RULE_PROGRAM_MAX  1024u
#define UP_RULES_LINE_MAX    1000u /* bytes of a line */
#define UP_RULES_MESSAGE_MAX 640u

/* A text in memory: a file of the policy, or /etc/passwd. */
struct up_text {
    const char *name; /* its path, for messages */
    const char *text;
    size_t length;
};

struct up_rule {
    char name[UP_RULE_NAME_MAX];
    unsigned file, line; /* where the rule begins: index of the file; line from 1 */
    uint32_t users[UP_RULE_WHO_MAX], groups[UP_RULE_WHO_MAX];
    uint32_t user_count, group_count;
    bool any_program;
    char program[UP_RULE_PROGRAM_MAX]; /* a full path, unless any_program */
    struct up_portset ports;           /* the hazardous ports included */
    bool with_ioperm;
};

struct up_rules {
    struct up_rule rules[UP_RULES_MAX];
    uint32_t count;
    /* The first mistake: */
    char message[UP_RULES_MESSAGE_MAX]; /* "/etc/userport.conf, line 7, column 12: ..."; "": none */
    unsigned file, line, column;        /* column 0: the whole line; line 0: the whole file */
};

/*
 * Reads count files, one after the other. passwd and group are the texts of /etc/passwd and
 * /etc/group, in which names of users and groups are looked up; numbers are taken as they are.
 * Result: false after the first mistake; then rules->message describes it and rules->count is 0.
 */
bool up_rules_read(struct up_rules *rules, const struct up_text *files, unsigned count,
                   const struct up_text *passwd, const struct up_text *group);

/* Who wants to run which program. */
struct up_subject {
    uint32_t user;
    const uint32_t *groups; /* all groups, the effective one included */
    uint32_t group_count;
    const char *program; /* the full path as the caller gave it */
    bool by_file;        /* rules that name this program may apply: exactly that file will run */
};

/* Is the rule for this user, by the user's number or a group? Is the rule for this program? */
bool up_rule_is_for_user(const struct up_rule *rule, const struct up_subject *subject);
bool up_rule_is_for_program(const struct up_rule *rule, const struct up_subject *subject);

/* What all rules that apply give together. */
struct up_given {
    struct up_portset ports;
    /* One of the rules names the program, which then has to run in a clean environment. */
    bool by_program;
    bool with_ioperm; /* one of the rules allows ioperm */
};

/* Applies all rules to the subject. Result: the number of rules that apply. */
uint32_t up_rules_apply(const struct up_rules *rules, const struct up_subject *subject,
                        struct up_given *given);

#endif
