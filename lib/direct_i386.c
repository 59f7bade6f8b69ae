/* SPDX-License-Identifier: MIT
 *
 * direct.h for 32-bit programs. The handler is a frame of the chain at FS:[0], put there by hand: this compiler has no
 * __try, and NT 4.0 no vectored handlers.
 */
#include "direct.h"

#include <windows.h>

/* A frame of the chain, with where to go on when its instruction is refused. */
struct guard {
    struct guard *next;
    void *handler;
    DWORD resume;
};

#define UNWINDING 0x6u /* the chain is being taken down: EH_UNWINDING, EH_EXIT_UNWIND */

/*
 * Some systems may take a refused INS or OUTS for any other general protection fault: an access violation, which then
 * has no address (all ones).
 */
static bool is_refusal(const EXCEPTION_RECORD *record)
{
    return record->ExceptionCode == (DWORD)STATUS_PRIVILEGED_INSTRUCTION ||
           (record->ExceptionCode == (DWORD)STATUS_ACCESS_VIOLATION && record->NumberParameters >= 2 &&
            record->ExceptionInformation[1] == ~(ULONG_PTR)0);
}

/* Guards hold one instruction each, so that the exception is that one's. Anything else is the program's own affair. */
static EXCEPTION_DISPOSITION __cdecl __attribute__((used))
up_direct_refused(EXCEPTION_RECORD *record, struct guard *guard, CONTEXT *context, void *dispatcher)
{
    (void)dispatcher;
    if ((record->ExceptionFlags & UNWINDING) != 0 || !is_refusal(record)) {
        return ExceptionContinueSearch;
    }
    context->Eip = guard->resume;
    return ExceptionContinueExecution;
}

/* ---- one access: the arguments are at 4, 8 and 12(%esp) ------------------------------------------------------------------ */

#define GUARD                                                                                                          \
    "pushl $1f\n"                                                                                                      \
    "pushl $_up_direct_refused\n"                                                                                      \
    "pushl %fs:0\n"                                                                                                    \
    "movl %esp, %fs:0\n"
#define UNGUARD                                                                                                        \
    "popl %fs:0\n"                                                                                                     \
    "addl $8, %esp\n"

/* Refused: as if this function had not been called, but up_access_..., with the same arguments. */
#define DONE_OR(other)                                                                                                 \
    "xorl %eax, %eax\n"                                                                                                \
    "ret $12\n"                                                                                                        \
    "1:\n" UNGUARD "jmp _" other "@12\n"

#define DIRECT_IN(instruction, store, other)                                                                           \
    "movl 8(%esp), %edx\n" GUARD instruction "\n" UNGUARD "movl 12(%esp), %ecx\n" store "\n" DONE_OR(other)
#define DIRECT_OUT(instruction, other)                                                                                 \
    "movl 8(%esp), %edx\n"                                                                                             \
    "movl 12(%esp), %eax\n" GUARD instruction "\n" UNGUARD                                                             \
    DONE_OR(other)

#define NAKED  __attribute__((naked))
#define UNUSED __attribute__((unused))

NAKED up_error UP_CALL up_direct_in8(up_ports *ports UNUSED, uint16_t port UNUSED, uint8_t *value UNUSED)
{
    __asm__(DIRECT_IN("inb %dx, %al", "movb %al, (%ecx)", "up_access_in8"));
}

NAKED up_error UP_CALL up_direct_in16(up_ports *ports UNUSED, uint16_t port UNUSED, uint16_t *value UNUSED)
{
    __asm__(DIRECT_IN("inw %dx, %ax", "movw %ax, (%ecx)", "up_access_in16"));
}

NAKED up_error UP_CALL up_direct_in32(up_ports *ports UNUSED, uint16_t port UNUSED, uint32_t *value UNUSED)
{
    __asm__(DIRECT_IN("inl %dx, %eax", "movl %eax, (%ecx)", "up_access_in32"));
}

NAKED up_error UP_CALL up_direct_out8(up_ports *ports UNUSED, uint16_t port UNUSED, uint8_t value UNUSED)
{
    __asm__(DIRECT_OUT("outb %al, %dx", "up_access_out8"));
}

NAKED up_error UP_CALL up_direct_out16(up_ports *ports UNUSED, uint16_t port UNUSED, uint16_t value UNUSED)
{
    __asm__(DIRECT_OUT("outw %ax, %dx", "up_access_out16"));
}

NAKED up_error UP_CALL up_direct_out32(up_ports *ports UNUSED, uint16_t port UNUSED, uint32_t value UNUSED)
{
    __asm__(DIRECT_OUT("outl %eax, %dx", "up_access_out32"));
}

/* ---- blocks ---------------------------------------------------------------------------------------------------------------- */

/*
 * Result: how many elements are left. A refusal in the middle of a REP leaves the registers at that element, and both
 * ways out are one. ESI or EDI is the caller's, and lies between the arguments and the return address.
 */
typedef uint32_t(__cdecl move)(uint32_t port, void *buffer, uint32_t count);

#define MOVE(index, instruction)                                                                                       \
    "pushl %" index "\n"                                                                                               \
    "movl 8(%esp), %edx\n"                                                                                             \
    "movl 12(%esp), %" index "\n"                                                                                      \
    "movl 16(%esp), %ecx\n" GUARD "rep " instruction "\n"                                                              \
    "1:\n" UNGUARD "movl %ecx, %eax\n"                                                                                 \
    "popl %" index "\n"                                                                                                \
    "ret\n"

static NAKED uint32_t __cdecl move_in8(uint32_t port UNUSED, void *buffer UNUSED, uint32_t count UNUSED)
{
    __asm__(MOVE("edi", "insb"));
}

static NAKED uint32_t __cdecl move_in16(uint32_t port UNUSED, void *buffer UNUSED, uint32_t count UNUSED)
{
    __asm__(MOVE("edi", "insw"));
}

static NAKED uint32_t __cdecl move_in32(uint32_t port UNUSED, void *buffer UNUSED, uint32_t count UNUSED)
{
    __asm__(MOVE("edi", "insl"));
}

static NAKED uint32_t __cdecl move_out8(uint32_t port UNUSED, void *buffer UNUSED, uint32_t count UNUSED)
{
    __asm__(MOVE("esi", "outsb"));
}

static NAKED uint32_t __cdecl move_out16(uint32_t port UNUSED, void *buffer UNUSED, uint32_t count UNUSED)
{
    __asm__(MOVE("esi", "outsw"));
}

static NAKED uint32_t __cdecl move_out32(uint32_t port UNUSED, void *buffer UNUSED, uint32_t count UNUSED)
{
    __asm__(MOVE("esi", "outsl"));
}

uint32_t up_direct_move(const up_operation *block)
{
    static move *const moves[2][3] = {{move_in8, move_in16, move_in32}, {move_out8, move_out16, move_out32}};

    return moves[block->kind == UP_IO_WRITE_BLOCK][block->width / 2u](block->port, block->buffer, block->count);
}
