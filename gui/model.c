/* SPDX-License-Identifier: MIT
 *
 * The decisions of UserPort.exe (model.h): what an observation or an action of the user changes,
 * and which commands are then available.
 */
#include "model.h"

#include <stdio.h>
#include <string.h>

#include "core/listerror.h"

#define SEARCH_EACH_MILLISECONDS 30000u

static void default_choice(struct up_choice *choice)
{
    up_portset_deny_all(&choice->ports);
    up_known_ports_grant(up_known_ports_find("default", 7), &choice->ports);
    choice->scope = UP_SCOPE_ALL;
    choice->sticky = 0;
}

static bool choices_equal(const struct up_choice *a, const struct up_choice *b)
{
    return a->scope == b->scope && a->sticky == b->sticky && up_portset_equal(&a->ports, &b->ports);
}

void up_model_init(struct up_model *model, bool is_administrator, bool can_elevate, bool has_scope)
{
    memset(model, 0, sizeof *model);
    model->is_administrator = is_administrator;
    model->can_elevate = can_elevate;
    model->has_scope = has_scope;
    model->seen.driver.service = UP_SERVICE_ABSENT;
    memset(model->seen.driver.map, 0xFF, sizeof model->seen.driver.map);
    default_choice(&model->stored);
    model->edited = model->stored;
    up_portset_deny_all(&model->selected);
}

static void choice_of(const struct up_stored_settings *settings, struct up_choice *choice)
{
    if (settings->is_there) {
        choice->ports = settings->values.ports;
        choice->scope = settings->values.scope;
        choice->sticky = settings->values.sticky;
    } else {
        default_choice(choice);
    }
}

bool up_model_observe(struct up_model *model, const struct up_observation *seen)
{
    bool was_edited = up_model_is_edited(model);
    struct up_choice stored = model->stored;

    if (model->is_observed && memcmp(&model->seen, seen, sizeof *seen) == 0) {
        return false;
    }
    if (seen->has_settings) {
        choice_of(&seen->settings, &stored);
    } else if (!model->is_observed) {
        up_portset_deny_all(&stored.ports); /* nobody knows them */
    }
    if (!was_edited) {
        if (model->is_observed && !choices_equal(&model->stored, &stored)) {
            /* An undo would restore the state before the other program's change. */
            model->has_undo = false;
        }
        model->edited = stored;
    } else if (!choices_equal(&model->stored, &stored)) {
        if (!model->is_conflict) {
            model->base = model->stored;
        }
        model->is_conflict = !choices_equal(&model->edited, &stored);
    }
    model->stored = stored;
    model->seen = *seen;
    model->is_observed = true;
    return true;
}

bool up_model_is_edited(const struct up_model *model)
{
    return !choices_equal(&model->edited, &model->stored);
}

bool up_model_is_running(const struct up_model *model)
{
    const struct up_driver_status *driver = &model->seen.driver;

    return driver->answers && !driver->is_other_version && driver->info.state == UP_STATE_RUNNING;
}

bool up_model_is_unapplied(const struct up_model *model)
{
    const struct up_driver_status *driver = &model->seen.driver;

    return up_model_is_running(model) &&
           (memcmp(driver->map, model->edited.ports.map, sizeof driver->map) != 0 ||
            driver->info.scope != model->edited.scope ||
            driver->info.sticky != model->edited.sticky);
}

void up_model_in_force(const struct up_model *model, struct up_portset *ports)
{
    if (up_model_is_running(model)) {
        memcpy(ports->map, model->seen.driver.map, sizeof ports->map);
    } else {
        *ports = model->stored.ports;
    }
}

/*
 * Are the stored settings invalid, or has the driver lost control of its map? Storing or applying
 * them again repairs that.
 */
static bool is_to_mend(const struct up_model *model)
{
    const struct up_driver_status *driver = &model->seen.driver;
    const uint32_t bad = ~(UP_SETTINGS_NOTES | UP_SETTINGS_IOPM_ABSENT);

    return (model->seen.has_settings && (model->seen.settings.values.problems & bad) != 0) ||
           (driver->answers && !driver->is_other_version &&
            (driver->info.state != UP_STATE_RUNNING ||
             (driver->info.flags & UP_FLAG_OVERWRITTEN) != 0));
}

static uint32_t service_commands(const struct up_model *model)
{
    switch (model->seen.driver.service) {
    case UP_SERVICE_ABSENT:
        return UP_CAN_START | UP_CAN_INSTALL;
    case UP_SERVICE_STOPPED:
        return UP_CAN_START | UP_CAN_INSTALL | UP_CAN_UNINSTALL;
    case UP_SERVICE_RUNNING:
        return UP_CAN_STOP | UP_CAN_INSTALL | UP_CAN_UNINSTALL;
    case UP_SERVICE_UNKNOWN:
        return model->seen.driver.answers ? UP_CAN_STOP : UP_CAN_START;
    default: /* starting or stopping */
        return UP_CAN_UNINSTALL;
    }
}

uint32_t up_model_commands(const struct up_model *model)
{
    uint32_t commands = 0;
    struct up_portset left = model->edited.ports;

    if (!model->is_administrator && model->can_elevate) {
        commands |= UP_CAN_ELEVATE;
    }
    if (!model->is_observed || model->work != UP_WORK_NONE) {
        return commands;
    }
    commands |= UP_CAN_TEST;
    if (!model->is_administrator) {
        return commands;
    }
    commands |= UP_CAN_EDIT | service_commands(model);
    if (model->has_scope) {
        commands |= UP_CAN_SCOPE | (model->edited.scope == UP_SCOPE_OPENERS ? UP_CAN_STICKY : 0);
    }
    up_portset_remove(&left, &model->selected);
    if (!up_portset_equal(&left, &model->edited.ports)) {
        commands |= UP_CAN_REMOVE;
    }
    if (model->has_undo) {
        commands |= UP_CAN_UNDO;
    }
    if (model->seen.settings.is_there &&
        (up_model_is_edited(model) || up_model_is_unapplied(model) || is_to_mend(model))) {
        commands |= UP_CAN_APPLY;
    }
    return commands;
}

