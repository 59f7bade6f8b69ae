/* SPDX-License-Identifier: MIT
 *
 * The environment in which userport-run starts a program.
 */
#ifndef UP_RUN_ENVIRONMENT_H
#define UP_RUN_ENVIRONMENT_H

#include <stdbool.h>

#include "core/ports_variable.h"

/*
 * Makes the environment for the program from the caller's environment.
 *
 * is_strict: set if a rule names the program. Then only the variables stay that a program needs to
 * find its user, terminal and screen, and PATH becomes the usual one. A rule that trusts one
 * program does not trust what the user could load into it, or put into the path of the programs
 * that it starts.
 *
 * ports: a list of ports that becomes the value of USERPORT_PORTS. A list of more than
 * UP_ENVIRONMENT_PORTS_MAX characters is left out. The caller's own USERPORT_PORTS is always
 * removed.
 *
 * Result: an array that ends with NULL, allocated, whose strings are the caller's or static; NULL
 * if there is not enough memory.
 */
char **up_environment_make(char *const *environment, bool is_strict, const char *ports);

#endif
