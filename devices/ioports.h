/* SPDX-License-Identifier: MIT
 *
 * What Linux says about ports, in text: /proc/ioports, and a PCI device's file resource. Pure.
 */
#ifndef UP_ADMIN_IOPORTS_H
#define UP_ADMIN_IOPORTS_H

#include "devices.h"

#define UP_IOPORTS_NAME_MAX 64u

/*
 * The next line of /proc/ioports, "  0378-037a : parport0": the range, the name, and how deep it lies in others (0, 1, ...). To
 * who is not root the kernel says 0000-0000 of all. Result: where to go on; NULL: there is no more. A line that is
 * none of these is passed over.
 */
struct up_ioports_line {
    struct up_port_range range;
    unsigned depth;
    char name[UP_IOPORTS_NAME_MAX];
};
const char *up_ioports_next(const char *text, struct up_ioports_line *line);

/*
 * The next range of ports in the text of /sys/bus/pci/devices/X/resource: lines of first, last and flags (linux/ioport.h:
 * IORESOURCE_IO is 100), in hexadecimal. The first six lines are the device's base address registers, by their numbers; behind
 * them are its ROM and what a bridge passes on, which are no ranges of its own. *region: the number of the line before text, at
 * first UP_NO_REGION; then that of the range. Result: as above.
 */
const char *up_ioports_next_resource(const char *text, int32_t *region, struct up_port_range *range);

#endif
