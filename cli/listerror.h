/* SPDX-License-Identifier: MIT
 *
 * What is wrong with a list of ports, as userportctl says it: with characters as they were typed, and with the name that
 * was meant.
 */
#ifndef UP_CLI_LISTERROR_H
#define UP_CLI_LISTERROR_H

#include "core/portlist.h"

#define UP_LIST_ERROR_MAX 400u

/*
 * `"ltp1" at column 5: neither ... name; did you mean lpt1? userportctl ports shows the names`. Columns are characters of
 * UTF-8, from 1 in each line. text and length are those that were parsed.
 */
void up_list_error_text(const char *text, size_t length, const struct up_portlist_error *error,
                        char out[UP_LIST_ERROR_MAX]);

/* The line of the error, from 1. */
uint32_t up_list_error_line(const char *text, const struct up_portlist_error *error);

#endif
