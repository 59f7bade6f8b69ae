/* SPDX-License-Identifier: MIT
 *
 * The records of processes. Every process has a record, from the driver's start or its own to its
 * end, so that scopes can change and the driver can stop without a step that may fail.
 * PsSetCreateProcessNotifyRoutine reports new and ending processes (DDK). ZwQuerySystemInformation,
 * class 5, lists the processes that run at the start.
 */
#include "driver.h"
#include "messages.h"

#define BUCKETS              64u
#define SYSTEM_PROCESS_CLASS 5u
#define FIRST_LISTING_BYTES  0x8000u
#define LISTING_BYTES_MAX    0x1000000u

NTSYSAPI NTSTATUS NTAPI ZwQuerySystemInformation(ULONG information_class, void *buffer,
                                                 ULONG length, ULONG *needed);

/*
 * The start of a SYSTEM_PROCESS_INFORMATION, the same from NT 4.0 on. The process id is at 0x44, on
 * amd64 at 0x50.
 */
struct listed_process {
    ULONG next;
    ULONG threads;
    LARGE_INTEGER times[6];
    UNICODE_STRING image;
    LONG priority;
    HANDLE id;
};
C_ASSERT(FIELD_OFFSET(struct listed_process, id) == (sizeof(void *) == 8 ? 0x50 : 0x44));

struct up_process_counts up_process_counts;

static struct up_process *buckets[BUCKETS];
static volatile LONG callbacks; /* notifications that are running now */
/*
 * A child of a process that has renounced the map has no record. Every process without a record may
 * be that child or one of its own children, so it counts as one that has renounced.
 */
static bool renounced_unrecorded;

/*
 * Process ids are multiples of 4 on most systems, but not on NT 4.0, so the hash uses their two
 * lower bits too.
 */
static struct up_process **bucket_of(HANDLE id)
{
    uintptr_t value = (uintptr_t)id;

    return &buckets[(value ^ value >> 2) % BUCKETS];
}

static struct up_process *find(HANDLE id)
{
    struct up_process *process = *bucket_of(id);

    while (process != NULL && process->id != id) {
        process = process->next;
    }
    return process;
}

/*
 * True if a process may have the map. No process is entitled to it while ports are suspended or
 * after a fault, and one that has renounced it never is.
 */
static bool entitled(const struct up_process *process)
{
    const struct up_settings *settings = &up_state.settings;

    return up_state.state == UP_STATE_RUNNING && !process->renounced &&
           (settings->scope == UP_SCOPE_ALL || process->files != 0 ||
            (settings->sticky && process->opened));
}

static NTSTATUS set_granted_object(struct up_process *process, PEPROCESS object, bool granted)
{
    NTSTATUS status = STATUS_SUCCESS;

    if (object == process->object) {
        status = up_grant_process(object, granted);
    } else {
        /*
         * The id belongs to another process now. The recorded process lost the map when it ended.
         */
        granted = false;
    }
    if (NT_SUCCESS(status) && process->granted != granted) {
        process->granted = granted;
        if (granted) {
            up_process_counts.granted++;
        } else {
            up_process_counts.granted--;
        }
    }
    return status;
}

/*
 * Gives the map to the process or takes it away. The record holds no reference, because that would
 * keep an ended process from being deleted. The process is therefore looked up each time, and one
 * that is gone has lost the map. Releasing the reference of the look-up may delete the process. The
 * system then closes its open files at once, and up_process_file_closed runs inside this call. That
 * function removes no record from its bucket and frees only records that are in none.
 */
static NTSTATUS set_granted(struct up_process *process, bool granted)
{
    PEPROCESS object;
    NTSTATUS status;

    if (!NT_SUCCESS(PsLookupProcessByProcessId(process->id, &object))) {
        return set_granted_object(process, NULL, false);
    }
    status = set_granted_object(process, object, granted);
    ObDereferenceObject(object);
    return status;
}

/* Takes the record out of its bucket. The record exists until no file points to it. */
static void forget(struct up_process *process)
{
    struct up_process **link = bucket_of(process->id);

    while (*link != process) {
        link = &(*link)->next;
    }
    *link = process->next;
    up_process_counts.known--;
    if (process->granted) {
        up_process_counts.granted--;
    }
    if (process->renounced) {
        up_process_counts.renounced--;
    }
    process->granted = false;
    process->ended = true;
    if (process->files == 0) {
        ExFreePool(process);
    }
}

/*
 * Makes the record of a process that has none. object: from PsLookupProcessByProcessId. NULL:
 * memory is short.
 */
static struct up_process *remember(HANDLE id, PEPROCESS object)
{
    struct up_process *process = ExAllocatePoolWithTag(NonPagedPool, sizeof *process, UP_POOL_TAG);

