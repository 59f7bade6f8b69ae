/* SPDX-License-Identifier: MIT
 *
 * The picture of the ports (portmap.h). A class has an ink, a paper, and a pattern that says which
 * pixels have which. Patterns go by the place of a pixel in the whole picture and not in its cell.
 * In the whole view at 96 dots per inch a cell is one pixel; so a run of ports shows a pattern for
 * which a single port has no room.
 */
#include "portmap.h"

#include <stdio.h>

static const char *const class_texts[UP_CLASS_COUNT] = {
    [UP_CLASS_GRANTED] = "in the list",      [UP_CLASS_GRANTED_HAZARD] = "in the list, a hazard",
    [UP_CLASS_ADDED] = "added, not applied", [UP_CLASS_REMOVED] = "removed, not applied",
    [UP_CLASS_KNOWN] = "known device",       [UP_CLASS_HAZARD] = "hazard",
    [UP_CLASS_EMPTY] = "nothing known",
};

/* The texts while the driver is running, and while it is not. */
static const char *const running_texts[UP_CLASS_COUNT] = {
    [UP_CLASS_GRANTED] = "granted",
    [UP_CLASS_GRANTED_HAZARD] = "granted",
    [UP_CLASS_ADDED] = "added, not applied yet",
    [UP_CLASS_REMOVED] = "removed, not applied yet",
    [UP_CLASS_KNOWN] = "not granted",
    [UP_CLASS_HAZARD] = "not granted",
    [UP_CLASS_EMPTY] = "not granted",
};
static const char *const stopped_texts[UP_CLASS_COUNT] = {
    [UP_CLASS_GRANTED] = "in the list, not open",
    [UP_CLASS_GRANTED_HAZARD] = "in the list, not open",
    [UP_CLASS_ADDED] = "added, not saved yet",
    [UP_CLASS_REMOVED] = "removed, not saved yet",
    [UP_CLASS_KNOWN] = "not in the list",
    [UP_CLASS_HAZARD] = "not in the list",
    [UP_CLASS_EMPTY] = "not in the list",
};

const char *up_portmap_class_text(enum up_port_class port_class)
{
    return class_texts[port_class];
}

void up_portmap_init(struct up_portmap *map)
{
    map->zoom = UP_ZOOM_WHOLE;
    map->cell = 1;
    map->pattern = 1;
    map->anchor = map->caret = 0x378;
    map->has_range = false;
    map->is_running = false;
    up_portset_deny_all(&map->selected);
    for (uint32_t port = 0; port < UP_PORT_COUNT; port++) {
        const struct up_known_ports *known = up_known_ports_at((uint16_t)port);

        map->known[port] = known == NULL           ? UP_CLASS_EMPTY
                           : known->hazard != NULL ? UP_CLASS_HAZARD
                                                   : UP_CLASS_KNOWN;
        map->classes[port] = map->known[port];
    }
}

void up_portmap_classify(struct up_portmap *map, const struct up_portset *wanted,
                         const struct up_portset *in_force, bool is_running)
{
    map->is_running = is_running;
    for (uint32_t port = 0; port < UP_PORT_COUNT; port++) {
        bool is_wanted = up_portset_has(wanted, (uint16_t)port);
        bool is_in_force = up_portset_has(in_force, (uint16_t)port);

        if (is_wanted && is_in_force) {
            map->classes[port] =
                map->known[port] == UP_CLASS_HAZARD ? UP_CLASS_GRANTED_HAZARD : UP_CLASS_GRANTED;
        } else if (is_wanted) {
            map->classes[port] = UP_CLASS_ADDED;
        } else if (is_in_force) {
            map->classes[port] = UP_CLASS_REMOVED;
        } else {
            map->classes[port] = map->known[port];
        }
    }
}

uint32_t up_portmap_columns(const struct up_portmap *map)
{
    return map->zoom == UP_ZOOM_WHOLE ? 256u : 32u;
}

uint16_t up_portmap_last(const struct up_portmap *map)
{
    uint32_t columns = up_portmap_columns(map);

    return (uint16_t)(columns * columns - 1u);
}

void up_portmap_fit(struct up_portmap *map, uint32_t side, uint32_t pattern)
{
    uint32_t cell = side / up_portmap_columns(map);

    map->cell = cell > 0 ? cell : 1;
    map->pattern = pattern > 0 ? pattern : 1;
}

uint32_t up_portmap_extent(const struct up_portmap *map)
{
    return map->cell * up_portmap_columns(map);
}

static uint16_t clamp(const struct up_portmap *map, int32_t port)
{
    int32_t last = up_portmap_last(map);

    return (uint16_t)(port < 0 ? 0 : port > last ? last : port);
}

static void select_range(struct up_portmap *map)
{
    struct up_port_range range = up_portmap_range(map);

    up_portset_deny_all(&map->selected);
    if (map->has_range) {
        up_portset_grant(&map->selected, range.first, range.last);
    }
}

