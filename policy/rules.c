/* SPDX-License-Identifier: MIT
 *
 * From the text of policy files to rules. inih takes the lines apart (sections, keys, comments, lines that go on); what
 * is here sees that none is too long for it, and counts lines and columns for messages.
 */
#include "rules.h"

#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/known_ports.h"
#include "core/portlist.h"
#include "accounts.h"

enum key { KEY_USERS, KEY_GROUPS, KEY_PROGRAM, KEY_PORTS, KEY_HAZARDOUS, KEY_IOPERM, KEY_COUNT };
static const char *const key_names[KEY_COUNT] = {"users", "groups", "program", "ports", "hazardous-ports", "ioperm"};

struct reader {
    struct up_rules *rules;
    const struct up_text *file, *passwd, *group;
    unsigned file_index, line;
    size_t at;             /* of file->text */
    const char *line_text; /* the line that inih has now */
    size_t line_length;
    struct up_rule *rule; /* NULL: no section yet */
    char section[UP_RULE_NAME_MAX];
    unsigned seen;                    /* bit n: key n was in this section */
    int last_key;                     /* of the line before, -1: none */
    unsigned ports_line;              /* of its key "ports" */
    struct up_portset plain, hazards; /* of this section */
};

/* ---- mistakes ------------------------------------------------------------------------------------------------------------ */

__attribute__((format(printf, 4, 5))) static bool mistake(struct reader *reader, unsigned line, unsigned column,
                                                          const char *format, ...)
{
    struct up_rules *rules = reader->rules;
    va_list arguments;
    int length;

    if (rules->message[0] != '\0') {
        return false; /* the first one is told */
    }
    rules->file = reader->file_index;
    rules->line = line;
    rules->column = column;
    if (column != 0) {
        length = snprintf(rules->message, sizeof rules->message, "%s, line %u, column %u: ", reader->file->name, line,
                          column);
    } else if (line != 0) {
        length = snprintf(rules->message, sizeof rules->message, "%s, line %u: ", reader->file->name, line);
    } else {
        length = snprintf(rules->message, sizeof rules->message, "%s: ", reader->file->name);
    }
    if (length < 0 || (size_t)length >= sizeof rules->message) {
        return false;
    }
    va_start(arguments, format);
    (void)vsnprintf(rules->message + length, sizeof rules->message - (size_t)length, format, arguments);
    va_end(arguments);
    return false;
}

/* The column of a value: where it stands in the line. inih has cut blanks and comments off a copy of it. */
static unsigned column_of(const struct reader *reader, const char *value)
{
    const size_t length = strlen(value);
    size_t i;

    for (i = 0; length > 0 && i + length <= reader->line_length; i++) {
        /* behind the '=', so that "lp = lp" is found where it counts */
        if ((i == 0 || reader->line_text[i - 1] == '=' || reader->line_text[i - 1] == ':' ||
             reader->line_text[i - 1] == ' ' || reader->line_text[i - 1] == '\t') &&
            memcmp(reader->line_text + i, value, length) == 0 &&
            (memchr(reader->line_text, '=', i) != NULL || memchr(reader->line_text, ':', i) != NULL ||
             reader->line_text[0] == ' ' || reader->line_text[0] == '\t')) {
            return (unsigned)i + 1;
        }
    }
    return 0;
}

/* ---- values -------------------------------------------------------------------------------------------------------------- */

