/* SPDX-License-Identifier: MIT
 *
 * What the back end of Windows programs under Wine consists of (backend_wine.c): userport-run has given the ports to Wine on
 * the Linux side; no driver is there.
 */
#ifndef UP_LIB_WINE_H
#define UP_LIB_WINE_H

#include "../core/portset.h"
#include "backend.h"

extern const struct up_backend up_backend_wine;

/*
 * Which ports userport-run has told in the variable USERPORT_PORTS. Result: UP_OK and *granted, with one port or more;
 * UP_ERR_UNSUPPORTED: this is no Wine, or nothing was told that makes sense; UP_ERR_MEMORY.
 */
up_error up_wine_granted(struct up_portset *granted);

/* The first port of an access, or of a block's element, that is not granted; 10000: one behind the last; all ones: none. */
uint32_t up_wine_first_denied(const struct up_portset *granted, const up_operation *operation);

/* up_backend.run by the back end's own functions, once the whole list is known to be granted. */
up_error up_wine_run(up_ports *ports, up_operation *operations, uint32_t count, uint32_t data_bytes, uint32_t *done,
                     struct up_cause *cause);

#endif
