/* SPDX-License-Identifier: MIT
 *
 * The system calls of the fake kernel32.dll (user/machine_abi.h). Arguments and buffers come from ring 3 and are
 * copied.
 */
#include "machine.h"
#include "user/machine_abi.h"

#define BUFFER_MAX 0x12000u
#define OUTPUT_MAX (PAGE_BYTES / 2 - 64u)
#define NO_SUCH    0xC000001Cu /* STATUS_INVALID_SYSTEM_SERVICE */

static void user_string(uint32_t address, char *out, uint32_t size)
{
    uint32_t i;

    for (i = 0; i + 1 < size && user_copy_in(address + i, &out[i], 1) && out[i] != '\0'; i++) {
    }
    out[i] = '\0';
}

/* A program's text: kept for the test that runs it, and shown line by line. */
static void write_output(uint32_t address, uint32_t length)
{
    struct process *process = current_thread()->process;
    char text[256];

    while (length > 0 && process->output != NULL) {
        uint32_t part = length < sizeof text ? length : sizeof text;
        uint32_t i;

        if (!user_copy_in(address, text, part)) {
            return;
        }
        for (i = 0; i < part && process->output_length < OUTPUT_MAX; i++) {
            process->output[process->output_length++] = text[i];
        }
        address += part;
        length -= part;
    }
}

static uint32_t do_control(const uint32_t *a)
{
    uint8_t *in, *out;
    uint32_t returned = 0;
    NTSTATUS status;

    if (a[3] > BUFFER_MAX || a[5] > BUFFER_MAX) {
        return (uint32_t)STATUS_INSUFFICIENT_RESOURCES;
    }
    in = pool_take(a[3] + 1, 'nI  ');
    out = pool_take(a[5] + 1, 'tuO ');
    if (!user_copy_in(a[2], in, a[3])) {
        status = STATUS_ACCESS_VIOLATION;
    } else {
        status = io_control(current_thread()->process, (HANDLE)a[0], a[1], in, a[3], out, a[5], &returned);
        if (!user_copy_out(a[4], out, returned) || (a[6] != 0 && !user_copy_out(a[6], &returned, 4))) {
            status = STATUS_ACCESS_VIOLATION;
        }
    }
    pool_give(in);
    pool_give(out);
    return (uint32_t)status;
}

static void do_continue(struct trap_frame *frame, uint32_t address)
{
    CONTEXT context;

    if (!user_copy_in(address, &context, sizeof context)) {
        process_kill(current_thread()->process, (uint32_t)STATUS_ACCESS_VIOLATION);
        return;
    }
    frame->edi = context.Edi;
    frame->esi = context.Esi;
    frame->ebp = context.Ebp;
    frame->ebx = context.Ebx;
    frame->edx = context.Edx;
    frame->ecx = context.Ecx;
    frame->eax = context.Eax;
    frame->eip = context.Eip;
    frame->esp = context.Esp;
    frame->eflags = (context.EFlags & 0xCD5u) | 0x202u; /* ring 3 changes neither IOPL nor IF */
}

static uint32_t do_create_thread(uint32_t function, uint32_t argument)
{
    struct process *process = current_thread()->process;
    uint32_t words[2] = {function, argument};
    uint32_t esp, at;
    struct thread *thread;

    for (at = 0; at < USER_STACK_BYTES; at += PAGE_BYTES) {
        space_map(process->directory, process->next_stack + at, true);
    }
    process->next_stack += USER_STACK_BYTES;
    esp = process->next_stack - 64;
    user_copy_out(esp, words, sizeof words);
    thread = thread_create_user(process, process->start_thread, esp, 0);
    object_reference(process); /* until the thread's stack is gone */
    return thread->id;
}

static uint32_t do_allocate(uint32_t bytes)
{
    struct process *process = current_thread()->process;
    uint32_t address = process->next_alloc;
    uint32_t at;

    for (at = 0; at < bytes; at += PAGE_BYTES) {
        space_map(process->directory, address + at, true);
    }
    process->next_alloc += (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    return address;
}

static uint32_t do_open(const uint32_t *a)
{
    char name[128];
    HANDLE handle;
    NTSTATUS status;

    user_string(a[0], name, sizeof name);
    status = io_open(current_thread()->process, name, a[1], &handle);
    if (NT_SUCCESS(status)) {
        user_copy_out(a[2], &handle, 4);
    }
    return (uint32_t)status;
}

static void do_missing(const uint32_t *a)
{
    char dll[32], name[64];

    user_string(a[0], dll, sizeof dll);
    user_string(a[1], name, sizeof name);
    violation("%s calls %s!%s, which this machine does not have", current_thread()->process->image, dll, name);
    process_kill(current_thread()->process, (uint32_t)STATUS_ENTRYPOINT_NOT_FOUND);
}

uint32_t syscall(struct trap_frame *frame)
{
    uint32_t a[8] = {0};
    uint32_t i;

    for (i = 0; i < 8 && user_copy_in(frame->edx + i * 4, &a[i], 4); i++) {
    }
    switch (frame->eax) {
    case SYS_EXIT_PROCESS:
        process_kill(current_thread()->process, a[0]);
        return 0;
    case SYS_EXIT_THREAD:
        thread_exit(a[0]);
    case SYS_CREATE_THREAD:
        return do_create_thread(a[0], a[1]);
    case SYS_SLEEP:
        sleep_ticks(a[0] * TICKS_PER_SECOND / 1000u, true);
        return 0;
    case SYS_TICKS:
        return (uint32_t)(ticks * 1000u / TICKS_PER_SECOND);
    case SYS_OPEN:
        return do_open(a);
    case SYS_CLOSE:
        return (uint32_t)handle_close(&current_thread()->process->handles, (HANDLE)a[0]);
    case SYS_CONTROL:
        return do_control(a);
    case SYS_WRITE:
        write_output(a[0], a[1]);
        return 0;
    case SYS_CONTINUE:
        do_continue(frame, a[0]);
        return frame->eax;
    case SYS_ALLOCATE:
        return do_allocate(a[0]);
    case SYS_MISSING:
        do_missing(a);
        return 0;
    case SYS_AFFINITY:
        thread_set_affinity(current_thread(), a[0] & ((1u << PROCESSORS) - 1));
        return 0;
    case SYS_YIELD:
        sched_yield();
        return 0;
    default:
        violation("%s makes system call %u, which is not here", current_thread()->process->image, (unsigned)frame->eax);
        return NO_SUCH;
    }
}
