/* SPDX-License-Identifier: MIT
 *
 * What the files behind ntoskrnl.exe's exports share: the form of their tables, and the checks that
 * most calls begin with.
 */
#ifndef MACHINE_EXPORTS_H
#define MACHINE_EXPORTS_H

#include "machine.h"

/* PASSIVE_LEVEL: interrupts on, in a thread's own context; so no spin lock is held. */
void passive(const char *name);
/*
 * What the system reads or writes for the driver must be the driver's own memory: image, pool or
 * kernel stack.
 */
void kernel_memory(const char *name, const void *memory, uint32_t bytes);

struct export
{
    const char *name;
    uint32_t address;
};

/* The address, after the compiler has seen that ours has the DDK's type. */
#define EXPORT(name, function)                                                                     \
    {                                                                                              \
#name, (uint32_t)(function) +                                                              \
                   0 * sizeof(char[__builtin_types_compatible_p(__typeof__(&name),                 \
                                                                __typeof__(&function))             \
                                       ? 1                                                         \
                                       : -1])                                                      \
    }
#define EXPORT_DATA(name, variable)                                                                \
    {                                                                                              \
#name, (uint32_t) & (variable)                                                             \
    }
#define EXPORT_UNDECLARED(name, function)                                                          \
    {                                                                                              \
#name, (uint32_t)(function)                                                                \
    }

extern const struct export exports_ke[]; /* each ends with an empty name */
extern const struct export exports_io[];
extern const struct export exports_hal[];

KIRQL FASTCALL kf_acquire_spin_lock(PKSPIN_LOCK lock);
VOID FASTCALL kf_release_spin_lock(PKSPIN_LOCK lock, KIRQL irql);

#endif
