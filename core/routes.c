/* SPDX-License-Identifier: MIT
 *
 * Routes of a program's ports: text, and the way of an access. See routes.h.
 */
#include "routes.h"

#include "known_ports.h"
#include "portlist.h"
#include "text.h"

#define PORT_LAST 0xFFFFu
#define SHOWN_MAX 40u

/* ---- text ------------------------------------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_none(const char *text, size_t length)
{
    static const char none[] = "none";
    size_t i;

    if (length != sizeof none - 1) {
        return false;
    }
    for (i = 0; i < length; i++) {
        if (lower(text[i]) != none[i]) {
            return false;
        }
    }
    return true;
}

/* Reads a number in one of the list's forms: 378, 0x378, 378h. Result: NULL, or what is wrong. */
static const char *read_number(const char *text, size_t length, uint16_t *number)
{
    switch (length > 0 ? up_portlist_read_number(text, length, number) : UP_LIST_MISSING_ITEM) {
    case UP_LIST_OK:
        return NULL;
    case UP_LIST_MISSING_ITEM:
        return "a port is missing";
    case UP_LIST_TOO_LARGE:
        return "the port is above FFFF";
    default:
        return "not a hexadecimal port number";
    }
}

/* Reads "378", "378-37F" or "lpt1". Result: NULL, or what is wrong. */
static const char *read_source(const char *text, size_t length, struct up_route *route)
{
    const struct up_known_ports *known = up_known_ports_find(text, length);
    const char *why;
    size_t dash = 0;

    if (known != NULL) {
        if (known->preset || known->range_count != 1) {
            return "the name means several ranges: give one of them";
        }
        route->first = known->ranges[0].first;
        route->last = known->ranges[0].last;
        return NULL;
    }
    while (dash < length && text[dash] != '-') {
        dash++;
    }
    why = read_number(text, dash, &route->first);
    route->last = route->first;
    if (why == NULL && dash < length) {
        why = read_number(text + dash + 1, length - dash - 1, &route->last);
    }
    if (why == NULL && route->last < route->first) {
        why = "the last port of a range must not be below its first";
    }
    return why;
}

static const char *read_target(const char *text, size_t length, struct up_route *route)
{
    const char *why;

    if (is_none(text, length)) {
        route->is_nowhere = true;
        return NULL;
    }
    why = read_number(text, length, &route->to);
    if (why == NULL && (uint32_t)route->to + (uint32_t)(route->last - route->first) > PORT_LAST) {
        why = "the target range runs past FFFF";
    }
    return why;
}

/* Reads one item without blanks, such as "378-37F=D100". Result: NULL, or what is wrong. */
static const char *read_item(const char *text, size_t length, struct up_route *route)
{
    const char *why;
    size_t equals = 0;

    while (equals < length && text[equals] != '=') {
        equals++;
    }
    if (equals == length) {
        return "a route is PORTS=TARGET, such as 378-37F=D100";
    }
    *route = (struct up_route){0};
    why = read_source(text, equals, route);
    return why != NULL ? why : read_target(text + equals + 1, length - equals - 1, route);
}

/* Puts a route in its place. Result: NULL, or what is wrong. */
static const char *insert(struct up_routes *routes, const struct up_route *route)
{
    struct up_route *last = routes->routes + routes->count, lower;
    uint32_t i;

    if (routes->count == UP_ROUTES_MAX) {
        return "there are more than 16 routes";
    }
    for (i = 0; i < routes->count; i++) {
        const struct up_route *other = &routes->routes[i];

        if (route->first <= other->last && other->first <= route->last) {
            return "an earlier route has some of these ports";
        }
    }
    /* It goes down one by one: a compiler makes no memmove of that, which some users lack. */
    *last = *route;
    for (; last > routes->routes && last[-1].first > last->first; last--) {
        lower = last[-1];
        last[-1] = *last;
        *last = lower;
    }
    routes->count++;
    return NULL;
}

/*
 * Moves *at behind blanks and at most one comma, whose place is *comma. Result: false if a comma
 * has no item before it or after it.
 */
static bool skip_separator(const char *text, size_t length, size_t *at, bool is_first,
                           size_t *comma)
{
    bool has_comma = false;

    for (; *at < length && (is_blank(text[*at]) || text[*at] == ','); (*at)++) {
        if (text[*at] == ',') {
            *comma = *at;
            if (has_comma || is_first) {
                return false;
            }
            has_comma = true;
        }
    }
    return !has_comma || *at < length;
}

