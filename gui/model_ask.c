/* SPDX-License-Identifier: MIT
 *
 * The questions of UserPort.exe, and whether they are asked (model.h).
 */
#include "model.h"

#include <stdio.h>
#include <string.h>

#include "core/decimal.h"
#include "model_text.h"

/* The ports that are in both the entry and ports. */
static void within(const struct up_known_ports *entry, const struct up_portset *ports,
                   struct up_portset *result)
{
    struct up_portset its_ports, outside = *ports;

    up_portset_deny_all(&its_ports);
    up_known_ports_grant(entry, &its_ports);
    up_portset_remove(&outside, &its_ports);
    *result = *ports;
    up_portset_remove(result, &outside);
}

/*
 * Adds each hazard of ports below the heading. Result: false if there is none; then nothing is
 * added.
 */
static bool add_hazards(struct up_writer *text, const char *heading, const struct up_portset *ports)
{
    const struct up_known_ports *hazard;
    struct up_portset its_ports;
    size_t cursor = 0;

    if (up_known_ports_next_hazard(ports, &cursor, NULL) == NULL) {
        return false;
    }
    up_writer_format(text, "%s", heading);
    cursor = 0;
    while ((hazard = up_known_ports_next_hazard(ports, &cursor, NULL)) != NULL) {
        within(hazard, ports, &its_ports);
        up_writer_format(text, "\n");
        up_text_add_ports(text, &its_ports);
        up_writer_format(text, ": %s\n    %s\n", hazard->what, hazard->hazard);
    }
    return true;
}

/* Asks about the ports that are not granted yet. */
static bool add_hazard_question(struct up_writer *text, const struct up_model *model,
                                const struct up_portset *ports)
{
    struct up_portset fresh = *ports;

    up_portset_remove(&fresh, &model->edited.ports);
    if (!add_hazards(text, "Programs that have these ports can do harm:\n", &fresh)) {
        return false;
    }
    up_writer_text(text, "\nAdd them all the same?");
    return true;
}

bool up_model_hazard_question(const struct up_model *model, const struct up_portset *ports,
                              char *out, size_t size)
{
    struct up_writer text;

    up_writer_init(&text, out, size);
    return add_hazard_question(&text, model, ports);
}

bool up_model_install_question(const struct up_install_report *report,
                               const struct up_error_detail *problem, char *out, size_t size)
{
    struct up_writer text;

    up_writer_init(&text, out, size);
    switch (report->asks) {
    case UP_INSTALL_ASKS_DRIVER:
        up_writer_format(&text, "%s.\n\nInstall it all the same?", problem->text);
        out[0] = (char)(out[0] >= 'a' && out[0] <= 'z' ? out[0] - 'a' + 'A' : out[0]);
        return true;
    case UP_INSTALL_ASKS_HAZARDS:
        add_hazards(&text,
                    "There is a list of ports from before. Programs that have these of its ports "
                    "can do harm:\n",
                    &report->kept);
        up_writer_format(&text, "\nInstall UserPort with that list all the same?");
        return true;
    default:
        return false;
    }
}

static void add_decimal(struct up_writer *text, const struct up_decimal_port *decimal)
{
    up_writer_format(text, "Ports are hexadecimal: %s is not the printer port %s, which is %s.\n\n",
                     decimal->decimal, decimal->name, decimal->hexadecimal);
}

bool up_model_decimal_question(const struct up_model *model, const char *input,
                               const struct up_portset *ports, char *out, size_t size)
{
    const struct up_decimal_port *decimal = up_decimal_port_in(input);
    struct up_portset fresh = *ports;
    struct up_writer text;

    up_writer_init(&text, out, size);
    up_portset_remove(&fresh, &model->edited.ports);
    if (decimal == NULL || !up_portset_has(&fresh, decimal->port)) {
        return false;
    }
    add_decimal(&text, decimal);
    up_writer_format(&text, "Add ");
    up_text_add_ports(&text, &fresh);
    up_writer_format(&text, " all the same?");
    return true;
}

bool up_model_decimal_base_question(const char *input, char *out, size_t size)
{
    const struct up_decimal_port *decimal = up_decimal_port_in(input);
    struct up_writer text;

    up_writer_init(&text, out, size);
    if (decimal == NULL) {
        return false;
    }
    add_decimal(&text, decimal);
    up_writer_format(&text, "Test %s all the same?", decimal->decimal);
    return true;
}

void up_model_classic_question(const struct up_model *model, char *out, size_t size)
{
    struct up_portset ports;
    struct up_writer text;

    up_portset_deny_all(&ports);
    up_known_ports_grant(up_known_ports_find("classic", 7), &ports);
    up_writer_init(&text, out, size);
    up_writer_format(&text, "The list that UserPort 2.0 began with opens %u ports (",
                     (unsigned)up_portset_count(&ports));
    up_text_add_ports(&text, &ports);
    up_writer_format(&text, "), far more than most programs need.\n\n");
    if (!add_hazard_question(&text, model, &ports)) {
        up_writer_format(&text, "Add them all the same?");
    }
}

bool up_model_conflict_question(const struct up_model *model, char *out, size_t size)
{
    struct up_writer text;

    up_writer_init(&text, out, size);
    if (!model->is_conflict) {
        return false;
    }
    up_writer_format(
        &text, "Another program has changed the stored settings while you edited them:\n    ");
    up_text_add_differences(&text, &model->base, &model->stored);
    up_writer_format(&text, "\n\nYour list against that:\n    ");
    up_text_add_differences(&text, &model->stored, &model->edited);
    up_writer_format(&text, "\n\nYes: store your list in the place of the other one.\n"
                            "No: drop your changes and show the other one.\n"
                            "Cancel: do nothing for now.");
    return true;
}

