/* SPDX-License-Identifier: MIT
 *
 * The texts of UserPort.exe: the rows of the list and the sentences about the state (model.h). They
 * are short and name things: which ports, which program, which file, and what to do.
 */
#include "model_text.h"

#include <stdio.h>
#include <string.h>

/* Characters of a list of ports in a sentence. For a longer list the ports are counted. */
#define LIST_SHOWN_MAX 72u

/* Begins a new line. */
static void add_break(struct up_writer *text)
{
    if (text->length > 0) {
        up_writer_format(text, "\n");
    }
}

void up_text_add_ports(struct up_writer *text, const struct up_portset *ports)
{
    char list[LIST_SHOWN_MAX + 1];

    if (up_portlist_format(ports, list, sizeof list) < sizeof list) {
        up_writer_format(text, "%s", list);
    } else {
        up_writer_format(text, "%u ports", (unsigned)up_portset_count(ports));
    }
}

/* ---- the list -------------------------------------------------------------------------------- */

void up_model_row_text(const struct up_model *model, const struct up_model_row *row,
                       enum up_column column, char *out, size_t size)
{
    bool is_running = up_model_is_running(model);
    struct up_writer text;

    up_writer_init(&text, out, size);
    switch (column) {
    case UP_COLUMN_PORTS:
        if (row->range.first == row->range.last) {
            up_writer_format(&text, "%X", row->range.first);
        } else {
            up_writer_format(&text, "%X-%X", row->range.first, row->range.last);
        }
        break;
    case UP_COLUMN_WHAT:
        up_writer_format(&text, "%s", row->known != NULL ? row->known->what : "not known");
        break;
    case UP_COLUMN_STATE:
        if (row->is_in_force) {
            up_writer_format(&text, "%s", is_running ? "open" : "not open");
        } else {
            up_writer_format(&text, "%s", is_running ? "not applied yet" : "not saved yet");
        }
        break;
    default:
        up_writer_format(&text, "%s",
                         row->known != NULL && row->known->hazard != NULL ? row->known->hazard
                                                                          : "");
        break;
    }
}

/* ---- differences ----------------------------------------------------------------------------- */

static void add_item(struct up_writer *text, size_t *items, const char *what,
                     const struct up_portset *ports)
{
    up_writer_format(text, "%s%s", (*items)++ > 0 ? "; " : "", what);
    if (ports != NULL) {
        up_writer_format(text, " ");
        up_text_add_ports(text, ports);
    }
}

/* "adds 42-43, 61; removes 278-27F; changes who may use the ports" */
void up_text_add_differences(struct up_writer *text, const struct up_choice *from,
                             const struct up_choice *to)
{
    struct up_portset added = to->ports, removed = from->ports;
    size_t items = 0;

    up_portset_remove(&added, &from->ports);
    up_portset_remove(&removed, &to->ports);
    if (up_portset_count(&added) > 0) {
        add_item(text, &items, "adds", &added);
    }
    if (up_portset_count(&removed) > 0) {
        add_item(text, &items, "removes", &removed);
    }
    if (from->scope != to->scope) {
        add_item(text, &items,
                 to->scope == UP_SCOPE_ALL ? "every program"
                                           : "only programs that open \\\\.\\UserPort",
                 NULL);
    }
    if (from->sticky != to->sticky) {
        add_item(text, &items,
                 to->sticky ? "kept until the program ends" : "kept until the program closes it",
                 NULL);
    }
}

static void add_pending(struct up_writer *text, const struct up_model *model)
{
    const struct up_driver_status *driver = &model->seen.driver;
    struct up_choice from = model->stored;
    bool is_running = up_model_is_running(model);

    if (is_running) {
        up_model_in_force(model, &from.ports);
        from.scope = driver->info.scope;
        from.sticky = driver->info.sticky;
    }
    add_break(text);
    up_writer_format(text, "%s", is_running ? "Not applied yet: " : "Not saved yet: ");
    up_text_add_differences(text, &from, &model->edited);
    up_writer_format(text, ".");
}

/* ---- the state ------------------------------------------------------------------------------- */

