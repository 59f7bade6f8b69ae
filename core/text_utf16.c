/* SPDX-License-Identifier: MIT
 *
 * UTF-16 to UTF-8, for what has no system to ask. See text.h.
 */
#include "text.h"

#define REPLACEMENT 0xFFFDu

/* The code point that begins here, and how many units it has. */
static uint32_t code_point(const uint16_t *wide, unsigned *units)
{
    *units = 1;
    if (wide[0] < 0xD800u || wide[0] > 0xDFFFu) {
        return wide[0];
    }
    if (wide[0] > 0xDBFFu || wide[1] < 0xDC00u || wide[1] > 0xDFFFu) {
        return REPLACEMENT;
    }
    *units = 2;
    return 0x10000u + ((wide[0] & 0x3FFu) << 10) + (wide[1] & 0x3FFu);
}

static unsigned encode(uint32_t c, char bytes[4])
{
    static const uint8_t lead[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    const unsigned length = c < 0x80u ? 1 : c < 0x800u ? 2 : c < 0x10000u ? 3 : 4;
    unsigned i;

    for (i = length - 1; i > 0; i--) {
        bytes[i] = (char)(0x80u | (c & 0x3Fu));
        c >>= 6;
    }
    bytes[0] = (char)(lead[length] | c);
    return length;
}

size_t up_utf8_from_utf16(const uint16_t *wide, char *text, size_t size)
{
    size_t length = 0;
    char bytes[4];
    unsigned units, i, count;

    for (; *wide != 0; wide += units) {
        count = encode(code_point(wide, &units), bytes);
        if (count >= size - length) {
            break;
        }
        for (i = 0; i < count; i++) {
            text[length++] = bytes[i];
        }
    }
    text[length] = '\0';
    return length;
}
