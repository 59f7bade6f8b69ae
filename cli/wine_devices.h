/* SPDX-License-Identifier: MIT
 *
 * Makes device names for Wine (run --wine-devices), such as giveio, which Windows programs open
 * before they use IN and OUT themselves. Before it looks for a driver, Wine looks for a name under
 * \\.\ as a file, in lower case, in the folder dosdevices of the prefix (get_dos_device in Wine's
 * dlls/ntdll/unix/file.c). A link there to /dev/null opens like a driver that does nothing.
 */
#ifndef UP_CLI_WINE_DEVICES_H
#define UP_CLI_WINE_DEVICES_H

#include <stdbool.h>

/*
 * Is it a list of such names, separated by commas or blanks? Result: false if not; up_usage has
 * reported it.
 */
bool up_wine_devices_are_names(const char *list);

/*
 * Makes a link for each name in the user's own prefix ($WINEPREFIX, else ~/.wine), and prints a
 * note for each link. Existing files are left. Result: false if it failed; up_failed has reported
 * why.
 */
bool up_wine_devices_make(const char *list);

#endif
