/* SPDX-License-Identifier: MIT
 *
 * The drives of this logon: what a path on one of them is for another logon, and whether a drive is there.
 */
#ifndef UP_GUI_DRIVE_H
#define UP_GUI_DRIVE_H

#include "desktop.h"

/* Makes a full path one that an administrator's logon has too: of a network drive the server's, of a subst drive the folder's. */
void up_drive_resolve(wchar_t path[MAX_PATH]);

/* Is there the drive that the path begins with? One that begins with none, as a server's, is taken to be there. */
bool up_drive_is_there(const wchar_t *path);

#endif
