/* SPDX-License-Identifier: MIT
 *
 * The PCI and PCIe cards with printer ports that are known by their identifiers: what they are
 * called, and which of their ranges is the printer port. Pure C: no system, no allocation.
 */
#ifndef UP_DEVICES_CARDS_H
#define UP_DEVICES_CARDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a PCI device says that it is. vendor 0: it is no PCI device. */
struct up_pci_id {
    uint16_t vendor, device;
    uint16_t subvendor, subdevice; /* UP_PCI_ANY: not known; in a row: whatever it is */
};
#define UP_PCI_ANY 0xFFFFu

#define UP_CARD_PORTS_MAX 2u
#define UP_CARD_NO_ECP    (-1)

enum up_card_source { UP_CARD_PARPORT_PC, UP_CARD_PARPORT_SERIAL, UP_CARD_PCI_IDS };

struct up_card {
    struct up_pci_id id;
    /*
     * The number of printer ports, and the numbers of the base address registers of each: that of
     * the port itself, and that of its ECP registers. 0: no source tells where they are.
     */
    uint8_t count;
    struct {
        int8_t port, ecp;
    } at[UP_CARD_PORTS_MAX];
    /*
     * The chip's subdevice number 00PS has the number of its printer ports (P) and of its serial
     * ports (S): there are no more than P.
     */
    bool counts_by_subdevice;
    uint8_t source; /* enum up_card_source */
    const char *name;
    const char *note; /* what one has to know of it: whole sentences; or NULL */
};

extern const struct up_card up_cards[];
extern const uint32_t up_cards_count;

/*
 * Finds a card: a row with its subsystem goes before one for every subsystem. Result: NULL: it is
 * not known, or is known to have no printer port.
 */
const struct up_card *up_card_find(const struct up_pci_id *id);

/* The number of printer ports of this card that up_card_find found; 0: where is not known. */
uint32_t up_card_ports(const struct up_card *card, const struct up_pci_id *id);

/*
 * Reads Windows' name of a device: "PCI\VEN_9710&DEV_9912&SUBSYS_2000A000&REV_00\4&1". The
 * subsystem's number stands before its vendor. Result: false if it is not that of a PCI device;
 * *id then has vendor 0.
 */
bool up_pci_id_read(const char *name, struct up_pci_id *id);

#endif