void up_portmap_zoom(struct up_portmap *map, enum up_zoom zoom)
{
    uint32_t side = up_portmap_extent(map);
    bool had_range = map->has_range;

    map->zoom = zoom;
    up_portmap_fit(map, side, map->pattern);
    map->caret = clamp(map, map->caret);
    map->anchor = clamp(map, map->anchor);
    if (had_range) {
        select_range(map);
    }
}

static uint32_t column_at(const struct up_portmap *map, int32_t place, bool *is_inside)
{
    int32_t columns = (int32_t)up_portmap_columns(map);

    if (place < 0) {
        *is_inside = false;
        return 0;
    }
    place /= (int32_t)map->cell;
    if (place >= columns) {
        *is_inside = false;
        place = columns - 1;
    }
    return (uint32_t)place;
}

bool up_portmap_port_at(const struct up_portmap *map, int32_t x, int32_t y, uint16_t *port)
{
    bool is_inside = true;
    uint32_t column = column_at(map, x, &is_inside);
    uint32_t row = column_at(map, y, &is_inside);

    *port = (uint16_t)(row * up_portmap_columns(map) + column);
    return is_inside;
}

void up_portmap_rect(const struct up_portmap *map, uint16_t port, struct up_portmap_rect *rect)
{
    uint32_t columns = up_portmap_columns(map);

    rect->left = port % columns * map->cell;
    rect->top = port / columns * map->cell;
    rect->width = rect->height = map->cell;
}

/*
 * Does this pixel have the ink of the class? x and y count dots of the pattern. Each pattern
 * repeats after at most 8 dots.
 */
static bool has_ink(enum up_port_class port_class, uint32_t x, uint32_t y)
{
    switch (port_class) {
    case UP_CLASS_GRANTED: /* full */
        return true;
    case UP_CLASS_GRANTED_HAZARD: /* full, except for both diagonals */
        return (x + y) % 4 != 0 && (x + 8 - y % 8) % 4 != 0;
    case UP_CLASS_ADDED: /* a chequerboard */
        return (x / 2 + y / 2) % 2 == 0;
    case UP_CLASS_REMOVED: /* horizontal lines */
        return y % 4 < 2;
    case UP_CLASS_KNOWN: /* dots */
        return x % 4 == 1 && y % 4 == 1;
    case UP_CLASS_HAZARD: /* a diagonal */
        return (x + y) % 4 == 0;
    default:
        return false;
    }
}

void up_portmap_swatch(const struct up_portmap_colours *colours, enum up_port_class port_class,
                       uint32_t pattern, uint32_t width, uint32_t height, uint32_t *pixels,
                       size_t stride)
{
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            pixels[y * stride + x] = has_ink(port_class, x / pattern, y / pattern)
                                         ? colours->ink[port_class]
                                         : colours->paper[port_class];
        }
    }
}

void up_portmap_render(const struct up_portmap *map, const struct up_portmap_colours *colours,
                       uint32_t *pixels, size_t stride)
{
    uint32_t extent = up_portmap_extent(map);
    uint32_t columns = up_portmap_columns(map);
    uint32_t gap = map->cell >= 6 ? map->pattern : 0;

    for (uint32_t y = 0; y < extent; y++) {
        for (uint32_t x = 0; x < extent; x++) {
            uint16_t port = (uint16_t)(y / map->cell * columns + x / map->cell);
            enum up_port_class port_class = (enum up_port_class)map->classes[port];
            bool ink = has_ink(port_class, x / map->pattern, y / map->pattern);
            uint32_t colour;

            if (x % map->cell + gap >= map->cell || y % map->cell + gap >= map->cell) {
                colour = colours->grid;
            } else if (up_portset_has(&map->selected, port)) {
                colour = ink ? colours->selected_ink : colours->selected_paper;
            } else {
                colour = ink ? colours->ink[port_class] : colours->paper[port_class];
            }
            pixels[y * stride + x] = colour;
        }
    }
}

void up_portmap_light_colours(struct up_portmap_colours *colours)
{
    static const struct up_portmap_colours light = {
        .background = 0xFFFFFF,
        .grid = 0xFFFFFF,
        .ink = {[UP_CLASS_GRANTED] = 0x1B6E3C,
                [UP_CLASS_GRANTED_HAZARD] = 0xA8121A,
                [UP_CLASS_ADDED] = 0x2E9E5B,
                [UP_CLASS_REMOVED] = 0x6A4FA3,
                [UP_CLASS_KNOWN] = 0x4A78A8,
                [UP_CLASS_HAZARD] = 0xC98A1B,
                [UP_CLASS_EMPTY] = 0xECEEF0},
        .paper = {[UP_CLASS_GRANTED] = 0x1B6E3C,
                  [UP_CLASS_GRANTED_HAZARD] = 0xFFD9A0,
                  [UP_CLASS_ADDED] = 0xFFFFFF,
                  [UP_CLASS_REMOVED] = 0xFFFFFF,
                  [UP_CLASS_KNOWN] = 0xC5DAF0,
                  [UP_CLASS_HAZARD] = 0xFBE7BE,
                  [UP_CLASS_EMPTY] = 0xECEEF0},
        .selected_ink = 0x0B3D7C,
        .selected_paper = 0x74ACEC,
    };

    *colours = light;
}

