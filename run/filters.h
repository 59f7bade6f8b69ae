/* SPDX-License-Identifier: MIT
 *
 * Filters of system calls (seccomp) that userport-run sets: for the process that reads the policy, and for programs that call
 * ioperm or iopl themselves. Both need no_new_privs, and stay until the process and what it starts have ended.
 */
#ifndef UP_LINUX_FILTERS_H
#define UP_LINUX_FILTERS_H

#include <linux/filter.h>
#include <stdbool.h>

#include "core/portset.h"

/*
 * From here on the process can read and write what is open, and end by exit (not exit_group); anything else kills it. Result:
 * false: errno.
 */
bool up_filter_to_reading(void);

/*
 * From here on ioperm and iopl, by any way in which a program of 64 or 32 bits calls them, change nothing and answer so:
 *   ioperm, on      0 when each port is in ports, else EPERM, as to anybody without a right
 *   ioperm, off     0
 *   iopl            0
 *   senseless ones  EINVAL, which is the kernel's
 * With more than UP_FILTER_RANGES ranges in ports, ioperm's answer is always 0: a filter has an end. The answers give nothing:
 * the processor decides. Result: false: errno.
 */
bool up_filter_ioperm(const struct up_portset *ports);

#define UP_FILTER_RANGES 600u
#define UP_FILTER_LENGTH 4096u /* of the kernel, BPF_MAXINSNS */

/* The second one's instructions. Result: how many. */
unsigned up_filter_ioperm_code(const struct up_portset *ports, struct sock_filter code[UP_FILTER_LENGTH]);

#endif
