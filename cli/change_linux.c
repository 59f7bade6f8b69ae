/* SPDX-License-Identifier: MIT
 *
 * The Linux part of a change (change.h): it takes effect for programs started afterwards, if the
 * whole policy is valid.
 */
#include "change.h"

#include <grp.h>

#include "run/policy_answer.h"
#include "output.h"

const char up_change_not_obeyed[] = "";

const char *up_change_scope_text(const struct up_settings *policy)
{
    (void)policy;
    return "";
}

/*
 * Does the group have no members? Only its member list is examined, since it would be unusual as a
 * user's primary group.
 */
static bool is_group_empty(void)
{
    const struct group *group = getgrnam("userport");

    return group != NULL && group->gr_mem[0] == NULL;
}

struct up_effect up_change_take_effect(const struct up_settings *policy, bool is_changed,
                                       bool is_left, struct up_error_detail *problem)
{
    static struct up_policy_answer answer;

    (void)is_left;
    up_policy_ask(&answer, NULL, NULL, false);
    if (!answer.is_known) {
        up_note("whether the policy gives anything is not known: %s. %s", answer.problem.text,
                answer.problem.advice);
    }
    if (answer.is_known && answer.verdict == UP_POLICY_UNUSABLE) {
        up_error_detail_set(problem, 0, "Mend that; userportctl check says whether it is right.",
                            "the list is written, and nobody gets a port: %s", answer.reason);
        return (struct up_effect){"failed", "", true};
    }
    if (!is_changed) {
        return (struct up_effect){NULL, "", false};
    }
    if (up_portset_count(&policy->ports) == 0) {
        return (struct up_effect){"next run", "Programs that run already keep their ports.\n",
                                  false};
    }
    if (is_group_empty()) {
        return (struct up_effect){
            "next run",
            "For users of the group userport, in which nobody is yet. As root: adduser NAME "
            "userport\n",
            false};
    }
    return (struct up_effect){
        "next run",
        "For users of the group userport, in programs that userportctl run starts from now on.\n",
        false};
}
