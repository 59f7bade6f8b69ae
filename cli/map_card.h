/* SPDX-License-Identifier: MIT
 *
 * The word card in the option --map: the printer port of the card that the table of cards knows.
 */
#ifndef UP_CLI_MAP_CARD_H
#define UP_CLI_MAP_CARD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes the text of routes with the card's address in the place of the word: "card" becomes
 * "378-37F=D010", and "3BC=card" becomes "3BC=D010". Other items stay as they are. what: begins the
 * message. Result: false if the word is there and no card is known, or several are; up_usage has
 * reported it.
 */
bool up_map_card(const char *text, const char *what, char *out, size_t size);

#endif
