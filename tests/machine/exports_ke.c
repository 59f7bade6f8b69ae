/* SPDX-License-Identifier: MIT
 *
 * The exports of the kernel proper: pool, events, mutexes, waits, threads' priority, and a little
 * of the run-time library.
 */
#include "exports.h"

/* One byte on the kernels that we know; what follows it is something else. */
static struct {
    CCHAR count;
    uint8_t other[7];
} number_of_processors = {PROCESSORS, {0x5A, 0x5A, 0x5A, 0x5A, 0x5A, 0x5A, 0x5A}};

static PVOID NTAPI ex_allocate_pool_with_tag(POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    if ((type != NonPagedPool && type != PagedPool) || tag == 0) {
        violation("ExAllocatePoolWithTag of type %u with tag %X", (unsigned)type, (unsigned)tag);
    }
    if (type == PagedPool) {
        passive("ExAllocatePoolWithTag of paged pool");
    }
    if (inject("ExAllocatePoolWithTag")) {
        return NULL;
    }
    return pool_take_for_driver(bytes, tag);
}

static VOID NTAPI ex_free_pool(PVOID block)
{
    pool_give_for_driver(block);
}

static VOID NTAPI ke_initialize_event(PRKEVENT event, EVENT_TYPE type, BOOLEAN state)
{
    memset(event, 0, sizeof *event);
    event->Header.Type = (UCHAR)type;
    event->Header.SignalState = state;
}

static LONG NTAPI ke_set_event(PRKEVENT event, KPRIORITY increment, BOOLEAN wait)
{
    LONG before = event->Header.SignalState;

    UNREFERENCED_PARAMETER(increment);
    if (wait) {
        violation("KeSetEvent with Wait: this machine does not do it");
    }
    signal_event(event);
    return before;
}

static VOID NTAPI ke_initialize_mutex(PRKMUTEX mutex, ULONG level)
{
    UNREFERENCED_PARAMETER(level);
    memset(mutex, 0, sizeof *mutex);
    mutex->Header.Type = 2;
    mutex->Header.SignalState = 1;
}

static LONG NTAPI ke_release_mutex(PRKMUTEX mutex, BOOLEAN wait)
{
    LONG before = mutex->Header.SignalState;

    if (wait) {
        violation("KeReleaseMutex with Wait: this machine does not do it");
    }
    mutex_release(mutex);
    return before;
}

static uint64_t ticks_of(const LARGE_INTEGER *timeout)
{
    if (timeout == NULL) {
        return ~0ull;
    }
    if (timeout->QuadPart > 0) {
        violation("an absolute time-out: this machine has only relative ones");
    }
    return ((uint64_t)-timeout->QuadPart + 9999u) / 10000u;
}

static NTSTATUS NTAPI ke_wait_for_single_object(PVOID object, KWAIT_REASON reason,
                                                KPROCESSOR_MODE mode, BOOLEAN alertable,
                                                PLARGE_INTEGER timeout)
{
    UNREFERENCED_PARAMETER(reason);
    if (mode != KernelMode || alertable) {
        violation("KeWaitForSingleObject: user-mode or alertable, so that the caller's end could "
                  "interrupt it");
    }
    if (ticks_of(timeout) != 0) {
        passive("KeWaitForSingleObject");
    }
    return wait_for(object, ticks_of(timeout), false);
}

static NTSTATUS NTAPI ke_delay_execution_thread(KPROCESSOR_MODE mode, BOOLEAN alertable,
                                                PLARGE_INTEGER interval)
{
    if (mode != KernelMode || alertable) {
        violation("KeDelayExecutionThread: user-mode or alertable, so that the caller's end could "
                  "interrupt it");
    }
    passive("KeDelayExecutionThread");
    if (current_thread()->mutexes != 0) {
        violation("KeDelayExecutionThread with a mutex held");
    }
    sleep_ticks(ticks_of(interval), false);
    return STATUS_SUCCESS;
}

static PRKTHREAD NTAPI ke_get_current_thread(VOID)
{
    return (PRKTHREAD)current_thread();
}

static KPRIORITY NTAPI ke_set_priority_thread(PKTHREAD thread, KPRIORITY priority)
{
    passive("KeSetPriorityThread");
    if (priority < 1 || priority > HIGH_PRIORITY) {
        violation("KeSetPriorityThread to %d", (int)priority);
    }
    return thread_set_priority((struct thread *)thread, (int)priority);
}

static VOID NTAPI ke_initialize_spin_lock(PKSPIN_LOCK lock)
{
    *lock = 0;
}

static void *checked_memcpy(void *to, const void *from, size_t bytes)
{
    if ((uint8_t *)to < (const uint8_t *)from + bytes &&
        (const uint8_t *)from < (uint8_t *)to + bytes && bytes != 0) {
        violation("memcpy of %u bytes onto themselves", (unsigned)bytes);
    }
    return memmove(to, from, bytes);
}

static VOID NTAPI rtl_init_unicode_string(PUNICODE_STRING string, PCWSTR text)
{
    USHORT length = 0;

    while (text != NULL && text[length] != 0) {
        length++;
    }
    string->Buffer = (PWSTR)text;
    string->Length = (USHORT)(length * sizeof(WCHAR));
    string->MaximumLength = (USHORT)(text != NULL ? string->Length + sizeof(WCHAR) : 0);
}

const struct export exports_ke[] = {
    EXPORT(ExAllocatePoolWithTag, ex_allocate_pool_with_tag),
    EXPORT(ExFreePool, ex_free_pool),
    EXPORT_UNDECLARED(Ke386IoSetAccessProcess, ke386_io_set_access_process),
    EXPORT_UNDECLARED(Ke386QueryIoAccessMap, ke386_query_io_access_map),
    EXPORT_UNDECLARED(Ke386SetIoAccessMap, ke386_set_io_access_map),
    EXPORT(KeDelayExecutionThread, ke_delay_execution_thread),
    EXPORT(KeGetCurrentThread, ke_get_current_thread),
    EXPORT(KeInitializeEvent, ke_initialize_event),
    EXPORT(KeInitializeMutex, ke_initialize_mutex),
    /* the headers have it inline */
    EXPORT_UNDECLARED(KeInitializeSpinLock, ke_initialize_spin_lock),
    EXPORT_DATA(KeNumberProcessors, number_of_processors.count),
    EXPORT(KeReleaseMutex, ke_release_mutex),
    EXPORT(KeSetEvent, ke_set_event),
    EXPORT(KeSetPriorityThread, ke_set_priority_thread),
    EXPORT(KeWaitForSingleObject, ke_wait_for_single_object),
    EXPORT(RtlInitUnicodeString, rtl_init_unicode_string),
    EXPORT_UNDECLARED(memcpy, checked_memcpy),
    EXPORT_UNDECLARED(memset, memset),
    {NULL, 0},
};
