/* SPDX-License-Identifier: MIT
 *
 * Messages about errors in a port list. They show the characters as typed, and suggest a similar
 * name.
 */
#ifndef UP_CORE_LISTERROR_H
#define UP_CORE_LISTERROR_H

#include "portlist.h"

/* An item is shown up to this many bytes; "..." follows if it is longer. */
#define UP_LIST_SHOWN_MAX 32u

/* The hint for programs whose users have userportctl. */
#define UP_LIST_NAMES_HINT "userportctl ports shows the names"

/* Room for every message with a hint of at most 80 bytes. */
#define UP_LIST_ERROR_MAX 400u

/*
 * Writes a message such as `"ltp1" at column 5: neither a hexadecimal port number nor a known name;
 * did you mean lpt1?`.
 * text, length: the list that was parsed.
 * hint: added to the message about an unknown name, to tell where the names are listed. NULL: no
 * hint.
 * Columns count UTF-8 characters, from 1 in each line. Bytes that do not print appear as \xNN. The
 * result is NUL-terminated if size is not 0, and cut at a whole character.
 * Returns the length of the whole message, as snprintf does.
 */
size_t up_list_error_text(const char *text, size_t length, const struct up_portlist_error *error,
                          const char *hint, char *out, size_t size);

/* Returns the line of the error, from 1. */
uint32_t up_list_error_line(const char *text, const struct up_portlist_error *error);

#endif
