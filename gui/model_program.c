/* SPDX-License-Identifier: MIT
 *
 * One program's settings while they are edited (model_programs.h): what is typed, what it means,
 * and what of it is stored.
 */
#include "model_programs.h"

#include <stdio.h>
#include <string.h>

#include "core/device_names.h"
#include "devices/printers.h"
#include "model_programs_words.h"
#include "record/recording.h"

static void set_path(struct up_edit *edit, const char *path)
{
    snprintf(edit->path, sizeof edit->path, "%s", path);
}

void up_edit_begin(struct up_edit *edit, const struct up_program *program)
{
    memset(edit, 0, sizeof *edit);
    edit->was = *program;
    edit->is_any_folder = up_page_is_any_folder(program);
    snprintf(edit->full, sizeof edit->full, "%s", edit->is_any_folder ? "" : program->path);
    set_path(edit, program->path);
    (void)up_routes_format(&program->settings.routes, edit->routes, sizeof edit->routes);
    edit->ignore_cli_sti = program->settings.ignore_cli_sti;
    edit->fast = program->settings.fast;
    snprintf(edit->trace, sizeof edit->trace, "%s", program->settings.trace);
}

void up_edit_begin_new(struct up_edit *edit, const char *path)
{
    memset(edit, 0, sizeof *edit);
    edit->is_new = true;
    up_edit_set_file(edit, path);
}

void up_edit_set_file(struct up_edit *edit, const char *path)
{
    snprintf(edit->full, sizeof edit->full, "%s", path);
    set_path(edit, edit->is_any_folder ? up_program_file_name(edit->full) : edit->full);
}

bool up_edit_set_any_folder(struct up_edit *edit, bool is_any_folder)
{
    if (edit->full[0] == '\0') {
        return is_any_folder;
    }
    edit->is_any_folder = is_any_folder;
    set_path(edit, is_any_folder ? up_program_file_name(edit->full) : edit->full);
    return true;
}

static bool parse(const struct up_edit *edit, struct up_routes *routes,
                  struct up_routes_error *error)
{
    return up_routes_parse(edit->routes, strlen(edit->routes), routes, error);
}

bool up_edit_routes_text(const struct up_edit *edit, const struct up_portset *granted,
                         struct up_routes_error *error, char *out, size_t size)
{
    static const char *const before_target[] = {[UP_TARGET_NOTHING] = "",
                                                [UP_TARGET_PORT] = "to ",
                                                [UP_TARGET_DEVICE] = "to the simulated device "};
    struct up_routes routes;
    struct up_writer text;

    up_writer_init(&text, out, size);
    if (!parse(edit, &routes, error)) {
        (void)up_routes_error_text(edit->routes, strlen(edit->routes), error, out, size);
        return false;
    }
    if (routes.count == 0) {
        up_writer_text(&text, "Every access goes to the port that the program names. A route is "
                              "PORTS=TARGET, in hexadecimal: 378-37F=D100, 3BC=none, or, with a "
                              "simulated printer, 378=printer:C:\\out.txt.");
        return true;
    }
    for (uint32_t i = 0; i < routes.count; i++) {
        up_writer_text(&text, i > 0 ? "; " : "");
        up_page_add_range(&text, routes.routes[i].first, routes.routes[i].last);
        up_writer_text(&text, routes.routes[i].first == routes.routes[i].last ? " goes " : " go ");
        up_writer_text(&text, before_target[routes.routes[i].target]);
        up_page_add_target(&text, &routes, &routes.routes[i]);
    }
    up_writer_char(&text, '.');
    up_page_add_denied(&text, " ", &routes, granted);
    return true;
}

bool up_edit_wrong_text(const struct up_edit *edit, char *out, size_t size)
{
    struct up_writer text;

    up_writer_init(&text, out, size);
    if (edit->was.wrong[0] == '\0') {
        return false;
    }
    up_writer_text(&text, "The program runs without the stored settings: ");
    up_writer_text(&text, edit->was.wrong);
    up_writer_text(&text, ". OK stores those of this dialog.");
    return true;
}

