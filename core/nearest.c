/* SPDX-License-Identifier: MIT
 *
 * Finds the known word that is most similar to a given one (nearest.h).
 */
#include "nearest.h"

#include <string.h>

#include "known_ports.h"
#include "text.h"

#define NEAR 2u

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
    const unsigned ab = a < b ? a : b;

    return ab < c ? ab : c;
}

unsigned up_distance(const char *a, size_t length, const char *b)
{
    unsigned row[UP_DISTANCE_MAX + 1];
    const size_t other = strlen(b);
    size_t i, j;

    if (length > UP_DISTANCE_MAX || other > UP_DISTANCE_MAX) {
        return UP_DISTANCE_MAX;
    }
    for (j = 0; j <= other; j++) {
        row[j] = (unsigned)j;
    }
    for (i = 0; i < length; i++) {
        unsigned diagonal = row[0];

        row[0] = (unsigned)i + 1;
        for (j = 1; j <= other; j++) {
            const unsigned changed = diagonal + (up_ascii_lower(a[i]) != up_ascii_lower(b[j - 1]));

            diagonal = row[j];
            row[j] = smallest(changed, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[other];
}

const char *up_nearest_ports(const char *word, size_t length)
{
    const char *nearest = NULL;
    unsigned least = NEAR + 1;
    size_t i;

    for (i = 0; length > NEAR && i < up_known_ports_count; i++) {
        const char *name = up_known_ports[i].name;
        const unsigned letters = name != NULL ? up_distance(word, length, name) : UP_DISTANCE_MAX;

        if (letters < least) {
            least = letters;
            nearest = name;
        }
    }
    return nearest;
}
