/* SPDX-License-Identifier: MIT
 *
 * What the back end of Windows programs under Wine consists of (backend_wine.c): userport-run has given the ports to Wine on
 * the Linux side; no driver is there.
 */
#ifndef UP_LIB_WINE_H
#define UP_LIB_WINE_H

#include "core/portset.h"
#include "backend.h"

extern const struct up_backend up_backend_wine;

/*
 * Which ports userport-run has told in the variable USERPORT_PORTS. Result: UP_OK and *granted, with one port or more;
 * UP_ERR_UNSUPPORTED: this is no Wine, or nothing was told that makes sense; UP_ERR_MEMORY.
 */
up_error up_wine_granted(struct up_portset *granted);

#endif
