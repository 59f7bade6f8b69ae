/* SPDX-License-Identifier: MIT
 *
 * The environment variables in which a program is told its ports: those that userport-run grants,
 * and those that userportctl run serves from outside.
 */
#ifndef UP_CORE_PORTS_VARIABLE_H
#define UP_CORE_PORTS_VARIABLE_H

/*
 * The ports in the list syntax. It is a hint for libraries only; the processor decides about an
 * access.
 */
#define UP_ENVIRONMENT_PORTS "USERPORT_PORTS"

/* The longest list that the variable holds. execve accepts no string of more than 128 KiB. */
#define UP_ENVIRONMENT_PORTS_MAX 65536u

/*
 * The number of the process that follows the program and carries out its port instructions, on
 * Linux. The kernel, asked for the program's ports, knows nothing of these. A program for which it
 * is not true ends by its first port instruction, as it would without it.
 */
#define UP_ENVIRONMENT_FOLLOWER "USERPORT_FOLLOWER"

#endif
