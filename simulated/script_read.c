/* SPDX-License-Identifier: MIT
 *
 * Reads the text of a script device. The grammar, line by line; a # begins a comment:
 *
 *     line      = [ "when" condition ":" ] action
 *     condition = PORT "=" match { "," match } { "and" PORT "=" match }
 *     match     = "any" | VALUE [ "mask" VALUE ]
 *     action    = PORT ( "reads" | "shows" ) answer | PORT "next"
 *     answer    = "written" [ PORT ] | "count" VALUE "to" VALUE
 *               | delayed { "," delayed } [ "," "repeat" ]
 *     delayed   = [ "after" NUMBER ( "us" | "ms" | "s" ) ] VALUE
 *
 * PORT and VALUE are hexadecimal, NUMBER is decimal.
 */
#include "script.h"

#include <string.h>

#include "core/text.h"

#define SHOWN_MAX 32u

/* A word, a sign, or the end of the line. */
struct token {
    const char *text;
    size_t length; /* 0: the end of the line */
};

struct reader {
    const char *name;
    const char *line, *end; /* of the present line */
    uint32_t number;        /* of the present line */
    struct token token;     /* the next one */
    struct up_script *script;
    struct up_error_detail *problem;
};

/* ---- errors ---------------------------------------------------------------------------------- */

/* Says that this is wrong, and what. Result: false. */
static bool wrong(const struct reader *reader, const struct token *token, const char *why)
{
    char shown[4u * SHOWN_MAX + 8u];
    struct up_writer writer;
    /* Only a comment may have characters of several bytes, and it ends the line. */
    const size_t column = (size_t)(token->text - reader->line) + 1u;
    size_t i;

    up_writer_init(&writer, shown, sizeof shown);
    for (i = 0; i < token->length && i < SHOWN_MAX; i++) {
        const uint8_t c = (uint8_t)token->text[i];

        if (c >= 0x20u && c < 0x7Fu) {
            up_writer_char(&writer, (char)c);
        } else {
            up_writer_text(&writer, "\\x");
            up_writer_hex(&writer, c, 2);
        }
    }
    up_writer_text(&writer, i < token->length ? "..." : "");
    up_error_detail_set(reader->problem, 0, NULL, "%s line %u, column %u: %s%s%s%s", reader->name,
                        (unsigned)reader->number, (unsigned)column, token->length > 0 ? "\"" : "",
                        shown, token->length > 0 ? "\": " : "", why);
    return false;
}

/* ---- words ----------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (up_ascii_lower(c) >= 'a' && up_ascii_lower(c) <= 'z') ||
           c == '_';
}

/* Moves on to the next token. */
static void advance(struct reader *reader)
{
    const char *at = reader->token.text + reader->token.length;
    const char *begin;

    while (at < reader->end && is_blank(*at)) {
        at++;
    }
    begin = at;
    if (at < reader->end && *at != '#') {
        at++;
        if (is_word(*begin)) {
            while (at < reader->end && is_word(*at)) {
                at++;
            }
        } else {
            /* A character of several bytes is one. */
            while (at < reader->end && up_utf8_is_inside(*at)) {
                at++;
            }
        }
    }
    reader->token.text = begin;
    reader->token.length = (size_t)(at - begin);
}

static bool is_here(const struct reader *reader, const char *word)
{
    const size_t length = strlen(word);
    size_t i;

    if (reader->token.length != length) {
        return false;
    }
    for (i = 0; i < length; i++) {
        if (up_ascii_lower(reader->token.text[i]) != word[i]) {
            return false;
        }
    }
    return true;
}

/* Is this the next token? Then it is passed. */
static bool take(struct reader *reader, const char *word)
{
    if (!is_here(reader, word)) {
        return false;
    }
    advance(reader);
    return true;
}

static bool expect(struct reader *reader, const char *word, const char *why)
{
    return take(reader, word) || wrong(reader, &reader->token, why);
}

/* ---- numbers --------------------------------------------------------------------------------- */

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = up_ascii_lower(c);
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

/*
 * Reads a number of at most max, whose digits are below base: 7F, 0x7F or 7Fh. *digits becomes how
 * many there are.
 */
static bool read_number(struct reader *reader, int base, uint32_t max, const char *missing,
                        const char *too_large, uint32_t *value, size_t *digits)
{
    const struct token *token = &reader->token;
    const char *text = token->text;
    size_t length = token->length, i;
    uint64_t number = 0;

    if (base == 16 && length > 2 && text[0] == '0' && up_ascii_lower(text[1]) == 'x') {
        text += 2;
        length -= 2;
    } else if (base == 16 && length > 1 && up_ascii_lower(text[length - 1]) == 'h') {
        length--;
    }
    if (length == 0 || digit_of(text[0]) >= base) {
        return wrong(reader, token, missing);
    }
    for (i = 0; i < length; i++) {
        if (digit_of(text[i]) >= base) {
            return wrong(reader, token, missing);
        }
        number = number * (unsigned)base + (unsigned)digit_of(text[i]);
        if (number > max) {
            return wrong(reader, token, too_large);
        }
    }
    *value = (uint32_t)number;
    *digits = length;
    advance(reader);
    return true;
}

