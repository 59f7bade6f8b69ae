/* SPDX-License-Identifier: MIT
 *
 * Writes a decision as text or JSON (explain.h). It runs in the process that may only read and
 * write, so it does not use stdio: stdio calls fstat before its first output.
 */
#include "explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/portlist.h"

static const char *const verdict_names[UP_VERDICT_COUNT] = UP_VERDICT_NAMES;

struct writer {
    int out;
    bool as_json, has_failed;
    bool is_behind_another; /* JSON: a comma has to precede the next value */
    const char *indent;     /* text: stands before each key */
    char bytes[4096];
    size_t length;
};

static void flush(struct writer *writer)
{
    size_t at = 0;

    while (at < writer->length && !writer->has_failed) {
        const ssize_t written = write(writer->out, writer->bytes + at, writer->length - at);

        writer->has_failed = written <= 0;
        at += written > 0 ? (size_t)written : 0;
    }
    writer->length = 0;
}

static void put(struct writer *writer, const char *text)
{
    for (; *text != '\0'; text++) {
        if (writer->length == sizeof writer->bytes) {
            flush(writer);
        }
        writer->bytes[writer->length++] = *text;
    }
}

/*
 * Replaces control characters, so that a value cannot begin a new line. JSON has to be UTF-8, but
 * file names need not be; so bytes beyond ASCII are replaced there as well.
 */
static void put_escaped(struct writer *writer, const char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        const char one[] = {
            byte < ' ' || byte == 0x7F || (writer->as_json && byte > 0x7F) ? '?' : *text, '\0'};

        put(writer, writer->as_json && (byte == '"' || byte == '\\') ? "\\" : "");
        put(writer, one);
    }
}

/*
 * Writes what precedes a value: the comma or the indent, and the key. key is NULL for an element of
 * an array.
 */
static void begin(struct writer *writer, const char *key)
{
    if (writer->as_json) {
        put(writer, writer->is_behind_another ? ", " : "");
        writer->is_behind_another = true;
    } else {
        put(writer, writer->indent);
    }
    if (key != NULL) {
        put(writer, writer->as_json ? "\"" : "");
        put(writer, key);
        put(writer, writer->as_json ? "\": " : ": ");
    }
}

static void open_level(struct writer *writer, const char *key, const char *bracket)
{
    if (writer->as_json) {
        begin(writer, key);
        put(writer, bracket);
        writer->is_behind_another = false;
    }
}

static void close_level(struct writer *writer, const char *bracket)
{
    if (writer->as_json) {
        put(writer, bracket);
        writer->is_behind_another = true;
    }
}

/* Writes a string; NULL and "" count as absent. */
static void put_text(struct writer *writer, const char *key, const char *text)
{
    const char *quote = writer->as_json ? "\"" : "";

    if (text != NULL && text[0] != '\0') {
        begin(writer, key);
        put(writer, quote);
        put_escaped(writer, text);
        put(writer, quote);
        put(writer, writer->as_json ? "" : "\n");
    } else if (writer->as_json) {
        begin(writer, key);
        put(writer, "null");
    }
}

/* Writes a value without quotes: a number, true or false. */
__attribute__((format(printf, 3, 4))) static void put_value(struct writer *writer, const char *key,
                                                            const char *format, ...)
{
    char text[16];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    begin(writer, key);
    put(writer, text);
    put(writer, writer->as_json ? "" : "\n");
}

static void put_bool(struct writer *writer, const char *key, bool value)
{
    put_value(writer, key, "%s", value ? "true" : "false");
}

static void put_ports(struct writer *writer, const char *key, const struct up_portset *ports)
{
    static char list[UP_PORTLIST_TEXT_MAX];

    up_portlist_format(ports, list, sizeof list);
    put_text(writer, key, list);
}

static void put_ids(struct writer *writer, const char *array, const char *key, const uint32_t *ids,
                    uint32_t count)
{
    uint32_t i;

    open_level(writer, array, "[");
    for (i = 0; i < count; i++) {
        put_value(writer, writer->as_json ? NULL : key, "%lu", (unsigned long)ids[i]);
    }
    close_level(writer, "]");
}

/*
 * Writes one rule. Users and groups are written as numbers, since these are what the decision
 * compares, and since a name might mean another account on another machine.
 */
static void put_rule(struct writer *writer, const struct up_rule *rule, const char *file,
                     bool is_for_user)
{
    open_level(writer, NULL, "{");
    put_text(writer, writer->as_json ? "name" : "rule", rule->name);
    writer->indent = "  ";
    put_text(writer, "file", file);
    put_value(writer, "line", "%u", rule->line);
    put_bool(writer, "for_user", is_for_user);
    put_ids(writer, "users", "user", rule->users, rule->user_count);
    put_ids(writer, "groups", "group", rule->groups, rule->group_count);
    put_text(writer, "program", rule->any_program ? NULL : rule->program);
    put_ports(writer, "ports", &rule->ports);
    put_bool(writer, "ioperm", rule->with_ioperm);
    writer->indent = "";
    close_level(writer, "}");
}

static void put_policy(struct writer *writer, const struct up_request *request,
                       const struct up_policy_files *files, const struct up_rules *rules)
{
    const struct up_subject subject = {request->user, request->groups, request->group_count,
                                       request->program, true};
    uint32_t i;

    open_level(writer, "policy", "[");
    for (i = 0; i < files->count; i++) {
        put_text(writer, writer->as_json ? NULL : "policy", files->names[i]);
    }
    close_level(writer, "]");
    open_level(writer, "rules", "[");
    for (i = 0; i < rules->count; i++) {
        put_rule(writer, &rules->rules[i], files->names[rules->rules[i].file],
                 up_rule_is_for_user(&rules->rules[i], &subject));
    }
    close_level(writer, "]");
    if (rules->line != 0) {
        put_text(writer, "mistake_file", files->names[rules->file]);
        put_value(writer, "mistake_line", "%u", rules->line);
        put_value(writer, "mistake_column", "%u", rules->column);
    }
}

bool up_explain(const struct up_request *request, const struct up_policy_files *files,
                const struct up_rules *rules, const struct up_decision *decision, bool as_json,
                int out)
{
    static struct writer writer;

    writer = (struct writer){.out = out, .as_json = as_json, .indent = ""};
    put(&writer, as_json ? "{" : "");
    put_value(&writer, "user", "%lu", (unsigned long)request->user);
    put_text(&writer, "user_name", decision->user_name);
    put_text(&writer, "program", request->program);
    put_text(&writer, "program_problem", request->program_problem);
    put_policy(&writer, request, files, rules);
    put_ports(&writer, "ports", &decision->ports);
    put_bool(&writer, "clean_environment", decision->verdict == UP_GRANTED && decision->by_program);
    put_bool(&writer, "ioperm", decision->verdict == UP_GRANTED && decision->with_ioperm);
    put_text(&writer, "reason", decision->reason);
    put_text(&writer, "advice", decision->advice);
    put_text(&writer, "verdict", verdict_names[decision->verdict]);
    put(&writer, as_json ? "}\n" : "");
    flush(&writer);
    return !writer.has_failed;
}
