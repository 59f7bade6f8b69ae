/* SPDX-License-Identifier: MIT
 *
 * Reads the policy: from the text of its files to rules, or to the first mistake with its file,
 * line and column (rules.h).
 */
#include "rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/known_ports.h"
#include "core/portlist.h"
#include "accounts.h"

enum key { KEY_USERS, KEY_GROUPS, KEY_PROGRAM, KEY_PORTS, KEY_HAZARDOUS, KEY_IOPERM, KEY_COUNT };
static const char *const key_names[KEY_COUNT] = {"users", "groups",          "program",
                                                 "ports", "hazardous-ports", "ioperm"};

struct reader {
    struct up_rules *rules;
    const struct up_text *file, *passwd, *group;
    unsigned file_index, line;
    struct up_rule *rule;             /* NULL: before the first section */
    unsigned seen;                    /* bit n: the section has key n */
    int last_key;                     /* the key that an indented line continues; -1: none */
    unsigned ports_line;              /* the line of the key "ports" */
    struct up_portset plain, hazards; /* of this section */
};

/*
 * The value of a key on one line: a copy without the blanks and the comment around it, and its
 * column.
 */
struct value {
    char text[UP_RULES_LINE_MAX + 1];
    unsigned column; /* from 1; 0: the value is empty */
};

/* ---- mistakes -------------------------------------------------------------------------------- */

