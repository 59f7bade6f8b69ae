/* SPDX-License-Identifier: MIT
 *
 * Processes: an address space, handles, a token, an IopmOffset of their own. Their starts and ends
 * are told to the driver's callbacks as NT tells them: the start before the first thread runs, the
 * end in the last thread, before the process's handles are closed.
 */
#include "program.h"

struct process *idle_process, *system_process;
struct process *all_processes;
bool process_announces = true;
uint32_t process_parent_wanted, process_id_wanted;
uint64_t process_notify_cost[2];

static spinlock process_lock;
static uint32_t next_id;

/*
 * Out of the list, and of the reach of its id, comes a process that is deleted, not one that has
 * ended.
 */
static void process_destroy(void *body)
{
    struct process *process = body;
    uint32_t flags = lock_take(&process_lock);
    struct process **link;

    for (link = &all_processes; *link != process; link = &(*link)->next) {
    }
    *link = process->next;
    lock_drop(&process_lock, flags);
    if (process->output != NULL) {
        pool_give(process->output);
    }
}

static struct process *process_make(enum token_kind token, const char *image)
{
    struct process *process = object_create(OBJECT_PROCESS, sizeof *process, process_destroy);

    process->header.Type = 3; /* ProcessObject */
    process->token = token;
    process->image = image;
    process->iopm_offset = IOPM_NONE; /* children do not inherit */
    process->next_alloc = USER_HEAP;
    process->next_stack = USER_STACKS;
    process->next_teb = USER_TEBS + PAGE_BYTES;
    return process;
}

static void process_link(struct process *process)
{
    uint32_t flags = lock_take(&process_lock);

    process->next = all_processes;
    all_processes = process;
    lock_drop(&process_lock, flags);
}

void process_init(void)
{
    idle_process = process_make(AS_SYSTEM, "Idle");
    idle_process->directory = boot_page_directory;
    system_process = process_make(AS_SYSTEM, "System");
    system_process->directory = boot_page_directory;
    system_process->id = reading_every ? 4 : 2; /* XP's, NT 4.0's */
    next_id = 20;
    process_link(idle_process);
    process_link(system_process);
}

static void notify(struct process *process, BOOLEAN created)
{
    struct thread *thread = current_thread();
    bool was_in_driver = thread->in_driver;
    int mutexes = thread->mutexes;
    unsigned i;

    for (i = 0; i < sizeof process_notify / sizeof process_notify[0]; i++) {
        PCREATE_PROCESS_NOTIFY_ROUTINE routine;

        __sync_fetch_and_add(&process_notify_running, 1);
        routine = process_notify[i];
        if (routine != NULL) {
            uint64_t before = read_tsc();

            thread->in_driver = true;
            driver_count_begin();
            routine((HANDLE)process->parent, (HANDLE)process->id, created);
            driver_count_end();
            thread->in_driver = was_in_driver;
            process_notify_cost[created] += read_tsc() - before;
        }
        __sync_fetch_and_sub(&process_notify_running, 1);
    }
    if (thread->mutexes != mutexes) {
        violation("a process notification returns with a mutex held");
    }
    spin_locks_returned("a process notification");
}

struct process *process_create(enum token_kind token, const char *image)
{
    struct process *process = process_make(token, image);
    uint32_t flags;

    process->directory = space_create();
    flags = lock_take(&process_lock);
    if (process_id_wanted != 0) {
        process->id = process_id_wanted;
    } else {
        next_id += reading_every ? 4 : 3; /* NT 4.0's ids are not multiples of 4 */
        process->id = next_id;
    }
    process->parent =
        process_parent_wanted != 0 ? process_parent_wanted : current_thread()->process->id;
    lock_drop(&process_lock, flags);
    object_reference(process); /* one for the caller, one until its last thread's stack is gone */
    process_link(process);
    if (process_announces) {
        notify(process, TRUE);
    }
    return process;
}

void process_announce(struct process *process)
{
    notify(process, TRUE);
}

void subject_capture(SECURITY_SUBJECT_CONTEXT *subject)
{
    const struct thread *thread = current_thread();

    memset(subject, 0, sizeof *subject);
    subject->ClientToken = (PACCESS_TOKEN)thread->client;
    subject->ImpersonationLevel = thread->level;
    subject->PrimaryToken = (PACCESS_TOKEN)token_of(thread->process->token);
    subject->ProcessAuditId = (PVOID)thread->process->id;
}

struct process *process_by_id(uint32_t id)
{
    uint32_t flags = lock_take(&process_lock);
    struct process *process;

