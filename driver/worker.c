/* SPDX-License-Identifier: MIT
 *
 * The driver's own system threads, for what must not run in a caller's: they belong to the System process, so that
 * coming to a processor is a process switch there and their handles are out of every program's reach; they may run on
 * every processor, whatever the caller may; and at the highest priority no thread that spins can keep them, and so a
 * revoke, waiting. One reads the registry, which may take long and wait for others; on i386 another visits processors.
 */
#include "driver.h"

struct up_worker up_reader;

static void NTAPI run(void *context)
{
    struct up_worker *worker = context;

    worker->thread = up_current_thread();
    ObReferenceObject(worker->thread);
    KeSetPriorityThread(worker->thread, HIGH_PRIORITY);
    KeSetEvent(&worker->done, IO_NO_INCREMENT, FALSE);
    for (;;) {
        KeWaitForSingleObject(&worker->wanted, Executive, KernelMode, FALSE, NULL);
        if (worker->work == NULL) {
            break;
        }
        worker->status = worker->work(worker->context);
        KeSetEvent(&worker->done, IO_NO_INCREMENT, FALSE);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

NTSTATUS up_worker_start(struct up_worker *worker)
{
    HANDLE handle;
    NTSTATUS status;

    KeInitializeEvent(&worker->wanted, SynchronizationEvent, FALSE);
    KeInitializeEvent(&worker->done, SynchronizationEvent, FALSE);
    status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, run, worker);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    ZwClose(handle);
    KeWaitForSingleObject(&worker->done, Executive, KernelMode, FALSE, NULL); /* until it has referenced itself */
    return STATUS_SUCCESS;
}

void up_worker_stop(struct up_worker *worker)
{
    worker->work = NULL;
    KeSetEvent(&worker->wanted, IO_NO_INCREMENT, FALSE);
    /* it is out of our code when this returns */
    KeWaitForSingleObject(worker->thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(worker->thread);
}

NTSTATUS up_worker_run(struct up_worker *worker, up_work *work, void *context)
{
    worker->work = work;
    worker->context = context;
    KeSetEvent(&worker->wanted, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(&worker->done, Executive, KernelMode, FALSE, NULL);
    return worker->status;
}
