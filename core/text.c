/* SPDX-License-Identifier: MIT
 *
 * The text writer of text.h and its UTF-8 functions. The writer keeps counting after its buffer is
 * full, as snprintf does, so one pass tells how much room a text needs.
 */
#include "text.h"

#define BEHIND_MAX 3u /* continuation bytes of a character */

size_t up_utf8_whole(const char *text, size_t length)
{
    size_t behind = 0, wanted;
    uint8_t first;

    while (behind < length && behind < BEHIND_MAX &&
           up_utf8_is_inside(text[length - 1u - behind])) {
        behind++;
    }
    if (behind == length) {
        return length;
    }
    first = (uint8_t)text[length - 1u - behind];
    wanted = first >= 0xF0 ? 3u : first >= 0xE0 ? 2u : first >= 0xC0 ? 1u : 0;
    return behind < wanted ? length - 1u - behind : length;
}

void up_utf8_cut(char *text, size_t length)
{
    size_t whole = 0;

    while (whole <= length && text[whole] != '\0') {
        whole++;
    }
    if (whole > length) {
        text[up_utf8_whole(text, length)] = '\0';
    }
}

void up_writer_init(struct up_writer *writer, char *out, size_t size)
{
    writer->out = out;
    writer->size = size;
    writer->length = 0;
    if (size > 0) {
        out[0] = '\0';
    }
}

void up_writer_bytes(struct up_writer *writer, const char *text, size_t length)
{
    const size_t room = writer->length < writer->size ? writer->size - 1u - writer->length : 0;
    const size_t fitting = length <= room ? length : up_utf8_whole(text, room);

    if (room > 0) {
        for (size_t i = 0; i < fitting; i++) {
            writer->out[writer->length + i] = text[i];
        }
        writer->out[writer->length + fitting] = '\0';
    }
    writer->length += length;
}

void up_writer_text(struct up_writer *writer, const char *text)
{
    size_t length = 0;

    while (text[length] != '\0') {
        /* Keeps gcc from making a call of strlen out of this loop, which the DLLs do not have. */
        __asm__("");
        length++;
    }
    up_writer_bytes(writer, text, length);
}

void up_writer_char(struct up_writer *writer, char c)
{
    up_writer_bytes(writer, &c, 1);
}

void up_writer_hex(struct up_writer *writer, uint32_t value, unsigned digits)
{
    unsigned count = 1;

    while (count < 8u && (count < digits || value >> count * 4u != 0)) {
        count++;
    }
    while (count-- > 0) {
        up_writer_char(writer, "0123456789ABCDEF"[value >> count * 4u & 0xFu]);
    }
}

void up_writer_decimal(struct up_writer *writer, size_t value)
{
    char digits[20]; /* 2^64 - 1 has twenty digits */
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0);
    up_writer_bytes(writer, digits + at, sizeof digits - at);
}
