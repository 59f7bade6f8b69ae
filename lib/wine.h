/* SPDX-License-Identifier: MIT
 *
 * The back end of Windows programs under Wine (backend_wine.c). userport-run has given the ports to
 * Wine on the Linux side; there is no driver.
 */
#ifndef UP_LIB_WINE_H
#define UP_LIB_WINE_H

#include "core/portset.h"
#include "backend.h"

extern const struct up_backend up_backend_wine;

/*
 * Reads the ports that userport-run lists in the variable USERPORT_PORTS. Result: UP_OK and
 * *granted, with at least one port; UP_ERR_UNSUPPORTED if this is not Wine or the variable has no
 * valid list; UP_ERR_MEMORY.
 */
up_error up_wine_granted(struct up_portset *granted);

#endif
