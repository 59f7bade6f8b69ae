/* SPDX-License-Identifier: MIT
 *
 * A program for the machine's own tests: sehcheck PART raises exceptions in ring 3 and handles them
 * through frames of the list at FS:[0], as compilers' structured exception handling does
 * underneath. Port 80 is not granted.
 */
#include <windows.h>

#include "check.h"

#define PRIVILEGED 0xC0000096u

typedef uint32_t handler(EXCEPTION_RECORD *, void *, CONTEXT *, void *);

struct frame {
    struct frame *next;
    handler *handler;
};

static struct {
    EXCEPTION_RECORD record;
    CONTEXT context;
    void *frame;
    unsigned calls, filter_calls;
} seen;

static struct frame *list(void)
{
    struct frame *first;

    __asm__ volatile("movl %%fs:0, %0" : "=r"(first));
    return first;
}

static void set_list(struct frame *first)
{
    __asm__ volatile("movl %0, %%fs:0" ::"r"(first) : "memory");
}

static void push(struct frame *frame, handler *handler)
{
    frame->next = list();
    frame->handler = handler;
    set_list(frame);
}

static void pop(struct frame *frame)
{
    CHECK(list() == frame);
    set_list(frame->next);
}

/*
 * All registers that the continuation may change, and the flags, as they come out of a denied IN.
 */
struct registers {
    uint32_t eax, ebx, ecx, edx, esi, edi, eflags, ds, es, fs;
};

/* handlers run in it, which gcc cannot know */
static void __attribute__((noipa)) denied_in(struct registers *out)
{
    __asm__ volatile("pushl %%ebx\n"
                     "pushl %%ebp\n"
                     "movl $0x11111111, %%eax\n"
                     "movl $0x22222222, %%ebx\n"
                     "movl $0x33333333, %%ecx\n"
                     "movl $0x44440080, %%edx\n"
                     "movl $0x55555555, %%esi\n"
                     "movl $0x66666666, %%ebp\n"
                     "pushl %%edi\n"
                     "stc\n"
                     ".globl _denied_instruction\n"
                     "_denied_instruction: inb %%dx, %%al\n"
                     "pushfl\n"
                     "cld\n"
                     "xchgl %%edi, 4(%%esp)\n" /* the pointer again, EDI as it was there */
                     "movl %%eax, 0(%%edi)\n"
                     "movl %%ebx, 4(%%edi)\n"
                     "movl %%ecx, 8(%%edi)\n"
                     "movl %%edx, 12(%%edi)\n"
                     "movl %%esi, 16(%%edi)\n"
                     "popl 24(%%edi)\n"
                     "popl 20(%%edi)\n"
                     "movw %%ds, 28(%%edi)\n"
                     "movw %%es, 32(%%edi)\n"
                     "movw %%fs, 36(%%edi)\n"
                     "popl %%ebp\n"
                     "popl %%ebx\n"
                     : "+D"(out)
                     :
                     : "eax", "ecx", "edx", "esi", "memory", "cc");
}
extern const uint8_t denied_instruction[];

static void keep(const EXCEPTION_RECORD *record, void *frame, const CONTEXT *context)
{
    seen.record = *record;
    seen.context = *context;
    seen.frame = frame;
    seen.calls++;
}

static uint32_t skip(EXCEPTION_RECORD *record, void *frame, CONTEXT *context, void *dispatcher)
{
    (void)dispatcher;
    keep(record, frame, context);
    context->Eip += 1;
    return ExceptionContinueExecution;
}

static uint32_t skip_and_change(EXCEPTION_RECORD *record, void *frame, CONTEXT *context,
                                void *dispatcher)
{
    skip(record, frame, context, dispatcher);
    context->Eax = 0xA0A0A0A0;
    context->Ebx = 0xB0B0B0B0;
    context->Ecx = 0xC0C0C0C0;
    context->Edx = 0xD0D0D0D0;
    context->Esi = 0xE0E0E0E0;
    context->Edi = 0xF0F0F0F0;
    /* not CF; DF, ZF; IOPL is not ours to set */
    context->EFlags = (context->EFlags & ~1u) | 0x400 | 0x40 | 0x3000;
    return ExceptionContinueExecution;
}

static uint32_t next(EXCEPTION_RECORD *record, void *frame, CONTEXT *context, void *dispatcher)
{
    (void)dispatcher;
    keep(record, frame, context);
    return ExceptionContinueSearch;
}