bool up_model_close_question(const struct up_model *model, char *out, size_t size)
{
    bool is_running = up_model_is_running(model);
    struct up_writer text;

    up_writer_init(&text, out, size);
    if (!up_model_is_edited(model) || !model->seen.settings.is_there) {
        return false;
    }
    up_writer_format(&text, "Your changes are not stored yet:\n    ");
    up_text_add_differences(&text, &model->stored, &model->edited);
    up_writer_format(&text, "\n\nStore%s them before UserPort is closed?",
                     is_running ? " and apply" : "");
    return true;
}

bool up_model_parse_printer(const char *input, uint16_t *base, char name[UP_PRINTER_NAME_MAX],
                            char *message, size_t size)
{
    static const struct {
        const char *name;
        uint16_t base;
    } printers[] = {{"LPT1", 0x378}, {"LPT2", 0x278}, {"LPT3", 0x3BC}};
    struct up_portset ports;
    struct up_port_range range;

    snprintf(message, size, "%s", "");
    for (size_t i = 0; i < sizeof printers / sizeof printers[0]; i++) {
        if ((input[0] | 0x20) == 'l' && (input[1] | 0x20) == 'p' && (input[2] | 0x20) == 't' &&
            strcmp(input + 3, printers[i].name + 3) == 0) {
            *base = printers[i].base;
            snprintf(name, UP_PRINTER_NAME_MAX, "%s", printers[i].name);
            return true;
        }
    }
    up_portset_deny_all(&ports);
    if (!up_portlist_parse(input, strlen(input), &ports, NULL) || up_portset_count(&ports) != 1) {
        snprintf(message, size,
                 "\"%.24s\" is not a printer port. Choose LPT1, LPT2 or LPT3, or type the base "
                 "address of one, as C000.",
                 input);
        return false;
    }
    up_portset_next(&ports, 0, &range);
    if (range.first > 0xFFFDu) {
        snprintf(message, size,
                 "A printer port has three registers, so that it cannot begin at %X.", range.first);
        return false;
    }
    *base = range.first;
    snprintf(name, UP_PRINTER_NAME_MAX, "port %X", range.first);
    return true;
}

void up_model_test_label(const char *printer, char label[UP_TEST_NAME_MAX])
{
    char name[UP_PRINTER_NAME_MAX], message[200];
    uint16_t base;

    if (!up_model_parse_printer(printer, &base, name, message, sizeof message)) {
        snprintf(label, UP_TEST_NAME_MAX, "Test LPT");
    } else if (name[0] == 'L') {
        snprintf(label, UP_TEST_NAME_MAX, "Test LPT&%c", name[3]);
    } else {
        snprintf(label, UP_TEST_NAME_MAX, "Test %s", name + 5);
    }
}

/* Says what the answer Yes does. */
static void add_test_offer(struct up_writer *text, const struct up_model *model,
                           const struct up_portset *unlisted)
{
    const bool is_running = up_model_is_running(model),
               is_absent = model->seen.driver.service == UP_SERVICE_ABSENT;

    if (up_portset_count(unlisted) > 0) {
        up_writer_format(text, "Add ");
        up_text_add_ports(text, unlisted);
        up_writer_format(text, " to the list, ");
        if (is_absent) {
            up_writer_format(text, "install UserPort with the driver %s, start it, and run",
                             model->seen.found);
        } else {
            up_writer_format(text, is_running ? "apply it, and run" : "start UserPort, and run");
        }
    } else if (is_absent) {
        up_writer_format(text, "Install UserPort with the driver %s, start it, and run",
                         model->seen.found);
    } else {
        up_writer_format(text, is_running ? "Apply the list and run" : "Start UserPort and run");
    }
    up_writer_format(text, " the test?");
}

static bool is_on_its_way(enum up_service_state service)
{
    return service == UP_SERVICE_STARTING || service == UP_SERVICE_STOPPING;
}

enum up_test_answer up_model_test_question(const struct up_model *model, const char *test,
                                           const struct up_portset *ports, char *out, size_t size)
{
    const struct up_driver_status *driver = &model->seen.driver;
    bool is_running = up_model_is_running(model);
    struct up_portset open, closed = *ports, unlisted = *ports;
    struct up_writer text;

    up_writer_init(&text, out, size);
    up_model_in_force(model, &open);
    up_portset_remove(&closed, &open);
    up_portset_remove(&unlisted, &model->edited.ports);
    if (is_running && up_portset_count(&closed) == 0) {
        return UP_TEST_GO;
    }
    up_writer_format(&text, "%s needs the ports ", test);
    up_text_add_ports(&text, ports);
    up_writer_format(&text, ", and %s.",
                     is_running                             ? "not all of them are open"
                     : driver->service == UP_SERVICE_ABSENT ? "UserPort is not installed"
                                                            : "UserPort is not running");
    if (driver->is_other_version || is_on_its_way(driver->service)) {
        up_writer_format(&text, "\n\n");
        up_writer_text(&text, up_model_headline_of(model));
        return UP_TEST_CANNOT;
    }
    if (!model->is_administrator) {
        up_writer_format(&text, "\n\nAn administrator has to open them: this program, restarted as "
                                "administrator, does.");
        return UP_TEST_CANNOT;
    }
    if (driver->service == UP_SERVICE_ABSENT && model->seen.found[0] == '\0') {
        up_model_no_driver_text(model, out, size);
        return UP_TEST_CANNOT;
    }
    up_writer_format(&text, "\n\n");
    add_test_offer(&text, model, &unlisted);
    if (up_model_is_edited(model)) {
        up_writer_format(&text, " Your other changes are applied with it.");
    }
    return UP_TEST_ASK;
}
