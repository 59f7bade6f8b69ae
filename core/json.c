/* SPDX-License-Identifier: MIT
 *
 * The JSON writer of json.h. It does not use printf, because its texts may be longer than any
 * buffer here.
 */
#include "json.h"

#include <string.h>

static void put(struct up_json *json, const char *text, size_t length)
{
    json->put(json->context, text, length);
}

static void put_words(struct up_json *json, const char *words)
{
    put(json, words, strlen(words));
}

/*
 * The length of the UTF-8 sequence at text in bytes. 0 if it is not valid: an overlong form, a
 * surrogate, above 10FFFF, or incomplete.
 */
static unsigned utf8_length(const unsigned char *text)
{
    unsigned length = text[0] < 0x80   ? 1
                      : text[0] < 0xC2 ? 0
                      : text[0] < 0xE0 ? 2
                      : text[0] < 0xF0 ? 3
                                       : 4;
    unsigned i;

    if (text[0] > 0xF4 || (text[0] == 0xE0 && text[1] < 0xA0) ||
        (text[0] == 0xED && text[1] > 0x9F) || (text[0] == 0xF0 && text[1] < 0x90) ||
        (text[0] == 0xF4 && text[1] > 0x8F)) {
        return 0;
    }
    for (i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

static void put_escape(struct up_json *json, unsigned byte)
{
    static const char digits[] = "0123456789ABCDEF";
    const char escape[] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 0xF]};

    put(json, escape, sizeof escape);
}

static void put_string(struct up_json *json, const char *string)
{
    const unsigned char *text = (const unsigned char *)string;

    put_words(json, "\"");
    while (*text != 0) {
        unsigned length = utf8_length(text);

        if (*text == '"' || *text == '\\') {
            put_words(json, "\\");
            put(json, (const char *)text, 1);
            text++;
        } else if (*text < 0x20 || *text == 0x7F || length == 0) {
            put_escape(json, *text++);
        } else {
            put(json, (const char *)text, length);
            text += length;
        }
    }
    put_words(json, "\"");
}

/* Writes the comma and the key that come before a value. */
static void begin_value(struct up_json *json, const char *key)
{
    if (json->depth > 0) {
        put_words(json, json->levels[json->depth - 1].has_member ? ", " : "");
        json->levels[json->depth - 1].has_member = true;
    }
    if (key != NULL) {
        put_string(json, key);
        put_words(json, ": ");
    }
}

static void open_level(struct up_json *json, const char *key, const char *open, char close)
{
    begin_value(json, key);
    put_words(json, open);
    json->levels[json->depth].close = close;
    json->levels[json->depth].has_member = false;
    json->depth++;
}

void up_json_object(struct up_json *json, const char *key)
{
    open_level(json, key, "{", '}');
}

void up_json_array(struct up_json *json, const char *key)
{
    open_level(json, key, "[", ']');
}

void up_json_end(struct up_json *json)
{
    json->depth--;
    put(json, &json->levels[json->depth].close, 1);
}

void up_json_text(struct up_json *json, const char *key, const char *text)
{
    begin_value(json, key);
    if (text == NULL) {
        put_words(json, "null");
    } else {
        put_string(json, text);
    }
}

void up_json_number(struct up_json *json, const char *key, uint32_t number)
{
    up_json_large(json, key, number);
}

void up_json_large(struct up_json *json, const char *key, uint64_t number)
{
    char digits[20];
    char *at = digits + sizeof digits;

    begin_value(json, key);
    do {
        *--at = (char)('0' + number % 10u);
        number /= 10u;
    } while (number != 0);
    put(json, at, (size_t)(digits + sizeof digits - at));
}

void up_json_bool(struct up_json *json, const char *key, bool value)
{
    begin_value(json, key);
    put_words(json, value ? "true" : "false");
}
