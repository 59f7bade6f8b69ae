/* SPDX-License-Identifier: MIT
 *
 * The command program: the settings of single programs (control/programs.h).
 */
#include <stdio.h>
#include <string.h>

#include "control/programs.h"
#include "control/settings_store.h"
#include "winutil/winutil.h"
#include "command.h"
#include "describe.h"
#include "missing_windows.h"

/* ---- showing --------------------------------------------------------------------------------- */

static void print_json_members(const struct up_program *program)
{
    struct up_json *json = up_out_json();
    char routes[UP_ROUTES_TEXT_MAX];

    (void)up_routes_format(&program->settings.routes, routes, sizeof routes);
    up_json_text(json, "name", program->name);
    up_json_text(json, "path", program->path);
    up_json_text(json, "routes", routes);
    up_json_bool(json, "ignore_cli_sti", program->settings.ignore_cli_sti);
    up_json_bool(json, "fast", program->settings.fast);
    up_json_text(json, "trace",
                 program->settings.trace[0] != '\0' ? program->settings.trace : NULL);
    up_json_text(json, "wrong", program->wrong[0] != '\0' ? program->wrong : NULL);
}

static void print_program(const struct up_program *program)
{
    char routes[UP_ROUTES_TEXT_MAX];

    up_out("%s\n  path     %s\n", program->name,
           program->path[0] != '\0' ? program->path : "(none)");
    if (program->wrong[0] != '\0') {
        up_out("  WRONG    %s\n", program->wrong);
        return;
    }
    (void)up_routes_format(&program->settings.routes, routes, sizeof routes);
    up_out("  routes   %s\n", routes[0] != '\0' ? routes : "(none)");
    if (program->settings.trace[0] != '\0') {
        up_out("  trace    %s\n", program->settings.trace);
    }
    if (program->settings.ignore_cli_sti) {
        up_out_text("  options  ignore-cli-sti");
        up_out_text(program->settings.fast ? ", fast\n" : "\n");
    } else if (program->settings.fast) {
        up_out_text("  options  fast\n");
    }
}

/* Reads the settings of all programs. Result: UP_EXIT_DONE, or the status of the failure. */
static int read_programs(struct up_programs *programs)
{
    static struct up_stored_settings settings;
    struct up_error_detail problem = {.code = 0};

    if (!up_programs_read(programs, &problem)) {
        return up_failed(&problem);
    }
    if (programs->count == 0 && up_store_read(&settings, NULL) && !settings.is_there) {
        up_error_detail_set(&problem, 0, "Install it first: userportctl install",
                            "cannot read the settings of programs: UserPort is not installed");
        return up_failed(&problem);
    }
    return UP_EXIT_DONE;
}

static void print_all(const struct up_programs *programs)
{
    struct up_json *json = up_out_json();
    uint32_t i;

    if (up_out_is_json) {
        up_json_object(json, NULL);
        up_json_array(json, "programs");
        for (i = 0; i < programs->count; i++) {
            up_json_object(json, NULL);
            print_json_members(&programs->programs[i]);
            up_json_end(json);
        }
        up_json_end(json);
        up_json_end(json);
        up_out_json_end();
        return;
    }
    if (programs->count == 0) {
        up_out_text("no program has settings of its own\n");
    }
    for (i = 0; i < programs->count; i++) {
        print_program(&programs->programs[i]);
    }
}

static int run_list(const struct up_invocation *line)
{
    struct up_programs programs;
    int status;

    if (line->word_count > 1) {
        return up_usage("program: list takes no name; show does");
    }
    status = read_programs(&programs);
    if (status == UP_EXIT_DONE) {
        print_all(&programs);
        up_programs_free(&programs);
    }
    return status;
}

static int run_show(const struct up_invocation *line)
{
    struct up_error_detail problem = {.code = 0};
    const struct up_program *program;
    struct up_programs programs;
    int status;

    if (line->word_count != 2) {
        return up_usage("program: show needs the name of one program");
    }
    status = read_programs(&programs);
    if (status != UP_EXIT_DONE) {
        return status;
    }
    program = up_programs_find(&programs, line->words[1]);
    if (program == NULL) {
        up_error_detail_set(&problem, 0, "All of them: userportctl program list",
                            "there are no settings of a program named %s", line->words[1]);
        status = up_failed(&problem);
    } else if (up_out_is_json) {
        up_json_object(up_out_json(), NULL);
        print_json_members(program);
        up_json_end(up_out_json());
        up_out_json_end();
    } else {
        print_program(program);
    }
    up_programs_free(&programs);
    return status;
}

