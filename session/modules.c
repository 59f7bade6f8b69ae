/* SPDX-License-Identifier: MIT
 *
 * The modules of the recorded processes. See modules.h.
 */
#include "modules.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 64u

/* Makes room for one more element. Result: NULL if there is no memory; the old ones stay. */
static void *grown(void *elements, size_t count, size_t *room, size_t size)
{
    void *more = elements;

    if (count == *room) {
        more = realloc(elements, (*room * 2u + 16u) * size);
        *room = more != NULL ? *room * 2u + 16u : *room;
    }
    return more;
}

/* Finds the name among those that are known, or adds it. NULL: no memory. */
static const char *intern(struct up_modules *modules, const char *name)
{
    char **names;
    size_t i;

    for (i = 0; i < modules->name_count; i++) {
        if (strcmp(modules->names[i], name) == 0) {
            return modules->names[i];
        }
    }
    names = grown(modules->names, modules->name_count, &modules->name_room, sizeof *names);
    if (names == NULL) {
        return NULL;
    }
    modules->names = names;
    names[modules->name_count] = malloc(strlen(name) + 1);
    if (names[modules->name_count] == NULL) {
        return NULL;
    }
    return strcpy(names[modules->name_count++], name);
}

static struct up_module *find(const struct up_modules *modules, uint32_t process, uint64_t base)
{
    size_t i;

    for (i = modules->count; i > 0; i--) {
        struct up_module *module = &modules->modules[i - 1];

        if (module->base == base && module->process == process) {
            return module;
        }
    }
    return NULL;
}

void up_modules_add(struct up_modules *modules, uint32_t process, uint64_t base, const char *name,
                    size_t size)
{
    struct up_module *module = find(modules, process, base);
    char text[NAME_MAX_BYTES];
    const char *known;
    size_t i;

    for (i = 0; i < size && i < sizeof text - 1 && name[i] != '\0'; i++) {
        text[i] = (uint8_t)name[i] < 0x20u || name[i] == 0x7F ? '?' : name[i];
    }
    text[i] = '\0';
    known = intern(modules, text);
    if (known == NULL) {
        return;
    }
    if (module == NULL) {
        struct up_module *more =
            modules->count < UP_MODULES_MAX
                ? grown(modules->modules, modules->count, &modules->room, sizeof *more)
                : NULL;

        if (more == NULL) {
            return;
        }
        modules->modules = more;
        module = &more[modules->count++];
    }
    *module = (struct up_module){.process = process, .base = base, .name = known};
}

const char *up_modules_find(const struct up_modules *modules, uint32_t process, uint64_t base)
{
    const struct up_module *module = base != 0 ? find(modules, process, base) : NULL;

    return module != NULL ? module->name : NULL;
}

void up_modules_free(struct up_modules *modules)
{
    size_t i;

    for (i = 0; i < modules->name_count; i++) {
        free(modules->names[i]);
    }
    free(modules->names);
    free(modules->modules);
    *modules = (struct up_modules){.count = 0};
}
