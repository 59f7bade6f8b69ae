/* SPDX-License-Identifier: MIT
 *
 * The parts of run on Linux that need no privileges: running a program with the ports that this
 * process has already, or with none.
 */
#ifndef UP_CLI_HERE_LINUX_H
#define UP_CLI_HERE_LINUX_H

#include "command.h"
#include "followed_linux.h"

/* The ports of this process. Result: false if it has none. */
bool up_own_ports(struct up_portset *ports);

/*
 * Runs the program at path with the ports of this process, or with those of them that --ports
 * names. It is for processes from which userport-run cannot give ports; why and advice say why not,
 * and what to do. Returns only if it failed. Result: an exit status.
 */
int up_run_here(const struct up_invocation *line, const struct up_followed *followed, char *path,
                const char *why, const char *advice);

/*
 * Runs it with no port of this process, and with the devices of its routes.
 */
int up_run_simulated(const struct up_invocation *line, const struct up_followed *followed,
                     char *path);

#endif
