/* SPDX-License-Identifier: MIT
 *
 * The environment in which userport-run starts a program.
 */
#ifndef UP_RUN_ENVIRONMENT_H
#define UP_RUN_ENVIRONMENT_H

#include <stdbool.h>

#include "core/ports_variable.h"

/*
 * environment, for the program. is_strict: only what a program needs to find its user, terminal and screen, and the usual
 * PATH: a rule for a program is not one for what its user loads into it, or puts into the way to a program that it starts.
 * ports: told in USERPORT_PORTS; a longer list than UP_ENVIRONMENT_PORTS_MAX is not told. What the caller had there is gone
 * in any case. NULL: memory is short.
 */
char **up_environment_make(char *const *environment, bool is_strict, const char *ports);

#endif
