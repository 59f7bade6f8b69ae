/* SPDX-License-Identifier: MIT
 *
 * The parts of the command ports that are specific to each system: ports_windows.c, ports_linux.c.
 */
#ifndef UP_CLI_PORTS_H
#define UP_CLI_PORTS_H

#include <stddef.h>

#include "control/error_detail.h"
#include "core/portset.h"
#include "devices/devices.h"

/* The ports that count as granted. Result: false with *problem. */
bool up_ports_granted(struct up_portset *granted, struct up_error_detail *problem);

/*
 * What comes before the commands for a card: "UserPort is not installed: ..."; NULL: nothing does.
 */
const char *up_ports_first(void);

extern const char up_ports_text[];       /* for the help */
extern const char up_ports_no_devices[]; /* where else to look */

#endif
