/* SPDX-License-Identifier: MIT
 *
 * What userport-run --explain says of the policy on Linux: the rules, and which ports this user gets. userportctl decides
 * nothing itself: it shows this, and says what to do. policy_answer.c reads the answer, policy_answer_linux.c asks for it.
 */
#ifndef UP_ADMIN_POLICY_ANSWER_H
#define UP_ADMIN_POLICY_ANSWER_H

#include "control/error_detail.h"
#include "decide.h"

struct up_policy_answer {
    bool is_known;                  /* userport-run has answered; if not, nothing but problem counts */
    struct up_error_detail problem; /* why not, with the system's code, and what to do */
    enum up_verdict verdict;
    char reason[sizeof((struct up_decision *)0)->reason]; /* if nothing is granted */
    uint32_t user;
    char user_name[64]; /* "" if the number has none */
    char files[UP_POLICY_FILES][320];
    uint32_t file_count;
    struct up_rules rules; /* all of them; or the place of the mistake, without its message */
    bool is_for_user[UP_RULES_MAX];
    uint32_t user_rules;     /* how many rules are for this user */
    struct up_portset ports; /* that are granted */
    bool with_ioperm;
};

/* Before the first line. The answer is large: static. */
void up_policy_answer_begin(struct up_policy_answer *answer);

/*
 * Takes one line of the answer, which is changed. Keys that are not known are left out. Result: false: it is wrong, and the
 * answer does not count.
 */
bool up_policy_answer_read(struct up_policy_answer *answer, char *line);

/*
 * Asks userport-run: for this program, or, if it is NULL, for any; for these ports, or, if they are NULL, for all. Never
 * fails: it is said in the answer.
 */
void up_policy_ask(struct up_policy_answer *answer, const char *program, const char *ports, bool wants_ioperm);

/* Why nobody gets anything, or it is not known what the policy gives: a text; NULL: neither. */
const char *up_policy_problem(const struct up_policy_answer *answer);

/* ---- what to do: by the groups of this machine, wherever they come from --------------------------------------------------- */

/*
 * Is the user in a group of this rule, or of any rule, by the system's tables, but not yet in this session? Result: the
 * group's name, until the next call; NULL: no.
 */
const char *up_policy_group_to_come(const struct up_policy_answer *answer, uint32_t rule);
const char *up_policy_any_group_to_come(const struct up_policy_answer *answer);

/* Is this process in that group? */
bool up_policy_is_in_group(const char *group);

/*
 * What the user, or root for him, can do about these ports if a group has them for any program: log in again, since he is in
 * it already; or be put into it. Result: false: there is no such group, or the user is root; advice is as it was.
 */
bool up_policy_advise_group(const struct up_policy_answer *answer, const struct up_portset *ports, char *advice,
                            size_t size);

/* The first file of the policy that not everybody may read, so that those who may not get nothing; NULL: none. For root. */
const char *up_policy_hidden_file(const struct up_policy_answer *answer);

/*
 * Why the rule does not apply to the program that it names, by the same look as userport-run's. The program may still come,
 * or be another machine's: so that is no mistake of the rule. Result: false: it names none, or one that it can.
 */
bool up_policy_rule_problem(const struct up_rule *rule, char *text, size_t size);

#endif
