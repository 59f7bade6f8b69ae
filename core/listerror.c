/* SPDX-License-Identifier: MIT
 *
 * Writes the messages of listerror.h. ASCII, and printing characters in well-formed UTF-8 (Unicode
 * 15, table 3-7), appear as they are. Every other byte appears as \xNN.
 */
#include "listerror.h"

#include "nearest.h"
#include "text.h"

/*
 * True for characters that do not print: line and paragraph separators, joiners, marks of writing
 * direction, and spaces that look like the common space.
 */
static bool is_invisible(uint32_t character)
{
    return character < 0xA1 || character == 0xAD || (character >= 0x2000 && character <= 0x200F) ||
           (character >= 0x2028 && character <= 0x202F) ||
           (character >= 0x205F && character <= 0x206F) || character == 0x3000 ||
           character == 0xFEFF || (character >= 0xFFF0 && character <= 0xFFFB) ||
           character >= 0xE0000;
}

/* The length in bytes of the printing character at the start of text; 0 if there is none. */
static size_t printable(const char *text, size_t length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char first = (unsigned char)text[0];
    const size_t bytes = first < 0x80   ? 1
                         : first < 0xC0 ? 0
                         : first < 0xE0 ? 2
                         : first < 0xF0 ? 3
                         : first < 0xF8 ? 4
                                        : 0;
    uint32_t character = bytes > 1 ? first & (0xFFu >> (bytes + 1)) : first;
    size_t i;

    if (bytes <= 1) {
        return bytes == 1 && first >= ' ' && first <= '~' ? 1 : 0;
    }
    if (bytes > length) {
        return 0;
    }
    for (i = 1; i < bytes; i++) {
        if (!up_utf8_is_inside(text[i])) {
            return 0;
        }
        character = character << 6 | ((unsigned char)text[i] & 0x3Fu);
    }
    return character < least[bytes] || (character >= 0xD800 && character <= 0xDFFF) ||
                   is_invisible(character)
               ? 0
               : bytes;
}

/* The offset at which the line of the given offset starts. */
static size_t line_start(const char *text, size_t offset)
{
    while (offset > 0 && text[offset - 1] != '\n') {
        offset--;
    }
    return offset;
}

static size_t column_of(const char *text, size_t offset)
{
    size_t column = 1;
    size_t i;

    for (i = line_start(text, offset); i < offset; i++) {
        column += !up_utf8_is_inside(text[i]);
    }
    return column;
}

uint32_t up_list_error_line(const char *text, const struct up_portlist_error *error)
{
    uint32_t line = 1;
    size_t i;

    for (i = 0; i < error->offset; i++) {
        line += text[i] == '\n';
    }
    return line;
}

/* Writes the first characters of an item. */
static void write_item(struct up_writer *writer, const char *item, size_t length)
{
    size_t i = 0;

    while (i < length && i < UP_LIST_SHOWN_MAX) {
        const size_t bytes = printable(item + i, length - i);

        if (bytes > 0) {
            up_writer_bytes(writer, item + i, bytes);
            i += bytes;
        } else {
            up_writer_text(writer, "\\x");
            up_writer_hex(writer, (uint8_t)item[i], 2);
            i++;
        }
    }
    up_writer_text(writer, i < length ? "..." : "");
}

size_t up_list_error_text(const char *text, size_t length, const struct up_portlist_error *error,
                          const char *hint, char *out, size_t size)
{
    const size_t offset = error->offset < length ? error->offset : length;
    const size_t rest = length - offset;
    const size_t item = error->length < rest ? error->length : rest;
    const char *meant = NULL;
    struct up_writer writer;

    up_writer_init(&writer, out, size);
    up_writer_char(&writer, '"');
    write_item(&writer, text + offset, item);
    up_writer_text(&writer, "\" at column ");
    up_writer_decimal(&writer, column_of(text, offset));
    up_writer_text(&writer, ": ");
    up_writer_text(&writer, up_portlist_problem_text(error->problem));
    if (error->problem != UP_LIST_UNKNOWN_NAME) {
        return writer.length;
    }
    meant = up_nearest_ports(text + offset, item);
    if (meant != NULL) {
        up_writer_text(&writer, "; did you mean ");
        up_writer_text(&writer, meant);
        up_writer_char(&writer, '?');
    }
    if (hint != NULL) {
        up_writer_text(&writer, meant != NULL ? " " : ": ");
        up_writer_text(&writer, hint);
    }
    return writer.length;
}
