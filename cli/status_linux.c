/* SPDX-License-Identifier: MIT
 *
 * The command status on Linux: what this user gets and by which rules, and whether the helper is in
 * order. The exit status is for scripts.
 */
#include <stdlib.h>
#include <unistd.h>

#include "run/policy_answer.h"
#include "run/helper.h"
#include "core/portlist.h"
#include "command.h"
#include "describe.h"

struct facts {
    const struct up_policy_answer *answer;
    const char *problem; /* what is wrong with userport-run; NULL: nothing */
    const char *advice;
};

static void print_rules_json(struct up_json *json, const struct up_policy_answer *answer)
{
    char why[UP_PROGRAM_PROBLEM_MAX];
    uint32_t i;

    up_json_array(json, "rules");
    for (i = 0; i < answer->rules.count; i++) {
        const struct up_rule *rule = &answer->rules.rules[i];

        if (answer->is_for_user[i]) {
            up_json_object(json, NULL);
            up_json_text(json, "name", rule->name);
            up_json_text(json, "file", answer->files[rule->file]);
            up_json_number(json, "line", rule->line);
            up_json_text(json, "program", rule->any_program ? NULL : rule->program);
            up_json_text(json, "program_problem",
                         up_policy_rule_problem(rule, why, sizeof why) ? why : NULL);
            up_json_ports(json, "ports", &rule->ports);
            up_json_end(json);
        }
    }
    up_json_end(json);
}

static void print_json(const struct facts *facts)
{
    const struct up_policy_answer *answer = facts->answer;
    struct up_json *json = up_out_json();

    up_json_object(json, NULL);
    up_json_text(json, "user", answer->user_name);
    up_json_number(json, "user_id", answer->user);
    up_json_number(json, "ports_granted", up_portset_count(&answer->ports));
    up_json_ports(json, "ports", &answer->ports);
    print_rules_json(json, answer);
    up_json_text(json, "policy_problem", up_policy_problem(answer));
    up_json_object(json, "helper");
    up_json_text(json, "file", UP_RUN_PATH);
    up_json_bool(json, "in_place", facts->problem == NULL);
    up_json_text(json, "problem", facts->problem);
    up_json_text(json, "advice", facts->advice);
    up_json_end(json);
    up_json_end(json);
    up_out_json_end();
}

static void print_rules(const struct up_policy_answer *answer)
{
    const char *title = "rules:";
    char why[UP_PROGRAM_PROBLEM_MAX];
    uint32_t i;

    for (i = 0; i < answer->rules.count; i++) {
        const struct up_rule *rule = &answer->rules.rules[i];

        if (!answer->is_for_user[i]) {
            continue;
        }
        up_out("%-12s[%s] of %s, line %u", title, rule->name, answer->files[rule->file],
               rule->line);
        if (!rule->any_program) {
            up_out(": for %s alone ", rule->program);
            up_out_ports(&rule->ports);
        }
        if (up_policy_rule_problem(rule, why, sizeof why)) {
            up_out("\n            but the rule does not apply: %s", why);
        }
        up_out_text("\n");
        title = "";
    }
    if (title[0] != '\0' && up_policy_problem(answer) == NULL) {
        const char *group = up_policy_any_group_to_come(answer);

        if (group != NULL) {
            up_out("rules:      none yet: you are in the group %s from your next login on: log out "
                   "and in again\n",
                   group);
        } else {
            up_out_text("rules:      none is for this user: userportctl check shows all\n");
        }
    }
}

static void print_text(const struct facts *facts)
{
    const struct up_policy_answer *answer = facts->answer;

    up_out("user:       %s (%lu)\n",
           answer->user_name[0] != '\0' ? answer->user_name : "without a name",
           (unsigned long)answer->user);
    if (!answer->is_known) {
        up_out("policy:     what it gives is not known: %s.\n            %s\n",
               answer->problem.text, answer->problem.advice);
    } else if (answer->verdict == UP_POLICY_UNUSABLE) {
        up_out("policy:     it gives nobody anything: %s\n", answer->reason);
    }
    up_out_text("ports:      ");
    if (up_portset_count(&answer->ports) > 0) {
        up_out_ports(&answer->ports);
    } else {
        up_out_text(!answer->is_known        ? "not known"
                    : answer->user_rules > 0 ? "none but for programs that rules name"
                                             : "none");
    }
    up_out_text("\n");
    print_rules(answer);
    if (facts->problem == NULL) {
        up_out("helper:    %s is in place\n", UP_RUN_PATH);
    } else {
        up_out("helper:    %s %s.\n            %s\n", UP_RUN_PATH, facts->problem, facts->advice);
    }
}

static int run_status(const struct up_invocation *line)
{
    static struct up_policy_answer answer;
    struct facts facts = {.answer = &answer};
    struct up_helper helper;
    const char *subject;

    (void)line;
    up_policy_ask(&answer, NULL, NULL, false);
    up_helper_look(&helper);
    facts.problem = up_helper_problem(&helper, geteuid() == 0, &subject, &facts.advice);
    if (facts.problem == NULL) {
        facts.advice = NULL;
    }
    if (up_out_is_json) {
        print_json(&facts);
    } else {
        print_text(&facts);
    }
    return answer.user_rules > 0 && facts.problem == NULL ? UP_EXIT_DONE : UP_EXIT_FAILED;
}

const struct up_command up_command_status = {
    .name = "status",
    .synopsis = "",
    .summary = "which ports you get, by which rules, and is all in place",
    .text = "Prints the ports that you get for any program, the rules of the policy that are for "
            "you, and whether "
            "userport-run, which gives the ports, is in place. userportctl doctor says what else "
            "may be in the way.\n"
            "Exit status: 0 when a rule gives you ports and userport-run is in place, else 1.\n",
    .run = run_status,
};
