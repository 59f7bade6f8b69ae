/* SPDX-License-Identifier: MIT
 *
 * The back end of 32-bit programs on 32-bit Windows: they run IN and OUT themselves, as the driver has put the granted
 * ports into the processor's permission map. No port is touched to find out whether that works, since reads have side
 * effects. Each instruction stands under a handler of its own, so that a port that is denied never ends the program: the
 * access is then left to the driver, which names the port, or runs it if another driver has overwritten the map.
 *
 * The handler is a frame of the chain at FS:[0], put there by hand: this compiler has no __try, and NT 4.0 no vectored
 * handlers. An IN or OUT that the map denies raises C0000096 (STATUS_PRIVILEGED_INSTRUCTION).
 */
#include "ioctl.h"

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

static NAKED up_error UP_CALL direct_in8(up_ports *ports UNUSED, uint16_t port UNUSED, uint8_t *value UNUSED)
{
    __asm__(DIRECT_IN("inb %dx, %al", "movb %al, (%ecx)", "up_access_in8"));
}

static NAKED up_error UP_CALL direct_in16(up_ports *ports UNUSED, uint16_t port UNUSED, uint16_t *value UNUSED)
{
    __asm__(DIRECT_IN("inw %dx, %ax", "movw %ax, (%ecx)", "up_access_in16"));
}

static NAKED up_error UP_CALL direct_in32(up_ports *ports UNUSED, uint16_t port UNUSED, uint32_t *value UNUSED)
{
    __asm__(DIRECT_IN("inl %dx, %eax", "movl %eax, (%ecx)", "up_access_in32"));
}

static NAKED up_error UP_CALL direct_out8(up_ports *ports UNUSED, uint16_t port UNUSED, uint8_t value UNUSED)
{
    __asm__(DIRECT_OUT("outb %al, %dx", "up_access_out8"));
}

static NAKED up_error UP_CALL direct_out16(up_ports *ports UNUSED, uint16_t port UNUSED, uint16_t value UNUSED)
{
    __asm__(DIRECT_OUT("outw %ax, %dx", "up_access_out16"));
}

static NAKED up_error UP_CALL direct_out32(up_ports *ports UNUSED, uint16_t port UNUSED, uint32_t value UNUSED)
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

static move *move_for(const up_operation *block)
{
    static move *const moves[2][3] = {{move_in8, move_in16, move_in32}, {move_out8, move_out16, move_out32}};

    return moves[block->kind == UP_IO_WRITE_BLOCK][block->width / 2u];
}

/* ---- the back end ---------------------------------------------------------------------------------------------------------- */

/* A driver without lists cannot say more than the processor did. */
static up_error or_denied(up_error error, const up_operation *operation, struct up_cause *cause)
{
    if (error != UP_ERR_UNSUPPORTED) {
        return error;
    }
    cause->port = operation->port;
    cause->system_error = 0;
    cause->why = NULL;
    return UP_ERR_DENIED;
}

/* After a refusal. */
static up_error access_by_driver(up_ports *ports, up_operation *operation, struct up_cause *cause)
{
    return or_denied(up_ioctl_access(ports, operation, cause), operation, cause);
}

static up_error move_block(up_ports *ports, up_operation *block, struct up_cause *cause)
{
    uint32_t left = move_for(block)(block->port, block->buffer, block->count);

    return left == 0 ? UP_OK : or_denied(up_ioctl_rest(ports, block, block->count - left, cause), block, cause);
}

static up_error open_direct(up_ports *ports, struct up_cause *cause)
{
    return up_ioctl_open(ports, &up_device_windows, UP_MECHANISM_IOPM, cause);
}

const struct up_backend up_backend_direct = {
    .in8 = direct_in8,
    .in16 = direct_in16,
    .in32 = direct_in32,
    .out8 = direct_out8,
    .out16 = direct_out16,
    .out32 = direct_out32,
    .id = UP_BACKEND_DIRECT,
    .open = open_direct,
    .close = up_ioctl_close,
    .access = access_by_driver,
    .block = move_block,
    .run = up_ioctl_run,
    .query_map = up_ioctl_query_map,
    .query_info = up_ioctl_query_info,
};
