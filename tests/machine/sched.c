/* SPDX-License-Identifier: MIT
 *
 * Threads on two processors: priorities 0 to 31, affinity, preemption by the tick, waits for NT's
 * dispatcher objects. As in NT a switch between threads of one process leaves the address space and
 * the TSS's IoMapBase alone; a switch to another process loads both.
 */
#include "machine.h"
#include "program.h"

#define QUANTUM_TICKS 2u
#define FOR_EVER      (~0ull)

struct thread *all_threads;
spinlock sched_lock;
volatile uint64_t ticks;
uint64_t sched_deadline;

static struct thread *ready_first, *ready_last;
static volatile LONG next_thread_id;
static uint32_t waiting; /* threads that wait for something */
static struct thread idle_threads[PROCESSORS];

static void make_ready(struct thread *thread)
{
    unsigned i;
    struct cpu *weakest = NULL;

    if (thread->state == THREAD_WAITING) {
        waiting--;
    }
    thread->state = THREAD_READY;
    thread->next_ready = NULL;
    if (ready_last != NULL) {
        ready_last->next_ready = thread;
    } else {
        ready_first = thread;
    }
    ready_last = thread;
    /* the processor that runs the least, of those it may run on */
    for (i = 0; i < PROCESSORS; i++) {
        struct cpu *cpu = &cpus[i];

        if ((thread->affinity & 1u << i) && cpu->current != NULL &&
            (weakest == NULL || cpu->current->priority < weakest->current->priority)) {
            weakest = cpu;
        }
    }
    if (weakest != NULL && weakest->current->priority < thread->priority) {
        cpu_ask_to_reschedule(weakest);
    }
}

/*
 * Takes the best ready thread that may run here and is at least of that priority out of the queue.
 */
static struct thread *take_ready(struct cpu *cpu, int at_least)
{
    struct thread *thread, *best = NULL, *previous = NULL, *before_best = NULL;

    for (thread = ready_first; thread != NULL; previous = thread, thread = thread->next_ready) {
        if ((thread->affinity & 1u << cpu->number) && thread->priority >= at_least &&
            (best == NULL || thread->priority > best->priority)) {
            best = thread;
            before_best = previous;
        }
    }
    if (best != NULL) {
        if (before_best != NULL) {
            before_best->next_ready = best->next_ready;
        } else {
            ready_first = best->next_ready;
        }
        if (ready_last == best) {
            ready_last = before_best;
        }
    }
    return best;
}

/*
 * Gives the processor to another thread. Lock held; it is held again, by then perhaps on another
 * processor, on return.
 */
static void switch_to(struct thread *next)
{
    struct cpu *cpu = this_cpu();
    struct thread *from = cpu->current;

    cpu->reschedule = false;
    if (next == from) {
        from->state = THREAD_RUNNING;
        return;
    }
    next->state = THREAD_RUNNING;
    next->last_cpu = cpu;
    cpu->current = next;
    /* a dead thread has left its address space */
    if (next->process != from->process || from->state == THREAD_DEAD) {
        space_load(next->process->directory);
    }
    if (next->process != from->process) {
        cpu->tss.iopm_base = next->process->iopm_offset;
    }
    cpu->tss.esp0 = (uint32_t)next->stack + STACK_BYTES;
    cpu_set_teb(next->teb);
    switch_stack(&from->esp, next->esp);
}

/* The current thread goes on only if nobody better waits. Lock held. */
static void reschedule(void)
{
    struct cpu *cpu = this_cpu();
    struct thread *current = cpu->current;
    struct thread *next;

    if (current->state == THREAD_RUNNING && (current->affinity & 1u << cpu->number)) {
        next = take_ready(cpu, current == cpu->idle ? 0 : current->priority);
        if (next == NULL) {
            cpu->reschedule = false;
            return;
        }
        if (current != cpu->idle) {
            make_ready(current);
        }
    } else {
        next = take_ready(cpu, 0);
        if (next == NULL) {
            next = cpu->idle;
        }
        if (current->state == THREAD_RUNNING && current != cpu->idle) {
            make_ready(current);
        }
    }
    switch_to(next);
}

void thread_began(void)
{
    /* the lock was taken by the thread that switched to us */
    __sync_lock_release(&sched_lock.held);
    __asm__ volatile("sti");
}

