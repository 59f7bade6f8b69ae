/* SPDX-License-Identifier: MIT
 *
 * Which of the ports of devices may be a printer port, so that a program's route can be sent there.
 */
#ifndef UP_DEVICES_PRINTERS_H
#define UP_DEVICES_PRINTERS_H

#include <stddef.h>

#include "core/routes.h"
#include "devices.h"

/* A printer port has 8 ports at most, without its ECP registers. */
#define UP_PRINTER_PORTS     8u
#define UP_PRINTER_LABEL_MAX 320u

/*
 * Says what is there in one line, such as "LPT at D100-D107, WCH CH382, region 0". On a card with
 * several ranges the system does not tell which is the printer port, so each of them gets a line.
 * Result: false if nothing suggests that the device is a printer port; text is then "".
 */
bool up_printer_label(const struct up_device_ports *device, char *text, size_t size);

/* The route by which a program that knows LPT1 reaches the printer port there. */
struct up_routes up_printer_lpt1_route(const struct up_port_range *there);

#endif
