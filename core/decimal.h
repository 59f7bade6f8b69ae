/* SPDX-License-Identifier: MIT
 *
 * Finds printer ports that are written in decimal. Source texts and tutorials give LPT1 as 888 as
 * often as 378h. In a port list, where numbers are hexadecimal, 888 is a valid number of another
 * port. The programs that read a list therefore ask about it or note it.
 */
#ifndef UP_CORE_DECIMAL_H
#define UP_CORE_DECIMAL_H

#include <stdint.h>

struct up_decimal_port {
    const char *decimal;     /* as written: "888" */
    const char *hexadecimal; /* what is most likely meant: "378" */
    const char *name;        /* the port whose register that is: "LPT1" */
    uint16_t port;           /* what was read: 888 hexadecimal */
};

/*
 * Returns the first number in text that is a printer port's register in decimal, or NULL. Numbers
 * that are marked as hexadecimal, such as 0x888 and 888h, do not count. Ends of ranges count:
 * "888-88A" has one.
 */
const struct up_decimal_port *up_decimal_port_in(const char *text);

#endif