/* "anna, 1001 bert" */
static bool read_who(struct reader *reader, const char *value, bool are_users)
{
    struct up_rule *rule = reader->rule;
    uint32_t *ids = are_users ? rule->users : rule->groups;
    uint32_t *count = are_users ? &rule->user_count : &rule->group_count;
    const unsigned column = column_of(reader, value);
    const char *at = value;

    for (;;) {
        size_t length;
        unsigned here;

        at += strspn(at, ", \t");
        length = strcspn(at, ", \t");
        if (length == 0) {
            return true;
        }
        here = column != 0 ? column + (unsigned)(at - value) : 0;
        if (*count == UP_RULE_WHO_MAX) {
            return mistake(reader, reader->line, here, "more than %u %s in one rule: make a group of them",
                           UP_RULE_WHO_MAX, key_names[are_users ? KEY_USERS : KEY_GROUPS]);
        }
        if (!up_account_number(at, length, &ids[*count]) &&
            !up_account_find(are_users ? reader->passwd : reader->group, at, length, &ids[*count])) {
            return mistake(reader, reader->line, here,
                           "there is no %s \"%.*s\" in %s; those that come from elsewhere are written as numbers",
                           are_users ? "user" : "group", length > 40 ? 40 : (int)length, at,
                           (are_users ? reader->passwd : reader->group)->name);
        }
        (*count)++;
        at += length;
    }
}

/* A path that names one file, whatever the folder: no "//", "/./", "/../", no '/' at the end. */
static bool is_plain_path(const char *path)
{
    const char *at = path;

    if (*at != '/') {
        return false;
    }
    while (*at == '/') {
        const size_t length = strcspn(++at, "/");

        if (length == 0 || (length == 1 && at[0] == '.') || (length == 2 && at[0] == '.' && at[1] == '.')) {
            return false;
        }
        at += length;
    }
    return true;
}

static bool read_program(struct reader *reader, const char *value)
{
    struct up_rule *rule = reader->rule;

    if (strcmp(value, "any") == 0) {
        rule->any_program = true;
        return true;
    }
    if (!is_plain_path(value) || strlen(value) >= sizeof rule->program) {
        return mistake(reader, reader->line, column_of(reader, value),
                       "program is \"any\", or the full path of one program, such as /usr/bin/scope");
    }
    memcpy(rule->program, value, strlen(value) + 1);
    return true;
}

static bool read_ioperm(struct reader *reader, const char *value)
{
    reader->rule->with_ioperm = strcmp(value, "yes") == 0;
    return reader->rule->with_ioperm || strcmp(value, "no") == 0 ||
           mistake(reader, reader->line, column_of(reader, value), "ioperm is \"yes\" or \"no\"");
}

/* A comma at the end is what a list has that goes on in the next line. */
static bool read_ports(struct reader *reader, const char *value, struct up_portset *ports)
{
    struct up_portlist_error error;
    size_t length = strlen(value);
    char text[400];
    unsigned column;

    if (length > 1 && value[length - 1] == ',') {
        length--;
    }
    if (up_portlist_parse(value, length, ports, &error)) {
        return true;
    }
    column = column_of(reader, value);
    /* The place is in the line, not in the value: so without up_portlist_error_text's own column. */
    (void)snprintf(text, sizeof text, "\"%.*s\": %s", error.length > 40 ? 40 : (int)error.length, value + error.offset,
                   up_portlist_problem_text(error.problem));
    return mistake(reader, reader->line, column != 0 ? column + (unsigned)error.offset : 0, "%s", text);
}

/* ---- rules --------------------------------------------------------------------------------------------------------------- */

static bool end_rule(struct reader *reader)
{
    struct up_rule *rule = reader->rule;
    const struct up_known_ports *hazard;
    size_t cursor = 0;
    uint16_t port;

    if (rule == NULL) {
        return true;
    }
    if ((reader->seen & (1u << KEY_USERS | 1u << KEY_GROUPS)) == 0 || rule->user_count + rule->group_count == 0) {
        return mistake(reader, rule->line, 0, "the rule [%s] is for nobody: it needs users or groups", rule->name);
    }
    if ((reader->seen & 1u << KEY_PROGRAM) == 0) {
        return mistake(reader, rule->line, 0, "the rule [%s] needs \"program = any\", or the path of a program",
                       rule->name);
    }
    if (up_portset_count(&reader->plain) + up_portset_count(&reader->hazards) == 0) {
        return mistake(reader, rule->line, 0, "the rule [%s] gives no port: it needs ports, or hazardous-ports",
                       rule->name);
    }
    hazard = up_known_ports_next_hazard(&reader->plain, &cursor, &port);
    if (hazard != NULL) {
        return mistake(reader, reader->ports_line, 1,
                       "the rule [%s] gives port %X (%s), which %s: such ports stand under \"hazardous-ports\" alone",
                       rule->name, port, hazard->what, hazard->hazard);
    }
    rule->ports = reader->plain;
    up_portset_add(&rule->ports, &reader->hazards);
    reader->rules->count++;
    reader->rule = NULL;
    return true;
}

