/* SPDX-License-Identifier: MIT
 *
 * What was chosen for the program that runs in this process: program_settings_windows.c and
 * program_settings_posix.c. userport-trap.dll uses it too.
 */
#ifndef UP_LIB_PROGRAM_SETTINGS_H
#define UP_LIB_PROGRAM_SETTINGS_H

#include "core/program_settings.h"

/*
 * Reads the settings of this process: those of the variable USERPORT_PROGRAM, or, without it, on
 * Windows those of the registry. There are none if they cannot be read or are not valid. The
 * system's last error does not change.
 */
void up_program_settings_of_process(struct up_program_settings *settings);

#endif
