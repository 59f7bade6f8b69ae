/* SPDX-License-Identifier: MIT
 *
 * The one judge of the policy: may this user run this program, and with which ports? userport-run obeys the decision, or with
 * --explain prints it (explain.h).
 */
#ifndef UP_LINUX_DECIDE_H
#define UP_LINUX_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/policy_files.h"
#include "program_file.h"
#include "policy/rules.h"

#define UP_GROUPS_MAX 1024

/* What userport-run is asked for, and by whom. */
struct up_request {
    uint32_t user;
    uint32_t groups[UP_GROUPS_MAX];
    uint32_t group_count;
    const char *program;                          /* its full path; "": what rules give for any program */
    bool may_be_named;                            /* rules that name the program may apply to it */
    char program_problem[UP_PROGRAM_PROBLEM_MAX]; /* why not; "" */
    const char *ports;                            /* only these, as a list; NULL: all that the policy gives */
    bool wants_ioperm;                            /* a filter that answers ioperm and iopl */
};

/* UP_GRANTED is the only one that gives anything. */
enum up_verdict {
    UP_POLICY_UNUSABLE,   /* it has a mistake, or cannot be read or trusted: nobody gets anything */
    UP_NO_RULE,           /* none is for this user */
    UP_NO_PROGRAM_RULE,   /* none for this user is for this program */
    UP_UNTRUSTED_PROGRAM, /* one names it, but root alone cannot replace it */
    UP_NO_IOPERM,         /* --ioperm, and the rule that names the program does not say so */
    UP_WRONG_LIST,        /* --ports is no list of ports */
    UP_NO_PORTS,          /* no rule gives all ports of --ports */
    UP_GRANTED,
    UP_VERDICT_COUNT
};

/* How --explain names them. */
#define UP_VERDICT_NAMES                                                                                               \
    {                                                                                                                  \
        "unusable", "no-rule", "no-program-rule", "untrusted-program", "no-ioperm", "wrong-list", "no-ports",          \
            "granted"                                                                                                  \
    }

struct up_decision {
    enum up_verdict verdict;
    bool by_program;         /* a rule that names the program is among those that apply */
    bool with_ioperm;        /* with the filter */
    struct up_portset ports; /* none, if not granted */
    char user_name[64];      /* by /etc/passwd; "" */
    char reason[UP_RULES_MESSAGE_MAX + 400];
    char advice[160]; /* what to do, or "" */
};

/*
 * Reads the policy, which is open, and decides. It only reads from descriptors and writes to memory, as up_policy_files_read
 * does. rules: all of them, for who explains the decision.
 */
void up_decide(const struct up_request *request, const struct up_policy_files *files, struct up_rules *rules,
               struct up_decision *decision);

#endif
