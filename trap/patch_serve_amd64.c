/* SPDX-License-Identifier: MIT
 *
 * What the trampolines of 64-bit programs call. See patch.h.
 */
#include "patch.h"

#include <winternl.h>

#include "patch_site.h"
#include "trap.h"

NTSYSAPI NTSTATUS NTAPI NtContinue(CONTEXT *context, BOOLEAN test_alert);

/* Lets the program go on at the site, with the registers that it had there. */
static void go_back(const struct up_patch_frame_amd64 *frame)
{
    CONTEXT context;

    RtlCaptureContext(&context);
    context.Rip = frame->ip;
    context.Rsp = (uintptr_t)(frame + 1);
    context.EFlags = (DWORD)frame->flags;
    context.Rax = frame->ax;
    context.Rcx = frame->cx;
    context.Rdx = frame->dx;
    context.Rbx = frame->bx;
    context.Rbp = frame->bp;
    context.Rsi = frame->si;
    context.Rdi = frame->di;
    context.R8 = frame->r8;
    context.R9 = frame->r9;
    context.R10 = frame->r10;
    context.R11 = frame->r11;
    context.R12 = frame->r12;
    context.R13 = frame->r13;
    context.R14 = frame->r14;
    context.R15 = frame->r15;
    memcpy(context.FltSave.XmmRegisters, (const void *)UP_PATCH_XMM_AT(frame),
           UP_PATCH_XMM_COUNT * sizeof context.FltSave.XmmRegisters[0]);
    (void)NtContinue(&context, FALSE);
}

static void serve(struct up_patch_frame_amd64 *frame)
{
    if (!up_patch_access(frame->ip, (uint8_t)frame->opcode, (uint16_t)frame->dx, &frame->ax)) {
        go_back(frame);
    }
}

const uintptr_t up_patch_serve = (uintptr_t)serve;