static bool begin_rule(struct reader *reader, const char *name)
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
    (void)snprintf(rule->name, sizeof rule->name, "%s", name);
    rule->file = reader->file_index;
    rule->line = reader->line;
    reader->seen = 0;
    reader->last_key = -1;
    up_portset_deny_all(&reader->plain);
    up_portset_deny_all(&reader->hazards);
    return true;
}

static int find_key(const char *name)
{
    int key;

    for (key = 0; key < KEY_COUNT; key++) {
        if (strcmp(name, key_names[key]) == 0) {
            return key;
        }
    }
    return -1;
}

static bool read_value(struct reader *reader, int key, const char *value)
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

static bool take(struct reader *reader, const char *name, const char *value)
{
    const int key = find_key(name);
    const bool goes_on = reader->line_length > 0 && (reader->line_text[0] == ' ' || reader->line_text[0] == '\t');

    if (reader->rule == NULL) {
        return mistake(reader, reader->line, 0, "\"%.40s\" stands before the first rule: a rule begins with [name]",
                       name);
    }
    if (key < 0) {
        return mistake(reader, reader->line, (unsigned)strspn(reader->line_text, " \t") + 1,
                       "there is no key \"%.40s\": the keys are users, groups, program, ports, hazardous-ports, ioperm",
                       name);
    }
    if (goes_on && (key != reader->last_key || key == KEY_PROGRAM || key == KEY_IOPERM)) {
        return mistake(reader, reader->line, 0, "the line begins with a blank, and nothing above it can go on");
    }
    if (!goes_on && (reader->seen & 1u << key) != 0) {
        return mistake(reader, reader->line, 0, "\"%s\" is in this rule already", name);
    }
    if (key == KEY_PORTS && !goes_on) {
        reader->ports_line = reader->line;
    }
    reader->seen |= 1u << key;
    reader->last_key = key;
    return read_value(reader, key, value);
}

/* ---- inih ---------------------------------------------------------------------------------------------------------------- */

/*
 * inih calls its handler for keys, not for sections. A section without keys is a mistake, and one that has the name of
 * the one before it is another rule: so sections are seen here, as inih sees them: a '[' first, after blanks, to the ']'.
 */
static bool see_section(struct reader *reader)
{
    const char *text = reader->line_text;
    size_t length = reader->line_length, name_length;
    const char *end;
    char name[UP_RULE_NAME_MAX];
    size_t i;

    while (length > 0 && (text[0] == ' ' || text[0] == '\t')) {
        text++;
        length--;
    }
    if (length == 0 || text[0] != '[') {
        return true;
    }
    if (text != reader->line_text) {
        return mistake(reader, reader->line, 0, "the name of a rule begins in the first column");
    }
    end = memchr(text, ']', length);
    if (end == NULL) {
        return mistake(reader, reader->line, 0, "the name of a rule ends with ]");
    }
    name_length = (size_t)(end - text - 1);
    if (name_length == 0 || name_length >= sizeof name) {
        return mistake(reader, reader->line, 0, "the name of a rule has 1 to %u letters", UP_RULE_NAME_MAX - 1);
    }
    for (i = 1; i <= name_length; i++) {
        if (text[i] <= ' ' || text[i] > '~' || text[i] == '[' || text[i] == ';') {
            return mistake(reader, reader->line, (unsigned)i + 1,
                           "the name of a rule has letters, digits and signs of ASCII, and no blanks");
        }
    }
    memcpy(name, text + 1, name_length);
    name[name_length] = '\0';
    for (i = (size_t)(end - reader->line_text) + 1; i < reader->line_length; i++) {
        if (reader->line_text[i] == ';' || reader->line_text[i] == '#') {
            break;
        }
        if (reader->line_text[i] != ' ' && reader->line_text[i] != '\t') {
            return mistake(reader, reader->line, (unsigned)i + 1, "something stands behind the name of the rule");
        }
    }
    return begin_rule(reader, name);
}

