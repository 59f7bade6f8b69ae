/* SPDX-License-Identifier: MIT
 *
 * The list syntax: "378-37F, 42-43 0x61 speaker". Items are separated by one comma or by blanks (space, tab, CR, LF);
 * an item is a port, a range first-last (blanks around the dash are allowed), or a name of known_ports.h. Numbers are
 * hexadecimal: 378, 0x378 and 378h are the same port. The canonical form is what up_portlist_format writes.
 */
#ifndef UP_CORE_PORTLIST_H
#define UP_CORE_PORTLIST_H

#include <stddef.h>

#include "portset.h"

enum up_portlist_problem {
    UP_LIST_OK,
    UP_LIST_UNKNOWN_NAME,  /* letters that are neither a number nor a known name */
    UP_LIST_BAD_NUMBER,    /* starts as a number and is not one: 3Q8, 0x, 37xA */
    UP_LIST_TOO_LARGE,     /* above FFFF */
    UP_LIST_TURNED_AROUND, /* last below first */
    UP_LIST_NAME_IN_RANGE, /* lpt1-37A: only numbers make a range */
    UP_LIST_MISSING_LAST,  /* 378- */
    UP_LIST_MISSING_FIRST, /* -37A */
    UP_LIST_MISSING_ITEM,  /* a comma with nothing before it, or the last one with nothing after it */
    UP_LIST_BAD_CHARACTER  /* anything else: ; / a control or non-ASCII byte, an embedded NUL */
};

/*
 * What is at fault: the whole range when its two ends do not go together or one is missing ("378-", "37A - 378"), else
 * the one number or name, the comma that lacks an item, or the character (bytes above 7E that follow each other count
 * as one: a dash from a word processor is three of them in UTF-8).
 */
struct up_portlist_error {
    enum up_portlist_problem problem;
    size_t offset; /* of what is at fault, in bytes from the start of the text; the column is offset + 1 */
    size_t length; /* of it in bytes */
};

/*
 * Reads length bytes of text and grants what it lists in *set (which keeps what it had: start with
 * up_portset_deny_all). Empty text, or only blanks, is an empty list. Result: true; or false, *set unchanged, and
 * *error (may be NULL) says what is wrong with which item.
 */
bool up_portlist_parse(const char *text, size_t length, struct up_portset *set, struct up_portlist_error *error);

/* What was expected, for people: "the last port of a range must not be below its first". Never NULL. */
const char *up_portlist_problem_text(enum up_portlist_problem problem);

/*
 * Writes the canonical form, "42-43, 61, 378-37F": upper-case hexadecimal without prefix, ascending, runs joined, ", "
 * between; NUL-terminated if size > 0. Result: the length that the whole text has, as snprintf. A buffer of
 * UP_PORTLIST_TEXT_MAX bytes holds every set: the longest text is that of "0, 2-3, 5-6, 8-9, B-C" and so on to
 * FFFE-FFFF, two of three ports granted, because a run of two costs eleven characters and one port alone six.
 */
#define UP_PORTLIST_TEXT_MAX 237387u
size_t up_portlist_format(const struct up_portset *set, char *out, size_t size);

#endif
