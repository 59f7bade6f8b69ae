/* SPDX-License-Identifier: MIT
 *
 * The registers of a thread in another process, which is stopped at an exception: as context.h has
 * them for the own process. stopped_i386.c and stopped_amd64.c.
 */
#ifndef UP_TRAP_STOPPED_H
#define UP_TRAP_STOPPED_H

#include <windows.h>

#include "trap/emulate.h"

struct up_stopped {
    HANDLE thread;
    uint64_t block; /* the address of its TEB, as the debugger is told of it */
    bool is_wow64;  /* a 32-bit program, while this one is for 64 bits */
    CONTEXT context;
#ifdef _WIN64
    WOW64_CONTEXT context_32; /* with is_wow64 */
#endif
};

/*
 * Reads the registers of stopped->thread. Result: false if that fails, or the code runs in other
 * segments than the system's own for programs: such code is left alone.
 */
bool up_stopped_read(struct up_stopped *stopped, struct up_trap_registers *registers);

/* Writes the registers that an instruction may have changed, after up_stopped_read. */
bool up_stopped_write(struct up_stopped *stopped, const struct up_trap_registers *registers);

/* As up_context_set_bases. */
bool up_stopped_set_bases(const struct up_stopped *stopped, struct up_trap_registers *registers,
                          uint8_t segment);

#endif
