/* SPDX-License-Identifier: MIT
 *
 * Starts the program again as administrator.
 */
#ifndef UP_GUI_ELEVATE_H
#define UP_GUI_ELEVATE_H

#include "desktop.h"

/* The second argument, if this program has started itself as administrator. */
#define UP_ELEVATED L"/elevated"

/* The first argument, in the place of a file, to show the table of the programs at the start. */
#define UP_SHOW_PROGRAMS L"/programs"

/* Can the system ask for an administrator? Windows Vista and later can. */
bool up_can_elevate(void);

/*
 * Starts this program as administrator, with a file or UP_SHOW_PROGRAMS as its argument, or without
 * one if argument is NULL; the system asks the user for consent. Program and file on a drive that
 * only this logon has are given by their real places. Result: false with the system's code in
 * *code; ERROR_CANCELLED if the user refused.
 */
bool up_elevate(HWND owner, const wchar_t *argument, DWORD *code);

/* Says why up_elevate failed, and what to do. */
void up_elevate_problem(DWORD code, struct up_error_detail *problem);

#endif
