/* SPDX-License-Identifier: MIT
 *
 * The policy on Linux: who may run which program with which ports. Pure: it takes the text of the files and asks nobody,
 * so that the privileged program can read it in a process that can do nothing else, and the tests on any machine.
 *
 *     [oscilloscope]                  a rule; its name is for messages
 *     users = anna, 1001              users and groups: at least one of the two
 *     groups = lab
 *     program = any                   or a full path: that file alone
 *     ports = lpt1, 300-31F           the list syntax
 *     hazardous-ports = 70-71         ports that can damage data or stop the machine: allowed here alone
 *     ioperm = yes                    the program's own calls of ioperm and iopl succeed; no, without this line
 *
 * A line that begins with a blank goes on with the key above. A mistake anywhere gives nobody anything.
 */
#ifndef UP_LINUX_RULES_H
#define UP_LINUX_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/portset.h"

#define UP_RULES_MAX         64u
#define UP_RULE_NAME_MAX     64u
#define UP_RULE_WHO_MAX      64u /* users, and as many groups, of one rule */
#define UP_RULE_PROGRAM_MAX  1024u
#define UP_RULES_LINE_MAX    1000u /* bytes of a line */
#define UP_RULES_MESSAGE_MAX 640u

/* A text in memory: a file of the policy, or /etc/passwd. */
struct up_text {
    const char *name; /* for messages: its path */
    const char *text;
    size_t length;
};

struct up_rule {
    char name[UP_RULE_NAME_MAX];
    unsigned file, line; /* where it begins: index of the file; from 1 */
    uint32_t users[UP_RULE_WHO_MAX], groups[UP_RULE_WHO_MAX];
    uint32_t user_count, group_count;
    bool any_program;
    char program[UP_RULE_PROGRAM_MAX]; /* a full path, if not any_program */
    struct up_portset ports;           /* with the hazardous ones */
    bool with_ioperm;
};

struct up_rules {
    struct up_rule rules[UP_RULES_MAX];
    uint32_t count;
    /* the first mistake: */
    char message[UP_RULES_MESSAGE_MAX]; /* "/etc/userport.conf, line 7, column 12: ...", empty: none */
    unsigned file, line, column;        /* column 0: the whole line; line 0: the whole file */
};

/*
 * Reads count files one after the other. passwd and group are the texts of /etc/passwd and /etc/group: a name of a user or
 * group is looked up there; numbers are taken as they are. Result: true; or false and rules->message, and then
 * rules->count is 0.
 */
bool up_rules_read(struct up_rules *rules, const struct up_text *files, unsigned count, const struct up_text *passwd,
                   const struct up_text *group);

/* Who wants to run what. */
struct up_subject {
    uint32_t user;
    const uint32_t *groups; /* all: the effective one too */
    uint32_t group_count;
    const char *program; /* the full path as it was said */
    bool by_file;        /* may rules that name this program apply? The caller runs exactly that file. */
};

/* Does the rule speak of this user, by name or by a group? Of this program? */
bool up_rule_is_for_user(const struct up_rule *rule, const struct up_subject *subject);
bool up_rule_is_for_program(const struct up_rule *rule, const struct up_subject *subject);

/* What all rules together give. */
struct up_given {
    struct up_portset ports;
    bool by_program;  /* a rule is among them that names the program: it must run in a clean environment */
    bool with_ioperm; /* one of them says so */
};

/* Result: the number of rules that apply. */
uint32_t up_rules_apply(const struct up_rules *rules, const struct up_subject *subject, struct up_given *given);

#endif
