/* SPDX-License-Identifier: MIT
 *
 * The system calls of the fake kernel32.dll (user/machine_abi.h). Arguments and buffers come from
 * ring 3 and are copied.
 */
#include "program.h"

#define BUFFER_MAX 0x12000u
#define OUTPUT_MAX (PAGE_BYTES / 2 - 64u)
#define NO_SUCH    0xC000001Cu /* STATUS_INVALID_SYSTEM_SERVICE */

/* Ring 3 changes neither IOPL nor IF: it has CF, PF, AF, ZF, SF, TF, DF, OF, RF, AC and ID. */
#define EFLAGS_OF_RING_3 0x250DD5u

uint32_t stop_requests, open_at_stop;

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

    if (io_fast_control(current_thread()->process, (HANDLE)a[0], a[1], a[2], a[3], a[4], a[5],
                        &status, &returned)) {
        return a[6] == 0 || user_copy_out(a[6], &returned, 4) ? (uint32_t)status
                                                              : (uint32_t)STATUS_ACCESS_VIOLATION;
    }
    if (a[3] > BUFFER_MAX || a[5] > BUFFER_MAX) {
        return (uint32_t)STATUS_INSUFFICIENT_RESOURCES;
    }
    in = pool_take(a[3] + 1, 'nI  ');
    out = pool_take(a[5] + 1, 'tuO ');
    if (!user_copy_in(a[2], in, a[3])) {
        status = STATUS_ACCESS_VIOLATION;
    } else {
        status = io_control(current_thread()->process, (HANDLE)a[0], a[1], in, a[3], out, a[5],
                            &returned);
        if (!user_copy_out(a[4], out, returned) ||
            (a[6] != 0 && !user_copy_out(a[6], &returned, 4))) {
            status = STATUS_ACCESS_VIOLATION;
        }
    }
    pool_give(in);
    pool_give(out);
    return (uint32_t)status;
}

/* What ring 3 may have in a segment register; NT makes others null as well. */
static uint32_t user_selector(uint32_t selector)
{
    selector = (selector & 0xFFFF) | 3;
    return selector == SELECTOR_USER_DATA || selector == SELECTOR_USER_CODE ||
                   selector == SELECTOR_TEB
               ? selector
               : 0;
}

/*
 * NtContinue. The code and stack segments are ring 3's own whatever the context says, as NT has it.
 */
static void do_continue(struct trap_frame *frame, uint32_t address)
{
    CONTEXT context;

    if (!user_copy_in(address, &context, sizeof context)) {
        process_kill(current_thread()->process, (uint32_t)STATUS_ACCESS_VIOLATION);
        return;
    }
    if ((context.ContextFlags & CONTEXT_INTEGER) == CONTEXT_INTEGER) {
        frame->edi = context.Edi;
        frame->esi = context.Esi;
        frame->ebx = context.Ebx;
        frame->edx = context.Edx;
        frame->ecx = context.Ecx;
        frame->eax = context.Eax;
    }
    if ((context.ContextFlags & CONTEXT_CONTROL) == CONTEXT_CONTROL) {
        frame->ebp = context.Ebp;
        frame->eip = context.Eip;
        frame->esp = context.Esp;
        frame->eflags = (context.EFlags & EFLAGS_OF_RING_3) | EFLAGS_INTERRUPT | 2u;
    }
    if ((context.ContextFlags & CONTEXT_SEGMENTS) == CONTEXT_SEGMENTS) {
        frame->ds = user_selector(context.SegDs);
        frame->es = user_selector(context.SegEs);
        frame->fs = user_selector(context.SegFs);
    }
    if ((context.ContextFlags & CONTEXT_DEBUG_REGISTERS) == CONTEXT_DEBUG_REGISTERS &&
        (context.Dr7 & 0xFF) != 0) {
        violation("%s sets a hardware breakpoint, which this machine does not have",
                  current_thread()->process->image);
    }
}

static uint32_t do_create_thread(const uint32_t *a)
{
    struct process *process = current_thread()->process;
    uint32_t words[2] = {a[0], a[1]};
    uint32_t esp = program_stack(process);
    struct thread *thread;
    HANDLE handle;

    user_copy_out(esp, words, sizeof words);
    object_reference(process); /* until the thread's stack is gone */
    thread = thread_create_user(process, process->start_thread, esp, 0);
    handle = handle_create(&process->handles, thread, THREAD_ALL_ACCESS, false);
    user_copy_out(a[2], &thread->id, sizeof thread->id);
    object_dereference(thread);
    return (uint32_t)handle;
}

static struct thread *thread_of(uint32_t handle)
{
    struct thread *thread =
        handle_object(&current_thread()->process->handles, (HANDLE)handle, OBJECT_THREAD, NULL);

    if (thread != NULL) {
        object_reference(thread);
    }
    return thread;
}

static uint32_t do_wait(uint32_t handle, uint32_t milliseconds)
{
    struct thread *thread = thread_of(handle);
    NTSTATUS status;

    if (thread == NULL) {
        return (uint32_t)STATUS_INVALID_HANDLE;
    }
    status = wait_for(
        thread,
        milliseconds == 0xFFFFFFFF ? ~0ull : (uint64_t)milliseconds * TICKS_PER_SECOND / 1000u,
        true);
    object_dereference(thread);
    return (uint32_t)status;
}

