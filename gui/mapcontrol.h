/* SPDX-License-Identifier: MIT
 *
 * The picture of the ports as a control of the window class "UserPortMap": numbers at its sides, the picture, the legend.
 * It draws what a struct up_portmap of its owner says, and changes caret and selection there as mouse and keys ask for.
 */
#ifndef UP_GUI_MAPCONTROL_H
#define UP_GUI_MAPCONTROL_H

#include "desktop.h"
#include "portmap.h"

/* Notifications, by WM_COMMAND. */
#define UP_MAP_SELECTED 1 /* the user selected ports, or none */
#define UP_MAP_POINTED  2 /* the pointer or the caret came to another port */
#define UP_MAP_ADD      3 /* Ins */
#define UP_MAP_REMOVE   4 /* Del */

bool up_mapcontrol_register(HINSTANCE instance);

/* The picture that it shows; it stays the caller's, and has to live as long as the control. */
void up_mapcontrol_attach(HWND control, struct up_portmap *map);

/* Font, dots per inch. WM_SETFONT alone keeps the dots. */
void up_mapcontrol_set_font(HWND control, HFONT font, unsigned dpi);

/* The size that shows the whole view with whole pixels for each port, and no larger than that. */
SIZE up_mapcontrol_size(HWND control);

/* What it uses of a height: the picture has whole cells. */
int up_mapcontrol_height(HWND control, int width, int height);

/* Something in the picture has changed. */
void up_mapcontrol_refresh(HWND control);

/* What the words beside the picture are about: the port under the pointer, or else the selection, or the caret. */
struct up_port_range up_mapcontrol_subject(HWND control);

#endif