    for (process = all_processes; process != NULL && (process->id != id || process == idle_process);
         process = process->next) {
    }
    if (process != NULL && !object_reference_safe(process)) {
        process = NULL; /* it is being deleted */
    }
    lock_drop(&process_lock, flags);
    return process;
}

bool thread_is_ending(const struct thread *thread)
{
    const struct process *process = thread->process;

    return process->killed || (process->survivor != NULL && process->survivor != thread);
}

void process_kill(struct process *process, uint32_t status)
{
    process->exit_status = status;
    process->killed = true;
    wake_interruptible(process);
}

/* Threads that may still run in ring 3, besides this one. */
static bool others_run(const struct thread *me)
{
    uint32_t flags = lock_take(&sched_lock);
    struct thread *thread;

    for (thread = all_threads; thread != NULL; thread = thread->next_of_all) {
        if (thread->process == me->process && thread != me && thread->state != THREAD_DEAD &&
            !thread->in_driver) {
            break;
        }
    }
    lock_drop(&sched_lock, flags);
    return thread != NULL;
}

void process_end_others(void)
{
    struct thread *me = current_thread();
    struct process *process = me->process;

    if (!__sync_bool_compare_and_swap(&process->survivor, NULL, me) && process->survivor != me) {
        return; /* another one was faster: this one ends */
    }
    wake_interruptible(process);
    while (others_run(me) && !process->killed) {
        sleep_ticks(1, true);
    }
}

void process_last_thread_gone(struct process *process, uint32_t status)
{
    uint32_t *directory;
    uint32_t i;

    if (!process->killed) {
        process->exit_status = status;
    }
    if (process_announces) {
        notify(process, FALSE);
    }
    for (i = 1; i < HANDLES; i++) {
        handle_close(&process->handles, (HANDLE)(i * 4));
    }
    process->over = true;
    if (process->mail != NULL) {
        program_release_mailbox(process);
    }
    /*
     * its address space goes while its last thread still stands on it: first a switch to it must
     * lead elsewhere
     */
    directory = process->directory;
    process->directory = boot_page_directory;
    space_load(boot_page_directory);
    space_destroy(directory);
    signal_for_good(&process->header);
}

uint32_t process_wait(struct process *process)
{
    uint32_t status;

    wait_for(process, ~0ull, false);
    status = process->exit_status;
    object_dereference(process);
    thread_reap();
    return status;
}

uint32_t processes_alive(void)
{
    uint32_t flags = lock_take(&process_lock);
    struct process *process;
    uint32_t count = 0;

    for (process = all_processes; process != NULL; process = process->next) {
        count += !process->over;
    }
    lock_drop(&process_lock, flags);
    return count;
}

/* 88h bytes on NT 4.0, B8h later; then 40h bytes a thread, then the name. */
static uint32_t record_bytes(const struct process *process, uint32_t *threads)
{
    *threads = process == idle_process || process == system_process ? PROCESSORS
                                                                    : (uint32_t)process->threads;
    return (reading_every ? 0xB8 : 0x88) + *threads * 0x40 +
           (2 * (strlen(process->image) + 1) + 7) / 8 * 8;
}

/* SYSTEM_PROCESS_INFORMATION records: next at 0, threads at 4, image name at 38h, id at 44h. */
NTSTATUS process_list(void *out, uint32_t length, uint32_t *needed)
{
    uint32_t flags = lock_take(&process_lock);
    uint8_t *at = out;
    struct process *process;
    uint32_t bytes, threads, whole = 0;

    for (process = all_processes; process != NULL; process = process->next) {
        bytes = record_bytes(process, &threads);
        whole += bytes;
        if (whole > length) {
            continue; /* the rest is counted */
        }
        memset(at, 0xEE, bytes);
        *(uint32_t *)(at + 0) = process->next != NULL ? bytes : 0;
        *(uint32_t *)(at + 4) = threads;
        *(uint32_t *)(at + 0x44) = process->id;
        at += bytes;
    }
    lock_drop(&process_lock, flags);
    if (needed != NULL) {
        *needed = reading_every ? whole : 0; /* NT 4.0 does not say */
    }
    return whole > length ? STATUS_INFO_LENGTH_MISMATCH : STATUS_SUCCESS;
}

struct process *snippet_start(const uint8_t *code, uint32_t bytes, enum token_kind token)
{
    struct process *process = process_create(token, "snippet");
    void *page = space_map(process->directory, 0x400000, false);

    memcpy(page, code, bytes);
    space_map(process->directory, USER_STACKS, true);
    object_dereference(thread_create_user(process, 0x400000, USER_STACKS + PAGE_BYTES - 64, 0));
    return process;
}
