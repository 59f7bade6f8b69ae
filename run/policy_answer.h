/* SPDX-License-Identifier: MIT
 *
 * The policy as userport-run --explain describes it: the rules, and the ports that this user gets.
 * userportctl decides nothing itself; it shows this answer and says what to do. policy_answer.c
 * parses the answer, policy_answer_linux.c asks for it.
 */
#ifndef UP_RUN_POLICY_ANSWER_H
#define UP_RUN_POLICY_ANSWER_H

#include "control/error_detail.h"
#include "decide.h"

struct up_policy_answer {
    bool is_known; /* userport-run has answered; if false, only problem is valid */
    /* Why there is no answer: the system's error code, and what to do. */
    struct up_error_detail problem;
    enum up_verdict verdict;
    /* Why nothing is granted; "" if something is. */
    char reason[sizeof((struct up_decision *)0)->reason];
    uint32_t user;
    char user_name[64]; /* "" if the number has no name */
    char files[UP_POLICY_FILES][320];
    uint32_t file_count;
    struct up_rules rules; /* all rules; after a mistake only its place, without the message */
    bool is_for_user[UP_RULES_MAX];
    uint32_t user_rules;     /* the number of rules that are for this user */
    struct up_portset ports; /* the ports that are granted */
    bool with_ioperm;
};

/* Prepares the answer for its first line. The structure is large and should be static. */
void up_policy_answer_begin(struct up_policy_answer *answer);

/*
 * Takes one line of the answer and changes it in place. Unknown keys are ignored. Result: false if
 * the line is invalid; then the whole answer is.
 */
bool up_policy_answer_read(struct up_policy_answer *answer, char *line);

/*
 * Asks userport-run about this program, or about any program if program is NULL, and about these
 * ports, or all ports if ports is NULL. wants_ioperm: as --ioperm. It never fails: the answer has
 * the error detail.
 */
void up_policy_ask(struct up_policy_answer *answer, const char *program, const char *ports,
                   bool wants_ioperm);

/*
 * Says why nobody gets ports, or why it is unknown what the policy gives. Result: a text, or NULL
 * if neither is the case.
 */
const char *up_policy_problem(const struct up_policy_answer *answer);

/* ---- what to do: by the groups of this machine ----------------------------------------------- */

/*
 * Is the user a member of a group of this rule, or of any rule, according to the system's tables,
 * but not yet in this session? Result: the name of the group, valid until the next call, or NULL.
 */
const char *up_policy_group_to_come(const struct up_policy_answer *answer, uint32_t rule);
const char *up_policy_any_group_to_come(const struct up_policy_answer *answer);

/* Is this process in the group of that name? */
bool up_policy_is_in_group(const char *group);

/*
 * Finds out whether some group gets these ports for any program, and writes what to do: the user
 * logs in again if already a member, or root adds the user to the group. Result: false if there is
 * no such group, or if the user is root; then advice is unchanged.
 */
bool up_policy_advise_group(const struct up_policy_answer *answer, const struct up_portset *ports,
                            char *advice, size_t size);

/*
 * The first file of the policy that not everybody may read, so that userport-run refuses those who
 * may not. For root only. Result: NULL if there is none.
 */
const char *up_policy_hidden_file(const struct up_policy_answer *answer);

/*
 * Says why the rule does not apply to the program that it names, by the same check of the file that
 * userport-run makes. The program may still be installed later, or be on another machine, so this
 * is not a mistake of the rule. Result: false if the rule names no program, or if it applies.
 */
bool up_policy_rule_problem(const struct up_rule *rule, char *text, size_t size);

#endif
