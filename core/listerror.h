/* SPDX-License-Identifier: MIT
 *
 * What is wrong with a list of ports, for people: with characters as they were typed, and with the name that was meant.
 */
#ifndef UP_CORE_LISTERROR_H
#define UP_CORE_LISTERROR_H

#include "portlist.h"

/* Bytes of an item that are shown; of a longer one "..." follows. */
#define UP_LIST_SHOWN_MAX 32u

/* The hint of programs whose users have userportctl. */
#define UP_LIST_NAMES_HINT "userportctl ports shows the names"

/* Room for every message whose hint has 80 bytes at most. */
#define UP_LIST_ERROR_MAX 400u

/*
 * Writes `"ltp1" at column 5: neither a hexadecimal port number nor a known name; did you mean lpt1?`, and for an unknown name
 * the hint, where the names are to be found; NULL: none. Columns are characters of UTF-8,
 * from 1 in each line; what prints nothing is shown as \xNN, byte by byte. text and length are those that were parsed.
 * NUL-terminated if size > 0, and cut at a whole character. Result: the length that the whole message has, as snprintf.
 */
size_t up_list_error_text(const char *text, size_t length, const struct up_portlist_error *error, const char *hint,
                          char *out, size_t size);

/* The line of the error, from 1. */
uint32_t up_list_error_line(const char *text, const struct up_portlist_error *error);

#endif
