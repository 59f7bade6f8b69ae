/* SPDX-License-Identifier: MIT
 *
 * The places of the controls in the main window, and their fonts.
 */
#ifndef UP_GUI_LAYOUT_H
#define UP_GUI_LAYOUT_H

#include <windows.h>

struct up_layout {
    HWND window;
    HFONT font, bold;
    unsigned dpi;
};

/* Sets fonts and measures for the given dots per inch. */
void up_layout_set_dpi(struct up_layout *layout, unsigned dpi);

/* Places every control. */
void up_layout_place(const struct up_layout *layout);

/* The least size of the window, and its first size, with frame and menu. */
SIZE up_layout_minimum(const struct up_layout *layout);
SIZE up_layout_first(const struct up_layout *layout);

#endif
