/* SPDX-License-Identifier: MIT
 *
 * libFuzzer target for policy/rules_read.c. Input: the texts of up to three files, with a byte FF
 * between. Whatever they are: a mistake gives no rule at all, and is somewhere in the file that is
 * named; a rule is for somebody, for a plain path or any program, and has no hazardous port unless
 * its file has the key for those.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/known_ports.h"
#include "policy/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) check((condition), #condition, __LINE__)
#define FILES            3u

static void check(bool condition, const char *text, int line)
{
    if (!condition) {
        (void)fprintf(stderr, "fuzz_rules.c:%d: not so: %s\n", line, text);
        abort();
    }
}

static unsigned lines_of(const struct up_text *file)
{
    unsigned lines = 1;
    size_t i;

    for (i = 0; i < file->length; i++) {
        lines += file->text[i] == '\n';
    }
    return lines;
}

static void check_mistake(const struct up_rules *rules, const struct up_text *files, unsigned count)
{
    CHECK(rules->count == 0);
    CHECK(rules->message[0] != '\0' && memchr(rules->message, '\0', sizeof rules->message) != NULL);
    CHECK(rules->file < count);
    CHECK(rules->line <= lines_of(&files[rules->file]));
    CHECK(rules->column <= UP_RULES_LINE_MAX + 1);
    CHECK(strncmp(rules->message, files[rules->file].name, strlen(files[rules->file].name)) == 0);
}

static void check_rule(const struct up_rule *rule, const struct up_text *files, unsigned count)
{
    static const char key[] = "hazardous-ports";
    const struct up_text *file = &files[rule->file];
    size_t cursor = 0;

    CHECK(rule->file < count && rule->line >= 1 && rule->line <= lines_of(file));
    CHECK(rule->name[0] != '\0' && memchr(rule->name, '\0', sizeof rule->name) != NULL);
    CHECK(rule->user_count + rule->group_count > 0);
    CHECK(rule->user_count <= UP_RULE_WHO_MAX && rule->group_count <= UP_RULE_WHO_MAX);
    CHECK(rule->any_program || (rule->program[0] == '/' && strstr(rule->program, "/../") == NULL &&
                                strstr(rule->program, "//") == NULL && rule->program[1] != '\0'));
    if (file->length < sizeof key - 1 ||
        memmem(file->text, file->length, key, sizeof key - 1) == NULL) {
        CHECK(up_known_ports_next_hazard(&rule->ports, &cursor, NULL) == NULL ||
              memmem(file->text, file->length, "speaker", 7) != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char passwd_text[] = "root:x:0:0::/:\nanna:x:1000:1000::/:\nx:x:1\n";
    static const char group_text[] = "lab:x:50:\n";
    static const char *const names[FILES] = {"a", "bb", "ccc"};
    static struct up_rules rules;
    const struct up_text passwd = {"/etc/passwd", passwd_text, sizeof passwd_text - 1};
    const struct up_text group = {"/etc/group", group_text, sizeof group_text - 1};
    struct up_text files[FILES];
    char *blocks[FILES];
    unsigned count = 0, i;
    size_t at = 0;

    while (count < FILES && at < size) {
        const uint8_t *end = memchr(data + at, 0xFF, size - at);
        const size_t length =
            end != NULL && count + 1 < FILES ? (size_t)(end - data) - at : size - at;

        blocks[count] = malloc(length + (length == 0));
        CHECK(blocks[count] != NULL);
        memcpy(blocks[count], data + at, length);
        files[count] = (struct up_text){names[count], blocks[count], length};
        at += length + 1;
        count++;
    }
    memset(&rules, 0x5A, sizeof rules);
    if (!up_rules_read(&rules, files, count, &passwd, &group)) {
        check_mistake(&rules, files, count);
    }
    for (i = 0; i < rules.count; i++) {
        check_rule(&rules.rules[i], files, count);
    }
    for (i = 0; i < count; i++) {
        free(blocks[i]);
    }
    return 0;
}