__attribute__((format(printf, 4, 5))) static bool mistake(struct reader *reader, unsigned line,
                                                          unsigned column, const char *format, ...)
{
    struct up_rules *rules = reader->rules;
    va_list arguments;
    int length;

    rules->file = reader->file_index;
    rules->line = line;
    rules->column = column;
    if (column != 0) {
        length = snprintf(rules->message, sizeof rules->message,
                          "%s, line %u, column %u: ", reader->file->name, line, column);
    } else if (line != 0) {
        length = snprintf(rules->message, sizeof rules->message,
                          "%s, line %u: ", reader->file->name, line);
    } else {
        length = snprintf(rules->message, sizeof rules->message, "%s: ", reader->file->name);
    }
    if (length < 0 || (size_t)length >= sizeof rules->message) {
        return false;
    }
    va_start(arguments, format);
    (void)vsnprintf(rules->message + length, sizeof rules->message - (size_t)length, format,
                    arguments);
    va_end(arguments);
    return false;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Reads a list of users or groups, such as "anna, 1001 bert". */
static bool read_who(struct reader *reader, const struct value *value, bool are_users)
{
    struct up_rule *rule = reader->rule;
    uint32_t *ids = are_users ? rule->users : rule->groups;
    uint32_t *count = are_users ? &rule->user_count : &rule->group_count;
    const struct up_text *accounts = are_users ? reader->passwd : reader->group;
    const char *at = value->text;

    for (;;) {
        size_t length;
        unsigned column;

        at += strspn(at, ", \t");
        length = strcspn(at, ", \t");
        if (length == 0) {
            return true;
        }
        column = value->column + (unsigned)(at - value->text);
        if (*count == UP_RULE_WHO_MAX) {
            return mistake(reader, reader->line, column,
                           "more than %u %s in one rule: make a group of them", UP_RULE_WHO_MAX,
                           key_names[are_users ? KEY_USERS : KEY_GROUPS]);
        }
        if (!up_account_number(at, length, &ids[*count]) &&
            !up_account_find(accounts, at, length, &ids[*count])) {
            return mistake(reader, reader->line, column,
                           "there is no %s \"%.*s\" in %s; those that come from elsewhere are "
                           "written as numbers",
                           are_users ? "user" : "group", length > 40 ? 40 : (int)length, at,
                           accounts->name);
        }
        (*count)++;
        at += length;
    }
}

/*
 * Does the path name one file, independent of the current folder? It may have no "//", "/./" or
 * "/../", and no '/' at its end.
 */
static bool is_plain_path(const char *path)
{
    const char *at = path;

    if (*at != '/') {
        return false;
    }
    while (*at == '/') {
        const size_t length = strcspn(++at, "/");

        if (length == 0 || (length == 1 && at[0] == '.') ||
            (length == 2 && at[0] == '.' && at[1] == '.')) {
            return false;
        }
        at += length;
    }
    return true;
}

static bool read_program(struct reader *reader, const struct value *value)
{
    struct up_rule *rule = reader->rule;

    if (strcmp(value->text, "any") == 0) {
        rule->any_program = true;
        return true;
    }
    if (!is_plain_path(value->text) || strlen(value->text) >= sizeof rule->program) {
        return mistake(
            reader, reader->line, value->column,
            "program is \"any\", or the full path of one program, such as /usr/bin/scope");
    }
    memcpy(rule->program, value->text, strlen(value->text) + 1);
    return true;
}

static bool read_ioperm(struct reader *reader, const struct value *value)
{
    reader->rule->with_ioperm = strcmp(value->text, "yes") == 0;
    return reader->rule->with_ioperm || strcmp(value->text, "no") == 0 ||
           mistake(reader, reader->line, value->column, "ioperm is \"yes\" or \"no\"");
}

/* Reads a list of ports. A comma may end it, since the list may continue on the next line. */
static bool read_ports(struct reader *reader, const struct value *value, struct up_portset *ports)
{
    struct up_portlist_error error;
    size_t length = strlen(value->text);

    if (length > 1 && value->text[length - 1] == ',') {
        length--;
    }
    if (up_portlist_parse(value->text, length, ports, &error)) {
        return true;
    }
    /*
     * The column counts from the start of the line, not of the value. So the message is made here
     * and not by up_portlist_error_text, which adds a column of its own.
     */
    return mistake(reader, reader->line, value->column + (unsigned)error.offset, "\"%.*s\": %s",
                   error.length > 40 ? 40 : (int)error.length, value->text + error.offset,
                   up_portlist_problem_text(error.problem));
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool end_rule(struct reader *reader)
{
    struct up_rule *rule = reader->rule;
    const struct up_known_ports *hazard;
    size_t cursor = 0;
    uint16_t port;

    if (rule == NULL) {
        return true;
    }
    if ((reader->seen & (1u << KEY_USERS | 1u << KEY_GROUPS)) == 0 ||
        rule->user_count + rule->group_count == 0) {
        return mistake(reader, rule->line, 0,
                       "the rule [%s] is for nobody: it needs users or groups", rule->name);
    }
    if ((reader->seen & 1u << KEY_PROGRAM) == 0) {
        return mistake(reader, rule->line, 0,
                       "the rule [%s] needs \"program = any\", or the path of a program",
                       rule->name);
    }
    if (up_portset_count(&reader->plain) + up_portset_count(&reader->hazards) == 0) {
        return mistake(reader, rule->line, 0,
                       "the rule [%s] gives no port: it needs ports, or hazardous-ports",
                       rule->name);
    }
    hazard = up_known_ports_next_hazard(&reader->plain, &cursor, &port);
    if (hazard != NULL) {
        return mistake(reader, reader->ports_line, 1,
                       "the rule [%s] gives port %X (%s), which %s: such ports stand under "
                       "\"hazardous-ports\" alone",
                       rule->name, port, hazard->what, hazard->hazard);
    }
    rule->ports = reader->plain;
    up_portset_add(&rule->ports, &reader->hazards);
    reader->rules->count++;
    reader->rule = NULL;
    return true;
}

static bool begin_rule(struct reader *reader, const char *name, size_t name_length)
{
    struct up_rules *rules = reader->rules;
    struct up_rule *rule;

    if (!end_rule(reader)) {
        return false;
    }
    if (rules->count == UP_RULES_MAX) {
        return mistake(reader, reader->line, 0, "there are more than %u rules", UP_RULES_MAX);
    }
    rule = reader->rule = &rules->rules[rules->count];
    memset(rule, 0, sizeof *rule);
    up_portset_deny_all(&rule->ports);
    memcpy(rule->name, name, name_length);
    rule->file = reader->file_index;
    rule->line = reader->line;
    reader->seen = 0;
    reader->last_key = -1;
    up_portset_deny_all(&reader->plain);
    up_portset_deny_all(&reader->hazards);
    return true;
}

/* Finds a key by its name. Result: -1 if there is none. */
static int find_key(const char *name, size_t length)
{
    int key;

    for (key = 0; key < KEY_COUNT; key++) {
        if (strlen(key_names[key]) == length && memcmp(name, key_names[key], length) == 0) {
            return key;
        }
    }
    return -1;
}

static bool read_value(struct reader *reader, int key, const struct value *value)
{
    switch (key) {
    case KEY_USERS:
    case KEY_GROUPS:
        return read_who(reader, value, key == KEY_USERS);
    case KEY_PROGRAM:
        return read_program(reader, value);
    case KEY_IOPERM:
        return read_ioperm(reader, value);
    case KEY_PORTS:
        return read_ports(reader, value, &reader->plain);
    default:
        return read_ports(reader, value, &reader->hazards);
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* '\r' counts as a blank, for lines with the line ends of Windows. */
static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Reads "[name]", which begins in the first column. */
static bool read_section(struct reader *reader, const char *line, const char *end)
{
    const char *close = memchr(line, ']', (size_t)(end - line)), *at;
    size_t length;

    if (close == NULL) {
        return mistake(reader, reader->line, 0, "the name of a rule ends with ]");
    }
    length = (size_t)(close - line) - 1;
    if (length == 0 || length >= UP_RULE_NAME_MAX) {
        return mistake(reader, reader->line, 0, "the name of a rule has 1 to %u letters",
                       UP_RULE_NAME_MAX - 1);
    }
    for (at = line + 1; at < close; at++) {
        if (*at <= ' ' || *at > '~' || *at == '[' || *at == ';') {
            return mistake(
                reader, reader->line, (unsigned)(at - line) + 1,
                "the name of a rule has letters, digits and signs of ASCII, and no blanks");
        }
    }
    for (at = close + 1; at < end && *at != ';' && *at != '#'; at++) {
        if (!is_blank(*at)) {
            return mistake(reader, reader->line, (unsigned)(at - line) + 1,
                           "something stands behind the name of the rule");
        }
    }
    return begin_rule(reader, line + 1, length);
}

/*
 * Cuts a value out of its line. A ';' begins a comment if it is the first character of the value,
 * or if a blank precedes it.
 */
static void cut_value(const char *line, const char *start, const char *end, struct value *value)
{
    const char *at;

    while (start < end && is_blank(*start)) {
        start++;
    }
    for (at = start; at < end; at++) {
        if (*at == ';' && (at == start || is_blank(at[-1]))) {
            end = at;
        }
    }
    while (start < end && is_blank(end[-1])) {
        end--;
    }
    memcpy(value->text, start, (size_t)(end - start));
    value->text[end - start] = '\0';
    value->column = start < end ? (unsigned)(start - line) + 1 : 0;
}

/*
 * Reads "key = value" or "key: value". *start: where the value may begin. Result: the key, or -1
 * after a mistake.
 */
static int read_key(struct reader *reader, const char *line, const char *name, const char *end,
                    const char **start)
{
    const char *sign = name, *name_end;
    int key;

    while (sign < end && *sign != '=' && *sign != ':' && !(*sign == ';' && is_blank(sign[-1]))) {
        sign++;
    }
    if (sign == end || *sign == ';') {
        mistake(reader, reader->line, 0, "this is no \"key = value\", no [rule] and no comment");
        return -1;
    }
    for (name_end = sign; name_end > name && is_blank(name_end[-1]);) {
        name_end--;
    }
    *start = sign + 1;
    key = find_key(name, (size_t)(name_end - name));
    if (reader->rule == NULL) {
        mistake(reader, reader->line, 0,
                "\"%.*s\" stands before the first rule: a rule begins with [name]",
                name_end - name > 40 ? 40 : (int)(name_end - name), name);
        return -1;
    }
    if (key < 0) {
        mistake(reader, reader->line, (unsigned)(name - line) + 1,
                "there is no key \"%.*s\": the keys are users, groups, program, ports, "
                "hazardous-ports, ioperm",
                name_end - name > 40 ? 40 : (int)(name_end - name), name);
    }
    return key;
}

/*
 * Reads one line without its line end: a section, a comment, a key with a value, or the
 * continuation of the value above.
 */
static bool read_line(struct reader *reader, const char *line, const char *end)
{
    const char *start = line;
    struct value value;
    int key = reader->last_key;

    while (start < end && is_blank(*start)) {
        start++;
    }
    if (start == end || *start == '#' || *start == ';') {
        return true;
    }
    if (*start == '[') {
        return start == line ? read_section(reader, line, end)
                             : mistake(reader, reader->line, 0,
                                       "the name of a rule begins in the first column");
    }
    if (start == line || key < 0) {
        key = read_key(reader, line, start, end, &start);
        if (key < 0) {
            return false;
        }
        if (is_blank(line[0])) {
            return mistake(reader, reader->line, 0,
                           "the line begins with a blank, and nothing above it can go on");
        }
        if ((reader->seen & 1u << key) != 0) {
            return mistake(reader, reader->line, 0, "\"%s\" is in this rule already",
                           key_names[key]);
        }
        reader->ports_line = key == KEY_PORTS ? reader->line : reader->ports_line;
        reader->seen |= 1u << key;
        reader->last_key = key;
    } else if (key == KEY_PROGRAM || key == KEY_IOPERM) {
        return mistake(reader, reader->line, 0,
                       "the line begins with a blank, and nothing above it can go on");
    }
    cut_value(line, start, end, &value);
    return read_value(reader, key, &value);
}

/* The length of a UTF-8 byte order mark, which some editors write at the start of a file. */
static size_t mark_length(const struct up_text *file)
{
    return file->length >= 3 && memcmp(file->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

/*
 * Reads one file. A last line without a line end is a mistake: the file may be incomplete and end
 * in the middle of a number, which would then be another port.
 */
static bool read_file(struct reader *reader)
{
    const char *line = reader->file->text + mark_length(reader->file);
    const char *const end = reader->file->text + reader->file->length;
    const char *line_end;

    reader->line = 0;
    reader->rule = NULL;
    reader->last_key = -1;
    for (; line < end; line = line_end + 1) {
        reader->line++;
        line_end = memchr(line, '\n', (size_t)(end - line));
        if (line_end == NULL) {
            return mistake(reader, reader->line, 0,
                           "its last line has no end, so that it may be cut: if the file is whole, "
                           "end it with a new line");
        }
        if (memchr(line, '\0', (size_t)(line_end - line)) != NULL) {
            return mistake(reader, reader->line, 0, "there is a NUL in it: this is no text");
        }
        if (line_end - line > (ptrdiff_t)UP_RULES_LINE_MAX) {
            return mistake(
                reader, reader->line, 0,
                "the line is longer than %u bytes: go on in another that begins with a blank",
                UP_RULES_LINE_MAX);
        }
        if (!read_line(reader, line, line_end)) {
            return false;
        }
    }
    return end_rule(reader);
}

bool up_rules_read(struct up_rules *rules, const struct up_text *files, unsigned count,
                   const struct up_text *passwd, const struct up_text *group)
{
    static struct reader reader; /* static because it holds two port sets, which are large */
    unsigned i;

    memset(&reader, 0, sizeof reader);
    reader.rules = rules;
    reader.passwd = passwd;
    reader.group = group;
    rules->count = 0;
    rules->message[0] = '\0';
    rules->file = rules->line = rules->column = 0;
    for (i = 0; i < count; i++) {
        reader.file = &files[i];
        reader.file_index = i;
        if (!read_file(&reader)) {
            rules->count = 0;
            return false;
        }
    }
    return true;
}
