/* SPDX-License-Identifier: MIT
 *
 * The tables of list, grant, revoke, set and defaults on Windows; and scope, which there is only there.
 */
#include "list.h"

#include <string.h>

#include "change.h"
#include "describe.h"

const char up_list_nothing_granted[] = ", so that the driver grants nothing";

void up_list_json_more(struct up_json *json, const struct up_policy *policy)
{
    up_json_scope(json, policy->scope, policy->sticky);
}

const struct up_command up_command_list = {
    .name = "list",
    .synopsis = "[--short]",
    .summary = "the ports that programs may use, and what is there",
    .text =
        "Prints the grant list as it is in the registry, one range a line. Whether the driver has it in force already "
        "says userportctl status. A list that the driver cannot obey grants nothing; then a note says why.\n",
    .options = {{"short", NULL, "one line, as grant, revoke and set take it"}},
    .run = up_run_list,
};

const struct up_command up_command_grant = {
    .name = "grant",
    .synopsis = "[OPTION]... LIST...",
    .summary = "add ports to the list",
    .text =
        "Adds ports to the grant list and puts them in force at once, if the driver runs. LIST is ports, ranges and "
        "names, as in: userportctl grant lpt1, 42-43 61\n"
        "Numbers are hexadecimal; userportctl ports shows the names. Ports that can damage data or stop the machine "
        "are refused without --force, and named with it. Nothing is changed unless all of LIST makes sense.\n",
    .options = {UP_OPTION_FORCE, UP_OPTION_DRY_RUN, UP_OPTION_NO_APPLY, UP_OPTION_FILE},
    .words_max = -1,
    .run = up_run_grant,
};

const struct up_command up_command_revoke = {
    .name = "revoke",
    .synopsis = "[OPTION]... LIST...",
    .summary = "take ports from the list; at once, if the driver runs",
    .text = "Takes ports from the grant list. When it returns no program can use them any more, also those that were "
            "using them. To take all: userportctl revoke 0-FFFF\n",
    .options = {UP_OPTION_DRY_RUN, UP_OPTION_NO_APPLY, UP_OPTION_FILE},
    .words_max = -1,
    .run = up_run_revoke,
};

const struct up_command up_command_set = {
    .name = "set",
    .synopsis = "[OPTION]... LIST...",
    .summary = "make it this list and no other",
    .text = "Replaces the grant list. An empty list, userportctl set \"\", grants no port. Also mends a list that the "
            "driver cannot obey. To keep a list and put it back: userportctl list --short >ports.txt and userportctl "
            "set --file ports.txt\n",
    .options = {UP_OPTION_FORCE, UP_OPTION_DRY_RUN, UP_OPTION_NO_APPLY, UP_OPTION_FILE},
    .words_max = -1,
    .run = up_run_set,
};

const struct up_command up_command_defaults = {
    .name = "defaults",
    .synopsis = "[OPTION]... [classic]",
    .summary = "make it the three printer ports, as after the installation",
    .text =
        "Replaces the grant list by the one of a fresh installation: 278-27F, 378-37F and 3BC-3BF.\nclassic: by the "
        "wide one of UserPort 2.0: 200-37F, 3BC-3BF and 3E8-3FF. It has registers of disk controllers in it, and "
        "so needs --force.\n",
    .options = {UP_OPTION_FORCE, UP_OPTION_DRY_RUN, UP_OPTION_NO_APPLY},
    .words_max = 1,
    .run = up_run_defaults,
};

/* ---- scope -------------------------------------------------------------------------------------------------------------- */

static int print_scope(void)
{
    static struct up_settings settings;
    struct up_problem problem = {.code = 0};
    struct up_json *json = up_out_json();

    if (!up_settings_read(&settings, &problem)) {
        return up_failed(&problem);
    }
    if (!settings.is_there) {
        up_problem_set(&problem, 0, "Install it first: userportctl install",
                       "cannot read the scope: UserPort is not installed");
        return up_failed(&problem);
    }
    up_list_note_problems(settings.policy.problems & (UP_POLICY_SCOPE_BAD | UP_POLICY_STICKY_BAD));
    if (up_out_is_json) {
        up_json_object(json, NULL);
        up_json_scope(json, settings.policy.scope, settings.policy.sticky);
        up_json_policy_problems(json, "problems", settings.policy.problems);
        up_json_end(json);
        up_out_json_end();
    } else {
        up_out("%s\n", up_scope_text(settings.policy.scope, settings.policy.sticky));
    }
    return UP_EXIT_DONE;
}

static int run_scope(const struct up_invocation *line)
{
    static struct up_change change = {.has_scope = true};

    if (line->word_count == 0) {
        if (up_has_option(line, "sticky")) {
            return up_usage("scope: --sticky goes with openers");
        }
        return print_scope();
    }
    if (strcmp(line->words[0], "openers") == 0) {
        change.scope = UP_SCOPE_OPENERS;
        change.sticky = up_has_option(line, "sticky");
    } else if (strcmp(line->words[0], "all") != 0) {
        return up_usage("scope: \"%s\" is neither all nor openers", line->words[0]);
    } else if (up_has_option(line, "sticky")) {
        return up_usage("scope: --sticky goes with openers");
    }
    return up_change_run(line, &change);
}

const struct up_command up_command_scope = {
    .name = "scope",
    .synopsis = "[OPTION]... [all | openers]",
    .summary = "who may use the ports: all processes, or those that ask",
    .text = "all: every process may use the listed ports, also programs that know nothing of UserPort, as with "
            "UserPort 2.0.\nopeners: only processes that open \\\\.\\UserPort, while they have it open.\n"
            "Without an argument it prints which of them it is. This is about programs that run IN and OUT themselves "
            "(32-bit Windows); what goes through the driver always needs \\\\.\\UserPort to be open.\n",
    .options = {{"sticky", NULL, "with openers: from the opening until the process ends, as with UserPort 1.0"},
                UP_OPTION_DRY_RUN,
                UP_OPTION_NO_APPLY},
    .words_max = 1,
    .run = run_scope,
};
