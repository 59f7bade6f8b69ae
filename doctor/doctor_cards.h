/* SPDX-License-Identifier: MIT
 *
 * The doctor on printer port cards, on every system: is the card's port granted, or does the list
 * still have the address at which it was before?
 */
#ifndef UP_DOCTOR_DOCTOR_CARDS_H
#define UP_DOCTOR_DOCTOR_CARDS_H

#include "core/portset.h"
#include "devices/printers.h"
#include "findings.h"

struct up_card_facts {
    uint32_t count;
    struct {
        char name[48];
        char note[160]; /* what one has to know of it, or "" */
        struct up_port_range ports;
        bool has_ecp;
        struct up_port_range ecp;
    } cards[UP_PRINTERS_MAX];
    struct up_portset taken; /* "granted": a device has this port, for all that the system tells */
};

/* Takes the facts out of the devices. */
void up_card_facts_make(struct up_card_facts *facts, const struct up_devices *devices);

/* Adds the findings of the subject "cards", one at least. granted: the ports of the list. */
void up_report_cards(struct up_report *report, const struct up_card_facts *facts,
                     const struct up_portset *granted);

#endif
