/* SPDX-License-Identifier: MIT
 *
 * The picture of the ports as a control of the window class "UserPortMap": the numbers at its
 * sides, the picture and the legend. It draws a struct up_portmap of its owner, and changes the
 * caret and the selection there according to mouse and keyboard.
 */
#ifndef UP_GUI_MAPCONTROL_H
#define UP_GUI_MAPCONTROL_H

#include "desktop.h"
#include "portmap.h"

/* The notifications, sent by WM_COMMAND. */
#define UP_MAP_SELECTED 1 /* the user selected ports, or none */
#define UP_MAP_POINTED  2 /* the pointer or the caret moved to another port */
#define UP_MAP_ADD      3 /* the user pressed Ins */
#define UP_MAP_REMOVE   4 /* the user pressed Del */

bool up_mapcontrol_register(HINSTANCE instance);

/* Sets the picture to show. It stays the caller's, and has to live as long as the control. */
void up_mapcontrol_attach(HWND control, struct up_portmap *map);

/* Sets the font and the dots per inch. WM_SETFONT alone keeps the dots per inch. */
void up_mapcontrol_set_font(HWND control, HFONT font, unsigned dpi);

/* The size that shows the whole view with whole pixels for each port, and no more. */
SIZE up_mapcontrol_size(HWND control);

/* The part of a height that the control uses, since the picture consists of whole cells. */
int up_mapcontrol_height(HWND control, int width, int height);

/* Redraws the picture after a change. */
void up_mapcontrol_refresh(HWND control);

/*
 * What the text next to the picture describes: the port under the pointer, or else the selection or
 * the caret.
 */
struct up_port_range up_mapcontrol_subject(HWND control);

#endif
