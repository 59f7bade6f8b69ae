/* SPDX-License-Identifier: MIT
 *
 * listerror.h. Shown as they are: ASCII, and characters in well-formed UTF-8 (Unicode 15, table 3-7) that print something.
 * The rest is \xNN, byte by byte.
 */
#include "listerror.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "nearest.h"

/* Line and paragraph separators, what joins or turns directions, spaces that look like the common one. */
static bool is_invisible(uint32_t character)
{
    return character < 0xA1 || character == 0xAD || (character >= 0x2000 && character <= 0x200F) ||
           (character >= 0x2028 && character <= 0x202F) || (character >= 0x205F && character <= 0x206F) ||
           character == 0x3000 || character == 0xFEFF || (character >= 0xFFF0 && character <= 0xFFFB) ||
           character >= 0xE0000;
}

/* The bytes of the printable character that text begins with; 0: it begins with none. */
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
        if (((unsigned char)text[i] & 0xC0u) != 0x80u) {
            return 0;
        }
        character = character << 6 | ((unsigned char)text[i] & 0x3Fu);
    }
    return character < least[bytes] || (character >= 0xD800 && character <= 0xDFFF) || is_invisible(character) ? 0
                                                                                                               : bytes;
}

/* Where the line that holds the offset begins. */
static size_t line_start(const char *text, size_t offset)
{
    while (offset > 0 && text[offset - 1] != '\n') {
        offset--;
    }
    return offset;
}

static unsigned column_of(const char *text, size_t offset)
{
    unsigned column = 1;
    size_t i;

    for (i = line_start(text, offset); i < offset; i++) {
        column += ((unsigned char)text[i] & 0xC0u) != 0x80u;
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

void up_list_error_text(const char *text, size_t length, const struct up_portlist_error *error,
                        char out[UP_LIST_ERROR_MAX])
{
    const char *item = text + error->offset;
    const size_t rest = length - error->offset;
    const size_t whole = error->length < rest ? error->length : rest;
    char shown[5 * UP_PORTLIST_SHOWN_MAX] = "";
    const char *meant = NULL;
    size_t i = 0, used = 0;

    while (i < whole && i < UP_PORTLIST_SHOWN_MAX) {
        const size_t bytes = printable(item + i, whole - i);

        if (bytes > 0) {
            memcpy(shown + used, item + i, bytes);
            used += bytes;
            i += bytes;
        } else {
            used += (size_t)snprintf(shown + used, sizeof shown - used, "\\x%02X", (unsigned char)item[i]);
            i++;
        }
        shown[used] = '\0';
    }
    if (error->problem == UP_LIST_UNKNOWN_NAME) {
        meant = up_nearest_ports(item, whole);
    }
    used = (size_t)snprintf(out, UP_LIST_ERROR_MAX, "\"%s%s\" at column %u: %s", shown, i < whole ? "..." : "",
                            column_of(text, error->offset), up_portlist_problem_text(error->problem));
    if (meant != NULL) {
        used += (size_t)snprintf(out + used, UP_LIST_ERROR_MAX - used, "; did you mean %s?", meant);
    }
    if (error->problem == UP_LIST_UNKNOWN_NAME) {
        (void)snprintf(out + used, UP_LIST_ERROR_MAX - used, "%s userportctl ports shows the names",
                       meant != NULL ? "" : ":");
    }
}
