/* SPDX-License-Identifier: MIT
 *
 * The commands list, grant, revoke, set and defaults (list.h), whose tables are specific to each
 * system.
 */
#include <stdlib.h>
#include <string.h>

#include "core/portlist.h"
#include "change.h"
#include "describe.h"
#include "list.h"

/* ---- list ------------------------------------------------------------------------------------ */

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

static bool print_json(const struct up_settings *policy)
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
    up_change_json_more(json, policy);
    up_json_policy_problems(json, "problems", policy->problems);
    up_json_end(json);
    up_out_json_end();
    free(text);
    return true;
}

void up_list_note_problems(uint32_t problems)
{
    uint32_t bit;

    for (bit = 1; bit != 0; bit <<= 1) {
        if ((problems & bit) != 0) {
            up_note("%s%s", up_store_problem_text(bit),
                    (bit & UP_SETTINGS_NOTES) != 0 ? "" : up_list_nothing_granted);
        }
    }
}

int up_run_list(const struct up_invocation *line)
{
    static struct up_stored_settings settings;
    struct up_error_detail problem = {.code = 0};
    bool done = true;

    if (!up_store_read(&settings, &problem)) {
        return up_failed(&problem);
    }
    if (!settings.is_there) {
        up_error_detail_set(&problem, 0, "Install it first: userportctl install",
                            "cannot read the list: UserPort is not installed");
        return up_failed(&problem);
    }
    if (!up_list_is_known(&settings.values, &problem)) {
        return up_failed(&problem);
    }
    up_list_note_problems(settings.values.problems);
    if (up_out_is_json) {
        done = print_json(&settings.values);
    } else if (up_has_option(line, "short")) {
        done = print_short(&settings.values.ports);
    } else {
        print_long(&settings.values.ports);
    }
    if (!done) {
        up_error_detail_set(&problem, 0, NULL, "memory is short");
        return up_failed(&problem);
    }
    return UP_EXIT_DONE;
}

/* ---- changes --------------------------------------------------------------------------------- */

static int change_list(const struct up_invocation *line, enum up_change_of_ports kind)
{
    static struct up_change change;
    int status = UP_EXIT_DONE;

    change.kind = kind;
    return up_read_list(line, &change.ports, &status) ? up_change_run(line, &change) : status;
}

int up_run_grant(const struct up_invocation *line)
{
    return change_list(line, UP_CHANGE_ADD);
}

int up_run_revoke(const struct up_invocation *line)
{
    return change_list(line, UP_CHANGE_REMOVE);
}

int up_run_set(const struct up_invocation *line)
{
    return change_list(line, UP_CHANGE_REPLACE);
}

int up_run_defaults(const struct up_invocation *line)
{
    static struct up_change change = {.kind = UP_CHANGE_REPLACE};
    const bool is_classic = line->word_count == 1;

    if (is_classic && strcmp(line->words[0], "classic") != 0) {
        return up_usage("defaults: \"%s\" is not classic, the one other choice", line->words[0]);
    }
    up_portset_deny_all(&change.ports);
    up_known_ports_grant(up_known_ports_find(is_classic ? "classic" : "default", 7), &change.ports);
    if (is_classic) {
        up_note("the default of UserPort 2.0 opens %lu ports to programs, and with them whatever "
                "hardware is there; "
                "grant what you need instead",
                (unsigned long)up_portset_count(&change.ports));
    }
    return up_change_run(line, &change);
}
