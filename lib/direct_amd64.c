/* SPDX-License-Identifier: MIT
 *
 * The functions of direct.h for 64-bit programs. The handler is part of each function's unwind
 * data. This compiler has no __try, but its assembler can add a handler to the current function.
 * The handler data are the address of the guarded instruction and the address at which to continue,
 * both relative to the image.
 */
#include "direct.h"

#include <windows.h>

#define UNWINDING 0x66u /* EXCEPTION_UNWINDING, _EXIT_UNWIND, _TARGET_UNWIND, _COLLIDED_UNWIND */

struct guard {
    DWORD instruction;
    DWORD resume;
};

/*
 * A refused INS or OUTS may be reported as any other general protection fault: an access violation
 * whose address is all ones.
 */
static bool is_refusal(const EXCEPTION_RECORD *record)
{
    return record->ExceptionCode == (DWORD)STATUS_PRIVILEGED_INSTRUCTION ||
           (record->ExceptionCode == (DWORD)STATUS_ACCESS_VIOLATION &&
            record->NumberParameters >= 2 && record->ExceptionInformation[1] == ~(ULONG_PTR)0);
}

/* Handles only the guarded instruction; every other exception belongs to the program. */
static __attribute__((used)) EXCEPTION_DISPOSITION up_direct_refused(EXCEPTION_RECORD *record,
                                                                     void *frame, CONTEXT *context,
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

/* The function has pushed nothing beyond its prologue, so the instruction may be anywhere in it. */
#define GUARDED(instruction, done)                                                                 \
    ".seh_handler up_direct_refused, @except\n"                                                    \
    ".seh_handlerdata\n"                                                                           \
    ".rva 1f, 2f\n"                                                                                \
    ".text\n"                                                                                      \
    "1: " instruction "\n" done "\n"                                                               \
    "2:"

#include "direct_instructions.h"
