/* SPDX-License-Identifier: MIT
 *
 * The settings of one program: text form, and for which program they are. See program_settings.h.
 */
#include "program_settings.h"

#include "text.h"

static const char routes_key[] = "routes=", cli_key[] = "ignore-cli-sti", fast_key[] = "fast";

static bool begins_with(const char *text, size_t length, const char *word)
{
    size_t i;

    for (i = 0; word[i] != '\0'; i++) {
        if (i == length || text[i] != word[i]) {
            return false;
        }
    }
    return true;
}

static bool is_word(const char *text, size_t length, const char *word)
{
    return begins_with(text, length, word) && word[length] == '\0';
}

static bool read_part(const char *text, size_t length, struct up_program_settings *settings)
{
    const size_t key = sizeof routes_key - 1;

    if (begins_with(text, length, routes_key)) {
        return up_routes_parse(text + key, length - key, &settings->routes, NULL);
    }
    if (is_word(text, length, cli_key)) {
        settings->ignore_cli_sti = true;
        return true;
    }
    if (is_word(text, length, fast_key)) {
        settings->fast = true;
        return true;
    }
    return length == 0;
}

bool up_program_settings_parse(const char *text, size_t length,
                               struct up_program_settings *settings)
{
    struct up_program_settings read = {0};
    bool is_valid = true;
    size_t at = 0;

    while (is_valid && at < length) {
        const size_t begin = at;

        while (at < length && text[at] != ';') {
            at++;
        }
        is_valid = read_part(text + begin, at - begin, &read);
        at++;
    }
    *settings = is_valid ? read : (struct up_program_settings){0};
    return is_valid;
}

size_t up_program_settings_format(const struct up_program_settings *settings, char *text,
                                  size_t size)
{
    char routes[UP_ROUTES_TEXT_MAX];
    struct up_writer writer;

    up_writer_init(&writer, text, size);
    if (settings->routes.count > 0) {
        (void)up_routes_format(&settings->routes, routes, sizeof routes);
        up_writer_text(&writer, routes_key);
        up_writer_text(&writer, routes);
        up_writer_char(&writer, ';');
    }
    if (settings->ignore_cli_sti) {
        up_writer_text(&writer, cli_key);
        up_writer_char(&writer, ';');
    }
    if (settings->fast) {
        up_writer_text(&writer, fast_key);
        up_writer_char(&writer, ';');
    }
    return writer.length;
}

/* ---- for which program ----------------------------------------------------------------------- */

static uint16_t folded(uint16_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint16_t)(c - 'A' + 'a') : c == '/' ? '\\' : c;
}

static bool is_same(const uint16_t *one, const uint16_t *other)
{
    while (*one != 0 && folded(*one) == folded(*other)) {
        one++;
        other++;
    }
    return *one == 0 && *other == 0;
}

/* The name behind the last backslash, slash or colon. */
static const uint16_t *name_of(const uint16_t *path)
{
    const uint16_t *name = path;

    for (; *path != 0; path++) {
        if (folded(*path) == '\\' || *path == ':') {
            name = path + 1;
        }
    }
    return name;
}

enum up_program_match up_program_matches(const uint16_t *path, const uint16_t *program)
{
    if (*path == 0) {
        return UP_MATCHES_NOT;
    }
    if (is_same(path, program)) {
        return UP_MATCHES_PATH;
    }
    return name_of(path) == path && is_same(path, name_of(program)) ? UP_MATCHES_NAME
                                                                    : UP_MATCHES_NOT;
}