void up_portmap_plain_colours(struct up_portmap_colours *colours, uint32_t window, uint32_t text,
                              uint32_t highlight, uint32_t highlight_text)
{
    colours->background = colours->grid = window;
    for (unsigned i = 0; i < UP_CLASS_COUNT; i++) {
        colours->ink[i] = text;
        colours->paper[i] = window;
    }
    colours->selected_paper = highlight;
    /*
     * Between the two colours: highlight_text may be the window's colour, and a granted port would
     * then seem to be empty.
     */
    colours->selected_ink =
        (highlight & highlight_text) + (((highlight ^ highlight_text) & 0xFEFEFE) >> 1);
}

void up_portmap_move(struct up_portmap *map, enum up_caret_move move, bool extend)
{
    int32_t columns = (int32_t)up_portmap_columns(map);
    int32_t caret = map->caret;
    int32_t to = caret;

    switch (move) {
    case UP_MOVE_LEFT:
        to = caret - 1;
        break;
    case UP_MOVE_RIGHT:
        to = caret + 1;
        break;
    case UP_MOVE_UP:
        to = caret - columns >= 0 ? caret - columns : caret;
        break;
    case UP_MOVE_DOWN:
        to = caret + columns <= up_portmap_last(map) ? caret + columns : caret;
        break;
    case UP_MOVE_PAGE_UP:
        to = caret - columns * (columns / 4) >= 0 ? caret - columns * (columns / 4)
                                                  : caret % columns;
        break;
    case UP_MOVE_PAGE_DOWN:
        to = caret + columns * (columns / 4);
        if (to > up_portmap_last(map)) {
            to = columns * (columns - 1) + caret % columns;
        }
        break;
    case UP_MOVE_ROW_START:
        to = caret - caret % columns;
        break;
    case UP_MOVE_ROW_END:
        to = caret - caret % columns + columns - 1;
        break;
    case UP_MOVE_FIRST:
        to = 0;
        break;
    case UP_MOVE_LAST:
        to = up_portmap_last(map);
        break;
    }
    up_portmap_point(map, clamp(map, to), extend);
}

void up_portmap_point(struct up_portmap *map, uint16_t port, bool extend)
{
    map->caret = clamp(map, port);
    if (!extend) {
        map->anchor = map->caret;
    }
    map->has_range = extend;
    select_range(map);
}

void up_portmap_clear(struct up_portmap *map)
{
    map->has_range = false;
    map->anchor = map->caret;
    up_portset_deny_all(&map->selected);
}

void up_portmap_show(struct up_portmap *map, const struct up_portset *ports)
{
    map->has_range = false;
    map->anchor = map->caret;
    map->selected = *ports;
}

struct up_port_range up_portmap_range(const struct up_portmap *map)
{
    uint16_t other = map->has_range ? map->anchor : map->caret;
    struct up_port_range range = {.first = map->caret, .last = other};

    if (other < map->caret) {
        range.first = other;
        range.last = map->caret;
    }
    return range;
}

static size_t port_text(const struct up_portmap *map, uint16_t port, char *out, size_t size)
{
    const struct up_known_ports *known = up_known_ports_at(port);
    const char *state = (map->is_running ? running_texts : stopped_texts)[map->classes[port]];

    return (size_t)snprintf(out, size, "%X: %s, %s%s%s", port,
                            known != NULL ? known->what : "nothing known", state,
                            known != NULL && known->hazard != NULL ? ". It " : "",
                            known != NULL && known->hazard != NULL ? known->hazard : "");
}

size_t up_portmap_text(const struct up_portmap *map, struct up_port_range range, char *out,
                       size_t size)
{
    const struct up_known_ports *first = NULL;
    uint32_t granted = 0, devices = 0;

    if (range.first == range.last) {
        return port_text(map, range.first, out, size);
    }
    for (uint32_t port = range.first; port <= range.last; port++) {
        const struct up_known_ports *known = up_known_ports_at((uint16_t)port);
        uint8_t port_class = map->classes[port];

        granted += port_class == UP_CLASS_GRANTED || port_class == UP_CLASS_GRANTED_HAZARD ||
                   port_class == UP_CLASS_ADDED;
        if (known != NULL && known != first) {
            devices += first == NULL || devices == 1;
            first = first == NULL ? known : first;
        }
    }
    return (size_t)snprintf(out, size, "%X-%X (%u ports): %s%s, %u %s", range.first, range.last,
                            (unsigned)(range.last - range.first + 1),
                            first != NULL ? first->what : "nothing known",
                            devices > 1 ? " and more" : "", (unsigned)granted,
                            map->is_running ? "granted" : "in the list");
}
