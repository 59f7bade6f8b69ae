/* SPDX-License-Identifier: MIT */
#include "dispatch_model.h"

/*
 * Looks at the clock that a delay or wait may take over its time; batches and time before an end of
 * the thread is seen.
 */
#define LOOKS_OVER     4
#define BATCHES_UNSEEN 17u
#define UNSEEN_US      1000u

#define HEADER_BYTES    32u
#define OPERATION_BYTES 16u

struct operation {
    uint8_t kind, width;
    uint16_t port;
    uint32_t value, mask, microseconds;
};

static struct {
    uint8_t *list; /* what was sent, and with each access what the answer must be */
    const uint8_t *map;
    uint32_t count, seed;
    uint32_t next;            /* the operation that the accesses have come to */
    struct operation current; /* the same, if it is not a delay */
    uint32_t elements;        /* of it: of a block, or looks of a wait */
    uint32_t last_read;
    LONGLONG last_look; /* when it was */
    LONGLONG since;     /* the last time that is known: the start, or an operation that ended */
    LONGLONG jumped;    /* in all, and up to since */
    LONGLONG jumped_since;
    uint32_t delays; /* between since and next: number and microseconds */
    uint64_t microseconds;
    bool map_changed; /* ever */
    bool judged;      /* what has not run, against this map */
    bool in_vain;     /* a wait has had its last look */
    bool over;
    LONGLONG over_since; /* jumps aside */
    uint32_t over_next, over_looks;
    uint32_t holds_left, over_holds;
    struct verdict first;
} model;

/* This host is as little-endian as the list. */
static uint32_t word(const uint8_t *at)
{
    uint32_t value;

    __builtin_memcpy(&value, at, sizeof value);
    return value;
}

static struct operation operation_at(const uint8_t *list, uint32_t index)
{
    const uint8_t *const at = list + HEADER_BYTES + (size_t)OPERATION_BYTES * index;

    return (struct operation){at[0],        at[1],        (uint16_t)(at[2] | at[3] << 8),
                              word(at + 4), word(at + 8), word(at + 12)};
}

static bool is_block(const struct operation *operation)
{
    return operation->kind == 3 || operation->kind == 4;
}

/* ---- the check ------------------------------------------------------------------------------- */

