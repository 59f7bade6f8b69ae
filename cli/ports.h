/* SPDX-License-Identifier: MIT
 *
 * What the command ports has of each system's own: ports_windows.c, ports_linux.c.
 */
#ifndef UP_CLI_PORTS_H
#define UP_CLI_PORTS_H

#include "control/error_detail.h"
#include "core/portset.h"

/* The ports that count as granted. false: *problem. */
bool up_ports_granted(struct up_portset *granted, struct up_error_detail *problem);

extern const char up_ports_text[];       /* of the help */
extern const char up_ports_no_devices[]; /* where else to look */

#endif
