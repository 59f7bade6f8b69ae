/* SPDX-License-Identifier: MIT
 *
 * The picture of the ports: one square cell for each port, in rows, with a colour and a pattern for
 * what the port is. It converts ports to pixels and back, keeps the selection and the caret, and
 * describes what is under the pointer. Pure C: mapcontrol.c shows the pixels and passes on the
 * keys.
 */
#ifndef UP_GUI_PORTMAP_H
#define UP_GUI_PORTMAP_H

#include <stddef.h>

#include "core/known_ports.h"

/* What a port is, in the order of the legend. */
enum up_port_class {
    UP_CLASS_GRANTED,
    UP_CLASS_GRANTED_HAZARD,
    UP_CLASS_ADDED,   /* to be granted, not applied yet */
    UP_CLASS_REMOVED, /* to be revoked, not applied yet */
    UP_CLASS_KNOWN,   /* not granted; a known device is there */
    UP_CLASS_HAZARD,  /* not granted, and dangerous to grant */
    UP_CLASS_EMPTY,   /* not granted; nothing is known to be there */
    UP_CLASS_COUNT
};

enum up_zoom {
    UP_ZOOM_WHOLE, /* 0000-FFFF, 256 ports in a row */
    UP_ZOOM_LOW    /* 0000-03FF, 32 ports in a row: most devices of a PC */
};

/* The least width and height in pixels that shows every port. */
#define UP_PORTMAP_SIDE 256u

/* A colour is 00RRGGBB, as in the pixels of a 32-bit bitmap. */
struct up_portmap_colours {
    uint32_t background, grid;
    uint32_t ink[UP_CLASS_COUNT];
    uint32_t paper[UP_CLASS_COUNT];
    uint32_t selected_ink, selected_paper;
};

struct up_portmap {
    enum up_zoom zoom;
    uint32_t cell;    /* pixels of a cell's side, 1 or more */
    uint32_t pattern; /* pixels of a pattern's dot, 1 at 96 dots per inch */
    uint16_t anchor, caret;
    bool has_range; /* anchor to caret is selected, by a drag or with Shift */
    /* The granted ports are open. While the driver is not running, they are only in the list. */
    bool is_running;
    uint8_t classes[UP_PORT_COUNT];
    uint8_t known[UP_PORT_COUNT]; /* UP_CLASS_KNOWN, _HAZARD or _EMPTY */
    /* What is shown as selected: the range, or ports that were selected elsewhere. */
    struct up_portset selected;
};

struct up_portmap_rect {
    uint32_t left, top, width, height;
};

/* Initializes the picture: the whole view, nothing selected, the caret at 378. */
void up_portmap_init(struct up_portmap *map);

/*
 * Sets the class of each port. wanted: the edited list. in_force: the ports in force, or the stored
 * ones while the driver is not running.
 */
void up_portmap_classify(struct up_portmap *map, const struct up_portset *wanted,
                         const struct up_portset *in_force, bool is_running);

/*
 * The number of ports in a row, which is also the number of rows; and the last port that is shown.
 */
uint32_t up_portmap_columns(const struct up_portmap *map);
uint16_t up_portmap_last(const struct up_portmap *map);

/* Chooses the largest cells with which the picture fits into a square of that side, in pixels. */
void up_portmap_fit(struct up_portmap *map, uint32_t side, uint32_t pattern);

/* The side of the picture in pixels. */
uint32_t up_portmap_extent(const struct up_portmap *map);

/* Changes the zoom. The caret and the selection are moved into what is shown. */
void up_portmap_zoom(struct up_portmap *map, enum up_zoom zoom);

/*
 * Finds the port at a pixel. Result: false for a pixel outside the picture; *port is then the
 * nearest one.
 */
bool up_portmap_port_at(const struct up_portmap *map, int32_t x, int32_t y, uint16_t *port);

/* The rectangle in which a port is drawn. */
void up_portmap_rect(const struct up_portmap *map, uint16_t port, struct up_portmap_rect *rect);

/* Draws into pixels, with stride pixels in a row. Width and height are up_portmap_extent. */
void up_portmap_render(const struct up_portmap *map, const struct up_portmap_colours *colours,
                       uint32_t *pixels, size_t stride);

/* Draws the pattern of a class, width by height pixels, for the legend. */
void up_portmap_swatch(const struct up_portmap_colours *colours, enum up_port_class port_class,
                       uint32_t pattern, uint32_t width, uint32_t height, uint32_t *pixels,
                       size_t stride);

/*
 * The colours for a light window; and those made from the window and text colours only, for high
 * contrast.
 */
void up_portmap_light_colours(struct up_portmap_colours *colours);
void up_portmap_plain_colours(struct up_portmap_colours *colours, uint32_t window, uint32_t text,
                              uint32_t highlight, uint32_t highlight_text);

enum up_caret_move {
    UP_MOVE_LEFT,
    UP_MOVE_RIGHT,
    UP_MOVE_UP,
    UP_MOVE_DOWN,
    UP_MOVE_PAGE_UP, /* a quarter of the rows */
    UP_MOVE_PAGE_DOWN,
    UP_MOVE_ROW_START,
    UP_MOVE_ROW_END,
    UP_MOVE_FIRST,
    UP_MOVE_LAST
};

/*
 * Moves the caret as far as there are ports. extend: the selection reaches from its anchor to the
 * new place; otherwise it is removed.
 */
void up_portmap_move(struct up_portmap *map, enum up_caret_move move, bool extend);

/* Moves the caret to a port, for a drag. The port becomes the anchor unless extend. */
void up_portmap_point(struct up_portmap *map, uint16_t port, bool extend);

/* Remove the selection; show ports that were selected elsewhere as selected. */
void up_portmap_clear(struct up_portmap *map);
void up_portmap_show(struct up_portmap *map, const struct up_portset *ports);

/* The selected range in ascending order; only the caret if there is none. */
struct up_port_range up_portmap_range(const struct up_portmap *map);

/*
 * Describes a range for people and screen readers: "378: printer port LPT1, granted", or "in the
 * list, not open" while the driver is not running; for several ports "300-31F (32 ports): NE2000
 * network card, 8 granted", or "8 in the list". The text is terminated by 0 and cut to size.
 * Result: the length of the whole text, as snprintf.
 */
size_t up_portmap_text(const struct up_portmap *map, struct up_port_range range, char *out,
                       size_t size);

/*
 * The text of a class in the legend, such as "in the list", which fits all states of the driver.
 * Never NULL.
 */
const char *up_portmap_class_text(enum up_port_class port_class);

#endif
