/* SPDX-License-Identifier: MIT
 *
 * Decides by the Linux policy: may this user run this program, and with which ports? This is the
 * only place that decides. userport-run obeys the decision or, with --explain, prints it
 * (explain.h).
 */
#ifndef UP_RUN_DECIDE_H
#define UP_RUN_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/policy_files.h"
#include "program_file.h"
#include "policy/rules.h"

#define UP_GROUPS_MAX 1024

/* What userport-run is asked to do, and for whom. */
struct up_request {
    uint32_t user;
    uint32_t groups[UP_GROUPS_MAX];
    uint32_t group_count;
    const char *program;                          /* full path; "": only rules for any program */
    bool may_be_named;                            /* rules that name the program may apply to it */
    char program_problem[UP_PROGRAM_PROBLEM_MAX]; /* why they may not; "" if they may */
    const char *ports; /* --ports, in the list syntax; NULL: all ports that the policy gives */
    bool wants_ioperm; /* --ioperm: the program's own calls of ioperm and iopl shall succeed */
};

/* The outcomes of a decision. Only UP_GRANTED gives ports. */
enum up_verdict {
    /* The policy has a mistake, or cannot be read or trusted: nobody gets ports. */
    UP_POLICY_UNUSABLE,
    UP_NO_RULE,           /* no rule is for this user */
    UP_NO_PROGRAM_RULE,   /* no rule for this user is for this program */
    UP_UNTRUSTED_PROGRAM, /* a rule names this program, but others than root can replace it */
    /* --ioperm was asked for, but the rule that names the program does not allow it */
    UP_NO_IOPERM,
    UP_WRONG_LIST, /* --ports is not a valid list of ports */
    UP_NO_PORTS,   /* the rules do not give all ports of --ports */
    UP_GRANTED,
    UP_VERDICT_COUNT
};

/* The names of the outcomes in the output of --explain, in the order of enum up_verdict. */
#define UP_VERDICT_NAMES                                                                           \
    {                                                                                              \
        "unusable", "no-rule", "no-program-rule", "untrusted-program", "no-ioperm", "wrong-list",  \
            "no-ports", "granted"                                                                  \
    }

struct up_decision {
    enum up_verdict verdict;
    bool by_program;         /* at least one of the rules that apply names the program */
    bool with_ioperm;        /* set the filter that answers ioperm and iopl */
    struct up_portset ports; /* the ports to give; empty unless granted */
    char user_name[64];      /* the user's name in /etc/passwd; "" if there is none */
    char reason[UP_RULES_MESSAGE_MAX + 400];
    char advice[160]; /* what the user or root can do; "" if nothing */
};

/*
 * Reads the opened policy files and decides about the request.
 *
 * Like up_policy_files_read, it makes no system call but read(2), so that it can run in a process
 * that is limited to reading and writing. *rules receives all rules of the policy, for explaining
 * the decision. *decision receives the result. It cannot fail, since an unusable policy is a
 * verdict too.
 */
void up_decide(const struct up_request *request, const struct up_policy_files *files,
               struct up_rules *rules, struct up_decision *decision);

#endif
