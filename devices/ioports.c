/* SPDX-License-Identifier: MIT
 *
 * Decodes /proc/ioports and a PCI device's file resource (ioports.h).
 */
#include "ioports.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define FLAG_IO 0x100u
#define REGIONS 6 /* base address registers of a PCI device */

/*
 * Reads a hexadecimal number of up to 16 digits, with or without 0x. Result: the text after it;
 * NULL: there is none.
 */
static const char *read_number(const char *text, uint64_t *number)
{
    unsigned digits = 0;

    *number = 0;
    if (text[0] == '0' && text[1] == 'x') {
        text += 2;
    }
    for (; digits <= 16; text++, digits++) {
        const char c = *text;

        if (c >= '0' && c <= '9') {
            *number = *number << 4 | (uint64_t)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            *number = *number << 4 | (uint64_t)(c - 'a' + 10);
        } else {
            break;
        }
    }
    return digits > 0 && digits <= 16 ? text : NULL;
}

static bool make_range(uint64_t first, uint64_t last, struct up_port_range *range)
{
    range->first = (uint16_t)first;
    range->last = (uint16_t)last;
    return first <= last && last < UP_PORT_COUNT;
}

static const char *next_line(const char *text)
{
    const char *end = strchr(text, '\n');

    return end != NULL ? end + 1 : text + strlen(text);
}

static bool read_line(const char *text, struct up_ioports_line *line)
{
    const size_t blanks = strspn(text, " ");
    uint64_t first, last;
    const char *at = read_number(text + blanks, &first);

    at = at != NULL && *at == '-' ? read_number(at + 1, &last) : NULL;
    if (at == NULL || strncmp(at, " : ", 3) != 0 || !make_range(first, last, &line->range)) {
        return false;
    }
    at += 3;
    line->depth = (unsigned)blanks / 2u;
    (void)snprintf(line->name, sizeof line->name, "%.*s",
                   (int)(strcspn(at, "\n") < 63 ? strcspn(at, "\n") : 63), at);
    return true;
}

const char *up_ioports_next(const char *text, struct up_ioports_line *line)
{
    while (*text != '\0') {
        const bool is_one = read_line(text, line);

        text = next_line(text);
        if (is_one) {
            return text;
        }
    }
    return NULL;
}

const char *up_ioports_next_resource(const char *text, int32_t *region, struct up_port_range *range)
{
    uint64_t numbers[3];
    unsigned i;

    while (*text != '\0' && *region < REGIONS - 1) {
        const char *at = text;

        ++*region;
        for (i = 0; i < 3 && at != NULL; i++) {
            at = read_number(at + strspn(at, " "), &numbers[i]);
        }
        text = next_line(text);
        if (at != NULL && (numbers[2] & FLAG_IO) != 0 &&
            make_range(numbers[0], numbers[1], range)) {
            return text;
        }
    }
    return NULL;
}