static uint32_t do_thread_status(uint32_t handle)
{
    struct thread *thread = thread_of(handle);
    uint32_t status;

    if (thread == NULL) {
        return (uint32_t)STATUS_INVALID_HANDLE;
    }
    status = thread->header.SignalState > 0 ? thread->exit_status : (uint32_t)STATUS_PENDING;
    object_dereference(thread);
    return status;
}

/* "userport", "userport.dll", "C:\\x\\userport.dll": the initrd has no folders. */
static uint32_t do_load_library(uint32_t name)
{
    char path[128];
    char *file = path;
    const char *why;
    struct image *image;
    uint32_t i, needs;
    bool dot = false;

    user_string(name, path, sizeof path - 4);
    for (i = 0; path[i] != '\0'; i++) {
        if (path[i] == '\\' || path[i] == '/') {
            file = path + i + 1;
            dot = false;
        }
        dot |= path[i] == '.';
    }
    if (!dot) {
        memcpy(path + i, ".dll", 5);
    }
    if (file_find(file) == NULL) {
        return (uint32_t)STATUS_DLL_NOT_FOUND;
    }
    image = image_load(file, &why);
    needs = image != NULL && image_is_dll(image) ? image_needs(image) : 0;
    if (needs == 0) {
        return (uint32_t)STATUS_INVALID_IMAGE_FORMAT;
    }
    program_map(current_thread()->process, needs, 0);
    return (uint32_t)(image - images);
}

static bool is_mapped(uint32_t module)
{
    return module < USER_MODULES && (current_thread()->process->images & 1u << module);
}

static uint32_t do_proc_address(const uint32_t *a)
{
    char name[128];
    uint32_t address;

    if (!is_mapped(a[0])) {
        return 0;
    }
    user_string(a[1], name, sizeof name);
    address = image_export(&images[a[0]], a[1] != 0 ? name : NULL, a[2]);
    /* a forwarder may lead to a DLL that is not here yet */
    program_map(current_thread()->process, address != 0 ? image_needs(&images[a[0]]) : 0,
                MODULE_PINNED);
    return address;
}

static uint32_t do_allocate(uint32_t bytes)
{
    struct process *process = current_thread()->process;
    uint32_t address =
        __sync_fetch_and_add(&process->next_alloc, (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1));
    uint32_t at;

    for (at = 0; at < bytes; at += PAGE_BYTES) {
        space_map(process->directory, address + at, true);
    }
    return address;
}

static void do_complain(uint32_t text)
{
    char what[128];

    user_string(text, what, sizeof what);
    violation("%s: %s", current_thread()->process->image, what);
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

static uint32_t do_registry(const uint32_t *a)
{
    char name[32];
    const uint8_t *data;
    uint32_t found[2];
    NTSTATUS status;

    user_string(a[0], name, sizeof name);
    status = registry_get(name, &found[0], &data, &found[1]);
    if (NT_SUCCESS(status) && (!user_copy_out(a[1], data, found[1] < a[2] ? found[1] : a[2]) ||
                               !user_copy_out(a[3], found, sizeof found))) {
        status = STATUS_ACCESS_VIOLATION;
    }
    return (uint32_t)status;
}

/* What services.exe does for an administrator who sends SERVICE_CONTROL_STOP. */
static uint32_t do_stop_service(void)
{
    if (!token_is_administrator(token_of(current_thread()->process->token))) {
        return (uint32_t)STATUS_ACCESS_DENIED;
    }
    stop_requests++;
    open_at_stop = iomap_open_ports(0) + iomap_open_ports(1);
    return (uint32_t)driver_stop();
}

static void do_missing(const uint32_t *a)
{
    char dll[32], name[64];

    user_string(a[0], dll, sizeof dll);
    user_string(a[1], name, sizeof name);
    violation("%s calls %s!%s, which this machine does not have", current_thread()->process->image,
              dll, name);
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
        return do_create_thread(a);
    case SYS_SLEEP:
        sleep_ticks((uint64_t)a[0] * TICKS_PER_SECOND / 1000u, true);
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
    case SYS_LOAD_LIBRARY:
        return do_load_library(a[0]);
    case SYS_UNLOAD_LIBRARY:
        if (is_mapped(a[0])) {
            program_unmap(current_thread()->process, &images[a[0]]);
        }
        return 0;
    case SYS_PROC_ADDRESS:
        return do_proc_address(a);
    case SYS_WAIT:
        return do_wait(a[0], a[1]);
    case SYS_THREAD_STATUS:
        return do_thread_status(a[0]);
    case SYS_IS_LAST_THREAD:
        return current_thread()->process->threads == 1;
    case SYS_END_OTHERS:
        process_end_others();
        return 0;
    case SYS_CLEAR_TLS:
        program_clear_tls(current_thread()->process, a[0]);
        return 0;
    case SYS_COMPLAIN:
        do_complain(a[0]);
        return 0;
    case SYS_REGISTRY:
        return do_registry(a);
    case SYS_SERVICE:
        return driver_service_state();
    case SYS_DRIVER_IMAGE:
        return driver_base() != 0;
    case SYS_IMPERSONATE:
        current_thread()->client = a[0] < AS_KINDS ? token_of(a[0]) : NULL;
        current_thread()->level = a[1];
        return 0;
    case SYS_STOP_SERVICE:
        return do_stop_service();
    default:
        violation("%s makes system call %u, which is not here", current_thread()->process->image,
                  (unsigned)frame->eax);
        return NO_SUCH;
    }
}
