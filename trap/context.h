/* SPDX-License-Identifier: MIT
 *
 * A thread's context at an exception, as the registers that port instructions use, and back:
 * context_i386.c and context_amd64.c.
 */
#ifndef UP_TRAP_CONTEXT_H
#define UP_TRAP_CONTEXT_H

#include <windows.h>

#include "trap/emulate.h"

/*
 * Reads the registers. Result: false if the code runs in another segment than the system's own for
 * programs, or with data segments of its own: such code is left alone.
 */
bool up_context_read(const CONTEXT *context, struct up_trap_registers *registers);

/* Writes the registers that an instruction may have changed. */
void up_context_write(CONTEXT *context, const struct up_trap_registers *registers);

/*
 * Sets source_base and target_base for an instruction with this segment prefix (0: none). block:
 * the address of the thread's block (TEB), where one of the segments begins. Result: false if the
 * segment is not known.
 */
bool up_context_set_bases(struct up_trap_registers *registers, uint8_t segment, uint64_t block);

#endif
