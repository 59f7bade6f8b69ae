/* SPDX-License-Identifier: MIT
 *
 * Draws the picture of the ports and what is around it: the numbers of rows and columns, the
 * legend, the focus and the caret.
 */
#ifndef UP_GUI_MAPDRAW_H
#define UP_GUI_MAPDRAW_H

#include "desktop.h"
#include "portmap.h"

struct up_map_view {
    struct up_portmap *map; /* NULL: nothing is drawn yet */
    HFONT font;
    unsigned dpi;
    int line, number; /* the height of the font, and the width of four digits */
    POINT origin;     /* of the picture in the window */
    uint32_t *pixels; /* the buffer of the picture, which the owner frees */
    size_t room;
};

/* Chooses the largest cells for which the window has room. */
void up_mapdraw_place(struct up_map_view *view, HWND window);

/* The part of the height that a window of that size uses with these cells. */
int up_mapdraw_height(struct up_map_view *view, int width, int height);

/* The size of a window in which the whole view has one pixel for each port, at 96 dots per inch. */
SIZE up_mapdraw_size(const struct up_map_view *view);

/* Handles WM_PAINT. */
void up_mapdraw_paint(struct up_map_view *view, HWND window);

#endif
