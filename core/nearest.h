/* SPDX-License-Identifier: MIT
 *
 * Which known word somebody may have meant by one that is not known: commands, options, names of ports.
 */
#ifndef UP_CORE_NEAREST_H
#define UP_CORE_NEAREST_H

#include <stddef.h>

/* A distance that no two words have that are compared. */
#define UP_DISTANCE_MAX 16u

/*
 * How many letters have to be changed, added or taken away to make b of the first length letters of a, a swap of neighbours
 * being two (Levenshtein's distance); A to Z count as a to z. UP_DISTANCE_MAX if one of the words is longer than that.
 */
unsigned up_distance(const char *a, size_t length, const char *b);

/* The name of known ports that is nearest to a word, by two letters at most. NULL: there is none. */
const char *up_nearest_ports(const char *word, size_t length);

#endif
