/* SPDX-License-Identifier: MIT
 *
 * Traps: interrupts, system calls, and exceptions. A ring 3 exception goes to the program as NT
 * sends it: an exception record and a context on its stack, and the dispatcher in (the fake) ntdll.
 * A ring 0 exception is the end.
 */
#include "machine.h"

#define GENERAL_PROTECTION 13u
#define PAGE_FAULT         14u

/*
 * Is it an instruction that ring 3 may not run, as NT tells C0000096 from C0000005? IN, OUT, INS,
 * OUTS, CLI, STI, HLT.
 */
static bool is_privileged(uint32_t eip)
{
    static const uint8_t prefixes[] = {0x66, 0x67, 0xF2, 0xF3, 0xF0, 0x2E,
                                       0x36, 0x3E, 0x26, 0x64, 0x65};
    uint8_t code[15];
    uint32_t i, j;

    for (i = 0; i < sizeof code && user_copy_in(eip + i, &code[i], 1); i++) {
        for (j = 0; j < sizeof prefixes && code[i] != prefixes[j]; j++) {
        }
        if (j == sizeof prefixes) {
            return (code[i] >= 0xE4 && code[i] <= 0xE7) || (code[i] >= 0xEC && code[i] <= 0xEF) ||
                   (code[i] >= 0x6C && code[i] <= 0x6F) || code[i] == 0xFA || code[i] == 0xFB ||
                   code[i] == 0xF4;
        }
    }
    return false;
}

static uint32_t status_of_trap(const struct trap_frame *frame)
{
    switch (frame->vector) {
    case 0:
        return (uint32_t)STATUS_INTEGER_DIVIDE_BY_ZERO;
    case 1:
        return (uint32_t)STATUS_SINGLE_STEP;
    case 3:
        return (uint32_t)STATUS_BREAKPOINT;
    case 6:
        return (uint32_t)STATUS_ILLEGAL_INSTRUCTION;
    case GENERAL_PROTECTION:
        return (uint32_t)(is_privileged(frame->eip) ? STATUS_PRIVILEGED_INSTRUCTION
                                                    : STATUS_ACCESS_VIOLATION);
    default:
        return (uint32_t)STATUS_ACCESS_VIOLATION;
    }
}

static void deliver(struct trap_frame *frame, uint32_t code)
{
    struct process *process = current_thread()->process;
    EXCEPTION_RECORD record;
    CONTEXT context;
    uint32_t pointers[2];
    uint32_t esp;

    if (code == (uint32_t)STATUS_SINGLE_STEP) {
        frame->eflags &= ~EFLAGS_TRAP; /* one step, as on NT */
    }
    memset(&record, 0, sizeof record);
    memset(&context, 0, sizeof context);
    record.ExceptionCode = code;
    record.ExceptionAddress = (PVOID)frame->eip;
    context.ContextFlags = CONTEXT_FULL | CONTEXT_DEBUG_REGISTERS; /* no breakpoint is ever set */
    context.SegDs = frame->ds;
    context.SegEs = frame->es;
    context.SegFs = frame->fs;
    context.Edi = frame->edi;
    context.Esi = frame->esi;
    context.Ebx = frame->ebx;
    context.Edx = frame->edx;
    context.Ecx = frame->ecx;
    context.Eax = frame->eax;
    context.Ebp = frame->ebp;
    context.Eip = frame->eip;
    context.SegCs = frame->cs;
    context.EFlags = frame->eflags;
    context.Esp = frame->esp;
    context.SegSs = frame->ss;
    esp = ((frame->esp - sizeof context) & ~15u) - (uint32_t)sizeof record;
    pointers[0] = esp;
    pointers[1] = esp + (uint32_t)sizeof record;
    if (process->dispatcher == 0 || !user_copy_out(esp, &record, sizeof record) ||
        !user_copy_out(pointers[1], &context, sizeof context) ||
        !user_copy_out(esp - 8, pointers, sizeof pointers)) {
        process_kill(process, code);
        return;
    }
    frame->esp = esp - 8;
    frame->eip = process->dispatcher;
    frame->eflags &= ~EFLAGS_TRAP;
}

static void __attribute__((noreturn)) kernel_exception(const struct trap_frame *frame)
{
    uint32_t cr2;

    __asm__("movl %%cr2, %0" : "=r"(cr2));
    say("# eax %08X ebx %08X ecx %08X edx %08X esi %08X edi %08X ebp %08X esp %08X cr2 %08X",
        (unsigned)frame->eax, (unsigned)frame->ebx, (unsigned)frame->ecx, (unsigned)frame->edx,
        (unsigned)frame->esi, (unsigned)frame->edi, (unsigned)frame->ebp,
        (unsigned)(uint32_t)&frame->esp, (unsigned)cr2);
    if (driver_owns(frame->eip)) {
        panic("the driver raised exception %u, error %X, at image offset %X, address %08X",
              (unsigned)frame->vector, (unsigned)frame->error,
              (unsigned)(frame->eip - driver_base()), (unsigned)cr2);
    }
    panic("kernel exception %u, error %X, eip %08X, address %08X%s", (unsigned)frame->vector,
          (unsigned)frame->error, (unsigned)frame->eip, (unsigned)cr2,
          current_thread()->in_driver ? ", called by the driver" : "");
}

bool driver_counting;
uint32_t driver_instructions;

void trap(struct trap_frame *frame)
{
    bool from_user = (frame->cs & 3) == 3;

    /* a step in ring 0: see driver_count_begin */
    if (frame->vector == 1 && !from_user && driver_counting) {
        driver_instructions += driver_owns(frame->eip);
        return;
    }
    switch (frame->vector) {
    case VECTOR_TICK:
        cpu_interrupt_done();
        sched_tick();
        break;
    case VECTOR_RESCHEDULE:
        cpu_interrupt_done();
        this_cpu()->reschedule = true;
        break;
    case VECTOR_CALL:
        cpu_answer_call();
        cpu_interrupt_done();
        break;
    case VECTOR_STOP:
        for (;;) {
            __asm__ volatile("cli; hlt");
        }
    case VECTOR_SPURIOUS:
        break;
    case VECTOR_SYSCALL:
        __asm__ volatile("sti");
        frame->eax = syscall(frame);
        __asm__ volatile("cli");
        break;
    default:
        if (!from_user) {
            kernel_exception(frame);
        }
        __asm__ volatile("sti");
        deliver(frame, status_of_trap(frame));
        __asm__ volatile("cli");
        break;
    }
    if (frame->vector != VECTOR_SPURIOUS) {
        sched_preempt();
    }
    if (from_user && thread_is_ending(current_thread())) {
        __asm__ volatile("sti");
        thread_exit(current_thread()->process->exit_status);
    }
}
