/* SPDX-License-Identifier: MIT
 *
 * The calls of ntifs.h, and the driver's own files that are not compiled here: the mechanism, the
 * processes, the workers, the registry, the access list, the log. One thread; other threads and
 * processors are what host.at does, or, for what happens around the map's lock alone, real threads
 * (host.threads).
 */
#include "kernel.h"

#include <stdio.h>
#include <stdlib.h>

#define TURNS_MAX 1000000u /* of one list, if the test does not say otherwise */

struct host host;

void host_fail(const char *file, int line, const char *text)
{
    (void)fprintf(stderr, "%s:%d: not so: %s\n", file, line, text);
    abort();
}

void host_reset(void)
{
    memset(&host, 0, sizeof host);
    host.step = 1;
    host.frequency = 1000000;
    up_state = (struct up_state){0};
    up_process_counts = (struct up_process_counts){0};
    up_state_init();
}

void host_check_idle(void)
{
    HOST_CHECK(up_state.map_lock == 0);
    HOST_CHECK(host.in_keeper == 0);
    HOST_CHECK(host.irql == PASSIVE_LEVEL);
}

static void moment(enum host_moment which)
{
    if (host.at != NULL && !host.in_moment) {
        host.in_moment = true;
        host.at(which);
        host.in_moment = false;
    }
}

/* ---- ntoskrnl and hal ------------------------------------------------------------------------ */

void IoCompleteRequest(IRP *irp, int boost)
{
    (void)boost;
    HOST_CHECK(irp->completed == 0);
    HOST_CHECK(up_state.map_lock == 0 && host.irql == PASSIVE_LEVEL);
    irp->completed++;
}

void KeInitializeSpinLock(KSPIN_LOCK *lock)
{
    *lock = 0;
}

/* As NT's: whoever comes at the right moment has it, and not who came first. */
static void take_among_threads(KSPIN_LOCK *lock)
{
    while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE) != 0) {
    }
}

void KeAcquireSpinLock(KSPIN_LOCK *lock, KIRQL *irql)
{
    HOST_CHECK(lock == &up_state.map_lock);
    if (host.threads) {
        take_among_threads(lock);
        return;
    }
    HOST_CHECK(++host.turns < (host.turns_max != 0 ? host.turns_max : TURNS_MAX));
    moment(HOST_BEFORE_LOCK);
    HOST_CHECK(*lock == 0);
    HOST_CHECK(host.irql <= DISPATCH_LEVEL);
    *lock = 1;
    *irql = host.irql;
    host.irql = DISPATCH_LEVEL;
    host.under_this_hold = 0;
}

void KeReleaseSpinLock(KSPIN_LOCK *lock, KIRQL irql)
{
    HOST_CHECK(lock == &up_state.map_lock && *lock == 1);
    if (host.threads) {
        __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
        return;
    }
    HOST_CHECK(host.irql == DISPATCH_LEVEL && irql == PASSIVE_LEVEL);
    *lock = 0;
    host.irql = irql;
    host.holds += host.under_this_hold != 0;
    if (host.most_in_one_hold < host.under_this_hold) {
        host.most_in_one_hold = host.under_this_hold;
    }
    moment(HOST_AFTER_LOCK);
}

LARGE_INTEGER KeQueryPerformanceCounter(LARGE_INTEGER *frequency)
{
    LARGE_INTEGER time;

    HOST_CHECK(++host.turns < (host.turns_max != 0 ? host.turns_max : TURNS_MAX));
    moment(HOST_CLOCK);
    host.looks++;
    host.now += host.step;
    if (frequency != NULL) {
        frequency->QuadPart = host.frequency;
    }
    time.QuadPart = host.now;
    return time;
}

BOOLEAN PsIsThreadTerminating(PETHREAD thread)
{
    HOST_CHECK(thread == (PETHREAD)up_current_thread());
    moment(HOST_THREAD);
    host.thread_looks++;
    return host.thread_ends;
}

LONG InterlockedIncrement(volatile LONG *number)
{
    return __atomic_add_fetch(number, 1, __ATOMIC_SEQ_CST);
}

LONG InterlockedDecrement(volatile LONG *number)
{
    return __atomic_sub_fetch(number, 1, __ATOMIC_SEQ_CST);
}

void YieldProcessor(void)
{
    HOST_CHECK(host.threads || host.irql == PASSIVE_LEVEL);
}

