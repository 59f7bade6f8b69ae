/* SPDX-License-Identifier: MIT
 *
 * The parts of run on Linux that need no privileges: running a program with the ports that this
 * process has already, and watching a program.
 */
#ifndef UP_CLI_HERE_LINUX_H
#define UP_CLI_HERE_LINUX_H

#include "command.h"

/* The ports of this process. Result: false if it has none. */
bool up_own_ports(struct up_portset *ports);

/*
 * Runs the program at path with the ports of this process, or with those of them that --ports
 * names. It is for processes from which userport-run cannot give ports; why and advice say why not,
 * and what to do. Returns only if it failed. Result: an exit status.
 */
int up_run_here(const struct up_invocation *line, char *path, const char *why, const char *advice);

/*
 * Starts words[0] with these arguments, and watches it and its children. If one of them is killed
 * by an IN or OUT on a port that it does not have, it prints which port, and what to do. Result:
 * the exit status of the program. If a signal killed the program, this process ends by the same
 * signal.
 */
int up_run_explained(char **words);

#endif