/*
 * fgets over the text. A line that does not fit, or that has a NUL, ends the reading: inih would take its rest for a line. So
 * does a last one without an end: of a file that is being written, the end may be the middle of a number, which would be
 * another port.
 */
static char *next_line(char *buffer, int size, void *context)
{
    struct reader *reader = context;
    const char *text = reader->file->text + reader->at;
    const size_t left = reader->file->length - reader->at;
    const char *end = left > 0 ? memchr(text, '\n', left) : NULL;
    size_t length = end != NULL ? (size_t)(end - text) : 0;

    if (left == 0 || reader->rules->message[0] != '\0') {
        return NULL;
    }
    reader->line++;
    if (end == NULL) {
        mistake(reader, reader->line, 0,
                "its last line has no end, so that it may be cut: if the file is whole, end it with a new line");
        return NULL;
    }
    reader->at += length + 1;
    if (memchr(text, '\0', length) != NULL) {
        mistake(reader, reader->line, 0, "there is a NUL in it: this is no text");
        return NULL;
    }
    if (length > UP_RULES_LINE_MAX || length + 2 > (size_t)size) {
        mistake(reader, reader->line, 0, "the line is longer than %u bytes: go on in another that begins with a blank",
                UP_RULES_LINE_MAX);
        return NULL;
    }
    if (length > 0 && text[length - 1] == '\r') {
        length--;
    }
    memcpy(buffer, text, length);
    buffer[length] = '\n';
    buffer[length + 1] = '\0';
    reader->line_text = text;
    reader->line_length = length;
    return see_section(reader) ? buffer : NULL;
}

/* A comment behind a line that goes on is not cut off by every release of inih. */
static int handle(void *context, const char *section, const char *name, const char *value)
{
    char text[UP_RULES_LINE_MAX + 4];
    struct reader *reader = context;
    size_t i;

    (void)section;
    (void)snprintf(text, sizeof text, "%s", value);
    for (i = 0; text[i] != '\0'; i++) {
        if (text[i] == ';' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t')) {
            while (i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t')) {
                i--;
            }
            text[i] = '\0';
            break;
        }
    }
    return take(reader, name, text);
}

/* The mark that some editors put before UTF-8 is no part of the text. */
static size_t mark_length(const struct up_text *file)
{
    return file->length >= 3 && memcmp(file->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

static bool read_file(struct reader *reader)
{
    int line;

    reader->line = 0;
    reader->at = mark_length(reader->file);
    reader->rule = NULL;
    line = ini_parse_stream(next_line, reader, handle, reader);
    if (reader->rules->message[0] == '\0' && line != 0) {
        mistake(reader, line > 0 ? (unsigned)line : 0, 0, "this is no \"key = value\", no [rule] and no comment");
    }
    return reader->rules->message[0] == '\0' && end_rule(reader);
}

bool up_rules_read(struct up_rules *rules, const struct up_text *files, unsigned count, const struct up_text *passwd,
                   const struct up_text *group)
{
    static struct reader reader; /* two port sets: large */
    unsigned i;

    ini_max_line = (int)UP_RULES_LINE_MAX + 3;
    ini_use_stack = true;
    ini_allow_bom = false;
    ini_stop_on_first_error = true;
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
