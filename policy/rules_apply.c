/* SPDX-License-Identifier: MIT
 *
 * Applies the rules of the policy to somebody who wants to run a program (rules.h).
 */
#include "rules.h"

#include <string.h>

bool up_rule_is_for_user(const struct up_rule *rule, const struct up_subject *subject)
{
    uint32_t i, j;

    for (i = 0; i < rule->user_count; i++) {
        if (rule->users[i] == subject->user) {
            return true;
        }
    }
    for (i = 0; i < rule->group_count; i++) {
        for (j = 0; j < subject->group_count; j++) {
            if (rule->groups[i] == subject->groups[j]) {
                return true;
            }
        }
    }
    return false;
}

bool up_rule_is_for_program(const struct up_rule *rule, const struct up_subject *subject)
{
    return rule->any_program || (subject->by_file && strcmp(rule->program, subject->program) == 0);
}

uint32_t up_rules_apply(const struct up_rules *rules, const struct up_subject *subject,
                        struct up_given *given)
{
    uint32_t applied = 0, i;

    up_portset_deny_all(&given->ports);
    given->by_program = given->with_ioperm = false;
    for (i = 0; i < rules->count; i++) {
        const struct up_rule *rule = &rules->rules[i];

        if (up_rule_is_for_user(rule, subject) && up_rule_is_for_program(rule, subject)) {
            up_portset_add(&given->ports, &rule->ports);
            given->by_program = given->by_program || !rule->any_program;
            given->with_ioperm = given->with_ioperm || rule->with_ioperm;
            applied++;
        }
    }
    return applied;
}