static struct thread *thread_make(struct process *process, int priority)
{
    struct thread *thread = object_create(OBJECT_THREAD, sizeof *thread, NULL);

    thread->header.Type = 6; /* ThreadObject */
    thread->stack = kva_take(STACK_BYTES / PAGE_BYTES);
    thread->process = process;
    thread->priority = priority;
    thread->affinity = (1u << PROCESSORS) - 1;
    thread->id = (uint32_t)__sync_add_and_fetch(&next_thread_id, 4);
    __sync_fetch_and_add(&process->threads, 1);
    return thread;
}

static void thread_begin(struct thread *thread)
{
    uint32_t flags = lock_take(&sched_lock);

    thread->next_of_all = all_threads;
    all_threads = thread;
    make_ready(thread);
    lock_drop(&sched_lock, flags);
    if (this_cpu()->reschedule) {
        sched_preempt();
    }
}

/* The frame that switch_stack pops: EDI, ESI, EBX, EBP, the return address. */
static void first_frame(struct thread *thread, uint32_t *top, uint32_t esi, uint32_t ebx)
{
    *--top = (uint32_t)thread_first_entry;
    *--top = 0;
    *--top = ebx;
    *--top = esi;
    *--top = 0;
    thread->esp = (uint32_t)top;
}

struct thread *thread_create(struct process *process, void (*function)(void *), void *argument,
                             int priority)
{
    struct thread *thread = thread_make(process, priority);

    thread->is_system = true;
    first_frame(thread, (uint32_t *)(thread->stack + STACK_BYTES), (uint32_t)argument,
                (uint32_t)function);
    object_reference(thread); /* one for the caller, one until it ends */
    thread_begin(thread);
    return thread;
}

struct thread *thread_create_user(struct process *process, uint32_t eip, uint32_t esp,
                                  uint32_t argument)
{
    struct thread *thread = thread_make(process, 8);
    struct trap_frame *frame = (struct trap_frame *)(thread->stack + STACK_BYTES) - 1;

    memset(frame, 0, sizeof *frame);
    frame->ds = frame->es = frame->ss = SELECTOR_USER_DATA;
    frame->fs = SELECTOR_TEB;
    frame->cs = SELECTOR_USER_CODE;
    frame->eip = eip;
    frame->esp = esp;
    frame->eax = argument;
    frame->eflags = 0x202;
    thread->teb = program_teb(process, esp, thread->id);
    first_frame(thread, (uint32_t *)frame, 0, 0);
    object_reference(thread); /* one for the caller, one until it ends */
    thread_begin(thread);
    return thread;
}

void signal_for_good(DISPATCHER_HEADER *header)
{
    uint32_t flags = lock_take(&sched_lock);
    struct thread *thread;

    header->SignalState = 1;
    for (thread = all_threads; thread != NULL; thread = thread->next_of_all) {
        if (thread->state == THREAD_WAITING && thread->waiting_for == header) {
            thread->waiting_for = NULL;
            thread->wake_tick = 0;
            thread->wait_status = STATUS_SUCCESS;
            make_ready(thread);
        }
    }
    lock_drop(&sched_lock, flags);
}

void thread_exit(uint32_t status)
{
    struct thread *thread = current_thread();
    struct process *process = thread->process;

    if (thread->in_driver && !thread->is_system) {
        violation("a thread ends within the driver");
    }
    if (thread->mutexes != 0) {
        violation("a thread ends with %d kernel mutexes held", thread->mutexes);
    }
    /*
     * Whoever finds that no thread is left destroys the address space, perhaps on the other
     * processor: so this thread leaves it before it is not counted any more, and does not come back
     * to it.
     */
    interrupts_off();
    space_load(boot_page_directory);
    if (__sync_sub_and_fetch(&process->threads, 1) == 0 && process != system_process) {
        __asm__ volatile("sti");
        process_last_thread_gone(process, status);
    }
    lock_take(&sched_lock);
    thread->exit_status = status;
    thread->state = THREAD_DEAD;
    thread->header.SignalState = 1;
    __sync_lock_release(&sched_lock.held);
    signal_for_good(&thread->header);
    lock_take(&sched_lock);
    reschedule();
    panic("a dead thread runs");
}

