/* SPDX-License-Identifier: MIT
 *
 * Decodes the texts in which Linux reports ports: /proc/ioports, and a PCI device's file resource.
 * No system calls.
 */
#ifndef UP_DEVICES_IOPORTS_H
#define UP_DEVICES_IOPORTS_H

#include "devices.h"

#define UP_IOPORTS_NAME_MAX 64u

/*
 * Reads the next line of /proc/ioports, such as "  0378-037a : parport0": the range, the name, and
 * its nesting depth (0, 1, ...). To users other than root the kernel shows 0000-0000 for every
 * range. Lines of another form are skipped. Result: where to continue; NULL: there is no further
 * line.
 */
struct up_ioports_line {
    struct up_port_range range;
    unsigned depth;
    char name[UP_IOPORTS_NAME_MAX];
};
const char *up_ioports_next(const char *text, struct up_ioports_line *line);

/*
 * Reads the next range of ports in the text of /sys/bus/pci/devices/X/resource: lines of first,
 * last and flags, in hexadecimal (linux/ioport.h: IORESOURCE_IO is 100). The first six lines are
 * the device's base address registers, by their numbers. The lines after them, the ROM and what a
 * bridge passes on, are no ranges of its own. *region: the number of the line before text, at first
 * UP_NO_REGION; it becomes the number of the range. Result: as above.
 */
const char *up_ioports_next_resource(const char *text, int32_t *region,
                                     struct up_port_range *range);

#endif
