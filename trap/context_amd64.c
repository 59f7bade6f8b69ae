/* SPDX-License-Identifier: MIT
 *
 * The registers of 64-bit programs. Every segment but FS and GS begins at 0 (Intel SDM vol. 1,
 * 3.4.2.1); Windows uses GS for the thread's block and leaves FS at 0.
 */
#include "context.h"

#define PREFIX_GS 0x65u

static uint16_t code_segment(void)
{
    uint16_t segment;

    __asm__("mov %%cs, %0" : "=r"(segment));
    return segment;
}

bool up_context_read(const CONTEXT *context, struct up_trap_registers *registers)
{
    if (context->SegCs != code_segment()) {
        return false;
    }
    *registers = (struct up_trap_registers){
        .ax = context->Rax,
        .cx = context->Rcx,
        .dx = context->Rdx,
        .si = context->Rsi,
        .di = context->Rdi,
        .ip = context->Rip,
        .flags = context->EFlags,
        .is_64_bit = true,
    };
    return true;
}

void up_context_write(CONTEXT *context, const struct up_trap_registers *registers)
{
    context->Rax = registers->ax;
    context->Rcx = registers->cx;
    context->Rsi = registers->si;
    context->Rdi = registers->di;
    context->Rip = registers->ip;
}

bool up_context_set_bases(struct up_trap_registers *registers, uint8_t segment, uint64_t block)
{
    registers->source_base = segment == PREFIX_GS ? block : 0;
    registers->target_base = 0;
    return true;
}
