/* SPDX-License-Identifier: MIT
 *
 * The main window: shows the model, passes on what the user does, and does what the session says is next.
 */
#ifndef UP_GUI_WINDOW_H
#define UP_GUI_WINDOW_H

#include <windows.h>

#include "session.h"

/*
 * Registers the classes and makes the window. session: it stays the caller's. file: a driver to be installed once the system
 * has been looked at, or NULL. NULL: the system's code says why.
 */
HWND up_window_open(HINSTANCE instance, struct up_session *session, const wchar_t *file);

#endif
