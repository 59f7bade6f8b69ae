/* SPDX-License-Identifier: MIT
 *
 * Stopped threads of 32-bit programs, for a 32-bit debugger. See stopped.h.
 */
#include "stopped.h"

#include "context.h"

bool up_stopped_read(struct up_stopped *stopped, struct up_trap_registers *registers)
{
    stopped->context.ContextFlags = CONTEXT_CONTROL | CONTEXT_INTEGER | CONTEXT_SEGMENTS;
    return GetThreadContext(stopped->thread, &stopped->context) &&
           up_context_read(&stopped->context, registers);
}

bool up_stopped_write(struct up_stopped *stopped, const struct up_trap_registers *registers)
{
    up_context_write(&stopped->context, registers);
    return SetThreadContext(stopped->thread, &stopped->context);
}

bool up_stopped_set_bases(const struct up_stopped *stopped, struct up_trap_registers *registers,
                          uint8_t segment)
{
    return up_context_set_bases(registers, segment, stopped->block);
}
