/* SPDX-License-Identifier: MIT
 *
 * Suggests a known word in place of an unknown one: for commands, options and names of ports.
 */
#ifndef UP_CORE_NEAREST_H
#define UP_CORE_NEAREST_H

#include <stddef.h>

/* Greater than the distance of any two words that are compared. */
#define UP_DISTANCE_MAX 16u

/*
 * Returns Levenshtein's distance between the first length letters of a and the word b: how many
 * letters have to be changed, added or removed. Swapping two neighbours counts as two. Letter case
 * of A to Z does not matter. Returns UP_DISTANCE_MAX if one of the words is longer than that.
 */
unsigned up_distance(const char *a, size_t length, const char *b);

/*
 * Returns the name of known ports with the smallest distance to word, which is at most two letters.
 * NULL: there is none.
 */
const char *up_nearest_ports(const char *word, size_t length);

#endif
