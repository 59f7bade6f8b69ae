/* SPDX-License-Identifier: MIT
 *
 * Searches the text of /etc/passwd and /etc/group (accounts.h).
 */
#include "accounts.h"

#include <stdio.h>
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

/*
 * Reads the line at *at and moves *at behind it. *name_length receives the length of the name, 0 if
 * there is no ':'. Result: false if the line has no number.
 */
static bool read_account(const char **at, const char *end, size_t *name_length, uint32_t *id)
{
    const char *const line = *at, *const line_break = memchr(line, '\n', (size_t)(end - line));
    const char *const line_end = line_break != NULL ? line_break : end;
    const char *name_end = memchr(line, ':', (size_t)(line_end - line)), *number, *number_end;

    *at = line_end + 1;
    *name_length = name_end != NULL ? (size_t)(name_end - line) : 0;
    number = name_end != NULL ? memchr(name_end + 1, ':', (size_t)(line_end - name_end) - 1) : NULL;
    number_end = number != NULL ? memchr(number + 1, ':', (size_t)(line_end - number) - 1) : NULL;
    return number_end != NULL &&
           up_account_number(number + 1, (size_t)(number_end - number) - 1, id);
}

bool up_account_find(const struct up_text *table, const char *name, size_t length, uint32_t *id)
{
    const char *at = table->text, *const end = table->text + table->length;

    while (at < end) {
        const char *line = at;
        size_t name_length;
        const bool has_number = read_account(&at, end, &name_length, id);

        if (name_length == length && memcmp(line, name, length) == 0) {
            return has_number;
        }
    }
    return false;
}

bool up_account_name(const struct up_text *table, uint32_t id, char *name, size_t size)
{
    const char *at = table->text, *const end = table->text + table->length;

    while (at < end) {
        const char *line = at;
        size_t length;
        uint32_t number;

        if (read_account(&at, end, &length, &number) && number == id && length > 0 &&
            length < size) {
            (void)snprintf(name, size, "%.*s", (int)length, line);
            return true;
        }
    }
    return false;
}
