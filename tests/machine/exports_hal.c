/* SPDX-License-Identifier: MIT
 *
 * The exports of hal.dll: spin locks and the performance counter. DISPATCH_LEVEL is in this
 * machine: interrupts off on the processor, so that nothing else runs there. A lock's owner is kept
 * with the thread, which cannot be switched away.
 */
#include "exports.h"

/* The interval timer's, which a single-processor NT counts by, and the ACPI timer's. */
#define COUNTER_HZ (reading_every ? 3579545u : 1193182u)

KIRQL FASTCALL kf_acquire_spin_lock(PKSPIN_LOCK lock)
{
    bool was_passive = interrupts_off() & EFLAGS_INTERRUPT;
    struct thread *thread = current_thread();
    uint32_t i;

    if (*lock > PROCESSORS) {
        panic("KfAcquireSpinLock: %p holds %08X: not initialized?", lock, (unsigned)*lock);
    }
    if (thread->spin_count == SPINS_MAX) {
        panic("KfAcquireSpinLock: more than %u at once", SPINS_MAX);
    }
    for (i = 0; i < thread->spin_count; i++) {
        if (thread->spins[i] == lock) {
            violation(
                "KfAcquireSpinLock of a lock that this processor holds: it would wait for ever");
            return DISPATCH_LEVEL;
        }
    }
    while (!__sync_bool_compare_and_swap(lock, 0, this_cpu()->number + 1)) {
        cpu_answer_call();
        cpu_relax();
    }
    thread->spins[thread->spin_count++] = lock;
    return was_passive ? PASSIVE_LEVEL : DISPATCH_LEVEL;
}

VOID FASTCALL kf_release_spin_lock(PKSPIN_LOCK lock, KIRQL irql)
{
    struct thread *thread = current_thread();
    uint32_t i;

    for (i = 0; i < thread->spin_count && thread->spins[i] != lock; i++) {
    }
    if (i == thread->spin_count) {
        violation("KfReleaseSpinLock of a lock that is not held here");
        return;
    }
    thread->spins[i] = thread->spins[--thread->spin_count];
    __sync_lock_release(lock);
    if (irql > DISPATCH_LEVEL || (irql == PASSIVE_LEVEL && thread->spin_count != 0)) {
        violation("KfReleaseSpinLock to IRQL %u with %u locks held", irql,
                  (unsigned)thread->spin_count);
    } else if (irql == PASSIVE_LEVEL) {
        __asm__ volatile("sti" ::: "memory");
        sched_preempt();
    }
}

void spin_locks_returned(const char *what)
{
    struct thread *thread = current_thread();

    uint32_t flags = interrupts_off();

    interrupts_restore(flags);
    if (flags & EFLAGS_INTERRUPT && thread->spin_count == 0) {
        return;
    }
    violation("%s returns above PASSIVE_LEVEL, with %u spin locks held", what,
              (unsigned)thread->spin_count);
    while (thread->spin_count > 0) {
        __sync_lock_release(thread->spins[--thread->spin_count]);
    }
    __asm__ volatile("sti" ::: "memory");
}

/*
 * The time-stamp counters of QEMU's processors show one clock; two reads in a row on two processors
 * may still come in the wrong order to their readers, so nobody is told less than what somebody was
 * told.
 */
static LARGE_INTEGER NTAPI ke_query_performance_counter(PLARGE_INTEGER frequency)
{
    static spinlock lock;
    static uint64_t latest;
    uint32_t flags = lock_take(&lock);
    uint64_t now = read_tsc();
    uint64_t value = now / tsc_hz * COUNTER_HZ + now % tsc_hz * COUNTER_HZ / tsc_hz;
    LARGE_INTEGER result;

    latest = value > latest ? value : latest;
    result.QuadPart = (LONGLONG)latest;
    lock_drop(&lock, flags);
    if (frequency != NULL) {
        frequency->QuadPart = COUNTER_HZ;
    }
    return result;
}

const struct export exports_hal[] = {
    EXPORT(KeQueryPerformanceCounter, ke_query_performance_counter),
    EXPORT(KfAcquireSpinLock, kf_acquire_spin_lock),
    EXPORT(KfReleaseSpinLock, kf_release_spin_lock),
    {NULL, 0},
};