static const char *work_headline(enum up_work work)
{
    switch (work) {
    case UP_WORK_APPLY:
        return "The list is being applied...";
    case UP_WORK_START:
        return "UserPort is being started...";
    case UP_WORK_STOP:
        return "UserPort is being stopped...";
    case UP_WORK_INSTALL:
        return "UserPort is being installed...";
    case UP_WORK_UNINSTALL:
        return "UserPort is being uninstalled...";
    default:
        return NULL;
    }
}

static const char *device_headline(const struct up_driver_status *driver)
{
    if (driver->is_other_version) {
        return "Another version of UserPort is running";
    }
    switch (driver->info.state) {
    case UP_STATE_SUSPENDED:
        return "UserPort is suspended: every port is closed";
    case UP_STATE_FAULT:
        return "UserPort has failed: every port is closed";
    default:
        return "UserPort is running";
    }
}

static const char *service_headline(const struct up_driver_status *driver)
{
    switch (driver->service) {
    case UP_SERVICE_ABSENT:
        return "UserPort is not installed";
    case UP_SERVICE_STOPPED:
        return "UserPort is not running";
    case UP_SERVICE_STARTING:
        return "UserPort is starting";
    case UP_SERVICE_STOPPING:
        return "UserPort is stopping: it waits for programs";
    case UP_SERVICE_RUNNING:
        return "UserPort is running, but does not answer";
    default:
        return driver->device_code == 2 ? "UserPort is not running"
                                        : "UserPort's state is not known";
    }
}

const char *up_model_headline_of(const struct up_model *model)
{
    const struct up_driver_status *driver = &model->seen.driver;
    const char *headline = work_headline(model->work);

    if (headline != NULL) {
        return headline;
    }
    if (!model->is_observed) {
        return "UserPort is being looked for...";
    }
    return (driver->answers || driver->is_other_version) ? device_headline(driver)
                                                         : service_headline(driver);
}

void up_model_headline(const struct up_model *model, char *out, size_t size)
{
    snprintf(out, size, "%s", up_model_headline_of(model));
}

static void add_to_whom(struct up_writer *text, const struct up_driver_status *driver)
{
    struct up_portset ports;
    uint32_t count;

    memcpy(ports.map, driver->map, sizeof ports.map);
    count = up_portset_count(&ports);
    if (count == 0) {
        up_writer_format(text, "No port is open.");
        return;
    }
    up_writer_format(text, "%u port%s open ", (unsigned)count, count == 1 ? " is" : "s are");
    if ((driver->info.mechanisms & UP_MECHANISM_IOPM) == 0) {
        up_writer_format(
            text, "to programs that use \\\\.\\UserPort, as userport.dll and inpoutx64.dll do.");
    } else if (driver->info.scope == UP_SCOPE_ALL) {
        up_writer_format(text, "to every program.");
    } else {
        up_writer_format(text, "to programs that open \\\\.\\UserPort, until they %s.",
                         driver->info.sticky ? "end" : "close it");
    }
}

static void add_device(struct up_writer *text, const struct up_driver_status *driver)
{
    if (driver->is_other_version) {
        up_writer_format(text,
                         "Its interface has version %u, this program's is %u. Stop it, and install "
                         "the driver that came with this "
                         "program.",
                         (unsigned)driver->info.abi_version, (unsigned)UP_ABI_VERSION);
    } else if (driver->info.state == UP_STATE_SUSPENDED) {
        up_writer_format(text, "No port is open. Apply opens those of the list again.");
    } else if (driver->info.state == UP_STATE_FAULT) {
        up_writer_format(text, "The list could not be brought to every processor, so that nobody "
                               "has a port. Apply tries it again.");
    } else {
        add_to_whom(text, driver);
    }
}

