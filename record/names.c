/* SPDX-License-Identifier: MIT
 *
 * Names of modules and their numbers. See names.h.
 */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

uint32_t up_names_number(struct up_names *names, const char *name)
{
    uint32_t hash = 2166136261u, number;
    uint32_t *chain;
    char text[UP_NAME_SIZE];
    struct up_writer writer;
    size_t i;

    if (name == NULL || name[0] == '\0') {
        return 0;
    }
    up_writer_init(&writer, text, sizeof text);
    up_writer_text(&writer, name);
    for (i = 0; text[i] != '\0'; i++) {
        hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    }
    chain = &names->chain[hash % (sizeof names->chain / sizeof names->chain[0])];
    for (number = *chain; number != 0; number = names->next[number]) {
        if (strcmp(names->name[number], text) == 0) {
            return number;
        }
    }
    if (names->count == UP_NAMES_MAX) {
        return 0;
    }
    names->name[names->count + 1u] = malloc(i + 1u);
    if (names->name[names->count + 1u] == NULL) {
        return 0;
    }
    number = ++names->count;
    memcpy(names->name[number], text, i + 1u);
    names->next[number] = *chain;
    *chain = number;
    return number;
}

const char *up_names_name(const struct up_names *names, uint32_t number)
{
    return number <= names->count ? names->name[number] : NULL;
}

void up_names_free(struct up_names *names)
{
    while (names->count > 0) {
        free(names->name[names->count--]);
    }
    memset(names, 0, sizeof *names);
}
