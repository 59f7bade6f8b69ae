/* SPDX-License-Identifier: MIT
 *
 * Makes a change of the settings (change.h). The settings are always written and flushed to the
 * disk first, and then the driver is told, if the system has one. So nothing is in force that is
 * not stored.
 */
#include "change.h"

#include <stdlib.h>
#include <string.h>

#include "core/listerror.h"
#include "console.h"
#include "describe.h"

struct work {
    const struct up_change *change;
    bool is_forced;
    bool is_refused; /* because of hazards */
    struct up_settings before, after;
    struct up_portset granted, revoked; /* the differences */
    bool is_scope_changed;
};

/* ---- the change ------------------------------------------------------------------------------ */

static void work_out(struct work *work)
{
    const struct up_change *change = work->change;

    work->after = work->before;
    switch (change->kind) {
    case UP_CHANGE_ADD:
        up_portset_add(&work->after.ports, &change->ports);
        break;
    case UP_CHANGE_REMOVE:
        up_portset_remove(&work->after.ports, &change->ports);
        break;
    case UP_CHANGE_REPLACE:
        work->after.ports = change->ports;
        break;
    default:
        break;
    }
    if (change->has_scope) {
        work->after.scope = change->scope;
        work->after.sticky = change->sticky;
    }
    work->granted = work->after.ports;
    up_portset_remove(&work->granted, &work->before.ports);
    work->revoked = work->before.ports;
    up_portset_remove(&work->revoked, &work->after.ports);
    work->is_scope_changed =
        work->before.scope != work->after.scope || work->before.sticky != work->after.sticky;
}

static const char *first_problem(uint32_t problems)
{
    return up_store_problem_text(problems & (~problems + 1u)); /* the lowest problem bit */
}

/* The problems that hide what the settings are. */
static uint32_t hidden_problems(const struct up_settings *policy)
{
    return policy->problems & ~(UP_SETTINGS_NOTES | UP_SETTINGS_IOPM_ABSENT);
}

/* Edits the settings for up_store_change, which holds the lock. */
static bool edit(struct up_settings *policy, void *context, struct up_error_detail *problem)
{
    const uint32_t hidden = hidden_problems(policy);
    struct work *work = context;
    size_t cursor = 0;

    work->before = *policy;
    if (hidden != 0 && work->change->kind != UP_CHANGE_REPLACE) {
        up_error_detail_set(problem, 0,
                            "A new list replaces what is there, whole: userportctl set LIST, or "
                            "userportctl defaults.",
                            "cannot change the settings%s: %s", up_change_not_obeyed,
                            first_problem(hidden));
        return false;
    }
    work_out(work);
    if (!work->is_forced && up_known_ports_next_hazard(&work->granted, &cursor, NULL) != NULL) {
        work->is_refused = true;
        up_error_detail_set(problem, 0, "With --force they are granted all the same.",
                            "nothing was changed: these ports can damage data or stop the machine");
        return false;
    }
    *policy = work->after;
    return true;
}

static bool make_change(struct work *work, bool is_dry, struct up_error_detail *problem)
{
    struct up_stored_settings settings;

    if (!is_dry) {
        return up_store_change(edit, work, NULL, problem);
    }
    if (!up_store_read(&settings, problem)) {
        return false;
    }
    if (!settings.is_there) {
        up_error_detail_set(problem, 0, "Install it first: userportctl install",
                            "cannot change the settings: UserPort is not installed");
        return false;
    }
    return edit(&settings.values, work, problem);
}

/* ---- the report ------------------------------------------------------------------------------ */

void up_name_hazards(const struct up_portset *ports)
{
    const struct up_known_ports *known;
    size_t cursor = 0;
    uint16_t port;

    while ((known = up_known_ports_next_hazard(ports, &cursor, &port)) != NULL) {
        up_note("hazard: port %X (%s) %s", port, known->what, known->hazard);
    }
}

static bool is_changed(const struct work *work)
{
    return up_portset_count(&work->granted) > 0 || up_portset_count(&work->revoked) > 0 ||
           work->is_scope_changed || (work->before.problems & ~UP_SETTINGS_NOTES) != 0;
}

static void say_nothing_changed(const struct work *work)
{
    const struct up_portset *ports = &work->change->ports;
    const bool is_empty = work->change->kind == UP_CHANGE_NO_PORTS || up_portset_count(ports) == 0;

    up_out_text("nothing to change: ");
    if (!is_empty) {
        up_out_ports(ports);
    }
    switch (work->change->kind) {
    case UP_CHANGE_ADD:
        up_out_text(is_empty ? "the list that was given is empty" : " granted already");
        break;
    case UP_CHANGE_REMOVE:
        up_out_text(is_empty ? "the list that was given is empty" : " not granted");
        break;
    case UP_CHANGE_REPLACE:
        up_out_text(is_empty ? "no port is granted already" : " is the list already");
        break;
    default:
        up_out_text("the scope is so already");
        break;
    }
    up_out_text("\n");
}

static void say_ports(const char *word, const struct up_portset *ports)
{
    if (up_portset_count(ports) > 0) {
        up_out("%s: ", word);
        up_out_ports(ports);
        up_out_text("\n");
    }
}

static void say_changes(const struct work *work, bool is_dry)
{
    if (!is_changed(work)) {
        say_nothing_changed(work);
        return;
    }
    say_ports(is_dry ? "would be granted" : "granted", &work->granted);
    say_ports(is_dry ? "would be revoked" : "revoked", &work->revoked);
    if (work->is_scope_changed ||
        (work->before.problems & (UP_SETTINGS_SCOPE_BAD | UP_SETTINGS_STICKY_BAD)) != 0) {
        up_out("%s: %s\n", is_dry ? "the scope would be" : "scope",
               up_change_scope_text(&work->after));
    }
    if (up_portset_count(&work->after.ports) == 0 && work->change->kind != UP_CHANGE_NO_PORTS) {
        up_out_text(is_dry ? "no port would be granted\n" : "no port is granted now\n");
    }
}