bool up_edit_send_lpt1(struct up_edit *edit, const struct up_port_range *target, char *out,
                       size_t size)
{
    const struct up_routes lpt1 = up_printer_lpt1_route(target);
    struct up_routes_error error;
    struct up_routes routes;
    char text[UP_EDIT_ROUTES_MAX], item[UP_ROUTES_TEXT_MAX];
    struct up_writer writer;

    if (!parse(edit, &routes, &error)) {
        (void)up_routes_error_text(edit->routes, strlen(edit->routes), &error, out, size);
        return false;
    }
    up_writer_init(&writer, text, sizeof text);
    for (uint32_t i = 0; i < routes.count; i++) {
        if (routes.routes[i].first != lpt1.routes[0].first) {
            (void)up_route_format(&routes, &routes.routes[i], item, sizeof item);
            up_writer_format(&writer, "%s, ", item);
        }
    }
    (void)up_routes_format(&lpt1, item, sizeof item);
    up_writer_text(&writer, item);
    if (!up_routes_parse(text, strlen(text), &routes, &error)) {
        (void)up_routes_error_text(text, strlen(text), &error, out, size);
        return false;
    }
    (void)up_routes_format(&routes, edit->routes, sizeof edit->routes);
    return true;
}

bool up_edit_add_device(struct up_edit *edit, uint32_t number, size_t *offset, size_t *length)
{
    const struct up_device_name *device = &up_device_names[number];
    const size_t begin = strlen(edit->routes);
    const size_t end = begin - (begin > 0 && edit->routes[begin - 1] == ' ');
    const bool follows = end > 0 && edit->routes[end - 1] != ',';
    char route[64];

    snprintf(route, sizeof route, "%s%s=%s%s%s", follows ? ", " : (end > 0 ? " " : ""),
             strcmp(device->name, "speaker") == 0 ? "speaker" : "378", device->name,
             device->needs_argument ? ":" : "", device->needs_argument ? device->argument : "");
    if (end + strlen(route) >= sizeof edit->routes) {
        return false;
    }
    strcpy(edit->routes + end, route);
    *length = device->needs_argument ? strlen(device->argument) : 0;
    *offset = strlen(edit->routes) - *length;
    return true;
}

/* The length of a text in UTF-16. */
static size_t wide_length(const char *text)
{
    size_t length = 0;

    for (; *text != '\0'; text++) {
        length += !up_utf8_is_inside(*text);
        length += (uint8_t)*text >= 0xF0; /* a pair */
    }
    return length;
}

bool up_edit_trace_text(const struct up_edit *edit, char *out, size_t size)
{
    struct up_writer text;

    up_writer_init(&text, out, size);
    if (edit->trace[0] == '\0') {
        return true;
    }
    if (!up_recording_is_name(edit->trace)) {
        up_writer_text(&text, "The name of the recording has to end with .vcd, .csv or .svg.");
        return false;
    }
    if (wide_length(edit->trace) >= UP_PROGRAM_PATH_CHARS) {
        up_writer_text(&text, "The name of the recording is longer than 259 characters.");
        return false;
    }
    return true;
}

bool up_edit_finish(const struct up_edit *edit, struct up_program *program, char *out, size_t size)
{
    const char *why = up_program_path_problem(edit->path);
    struct up_routes_error error;
    struct up_writer text;

    *program = edit->was;
    program->wrong[0] = '\0';
    up_writer_init(&text, out, size);
    if (why != NULL) {
        up_writer_format(&text, "The path of the program cannot be stored: %s.", why);
        return false;
    }
    snprintf(program->path, sizeof program->path, "%s", edit->path);
    program->settings.ignore_cli_sti = edit->ignore_cli_sti;
    program->settings.fast = edit->fast;
    if (!parse(edit, &program->settings.routes, &error)) {
        (void)up_routes_error_text(edit->routes, strlen(edit->routes), &error, out, size);
        return false;
    }
    if (!up_edit_trace_text(edit, out, size)) {
        return false;
    }
    strcpy(program->settings.trace, edit->trace); /* three bytes a character at the most */
    return true;
}

void up_targets_find(const struct up_devices *devices, struct up_targets *targets)
{
    char label[UP_PRINTER_LABEL_MAX];

    targets->count = 0;
    for (uint32_t i = 0; i < devices->count && targets->count < UP_TARGETS_MAX; i++) {
        if (up_printer_label(devices, i, label, sizeof label)) {
            targets->ranges[targets->count] = devices->list[i].range;
            targets->devices[targets->count++] = i;
        }
    }
}
