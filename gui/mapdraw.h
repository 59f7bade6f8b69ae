/* SPDX-License-Identifier: MIT
 *
 * Drawing the picture of the ports with what is around it: the numbers of rows and columns, the legend, focus and caret.
 */
#ifndef UP_GUI_MAPDRAW_H
#define UP_GUI_MAPDRAW_H

#include "desktop.h"
#include "portmap.h"

struct up_map_view {
    struct up_portmap *map; /* NULL: nothing is drawn yet */
    HFONT font;
    unsigned dpi;
    int line, number; /* the font's height, and the width of four digits */
    POINT origin;     /* of the picture in the window */
    uint32_t *pixels; /* room for it, which the owner frees */
    size_t room;
};

/* Takes the largest cells for which the window has room. */
void up_mapdraw_place(struct up_map_view *view, HWND window);

/* Of so much room for the window, the height that it uses with these cells. */
int up_mapdraw_height(struct up_map_view *view, int width, int height);

/* The size of a window in which the whole view has one pixel of 96 dots per inch for each port. */
SIZE up_mapdraw_size(const struct up_map_view *view);

/* Answers WM_PAINT. */
void up_mapdraw_paint(struct up_map_view *view, HWND window);

#endif
