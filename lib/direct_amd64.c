/* SPDX-License-Identifier: MIT
 *
 * direct.h for 64-bit programs. The handler stands in each function's unwind data, which no C of this compiler can write:
 * so the functions are assembler. Their arguments are in RCX, DX, R8; the handler's own data are the instruction that it is
 * for and where to go on, both relative to the image.
 */
#include "direct.h"

#include <windows.h>

#define UNWINDING                                                                                                      \
    0x66u /* no search for a handler: EXCEPTION_UNWINDING, _EXIT_UNWIND, _TARGET_UNWIND, _COLLIDED_UNWIND */

struct guard {
    DWORD instruction;
    DWORD resume;
};

/* A refused INS or OUTS may come as any other general protection fault: an access violation without an address (all ones). */
static bool is_refusal(const EXCEPTION_RECORD *record)
{
    return record->ExceptionCode == (DWORD)STATUS_PRIVILEGED_INSTRUCTION ||
           (record->ExceptionCode == (DWORD)STATUS_ACCESS_VIOLATION && record->NumberParameters >= 2 &&
            record->ExceptionInformation[1] == ~(ULONG_PTR)0);
}

/* Anything but the one instruction is the program's own affair. */
EXCEPTION_DISPOSITION up_direct_refused(EXCEPTION_RECORD *record, void *frame, CONTEXT *context,
                                        DISPATCHER_CONTEXT *dispatcher);
EXCEPTION_DISPOSITION up_direct_refused(EXCEPTION_RECORD *record, void *frame, CONTEXT *context,
                                        DISPATCHER_CONTEXT *dispatcher)
{
    const struct guard *guard = dispatcher->HandlerData;

    (void)frame;
    if ((record->ExceptionFlags & UNWINDING) != 0 || !is_refusal(record) ||
        context->Rip != dispatcher->ImageBase + guard->instruction) {
        return ExceptionContinueSearch;
    }
    context->Rip = dispatcher->ImageBase + guard->resume;
    return ExceptionContinueExecution;
}

#define FUNCTION(name, prologue, body, after)                                                                          \
    __asm__(".text\n"                                                                                                  \
            ".p2align 4\n"                                                                                             \
            ".globl " name "\n"                                                                                        \
            ".def " name "; .scl 2; .type 32; .endef\n"                                                                \
            ".seh_proc " name "\n" name ":\n"                                                                          \
            ".seh_handler up_direct_refused, @except\n"                                                                \
            ".seh_handlerdata\n"                                                                                       \
            ".rva 1f, 2f\n"                                                                                            \
            ".text\n" prologue ".seh_endprologue\n" body after ".seh_endproc\n")

/* ---- one access. Refused: as if this function had not been called, but up_access_..., with the same arguments ------------ */

#define DIRECT(name, before, instruction, after, other)                                                                \
    FUNCTION(name, "", before "1: " instruction "\n" after "xorl %eax, %eax\nret\n", "2: jmp " other "\n")

DIRECT("up_direct_in8", "", "inb %dx, %al", "movb %al, (%r8)\n", "up_access_in8");
DIRECT("up_direct_in16", "", "inw %dx, %ax", "movw %ax, (%r8)\n", "up_access_in16");
DIRECT("up_direct_in32", "", "inl %dx, %eax", "movl %eax, (%r8)\n", "up_access_in32");
DIRECT("up_direct_out8", "movl %r8d, %eax\n", "outb %al, %dx", "", "up_access_out8");
DIRECT("up_direct_out16", "movl %r8d, %eax\n", "outw %ax, %dx", "", "up_access_out16");
DIRECT("up_direct_out32", "movl %r8d, %eax\n", "outl %eax, %dx", "", "up_access_out32");

/* ---- blocks: the port is in ECX, the buffer in RDX, the count in R8D, and so is what is left; both ways out are one ------- */

typedef uint32_t move(uint32_t port, void *buffer, uint32_t count);

move up_direct_move_in8, up_direct_move_in16, up_direct_move_in32;
move up_direct_move_out8, up_direct_move_out16, up_direct_move_out32;

#define MOVE(name, index, instruction)                                                                                 \
    FUNCTION(name, "pushq %" index "\n.seh_pushreg %" index "\n",                                                      \
             "movq %rdx, %" index "\nmovl %ecx, %edx\nmovl %r8d, %ecx\n1: rep " instruction "\n",                      \
             "2: movl %ecx, %eax\npopq %" index "\nret\n")

MOVE("up_direct_move_in8", "rdi", "insb");
MOVE("up_direct_move_in16", "rdi", "insw");
MOVE("up_direct_move_in32", "rdi", "insl");
MOVE("up_direct_move_out8", "rsi", "outsb");
MOVE("up_direct_move_out16", "rsi", "outsw");
MOVE("up_direct_move_out32", "rsi", "outsl");

uint32_t up_direct_move(const up_operation *block)
{
    static move *const moves[2][3] = {{up_direct_move_in8, up_direct_move_in16, up_direct_move_in32},
                                      {up_direct_move_out8, up_direct_move_out16, up_direct_move_out32}};

    return moves[block->kind == UP_IO_WRITE_BLOCK][block->width / 2u](block->port, block->buffer, block->count);
}
