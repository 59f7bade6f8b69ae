/* SPDX-License-Identifier: MIT
 *
 * The drives of this logon: what a path on such a drive is for another logon, and whether a drive
 * exists.
 */
#ifndef UP_GUI_DRIVE_H
#define UP_GUI_DRIVE_H

#include "desktop.h"

/*
 * Changes a full path into one that an administrator's logon has too: a network drive is replaced
 * by its server and share, a drive of subst by its folder.
 */
void up_drive_resolve(wchar_t path[MAX_PATH]);

/*
 * Does the drive with which the path begins exist? A path without a drive, such as that of a
 * server, counts as existing.
 */
bool up_drive_is_there(const wchar_t *path);

#endif
