/* SPDX-License-Identifier: MIT
 *
 * The output of userportctl (output.h), over console.h.
 */
#include "output.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "console.h"

bool up_out_is_json;
const char *up_usage_command;

static char block[8192];
static size_t used;
static bool has_failed;

static void say_failure(uint32_t code)
{
    struct up_error_detail problem;

    up_error_detail_set(&problem, code, NULL, "cannot write to standard output");
    up_complain(&problem);
}

bool up_out_flush(void)
{
    uint32_t code = 0;

    if (used > 0 && !has_failed && !up_console_write(false, block, used, &code)) {
        has_failed = true;
        say_failure(code);
    }
    used = 0;
    return !has_failed;
}

/*
 * Writes a block that ends with a whole character, since the console converts each block by itself.
 * More than three continuation bytes are not a character.
 */
static void flush_whole_characters(void)
{
    char rest[4];
    const size_t end = up_utf8_whole(block, used);
    const size_t count = used - end;

    memcpy(rest, block + end, count);
    used = end;
    up_out_flush();
    memcpy(block, rest, count);
    used = count;
}

static void put(void *context, const char *text, size_t length)
{
    size_t part;

    (void)context;
    while (length > 0) {
        part = length < sizeof block - used ? length : sizeof block - used;
        memcpy(block + used, text, part);
        used += part;
        text += part;
        length -= part;
        if (used == sizeof block) {
            flush_whole_characters();
        }
    }
}

void up_out_text(const char *text)
{
    put(NULL, text, strlen(text));
}

void up_out(const char *format, ...)
{
    char text[UP_OUT_MAX];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    up_out_text(text);
}

#define COLUMNS 79u

static void put_blanks(unsigned count)
{
    while (count-- > 0) {
        put(NULL, " ", 1);
    }
}

void up_out_wrapped(unsigned column, unsigned indent, const char *text)
{
    bool is_first = true; /* of its line */

    while (*text != '\0') {
        const size_t length = strcspn(text, " \n");

        if (!is_first && column + 1u + length > COLUMNS) {
            put(NULL, "\n", 1);
            put_blanks(indent);
            column = indent;
            is_first = true;
        }
        put(NULL, " ", is_first ? 0 : 1);
        put(NULL, text, length);
        column += (unsigned)length + !is_first;
        is_first = false;
        text += length;
        if (*text == '\n') {
            put(NULL, "\n", 1);
            put_blanks(text[1] != '\0' ? indent : 0);
            column = indent;
            is_first = true;
        }
        text += *text != '\0';
    }
}

struct up_json *up_out_json(void)
{
    static struct up_json json = {.put = put};

    return &json;
}

void up_out_json_end(void)
{
    up_out_text("\n");
}

/* ---- standard error -------------------------------------------------------------------------- */

static void say(const char *text)
{
    uint32_t code;

    (void)up_console_write(true, text, strlen(text), &code); /* a failure here cannot be reported */
}

void up_note(const char *format, ...)
{
    char text[UP_OUT_MAX];
    char line[UP_OUT_MAX + 32];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)snprintf(line, sizeof line, "userportctl: note: %s\n", text);
    up_out_flush();
    say(line);
}

void up_complain(const struct up_error_detail *problem)
{
    char text[sizeof problem->text + sizeof problem->advice + 32];

    (void)snprintf(text, sizeof text, "userportctl: %s\n%s%s", problem->text, problem->advice,
                   problem->advice[0] != '\0' ? "\n" : "");
    say(text);
}

void up_json_problem(struct up_json *json, const struct up_error_detail *problem)
{
    up_json_text(json, "error", problem->text);
    up_json_number(json, "code", problem->code);
    up_json_text(json, "advice", problem->advice);
}

static void print_json_error(const struct up_error_detail *problem)
{
    if (up_out_is_json) {
        up_json_object(up_out_json(), NULL);
        up_json_problem(up_out_json(), problem);
        up_json_end(up_out_json());
        up_out_json_end();
    }
}

int up_failed(const struct up_error_detail *problem)
{
    up_out_flush();
    up_complain(problem);
    print_json_error(problem);
    return UP_EXIT_FAILED;
}

int up_not_started(int status, uint32_t code, const char *advice, const char *format,
                   const char *what)
{
    struct up_error_detail problem;

    up_error_detail_set(&problem, code, advice, format, what);
    (void)up_failed(&problem);
    return status;
}

int up_usage(const char *format, ...)
{
    struct up_error_detail problem = {.code = 0};
    char text[2 * sizeof problem.text];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    up_utf8_cut(text, sizeof problem.text - 1);
    memcpy(problem.text, text, strlen(text) + 1);
    (void)snprintf(problem.advice, sizeof problem.advice, "Help: userportctl %s%s--help",
                   up_usage_command != NULL ? up_usage_command : "",
                   up_usage_command != NULL ? " " : "");
    up_out_flush();
    up_complain(&problem);
    print_json_error(&problem);
    return UP_EXIT_USAGE;
}
