/* SPDX-License-Identifier: MIT
 *
 * Starts a program with `userportctl run`, so that its IN and OUT work.
 */
#ifndef UP_GUI_PROGRAMRUN_H
#define UP_GUI_PROGRAMRUN_H

#include <windows.h>

#include "model_programs.h"

/* Posted to the window; lparam: a struct up_error_detail for up_programrun_ended. */
#define WM_UP_RAN (WM_APP + 4)

/*
 * Starts the program with this full path. It runs as the user of the desktop, also if UserPort.exe
 * runs as administrator, where the system can do that. trace: the recording of its accesses, NULL:
 * none but that of its settings. If userportctl says later that the program could not be started,
 * window gets WM_UP_RAN. handle, if not NULL, becomes a handle of userportctl's, to be closed, or
 * NULL. Result: false with *problem.
 */
bool up_programrun_start(HWND window, const char *path, const char *trace, bool is_administrator,
                         HANDLE *handle, struct up_error_detail *problem);

/* Shows why the program could not be started, and frees what WM_UP_RAN brought. */
void up_programrun_ended(HWND owner, struct up_error_detail *problem);

#endif
