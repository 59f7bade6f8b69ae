/* SPDX-License-Identifier: MIT
 *
 * A writer for text in a buffer of fixed size, and functions that cut UTF-8 text at whole
 * characters. Only up_writer_format and up_writer_format_list need a C library; they are in
 * text_format.c, for the programs.
 */
#ifndef UP_CORE_TEXT_H
#define UP_CORE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A letter of ASCII as the small one; anything else as it is. */
static inline char up_ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* True for a continuation byte of a UTF-8 character, which is any byte but its first. */
static inline bool up_utf8_is_inside(char byte)
{
    return ((uint8_t)byte & 0xC0u) == 0x80u;
}

/*
 * Returns how many of the first length bytes of text are whole characters: length, or up to three
 * fewer if an incomplete character is at the end. The byte after them is not read. A byte that
 * belongs to no character counts as a character.
 */
size_t up_utf8_whole(const char *text, size_t length);

/*
 * Turns NUL-terminated UTF-16 into UTF-8, NUL-terminated and cut at a whole character to size
 * bytes, which is not 0. Half of a pair becomes U+FFFD. Result: its length. (text_utf16.c)
 */
size_t up_utf8_from_utf16(const uint16_t *wide, char *text, size_t size);

/* Cuts a NUL-terminated text to at most length bytes, at a whole character. */
void up_utf8_cut(char *text, size_t length);

/*
 * A text that no longer fits is cut at a whole character of what was written last, and its length
 * is counted in full. If size is not 0 the buffer is NUL-terminated at all times. out may be NULL
 * if size is 0.
 */
struct up_writer {
    char *out;
    size_t size;
    size_t length; /* of everything written, including what did not fit, as snprintf counts */
};

/* Begins an empty text. */
void up_writer_init(struct up_writer *writer, char *out, size_t size);

/* Write length bytes, a NUL-terminated text, or a character. */
void up_writer_bytes(struct up_writer *writer, const char *text, size_t length);
void up_writer_text(struct up_writer *writer, const char *text);
void up_writer_char(struct up_writer *writer, char c);

/*
 * Write a number in hexadecimal, with upper-case letters and at least the given number of digits,
 * or in decimal.
 */
void up_writer_hex(struct up_writer *writer, uint32_t value, unsigned digits);
void up_writer_decimal(struct up_writer *writer, size_t value);

/* Write like printf and vprintf (text_format.c). */
void up_writer_format(struct up_writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void up_writer_format_list(struct up_writer *writer, const char *format, va_list arguments);

/* True if something was cut. */
static inline bool up_writer_is_cut(const struct up_writer *writer)
{
    return writer->length >= writer->size;
}

#endif
