/* SPDX-License-Identifier: MIT
 *
 * What the trampolines of 32-bit programs call. See patch.h.
 */
#include "patch.h"

#include <winternl.h>

#include "patch_site.h"
#include "trap.h"

NTSYSAPI NTSTATUS NTAPI NtContinue(CONTEXT *context, BOOLEAN test_alert);

/* Lets the program go on at the site, with the registers that it had there. */
static void go_back(const struct up_patch_frame_i386 *frame)
{
    CONTEXT context = {.ContextFlags = CONTEXT_FULL};

    RtlCaptureContext(&context);
    context.ContextFlags = CONTEXT_CONTROL | CONTEXT_INTEGER;
    context.Eip = frame->ip;
    context.Esp = (uintptr_t)(frame + 1);
    context.EFlags = frame->flags;
    context.Eax = frame->ax;
    context.Ecx = frame->cx;
    context.Edx = frame->dx;
    context.Ebx = frame->bx;
    context.Ebp = frame->bp;
    context.Esi = frame->si;
    context.Edi = frame->di;
    (void)NtContinue(&context, FALSE);
}

static void serve(struct up_patch_frame_i386 *frame)
{
    uint64_t ax = frame->ax;

    if (!up_patch_access(frame->ip, (uint8_t)frame->opcode, (uint16_t)frame->dx, &ax)) {
        go_back(frame);
    }
    frame->ax = (uint32_t)ax;
}

const uintptr_t up_patch_serve = (uintptr_t)serve;
