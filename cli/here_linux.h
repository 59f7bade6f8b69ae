/* SPDX-License-Identifier: MIT
 *
 * The parts of run on Linux that need no right: a program with the ports that this process has already, and a program that is
 * watched.
 */
#ifndef UP_CLI_HERE_LINUX_H
#define UP_CLI_HERE_LINUX_H

#include "command.h"

/* Statuses of run, as env(1) has them. */
#define UP_EXIT_CANNOT    126
#define UP_EXIT_NOT_FOUND 127

/* The ports of this process. Result: false: it has none. */
bool up_own_ports(struct up_portset *ports);

/*
 * Runs the program of the command line, path, with the ports of this process, or with the part of them that --ports names, when
 * userport-run can give none from here: why and advice say why not. Result: an exit status, if it could not be run.
 */
int up_run_here(const struct up_invocation *line, char *path, const char *why, const char *advice);

/*
 * Starts words[0] with these arguments, watches it and what it starts, and says of what is ended by an IN or OUT on a port that it
 * has not: which port, and what to do. Result: the program's exit status; if a signal has ended it, this process ends by the same.
 */
int up_run_explained(char **words);

#endif