    if (process != NULL) {
        RtlZeroMemory(process, sizeof *process);
        process->object = object;
        process->id = id;
        process->next = *bucket_of(id);
        *bucket_of(id) = process;
        up_process_counts.known++;
    }
    return process;
}

/*
 * Takes the map from a process that must no longer have it, on every processor. If that fails,
 * every port is denied to everybody.
 */
static NTSTATUS revoke(struct up_process *process)
{
    NTSTATUS status = set_granted(process, false);

    if (NT_SUCCESS(status)) {
        status = up_state_refresh();
    }
    if (!NT_SUCCESS(status)) {
        up_state_fault(status);
    }
    return status;
}

static void mark_renounced(struct up_process *process)
{
    if (!process->renounced) {
        process->renounced = true;
        up_process_counts.renounced++;
    }
}

static NTSTATUS renounce(struct up_process *process)
{
    mark_renounced(process);
    return process->granted ? revoke(process) : STATUS_SUCCESS;
}

/* True if the children of this process must not have the map. */
static bool children_renounce(HANDLE parent)
{
    const struct up_process *process = find(parent);

    return process != NULL ? process->renounced : renounced_unrecorded;
}

static void missed(NTSTATUS status, bool renounces)
{
    up_process_counts.missed++;
    renounced_unrecorded = renounced_unrecorded || renounces;
    up_log_once(UP_MSG_PROCESS_MISSED, status, 0);
}

/*
 * Handles the notification of a new process. A thread that another process injected may have opened
 * the device before the notification arrives; then the record exists and is not announced. An
 * existing record that is announced belongs to a process whose end was not notified.
 */
static void process_started(HANDLE id, HANDLE parent)
{
    const bool renounces = children_renounce(parent);
    struct up_process *process = find(id);
    PEPROCESS object;
    NTSTATUS status;

    if (process != NULL && process->announced) {
        forget(process);
        process = NULL;
    }
    status = PsLookupProcessByProcessId(id, &object);
    if (!NT_SUCCESS(status)) {
        missed(status, renounces);
        return;
    }
    if (process == NULL) {
        process = remember(id, object);
    }
    if (process == NULL) {
        status = STATUS_INSUFFICIENT_RESOURCES;
    } else {
        process->announced = true;
        if (renounces) {
            (void)renounce(process); /* a failure has denied every port */
        }
        /*
         * The process has no running thread yet. Its first process switch loads the map, so no
         * processor has to be told.
         */
        if (entitled(process) && !process->granted) {
            status = set_granted_object(process, object, true);
        }
    }
    ObDereferenceObject(object);
    if (!NT_SUCCESS(status)) {
        missed(status, renounces);
    }
}

struct notification {
    HANDLE parent;
    HANDLE id;
    BOOLEAN created;
};

static NTSTATUS notification_work(void *context)
{
    const struct notification *notification = context;

    if (notification->created) {
        process_started(notification->id, notification->parent);
    } else {
        struct up_process *process = find(notification->id);

        if (process != NULL) {
            forget(process);
        }
    }
    return STATUS_SUCCESS;
}

static void NTAPI on_process(HANDLE parent, HANDLE id, BOOLEAN created)
{
    struct notification notification = {.parent = parent, .id = id, .created = created};

    InterlockedIncrement(&callbacks);
    (void)up_worker_run(&up_keeper, UP_URGENT, notification_work, &notification);
    InterlockedDecrement(&callbacks);
}

/*
 * True if the process has ended. Its object, and its place in the listing, remain while anyone has
 * a handle to it.
 */
static bool has_ended(PEPROCESS object)
{
    LARGE_INTEGER now = {.QuadPart = 0};

    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &now) == STATUS_SUCCESS;
}

/*
 * Lists the processes into pool memory that the caller frees. The buffer grows until the listing
 * fits.
 */
