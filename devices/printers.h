/* SPDX-License-Identifier: MIT
 *
 * Which of the ports of devices are, or may be, a printer port, so that a program can be sent
 * there: by the table of cards (cards.h), and by names where the card is not known.
 */
#ifndef UP_DEVICES_PRINTERS_H
#define UP_DEVICES_PRINTERS_H

#include <stddef.h>

#include "core/routes.h"
#include "devices.h"

/* A printer port has 8 ports at most, without its ECP registers. */
#define UP_PRINTER_PORTS     8u
#define UP_PRINTER_LABEL_MAX 320u

/* What a range of a device is. */
enum up_printer_role {
    UP_PRINTER_NOT,   /* nothing suggests a printer port, or the card's table has another one */
    UP_PRINTER_MAYBE, /* by a name only, or of a known card whose ranges are not as its table says
                       */
    UP_PRINTER_PORT,
    UP_PRINTER_ECP
};
enum up_printer_role up_printer_role(const struct up_devices *devices, uint32_t index);

/* A printer port of a known card. */
#define UP_PRINTERS_MAX 16u
struct up_printer {
    const struct up_card *card;
    const struct up_device_ports *device;
    uint32_t number, of; /* the number among the card's ports, from 1 on, and how many it has */
    struct up_port_range ports; /* at most UP_PRINTER_PORTS of them */
    bool has_ecp;
    struct up_port_range ecp;
};

/* Finds them, in the order of the devices. Result: how many are in list, UP_PRINTERS_MAX at most.
 */
uint32_t up_printers_find(const struct up_devices *devices,
                          struct up_printer list[UP_PRINTERS_MAX]);

/*
 * Says what is there in one line, such as "LPT at D100-D107, WCH CH382, printer port". Of a card
 * that is not known the system does not tell which range is the printer port, so each of them gets
 * a line, with "region 0". Result: false if it is no printer port for all that is known; text is
 * then "".
 */
bool up_printer_label(const struct up_devices *devices, uint32_t index, char *text, size_t size);

/* The route by which a program that knows LPT1 reaches the printer port there. */
struct up_routes up_printer_lpt1_route(const struct up_port_range *there);

/* The same, and its ECP registers, 400 above LPT1, if the card has them. */
struct up_routes up_printer_routes(const struct up_printer *printer);

#endif
