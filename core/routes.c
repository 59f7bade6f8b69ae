/* SPDX-License-Identifier: MIT
 *
 * Routes of a program's ports: text, and the way of an access. See routes.h.
 */
#include "routes.h"

#include "device_names.h"
#include "known_ports.h"
#include "portlist.h"
#include "text.h"

#define PORT_LAST 0xFFFFu
#define SHOWN_MAX 40u

#define SEVERAL_RANGES "the name means several ranges: give one of them"

/* ---- text ------------------------------------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_none(const char *text, size_t length)
{
    static const char none[] = "none";
    size_t i;

    if (length != sizeof none - 1) {
        return false;
    }
    for (i = 0; i < length; i++) {
        if (up_ascii_lower(text[i]) != none[i]) {
            return false;
        }
    }
    return true;
}

static const char not_hexadecimal[] = "not a hexadecimal port number";

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
        return not_hexadecimal;
    }
}

/* One item, as it was read. */
struct item {
    struct up_route route; /* the first range's; to is not set for a device */
    const struct up_known_ports *known;
    bool is_one_port;   /* written as one, so a device has those behind it too */
    const char *device; /* its text; NULL: the target is none */
    size_t device_length;
};

/* Reads "378", "378-37F" or "lpt1". Result: NULL, or what is wrong. */
static const char *read_source(const char *text, size_t length, struct item *item)
{
    struct up_route *route = &item->route;
    const char *why;
    size_t dash = 0;

    item->known = up_known_ports_find(text, length);
    if (item->known != NULL) {
        route->first = item->known->ranges[0].first;
        route->last = item->known->ranges[0].last;
        return item->known->preset ? SEVERAL_RANGES : NULL;
    }
    while (dash < length && text[dash] != '-') {
        dash++;
    }
    why = read_number(text, dash, &route->first);
    route->last = route->first;
    item->is_one_port = dash == length;
    if (why == NULL && !item->is_one_port) {
        why = read_number(text + dash + 1, length - dash - 1, &route->last);
    }
    if (why == NULL && route->last < route->first) {
        why = "the last port of a range must not be below its first";
    }
    return why;
}

/* Reads "printer:out.txt", without quotation marks. Result: NULL, or what is wrong. */
static const char *read_device(const char *text, size_t length, struct item *item)
{
    size_t argument, i;
    const struct up_device_name *device = up_device_name_find(text, length, &argument);

    if (device == NULL) {
        return "there is no such device: printer:FILE, loopback, memory, speaker:FILE, script:FILE "
               "or replay:FILE";
    }
    if (device->argument == NULL ? argument < length
                                 : device->needs_argument && argument == length) {
        return device->argument == NULL ? "this device takes nothing behind its name"
                                        : "this device needs a file: NAME:FILE";
    }
    for (i = 0; i < length; i++) {
        if ((uint8_t)text[i] < 0x20u || text[i] == '"') {
            return "the device's file has a control character or a quotation mark in its name";
        }
    }
    if (item->is_one_port) {
        if (item->route.first > PORT_LAST - (device->ports - 1u)) {
            return "the device's ports run past FFFF";
        }
        item->route.last = (uint16_t)(item->route.first + device->ports - 1u);
    }
    item->route.target = UP_TARGET_DEVICE;
    item->device = text;
    item->device_length = length;
    return NULL;
}

/* Is it a device, rather than an address or none? Its name may be unknown. */
static bool is_device(const char *text, size_t length)
{
    size_t argument;

    return up_device_name_find(text, length, &argument) != NULL || argument < length;
}

static const char *read_target(const char *text, size_t length, struct item *item)
{
    struct up_route *route = &item->route;
    const char *why;

    if (length > 0 && text[0] == '"') {
        /* find_end has seen the other one */
        return read_device(text + 1, length - 2, item);
    }
    if (is_device(text, length)) {
        return read_device(text, length, item);
    }
    if (item->known != NULL && item->known->range_count != 1) {
        return SEVERAL_RANGES;
    }
    if (is_none(text, length)) {
        route->target = UP_TARGET_NOTHING;
        return NULL;
    }
    if (length == 0) {
        return "the target is missing";
    }
    why = read_number(text, length, &route->to);
    if (why == not_hexadecimal) {
        return "the target is not a port in hexadecimal digits, a device or none";
    }
    if (why == NULL && (uint32_t)route->to + (uint32_t)(route->last - route->first) > PORT_LAST) {
        why = "the target range runs past FFFF";
    }
    return why;
}

