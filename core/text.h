/* SPDX-License-Identifier: MIT
 *
 * Text that grows in a buffer of fixed size, and where UTF-8 may be cut. Nothing here needs a C library but
 * up_writer_format*, which have a file of its own, text_format.c, for the programs.
 */
#ifndef UP_CORE_TEXT_H
#define UP_CORE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is it a byte behind the first one of a character? */
static inline bool up_utf8_is_inside(char byte)
{
    return ((uint8_t)byte & 0xC0u) == 0x80u;
}

/*
 * How many of the first length bytes of text are whole characters: length, or up to three fewer, without the beginning of
 * a character at its end. The byte behind them is not looked at, and a byte that belongs to no character counts as one.
 */
size_t up_utf8_whole(const char *text, size_t length);

/* Cuts a NUL-terminated text to at most length bytes, at a whole character. */
void up_utf8_cut(char *text, size_t length);

/*
 * What finds no room any more is cut at a whole character of what was written last, and counted. The buffer is
 * NUL-terminated at each moment, if size > 0; out may be NULL if size is 0.
 */
struct up_writer {
    char *out;
    size_t size;
    size_t length; /* of all that was written, also of what found no room, as snprintf counts */
};

/* Begins an empty text. */
void up_writer_init(struct up_writer *writer, char *out, size_t size);

/* Writes length bytes; a NUL-terminated text; a character. */
void up_writer_bytes(struct up_writer *writer, const char *text, size_t length);
void up_writer_text(struct up_writer *writer, const char *text);
void up_writer_char(struct up_writer *writer, char c);

/* Writes a number, in hexadecimal with upper-case letters and at least so many digits, or in decimal. */
void up_writer_hex(struct up_writer *writer, uint32_t value, unsigned digits);
void up_writer_decimal(struct up_writer *writer, size_t value);

/* Writes as printf and vprintf: in text_format.c. */
void up_writer_format(struct up_writer *writer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void up_writer_format_list(struct up_writer *writer, const char *format, va_list arguments);

/* Was something cut? */
static inline bool up_writer_is_cut(const struct up_writer *writer)
{
    return writer->length >= writer->size;
}

#endif
