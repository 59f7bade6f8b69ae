/* SPDX-License-Identifier: MIT
 *
 * The picture of a printer port's lines as a control of the window class "UserPortWave": the names
 * of the lines, their levels over the last seconds, and above them the window text, which screen
 * readers read too. It is only looked at.
 */
#ifndef UP_GUI_WATCHDRAW_H
#define UP_GUI_WATCHDRAW_H

#include "desktop.h"
#include "model_watch.h"

bool up_watchdraw_register(HINSTANCE instance);

/* Sets what is shown. It stays the caller's, and has to live as long as the control. */
void up_watchdraw_attach(HWND control, const struct up_watching *watching);

/* The height with which each line has as much room as a line of text. */
int up_watchdraw_height(HWND control);

#endif
