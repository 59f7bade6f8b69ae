/* SPDX-License-Identifier: MIT
 *
 * The memory of a task that is being followed. See memory_linux.h.
 */
#include "memory_linux.h"

#include <stdio.h>
#include <sys/uio.h>

#define LINE_BYTES 4352u /* PATH_MAX and what precedes it */

bool up_memory_read(pid_t task, uint64_t address, void *buffer, size_t length)
{
    const struct iovec here = {buffer, length}, there = {(void *)(uintptr_t)address, length};

    return process_vm_readv(task, &here, 1, &there, 1, 0) == (ssize_t)length;
}

bool up_memory_write(pid_t task, uint64_t address, const void *buffer, size_t length)
{
    const struct iovec here = {(void *)(uintptr_t)buffer, length},
                       there = {(void *)(uintptr_t)address, length};

    return process_vm_writev(task, &here, 1, &there, 1, 0) == (ssize_t)length;
}

size_t up_memory_read_some(pid_t task, uint64_t address, void *buffer, size_t length)
{
    const size_t left = UP_PAGE_BYTES - (size_t)(address % UP_PAGE_BYTES);
    const size_t first = left < length ? left : length;
    const struct iovec here = {buffer, length};
    /* Of an element that cannot be read as a whole, nothing is. */
    const struct iovec there[2] = {{(void *)(uintptr_t)address, first},
                                   {(void *)(uintptr_t)(address + first), length - first}};
    const ssize_t got = process_vm_readv(task, &here, 1, there, first < length ? 2 : 1, 0);

    return got > 0 ? (size_t)got : 0;
}

bool up_memory_rights(pid_t task, uint64_t address, struct up_memory_rights *rights)
{
    static char line[LINE_BYTES];
    unsigned long long first, end;
    char path[40], modes[5];
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%d/maps", (int)task);
    file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    *rights = (struct up_memory_rights){.first = address, .last = address};
    while (!rights->is_mapped && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "%llx-%llx %4s", &first, &end, modes) == 3 && address >= first &&
            address < end) {
            rights->first = first;
            rights->last = end - 1;
            rights->is_mapped = true;
            rights->is_readable = modes[0] == 'r';
            rights->is_writable = modes[1] == 'w';
        }
    }
    (void)fclose(file);
    return true;
}