static void add_holders(struct up_writer *text, const struct up_holders *holders)
{
    uint32_t shown = holders->count < UP_HOLDERS_MAX ? holders->count : UP_HOLDERS_MAX;

    if (!holders->is_known || holders->count == 0) {
        up_writer_format(
            text, "It ends when the programs that have \\\\.\\UserPort open close it or end.");
        return;
    }
    up_writer_format(text, "It ends when these programs close \\\\.\\UserPort or end: ");
    for (uint32_t i = 0; i < shown; i++) {
        const char *path = holders->list[i].program;
        const char *name = strrchr(path, '\\');

        name = name != NULL ? name + 1 : path[0] != '\0' ? path : "process";
        up_writer_format(text, "%s%s (%u)", i > 0 ? ", " : "", name,
                         (unsigned)holders->list[i].process_id);
    }
    if (holders->count > shown) {
        up_writer_format(text, " and %u more", (unsigned)(holders->count - shown));
    }
    up_writer_format(text, ". F5 looks for them again.");
}

static void add_code(struct up_writer *text, const char *what, uint32_t code)
{
    char reason[200];

    up_error_detail_system_text(code, reason, sizeof reason);
    up_writer_format(text, "%s%s%s (%u).", what, reason[0] != '\0' ? ": " : "", reason,
                     (unsigned)code);
}

/* Code 2: there is no file in any of the places. */
static bool is_no_driver_there(const struct up_model *model)
{
    return model->seen.not_found.code == 2;
}

static void add_service(struct up_writer *text, const struct up_model *model)
{
    const struct up_driver_status *driver = &model->seen.driver;
    unsigned count = (unsigned)up_portset_count(&model->edited.ports);

    switch (driver->service) {
    case UP_SERVICE_ABSENT:
        if (model->seen.found[0] != '\0') {
            up_writer_format(
                text,
                "Start installs UserPort with the driver %s, and opens the ports in the list.",
                model->seen.found);
        } else {
            up_writer_format(
                text,
                is_no_driver_there(model)
                    ? "There is no userport.sys to install; Start says where it was looked for."
                    : "The userport.sys that is there cannot be installed; Start says why.");
        }
        break;
    case UP_SERVICE_STOPPED:
        up_writer_format(text, "No port is open. Start opens the %u port%s in the list.", count,
                         count == 1 ? "" : "s");
        if (!driver->has_file && driver->file[0] != '\0') {
            add_break(text);
            up_writer_format(text, "Its file %s is not there.", driver->file);
        }
        break;
    case UP_SERVICE_STOPPING:
        add_holders(text, &model->seen.holders);
        break;
    case UP_SERVICE_STARTING:
        break;
    case UP_SERVICE_RUNNING:
        add_code(text, "It cannot be asked which ports are open", driver->device_code);
        break;
    default:
        add_code(text, "The service manager does not tell this user", driver->service_code);
        break;
    }
}

static void add_settings(struct up_writer *text, const struct up_model *model)
{
    const struct up_driver_status *driver = &model->seen.driver;
    uint32_t problems = up_model_is_running(model) ? driver->info.settings_problems : 0;

    if (model->seen.has_settings && model->seen.settings.is_there) {
        problems |= model->seen.settings.values.problems;
    }
    problems &= ~UP_SETTINGS_NOTES;
    for (uint32_t bit = 1; problems != 0 && bit <= UP_SETTINGS_UNSETTLED; bit <<= 1) {
        if ((problems & bit) != 0) {
            add_break(text);
            up_writer_format(text, "The stored settings grant nothing: %s. Apply replaces them.",
                             up_settings_problem_text(bit));
        }
    }
}

static void add_flags(struct up_writer *text, const struct up_driver_status *driver)
{
    if ((driver->info.flags & UP_FLAG_OVERWRITTEN) != 0) {
        add_break(text);
        up_writer_format(text, "Another driver has replaced the list of open ports by its own. "
                               "Apply puts this one back.");
    }
    if ((driver->info.flags & UP_FLAG_FOREIGN_MAP) != 0) {
        add_break(text);
        up_writer_format(text,
                         "When UserPort started, another driver had %u ports open; only those of "
                         "this list are open now.",
                         (unsigned)driver->info.foreign_ports);
    }
}

