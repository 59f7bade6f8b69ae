/* SPDX-License-Identifier: MIT
 *
 * What a change of the list does on Linux: programs that are started from then on get it, if the whole policy makes sense.
 */
#include "change.h"

#include "../admin/own_policy.h"

const char up_change_not_obeyed[] = "";

const char *up_change_scope_text(const struct up_policy *policy)
{
    (void)policy;
    return "";
}

struct up_effect up_change_take_effect(const struct up_policy *policy, bool is_left, struct up_problem *problem)
{
    static struct up_own_policy own;

    (void)policy;
    (void)is_left;
    up_own_policy_read(&own);
    if (own.message[0] != '\0') {
        up_problem_set(problem, 0, "Mend that; userportctl check says whether it is right.",
                       "the list is written, and nobody gets a port: %s", own.message);
        return (struct up_effect){"failed", "", true};
    }
    return (struct up_effect){
        "next run", "For users of the group userport, and programs that userportctl run starts from now on.\n", false};
}