void thread_reap(void)
{
    for (;;) {
        uint32_t flags = lock_take(&sched_lock);
        struct thread **link = &all_threads;
        struct thread *thread;
        unsigned i;

        for (; (thread = *link) != NULL; link = &thread->next_of_all) {
            bool on_cpu = false;

            for (i = 0; i < PROCESSORS; i++) {
                on_cpu |= cpus[i].current == thread;
            }
            if (thread->state == THREAD_DEAD && !on_cpu) {
                *link = thread->next_of_all;
                break;
            }
        }
        lock_drop(&sched_lock, flags);
        if (thread == NULL) {
            return;
        }
        kva_give(thread->stack, STACK_BYTES / PAGE_BYTES);
        if (thread->process != system_process) {
            object_dereference(thread->process);
        }
        object_dereference(thread);
    }
}

void thread_set_affinity(struct thread *thread, uint32_t affinity)
{
    uint32_t flags = lock_take(&sched_lock);

    thread->affinity = affinity;
    if (thread == current_thread() && !(affinity & 1u << this_cpu()->number)) {
        reschedule(); /* goes on there */
    }
    lock_drop(&sched_lock, flags);
}

int thread_set_priority(struct thread *thread, int priority)
{
    int before = thread->priority;

    thread->priority = priority;
    return before;
}

static void yield(void)
{
    uint32_t flags = lock_take(&sched_lock);

    reschedule();
    lock_drop(&sched_lock, flags);
}

/*
 * Who calls this mostly waits for what the other processor does. Where one thread of the host runs
 * both in turn, it goes over to the other one at PAUSE, and else after a tenth of a second only.
 */
void sched_yield(void)
{
    yield();
    cpu_relax();
}

/*
 * At the end of an interrupt or system call: somebody better may have become ready. Not under a
 * spin lock.
 */
void sched_preempt(void)
{
    if (this_cpu()->reschedule && current_thread()->spin_count == 0) {
        yield();
    }
}

void sched_tick(void)
{
    struct cpu *cpu = this_cpu();
    struct thread *thread;
    uint32_t flags;

    if (cpu->number == 0) {
        ticks++;
        if (ticks == sched_deadline) {
            panic("the suite takes too long");
        }
        flags = lock_take(&sched_lock);
        for (thread = all_threads; thread != NULL; thread = thread->next_of_all) {
            if (thread->state == THREAD_WAITING && thread->wake_tick != 0 &&
                thread->wake_tick <= ticks) {
                thread->wake_tick = 0;
                thread->waiting_for = NULL;
                thread->wait_status = STATUS_TIMEOUT;
                make_ready(thread);
            }
        }
        lock_drop(&sched_lock, flags);
    }
    if (ticks % QUANTUM_TICKS == 0) {
        cpu->reschedule = true;
    }
}

/* Is the object free to take, and if so take it. Lock held. */
static bool take(DISPATCHER_HEADER *header, struct thread *thread)
{
    KMUTEX *mutex = (KMUTEX *)header;

    switch (header->Type) {
    case 2: /* MutantObject: SignalState 1 is free, below that the depth of its owner */
        if (header->SignalState > 0 || mutex->OwnerThread == (PKTHREAD)thread) {
            if (--header->SignalState == 0) {
                mutex->OwnerThread = (PKTHREAD)thread;
                thread->mutexes++;
            }
            return true;
        }
        return false;
    case SynchronizationEvent:
        if (header->SignalState > 0) {
            header->SignalState = 0;
            return true;
        }
        return false;
    case NotificationEvent:
    case 3: /* ProcessObject, ThreadObject */
    case 6:
        return header->SignalState > 0;
    default:
        panic("a wait for an object of type %u at %p: not initialized?", header->Type, header);
    }
}

NTSTATUS wait_for(void *object, uint64_t timeout_ticks, bool interruptible)
{
    uint32_t flags = lock_take(&sched_lock);
    struct thread *thread = current_thread();
    NTSTATUS status = STATUS_TIMEOUT;

    if (take(object, thread)) {
        status = STATUS_SUCCESS;
    } else if (timeout_ticks != 0) {
        if (interruptible && thread_is_ending(thread)) {
            lock_drop(&sched_lock, flags);
            return STATUS_ALERTED;
        }
        thread->state = THREAD_WAITING;
        waiting++;
        thread->waiting_for = object;
        thread->wake_tick = timeout_ticks == FOR_EVER ? 0 : ticks + timeout_ticks;
        thread->interruptible = interruptible;
        reschedule();
        status = thread->wait_status; /* whoever woke us took the object for us */
    }
    lock_drop(&sched_lock, flags);
    return status;
}

