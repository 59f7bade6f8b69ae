/* SPDX-License-Identifier: MIT
 *
 * The printer ports of known cards, as the window offers them: in the menu of presets, and in the
 * box of the printer port that is to be tested.
 */
#ifndef UP_GUI_MODEL_CARDS_H
#define UP_GUI_MODEL_CARDS_H

#include "devices/printers.h"

struct up_card_choice {
    char label[80]; /* of the menu: the card's name, a tab, the ports */
    char list[12];  /* the ports, as a list has them: "D100-D107" */
    char box[64];   /* of the box: the base address and the name: "D100: WCH CH382" */
};

/* Makes a choice for each of them. Result: how many, UP_PRINTERS_MAX at most. */
uint32_t up_card_choices(const struct up_devices *devices,
                         struct up_card_choice choices[UP_PRINTERS_MAX]);

/* Leaves of the box's text the base address: a choice has the card's name behind it. */
void up_card_choice_base(char *text);

#endif
