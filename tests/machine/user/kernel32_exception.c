/* SPDX-License-Identifier: MIT
 *
 * The fake kernel32.dll's part of ntdll: where threads start, and where the kernel sends exceptions
 * of ring 3: to the handlers of the list at FS:[0], then to the unhandled-exception filter.
 */
#define _NTSYSTEM_ /* RtlUnwind is made here */
#include "kernel32.h"

#define UNWINDING_IS_IMPOSSIBLE 0xC0000026u /* STATUS_INVALID_DISPOSITION */
#define NONCONTINUABLE          0xC0000025u

void MachineProcessStart(void);
void MachineThreadStart(void);
void KiUserExceptionDispatcher(void);

/*
 * MachineProcessStart: EAX is the program's entry point. MachineThreadStart: the stack has the
 * function, its argument.
 */
__asm__(".globl _MachineProcessStart\n"
        "_MachineProcessStart:\n"
        "  pushl %eax\n"
        "  call _attach_program\n"
        "  popl %eax\n"
        "  call *%eax\n"
        "  pushl %eax\n"
        "  call _ExitProcess@4\n"
        ".globl _MachineThreadStart\n"
        "_MachineThreadStart:\n"
        "  pushl $2\n" /* DLL_THREAD_ATTACH */
        "  call _call_modules_for_thread\n"
        "  popl %eax\n"
        "  popl %eax\n"
        "  call *%eax\n"
        "  pushl %eax\n"
        "  call _ExitThread@4\n"
        ".globl _KiUserExceptionDispatcher\n"
        "_KiUserExceptionDispatcher:\n"
        "  cld\n"
        "  popl %ecx\n" /* EXCEPTION_RECORD */
        "  popl %ebx\n" /* CONTEXT */
        "  pushl %ebx\n"
        "  pushl %ecx\n"
        "  call _dispatch_exception@8\n"
        ".section .drectve\n"
        "  .ascii \" -export:MachineProcessStart -export:MachineThreadStart "
        "-export:KiUserExceptionDispatcher\"\n"
        ".text\n");

typedef uint32_t handler(EXCEPTION_RECORD *, void *, CONTEXT *, void *);

struct registration { /* a frame of the list at FS:[0] */
    struct registration *next;
    handler *handler;
};

static LPTOP_LEVEL_EXCEPTION_FILTER unhandled_filter;

/*
 * As NT: the registers that a function keeps are 0, and the stack is put right whatever the handler
 * does to it.
 */
uint32_t __attribute__((cdecl)) call_handler(EXCEPTION_RECORD *record, void *frame,
                                             CONTEXT *context, void *dispatcher, handler *handler);
__asm__(".globl _call_handler\n"
        "_call_handler:\n"
        "  pushl %ebp\n"
        "  movl %esp, %ebp\n"
        "  pushl %ebx\n"
        "  pushl %esi\n"
        "  pushl %edi\n"
        "  xorl %eax, %eax\n"
        "  xorl %ebx, %ebx\n"
        "  xorl %esi, %esi\n"
        "  xorl %edi, %edi\n"
        "  pushl 20(%ebp)\n"
        "  pushl 16(%ebp)\n"
        "  pushl 12(%ebp)\n"
        "  pushl 8(%ebp)\n"
        "  movl 24(%ebp), %ecx\n"
        "  call *%ecx\n"
        "  leal -12(%ebp), %esp\n"
        "  popl %edi\n"
        "  popl %esi\n"
        "  popl %ebx\n"
        "  popl %ebp\n"
        "  ret\n");

static void __attribute__((noreturn)) resume(const CONTEXT *context)
{
    SYSTEM_CALL(SYS_CONTINUE, (uint32_t)context);
    for (;;) {
    }
}

/*
 * A frame counts only if it lies in the thread's stack and is aligned: NT looks at no other, nor at
 * what follows it.
 */
static BOOL is_frame(const struct registration *frame)
{
    uint32_t at = (uint32_t)frame;

    return at % 4 == 0 && at >= teb()->stack_limit && at + sizeof *frame <= teb()->stack_base;
}

static void call_frames(EXCEPTION_RECORD *record, CONTEXT *context)
{
    struct registration *frame = (struct registration *)teb()->exception_list;

    for (; frame != (struct registration *)-1; frame = frame->next) {
        if (!is_frame(frame)) {
            end_process(
                /* EXCEPTION_STACK_INVALID: the filter, at the list's end, is not reached */
                record->ExceptionCode);
        }
        switch (call_handler(record, frame, context, NULL, frame->handler)) {
        case ExceptionContinueExecution:
            if (record->ExceptionFlags & EXCEPTION_NONCONTINUABLE) {
                end_process(NONCONTINUABLE);
            }
            resume(context);
        case ExceptionContinueSearch:
            break;
        default:
            end_process(UNWINDING_IS_IMPOSSIBLE);
        }
    }
}

