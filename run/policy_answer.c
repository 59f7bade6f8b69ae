/* SPDX-License-Identifier: MIT
 *
 * Parses the output of userport-run --explain (policy_answer.h): lines of "key: value". Those of a
 * rule begin with two blanks.
 */
#include "policy_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/portlist.h"

static const char *const verdict_names[UP_VERDICT_COUNT] = UP_VERDICT_NAMES;

/* A key, and where its value is stored. */
struct field {
    const char *key;
    enum { FIELD_TEXT, FIELD_NUMBER, FIELD_TRUTH, FIELD_PORTS } kind;
    void *where;
    size_t size; /* of a text, in bytes */
};

static bool read_number(uint32_t *number, const char *value)
{
    char *end;
    const unsigned long long long_number = strtoull(value, &end, 10);

    *number = (uint32_t)long_number;
    return *value >= '0' && *value <= '9' && *end == '\0' && long_number <= UINT32_MAX;
}

static bool read_field(const struct field *field, const char *value)
{
    switch (field->kind) {
    case FIELD_TEXT:
        return (size_t)snprintf(field->where, field->size, "%s", value) < field->size;
    case FIELD_NUMBER:
        return read_number(field->where, value);
    case FIELD_TRUTH:
        *(bool *)field->where = strcmp(value, "true") == 0;
        return *(bool *)field->where || strcmp(value, "false") == 0;
    default:
        return up_portlist_parse(value, strlen(value), field->where, NULL);
    }
}

/* Stores the value of a known key and ignores unknown keys. */
static bool read_fields(const struct field *fields, size_t count, const char *key,
                        const char *value)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (strcmp(fields[i].key, key) == 0) {
            return read_field(&fields[i], value);
        }
    }
    return true;
}

/* Finds the number of a file that an earlier line has named. */
static bool find_file(const struct up_policy_answer *answer, unsigned *file, const char *value)
{
    for (*file = 0; *file < answer->file_count; (*file)++) {
        if (strcmp(answer->files[*file], value) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_of_rule(struct up_policy_answer *answer, const char *key, const char *value)
{
    const uint32_t index = answer->rules.count - 1;
    struct up_rule *rule = &answer->rules.rules[index];
    const struct field fields[] = {{"line", FIELD_NUMBER, &rule->line, 0},
                                   {"for_user", FIELD_TRUTH, &answer->is_for_user[index], 0},
                                   {"program", FIELD_TEXT, rule->program, sizeof rule->program},
                                   {"ports", FIELD_PORTS, &rule->ports, 0},
                                   {"ioperm", FIELD_TRUTH, &rule->with_ioperm, 0}};

    if (strcmp(key, "user") == 0) {
        return rule->user_count < UP_RULE_WHO_MAX &&
               read_number(&rule->users[rule->user_count++], value);
    }
    if (strcmp(key, "group") == 0) {
        return rule->group_count < UP_RULE_WHO_MAX &&
               read_number(&rule->groups[rule->group_count++], value);
    }
    rule->any_program = rule->any_program && strcmp(key, "program") != 0;
    return strcmp(key, "file") == 0
               ? find_file(answer, &rule->file, value)
               : read_fields(fields, sizeof fields / sizeof fields[0], key, value);
}

static bool begin_rule(struct up_policy_answer *answer, const char *name)
{
    struct up_rule *rule = &answer->rules.rules[answer->rules.count];

    if (answer->rules.count == UP_RULES_MAX) {
        return false;
    }
    answer->rules.count++;
    rule->any_program = true;
    up_portset_deny_all(&rule->ports);
    return read_field(&(struct field){"", FIELD_TEXT, rule->name, sizeof rule->name}, name);
}

/* Reads the verdict, which is the last line. */
static bool read_verdict(struct up_policy_answer *answer, const char *value)
{
    uint32_t i;

    for (i = 0; i < UP_VERDICT_COUNT; i++) {
        if (strcmp(value, verdict_names[i]) == 0) {
            answer->verdict = (enum up_verdict)i;
            answer->is_known = true;
        }
    }
    for (i = 0; i < answer->rules.count; i++) {
        answer->user_rules += answer->is_for_user[i];
    }
    return answer->is_known;
}

static bool read_of_answer(struct up_policy_answer *answer, const char *key, const char *value)
{
    const struct field fields[] = {{"user", FIELD_NUMBER, &answer->user, 0},
                                   {"mistake_line", FIELD_NUMBER, &answer->rules.line, 0},
                                   {"mistake_column", FIELD_NUMBER, &answer->rules.column, 0},
                                   {"ports", FIELD_PORTS, &answer->ports, 0},
                                   {"ioperm", FIELD_TRUTH, &answer->with_ioperm, 0},
                                   {"reason", FIELD_TEXT, answer->reason, sizeof answer->reason}};

    if (strcmp(key, "policy") == 0) {
        return answer->file_count < UP_POLICY_FILES &&
               read_field(&(struct field){"", FIELD_TEXT, answer->files[answer->file_count++],
                                          sizeof answer->files[0]},
                          value);
    }
    if (strcmp(key, "mistake_file") == 0) {
        return find_file(answer, &answer->rules.file, value);
    }
    return strcmp(key, "rule") == 0 ? begin_rule(answer, value)
           : strcmp(key, "verdict") == 0
               ? read_verdict(answer, value)
               : read_fields(fields, sizeof fields / sizeof fields[0], key, value);
}

void up_policy_answer_begin(struct up_policy_answer *answer)
{
    memset(answer, 0, sizeof *answer);
    answer->verdict = UP_POLICY_UNUSABLE;
    up_portset_deny_all(&answer->ports);
}

bool up_policy_answer_read(struct up_policy_answer *answer, char *line)
{
    const bool is_of_rule = strncmp(line, "  ", 2) == 0;
    char *key = line + (is_of_rule ? 2 : 0), *value = strstr(key, ": ");

    if (value == NULL) {
        return false;
    }
    *value = '\0';
    value += 2;
    value[strcspn(value, "\n")] = '\0';
    return is_of_rule ? answer->rules.count > 0 && read_of_rule(answer, key, value)
                      : read_of_answer(answer, key, value);
}

const char *up_policy_problem(const struct up_policy_answer *answer)
{
    return !answer->is_known                       ? answer->problem.text
           : answer->verdict == UP_POLICY_UNUSABLE ? answer->reason
                                                   : NULL;
}