static void print_json(const struct work *work, bool is_dry, const struct up_effect *effect,
                       const struct up_error_detail *problem)
{
    struct up_json *json = up_out_json();

    up_json_object(json, NULL);
    up_json_bool(json, "changed", !work->is_refused && !is_dry && is_changed(work));
    up_json_bool(json, "dry_run", is_dry);
    up_json_ports(json, "granted", &work->granted);
    up_json_ports(json, "revoked", &work->revoked);
    up_change_json_more(json, &work->after);
    up_json_hazards(json, "hazards", &work->granted);
    up_json_text(json, "effect", effect->word);
    if (problem->text[0] != '\0') {
        up_json_problem(json, problem);
    }
    up_json_end(json);
    up_out_json_end();
}

int up_change_run(const struct up_invocation *line, const struct up_change *change)
{
    static struct work work;
    struct up_error_detail problem = {.code = 0};
    const bool is_dry = up_has_option(line, "dry-run");
    struct up_effect effect = {NULL, "", false};
    bool done;

    work.change = change;
    work.is_forced = up_has_option(line, "force");
    done = make_change(&work, is_dry, &problem);
    if (!done && !work.is_refused) {
        return up_failed(&problem);
    }
    up_name_hazards(&work.granted);
    if (done && hidden_problems(&work.before) != 0) {
        up_note("%s what was there: %s", is_dry ? "this would replace" : "this replaces",
                first_problem(hidden_problems(&work.before)));
    }
    if (done && !is_dry) {
        effect = up_change_take_effect(&work.after, is_changed(&work),
                                       up_has_option(line, "no-apply"), &problem);
    }
    if (up_out_is_json) {
        print_json(&work, is_dry, &effect, &problem);
    } else if (done || is_dry) {
        say_changes(&work, is_dry);
        up_out_text(effect.text);
    }
    if (!done || effect.has_failed) {
        up_out_flush();
        up_complain(&problem);
        return UP_EXIT_FAILED;
    }
    return UP_EXIT_DONE;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static char *join(char **words, int count)
{
    size_t length = 1;
    char *text, *at;
    int i;

    for (i = 0; i < count; i++) {
        length += strlen(words[i]) + 1;
    }
    text = malloc(length);
    if (text == NULL) {
        return NULL;
    }
    at = text;
    for (i = 0; i < count; i++) {
        const size_t part = strlen(words[i]);

        memcpy(at, words[i], part);
        at += part;
        *at++ = i + 1 < count ? ' ' : '\0';
    }
    *at = '\0';
    return text;
}

/*
 * Replaces comments by blanks, so that lines and columns stay the same. In files, # and ; begin a
 * comment, which ends with the line.
 */
static void blank_comments(char *text, size_t length)
{
    bool is_comment = false;
    size_t i;

    for (i = 0; i < length; i++) {
        is_comment =
            text[i] != '\n' && text[i] != '\r' && (is_comment || text[i] == '#' || text[i] == ';');
        if (is_comment) {
            text[i] = ' ';
        }
    }
}

static bool parse(const struct up_invocation *line, char *text, size_t length,
                  struct up_portset *ports, int *status)
{
    const char *file = up_option_argument(line, "file");
    struct up_portlist_error error;
    struct up_error_detail problem;
    char message[UP_LIST_ERROR_MAX];

    if (file != NULL) {
        blank_comments(text, length);
    }
    up_portset_deny_all(ports);
    if (up_portlist_parse(text, length, ports, &error)) {
        if (file == NULL && line->command != &up_command_revoke) {
            up_note_decimal(text);
        }
        return true;
    }
    up_list_error_text(text, length, &error, UP_LIST_NAMES_HINT, message, sizeof message);
    if (file == NULL) {
        *status = up_usage("%s", message);
    } else {
        up_error_detail_set(&problem, 0, "userportctl list --short writes such a list.",
                            "the list in %s, line %lu: %s",
                            strcmp(file, "-") == 0 ? "standard input" : file,
                            (unsigned long)up_list_error_line(text, &error), message);
        *status = up_failed(&problem);
    }
    return false;
}

bool up_read_list(const struct up_invocation *line, struct up_portset *ports, int *status)
{
    const char *file = up_option_argument(line, "file");
    struct up_error_detail problem;
    size_t length = 0;
    uint32_t code = 0;
    char *text = NULL;
    bool done;

    if (file != NULL && line->word_count > 0) {
        *status = up_usage("%s: a list, or --file, but not both", line->command->name);
        return false;
    }
    if (file == NULL && line->word_count == 0) {
        *status = up_usage("%s: a list is missing: userportctl %s %s", line->command->name,
                           line->command->name, line->command->synopsis);
        return false;
    }
    if (file == NULL) {
        text = join(line->words, line->word_count);
        length = text != NULL ? strlen(text) : 0;
    } else if (!up_console_read_file(file, &text, &length, &code)) {
        up_error_detail_set(&problem, code, NULL, "cannot read the list from %s",
                            strcmp(file, "-") == 0 ? "standard input" : file);
        *status = up_failed(&problem);
        return false;
    }
    if (text == NULL) {
        up_error_detail_set(&problem, 0, NULL, "memory is short");
        *status = up_failed(&problem);
        return false;
    }
    done = parse(line, text, length, ports, status);
    free(text);
    return done;
}
