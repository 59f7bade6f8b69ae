/* SPDX-License-Identifier: MIT
 *
 * Recognises printer ports that are written in decimal (888 is 378 hexadecimal): the three
 * registers of each of the three ports.
 */
#include "decimal.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const struct up_decimal_port traps[] = {
    {"888", "378", "LPT1", 0x888}, {"632", "278", "LPT2", 0x632}, {"956", "3BC", "LPT3", 0x956},
    {"889", "379", "LPT1", 0x889}, {"890", "37A", "LPT1", 0x890}, {"633", "279", "LPT2", 0x633},
    {"634", "27A", "LPT2", 0x634}, {"957", "3BD", "LPT3", 0x957}, {"958", "3BE", "LPT3", 0x958},
};

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

const struct up_decimal_port *up_decimal_port_in(const char *text)
{
    size_t length;

    for (; *text != '\0'; text += length > 0 ? length : 1) {
        for (length = 0; is_word(text[length]); length++) {
        }
        for (size_t i = 0; length == 3 && i < sizeof traps / sizeof traps[0]; i++) {
            if (strncmp(text, traps[i].decimal, 3) == 0) {
                return &traps[i];
            }
        }
    }
    return NULL;
}