bool up_routes_parse(const char *text, size_t length, struct up_routes *routes,
                     struct up_routes_error *error)
{
    struct up_routes_error wrong = {NULL, 0, 0};
    struct up_routes read = {0};
    struct up_route route;
    size_t at = 0;

    while (wrong.why == NULL) {
        if (!skip_separator(text, length, &at, wrong.length == 0, &wrong.offset)) {
            wrong.length = 1;
            wrong.why = "there is no route beside the comma";
            break;
        }
        if (at == length) {
            break;
        }
        wrong.offset = at;
        while (at < length && !is_blank(text[at]) && text[at] != ',') {
            at++;
        }
        wrong.length = at - wrong.offset;
        wrong.why = read_item(text + wrong.offset, wrong.length, &route);
        if (wrong.why == NULL) {
            wrong.why = insert(&read, &route);
        }
    }
    if (wrong.why != NULL) {
        read.count = 0;
    }
    *routes = read;
    if (error != NULL) {
        *error = wrong;
    }
    return wrong.why == NULL;
}

size_t up_routes_format(const struct up_routes *routes, char *text, size_t size)
{
    struct up_writer writer;
    uint32_t i;

    up_writer_init(&writer, text, size);
    for (i = 0; i < routes->count; i++) {
        const struct up_route *route = &routes->routes[i];

        up_writer_text(&writer, i > 0 ? ", " : "");
        up_writer_hex(&writer, route->first, 1);
        if (route->last != route->first) {
            up_writer_char(&writer, '-');
            up_writer_hex(&writer, route->last, 1);
        }
        up_writer_char(&writer, '=');
        if (route->is_nowhere) {
            up_writer_text(&writer, "none");
        } else {
            up_writer_hex(&writer, route->to, 1);
        }
    }
    return writer.length;
}

size_t up_routes_error_text(const char *text, size_t length, const struct up_routes_error *error,
                            char *out, size_t size)
{
    struct up_writer writer;
    size_t i, shown = up_utf8_whole(text + error->offset,
                                    error->length < SHOWN_MAX ? error->length : SHOWN_MAX);

    up_writer_init(&writer, out, size);
    up_writer_char(&writer, '"');
    for (i = 0; i < shown && error->offset + i < length; i++) {
        const uint8_t c = (uint8_t)text[error->offset + i];

        if (c >= 0x20u && c != 0x7Fu) {
            up_writer_char(&writer, (char)c);
        } else {
            up_writer_text(&writer, "\\x");
            up_writer_hex(&writer, c, 2);
        }
    }
    up_writer_text(&writer, shown < error->length ? "...\" at column " : "\" at column ");
    up_writer_decimal(&writer, error->offset + 1);
    up_writer_text(&writer, ": ");
    up_writer_text(&writer, error->why);
    return writer.length;
}

/* ---- an access ------------------------------------------------------------------------------- */

enum up_routed up_routes_find(const struct up_routes *routes, uint16_t port, unsigned width,
                              uint16_t *to)
{
    const uint32_t last = port + width - 1u;
    uint32_t i;

    *to = port;
    for (i = 0; i < routes->count; i++) {
        const struct up_route *route = &routes->routes[i];

        if (last < route->first || port > route->last) {
            continue;
        }
        if (port < route->first || last > route->last) {
            return UP_ROUTED_APART;
        }
        *to = (uint16_t)(route->to + (port - route->first));
        return route->is_nowhere ? UP_ROUTED_NOWHERE : UP_ROUTED_TO_PORT;
    }
    return UP_ROUTED_TO_PORT;
}

void up_routes_targets(const struct up_routes *routes, struct up_portset *targets)
{
    uint32_t i;

    for (i = 0; i < routes->count; i++) {
        const struct up_route *route = &routes->routes[i];

        if (!route->is_nowhere) {
            up_portset_grant(targets, route->to,
                             (uint16_t)(route->to + (route->last - route->first)));
        }
    }
}

bool up_routes_denied(const struct up_routes *routes, const struct up_portset *granted,
                      struct up_portset *denied)
{
    up_portset_deny_all(denied);
    up_routes_targets(routes, denied);
    up_portset_remove(denied, granted);
    return up_portset_count(denied) > 0;
}