void __attribute__((stdcall, noreturn, used))
dispatch_exception(EXCEPTION_RECORD *record, CONTEXT *context)
{
    EXCEPTION_POINTERS pointers = {record, context};
    LONG answer;

    call_frames(record, context);
    answer = unhandled_filter != NULL ? unhandled_filter(&pointers) : EXCEPTION_CONTINUE_SEARCH;
    if (answer == EXCEPTION_CONTINUE_EXECUTION) {
        resume(context);
    }
    if (answer == EXCEPTION_EXECUTE_HANDLER) {
        ExitProcess(record->ExceptionCode); /* the handler around every thread's start */
    }
    end_process(record->ExceptionCode);
}

EXPORT LPTOP_LEVEL_EXCEPTION_FILTER WINAPI
SetUnhandledExceptionFilter(LPTOP_LEVEL_EXCEPTION_FILTER filter)
{
    LPTOP_LEVEL_EXCEPTION_FILTER before = unhandled_filter;

    unhandled_filter = filter;
    return before;
}

/* ---- exceptions that a program raises itself, and the way back to a frame -------------------- */

/*
 * The caller's registers, as the stub below leaves them: EDI ESI EBX EBP, the return address, the
 * four arguments.
 */
struct raise {
    uint32_t edi, esi, ebx, ebp, eip, code, flags, count;
    const uint32_t *arguments;
};

__asm__(".globl _RaiseException@16\n"
        "_RaiseException@16:\n"
        "  pushl %ebp\n"
        "  pushl %ebx\n"
        "  pushl %esi\n"
        "  pushl %edi\n"
        "  pushl %esp\n"
        "  call _raise_exception@4\n"
        ".section .drectve\n"
        "  .ascii \" -export:RaiseException@16\"\n"
        ".text\n");

void __attribute__((stdcall, noreturn, used)) raise_exception(const struct raise *from)
{
    EXCEPTION_RECORD record = {
        from->code, from->flags & EXCEPTION_NONCONTINUABLE, NULL, (void *)from->eip, 0, {0}};
    CONTEXT context = {0};

    while (from->arguments != NULL && record.NumberParameters < from->count &&
           record.NumberParameters < EXCEPTION_MAXIMUM_PARAMETERS) {
        record.ExceptionInformation[record.NumberParameters] =
            from->arguments[record.NumberParameters];
        record.NumberParameters++;
    }
    context.ContextFlags = CONTEXT_CONTROL | CONTEXT_INTEGER | CONTEXT_SEGMENTS;
    context.Edi = from->edi;
    context.Esi = from->esi;
    context.Ebx = from->ebx;
    context.Ebp = from->ebp;
    context.Eip = from->eip;
    context.Esp = (uint32_t)(from + 1);
    __asm__ volatile("pushfl; popl %0" : "=r"(context.EFlags));
    __asm__ volatile("movl %%cs, %0" : "=r"(context.SegCs));
    __asm__ volatile("movl %%ds, %0" : "=r"(context.SegDs));
    __asm__ volatile("movl %%es, %0" : "=r"(context.SegEs));
    __asm__ volatile("movl %%fs, %0" : "=r"(context.SegFs));
    __asm__ volatile("movl %%gs, %0" : "=r"(context.SegGs));
    __asm__ volatile("movl %%ss, %0" : "=r"(context.SegSs));
    dispatch_exception(&record, &context);
}

/*
 * The frames above the target are told that they go, and are taken off the list; then it returns,
 * as on i386 NT, to its caller.
 */
EXPORT VOID WINAPI RtlUnwind(PVOID target, PVOID address, PEXCEPTION_RECORD record, PVOID value)
{
    EXCEPTION_RECORD own = {0xC0000027u, 0, NULL, NULL, 0, {0}}; /* STATUS_UNWIND */
    CONTEXT context = {0};
    struct registration *frame;

    (void)address, (void)value;
    if (record == NULL) {
        record = &own;
    }
    record->ExceptionFlags |= EXCEPTION_UNWINDING | (target == NULL ? EXCEPTION_EXIT_UNWIND : 0);
    while ((frame = (struct registration *)teb()->exception_list) != (struct registration *)-1 &&
           frame != target) {
        if (!is_frame(frame)) {
            end_process(0xC0000028u); /* STATUS_BAD_STACK */
        }
        if (call_handler(record, frame, &context, NULL, frame->handler) !=
            ExceptionContinueSearch) {
            end_process(UNWINDING_IS_IMPOSSIBLE);
        }
        teb()->exception_list = (uint32_t)frame->next;
    }
}
