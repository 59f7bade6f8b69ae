/* SPDX-License-Identifier: MIT
 *
 * Ports by userport.h, as read, write, watch and test use them: opening, and failures with the command that helps.
 */
#ifndef UP_CLI_ACCESS_H
#define UP_CLI_ACCESS_H

#include "../include/userport/userport.h"
#include "command.h"

#define UP_OPTION_BACKEND                                                                                              \
    {                                                                                                                  \
        "backend", "NAME", "only this way to the ports: direct (32-bit Windows) or ioctl"                              \
    }

/* Opens the ports as --backend says, if the command has that option. NULL: *status, and it is said why. */
up_ports *up_open_ports(const struct up_invocation *line, int *status);

/* The last failure of the library, and which command helps. */
void up_access_problem(struct up_problem *problem);

/* After reads that went well: was the last failure a stop of the driver, however far it has come? Then *problem says so. */
bool up_access_was_stopped(struct up_problem *problem);

/* One access of 1, 2 or 4 bytes. */
up_error up_read_value(up_ports *ports, uint16_t port, unsigned width, uint32_t *value);

#endif
