/* SPDX-License-Identifier: MIT
 *
 * The driver's own system thread, for what must not run in a caller's: it belongs to the System process, so that coming
 * to a processor is a process switch there and its handles are out of every program's reach; it may run on every
 * processor, whatever the caller may; and at the highest priority no thread that spins can keep it, and so a revoke,
 * waiting.
 */
#include "driver.h"

static KEVENT wanted;
static KEVENT done;
static PKTHREAD thread; /* referenced: its end is waited for */
static up_work *work;
static void *work_context;
static NTSTATUS work_status;

static void NTAPI run(void *context)
{
    UNREFERENCED_PARAMETER(context);

    thread = KeGetCurrentThread();
    ObReferenceObject(thread);
    KeSetPriorityThread(thread, HIGH_PRIORITY);
    KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
    for (;;) {
        KeWaitForSingleObject(&wanted, Executive, KernelMode, FALSE, NULL);
        if (work == NULL) {
            break;
        }
        work_status = work(work_context);
        KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

NTSTATUS up_worker_start(void)
{
    HANDLE handle;
    NTSTATUS status;

    KeInitializeEvent(&wanted, SynchronizationEvent, FALSE);
    KeInitializeEvent(&done, SynchronizationEvent, FALSE);
    status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, run, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    ZwClose(handle);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL); /* until it has referenced itself */
    return STATUS_SUCCESS;
}

void up_worker_stop(void)
{
    work = NULL;
    KeSetEvent(&wanted, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL); /* it is out of our code when this returns */
    ObDereferenceObject(thread);
}

NTSTATUS up_worker_run(up_work *function, void *context)
{
    work = function;
    work_context = context;
    KeSetEvent(&wanted, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    return work_status;
}
