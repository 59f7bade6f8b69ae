/* SPDX-License-Identifier: MIT
 *
 * Runs lists of operations: many port accesses in one call. The list lies in kernel memory, so what
 * was checked is what runs. The whole list is checked before its first operation; then it runs in
 * batches under the map's spin lock. If the map has changed since the check, the next batch first
 * checks the rest of the list again. So no operation runs that the map denies once a revoke has
 * returned, and a list delays a revoke by one batch at most. Delays and waits hold no lock, and end
 * when their caller ends.
 */
#include "driver.h"
#include "messages.h"

#define BATCH 64u /* bytes accessed under the spin lock: less than 100 us on an ISA bus */
/* After this many batches, about 1 ms, the driver checks whether the caller's thread is ending. */
#define LOOK_AFTER_BATCHES 16u
#define LOOK_AFTER_US      1000u
/* The same in turns of a delay or wait, in case the clock stands still. */
#define LOOK_AFTER_TURNS 0x10000u
/* Many times the turns of the longest wait. A working clock ends every wait long before. */
#define TURNS_MAX 0x1000000u

/* The state of a list while it runs. */
struct run {
    struct up_io_header *header;
    struct up_io_operation *operations;
    uint8_t *data;
    const IRP *irp;
    const FILE_OBJECT *file;
    LONG map_changes; /* up_state.map_changes at the last check */
    uint32_t next;    /* the first operation that has not run to its end */
    uint32_t batches;
    uint32_t turns; /* turns of delay and wait loops */
    KIRQL irql;
    /* The fields below are for delays and waits, in counts of the performance counter. */
    LONGLONG frequency; /* counts per second; 0: not read yet */
    LONGLONG highest;   /* the highest count read so far */
    uint64_t passed;    /* counts since the first reading */
    uint64_t looked;    /* value of passed when the thread was checked last */
};

/* What the list has used of its limits so far. */
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

/* ---- the check ------------------------------------------------------------------------------- */

static bool is_valid(const struct up_io_operation *operation, uint32_t data_bytes)
{
    switch (operation->kind) {
    case UP_IO_READ:
    case UP_IO_WRITE:
    case UP_IO_WAIT:
        return up_io_width_is_good(operation->width);
    case UP_IO_READ_BLOCK:
    case UP_IO_WRITE_BLOCK:
        return up_io_width_is_good(operation->width) && operation->count != 0 &&
               operation->offset <= data_bytes &&
               operation->count <= (data_bytes - operation->offset) / operation->width;
    default:
        return operation->kind == UP_IO_DELAY;
    }
}

void up_io_count_denied(uint32_t port)
{
    InterlockedIncrement(&up_state.transfers_denied);
    up_state.port_denied = (LONG)port;
    if (up_state.state == UP_STATE_RUNNING) { /* else the log reports the denial of all ports */
        up_log_once(UP_MSG_LIST_DENIED, STATUS_ACCESS_DENIED, port);
    }
}

static bool deny(struct run *run, uint32_t index, uint32_t port)
{
    run->header->port = port;
    up_io_count_denied(port);
    return finish(run, UP_IO_DENIED, index);
}

/*
 * Adds an operation to what the list has used. False: it exceeds a limit. Blocks may overlap, and
 * each counts its own bytes.
 */
static bool add_to(struct quota *quota, const struct up_io_operation *operation)
{
    uint32_t bytes = 0;
    uint32_t microseconds = 0;

    if (operation->kind == UP_IO_READ_BLOCK || operation->kind == UP_IO_WRITE_BLOCK) {
        bytes = operation->count * operation->width; /* is_valid has bounded it by data_bytes */
    } else if (operation->kind == UP_IO_DELAY || operation->kind == UP_IO_WAIT) {
        microseconds = operation->microseconds;
    }
    if (bytes > UP_IO_BYTES_MAX - quota->block_bytes ||
        microseconds > UP_IO_MICROSECONDS_MAX - quota->microseconds) {
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
 * Checks the operations from next on against the map of this moment. map_changes is read first, so
 * the next batch notices a map that changes during the check. False: the result tells why.
 */
static bool check(struct run *run)
{
    struct quota quota = {0, 0};
    uint32_t index;

    run->map_changes = up_state.map_changes;
    __asm__ volatile("" ::: "memory"); /* the map must be read after map_changes */
    for (index = run->next; index < run->header->operations; index++) {
        if (!check_one(run, index, &quota)) {
            return false;
        }
    }
    return true;
}

/* ---- running --------------------------------------------------------------------------------- */

/*
 * True if the caller no longer wants the list: it cancelled the request, its last handle was closed
 * (IRP_MJ_CLEANUP), or its thread is being terminated, which has no effect by itself while the
 * thread is in the kernel.
 */
static bool is_cancelled(const struct run *run, bool look_at_thread)
{
    return run->irp->Cancel || run->file->FsContext == NULL ||
           (look_at_thread && PsIsThreadTerminating((PETHREAD)up_current_thread()));
}

/*
 * Takes the lock for a batch of a list that has been checked against the current map. IRQL: from
 * PASSIVE_LEVEL to DISPATCH_LEVEL. False: the list ends here, the result tells why, and the lock is
 * not taken.
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

/*
 * Begins the next of many batches. After every LOOK_AFTER_BATCHES it also checks whether the thread
 * is ending.
 */
static bool begin_next_batch(struct run *run)
{
    if (++run->batches % LOOK_AFTER_BATCHES == 0 && is_cancelled(run, true)) {
        return finish(run, UP_IO_CANCELLED, run->next);
    }
    return begin_batch(run);
}

/*
 * Reads the clock. Some counters jump back and forth when a thread moves between processors. Only
 * counts beyond the highest one read so far are added, so a delay becomes longer rather than
 * shorter. A counter that is more than a second behind was reset.
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

/* Uses the last reading of the clock. */
static bool has_passed(const struct run *run, uint64_t since, uint32_t microseconds)
{
    return (run->passed - since) * 1000000u >= (uint64_t)microseconds * (uint64_t)run->frequency;
}

/*
 * Checks once per millisecond whether the thread is ending, also across many short delays and
 * waits.
 */
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

/*
 * Spins, because a clock tick, the shortest time a thread can sleep, is a thousand times too long.
 */
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

/*
 * Reads the port until the value comes or the time is over. It reads once more after the time is
 * over, so a thread that did not get the processor in between misses nothing.
 */
static bool run_wait(struct run *run)
{
    struct up_io_operation *const operation = &run->operations[run->next];
    struct up_io_operation read = {
        .kind = UP_IO_READ, .width = operation->width, .port = operation->port};
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

/* Runs the reads and writes that follow one another, one batch at most. */
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
    /* After the check every other kind has its own function, so count is not 0. */
    return count != 0 || finish(run, UP_IO_BAD, run->next);
}

/* Runs the operation at next. False: the list ends here. */
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

/*
 * length has been checked: it holds the header and at least one operation, and no more than a list
 * may have.
 */
static NTSTATUS check_header(const struct up_io_header *header, uint32_t length)
{
    const uint32_t behind = length - (uint32_t)sizeof *header;

    if (header->abi_version != UP_ABI_VERSION) {
        return STATUS_REVISION_MISMATCH;
    }
    if (header->operations == 0 || header->operations > UP_IO_OPERATIONS_MAX ||
        header->data_bytes > UP_IO_BYTES_MAX ||
        header->operations * (uint32_t)sizeof(struct up_io_operation) + header->data_bytes !=
            behind) {
        return STATUS_INVALID_BUFFER_SIZE;
    }
    return header->moved == 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

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
