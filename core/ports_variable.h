/* SPDX-License-Identifier: MIT
 *
 * The environment variable in which userport-run tells a program its granted ports.
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

#endif