/* A value for a port, which becomes as wide as it needs. */
static bool read_value(struct reader *reader, uint8_t port, uint32_t *value)
{
    struct up_script_port *of = &reader->script->ports[port];
    size_t digits;
    uint8_t width;

    if (!read_number(reader, 16, 0xFFFFFFFFu, "a hexadecimal value is expected, such as 7F",
                     "a value has at most 32 bits", value, &digits)) {
        return false;
    }
    width = *value > 0xFFFFu || digits > 4 ? 4 : *value > 0xFFu || digits > 2 ? 2 : 1;
    if (width > of->width) {
        of->width = width;
    }
    return true;
}

/* A port, whose number among the script's ports is *index. */
static bool read_port(struct reader *reader, uint8_t *index)
{
    struct up_script *script = reader->script;
    const struct token token = reader->token;
    uint32_t port, i;
    size_t digits;

    if (!read_number(reader, 16, 0xFFFFu, "a port is expected, in hexadecimal, such as 379",
                     "a port is at most FFFF", &port, &digits)) {
        return false;
    }
    for (i = 0; i < script->port_count && script->ports[i].port != port; i++) {
    }
    if (i == script->port_count) {
        if (i == UP_SCRIPT_PORTS_MAX) {
            return wrong(reader, &token, "there are more than 64 ports");
        }
        script->ports[i] = (struct up_script_port){(uint16_t)port, 1, reader->number};
        script->port_count++;
    }
    *index = (uint8_t)i;
    return true;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool read_match(struct reader *reader, uint8_t port, struct up_script_match *match)
{
    if (take(reader, "any")) {
        *match = (struct up_script_match){0, 0};
        return true;
    }
    match->mask = 0xFFFFFFFFu;
    if (!read_value(reader, port, &match->value)) {
        return false;
    }
    return !take(reader, "mask") || read_value(reader, port, &match->mask);
}

static bool read_and(struct reader *reader, struct up_script_line *line)
{
    struct up_script_and *other = &line->others[line->other_count];

    if (line->other_count == UP_SCRIPT_AND_MAX) {
        return wrong(reader, &reader->token, "one line has at most 4 conditions behind \"and\"");
    }
    line->other_count++;
    return read_port(reader, &other->port) &&
           expect(reader, "=", "\"=\" and a value are expected") &&
           read_match(reader, other->port, &other->match);
}

static bool read_condition(struct reader *reader, struct up_script_line *line)
{
    if (!read_port(reader, &line->when) || !expect(reader, "=", "\"=\" and a value are expected")) {
        return false;
    }
    do {
        if (line->write_count == UP_SCRIPT_WRITES_MAX) {
            return wrong(reader, &reader->token, "a line waits for at most 8 writes");
        }
        if (!read_match(reader, line->when, &line->writes[line->write_count++])) {
            return false;
        }
    } while (take(reader, ","));
    while (take(reader, "and")) {
        if (!read_and(reader, line)) {
            return false;
        }
    }
    return expect(reader, ":", "\",\", \"and\" or \":\" is expected here");
}

static bool read_delay(struct reader *reader, uint64_t *delay)
{
    static const struct {
        const char *word;
        uint32_t ns;
    } units[] = {{"us", 1000u}, {"ms", 1000000u}, {"s", 1000000000u}};
    const struct token token = reader->token;
    uint32_t number;
    size_t digits, i;

    if (!read_number(reader, 10, 1000000000u, "a time is expected, such as 5 ms",
                     "a delay is at most an hour", &number, &digits)) {
        return false;
    }
    for (i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (take(reader, units[i].word)) {
            *delay = (uint64_t)number * units[i].ns;
            if (number == 0) {
                return wrong(reader, &token, "a delay is at least 1 us");
            }
            return *delay <= UP_SCRIPT_SECONDS_MAX * 1000000000ull ||
                   wrong(reader, &token, "a delay is at most an hour");
        }
    }
    return wrong(reader, &reader->token, "us, ms or s is expected");
}

static bool read_list(struct reader *reader, struct up_script_line *line)
{
    struct up_script *script = reader->script;

    line->answer = UP_SCRIPT_LIST;
    line->first = (uint16_t)script->value_count;
    do {
        struct up_script_value value = {0, 0};

        if (line->count > 0 && take(reader, "repeat")) {
            line->repeats = true;
            return true;
        }
        if (script->value_count == UP_SCRIPT_VALUES_MAX) {
            return wrong(reader, &reader->token, "there are more than 4096 values");
        }
        if ((take(reader, "after") && !read_delay(reader, &value.delay)) ||
            !read_value(reader, line->port, &value.value)) {
            return false;
        }
        script->values[script->value_count++] = value;
        line->count++;
    } while (take(reader, ","));
    return true;
}

static bool read_count(struct reader *reader, struct up_script_line *line)
{
    struct token high;

    line->answer = UP_SCRIPT_COUNT;
    if (!read_value(reader, line->port, &line->low) ||
        !expect(reader, "to", "\"to\" is expected, as in: count 0 to FF")) {
        return false;
    }
    high = reader->token;
    return read_value(reader, line->port, &line->high) &&
           (line->high >= line->low || wrong(reader, &high,
                                             "it counts up, so the last number must "
                                             "not be below the first"));
}

static bool read_action(struct reader *reader, struct up_script_line *line)
{
    const struct token verb_of = reader->token;
    struct token verb;

    if (!read_port(reader, &line->port)) {
        return false;
    }
    verb = reader->token;
    if (take(reader, "next")) {
        line->answer = UP_SCRIPT_ADVANCE;
        return line->when != UP_SCRIPT_NO_PORT ||
               wrong(reader, &verb_of, "\"next\" needs a condition: when ... : ...");
    }
    line->advances_itself = is_here(reader, "reads");
    if (!take(reader, "reads") && !take(reader, "shows")) {
        return wrong(reader, &verb, "\"reads\", \"shows\" or \"next\" is expected");
    }
    if (take(reader, "written")) {
        line->answer = UP_SCRIPT_KEEP;
        line->from = line->port;
        return reader->token.length == 0 || read_port(reader, &line->from);
    }
    return take(reader, "count") ? read_count(reader, line) : read_list(reader, line);
}

static bool read_line(struct reader *reader)
{
    struct up_script *script = reader->script;
    struct up_script_line *line = &script->lines[script->line_count];

    if (reader->token.length == 0) {
        return true;
    }
    if (script->line_count == UP_SCRIPT_LINES_MAX) {
        return wrong(reader, &reader->token, "there are more than 512 lines");
    }
    *line = (struct up_script_line){.when = UP_SCRIPT_NO_PORT};
    if (take(reader, "when") && !read_condition(reader, line)) {
        return false;
    }
    if (!read_action(reader, line)) {
        return false;
    }
    script->line_count++;
    return reader->token.length == 0 || wrong(reader, &reader->token, "the line should end here");
}

/* No register may reach into the next one. */
static bool check_ports(struct reader *reader)
{
    const struct up_script *script = reader->script;
    uint32_t i, j;

    for (i = 0; i < script->port_count; i++) {
        const struct up_script_port *one = &script->ports[i];

        for (j = 0; j < script->port_count; j++) {
            const struct up_script_port *other = &script->ports[j];

            if (other->port > one->port && other->port < one->port + one->width) {
                up_error_detail_set(reader->problem, 0, NULL,
                                    "%s line %u: port %X is a part of port %X, which has values of "
                                    "%u bits",
                                    reader->name, (unsigned)other->line, other->port, one->port,
                                    8u * one->width);
                return false;
            }
        }
        if (one->port + one->width > 0x10000u) {
            up_error_detail_set(reader->problem, 0, NULL,
                                "%s line %u: port %X has values of %u bits, and runs past FFFF",
                                reader->name, (unsigned)one->line, one->port, 8u * one->width);
            return false;
        }
    }
    return true;
}

bool up_script_read(const char *text, size_t length, const char *name, struct up_script *script,
                    struct up_error_detail *problem)
{
    struct reader reader = {.name = name, .number = 1, .script = script, .problem = problem};
    const char *const end = text + length;

    script->port_count = script->line_count = script->value_count = 0;
    if (length > UP_SCRIPT_BYTES_MAX) {
        up_error_detail_set(problem, 0, NULL, "%s has more than 64 KB, and is no script", name);
        return false;
    }
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
    }
    for (reader.line = text; reader.line < end; reader.number++) {
        reader.end = memchr(reader.line, '\n', (size_t)(end - reader.line));
        if (reader.end == NULL) {
            reader.end = end;
        }
        reader.token = (struct token){reader.line, 0};
        advance(&reader);
        if (!read_line(&reader)) {
            return false;
        }
        reader.line = reader.end + (reader.end < end);
    }
    return check_ports(&reader);
}
