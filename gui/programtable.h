/* SPDX-License-Identifier: MIT
 *
 * The dialog with the table of the programs that have settings of their own.
 */
#ifndef UP_GUI_PROGRAMTABLE_H
#define UP_GUI_PROGRAMTABLE_H

#include <windows.h>

#include "model.h"

/*
 * Shows the table and returns when the user has closed it. model: of the main window, for the
 * rights and the granted ports. Result: true if the program was started again as administrator, so
 * that this one has to close.
 */
bool up_programtable_show(HINSTANCE instance, HWND owner, const struct up_model *model);

#endif
