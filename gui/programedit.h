/* SPDX-License-Identifier: MIT
 *
 * The dialog with the settings of one program.
 */
#ifndef UP_GUI_PROGRAMEDIT_H
#define UP_GUI_PROGRAMEDIT_H

#include <windows.h>

#include "model_programs.h"

/*
 * Lets the user change *edit. granted: the stored list of ports. Result: true if the user pressed
 * OK and the settings are valid; they are then in *program, without a name if they are new.
 */
bool up_programedit_show(HINSTANCE instance, HWND owner, struct up_edit *edit,
                         const struct up_portset *granted, struct up_program *program);

#endif