/* ---- add ------------------------------------------------------------------------------------- */

/*
 * Takes the path: the name of a file alone as it is, any other made full. Result: false if there is
 * something wrong with it; up_usage has reported it.
 */
static bool take_path(const char *given, struct up_program *program)
{
    WCHAR wide[UP_PROGRAM_PATH_CHARS], full[UP_PROGRAM_PATH_CHARS];
    const char *why;
    DWORD length = 0;

    if (given[0] != '\0' && up_program_file_name(given) != given &&
        up_wide(given, wide, UP_PROGRAM_PATH_CHARS)) {
        length = GetFullPathNameW(wide, UP_PROGRAM_PATH_CHARS, full, NULL);
    }
    if (length > 0 && length < UP_PROGRAM_PATH_CHARS) {
        up_utf8(full, program->path, sizeof program->path);
        given = program->path;
    }
    why = up_program_path_problem(given);
    if (why != NULL) {
        (void)up_usage("program: the path \"%s\": %s", given, why);
        return false;
    }
    if (given != program->path) {
        up_utf8_copy(program->path, sizeof program->path, given);
    }
    return true;
}

static bool take_name(const char *name, struct up_program *program)
{
    const char *why = up_program_name_problem(name);

    if (why != NULL) {
        (void)up_usage("program: the name \"%s\": %s", name, why);
        return false;
    }
    up_utf8_copy(program->name, sizeof program->name, name);
    return true;
}

/* Takes the name of the recording, made full. Result: as of take_path. */
static bool take_trace(const struct up_invocation *line, struct up_program *program)
{
    const char *given = up_option_argument(line, "trace");
    WCHAR wide[UP_PROGRAM_PATH_CHARS], full[UP_PROGRAM_PATH_CHARS];
    DWORD length = 0;

    if (given == NULL) {
        return true;
    }
    if (!up_check_trace(line, given)) {
        return false;
    }
    if (up_wide(given, wide, UP_PROGRAM_PATH_CHARS)) {
        length = GetFullPathNameW(wide, UP_PROGRAM_PATH_CHARS, full, NULL);
    }
    if (length == 0 || length >= UP_PROGRAM_PATH_CHARS) {
        (void)up_usage("program: the name of the recording is longer than 259 characters");
        return false;
    }
    up_utf8(full, program->settings.trace, sizeof program->settings.trace);
    return true;
}

static void note_what_is_missing(const struct up_program *program, const struct up_portset *missing)
{
    WCHAR wide[UP_PROGRAM_PATH_CHARS];

    up_missing_note(missing);
    if (up_program_file_name(program->path) != program->path &&
        up_wide(program->path, wide, UP_PROGRAM_PATH_CHARS) && !up_file_exists(wide)) {
        up_note("there is no file %s", program->path);
    }
}

static void print_added(const struct up_program *program, bool replaced,
                        const struct up_portset *missing)
{
    struct up_json *json = up_out_json();

    if (up_out_is_json) {
        up_json_object(json, NULL);
        up_json_bool(json, "replaced", replaced);
        print_json_members(program);
        up_json_ports(json, "not_granted", missing);
        up_json_end(json);
        up_out_json_end();
    } else {
        up_out("%s the settings of %s:\n", replaced ? "Replaced" : "Added", program->name);
        print_program(program);
    }
}

static int write_program(const struct up_program *program)
{
    static struct up_portset missing;
    struct up_error_detail problem = {.code = 0};
    struct up_programs programs;
    bool replaced;

    if (!up_programs_read(&programs, &problem)) {
        return up_failed(&problem);
    }
    replaced = up_programs_find(&programs, program->name) != NULL;
    up_programs_free(&programs);
    if (!up_program_write(program, &problem)) {
        return up_failed(&problem);
    }
    up_missing_find(&program->settings.routes, &missing);
    note_what_is_missing(program, &missing);
    print_added(program, replaced, &missing);
    return UP_EXIT_DONE;
}

