/* SPDX-License-Identifier: MIT
 *
 * The registers of 32-bit programs. Windows gives them flat segments; FS has the thread's block.
 */
#include "context.h"

#define PREFIX_FS 0x64u
#define PREFIX_GS 0x65u

static uint16_t code_segment(void)
{
    uint16_t segment;

    __asm__("mov %%cs, %0" : "=r"(segment));
    return segment;
}

static uint16_t data_segment(void)
{
    uint16_t segment;

    __asm__("mov %%ds, %0" : "=r"(segment));
    return segment;
}

bool up_context_read(const CONTEXT *context, struct up_trap_registers *registers)
{
    const uint16_t data = data_segment();

    /* The upper halves of segment registers in a context are not defined. */
    if ((uint16_t)context->SegCs != code_segment() || (uint16_t)context->SegDs != data ||
        (uint16_t)context->SegEs != data) {
        return false;
    }
    *registers = (struct up_trap_registers){
        .ax = context->Eax,
        .cx = context->Ecx,
        .dx = context->Edx,
        .si = context->Esi,
        .di = context->Edi,
        .ip = context->Eip,
        .flags = context->EFlags,
    };
    return true;
}

void up_context_write(CONTEXT *context, const struct up_trap_registers *registers)
{
    context->Eax = (DWORD)registers->ax;
    context->Ecx = (DWORD)registers->cx;
    context->Esi = (DWORD)registers->si;
    context->Edi = (DWORD)registers->di;
    context->Eip = (DWORD)registers->ip;
}

bool up_context_set_bases(struct up_trap_registers *registers, uint8_t segment, uint64_t block)
{
    registers->source_base = segment == PREFIX_FS ? block : 0;
    registers->target_base = 0;
    return segment != PREFIX_GS;
}
