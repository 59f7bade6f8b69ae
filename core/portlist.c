/* SPDX-License-Identifier: MIT
 *
 * Reads and writes the list syntax. The text is read twice, first to check it and then to grant. A
 * copy of the set to roll back would be 8 KiB, and a kernel stack has 12 KiB. Letters are
 * recognised by their ASCII codes, independent of the locale.
 */
#include "portlist.h"

#include "known_ports.h"
#include "text.h"

struct reader {
    const char *text;
    size_t length;
    size_t at; /* the next byte to read */
};

struct item {
    const struct up_known_ports *name; /* NULL: the item is the ports of range */
    struct up_port_range range;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

/* The value of a hexadecimal digit, or -1. */
static int digit_value(char c)
{
    if (is_digit(c)) {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return -1;
}

static bool at_end(const struct reader *reader)
{
    return reader->at == reader->length;
}

static bool next_is(const struct reader *reader, char c)
{
    return !at_end(reader) && reader->text[reader->at] == c;
}

static void skip_blanks(struct reader *reader)
{
    while (!at_end(reader) && is_blank(reader->text[reader->at])) {
        reader->at++;
    }
}

static void skip_word(struct reader *reader)
{
    while (!at_end(reader) && is_word(reader->text[reader->at])) {
        reader->at++;
    }
}

/*
 * Stores the error. end is the first byte after the faulty part. Always returns false, as a result
 * for the caller.
 */
static bool fail(struct up_portlist_error *error, enum up_portlist_problem problem, size_t offset,
                 size_t end)
{
    error->problem = problem;
    error->offset = offset;
    error->length = end - offset;
    return false;
}

static bool fail_character(const struct reader *reader, struct up_portlist_error *error)
{
    size_t end = reader->at + 1u;

    /*
     * Characters such as an en dash or a no-break space are several bytes, which are reported
     * together.
     */
    if ((uint8_t)reader->text[reader->at] > '~') {
        while (end < reader->length && (uint8_t)reader->text[end] > '~') {
            end++;
        }
    }
    return fail(error, UP_LIST_BAD_CHARACTER, reader->at, end);
}

enum up_portlist_problem up_portlist_read_number(const char *word, size_t length, uint16_t *port)
{
    uint32_t value = 0;
    size_t first = 0;

    if (length >= 2u && word[0] == '0' && (word[1] == 'x' || word[1] == 'X')) {
        first = 2;
    } else if (word[length - 1u] == 'h' || word[length - 1u] == 'H') {
        length--;
    }
    if (first == length) {
        return UP_LIST_BAD_NUMBER;
    }
    for (size_t i = first; i < length; i++) {
        int digit = digit_value(word[i]);

        if (digit < 0) {
            return UP_LIST_BAD_NUMBER;
        }
        /* A value that is too large stays so and cannot overflow. */
        if (value < UP_PORT_COUNT) {
            value = value * 16u + (uint32_t)digit;
        }
    }
    if (value >= UP_PORT_COUNT) {
        return UP_LIST_TOO_LARGE;
    }
    *port = (uint16_t)value;
    return UP_LIST_OK;
}

/* Reads the word at the current place: a name, or a port number as a range of one port. */
static bool read_word(struct reader *reader, struct item *item, struct up_portlist_error *error)
{
    const char *word = &reader->text[reader->at];
    size_t offset = reader->at;
    enum up_portlist_problem problem;

    skip_word(reader);
    item->name = NULL;
    problem = up_portlist_read_number(word, reader->at - offset, &item->range.first);
    item->range.last = item->range.first;
    if (problem == UP_LIST_BAD_NUMBER && !is_digit(word[0])) {
        item->name = up_known_ports_find(word, reader->at - offset);
        problem = item->name != NULL ? UP_LIST_OK : UP_LIST_UNKNOWN_NAME;
    }
    return problem == UP_LIST_OK || fail(error, problem, offset, reader->at);
}

/*
 * Reads the item at the current place: a name, a port, or a range with any blanks around its dash.
 */
static bool read_item(struct reader *reader, struct item *item, struct up_portlist_error *error)
{
    struct item last;
    size_t offset = reader->at;
    size_t end;

    if (next_is(reader, ',')) {
        return fail(error, UP_LIST_MISSING_ITEM, offset, offset + 1u);
    }
    if (next_is(reader, '-')) {
        end = ++reader->at;
        skip_blanks(reader);
        if (!at_end(reader) && is_word(reader->text[reader->at])) {
            skip_word(reader);
            end = reader->at;
        }
        return fail(error, UP_LIST_MISSING_FIRST, offset, end);
    }
    if (!is_word(reader->text[reader->at])) {
        return fail_character(reader, error);
    }
    if (!read_word(reader, item, error)) {
        return false;
    }

    end = reader->at;
    skip_blanks(reader);
    if (!next_is(reader, '-')) {
        reader->at = end;
        return true;
    }
    end = ++reader->at;
    skip_blanks(reader);
    if (at_end(reader) || next_is(reader, ',') || next_is(reader, '-')) {
        return fail(error, item->name != NULL ? UP_LIST_NAME_IN_RANGE : UP_LIST_MISSING_LAST,
                    offset, end);
    }
    if (!is_word(reader->text[reader->at])) {
        return fail_character(reader, error);
    }
    if (!read_word(reader, &last, error)) {
        return false;
    }
    if (item->name != NULL || last.name != NULL) {
        return fail(error, UP_LIST_NAME_IN_RANGE, offset, reader->at);
    }
    if (last.range.first < item->range.first) {
        return fail(error, UP_LIST_TURNED_AROUND, offset, reader->at);
    }
    item->range.last = last.range.first;

    /* In 1-2-3 the second dash is reported as a wrong character, not as a missing first port. */
    end = reader->at;
    skip_blanks(reader);
    if (next_is(reader, '-')) {
        return fail_character(reader, error);
    }
    reader->at = end;
    return true;
}

static void grant_item(struct up_portset *set, const struct item *item)
{
    if (item->name != NULL) {
        up_known_ports_grant(item->name, set);
    } else {
        up_portset_grant(set, item->range.first, item->range.last);
    }
}

/* Reads the whole text. Grants what it lists if set is not NULL. */
static bool read_list(const char *text, size_t length, struct up_portset *set,
                      struct up_portlist_error *error)
{
    struct reader reader = {text, length, 0};

    skip_blanks(&reader);
    while (!at_end(&reader)) {
        struct item item;
        size_t comma;

        if (!read_item(&reader, &item, error)) {
            return false;
        }
        if (set != NULL) {
            grant_item(set, &item);
        }
        skip_blanks(&reader);
        if (next_is(&reader, ',')) {
            comma = reader.at++;
            skip_blanks(&reader);
            if (at_end(&reader)) {
                return fail(error, UP_LIST_MISSING_ITEM, comma, comma + 1u);
            }
        }
    }
    return true;
}

bool up_portlist_parse(const char *text, size_t length, struct up_portset *set,
                       struct up_portlist_error *error)
{
    struct up_portlist_error found = {UP_LIST_OK, 0, 0};
    bool good = read_list(text, length, NULL, &found);

    if (good) {
        (void)read_list(text, length, set, &found);
    }
    if (error != NULL) {
        *error = found;
    }
    return good;
}

const char *up_portlist_problem_text(enum up_portlist_problem problem)
{
    switch (problem) {
    case UP_LIST_OK:
        return "no problem";
    case UP_LIST_UNKNOWN_NAME:
        return "neither a hexadecimal port number nor a known name";
    case UP_LIST_BAD_NUMBER:
        return "not a hexadecimal number: write 378, 0x378 or 378h";
    case UP_LIST_TOO_LARGE:
        return "the highest port is FFFF";
    case UP_LIST_TURNED_AROUND:
        return "the last port of a range must not be below its first";
    case UP_LIST_NAME_IN_RANGE:
        return "a name stands alone: only two port numbers make a range";
    case UP_LIST_MISSING_LAST:
        return "a range needs a last port after its dash";
    case UP_LIST_MISSING_FIRST:
        return "a range needs a first port before its dash";
    case UP_LIST_MISSING_ITEM:
        return "a comma needs a port, a range or a name on both sides";
    case UP_LIST_BAD_CHARACTER:
        return "a list has only ports, ranges first-last and names, with commas or blanks between "
               "them";
    }
    return "unknown problem";
}

size_t up_portlist_format(const struct up_portset *set, char *out, size_t size)
{
    struct up_writer writer;
    struct up_port_range range;

    up_writer_init(&writer, out, size);
    for (uint32_t from = 0; up_portset_next(set, from, &range); from = range.last + 1u) {
        if (writer.length > 0) {
            up_writer_text(&writer, ", ");
        }
        up_writer_hex(&writer, range.first, 1);
        if (range.last > range.first) {
            up_writer_char(&writer, '-');
            up_writer_hex(&writer, range.last, 1);
        }
    }
    return writer.length;
}
