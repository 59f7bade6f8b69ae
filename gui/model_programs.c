/* SPDX-License-Identifier: MIT
 *
 * The decisions and the words of the page of the programs (model_programs.h): the table, and what
 * userportctl is given and says. model_program.c has one program's settings.
 */
#include "model_programs.h"

#include <stdio.h>
#include <string.h>

#include "model_programs_words.h"
#include "model_text.h"

/* How userportctl begins what it says on stderr, and its exit statuses when it starts nothing. */
static const char tool_begins[] = "userportctl: ";
#define TOOL_FAILED_FIRST 125u
#define TOOL_FAILED_LAST  127u

/* ---- parts of sentences ---------------------------------------------------------------------- */

static void add_sources(struct up_writer *text, const struct up_routes *routes)
{
    for (uint32_t i = 0; i < routes->count; i++) {
        up_writer_text(text, i > 0 ? ", " : "");
        up_page_add_range(text, routes->routes[i].first, routes->routes[i].last);
    }
}

static void add_targets(struct up_writer *text, const struct up_routes *routes)
{
    for (uint32_t i = 0; i < routes->count; i++) {
        up_writer_text(text, i > 0 ? ", " : "");
        up_page_add_target(text, routes, &routes->routes[i]);
    }
}

/* Adds a clause as a sentence: with a capital letter and a dot. */
static void add_sentence(struct up_writer *text, const char *clause)
{
    const char first = clause[0];
    const size_t length = strlen(clause);

    if (length > 0) {
        up_writer_char(text, first >= 'a' && first <= 'z' ? (char)(first - 'a' + 'A') : first);
        up_writer_text(text, clause + 1);
        up_writer_text(text, clause[length - 1] == '.' ? "" : ".");
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

static bool is_same_program(const struct up_program *a, const struct up_program *b)
{
    char routes[2][UP_ROUTES_TEXT_MAX];

    (void)up_routes_format(&a->settings.routes, routes[0], sizeof routes[0]);
    (void)up_routes_format(&b->settings.routes, routes[1], sizeof routes[1]);
    return strcmp(a->name, b->name) == 0 && strcmp(a->path, b->path) == 0 &&
           strcmp(a->wrong, b->wrong) == 0 && strcmp(routes[0], routes[1]) == 0 &&
           strcmp(a->settings.trace, b->settings.trace) == 0 &&
           a->settings.ignore_cli_sti == b->settings.ignore_cli_sti &&
           a->settings.fast == b->settings.fast;
}

static bool is_shown(const struct up_page *page, const struct up_programs *programs,
                     const struct up_error_detail *problem)
{
    if (page->has_programs != (problem == NULL) || page->programs.count != programs->count) {
        return false;
    }
    if (problem != NULL) {
        return strcmp(page->problem.text, problem->text) == 0;
    }
    for (uint32_t i = 0; i < programs->count; i++) {
        if (!is_same_program(&page->programs.programs[i], &programs->programs[i])) {
            return false;
        }
    }
    return true;
}

/* The number of the program with that name; UP_PAGE_NONE: there is none. */
static uint32_t find_selected(const struct up_programs *programs, const char *name)
{
    for (uint32_t i = 0; i < programs->count; i++) {
        if (strcmp(programs->programs[i].name, name) == 0) {
            return i;
        }
    }
    return UP_PAGE_NONE;
}

bool up_page_take(struct up_page *page, struct up_programs *programs,
                  const struct up_error_detail *problem)
{
    const struct up_programs former = page->programs;
    const struct up_program *selected = up_page_selected(page);

    if (is_shown(page, programs, problem)) {
        return false;
    }
    page->selected = selected != NULL ? find_selected(programs, selected->name) : UP_PAGE_NONE;
    page->has_programs = problem == NULL;
    if (problem != NULL) {
        page->problem = *problem;
    }
    page->programs = *programs;
    *programs = former;
    return true;
}

bool up_page_is_any_folder(const struct up_program *program)
{
    return program->path[0] != '\0' && up_program_file_name(program->path) == program->path;
}

const struct up_program *up_page_selected(const struct up_page *page)
{
    return page->selected < page->programs.count ? &page->programs.programs[page->selected] : NULL;
}

uint32_t up_page_commands(const struct up_page *page)
{
    const struct up_program *selected = up_page_selected(page);
    uint32_t commands = 0;

    if (selected != NULL && selected->wrong[0] == '\0') {
        commands |= UP_PAGE_CAN_RUN;
    }
    if (!page->is_administrator) {
        return commands | (page->can_elevate ? UP_PAGE_CAN_ELEVATE : 0);
    }
    if (page->has_programs) {
        commands |= UP_PAGE_CAN_ADD;
    }
    if (selected != NULL) {
        commands |= UP_PAGE_CAN_CHANGE | UP_PAGE_CAN_REMOVE;
    }
    return commands;
}

/* Adds one item of a list with semicolons, which begins at begin. */
static void add_item(struct up_writer *text, size_t begin, const char *item)
{
    up_writer_text(text, text->length > begin ? "; " : "");
    up_writer_text(text, item);
}

static void add_options(struct up_writer *text, size_t begin,
                        const struct up_program_settings *settings)
{
    if (settings->ignore_cli_sti) {
        add_item(text, begin, "ignores CLI and STI");
    }
    if (settings->fast) {
        add_item(text, begin, "fast");
    }
}

static void add_notes(struct up_writer *text, const struct up_program *program,
                      const struct up_portset *granted)
{
    const size_t begin = text->length;
    struct up_portset denied;

    if (up_routes_denied(&program->settings.routes, granted, &denied)) {
        up_text_add_ports(text, &denied);
        up_writer_text(text, " not granted");
    }
    add_options(text, begin, &program->settings);
    if (program->settings.trace[0] != '\0') {
        add_item(text, begin, "recorded");
    }
}

void up_page_cell(const struct up_page *page, uint32_t row, enum up_page_column column, char *out,
                  size_t size)
{
    const struct up_program *program = &page->programs.programs[row];
    const struct up_routes *routes = &program->settings.routes;
    const bool is_wrong = program->wrong[0] != '\0';
    struct up_writer text;

    up_writer_init(&text, out, size);
    switch (column) {
    case UP_PAGE_PROGRAM:
        up_writer_text(&text, program->path[0] != '\0' ? up_program_file_name(program->path)
                                                       : program->name);
        break;
    case UP_PAGE_PORTS:
        add_sources(&text, routes);
        break;
    case UP_PAGE_TARGETS:
        add_targets(&text, routes);
        up_writer_text(&text, is_wrong || routes->count > 0 ? "" : "its own ports");
        break;
    default:
        if (is_wrong) {
            up_writer_text(&text, "not in force: ");
            up_writer_text(&text, program->wrong);
        } else {
            add_notes(&text, program, page->granted);
        }
        break;
    }
}

static void add_where(struct up_writer *text, const struct up_program *program)
{
    if (program->path[0] == '\0') {
        up_writer_format(text, "%s.", program->name);
    } else if (up_page_is_any_folder(program)) {
        up_writer_format(text, "Every program named %s, in whatever folder.", program->path);
    } else {
        up_writer_format(text, "%s.", program->path);
    }
}

/* Adds all routes and options in one line; the cells of the table may be too narrow for them. */
static void add_settings(struct up_writer *text, const struct up_program_settings *settings)
{
    char routes[UP_ROUTES_TEXT_MAX];
    size_t begin;

    if (settings->routes.count == 0 && !settings->ignore_cli_sti && !settings->fast &&
        settings->trace[0] == '\0') {
        return;
    }
    up_writer_char(text, '\n');
    begin = text->length;
    (void)up_routes_format(&settings->routes, routes, sizeof routes);
    up_writer_text(text, routes);
    add_options(text, begin, settings);
    if (settings->trace[0] != '\0') {
        add_item(text, begin, "recorded into ");
        up_writer_text(text, settings->trace);
    }
    up_writer_char(text, '.');
}

void up_page_details(const struct up_page *page, char *out, size_t size)
{
    const struct up_program *selected = up_page_selected(page);
    struct up_writer text;

    up_writer_init(&text, out, size);
    if (!page->has_programs) {
        add_sentence(&text, page->problem.text);
    } else if (selected == NULL) {
        up_writer_text(&text, "A program needs settings here only if its accesses are to go to "
                              "other ports, or if it needs an option. They are for programs that "
                              "use UserPort's DLLs, and for those that userportctl run starts, as "
                              "the button Run does.");
    } else if (selected->wrong[0] != '\0') {
        add_where(&text, selected);
        up_writer_text(&text, "\nThe program runs without these settings: ");
        up_writer_text(&text, selected->wrong);
        up_writer_text(&text, ".");
    } else {
        add_where(&text, selected);
        add_settings(&text, &selected->settings);
        up_page_add_denied(&text, "\n", &selected->settings.routes, page->granted);
    }
}

void up_page_remove_question(const struct up_program *program, char *out, size_t size)
{
    struct up_writer text;

    up_writer_init(&text, out, size);
    up_writer_format(&text,
                     "Remove the settings of %s?\n\nThe program itself stays. From its next start "
                     "on, its accesses go to the ports that it names.",
                     program->path[0] != '\0' ? program->path : program->name);
}

bool up_page_write_question(const struct up_program *was, const struct up_program *now, char *out,
                            size_t size)
{
    struct up_writer text;

    up_writer_init(&text, out, size);
    if (was == NULL && now != NULL) {
        up_writer_format(&text, "There are settings of %s already.\n\nReplace them?",
                         now->path[0] != '\0' ? now->path : now->name);
        return true;
    }
    if (was != NULL && (now == NULL || !is_same_program(was, now))) {
        up_writer_format(&text,
                         "Another program has %s the settings of %s meanwhile.\n\nStore yours all "
                         "the same?",
                         now == NULL ? "removed" : "changed",
                         was->path[0] != '\0' ? was->path : was->name);
        return true;
    }
    return false;
}

static bool is_same_path(const char *a, const char *b)
{
    for (; *a != '\0' || *b != '\0'; a++, b++) {
        const char x = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a;
        const char y = *b >= 'A' && *b <= 'Z' ? (char)(*b - 'A' + 'a') : *b;

        if (x != y) {
            return false;
        }
    }
    return true;
}

void up_page_name(const struct up_programs *programs, const char *path,
                  const struct up_program *(*find)(const struct up_programs *programs,
                                                   const char *name),
                  char name[UP_PROGRAM_NAME_MAX])
{
    const struct up_program *other;
    struct up_writer text;
    char end[16] = "";

    for (unsigned number = 2;; number++) {
        up_writer_init(&text, name, UP_PROGRAM_NAME_MAX - strlen(end));
        up_writer_text(&text, up_program_file_name(path));
        strcat(name, end);
        other = find(programs, name);
        if (other == NULL || is_same_path(other->path, path)) {
            return;
        }
        snprintf(end, sizeof end, " (%u)", number);
    }
}

/* ---- running --------------------------------------------------------------------------------- */

bool up_run_line(const char *tool, const char *trace, const char *path, char *out, size_t size)
{
    struct up_writer text;

    up_writer_init(&text, out, size);
    up_writer_format(&text, "\"%s\" run ", tool);
    if (trace != NULL) {
        up_writer_format(&text, "--trace \"%s\" ", trace);
    }
    up_writer_format(&text, "-- \"%s\"", path);
    return !up_writer_is_cut(&text);
}

/* Copies text with blanks for its line ends, and without blanks around it. */
static void copy_line(char *out, size_t size, const char *text, size_t length)
{
    size_t used = 0;

    for (size_t i = 0; i < length && used + 1 < size; i++) {
        const char c = text[i] == '\n' ? ' ' : text[i];

        if (c != '\r' && (c != ' ' || used > 0)) {
            out[used++] = c;
        }
    }
    while (used > 0 && out[used - 1] == ' ') {
        used--;
    }
    out[used] = '\0';
}

bool up_run_problem(const char *path, uint32_t code, const char *said,
                    struct up_error_detail *problem)
{
    const size_t begin = sizeof tool_begins - 1;

    up_error_detail_clear(problem);
    if (code != 0 && strncmp(said, tool_begins, begin) == 0) {
        const char *text = said + begin;
        const size_t length = strcspn(text, "\n");

        copy_line(problem->text, sizeof problem->text, text, length);
        copy_line(problem->advice, sizeof problem->advice, text + length, strlen(text + length));
        return true;
    }
    if (code < TOOL_FAILED_FIRST || code > TOOL_FAILED_LAST) {
        return false;
    }
    up_error_detail_say(problem, code,
                        "In a command prompt, userportctl run PROGRAM says what is in the way.",
                        "cannot run %s", path);
    return true;
}
