/* SPDX-License-Identifier: MIT
 *
 * The decision of decide.h: it reads the rules, applies them to the request, and words the reason
 * for a refusal.
 */
#include "decide.h"

#include <stdio.h>
#include <string.h>

#include "core/listerror.h"
#include "core/portlist.h"
#include "policy/accounts.h"

#define PATH_SHOWN 200 /* bytes of a path in a message */
#define LIST_SHOWN 120u

static void describe_user(const struct up_request *request, const struct up_decision *decision,
                          char *text, size_t size)
{
    const bool has_name = decision->user_name[0] != '\0';

    (void)snprintf(text, size, has_name ? "%s (%lu)" : "%s%lu", decision->user_name,
                   (unsigned long)request->user);
}

/*
 * Finds out why no rule applies: no rule is for the user, no rule for the user is for the program,
 * or a rule is for both but the program file cannot be trusted.
 */
static void refuse(const struct up_request *request, const struct up_rules *rules,
                   const struct up_subject *subject, struct up_decision *decision)
{
    const struct up_rule *named = NULL;
    struct up_subject trusted = *subject;
    bool is_for_user = false;
    char user[80];
    uint32_t i;

    trusted.by_file = true;
    for (i = 0; i < rules->count; i++) {
        if (up_rule_is_for_user(&rules->rules[i], subject)) {
            is_for_user = true;
            named = up_rule_is_for_program(&rules->rules[i], &trusted) ? &rules->rules[i] : named;
        }
    }
    describe_user(request, decision, user, sizeof user);
    if (named != NULL) {
        decision->verdict = UP_UNTRUSTED_PROGRAM;
        (void)snprintf(decision->reason, sizeof decision->reason,
                       "the rule [%s] names this program, but does not apply: %.900s", named->name,
                       request->program_problem);
    } else if (is_for_user && request->program[0] == '\0') {
        decision->verdict = UP_NO_PROGRAM_RULE;
        (void)snprintf(decision->reason, sizeof decision->reason,
                       "each rule for user %s is for a program that it names", user);
    } else if (is_for_user) {
        decision->verdict = UP_NO_PROGRAM_RULE;
        (void)snprintf(decision->reason, sizeof decision->reason,
                       "no rule gives user %s ports for the program %.*s", user, PATH_SHOWN,
                       request->program);
    } else {
        decision->verdict = UP_NO_RULE;
        (void)snprintf(decision->reason, sizeof decision->reason,
                       "the policy has no rule for user %s", user);
        (void)snprintf(decision->advice, sizeof decision->advice,
                       "root adds one to " UP_POLICY_FILE ", or the user to the group of one");
    }
}

/*
 * Handles --ports: the user asks for some of the ports that the rules give. The rules have to give
 * every one of them.
 */
static void take_part(const struct up_request *request, const struct up_portset *given,
                      struct up_decision *decision)
{
    static struct up_portset wanted, missing;
    static const char option[] = "--ports: ";
    const size_t length = sizeof option - 1;
    struct up_portlist_error error;
    char list[LIST_SHOWN], user[80];

    up_portset_deny_all(&wanted);
    decision->verdict = UP_WRONG_LIST;
    if (!up_portlist_parse(request->ports, strlen(request->ports), &wanted, &error)) {
        memcpy(decision->reason, option, length);
        up_list_error_text(request->ports, strlen(request->ports), &error, UP_LIST_NAMES_HINT,
                           decision->reason + length, sizeof decision->reason - length);
        return;
    }
    if (up_portset_count(&wanted) == 0) {
        (void)snprintf(decision->reason, sizeof decision->reason, "%sthe list is empty", option);
        return;
    }
    missing = wanted;
    up_portset_remove(&missing, given);
    if (up_portset_count(&missing) > 0) {
        decision->verdict = UP_NO_PORTS;
        describe_user(request, decision, user, sizeof user);
        up_portlist_format(&missing, list, sizeof list);
        (void)snprintf(decision->reason, sizeof decision->reason,
                       "%sno rule gives %s %s to user %s for this program", option,
                       up_portset_count(&missing) == 1 ? "port" : "the ports", list, user);
        return;
    }
    decision->ports = wanted;
    decision->verdict = UP_GRANTED;
}

void up_decide(const struct up_request *request, const struct up_policy_files *files,
               struct up_rules *rules, struct up_decision *decision)
{
    static struct up_given given;
    const struct up_subject subject = {request->user, request->groups, request->group_count,
                                       request->program, request->may_be_named};
    struct up_text passwd;

    memset(decision, 0, sizeof *decision);
    up_portset_deny_all(&decision->ports);
    if (!up_policy_files_read(files, rules, &passwd)) {
        decision->verdict = UP_POLICY_UNUSABLE;
        (void)snprintf(decision->reason, sizeof decision->reason, "%s", rules->message);
        return;
    }
    (void)up_account_name(&passwd, request->user, decision->user_name, sizeof decision->user_name);
    if (up_rules_apply(rules, &subject, &given) == 0) {
        refuse(request, rules, &subject, decision);
        return;
    }
    if (request->wants_ioperm && given.by_program && !given.with_ioperm) {
        decision->verdict = UP_NO_IOPERM;
        (void)snprintf(decision->reason, sizeof decision->reason,
                       "--ioperm: a rule names this program, so that it is for root to say whether "
                       "its ioperm succeeds");
        (void)snprintf(
            decision->advice, sizeof decision->advice,
            "root can write \"ioperm = yes\" into that rule; then --ioperm is not needed");
        return;
    }
    decision->by_program = given.by_program;
    decision->with_ioperm = given.with_ioperm || request->wants_ioperm;
    if (request->ports != NULL) {
        take_part(request, &given.ports, decision);
    } else {
        decision->ports = given.ports;
        decision->verdict = UP_GRANTED;
    }
}
