/* SPDX-License-Identifier: MIT
 *
 * The window of a watched program: it starts the program, recorded, and shows its accesses as they
 * come.
 */
#ifndef UP_GUI_WATCHWINDOW_H
#define UP_GUI_WATCHWINDOW_H

#include <stdbool.h>
#include <windows.h>

#include "control/error_detail.h"

/*
 * Starts the program with this full path, as up_programrun_start, and returns when the user has
 * closed the window; the program goes on. Result: false with *problem if the program was not
 * started.
 */
bool up_watchwindow_show(HINSTANCE instance, HWND owner, const char *path, bool is_administrator,
                         struct up_error_detail *problem);

#endif
