/* SPDX-License-Identifier: MIT
 *
 * The functions of direct.h for 32-bit programs. The handler is a frame of the chain at FS:[0] that
 * is linked by hand, because this compiler has no __try, and NT 4.0 has no vectored handlers.
 */
#include "direct.h"

#include <windows.h>

/* A frame of the chain, with the address at which to continue if its instruction is refused. */
struct guard {
    struct guard *next;
    void *handler;
    DWORD resume;
};

#define UNWINDING 0x6u /* the chain is being unwound: EH_UNWINDING, EH_EXIT_UNWIND */

/*
 * Some systems may report a refused INS or OUTS as any other general protection fault: an access
 * violation whose address is all ones.
 */
static bool is_refusal(const EXCEPTION_RECORD *record)
{
    return record->ExceptionCode == (DWORD)STATUS_PRIVILEGED_INSTRUCTION ||
           (record->ExceptionCode == (DWORD)STATUS_ACCESS_VIOLATION &&
            record->NumberParameters >= 2 && record->ExceptionInformation[1] == ~(ULONG_PTR)0);
}

/*
 * Each guard is around one instruction, so a refusal belongs to that one. Every other exception
 * belongs to the program.
 */
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

/* The operands are in registers, because the stack pointer moves meanwhile. */
#define GUARDED(instruction, done)                                                                 \
    "pushl $1f\n"                                                                                  \
    "pushl $_up_direct_refused\n"                                                                  \
    "pushl %%fs:0\n"                                                                               \
    "movl %%esp, %%fs:0\n" instruction "\n" done "\n"                                              \
    "1: popl %%fs:0\n"                                                                             \
    "addl $8, %%esp"

#include "direct_instructions.h"
