/* SPDX-License-Identifier: MIT
 *
 * Starts the program again as administrator.
 */
#ifndef UP_GUI_ELEVATE_H
#define UP_GUI_ELEVATE_H

#include "desktop.h"

/* The second argument, if this program has started itself as administrator. */
#define UP_ELEVATED L"/elevated"

/* Can the system ask for an administrator? Windows Vista and later can. */
bool up_can_elevate(void);

/*
 * Starts this program as administrator, with a file as its argument, or without one if argument is
 * NULL; the system asks the user for consent. Program and file on a drive that only this logon has
 * are given by their real places. Result: false with the system's code in *code; ERROR_CANCELLED if
 * the user refused.
 */
bool up_elevate(HWND owner, const wchar_t *argument, DWORD *code);

#endif