static LONG WINAPI filter(EXCEPTION_POINTERS *pointers)
{
    seen.filter_calls++;
    pointers->ContextRecord->Eip += 1;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static void check_continue(void)
{
    struct registers registers;
    struct frame frame;

    CHECK(list() == (struct frame *)-1);
    push(&frame, skip);
    denied_in(&registers);
    CHECK(seen.calls == 1 && seen.frame == &frame);
    CHECK(seen.record.ExceptionCode == PRIVILEGED &&
          seen.record.ExceptionAddress == denied_instruction);
    CHECK(seen.record.ExceptionFlags == 0 && seen.record.ExceptionRecord == NULL);
    CHECK(seen.context.Eip == (uint32_t)denied_instruction && seen.context.Edx == 0x44440080);
    CHECK(seen.context.Ebp == 0x66666666 && (seen.context.EFlags & 1));
    CHECK(registers.eax == 0x11111111 && registers.ebx == 0x22222222 &&
          registers.ecx == 0x33333333);
    CHECK(registers.edx == 0x44440080 && registers.esi == 0x55555555 &&
          registers.edi == (uint32_t)&registers);
    CHECK((registers.eflags & 0x401) == 1);
    pop(&frame);
}

static void check_change(void)
{
    struct registers registers;
    struct frame frame;

    push(&frame, skip_and_change);
    denied_in(&registers);
    CHECK(registers.eax == 0xA0A0A0A0 && registers.ebx == 0xB0B0B0B0 &&
          registers.ecx == 0xC0C0C0C0);
    CHECK(registers.edx == 0xD0D0D0D0 && registers.esi == 0xE0E0E0E0 &&
          registers.edi == 0xF0F0F0F0);
    CHECK((registers.eflags & 0x3441) == 0x440);
    CHECK((registers.ds & 0xFFFF) == seen.context.SegDs &&
          (registers.es & 0xFFFF) == seen.context.SegEs);
    CHECK((registers.fs & 0xFFFF) == seen.context.SegFs && seen.context.SegFs != 0);
    pop(&frame);
}

/* The inner frame passes on, the outer one continues; with both passing on, the filter is asked. */
static void check_next(void)
{
    struct registers registers;
    struct frame inner, outer;

    SetUnhandledExceptionFilter(filter);
    push(&outer, skip);
    push(&inner, next);
    denied_in(&registers);
    CHECK(seen.calls == 2 && seen.frame == &outer && seen.filter_calls == 0);
    outer.handler = next;
    denied_in(&registers);
    CHECK(seen.calls == 4 && seen.frame == &outer && seen.filter_calls == 1);
    pop(&inner);
    pop(&outer);
    denied_in(&registers);
    CHECK(seen.calls == 4 && seen.filter_calls == 2);
}

static DWORD WINAPI in_a_thread(void *unused)
{
    (void)unused;
    check_continue();
    return 0;
}

static void check_thread(void)
{
    struct frame frame;
    HANDLE thread;

    push(&frame, next);
    thread = CreateThread(NULL, 0, in_a_thread, NULL, 0, NULL);
    CHECK(WaitForSingleObject(thread, INFINITE) == WAIT_OBJECT_0);
    pop(&frame);
}

/* Step by step through two instructions, by the trap flag in the continued context. */
static uint32_t step(EXCEPTION_RECORD *record, void *frame, CONTEXT *context, void *dispatcher)
{
    (void)dispatcher;
    keep(record, frame, context);
    if (record->ExceptionCode == PRIVILEGED) {
        context->Eip += 1;
        context->EFlags |= 0x100;
    }
    return ExceptionContinueExecution;
}

static void check_step(void)
{
    struct registers registers;
    struct frame frame;

    push(&frame, step);
    denied_in(&registers);
    CHECK(seen.calls == 2 && seen.record.ExceptionCode == 0x80000004);
    CHECK(seen.context.Eip == (uint32_t)denied_instruction + 2 && !(seen.context.EFlags & 0x100));
    pop(&frame);
}

/*
 * A frame that does not lie in the stack: neither its handler nor what follows is called. The
 * process ends here.
 */
static void check_invalid(void)
{
    static struct frame elsewhere;
    struct registers registers;
    struct frame good;

    SetUnhandledExceptionFilter(filter);
    push(&good, skip);
    push(&elsewhere, skip);
    denied_in(&registers);
    CHECK(!"reached");
}

static void check_unaligned(void)
{
    struct registers registers;
    char room[16];
    struct frame good;

    push(&good, skip);
    push((struct frame *)(((uint32_t)room & ~3u) + 1), skip);
    denied_in(&registers);
    CHECK(!"reached");
}

static void check_unhandled(void)
{
    struct registers registers;
    struct frame frame;

    push(&frame, next);
    denied_in(&registers);
    CHECK(!"reached");
}

static const struct part parts[] = {
    {"continue", check_continue},   {"change", check_change},       {"next", check_next},
    {"thread", check_thread},       {"step", check_step},           {"invalid", check_invalid},
    {"unaligned", check_unaligned}, {"unhandled", check_unhandled}, {NULL, NULL},
};

int start(void) __asm__("_start");

int start(void)
{
    return run_part(parts);
}
