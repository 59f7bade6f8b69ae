/* SPDX-License-Identifier: MIT
 *
 * The grant list: list, grant, revoke, set, defaults, scope.
 */
#include <stdlib.h>
#include <string.h>

#include "../core/portlist.h"
#include "change.h"
#include "describe.h"

/* ---- list --------------------------------------------------------------------------------------------------------------- */

static bool print_short(const struct up_portset *ports)
{
    char *text = malloc(UP_PORTLIST_TEXT_MAX);

    if (text == NULL) {
        return false;
    }
    up_portlist_format(ports, text, UP_PORTLIST_TEXT_MAX);
    up_out_text(text);
    up_out_text("\n");
    free(text);
    return true;
}

static void print_long(const struct up_portset *ports)
{
    struct up_port_range range;
    char text[UP_RANGE_TEXT], what[300];
    uint32_t from;

    if (up_portset_count(ports) == 0) {
        up_out_text("no port is granted\n");
    }
    for (from = 0; up_portset_next(ports, from, &range); from = range.last + 1u) {
        up_range_text(&range, text);
        up_describe_range(&range, what, sizeof what);
        if (what[0] == '\0') {
            up_out("%s\n", text);
        } else {
            up_out("%-10s %s%s\n", text, what, up_is_hazardous(&range) ? " (hazard)" : "");
        }
    }
}

static bool print_json(const struct up_policy *policy)
{
    struct up_json *json = up_out_json();
    char *text = malloc(UP_PORTLIST_TEXT_MAX);

    if (text == NULL) {
        return false;
    }
    up_portlist_format(&policy->ports, text, UP_PORTLIST_TEXT_MAX);
    up_json_object(json, NULL);
    up_json_text(json, "list", text);
    up_json_number(json, "count", up_portset_count(&policy->ports));
    up_json_ports(json, "ranges", &policy->ports);
    up_json_scope(json, policy->scope, policy->sticky);
    up_json_policy_problems(json, "problems", policy->problems);
    up_json_end(json);
    up_out_json_end();
    free(text);
    return true;
}

static void note_problems(uint32_t problems)
{
    uint32_t bit;

    for (bit = 1; bit != 0; bit <<= 1) {
        if ((problems & bit) != 0) {
            up_note("%s%s", up_policy_problem_text(bit),
                    (bit & UP_POLICY_NOTES) != 0 ? "" : ", so that the driver grants nothing");
        }
    }
}

static int run_list(const struct up_invocation *line)
{
    static struct up_settings settings;
    struct up_problem problem = {.code = 0};
    bool done = true;

    if (!up_settings_read(&settings, &problem)) {
        return up_failed(&problem);
    }
    if (!settings.is_there) {
        up_problem_set(&problem, 0, "Install it first: userportctl install",
                       "cannot read the list: UserPort is not installed");
        return up_failed(&problem);
    }
    note_problems(settings.policy.problems);
    if (up_out_is_json) {
        done = print_json(&settings.policy);
    } else if (up_has_option(line, "short")) {
        done = print_short(&settings.policy.ports);
    } else {
        print_long(&settings.policy.ports);
    }
    if (!done) {
        up_problem_set(&problem, 0, NULL, "memory is short");
        return up_failed(&problem);
    }
    return UP_EXIT_DONE;
}

const struct up_command up_command_list = {
    .name = "list",
    .synopsis = "[--short]",
    .summary = "the ports that programs may use, and what is there",
    .text =
        "Prints the grant list as it is in the registry, one range a line. Whether the driver has it in force already "
        "says userportctl status. A list that the driver cannot obey grants nothing; then a note says why.\n",
    .options = {{"short", NULL, "one line, as grant, revoke and set take it"}},
    .run = run_list,
};

/* ---- changes ------------------------------------------------------------------------------------------------------------ */

static int change_list(const struct up_invocation *line, enum up_change_of_ports kind)
{
    static struct up_change change;
    int status = UP_EXIT_DONE;

    change.kind = kind;
    return up_read_list(line, &change.ports, &status) ? up_change_run(line, &change) : status;
}

static int run_grant(const struct up_invocation *line)
{
    return change_list(line, UP_CHANGE_ADD);
}

static int run_revoke(const struct up_invocation *line)
{
    return change_list(line, UP_CHANGE_REMOVE);
}

static int run_set(const struct up_invocation *line)
{
    return change_list(line, UP_CHANGE_REPLACE);
}

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
    .run = run_grant,
};

const struct up_command up_command_revoke = {
    .name = "revoke",
    .synopsis = "[OPTION]... LIST...",
    .summary = "take ports from the list; at once, if the driver runs",
    .text = "Takes ports from the grant list. When it returns no program can use them any more, also those that were "
            "using them. To take all: userportctl revoke 0-FFFF\n",
    .options = {UP_OPTION_DRY_RUN, UP_OPTION_NO_APPLY, UP_OPTION_FILE},
    .words_max = -1,
    .run = run_revoke,
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
    .run = run_set,
};

static void grant_named(struct up_portset *ports, const char *name)
{
    const struct up_known_ports *known = up_known_ports_find(name, strlen(name));
    unsigned i;

    up_portset_deny_all(ports);
    for (i = 0; known != NULL && i < known->range_count; i++) {
        up_portset_grant(ports, known->ranges[i].first, known->ranges[i].last);
    }
}

static int run_defaults(const struct up_invocation *line)
{
    static struct up_change change = {.kind = UP_CHANGE_REPLACE};
    const bool is_classic = line->word_count == 1;

    if (is_classic && strcmp(line->words[0], "classic") != 0) {
        return up_usage("defaults: \"%s\" is not classic, the one other choice", line->words[0]);
    }
    grant_named(&change.ports, is_classic ? "classic" : "default");
    if (is_classic) {
        up_note("the default of UserPort 2.0 opens %lu ports to programs, and with them whatever hardware is there; "
                "grant what you need instead",
                (unsigned long)up_portset_count(&change.ports));
    }
    return up_change_run(line, &change);
}

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
    .run = run_defaults,
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
    note_problems(settings.policy.problems & (UP_POLICY_SCOPE_BAD | UP_POLICY_STICKY_BAD));
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
    .text =
        "all: every process may use the listed ports, also programs that know nothing of UserPort, as with "
        "UserPort 2.0.\nopeners: only processes that open \\\\.\\UserPort, while they have it open.\n"
        "Without an argument it prints which of them it is. This is about programs that run IN and OUT themselves "
        "(32-bit Windows); what goes through the driver always needs \\\\.\\UserPort to be open. On 64-bit Windows all "
        "does, so that the scope is kept there and has no effect.\n",
    .options = {{"sticky", NULL, "with openers: from the opening until the process ends, as with UserPort 1.0"},
                UP_OPTION_DRY_RUN,
                UP_OPTION_NO_APPLY},
    .words_max = 1,
    .run = run_scope,
};
