/* SPDX-License-Identifier: MIT
 *
 * Makes the choices of the window out of the known cards (model_cards.h).
 */
#include "model_cards.h"

#include <stdio.h>
#include <string.h>

uint32_t up_card_choices(const struct up_devices *devices,
                         struct up_card_choice choices[UP_PRINTERS_MAX])
{
    struct up_printer printers[UP_PRINTERS_MAX];
    const uint32_t count = up_printers_find(devices, printers);
    char number[16];

    for (uint32_t i = 0; i < count; i++) {
        const struct up_printer *printer = &printers[i];
        struct up_card_choice *choice = &choices[i];

        number[0] = '\0';
        if (printer->of > 1) {
            (void)snprintf(number, sizeof number, ", port %u", (unsigned)printer->number);
        }
        (void)snprintf(choice->list, sizeof choice->list, "%X-%X", printer->ports.first,
                       printer->ports.last);
        (void)snprintf(choice->box, sizeof choice->box, "%X: %s%s", printer->ports.first,
                       printer->card->name, number);
        (void)snprintf(choice->label, sizeof choice->label, "%s%s\t%s", printer->card->name, number,
                       choice->list);
    }
    return count;
}

void up_card_choice_base(char *text)
{
    char *end = strstr(text, ": ");

    if (end != NULL) {
        *end = '\0';
    }
}