static int run_add(const struct up_invocation *line)
{
    static struct up_program program;
    const char *path = up_option_argument(line, "path");

    if (line->word_count > 2) {
        return up_usage("program: add takes one name");
    }
    if (path == NULL) {
        return up_usage("program: add needs --path PATH, the program's file");
    }
    if (!take_path(path, &program) ||
        !take_name(line->word_count == 2 ? line->words[1] : up_program_file_name(program.path),
                   &program) ||
        !up_read_route_options(line, &program.settings.routes) || !take_trace(line, &program)) {
        return UP_EXIT_USAGE;
    }
    program.settings.ignore_cli_sti = up_has_option(line, "ignore-cli-sti");
    program.settings.fast = up_has_option(line, "fast");
    return write_program(&program);
}

/* ---- remove ---------------------------------------------------------------------------------- */

static int run_remove(const struct up_invocation *line)
{
    struct up_error_detail problem = {.code = 0};

    if (line->word_count != 2) {
        return up_usage("program: remove needs the name of one program");
    }
    if (!up_program_remove(line->words[1], &problem)) {
        return up_failed(&problem);
    }
    if (up_out_is_json) {
        up_json_object(up_out_json(), NULL);
        up_json_text(up_out_json(), "removed", line->words[1]);
        up_json_end(up_out_json());
        up_out_json_end();
    } else {
        up_out("Removed the settings of %s.\n", line->words[1]);
    }
    return UP_EXIT_DONE;
}

/* ---- the command ----------------------------------------------------------------------------- */

static bool has_settings_options(const struct up_invocation *line)
{
    return up_has_option(line, "path") || up_has_option(line, "map") ||
           up_has_option(line, "device") || up_has_option(line, "trace") ||
           up_has_option(line, "ignore-cli-sti") || up_has_option(line, "fast");
}

static int run_program(const struct up_invocation *line)
{
    const char *what = line->word_count > 0 ? line->words[0] : "list";

    if (strcmp(what, "add") == 0) {
        return run_add(line);
    }
    if (has_settings_options(line)) {
        return up_usage(
            "program: --path, --map, --device, --trace, --ignore-cli-sti and --fast go with "
            "add");
    }
    if (strcmp(what, "list") == 0) {
        return run_list(line);
    }
    if (strcmp(what, "show") == 0) {
        return run_show(line);
    }
    if (strcmp(what, "remove") == 0) {
        return run_remove(line);
    }
    return up_usage("program: \"%s\" is none of add, list, show and remove", what);
}

const struct up_command up_command_program = {
    .name = "program",
    .synopsis = "[add | list | show | remove] [NAME] [OPTION]...",
    .summary = "settings of single programs: where their ports go",
    .text =
        "add: writes the settings of the program PATH, in the place of those of the same NAME. "
        "PATH is a file, or the name of one in whatever folder it is. NAME is PATH's file name "
        "unless it is given.\n"
        "list: shows the settings of all programs; show: those of one; remove: takes them away.\n"
        "A route sends ports of the program to another address, as in: userportctl program add "
        "--path C:\\Tools\\lpt.exe --map 378-37F=D100\n"
        "or to none: reads then give ones, and writes do nothing. It opens no port: the address "
        "has to be granted. A program that runs already keeps what it found when it began.\n",
    .options = {{"path", "PATH", "the program's file, in full or its name alone"},
                {"map", "ROUTES", "where its ports go: 378-37F=D100, 3BC=none; or card"},
                {"device", "PORTS=DEVICE",
                 "with userportctl run: a simulated device has them: 378=printer:C:\\out.txt"},
                {"trace", "FILE", "with userportctl run: record its accesses into FILE"},
                {"ignore-cli-sti", NULL,
                 "with userportctl run: skip CLI and STI, which would end the program"},
                {"fast", NULL, "with userportctl run: patch the program's port instructions"}},
    .repeated_options = {"map", "device"},
    .words_max = 2,
    .run = run_program,
};
