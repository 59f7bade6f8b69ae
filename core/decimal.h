/* SPDX-License-Identifier: MIT
 *
 * Printer ports in decimal. Programs' sources and tutorials have LPT1 as 888 as often as 378h; here, where ports are
 * hexadecimal, 888 is a good number of another port. Who reads a list asks or notes it.
 */
#ifndef UP_CORE_DECIMAL_H
#define UP_CORE_DECIMAL_H

#include <stdint.h>

struct up_decimal_port {
    const char *decimal;     /* as it is written: "888" */
    const char *hexadecimal; /* what is meant, most likely: "378" */
    const char *name;        /* whose register that is: "LPT1" */
    uint16_t port;           /* what was read: 888, hexadecimal */
};

/*
 * The first number in text that is the decimal one of a printer port's register, or NULL. Numbers that say that they are
 * hexadecimal, 0x888 and 888h, are not meant. Ends of ranges count: "888-88A" has one.
 */
const struct up_decimal_port *up_decimal_port_in(const char *text);

#endif
