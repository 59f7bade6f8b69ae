/* SPDX-License-Identifier: MIT
 *
 * The program once more, as administrator.
 */
#ifndef UP_GUI_ELEVATE_H
#define UP_GUI_ELEVATE_H

#include "desktop.h"

/* Stands behind the argument when this program has started itself so. */
#define UP_ELEVATED L"/elevated"

/* The system can ask for an administrator: Vista and later. */
bool up_can_elevate(void);

/*
 * Starts this program as administrator, with a file as argument, or with none if it is NULL; the system asks the user. On a drive
 * that only this logon has, program and file are given by where they really lie. false: *code is
 * the system's, ERROR_CANCELLED when the user said no.
 */
bool up_elevate(HWND owner, const wchar_t *argument, DWORD *code);

#endif
