/* SPDX-License-Identifier: MIT
 *
 * The seccomp filters that userport-run sets: one for the process that reads the policy, and one
 * for programs that call ioperm or iopl themselves. Both need no_new_privs. A filter stays in force
 * for the process and its children until they end.
 */
#ifndef UP_RUN_FILTERS_H
#define UP_RUN_FILTERS_H

#include <linux/filter.h>
#include <stdbool.h>

#include "core/portset.h"

/*
 * Limits this process to read(2), write(2) and exit(2). Any other system call kills it, exit_group
 * among them. Result: false if the filter could not be set; errno says why.
 */
bool up_filter_to_reading(void);

/*
 * Makes ioperm and iopl do nothing in this process and its children, and answer as follows. This
 * holds for 64-bit, x32 and 32-bit system calls.
 *
 *   ioperm, turning ports on    0 if each port is in ports; else EPERM, as without privileges
 *   ioperm, turning ports off   0
 *   iopl                        0
 *   invalid arguments           EINVAL, from the kernel itself
 *
 * If ports has more than UP_FILTER_RANGES ranges, ioperm always answers 0, because the length of a
 * filter is limited. The answers grant nothing: the processor still checks each access. Result:
 * false if the filter could not be set; errno says why.
 */
bool up_filter_ioperm(const struct up_portset *ports);

#define UP_FILTER_RANGES 600u
#define UP_FILTER_LENGTH 4096u /* BPF_MAXINSNS of the kernel */

/* Writes the instructions of the filter that up_filter_ioperm sets. Result: their number. */
unsigned up_filter_ioperm_code(const struct up_portset *ports,
                               struct sock_filter code[UP_FILTER_LENGTH]);

#endif