/* Wakes one waiter, having taken the object for it. Lock held. */
static void wake_one(DISPATCHER_HEADER *header)
{
    struct thread *thread, *best = NULL;

    for (thread = waiting != 0 ? all_threads : NULL; thread != NULL; thread = thread->next_of_all) {
        if (thread->state == THREAD_WAITING && thread->waiting_for == header &&
            (best == NULL || thread->priority > best->priority)) {
            best = thread;
        }
    }
    if (best != NULL && take(header, best)) {
        best->waiting_for = NULL;
        best->wake_tick = 0;
        best->wait_status = STATUS_SUCCESS;
        make_ready(best);
    }
}

void signal_event(KEVENT *event)
{
    uint32_t flags = lock_take(&sched_lock);

    event->Header.SignalState = 1;
    wake_one(&event->Header);
    lock_drop(&sched_lock, flags);
    sched_preempt();
}

void mutex_release(KMUTEX *mutex)
{
    uint32_t flags = lock_take(&sched_lock);
    struct thread *thread = current_thread();

    if (mutex->OwnerThread != (PKTHREAD)thread) {
        panic("KeReleaseMutex of a mutex that the thread does not own");
    }
    if (++mutex->Header.SignalState == 1) {
        mutex->OwnerThread = NULL;
        thread->mutexes--;
        wake_one(&mutex->Header);
    }
    lock_drop(&sched_lock, flags);
    sched_preempt();
}

void sleep_ticks(uint64_t count, bool interruptible)
{
    KEVENT never;

    memset(&never, 0, sizeof never);
    never.Header.Type = SynchronizationEvent;
    wait_for(&never, count + 1, interruptible);
}

void wake_interruptible(struct process *process)
{
    uint32_t flags = lock_take(&sched_lock);
    struct thread *thread;
    unsigned i;

    for (thread = all_threads; thread != NULL; thread = thread->next_of_all) {
        if (thread->process == process && thread->state == THREAD_WAITING &&
            thread->interruptible) {
            thread->waiting_for = NULL;
            thread->wake_tick = 0;
            thread->wait_status = STATUS_ALERTED;
            make_ready(thread);
        }
    }
    lock_drop(&sched_lock, flags);
    for (i = 0; i < PROCESSORS; i++) {
        /* a thread of it that runs in ring 3 comes in and sees that it is killed */
        cpu_ask_to_reschedule(&cpus[i]);
    }
}

static void idle_init(struct cpu *cpu)
{
    struct thread *idle = &idle_threads[cpu->number];

    idle->header.Type = 6;
    idle->process = idle_process;
    idle->priority = -1;
    idle->affinity = 1u << cpu->number;
    idle->state = THREAD_RUNNING;
    cpu->idle = cpu->current = idle;
}

/*
 * The first processor's start becomes the idle thread's context later: until then it is the boot
 * thread.
 */
void sched_init(void)
{
    idle_init(&cpus[0]);
}

void sched_run_idle(struct cpu *cpu)
{
    if (cpu->number != 0) {
        idle_init(cpu);
        cpu_is_up();
    }
    for (;;) {
        __asm__ volatile("sti; hlt");
        sched_preempt();
    }
}

void sched_report(void)
{
    static const char *const states[] = {"ready", "running", "waiting", "dead"};
    struct thread *thread;

    say("# at tick %llu; threads:", (unsigned long long)ticks);
    for (thread = all_threads; thread != NULL; thread = thread->next_of_all) {
        if (thread->state != THREAD_DEAD) {
            say("#   %u of process %u %s, priority %d, affinity %u, waits for %p%s",
                (unsigned)thread->id, (unsigned)thread->process->id, states[thread->state],
                thread->priority, (unsigned)thread->affinity, thread->waiting_for,
                thread->in_driver ? ", in the driver" : "");
        }
    }
}
