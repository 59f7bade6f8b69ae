/* SPDX-License-Identifier: MIT
 *
 * The modules of the recorded processes: what the ring has told of them, so that a record can name
 * the module of its address.
 */
#ifndef UP_SESSION_MODULES_H
#define UP_SESSION_MODULES_H

#include <stddef.h>
#include <stdint.h>

#define UP_MODULES_MAX 4096u /* more of them have no names */

struct up_module {
    uint32_t process;
    uint64_t base;
    const char *name; /* one of names, which a recording keeps to its end */
};

struct up_modules {
    struct up_module *modules;
    size_t count, room;
    char **names; /* each once; allocated */
    size_t name_count, name_room;
};

/*
 * Remembers a module. name: size bytes at most, with or without a NUL; what is no printable
 * character becomes '?'. Another module at the same place takes its place.
 */
void up_modules_add(struct up_modules *modules, uint32_t process, uint64_t base, const char *name,
                    size_t size);

/* The name of the module that begins there. NULL: it is not known. */
const char *up_modules_find(const struct up_modules *modules, uint32_t process, uint64_t base);

void up_modules_free(struct up_modules *modules);

#endif
