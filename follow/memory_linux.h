/* SPDX-License-Identifier: MIT
 *
 * The memory of a task that is being followed: process_vm_readv(2) and process_vm_writev(2), which
 * fail where the task itself could not read, and where it could not write.
 */
#ifndef UP_FOLLOW_MEMORY_LINUX_H
#define UP_FOLLOW_MEMORY_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define UP_PAGE_BYTES 4096u

/* Copies length bytes. Result: false if one of them cannot be read, or written. */
bool up_memory_read(pid_t task, uint64_t address, void *buffer, size_t length);
bool up_memory_write(pid_t task, uint64_t address, const void *buffer, size_t length);

/*
 * Reads up to length bytes, 4096 at most: the last ones may lie in a page that is not there.
 * Result: how many were read.
 */
size_t up_memory_read_some(pid_t task, uint64_t address, void *buffer, size_t length);

/*
 * What /proc/PID/maps says of one address. is_mapped: there is memory; the other two: whether it
 * may be read, and written.
 */
struct up_memory_rights {
    uint64_t first, last; /* of the mapping; of the address alone if there is none */
    bool is_mapped, is_readable, is_writable;
};

/* Result: false if the kernel does not say. */
bool up_memory_rights(pid_t task, uint64_t address, struct up_memory_rights *rights);

#endif
