/* SPDX-License-Identifier: MIT
 *
 * The list syntax, as in "378-37F, 42-43 0x61 speaker". One comma or blanks (space, tab, CR, LF)
 * separate the items. An item is a port, a range first-last (blanks around the dash are allowed) or
 * a name of known_ports.h. Numbers are hexadecimal: 378, 0x378 and 378h are the same port.
 * up_portlist_format writes the canonical form.
 */
#ifndef UP_CORE_PORTLIST_H
#define UP_CORE_PORTLIST_H

#include <stddef.h>

#include "portset.h"

enum up_portlist_problem {
    UP_LIST_OK,
    UP_LIST_UNKNOWN_NAME,  /* letters that are neither a number nor a known name */
    UP_LIST_BAD_NUMBER,    /* starts like a number but is not one: 3Q8, 0x, 37xA */
    UP_LIST_TOO_LARGE,     /* above FFFF */
    UP_LIST_TURNED_AROUND, /* last below first */
    UP_LIST_NAME_IN_RANGE, /* lpt1-37A: only numbers make a range */
    UP_LIST_MISSING_LAST,  /* 378- */
    UP_LIST_MISSING_FIRST, /* -37A */
    UP_LIST_MISSING_ITEM,  /* a comma with no item before it, or none after the last */
    UP_LIST_BAD_CHARACTER  /* anything else: ; / a control or non-ASCII byte, a NUL */
};

/*
 * The place of an error. It is the whole range if its ends do not go together or one is missing
 * ("378-", "37A - 378"). Otherwise it is the one number or name, the comma without an item, or the
 * character. Consecutive bytes above 7E count as one character: a typographic dash has three in
 * UTF-8.
 */
struct up_portlist_error {
    enum up_portlist_problem problem;
    size_t offset; /* in bytes from the start of the text */
    size_t length; /* in bytes */
};

/*
 * Reads length bytes of text and grants what it lists in *set, in addition to what *set grants
 * already (start with up_portset_deny_all). An empty text, or one of blanks only, is an empty list.
 * Returns true on success. Otherwise returns false, *set is unchanged, and *error describes the
 * first faulty item. error may be NULL.
 */
bool up_portlist_parse(const char *text, size_t length, struct up_portset *set,
                       struct up_portlist_error *error);

/*
 * Reads one hexadecimal number, 378, 0x378 or 378h, of length bytes, at least 1. Result: UP_LIST_OK
 * and *port, UP_LIST_TOO_LARGE, or UP_LIST_BAD_NUMBER if it is not a number.
 */
enum up_portlist_problem up_portlist_read_number(const char *word, size_t length, uint16_t *port);

/*
 * Returns what the syntax expects, for people: "the last port of a range must not be below its
 * first". Never NULL.
 */
const char *up_portlist_problem_text(enum up_portlist_problem problem);

/*
 * Writes the canonical form, "42-43, 61, 378-37F": upper-case hexadecimal without prefix,
 * ascending, adjacent ports joined, separated by ", ". NUL-terminated if size is not 0. Returns the
 * length of the whole text, as snprintf does. A buffer of UP_PORTLIST_TEXT_MAX bytes holds every
 * set. The longest text grants two of each three ports, "0, 2-3, 5-6, 8-9, B-C" and so on to
 * FFFE-FFFF, because a run of two takes eleven characters and a single port six.
 */
#define UP_PORTLIST_TEXT_MAX 237387u
size_t up_portlist_format(const struct up_portset *set, char *out, size_t size);

#endif
