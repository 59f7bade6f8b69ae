/* SPDX-License-Identifier: MIT
 *
 * The policy as userport-run will read it for this user: who that is, which rules there are, what they give. own_policy_linux.c.
 */
#ifndef UP_ADMIN_OWN_POLICY_H
#define UP_ADMIN_OWN_POLICY_H

#include "policy_places.h"
#include "rules.h"

#define UP_OWN_GROUPS_MAX 1024

struct up_own_policy {
    uint32_t user;
    char name[64]; /* "" if the number has none */
    uint32_t groups[UP_OWN_GROUPS_MAX];
    uint32_t group_count;
    char message[UP_RULES_MESSAGE_MAX]; /* why nobody gets anything; "": the policy is as it should be */
    char files[UP_POLICY_FILES][320];   /* their names */
    uint32_t file_count;
    struct up_rules rules;   /* all of them */
    struct up_portset ports; /* that this user gets for any program */
    uint32_t any_count;      /* rules that give these */
    uint32_t program_count;  /* rules for this user and one program each */
};

/* Never fails: what cannot be read is said in message. It is large: static. */
void up_own_policy_read(struct up_own_policy *own);

/* Is the rule for this user? */
bool up_own_policy_has(const struct up_own_policy *own, const struct up_rule *rule);

/* What the user gets for the program of that path. */
void up_own_policy_ports_of(const struct up_own_policy *own, const char *program, struct up_given *given);

/*
 * Is the user in a group of this rule, or of any rule, by /etc/group, but not yet in this session? Result: the group's name,
 * until the next call; NULL: no.
 */
const char *up_own_policy_group_to_come(const struct up_own_policy *own, const struct up_rule *rule);
const char *up_own_policy_any_group_to_come(const struct up_own_policy *own);

/* Is this process in that group? */
bool up_own_policy_is_in_group(const struct up_own_policy *own, const char *group);

/*
 * What the user, or root for him, can do about these ports if a group has them for any program: log in again, since he is in
 * it already; or be put into it. Result: false: there is no such group, or the user is root; advice is as it was.
 */
bool up_own_policy_advise_group(const struct up_own_policy *own, const struct up_portset *ports, char *advice,
                                size_t size);

/* The first file of the policy that not everybody may read, so that those who may not get nothing; NULL: none. For root. */
const char *up_own_policy_hidden_file(const struct up_own_policy *own);

#endif
