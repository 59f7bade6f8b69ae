/* SPDX-License-Identifier: MIT
 *
 * direct.h for 64-bit programs. The handler stands in each function's unwind data. This compiler has no __try, but its
 * assembler adds a handler to the function that it is in; the handler's own data are the instruction that it is for and
 * where to go on, both relative to the image.
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
static __attribute__((used)) EXCEPTION_DISPOSITION up_direct_refused(EXCEPTION_RECORD *record, void *frame,
                                                                     CONTEXT *context, DISPATCHER_CONTEXT *dispatcher)
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

/* The function has pushed no more than its prologue says, so that the instruction may be anywhere in it. */
#define GUARDED(instruction, done)                                                                                     \
    ".seh_handler up_direct_refused, @except\n"                                                                        \
    ".seh_handlerdata\n"                                                                                               \
    ".rva 1f, 2f\n"                                                                                                    \
    ".text\n"                                                                                                          \
    "1: " instruction "\n" done "\n"                                                                                   \
    "2:"

#include "direct_instructions.h"