NTSTATUS model_header(const uint8_t *list, uint32_t length)
{
    const uint64_t operations = word(list + 4);
    const uint64_t data = word(list + 8);

    if (word(list) != 1) {
        return STATUS_REVISION_MISMATCH;
    }
    if (operations < 1 || operations > 4096 || OPERATION_BYTES * operations + data > 65536 ||
        HEADER_BYTES + OPERATION_BYTES * operations + data != length) {
        return STATUS_INVALID_BUFFER_SIZE;
    }
    return word(list + 12) == 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

static bool is_bad(const struct operation *operation, uint64_t data_bytes)
{
    if (operation->kind == 5) {
        return false;
    }
    if (operation->kind < 1 || operation->kind > 6 ||
        (operation->width != 1 && operation->width != 2 && operation->width != 4)) {
        return true;
    }
    return is_block(operation) &&
           (operation->mask == 0 ||
            (uint64_t)operation->value + (uint64_t)operation->mask * operation->width > data_bytes);
}

struct verdict model_judge(const uint8_t *list, uint32_t from, const uint8_t *map)
{
    const uint32_t count = word(list + 4);
    const uint32_t data_bytes = word(list + 8);
    uint64_t microseconds = 0;
    uint64_t moved = 0;

    for (uint32_t i = from; i < count; i++) {
        const struct operation operation = operation_at(list, i);

        if (is_bad(&operation, data_bytes)) {
            return (struct verdict){UP_IO_BAD, i, 0};
        }
        microseconds += operation.kind == 5 || operation.kind == 6 ? operation.microseconds : 0;
        moved += is_block(&operation) ? (uint64_t)operation.mask * operation.width : 0;
        if (microseconds > 100000 || moved > 65536) {
            return (struct verdict){UP_IO_TOO_LONG, i, 0};
        }
        for (uint32_t byte = 0; operation.kind != 5 && byte < operation.width; byte++) {
            const uint32_t port = operation.port + byte;

            if (port > 0xFFFF || (map[port / 8] & 1u << port % 8) != 0) {
                return (struct verdict){UP_IO_DENIED, i, port};
            }
        }
    }
    return (struct verdict){UP_IO_DONE, count, 0};
}

/* ---- time ------------------------------------------------------------------------------------ */

/* At least so many microseconds had passed then since the time that is known. */
static void check_not_early(LONGLONG then, uint64_t microseconds)
{
    HOST_CHECK((uint64_t)(then - model.since) * 1000000u >=
               microseconds * (uint64_t)host.frequency);
}

/* And not many more, jumps aside. */
static void check_not_late(uint64_t microseconds, uint32_t waits)
{
    const LONGLONG ticks = host.now - model.jumped - (model.since - model.jumped_since);
    const LONGLONG slack = (LOOKS_OVER * host.step + 1) * (LONGLONG)waits;

    HOST_CHECK(ticks <= slack ||
               (uint64_t)(ticks - slack) * 1000000u <= microseconds * (uint64_t)host.frequency);
}

static void known_time(void)
{
    model.since = host.now;
    model.jumped_since = model.jumped;
    model.delays = 0;
    model.microseconds = 0;
}

/*
 * Delays that the accesses, or the list's end, have left behind: up to the first operation of
 * another kind, or to.
 */
static void pass_delays(uint32_t to)
{
    while (model.next < to) {
        model.current = operation_at(model.list, model.next);
        if (model.current.kind != 5) {
            break;
        }
        model.delays++;
        model.microseconds += model.current.microseconds;
        model.next++;
    }
    if (model.microseconds != 0) {
        check_not_early(host.now, model.microseconds);
    }
}

/* ---- while it runs --------------------------------------------------------------------------- */

void model_begin(uint8_t *sent, const uint8_t *map, uint32_t seed)
{
    memset(&model, 0, sizeof model);
    model.list = sent;
    model.map = map;
    model.count = word(sent + 4);
    model.seed = seed;
    model.judged = true;
    model.first = model_judge(sent, 0, map);
    known_time();
}

void model_map_changed(const uint8_t *map)
{
    model.map = map;
    model.map_changed = true;
    model.judged = false;
}

void model_over(bool is_seen_at_once)
{
    const uint32_t holds_left = is_seen_at_once ? 1 : BATCHES_UNSEEN;

    if (!model.over || holds_left < model.holds_left) {
        model.over_next = model.next;
        model.over_looks = host.looks;
        model.over_since = host.now - model.jumped;
        model.over_holds = host.holds;
        model.holds_left = holds_left;
    }
    model.over = true;
}

void model_jump(LONGLONG ticks)
{
    model.jumped += ticks;
}

static uint32_t low_bytes(uint32_t value, uint32_t width)
{
    return width == 4 ? value : value & ((1u << 8 * width) - 1u);
}

/* Something else each time, and often enough a small number, so that waits end. */
static uint32_t what_the_port_says(uint16_t port, uint32_t width)
{
    uint32_t mixed = (host.accesses * 0x9E3779B1u ^ port * 0x85EBCA77u) + model.seed * 0xC2B2AE3Du;

    mixed ^= mixed >> 15;
    return low_bytes((mixed & 3u) == 0 ? mixed >> 30 : mixed, width);
}

static void store(uint8_t *at, uint32_t value, uint32_t width)
{
    memcpy(at, &value, width);
}

static void operation_ends(void)
{
    model.next++;
    model.elements = 0;
    known_time();
}

static void access_block(const struct operation *operation, const struct host_access *access)
{
    uint8_t *const at = model.list + HEADER_BYTES + (size_t)OPERATION_BYTES * model.count +
                        operation->value + (size_t)model.elements * operation->width;

    HOST_CHECK(access->is_write == (operation->kind == 4));
    if (access->is_write) {
        uint8_t written[4];

        store(written, *access->value, access->width);
        HOST_CHECK(memcmp(written, at, access->width) == 0);
    } else {
        store(at, *access->value, access->width);
    }
    if (++model.elements == operation->mask) {
        operation_ends();
    }
}

static void access_wait(const struct operation *operation, const struct host_access *access)
{
    HOST_CHECK(!access->is_write);
    HOST_CHECK(!model.in_vain);
    check_not_late(model.microseconds + operation->microseconds, model.delays + 1);
    model.elements++;
    model.last_read = *access->value;
    model.last_look = host.now;
    if ((model.last_read & operation->mask) == (operation->value & operation->mask)) {
        store(model.list + HEADER_BYTES + (size_t)OPERATION_BYTES * model.next + 4, model.last_read,
              4);
        operation_ends();
    } else {
        model.in_vain = operation->microseconds == 0;
    }
}

void model_access(const struct host_access *access)
{
    const struct operation *const operation = &model.current;

    HOST_CHECK(model.first.result == UP_IO_DONE);
    if (model.elements == 0) {
        pass_delays(model.count);
    }
    HOST_CHECK(model.next < model.count);
    if (model.over && operation->kind == 6 && model.holds_left != 1) {
        model.over_holds++; /* a wait looks at its thread by the clock */
    }
    HOST_CHECK(!model.over || host.holds < model.over_holds + model.holds_left);
    /* the rest of the list, this operation with it, by the map that is in force now */
    if (!model.judged) {
        HOST_CHECK(model_judge(model.list, model.next, model.map).result == UP_IO_DONE);
        model.judged = true;
    }
    HOST_CHECK(access->port == operation->port && access->width == operation->width);
    if (!access->is_write) {
        *access->value = what_the_port_says(access->port, access->width);
    }
    if (operation->kind == 6) {
        access_wait(operation, access);
        return;
    }
    check_not_late(model.microseconds, model.delays);
    if (is_block(operation)) {
        access_block(operation, access);
        return;
    }
    if (operation->kind == 1) {
        HOST_CHECK(!access->is_write);
        store(model.list + HEADER_BYTES + (size_t)OPERATION_BYTES * model.next + 4, *access->value,
              4);
    } else {
        HOST_CHECK(operation->kind == 2 && access->is_write);
        HOST_CHECK(low_bytes(*access->value, access->width) ==
                   low_bytes(operation->value, access->width));
    }
    operation_ends();
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void check_cancelled(const uint8_t *answer, uint32_t done)
{
    const struct operation operation = operation_at(model.list, done);

    HOST_CHECK(model.over && word(answer + 20) == done);
    /* A wait that was looked at may say what it saw. */
    if (operation.kind == 6 && model.elements != 0 &&
        operation_at(answer, done).value == model.last_read) {
        store(model.list + HEADER_BYTES + (size_t)OPERATION_BYTES * done + 4, model.last_read, 4);
    }
}

static void check_timed_out(const uint8_t *answer, uint32_t done)
{
    const struct operation operation = operation_at(model.list, done);

    HOST_CHECK(word(answer + 20) == done);
    HOST_CHECK(operation.kind == 6 && model.elements != 0);
    check_not_early(model.last_look, model.microseconds + operation.microseconds);
    store(model.list + HEADER_BYTES + (size_t)OPERATION_BYTES * done + 4, model.last_read, 4);
}

static void check_denied(const uint8_t *answer, uint32_t done)
{
    const struct verdict verdict = model_judge(model.list, done, model.map);

    HOST_CHECK(model.map_changed && verdict.result == UP_IO_DENIED);
    HOST_CHECK(word(answer + 20) == verdict.index && word(answer + 24) == verdict.port);
}

/*
 * Whoever wanted no more did not have to wait: some looks, and those of the delays that were over
 * at once. An end of the thread is seen a millisecond later, of all delays and waits together.
 */
static void check_prompt(uint32_t done)
{
    const LONGLONG slack = (LOOKS_OVER * host.step + 1) * (LONGLONG)(1 + done - model.over_next);
    const LONGLONG ticks = host.now - model.jumped - model.over_since;
    uint64_t unseen = 0;

    if (model.holds_left == 1) {
        HOST_CHECK(host.looks - model.over_looks <= LOOKS_OVER * (1 + done - model.over_next));
        return;
    }
    for (uint32_t i = model.over_next; i <= done && i < model.count; i++) {
        const struct operation operation = operation_at(model.list, i);

        if (operation.kind == 5 || operation.kind == 6) {
            unseen += operation.microseconds < UNSEEN_US ? operation.microseconds : UNSEEN_US;
        }
    }
    unseen = unseen < UNSEEN_US ? unseen : UNSEEN_US;
    HOST_CHECK(ticks <= slack ||
               (uint64_t)(ticks - slack) * 1000000u <= unseen * (uint64_t)host.frequency);
}

static void check_result(const uint8_t *answer)
{
    const uint32_t result = word(answer + 16);
    const uint32_t done = word(answer + 28);

    HOST_CHECK(result <= UP_IO_CANCELLED && done <= model.count);
    if (model.first.result != UP_IO_DONE) {
        HOST_CHECK(result == model.first.result && done == 0 && host.accesses == 0);
        HOST_CHECK(word(answer + 20) == model.first.index && word(answer + 24) == model.first.port);
        return;
    }
    pass_delays(done);
    HOST_CHECK(model.next == done);
    HOST_CHECK(word(answer + 24) == 0 || result == UP_IO_DENIED);
    HOST_CHECK((result == UP_IO_DONE) == (done == model.count));
    if (done == model.count) {
        HOST_CHECK(word(answer + 20) == done);
        check_not_late(model.microseconds, model.delays);
    } else {
        check_not_late(model.microseconds + operation_at(model.list, done).microseconds,
                       model.delays + 1);
    }
    switch (result) {
    case UP_IO_DENIED:
        check_denied(answer, done);
        break;
    case UP_IO_TIMED_OUT:
        check_timed_out(answer, done);
        break;
    case UP_IO_CANCELLED:
        check_cancelled(answer, done);
        break;
    default:
        HOST_CHECK(result == UP_IO_DONE);
    }
    if (model.over) {
        check_prompt(done);
    }
}

uint32_t model_end(const uint8_t *answer, uint32_t length)
{
    const uint32_t done = word(answer + 28);

    check_result(answer);
    HOST_CHECK(memcmp(answer, model.list, 12) == 0);
    if (done < model.count && is_block(&model.current)) {
        HOST_CHECK(word(answer + 12) == model.elements);
    } else {
        HOST_CHECK(word(answer + 12) == 0);
    }
    HOST_CHECK(memcmp(answer + HEADER_BYTES, model.list + HEADER_BYTES, length - HEADER_BYTES) ==
               0);
    return word(answer + 16);
}
