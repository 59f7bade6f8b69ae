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

/* The operands are registers, since the stack moves meanwhile. */
#define GUARDED(instruction, done)                                                                                     \
    "pushl $1f\n"                                                                                                      \
    "pushl $_up_direct_refused\n"                                                                                      \
    "pushl %%fs:0\n"                                                                                                   \
    "movl %%esp, %%fs:0\n" instruction "\n" done "\n"                                                                  \
    "1: popl %%fs:0\n"                                                                                                 \
    "addl $8, %%esp"

#include "direct_instructions.h"
