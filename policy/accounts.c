/* SPDX-License-Identifier: MIT
 *
 * accounts.h.
 */
#include "accounts.h"

#include <string.h>

bool up_account_number(const char *text, size_t length, uint32_t *id)
{
    uint64_t number = 0;
    size_t i;

    if (length == 0 || length > 10) {
        return false;
    }
    for (i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        number = number * 10 + (uint64_t)(text[i] - '0');
    }
    if (number >= UINT32_MAX) {
        return false;
    }
    *id = (uint32_t)number;
    return true;
}

bool up_account_find(const struct up_text *table, const char *name, size_t length, uint32_t *id)
{
    const char *line = table->text, *const end = table->text + table->length;

    while (line < end) {
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        const char *number, *number_end;

        line_end = line_end != NULL ? line_end : end;
        if ((size_t)(line_end - line) > length && memcmp(line, name, length) == 0 && line[length] == ':') {
            number = memchr(line + length + 1, ':', (size_t)(line_end - line) - length - 1);
            number_end = number != NULL ? memchr(number + 1, ':', (size_t)(line_end - number - 1)) : NULL;
            return number_end != NULL && up_account_number(number + 1, (size_t)(number_end - number - 1), id);
        }
        line = line_end + 1;
    }
    return false;
}
