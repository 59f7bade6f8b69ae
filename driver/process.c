/* SPDX-License-Identifier: MIT
 *
 * Every process has a record from the driver's start, or its own, to its end: so scopes can change, and the driver can
 * stop, without a step that may fail. PsSetCreateProcessNotifyRoutine tells of new and ending processes (DDK); the ones
 * that run at the start come from ZwQuerySystemInformation, class 5.
 */
#include "driver.h"
#include "messages.h"

#define BUCKETS              64u
#define SYSTEM_PROCESS_CLASS 5u
#define FIRST_LISTING_BYTES  0x8000u
#define LISTING_BYTES_MAX    0x1000000u
#define BUILD_WINDOWS_XP     2600u

NTSYSAPI NTSTATUS NTAPI ZwQuerySystemInformation(ULONG information_class, void *buffer, ULONG length, ULONG *needed);

/* The head of a SYSTEM_PROCESS_INFORMATION, the same from NT 4.0 on: the process id is at 0x44, on amd64 at 0x50. */
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

/* Process ids are multiples of 4 on most systems; NT 4.0's are not. */
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

/* What the scope gives: the policy's one decision about a process. */
static bool entitled(const struct up_process *process)
{
    const struct up_policy *policy = &up_state.policy;

    return policy->scope == UP_SCOPE_ALL || process->files != 0 || (policy->sticky && process->opened);
}

static NTSTATUS set_granted(struct up_process *process, bool granted)
{
    NTSTATUS status = up_grant_process(process->object, granted);

    if (NT_SUCCESS(status)) {
        process->granted = granted;
        if (granted) {
            up_process_counts.granted++;
        } else {
            up_process_counts.granted--;
        }
    }
    return status;
}

/* Takes the record out of its bucket; the process object may go. The record stays while a file points to it. */
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
    ObDereferenceObject(process->object);
    process->object = NULL;
    process->granted = false;
    process->ended = true;
    if (process->files == 0) {
        ExFreePool(process);
    }
}

/* Makes the record of a process that has none. Result: NULL when it is already gone or memory is short. */
static struct up_process *remember(HANDLE id, NTSTATUS *status)
{
    struct up_process *process;
    PEPROCESS object;

    *status = PsLookupProcessByProcessId(id, &object);
    if (!NT_SUCCESS(*status)) {
        return NULL;
    }
    process = ExAllocatePoolWithTag(NonPagedPool, sizeof *process, UP_POOL_TAG);
    if (process == NULL) {
        ObDereferenceObject(object);
        *status = STATUS_INSUFFICIENT_RESOURCES;
        return NULL;
    }
    RtlZeroMemory(process, sizeof *process);
    process->object = object;
    process->id = id;
    process->next = *bucket_of(id);
    *bucket_of(id) = process;
    up_process_counts.known++;
    return process;
}

static void missed(NTSTATUS status)
{
    up_process_counts.missed++;
    up_log_once(UP_MSG_PROCESS_MISSED, status, 0);
}

static void process_started(HANDLE id)
{
    NTSTATUS status;
    struct up_process *process = find(id);

    if (process != NULL) {
        forget(process); /* an id comes back only after its process is gone: this one ended unseen */
    }
    process = remember(id, &status);
    if (process == NULL) {
        missed(status);
        return;
    }
    /* No thread of it has run yet: its first process switch loads what is set here, no processor needs telling. */
    if (entitled(process)) {
        status = set_granted(process, true);
        if (!NT_SUCCESS(status)) {
            missed(status);
        }
    }
}

static void NTAPI on_process(HANDLE parent, HANDLE id, BOOLEAN created)
{
    UNREFERENCED_PARAMETER(parent);

    InterlockedIncrement(&callbacks);
    up_lock();
    if (created) {
        process_started(id);
    } else {
        struct up_process *process = find(id);

        if (process != NULL) {
            forget(process);
        }
    }
    up_unlock();
    InterlockedDecrement(&callbacks);
}

/* A process that is over keeps its object, and its place in the listing, while anyone has a handle to it. */
static bool is_over(const struct up_process *process)
{
    LARGE_INTEGER now = {.QuadPart = 0};

    return KeWaitForSingleObject(process->object, Executive, KernelMode, FALSE, &now) == STATUS_SUCCESS;
}

/* Lists the processes into pool memory that the caller frees. They may grow between asking and getting. */
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
        length *= 2; /* NT 4.0 does not say in needed how much it takes */
    }
}

/* Records every process that runs. One that ends meanwhile is waited for by its notification, which needs the lock. */
NTSTATUS up_process_remember_running(void)
{
    const struct listed_process *listed;
    struct up_process *process;
    void *listing;
    NTSTATUS status;

    status = list_processes(&listing);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    for (listed = listing;; listed = (const void *)((const uint8_t *)listed + listed->next)) {
        if (listed->id != NULL && listed->threads != 0 && find(listed->id) == NULL) { /* id 0 is the idle process */
            process = remember(listed->id, &status);
            if (process != NULL && is_over(process)) {
                forget(process);
            }
            if (status == STATUS_INSUFFICIENT_RESOURCES) {
                break;
            }
            status = STATUS_SUCCESS; /* a lookup that fails: the process is gone */
        }
        if (listed->next == 0) {
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

void up_process_unwatch(void)
{
    LARGE_INTEGER tick = {.QuadPart = -10000}; /* 1 ms, relative, in 100 ns: rounded up to a clock tick */
    ULONG build;

    PsSetCreateProcessNotifyRoutine(on_process, TRUE);
    /* From XP on the removal waits for running callbacks; before, nobody does, and the code is about to go. */
    PsGetVersion(NULL, NULL, &build, NULL);
    if (build < BUILD_WINDOWS_XP) {
        do {
            KeDelayExecutionThread(KernelMode, FALSE, &tick);
        } while (callbacks != 0);
    }
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

struct up_process *up_process_current(void)
{
    NTSTATUS status;
    HANDLE id = PsGetCurrentProcessId();
    struct up_process *process = find(id);

    return process != NULL ? process : remember(id, &status);
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
            status = up_state_refresh();
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
        if (!NT_SUCCESS(set_granted(process, false)) || !NT_SUCCESS(up_state_refresh())) {
            up_state_fault(STATUS_UNSUCCESSFUL);
        }
    }
}

static NTSTATUS set_each(bool granted, bool *changed)
{
    struct up_process *process;
    NTSTATUS status;
    unsigned i;

    for (i = 0; i < BUCKETS; i++) {
        for (process = buckets[i]; process != NULL; process = process->next) {
            if (process->granted != granted && entitled(process) == granted) {
                status = set_granted(process, granted);
                if (!NT_SUCCESS(status)) {
                    return status;
                }
                *changed = true;
            }
        }
    }
    return STATUS_SUCCESS;
}

NTSTATUS up_process_revoke_unentitled(bool *changed)
{
    return set_each(false, changed);
}

NTSTATUS up_process_grant_entitled(bool *changed)
{
    return set_each(true, changed);
}

void up_process_revoke_all(void)
{
    struct up_process *process;
    unsigned i;

    for (i = 0; i < BUCKETS; i++) {
        for (process = buckets[i]; process != NULL; process = process->next) {
            if (process->granted) {
                (void)set_granted(process, false);
            }
        }
    }
}
