/* SPDX-License-Identifier: MIT
 *
 * The registry below a key as text. Keys and values come in the order of their names, as the
 * registry lists them.
 */
#include <stdlib.h>

#include "cases.h"
#include "snapshot.h"

struct text {
    char *at;
    size_t length, room;
};

static void put(struct text *text, const char *format, ...)
{
    va_list arguments;

    if (text->room - text->length < 2048) {
        text->room = text->room * 2 + 4096;
        text->at = realloc(text->at, text->room);
        if (text->at == NULL) {
            abort();
        }
    }
    va_start(arguments, format);
    text->length += (size_t)vsnprintf(text->at + text->length, 2048, format, arguments);
    va_end(arguments);
}

static void put_values(struct text *text, HKEY key, const char *path)
{
    char name[256];
    BYTE data[512];
    DWORD name_length, bytes, type, i, at;

    for (at = 0;; at++) {
        name_length = sizeof name;
        bytes = sizeof data;
        if (RegEnumValueA(key, at, name, &name_length, NULL, &type, data, &bytes) != 0) {
            return;
        }
        put(text, "%s [%s] %lu ", path, name, type);
        for (i = 0; i < bytes; i++) {
            put(text, data[i] >= 32 && data[i] < 127 ? "%c" : "<%02X>", data[i]);
        }
        put(text, "\n");
    }
}

static void put_key(struct text *text, HKEY root, const char *path)
{
    char name[256], below[1024];
    DWORD at, length;
    HKEY key;

    if (RegOpenKeyExA(root, path, 0, KEY_READ, &key) != 0) {
        return;
    }
    put(text, "%s\n", path);
    put_values(text, key, path);
    for (at = 0;
         length = sizeof name, RegEnumKeyExA(key, at, name, &length, NULL, NULL, NULL, NULL) == 0;
         at++) {
        snprintf(below, sizeof below, "%s\\%s", path, name);
        put_key(text, root, below);
    }
    RegCloseKey(key);
}

char *snapshot(HKEY root, const char *path)
{
    struct text text = {0};

    put(&text, "");
    put_key(&text, root, path);
    return text.at;
}

void expect_same(const char *what, char *before, char *after)
{
    const char *one = before, *other = after;

    while (*one != '\0' && *one == *other) {
        one++;
        other++;
    }
    while (one > before && one[-1] != '\n') {
        one--;
        other--;
    }
    EXPECT_MSG(strcmp(before, after) == 0, "%s: before \"%.*s\", after \"%.*s\"", what,
               (int)strcspn(one, "\n"), one, (int)strcspn(other, "\n"), other);
    free(before);
    free(after);
}
