/* SPDX-License-Identifier: MIT
 *
 * Lists of operations: one call, many port accesses. The list lies in the kernel's memory when it comes here, so what
 * was checked is what runs. It is checked whole before its first operation; then it runs in batches under the spin lock
 * of the map. A batch first looks whether the map has changed since the check, and if so the rest of the list is
 * checked again: after a revoke has returned no operation runs that it denies, and a list never makes a revoke wait
 * longer than a batch. Delays and waits hold no lock, and end with their caller.
 */
#include "driver.h"
#include "messages.h"

#define BATCH              64u /* bytes accessed under the spin lock: less than 100 us on an ISA bus */
#define LOOK_AFTER_BATCHES 16u /* then a caller that ends is looked for: 1 ms or so */
#define LOOK_AFTER_US      1000u
#define LOOK_AFTER_TURNS   0x10000u /* of a delay or wait, should the clock stand still */
#define TURNS_MAX          0x1000000u /* many times what the longest wait takes: no clock that works lets it come so far */

/* A list on its way through the driver. */
struct run {
    struct up_io_header *header;
    struct up_io_operation *operations;
    uint8_t *data;
    const IRP *irp;
    const FILE_OBJECT *file;
    LONG map_changes; /* when it was checked */
    uint32_t next;    /* the first operation that has not run to its end */
    uint32_t batches;
    uint32_t turns; /* of delays and waits */
    KIRQL irql;
    /* for delays and waits, in counts of the performance counter */
    LONGLONG frequency; /* per second; 0: not read yet */
    LONGLONG highest;   /* that was read */
    uint64_t passed;    /* since the first reading */
    uint64_t looked;    /* passed, when the thread was looked at last */
};

/* What a list may have of each, so far. */
struct quota {
    uint32_t microseconds;
    uint32_t block_bytes;
};

static bool finish(struct run *run, uint32_t result, uint32_t index)
{
    run->header->result = result;
    run->header->index = index;
    return false;
}

/* ---- the check ------------------------------------------------------------------------------------------------- */

static bool is_valid(const struct up_io_operation *operation, uint32_t data_bytes)
{
    switch (operation->kind) {
    case UP_IO_READ:
    case UP_IO_WRITE:
    case UP_IO_WAIT:
        return up_io_width_is_good(operation->width);
    case UP_IO_READ_BLOCK:
    case UP_IO_WRITE_BLOCK:
        return up_io_width_is_good(operation->width) && operation->count != 0 && operation->offset <= data_bytes &&
               operation->count <= (data_bytes - operation->offset) / operation->width;
    default:
        return operation->kind == UP_IO_DELAY;
    }
}

void up_io_count_denied(uint32_t port)
{
    InterlockedIncrement(&up_state.transfers_denied);
    up_state.port_denied = (LONG)port;
    if (up_state.state == UP_STATE_RUNNING) { /* else everything is denied, and the log says that */
        up_log_once(UP_MSG_LIST_DENIED, STATUS_ACCESS_DENIED, port);
    }
}

static bool deny(struct run *run, uint32_t index, uint32_t port)
{
    run->header->port = port;
    up_io_count_denied(port);
    return finish(run, UP_IO_DENIED, index);
}

/* Within what is left of the limits? Blocks may lie over one another, and yet each moves its bytes. */
static bool add_to(struct quota *quota, const struct up_io_operation *operation)
{
    uint32_t bytes = 0;
    uint32_t microseconds = 0;

    if (operation->kind == UP_IO_READ_BLOCK || operation->kind == UP_IO_WRITE_BLOCK) {
        bytes = operation->count * operation->width; /* no more than the data have */
    } else if (operation->kind == UP_IO_DELAY || operation->kind == UP_IO_WAIT) {
        microseconds = operation->microseconds;
    }
    if (bytes > UP_IO_BYTES_MAX - quota->block_bytes || microseconds > UP_IO_MICROSECONDS_MAX - quota->microseconds) {
        return false;
    }
    quota->block_bytes += bytes;
    quota->microseconds += microseconds;
    return true;
}

