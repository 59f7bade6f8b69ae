/* SPDX-License-Identifier: MIT
 *
 * The settings of one program: text form, and for which program they are. See program_settings.h.
 */
#include "program_settings.h"

#include "text.h"

static const char routes_key[] = "routes=", cli_key[] = "ignore-cli-sti", fast_key[] = "fast",
                  session_key[] = "session=";

/* The length of word if the text begins with it; 0 if it does not. */
static size_t beginning(const char *text, size_t length, const char *word)
{
    size_t i;

    for (i = 0; word[i] != '\0'; i++) {
        if (i == length || text[i] != word[i]) {
            return 0;
        }
    }
    return i;
}

static bool is_word(const char *text, size_t length, const char *word)
{
    return length > 0 && beginning(text, length, word) == length;
}

static bool read_session(const char *text, size_t length, char session[UP_SESSION_NAME_MAX])
{
    size_t i;

    if (length == 0 || length >= UP_SESSION_NAME_MAX || session[0] != '\0') {
        return false;
    }
    for (i = 0; i < length; i++) {
        const char c = text[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
            c != '-') {
            session[0] = '\0';
            return false;
        }
        session[i] = c;
    }
    return true;
}

static bool read_part(const char *text, size_t length, struct up_program_settings *settings)
{
    const size_t key = beginning(text, length, routes_key);
    const size_t session = beginning(text, length, session_key);

    if (session > 0) {
        return read_session(text + session, length - session, settings->session);
    }
    if (key > 0) {
        return settings->routes.count == 0 &&
               up_routes_parse(text + key, length - key, &settings->routes, NULL);
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
        bool is_quoted = false;

        /* A semicolon in quotation marks belongs to the name of a device's file. */
        for (; at < length && (text[at] != ';' || is_quoted); at++) {
            is_quoted ^= text[at] == '"';
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
    if (settings->session[0] != '\0') {
        up_writer_text(&writer, session_key);
        up_writer_text(&writer, settings->session);
        up_writer_char(&writer, ';');
    }
    return writer.length;
}

/* ---- the registry's values ---------------------------------------------------------------------
 */

static bool is_complete(const struct up_registry_value *value)
{
    return value->state == UP_VALUE_PRESENT && value->available >= value->length;
}

/*
 * Reads a REG_SZ, with or without a terminating 0, into room characters. Result: false if it is
 * anything else, has a 0 in its middle, or is too long.
 */
static bool read_string(const struct up_registry_value *value, uint16_t *text, uint32_t room)
{
    uint32_t i, length = value->length / 2u;

    if (!is_complete(value) || value->type != UP_REG_SZ || value->length % 2u != 0) {
        return false;
    }
    for (i = 0; i < length && i < room; i++) {
        text[i] = (uint16_t)(value->data[2u * i] | value->data[2u * i + 1u] << 8);
        if (text[i] == 0) {
            return i + 1u == length;
        }
    }
    if (length >= room) {
        return false;
    }
    text[length] = 0;
    return true;
}

/* Reads a REG_DWORD of 0 or 1; absent is 0. */
static bool read_flag(const struct up_registry_value *value, bool *flag)
{
    uint32_t i;

    *flag = false;
    if (value->state == UP_VALUE_ABSENT) {
        return true;
    }
    if (!is_complete(value) || value->type != UP_REG_DWORD || value->length != 4) {
        return false;
    }
    for (i = 1; i < 4; i++) {
        if (value->data[i] != 0) {
            return false;
        }
    }
    *flag = value->data[0] == 1;
    return value->data[0] <= 1;
}

static bool read_routes(const struct up_registry_value *value, struct up_routes *routes,
                        struct up_writer *wrong)
{
    uint16_t wide[UP_PROGRAM_ROUTES_CHARS];
    char text[3u * UP_PROGRAM_ROUTES_CHARS], message[200];
    struct up_routes_error error;
    size_t length;

    if (value->state == UP_VALUE_ABSENT) {
        return true;
    }
    if (!read_string(value, wide, UP_PROGRAM_ROUTES_CHARS)) {
        up_writer_text(wrong, "the value Routes is not a REG_SZ of at most 1535 characters");
        return false;
    }
    length = up_utf8_from_utf16(wide, text, sizeof text);
    if (!up_routes_parse(text, length, routes, &error)) {
        (void)up_routes_error_text(text, length, &error, message, sizeof message);
        up_writer_text(wrong, "the value Routes is wrong, ");
        up_writer_text(wrong, message);
        return false;
    }
    return true;
}

static bool read_trace(const struct up_registry_value *value, char trace[UP_PROGRAM_TRACE_MAX])
{
    uint16_t wide[UP_PROGRAM_PATH_CHARS];

    if (value->state == UP_VALUE_ABSENT) {
        return true;
    }
    if (!read_string(value, wide, UP_PROGRAM_PATH_CHARS)) {
        return false;
    }
    (void)up_utf8_from_utf16(wide, trace, UP_PROGRAM_TRACE_MAX);
    return true;
}

static bool decode(const struct up_program_values *values, uint16_t path[UP_PROGRAM_PATH_CHARS],
                   struct up_program_settings *settings, struct up_writer *wrong)
{
    path[0] = 0;
    if (values->path.state == UP_VALUE_ABSENT) {
        up_writer_text(wrong, "the value Path is not there");
        return false;
    }
    if (!read_string(&values->path, path, UP_PROGRAM_PATH_CHARS) || path[0] == 0) {
        path[0] = 0;
        up_writer_text(wrong, "the value Path is not a REG_SZ of 1 to 259 characters");
        return false;
    }
    if (!read_routes(&values->routes, &settings->routes, wrong)) {
        return false;
    }
    if (!read_flag(&values->ignore_cli_sti, &settings->ignore_cli_sti)) {
        up_writer_text(wrong, "the value IgnoreCliSti is not a REG_DWORD of 0 or 1");
        return false;
    }
    if (!read_flag(&values->fast, &settings->fast)) {
        up_writer_text(wrong, "the value Fast is not a REG_DWORD of 0 or 1");
        return false;
    }
    if (!read_trace(&values->trace, settings->trace)) {
        up_writer_text(wrong, "the value Trace is not a REG_SZ of at most 259 characters");
        return false;
    }
    return true;
}

bool up_program_decode(const struct up_program_values *values, uint16_t path[UP_PROGRAM_PATH_CHARS],
                       struct up_program_settings *settings, char *wrong, size_t size)
{
    struct up_program_settings read = {0};
    struct up_writer writer;
    bool is_valid;

    up_writer_init(&writer, wrong, size);
    is_valid = decode(values, path, &read, &writer);
    *settings = is_valid ? read : (struct up_program_settings){0};
    return is_valid;
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
