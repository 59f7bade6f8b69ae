/* SPDX-License-Identifier: MIT
 *
 * Reads the arguments of commands: options, numbers and ports (command.h).
 */
#include <stdio.h>
#include <string.h>

#include "core/decimal.h"
#include "core/known_ports.h"
#include "core/listerror.h"
#include "record/recording.h"
#include "command.h"
#include "map_card.h"

static const char *given(const struct up_invocation *line, const char *name)
{
    const struct up_option *option = line->command->options;
    size_t i;

    for (i = 0; option[i].name != NULL; i++) {
        if (strcmp(option[i].name, name) == 0) {
            return line->given[i];
        }
    }
    return NULL;
}

bool up_has_option(const struct up_invocation *line, const char *name)
{
    return given(line, name) != NULL;
}

const char *up_option_argument(const struct up_invocation *line, const char *name)
{
    return given(line, name);
}

bool up_read_decimal(const char *text, const char *what, uint32_t least, uint32_t most,
                     uint32_t *number)
{
    const char *digit = text;
    uint64_t value = 0;

    while (*digit >= '0' && *digit <= '9' && value <= most) {
        value = value * 10 + (uint64_t)(*digit++ - '0');
    }
    if (digit == text || *digit != '\0' || value < least || value > most) {
        up_usage("%s: \"%s\" is not a decimal number from %lu to %lu", what, text,
                 (unsigned long)least, (unsigned long)most);
        return false;
    }
    *number = (uint32_t)value;
    return true;
}

/*
 * Reads the width at the end of the word. Result: the length of what precedes it; 0 if there is no
 * such width.
 */
static size_t read_width(const char *word, unsigned *width)
{
    const char *dot = strchr(word, '.');

    *width = 1;
    if (dot == NULL) {
        return strlen(word);
    }
    if (strcmp(dot, ".b") == 0 || strcmp(dot, ".B") == 0) {
        return (size_t)(dot - word);
    }
    if (strcmp(dot, ".w") == 0 || strcmp(dot, ".W") == 0) {
        *width = 2;
    } else if (strcmp(dot, ".l") == 0 || strcmp(dot, ".L") == 0) {
        *width = 4;
    } else {
        up_usage("\"%s\": a width is .b (8 bits, what is meant without one), .w (16) or .l (32)",
                 word);
        return 0;
    }
    return (size_t)(dot - word);
}

static bool read_range(const char *word, size_t length, struct up_port_range *range)
{
    static struct up_portset set;
    const struct up_known_ports *known = up_known_ports_find(word, length);
    struct up_portlist_error error;
    char message[UP_LIST_ERROR_MAX];

    if (known != NULL && known->preset) {
        up_usage("\"%.*s\" is not one device: name a port", (int)length, word);
        return false;
    }
    if (known != NULL) {
        range->first = range->last = known->ranges[0].first;
        return true;
    }
    up_portset_deny_all(&set);
    if (!up_portlist_parse(word, length, &set, &error)) {
        up_list_error_text(word, length, &error, UP_LIST_NAMES_HINT, message, sizeof message);
        up_usage("%s", message);
        return false;
    }
    if (!up_portset_next(&set, 0, range) ||
        up_portset_count(&set) != (uint32_t)range->last - range->first + 1u) {
        up_usage("\"%.*s\" is not one port or range", (int)(length < 100 ? length : 100), word);
        return false;
    }
    return true;
}

bool up_read_ports(const char *word, struct up_port_range *range, unsigned *width)
{
    const size_t length = read_width(word, width);

    if (length == 0) {
        return strchr(word, '.') != word && word[0] != '\0'
                   ? false
                   : (up_usage("\"%s\" is not a port", word), false);
    }
    if (!read_range(word, length, range)) {
        return false;
    }
    if (range->last + *width > UP_PORT_COUNT) {
        up_usage("\"%s\" runs past FFFF, the last port", word);
        return false;
    }
    up_note_decimal(word);
    return true;
}

bool up_read_port(const char *word, uint16_t *port, unsigned *width)
{
    struct up_port_range range;
    unsigned bytes;

    if (width == NULL && strchr(word, '.') != NULL) {
        up_usage("\"%s\" is not a port", word);
        return false;
    }
    if (!up_read_ports(word, &range, &bytes)) {
        return false;
    }
    if (range.first != range.last) {
        up_usage("\"%s\" is a range: name one port", word);
        return false;
    }
    *port = range.first;
    if (width != NULL) {
        *width = bytes;
    }
    return true;
}

bool up_read_routes(const char *text, const char *what, struct up_routes *routes)
{
    struct up_routes_error error;
    char message[300];

    if (!up_routes_parse(text, strlen(text), routes, &error)) {
        (void)up_routes_error_text(text, strlen(text), &error, message, sizeof message);
        up_usage("%s%s", what, message);
        return false;
    }
    return true;
}

bool up_read_route_options(const struct up_invocation *line, struct up_routes *routes)
{
    const char *map = up_option_argument(line, "map");
    static char with_card[UP_ROUTES_TEXT_MAX];
    const char *device = up_option_argument(line, "device");
    char both[2u * UP_ROUTES_TEXT_MAX], what[40];

    if (map == NULL && device == NULL) {
        return true;
    }
    (void)snprintf(what, sizeof what, "%s: %s%s%s ", line->command->name,
                   map != NULL ? "--map" : "", map != NULL && device != NULL ? ", " : "",
                   device != NULL ? "--device" : "");
    if (map != NULL) {
        if (!up_map_card(map, what, with_card, sizeof with_card)) {
            return false;
        }
        map = with_card;
        up_note_decimal(map);
    }
    if (map == NULL || device == NULL) {
        return up_read_routes(map != NULL ? map : device, what, routes);
    }
    if ((size_t)snprintf(both, sizeof both, "%s,%s", map, device) >= sizeof both) {
        up_usage("%s: the routes of --map and --device are too long together", line->command->name);
        return false;
    }
    return up_read_routes(both, what, routes);
}

bool up_check_trace(const struct up_invocation *line, const char *name)
{
    if (!up_recording_is_name(name)) {
        up_usage("%s: the name of a recording ends with .vcd, .csv or .svg: %s",
                 line->command->name, name);
        return false;
    }
    return true;
}

/* ---- ports in decimal ------------------------------------------------------------------------ */

static const struct up_decimal_port *noted;

void up_note_decimal(const char *text)
{
    const struct up_decimal_port *found = up_decimal_port_in(text);

    if (found != NULL) {
        noted = found;
        up_note("ports are hexadecimal: %s is not the printer port %s, which is %s", found->decimal,
                found->name, found->hexadecimal);
    }
}

bool up_decimal_advice(const char *command, char *advice, size_t size)
{
    if (noted == NULL) {
        return false;
    }
    (void)snprintf(advice, size, "If you mean %s: userportctl %s %s", noted->name, command,
                   noted->hexadecimal);
    return true;
}