static bool check_one(struct run *run, uint32_t index, struct quota *quota)
{
    const struct up_io_operation *operation = &run->operations[index];
    uint32_t denied;

    if (!is_valid(operation, run->header->data_bytes)) {
        return finish(run, UP_IO_BAD, index);
    }
    if (!add_to(quota, operation)) {
        return finish(run, UP_IO_TOO_LONG, index);
    }
    if (operation->kind == UP_IO_DELAY) {
        return true;
    }
    denied = up_portset_first_denied(&up_state.installed, operation->port, operation->width);
    return denied == UP_PORTSET_NONE_DENIED || deny(run, index, denied);
}

/*
 * Checks the operations from next on against the map of this moment. map_changes is read first: a map that changes
 * under the check is noticed by the next batch. False: the result says why.
 */
static bool check(struct run *run)
{
    struct quota quota = {0, 0};
    uint32_t index;

    run->map_changes = up_state.map_changes;
    __asm__ volatile("" ::: "memory"); /* the map is read after it */
    for (index = run->next; index < run->header->operations; index++) {
        if (!check_one(run, index, &quota)) {
            return false;
        }
    }
    return true;
}

/* ---- running ----------------------------------------------------------------------------------------------------- */

/*
 * The caller wants no more: it cancelled the request, its last handle is closed (IRP_MJ_CLEANUP has been here), or it
 * is being ended, which it does not notice as long as it is in the kernel.
 */
static bool is_cancelled(const struct run *run, bool look_at_thread)
{
    return run->irp->Cancel || run->file->FsContext == NULL ||
           (look_at_thread && PsIsThreadTerminating((PETHREAD)up_current_thread()));
}

/*
 * Takes the lock for a batch, with a list that was checked against the map as it is now. IRQL: from PASSIVE_LEVEL to
 * DISPATCH_LEVEL. False: the list ends here, the result says why, and the lock is not taken.
 */
static bool begin_batch(struct run *run)
{
    if (is_cancelled(run, false)) {
        return finish(run, UP_IO_CANCELLED, run->next);
    }
    for (;;) {
        up_map_lock(&run->irql);
        if (run->map_changes == up_state.map_changes) {
            return true;
        }
        up_map_unlock(run->irql);
        if (!check(run)) {
            return false;
        }
    }
}

static void end_batch(struct run *run)
{
    up_map_unlock(run->irql);
}

/* The next of many: after some of them the thread is looked at, too. */
static bool begin_next_batch(struct run *run)
{
    if (++run->batches % LOOK_AFTER_BATCHES == 0 && is_cancelled(run, true)) {
        return finish(run, UP_IO_CANCELLED, run->next);
    }
    return begin_batch(run);
}

/*
 * Reads the clock. Some counters go back and forth as a thread is moved from one processor to another: what counts is
 * only how far they come beyond the highest that was read, so that a delay becomes longer rather than shorter. One that
 * is more than a second behind was set anew.
 */
static uint64_t read_clock(struct run *run)
{
    LARGE_INTEGER frequency;
    const LONGLONG counter = KeQueryPerformanceCounter(&frequency).QuadPart;

    if (run->frequency == 0 || counter < run->highest - frequency.QuadPart) {
        run->highest = counter;
    } else if (counter > run->highest) {
        run->passed += (uint64_t)(counter - run->highest);
        run->highest = counter;
    }
    run->frequency = frequency.QuadPart;
    return run->passed;
}

/* By the last reading. */
static bool has_passed(const struct run *run, uint64_t since, uint32_t microseconds)
{
    return (run->passed - since) * 1000000u >= (uint64_t)microseconds * (uint64_t)run->frequency;
}

/* In delays and waits the thread is looked at each millisecond, however short they are. */
static bool may_continue(struct run *run)
{
    const bool look = has_passed(run, run->looked, LOOK_AFTER_US);

    if (look) {
        run->looked = run->passed;
    }
    run->turns++;
    if (run->turns == TURNS_MAX || is_cancelled(run, look || run->turns % LOOK_AFTER_TURNS == 0)) {
        return finish(run, UP_IO_CANCELLED, run->next);
    }
    return true;
}

/* Spins: a clock tick, the least that a thread can sleep, is a thousand times too long. */
static bool run_delay(struct run *run)
{
    const uint32_t microseconds = run->operations[run->next].microseconds;
    const uint64_t start = read_clock(run);

    while (!has_passed(run, start, microseconds)) {
        if (!may_continue(run)) {
            return false;
        }
        YieldProcessor();
        read_clock(run);
    }
    run->next++;
    return true;
}