void up_model_details(const struct up_model *model, char *out, size_t size)
{
    const struct up_driver_status *driver = &model->seen.driver;
    struct up_writer text;

    up_writer_init(&text, out, size);
    if (!model->is_observed) {
        return;
    }
    if (driver->answers || driver->is_other_version) {
        add_device(&text, driver);
    } else {
        add_service(&text, model);
    }
    if (driver->may_be_open) {
        add_break(&text);
        up_writer_format(&text, "Ports may be open until the driver goes, or Windows is restarted: "
                                "it was told to stop while "
                                "programs had \\\\.\\UserPort open, and cannot be reached any "
                                "more. Only if UserPort.exe or "
                                "userportctl stopped it are they closed.");
    }
    if (!model->seen.has_settings) {
        add_break(&text);
        up_writer_format(&text, "%s.", model->seen.settings_problem.text);
    }
    add_settings(&text, model);
    if (driver->answers) {
        add_flags(&text, driver);
    }
    if (model->is_conflict) {
        add_break(&text);
        up_writer_format(&text, "Another program has changed the stored settings meanwhile (");
        up_text_add_differences(&text, &model->base, &model->stored);
        up_writer_format(&text, "). Apply asks which of the two counts.");
    }
    if (up_model_is_unapplied(model) ||
        (up_model_is_edited(model) && !up_model_is_running(model))) {
        add_pending(&text, model);
    }
    if (!model->is_administrator) {
        add_break(&text);
        up_writer_format(&text, "You are not an administrator, so that you can look and test, but "
                                "not change anything.");
    }
}

void up_model_scope_note(const struct up_model *model, char *out, size_t size)
{
    snprintf(
        out, size, "%s",
        model->has_scope
            ? ""
            : "On 64-bit Windows there is nothing to choose: a program has to ask the driver for "
              "each access, as userport.dll and inpoutx64.dll do.");
}

void up_model_undo_label(const struct up_model *model, char *out, size_t size)
{
    const char *verb = model->is_redo ? "Redo" : "Undo";

    snprintf(out, size, "%s%s%s", verb, model->has_undo ? ": " : "",
             model->has_undo ? model->undo_text : "");
}

static const char *report_headline(enum up_work work, const struct up_install_report *report)
{
    switch (work) {
    case UP_WORK_UNINSTALL:
        return "UserPort is uninstalled.";
    case UP_WORK_START:
        return "UserPort is installed and started.";
    default:
        return report->was_upgrade ? "UserPort is installed anew. Its list of ports was kept."
                                   : "UserPort is installed. Start opens the ports in the list.";
    }
}

bool up_model_report_text(enum up_work work, const struct up_install_report *report, char *out,
                          size_t size)
{
    bool has_failed = false;
    struct up_writer text;

    for (unsigned step = 0; step < UP_STEP_COUNT; step++) {
        has_failed = has_failed || report->steps[step].outcome == UP_STEP_FAILED;
    }
    up_writer_init(&text, out, size);
    up_writer_format(&text, "%s\n%s", report_headline(work, report),
                     has_failed ? "One thing failed; it is marked below.\n" : "");
    for (unsigned step = 0; step < UP_STEP_COUNT; step++) {
        const enum up_install_outcome outcome = report->steps[step].outcome;

        if (outcome != UP_STEP_NOT_NEEDED && report->steps[step].text[0] != '\0') {
            up_writer_format(&text, "\n%s%s: %s",
                             outcome == UP_STEP_FAILED      ? "FAILED: "
                             : outcome == UP_STEP_NOT_FOUND ? "Not installed: "
                                                            : "",
                             up_install_step_text((enum up_install_step)step),
                             report->steps[step].text);
        }
    }
    return has_failed;
}

void up_model_no_driver_text(const struct up_model *model, char *out, size_t size)
{
    const struct up_install_places *places = &model->seen.places;

    if (is_no_driver_there(model)) {
        snprintf(out, size,
                 "UserPort cannot be started: there is no driver. It was looked for "
                 "as\n\n%s\n%s\n%s\n\nCopy "
                 "userport.sys to one of these places, or choose it with File, Install.",
                 places->beside, places->in_folder, places->installed);
    } else {
        snprintf(out, size, "UserPort cannot be started: %s.\n\n%s", model->seen.not_found.text,
                 model->seen.not_found.advice);
    }
}