/* ---- the driver's other files ---------------------------------------------------------------- */

static char this_thread, this_process;

const uint32_t up_grant_processor = UP_PROCESSOR_AMD64;
const uint32_t up_grant_mechanisms = UP_MECHANISM_LIST;
struct up_process_counts up_process_counts;
struct up_worker up_keeper, up_reader;

PKTHREAD up_current_thread(void)
{
    return (PKTHREAD)(void *)&this_thread;
}

uint32_t up_aliases_count(void)
{
    return 0;
}

uint32_t up_grant_processors(void)
{
    return 0;
}

NTSTATUS up_grant_install(const struct up_portset *map)
{
    const NTSTATUS status = host.install_status;

    HOST_CHECK(map == &up_state.installed && host.in_keeper != 0);
    host.install_status = STATUS_SUCCESS;
    return status;
}

NTSTATUS up_grant_query(struct up_portset *all)
{
    up_portset_deny_all(all);
    return STATUS_SUCCESS;
}

NTSTATUS up_grant_query_one(struct up_portset *map)
{
    (void)map;
    return STATUS_NOT_SUPPORTED;
}

HANDLE up_process_caller(void)
{
    HOST_CHECK(host.in_keeper == 0);
    return &this_process;
}

struct up_process *up_process_of(HANDLE id)
{
    HOST_CHECK(host.in_keeper != 0 && id == &this_process);
    return host.no_record ? NULL : (struct up_process *)(void *)&this_process;
}

NTSTATUS up_process_file_opened(struct up_process *process)
{
    HOST_CHECK(host.in_keeper != 0 && (char *)process == &this_process);
    if (NT_SUCCESS(host.opened_status)) {
        host.files++;
        up_process_counts.files++;
    }
    return host.opened_status;
}

void up_process_file_closed(struct up_process *process)
{
    HOST_CHECK(host.in_keeper != 0 && (char *)process == &this_process && host.files > 0);
    host.files--;
    up_process_counts.files--;
}

NTSTATUS up_process_renounce(struct up_process *process)
{
    HOST_CHECK(host.in_keeper != 0 && (char *)process == &this_process);
    up_process_counts.renounced++; /* the mark stays, even if the map cannot be taken */
    return host.renounce_status;
}

NTSTATUS up_process_revoke_unentitled(void)
{
    HOST_CHECK(host.in_keeper != 0);
    return STATUS_SUCCESS;
}

NTSTATUS up_process_grant_entitled(bool *changed)
{
    HOST_CHECK(host.in_keeper != 0);
    *changed = false;
    return STATUS_SUCCESS;
}

/* The caller waits holding nothing: so the work might as well be done here and now. */
NTSTATUS up_worker_run(struct up_worker *worker, enum up_urgency urgency, up_work *work,
                       void *context)
{
    NTSTATUS status;

    HOST_CHECK((worker == &up_keeper || worker == &up_reader) && urgency < UP_URGENCIES);
    HOST_CHECK(host.irql == PASSIVE_LEVEL);
    /* it would wait for itself, or for the reader, which may be waiting for it */
    HOST_CHECK(host.in_keeper == 0);
    host.in_keeper += worker == &up_keeper;
    status = work(context);
    host.in_keeper -= worker == &up_keeper;
    return status;
}

void up_registry_read(struct up_settings *policy)
{
    HOST_CHECK(host.registry != NULL && host.in_keeper == 0);
    memcpy(policy, host.registry, sizeof *policy);
}

NTSTATUS up_security_check_open(const IRP *irp, const IO_STACK_LOCATION *create)
{
    HOST_CHECK(create == irp->stack);
    return host.open_allowed;
}

NTSTATUS up_security_check_control(const IRP *irp, const FILE_OBJECT *file)
{
    HOST_CHECK(file == irp->stack->FileObject);
    return host.control_allowed;
}

void up_log(NTSTATUS message, NTSTATUS status, uint32_t number)
{
    (void)status;
    HOST_CHECK(host.irql == PASSIVE_LEVEL);
    host.logged++;
    host.last_logged = message;
    host.last_number = number;
}

void up_log_once(NTSTATUS message, NTSTATUS status, uint32_t number)
{
    up_log(message, status, number);
}

void up_log_again(NTSTATUS message)
{
    (void)message;
}