/* After the time is over it looks once more: a thread that did not get the processor in between has missed nothing. */
static bool run_wait(struct run *run)
{
    struct up_io_operation *const operation = &run->operations[run->next];
    struct up_io_operation read = {.kind = UP_IO_READ, .width = operation->width, .port = operation->port};
    const uint64_t start = read_clock(run);
    bool past;

    for (;;) {
        past = has_passed(run, start, operation->microseconds);
        if (!begin_batch(run)) {
            return false;
        }
        up_ports_run(&read, 1, read.width);
        end_batch(run);
        if (((read.value ^ operation->value) & operation->mask) == 0) {
            operation->value = read.value;
            run->next++;
            return true;
        }
        if (past) {
            operation->value = read.value;
            return finish(run, UP_IO_TIMED_OUT, run->next);
        }
        read_clock(run);
        if (!may_continue(run)) {
            return false;
        }
    }
}

static bool run_block(struct run *run)
{
    const struct up_io_operation *const operation = &run->operations[run->next];
    uint8_t *at = run->data + operation->offset;
    const uint32_t most = BATCH / operation->width;
    uint32_t left = operation->count;
    uint32_t count;

    while (left != 0) {
        count = left < most ? left : most;
        if (!begin_next_batch(run)) {
            run->header->moved = operation->count - left;
            return false;
        }
        if (operation->kind == UP_IO_READ_BLOCK) {
            up_ports_read_block(operation->port, operation->width, at, count);
        } else {
            up_ports_write_block(operation->port, operation->width, at, count);
        }
        end_batch(run);
        at += count * operation->width;
        left -= count;
    }
    run->next++;
    return true;
}

/* As many reads and writes as follow one another, a batch at the most. */
static bool run_accesses(struct run *run)
{
    const uint32_t left = run->header->operations - run->next;
    uint32_t count;

    if (!begin_next_batch(run)) {
        return false;
    }
    count = up_ports_run(&run->operations[run->next], left, BATCH);
    end_batch(run);
    run->next += count;
    return count != 0 || finish(run, UP_IO_BAD, run->next); /* the check lets nothing come here that is no access */
}

/* Runs what is at next. False: the list ends here. */
static bool run_next(struct run *run)
{
    switch (run->operations[run->next].kind) {
    case UP_IO_READ_BLOCK:
    case UP_IO_WRITE_BLOCK:
        return run_block(run);
    case UP_IO_DELAY:
        return run_delay(run);
    case UP_IO_WAIT:
        return run_wait(run);
    default:
        return run_accesses(run);
    }
}

/* length was checked to hold the header and one operation, and to be no more than both may have. */
static NTSTATUS check_header(const struct up_io_header *header, uint32_t length)
{
    const uint32_t behind = length - (uint32_t)sizeof *header;

    if (header->abi_version != UP_ABI_VERSION) {
        return STATUS_REVISION_MISMATCH;
    }
    if (header->operations == 0 || header->operations > UP_IO_OPERATIONS_MAX || header->data_bytes > UP_IO_BYTES_MAX ||
        header->operations * (uint32_t)sizeof(struct up_io_operation) + header->data_bytes != behind) {
        return STATUS_INVALID_BUFFER_SIZE;
    }
    return header->moved == 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/* IRQL: PASSIVE_LEVEL, in the caller's thread. No lock held. */
NTSTATUS up_io_run(void *list, uint32_t length, const IRP *irp, const FILE_OBJECT *file)
{
    struct up_io_header *const header = list;
    struct run run = {.header = header, .irp = irp, .file = file};
    NTSTATUS status = check_header(header, length);

    if (!NT_SUCCESS(status)) {
        return status;
    }
    run.operations = (struct up_io_operation *)(header + 1);
    run.data = (uint8_t *)(run.operations + header->operations);
    header->port = 0;
    if (check(&run)) {
        while (run.next < header->operations && run_next(&run)) {
        }
        if (run.next == header->operations) {
            finish(&run, UP_IO_DONE, run.next);
        }
    }
    header->done = run.next;
    return STATUS_SUCCESS;
}