/* Reads one item, such as "378-37F=D100". Result: NULL, or what is wrong. */
static const char *read_item(const char *text, size_t length, struct item *item)
{
    const char *why;
    size_t equals = 0;

    while (equals < length && text[equals] != '=') {
        equals++;
    }
    if (equals == length) {
        return "a route is PORTS=TARGET, such as 378-37F=D100";
    }
    *item = (struct item){.route = {0}};
    why = read_source(text, equals, item);
    return why != NULL ? why : read_target(text + equals + 1, length - equals - 1, item);
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

static bool is_text(const char *device, const struct item *item)
{
    size_t i;

    for (i = 0; i < item->device_length && device[i] == item->device[i]; i++) {
    }
    return i == item->device_length && device[i] == '\0';
}

/* Puts an item's device among the texts, unless it is there. Result: NULL, or what is wrong. */
static const char *add_device(struct up_routes *routes, struct item *item)
{
    size_t end = 0, i;

    while (routes->devices[end] != '\0') {
        if (is_text(routes->devices + end, item)) {
            item->route.to = (uint16_t)end;
            return NULL;
        }
        while (routes->devices[end++] != '\0') {
        }
    }
    /* An empty text is the end of all. */
    if (item->device_length + 2u > UP_ROUTES_DEVICES_MAX - end) {
        return "the texts of the devices are too long together";
    }
    for (i = 0; i < item->device_length; i++) {
        routes->devices[end + i] = item->device[i];
    }
    item->route.to = (uint16_t)end;
    return NULL;
}

/* Adds an item: one route, or those of a device with several ranges. */
static const char *add(struct up_routes *routes, struct item *item)
{
    const char *why = item->device != NULL ? add_device(routes, item) : NULL;
    size_t i;

    if (item->known == NULL) {
        return why != NULL ? why : insert(routes, &item->route);
    }
    for (i = 0; why == NULL && i < item->known->range_count; i++) {
        item->route.first = item->known->ranges[i].first;
        item->route.last = item->known->ranges[i].last;
        why = insert(routes, &item->route);
    }
    return why;
}

/* The length of the item that begins here. Blanks and commas in quotation marks belong to it. */
static const char *find_end(const char *text, size_t length, size_t *end)
{
    bool is_quoted = false;

    for (*end = 0; *end < length; (*end)++) {
        const char c = text[*end];

        if (c == '"') {
            /* One that begins is the first character of the target, and one that ends the last. */
            if (!is_quoted && (*end == 0 || text[*end - 1] != '=')) {
                return "a quotation mark is in the wrong place";
            }
            if (is_quoted && *end + 1 < length && !is_blank(text[*end + 1]) &&
                text[*end + 1] != ',') {
                return "a quotation mark is in the wrong place";
            }
            is_quoted = !is_quoted;
        } else if (!is_quoted && (is_blank(c) || c == ',')) {
            break;
        }
    }
    return is_quoted ? "the quotation mark has no other one" : NULL;
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
    struct item item;
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
        wrong.why = find_end(text + at, length - at, &wrong.length);
        wrong.length += wrong.length == 0; /* a quotation mark */
        at += wrong.length;
        if (wrong.why == NULL) {
            wrong.why = read_item(text + wrong.offset, wrong.length, &item);
        }
        if (wrong.why == NULL) {
            wrong.why = add(&read, &item);
        }
    }
    *routes = wrong.why == NULL ? read : (struct up_routes){0};
    if (error != NULL) {
        *error = wrong;
    }
    return wrong.why == NULL;
}

const char *up_route_device(const struct up_routes *routes, const struct up_route *route)
{
    return routes->devices + route->to;
}

bool up_routes_have(const struct up_routes *routes, enum up_target target)
{
    uint32_t i;

    for (i = 0; i < routes->count; i++) {
        if (routes->routes[i].target == target) {
            return true;
        }
    }
    return false;
}

/* Writes a device's text, in quotation marks if it needs them. */
static void write_device(struct up_writer *writer, const char *device)
{
    const char *mark = "";
    size_t i;

    for (i = 0; device[i] != '\0'; i++) {
        if (is_blank(device[i]) || device[i] == ',' || device[i] == ';') {
            mark = "\"";
        }
    }
    up_writer_text(writer, mark);
    up_writer_text(writer, device);
    up_writer_text(writer, mark);
}

static void write_route(struct up_writer *writer, const struct up_routes *routes,
                        const struct up_route *route)
{
    up_writer_hex(writer, route->first, 1);
    if (route->last != route->first) {
        up_writer_char(writer, '-');
        up_writer_hex(writer, route->last, 1);
    }
    up_writer_char(writer, '=');
    if (route->target == UP_TARGET_DEVICE) {
        write_device(writer, up_route_device(routes, route));
    } else if (route->target == UP_TARGET_NOTHING) {
        up_writer_text(writer, "none");
    } else {
        up_writer_hex(writer, route->to, 1);
    }
}

size_t up_route_format(const struct up_routes *routes, const struct up_route *route, char *text,
                       size_t size)
{
    struct up_writer writer;

    up_writer_init(&writer, text, size);
    write_route(&writer, routes, route);
    return writer.length;
}

size_t up_routes_format(const struct up_routes *routes, char *text, size_t size)
{
    struct up_writer writer;
    uint32_t i;

    up_writer_init(&writer, text, size);
    for (i = 0; i < routes->count; i++) {
        up_writer_text(&writer, i > 0 ? ", " : "");
        write_route(&writer, routes, &routes->routes[i]);
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
        switch (route->target) {
        case UP_TARGET_NOTHING:
            return UP_ROUTED_NOWHERE;
        case UP_TARGET_DEVICE:
            return UP_ROUTED_TO_DEVICE;
        default:
            *to = (uint16_t)(route->to + (port - route->first));
            return UP_ROUTED_TO_PORT;
        }
    }
    return UP_ROUTED_TO_PORT;
}

void up_routes_targets(const struct up_routes *routes, struct up_portset *targets)
{
    uint32_t i;

    for (i = 0; i < routes->count; i++) {
        const struct up_route *route = &routes->routes[i];

        if (route->target == UP_TARGET_PORT) {
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
