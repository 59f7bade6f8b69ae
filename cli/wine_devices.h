/* SPDX-License-Identifier: MIT
 *
 * run --wine-devices: names of devices, such as giveio, that Windows programs open before they run IN and OUT themselves. In
 * Wine a name under \\.\ is looked for as a file in the folder dosdevices of the prefix, in small letters, before drivers are
 * (Wine's dlls/ntdll/unix/file.c, get_dos_device): a link to /dev/null opens like a driver that does nothing.
 */
#ifndef UP_CLI_WINE_DEVICES_H
#define UP_CLI_WINE_DEVICES_H

#include <stdbool.h>

/* Is it a list of such names, with commas or blanks between? Otherwise false, and up_usage has said so. */
bool up_wine_devices_are_names(const char *list);

/*
 * Makes a link for each name in the user's own prefix ($WINEPREFIX, else ~/.wine), and a note of each that it made. What is there
 * stays. Result: false: up_failed has said why.
 */
bool up_wine_devices_make(const char *list);

#endif
