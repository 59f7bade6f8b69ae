/* SPDX-License-Identifier: MIT
 *
 * Names of modules, each kept once and numbered from 1 on, for as long as the recording is open.
 * There are never more than UP_NAMES_MAX of them, whatever a file or a program says.
 */
#ifndef UP_RECORD_NAMES_H
#define UP_RECORD_NAMES_H

#include <stdint.h>

#define UP_NAMES_MAX 4096u
#define UP_NAME_SIZE 260u /* with its NUL; a longer one is cut */

/* All bytes 0: none. */
struct up_names {
    uint32_t count;
    uint32_t next[UP_NAMES_MAX + 1u]; /* the one after it in its chain; 0: none */
    uint32_t chain[1024];
    char *name[UP_NAMES_MAX + 1u];
};

/*
 * The number of a name, which is added if it is new. Result: 0 for NULL and "", and if there is no
 * room for it: an unknown one.
 */
uint32_t up_names_number(struct up_names *names, const char *name);

/* The name of a number; NULL if there is none. */
const char *up_names_name(const struct up_names *names, uint32_t number);

void up_names_free(struct up_names *names);

#endif
