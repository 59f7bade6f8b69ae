/* SPDX-License-Identifier: MIT
 *
 * The ports to which the routes of a program lead and that are not granted.
 */
#ifndef UP_CLI_MISSING_WINDOWS_H
#define UP_CLI_MISSING_WINDOWS_H

#include "core/routes.h"

/* Finds them, by the list in the registry. If that cannot be read, none. */
void up_missing_find(const struct up_routes *routes, struct up_portset *missing);

/* Notes them, if there are any: a route opens no port. */
void up_missing_note(const struct up_portset *missing);

#endif
