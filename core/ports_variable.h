/* SPDX-License-Identifier: MIT
 *
 * The environment variable by which userport-run tells a program which ports it has.
 */
#ifndef UP_CORE_PORTS_VARIABLE_H
#define UP_CORE_PORTS_VARIABLE_H

/* In the list syntax. A hint for libraries: the processor decides. */
#define UP_ENVIRONMENT_PORTS "USERPORT_PORTS"

/* The longest list that is told; execve takes no string of more than 128 KiB. */
#define UP_ENVIRONMENT_PORTS_MAX 65536u

#endif