static NTSTATUS list_processes(void **listing)
{
    ULONG length = FIRST_LISTING_BYTES;
    ULONG needed;
    NTSTATUS status;

    for (;;) {
        *listing = ExAllocatePoolWithTag(PagedPool, length, UP_POOL_TAG);
        if (*listing == NULL) {
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        status = ZwQuerySystemInformation(SYSTEM_PROCESS_CLASS, *listing, length, &needed);
        if (NT_SUCCESS(status)) {
            return status;
        }
        ExFreePool(*listing);
        if (status != STATUS_INFO_LENGTH_MISMATCH || length >= LISTING_BYTES_MAX) {
            return status;
        }
        length *= 2; /* NT 4.0 does not set needed */
    }
}

/*
 * Records one running process. Takes from it the map that another driver may have given it, since
 * that map is now UserPort's. A process that has ended meanwhile is no failure.
 */
static NTSTATUS remember_running(HANDLE id)
{
    struct up_process *process;
    PEPROCESS object;
    NTSTATUS status = STATUS_SUCCESS;

    if (find(id) != NULL || !NT_SUCCESS(PsLookupProcessByProcessId(id, &object))) {
        return STATUS_SUCCESS;
    }
    if (!has_ended(object)) {
        process = remember(id, object);
        if (process != NULL) {
            process->announced = true;
            status = up_grant_process(object, false);
        } else {
            status = STATUS_INSUFFICIENT_RESOURCES;
        }
    }
    ObDereferenceObject(object);
    return status;
}

/* Runs in the keeper, so the notification of a process that ends meanwhile waits for it. */
NTSTATUS up_process_remember_running(void)
{
    const struct listed_process *listed;
    void *listing;
    NTSTATUS status;

    status = list_processes(&listing);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    for (listed = listing;; listed = (const void *)((const uint8_t *)listed + listed->next)) {
        if (listed->id != NULL && listed->threads != 0) { /* id 0 is the idle process */
            status = remember_running(listed->id);
        }
        if (!NT_SUCCESS(status) || listed->next == 0) {
            break;
        }
    }
    ExFreePool(listing);
    return status;
}

NTSTATUS up_process_watch(void)
{
    return PsSetCreateProcessNotifyRoutine(on_process, FALSE);
}

/*
 * From Windows XP on, PsSetCreateProcessNotifyRoutine waits for running callbacks. Older systems do
 * not, although the driver's code is about to be unloaded. Callbacks therefore count themselves.
 * One more clock tick covers callbacks that have not counted themselves yet or only have to return.
 * This makes the race window small; nothing can close it on those systems.
 */
void up_process_unwatch(void)
{
    /* 1 ms, relative, in units of 100 ns; the system rounds it up to a clock tick. */
    LARGE_INTEGER tick = {.QuadPart = -10000};

    PsSetCreateProcessNotifyRoutine(on_process, TRUE);
    do {
        KeDelayExecutionThread(KernelMode, FALSE, &tick);
    } while (callbacks != 0);
    KeDelayExecutionThread(KernelMode, FALSE, &tick);
}

void up_process_free_all(void)
{
    unsigned i;

    for (i = 0; i < BUCKETS; i++) {
        while (buckets[i] != NULL) {
            forget(buckets[i]);
        }
    }
}

HANDLE up_process_caller(void)
{
    return PsGetCurrentProcessId();
}

struct up_process *up_process_of(HANDLE id)
{
    struct up_process *process = find(id);
    PEPROCESS object;

    if (process == NULL && NT_SUCCESS(PsLookupProcessByProcessId(id, &object))) {
        process = remember(id, object);
        if (process != NULL && renounced_unrecorded) {
            mark_renounced(process);
        }
        ObDereferenceObject(object);
    }
    return process;
}

NTSTATUS up_process_file_opened(struct up_process *process)
{
    NTSTATUS status = STATUS_SUCCESS;
    bool opened_before = process->opened;

    process->files++;
    process->opened = true;
    up_process_counts.files++;
    if (!process->granted && entitled(process)) {
        status = set_granted(process, true);
        if (NT_SUCCESS(status)) {
            status = process->granted ? up_state_refresh() : STATUS_UNSUCCESSFUL;
        }
        if (!NT_SUCCESS(status)) {
            process->opened = opened_before;
            up_process_file_closed(process);
        }
    }
    return status;
}

void up_process_file_closed(struct up_process *process)
{
    process->files--;
    up_process_counts.files--;
    if (process->ended) {
        if (process->files == 0) {
            ExFreePool(process);
        }
    } else if (process->granted && !entitled(process)) {
        (void)revoke(process);
    }
}

/*
 * A start that is notified after this is that of the calling process, even if the record was that
 * of a process with the same id whose end was not notified.
 */
NTSTATUS up_process_renounce(struct up_process *process)
{
    process->announced = false;
    return renounce(process);
}

/*
 * Gives the map to each entitled process or takes it from each process that is not entitled. Taking
 * continues after a failure, to take as much as possible.
 */
static NTSTATUS set_each(bool granted, bool *changed)
{
    struct up_process *process;
    NTSTATUS first_failure = STATUS_SUCCESS;
    NTSTATUS status;
    unsigned i;

    for (i = 0; i < BUCKETS; i++) {
        for (process = buckets[i]; process != NULL; process = process->next) {
            if (process->granted == granted || entitled(process) != granted) {
                continue;
            }
            status = set_granted(process, granted);
            if (NT_SUCCESS(status)) {
                *changed = true;
            } else if (granted) {
                return status;
            } else if (NT_SUCCESS(first_failure)) {
                first_failure = status;
            }
        }
    }
    return first_failure;
}

NTSTATUS up_process_revoke_unentitled(void)
{
    bool changed;

    return set_each(false, &changed);
}

NTSTATUS up_process_grant_entitled(bool *changed)
{
    return set_each(true, changed);
}
