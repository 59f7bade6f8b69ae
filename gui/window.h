/* SPDX-License-Identifier: MIT
 *
 * The main window: it shows the model, passes on what the user does, and does what the session says
 * is next.
 */
#ifndef UP_GUI_WINDOW_H
#define UP_GUI_WINDOW_H

#include <windows.h>

#include "session.h"

/*
 * Registers the classes and creates the window. session stays the caller's. file: a driver to
 * install after the first observation of the system, or NULL. Result: NULL with GetLastError.
 */
HWND up_window_open(HINSTANCE instance, struct up_session *session, const wchar_t *file);

#endif
