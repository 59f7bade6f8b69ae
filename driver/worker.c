/* SPDX-License-Identifier: MIT
 *
 * The driver's system threads, and how a caller hands work to one of them: a request on the
 * caller's stack goes into a queue, and the caller waits for its event without holding a lock. So
 * no caller's thread, however low its priority, owns anything that another one needs. The threads
 * belong to the System process: when one moves to a processor, a process switch happens there, and
 * no program can reach their handles. They may run on every processor. They have the highest
 * priority, so a thread that spins cannot delay them, nor a revoke that they run.
 */
#include "driver.h"

struct up_worker up_keeper, up_reader;

/*
 * The request that a caller waits for. It lies on the caller's kernel stack, which stays in memory
 * during a wait in kernel mode.
 */
struct request {
    struct request *next;
    up_work *work;
    void *context;
    NTSTATUS status;
    KEVENT done;
};

static void put(struct up_worker *worker, enum up_urgency urgency, struct request *request)
{
    struct up_queue *queue = &worker->queues[urgency];
    KIRQL irql;

    request->next = NULL;
    KeAcquireSpinLock(&worker->lock, &irql);
    if (queue->first != NULL) {
        queue->last->next = request;
    } else {
        queue->first = request;
    }
    queue->last = request;
    KeReleaseSpinLock(&worker->lock, irql);
    KeSetEvent(&worker->wanted, IO_NO_INCREMENT, FALSE);
}

/* Takes the next request from the queues, urgent ones first. NULL: there is none. */
static struct request *take(struct up_worker *worker)
{
    struct request *request = NULL;
    KIRQL irql;
    int i;

    KeAcquireSpinLock(&worker->lock, &irql);
    for (i = 0; i < UP_URGENCIES && request == NULL; i++) {
        request = worker->queues[i].first;
        if (request != NULL) {
            worker->queues[i].first = request->next;
        }
    }
    KeReleaseSpinLock(&worker->lock, irql);
    return request;
}

static void NTAPI run(void *context)
{
    struct up_worker *worker = context;
    struct request *request;

    worker->thread = up_current_thread();
    ObReferenceObject(worker->thread);
    KeSetPriorityThread(worker->thread, HIGH_PRIORITY);
    KeSetEvent(&worker->started, IO_NO_INCREMENT, FALSE);
    while (!worker->ending) {
        KeWaitForSingleObject(&worker->wanted, Executive, KernelMode, FALSE, NULL);
        while ((request = take(worker)) != NULL) {
            request->status = request->work(request->context);
            /* After this the request belongs to its caller and may be gone. */
            KeSetEvent(&request->done, IO_NO_INCREMENT, FALSE);
        }
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

NTSTATUS up_worker_start(struct up_worker *worker)
{
    HANDLE handle;
    NTSTATUS status;

    RtlZeroMemory(worker, sizeof *worker);
    KeInitializeSpinLock(&worker->lock);
    KeInitializeEvent(&worker->wanted, SynchronizationEvent, FALSE);
    KeInitializeEvent(&worker->started, SynchronizationEvent, FALSE);
    status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, run, worker);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    ZwClose(handle);
    KeWaitForSingleObject(&worker->started, Executive, KernelMode, FALSE,
                          NULL); /* until the thread has referenced itself */
    return STATUS_SUCCESS;
}

void up_worker_stop(struct up_worker *worker)
{
    worker->ending = true;
    KeSetEvent(&worker->wanted, IO_NO_INCREMENT, FALSE);
    /* After this wait the thread no longer executes the driver's code. */
    KeWaitForSingleObject(worker->thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(worker->thread);
}

NTSTATUS up_worker_run(struct up_worker *worker, enum up_urgency urgency, up_work *work,
                       void *context)
{
    struct request request = {.work = work, .context = context};

    /*
     * The worker may release the last reference to a process. The system then closes that process's
     * handles in the worker's thread, and UserPort files can be among them. The worker must not
     * wait for itself.
     */
    if (up_current_thread() == worker->thread) {
        return work(context);
    }
    KeInitializeEvent(&request.done, SynchronizationEvent, FALSE);
    put(worker, urgency, &request);
    KeWaitForSingleObject(&request.done, Executive, KernelMode, FALSE, NULL);
    return request.status;
}