bool up_model_parse(const char *text, struct up_portset *ports, struct up_portlist_error *error,
                    char *message, size_t size)
{
    size_t length = strlen(text);

    up_portset_deny_all(ports);
    snprintf(message, size, "%s", "");
    if (up_portlist_parse(text, length, ports, error)) {
        return true;
    }
    up_list_error_text(text, length, error, NULL, message, size);
    return false;
}

/* Notes a change for the undo: before is the former state, what says what was done. */
static bool changed(struct up_model *model, const struct up_choice *before, const char *what,
                    const struct up_portset *ports)
{
    char *list = model->undo_text;
    size_t size = sizeof model->undo_text;

    if (choices_equal(before, &model->edited)) {
        return false;
    }
    model->undo = *before;
    model->has_undo = true;
    model->is_redo = false;
    if (!up_model_is_edited(model)) {
        model->is_conflict = false;
    }
    if (ports != NULL) {
        int used = snprintf(list, size, "%s ", what);

        if (up_portlist_format(ports, list + used, size - (size_t)used) >= size - (size_t)used) {
            snprintf(list, size, "%s %u ports", what, (unsigned)up_portset_count(ports));
        }
    } else {
        snprintf(list, size, "%s", what);
    }
    return true;
}

bool up_model_add(struct up_model *model, const struct up_portset *ports)
{
    struct up_choice before = model->edited;

    up_portset_add(&model->edited.ports, ports);
    return changed(model, &before, "add", ports);
}

bool up_model_remove(struct up_model *model)
{
    struct up_choice before = model->edited;
    struct up_portset removed = model->edited.ports;

    up_portset_remove(&model->edited.ports, &model->selected);
    up_portset_remove(&removed, &model->edited.ports);
    return changed(model, &before, "remove", &removed);
}

bool up_model_defaults(struct up_model *model)
{
    struct up_choice before = model->edited;

    default_choice(&model->edited);
    return changed(model, &before, "defaults", NULL);
}

bool up_model_set_scope(struct up_model *model, uint32_t scope)
{
    struct up_choice before = model->edited;

    model->edited.scope = scope;
    return changed(model, &before, "who may use the ports", NULL);
}

bool up_model_set_sticky(struct up_model *model, uint32_t sticky)
{
    struct up_choice before = model->edited;

    model->edited.sticky = sticky;
    return changed(model, &before, "how long programs keep them", NULL);
}

bool up_model_undo(struct up_model *model)
{
    struct up_choice now = model->edited;

    if (!model->has_undo) {
        return false;
    }
    model->edited = model->undo;
    model->undo = now;
    model->is_redo = !model->is_redo;
    if (!up_model_is_edited(model)) {
        model->is_conflict = false;
    }
    return true;
}

void up_model_select(struct up_model *model, const struct up_portset *ports)
{
    model->selected = *ports;
}

void up_model_keep_edits(struct up_model *model)
{
    model->is_conflict = false;
}

void up_model_drop_edits(struct up_model *model)
{
    model->edited = model->stored;
    model->has_undo = false;
    model->is_conflict = false;
}

bool up_model_search_is_due(struct up_search *search, bool is_stopping, uint32_t asked,
                            uint32_t now)
{
    const bool is_due = is_stopping && (!search->is_stopping || search->asked != asked ||
                                        now - search->at >= SEARCH_EACH_MILLISECONDS);

    search->is_stopping = is_stopping;
    if (is_due) {
        search->asked = asked;
        search->at = now;
    }
    return is_due;
}

void up_model_prepare_write(const struct up_model *model, struct up_model_write *write)
{
    write->expected = model->stored;
    write->is_first = model->seen.has_settings && !model->seen.settings.is_there;
    write->expected_problems = model->seen.settings.values.problems;
    write->wanted = model->edited;
    write->was_changed = false;
}

bool up_model_write(struct up_settings *policy, void *context, struct up_error_detail *problem)
{
    struct up_model_write *write = context;

    if (!write->is_first &&
        (policy->scope != write->expected.scope || policy->sticky != write->expected.sticky ||
         policy->problems != write->expected_problems ||
         !up_portset_equal(&policy->ports, &write->expected.ports))) {
        write->was_changed = true;
        if (problem != NULL) {
            snprintf(problem->text, sizeof problem->text, "%s",
                     "the settings were not stored: another program has changed them meanwhile");
            problem->advice[0] = '\0';
            problem->code = 0;
        }
        return false;
    }
    policy->ports = write->wanted.ports;
    policy->scope = write->wanted.scope;
    policy->sticky = write->wanted.sticky;
    return true;
}

bool up_model_next_row(const struct up_model *model, const struct up_portset *in_force,
                       uint32_t from, struct up_model_row *row)
{
    struct up_port_range run;

    if (!up_portset_next(&model->edited.ports, from, &run)) {
        return false;
    }
    row->range.first = row->range.last = run.first;
    row->known = up_known_ports_at(run.first);
    row->is_in_force = up_portset_has(in_force, run.first);
    while (row->range.last < run.last) {
        uint16_t next = (uint16_t)(row->range.last + 1u);

        if (up_known_ports_at(next) != row->known ||
            up_portset_has(in_force, next) != row->is_in_force) {
            break;
        }
        row->range.last = next;
    }
    return true;
}
