/* SPDX-License-Identifier: MIT
 *
 * Random lists against a model: what the driver and the fake ports must answer, written down a
 * second time from docs/protocol.md and fake.h alone. A fixed seed: a failure says which list it
 * was, and it is the same in each run.
 */
#include "client.h"

#define LISTS      4000u
#define NEW_GRANTS 100u /* lists between two reloads */
#define FIFO_BYTES 65536u

static struct {
    uint8_t ports[PORTS];
    uint8_t fifo[FIFO_BYTES];
    uint32_t in, out, counter, looks;
} model;

static struct {
    uint32_t result, index, port, done;
    uint8_t bytes[LIST_BYTES_MAX]; /* operations and data */
} expected;

/* ---- the model ------------------------------------------------------------------------------- */

static uint32_t model_read(uint32_t port, uint32_t width)
{
    uint32_t value = 0, i;

    if (port == FAKE_COUNTER) {
        value = ++model.counter;
    } else if (port == FAKE_READY) {
        value = model.looks == 0 ? 0xFFFFFFFF : 0;
        model.looks -= model.looks != 0;
    } else {
        for (i = 0; i < width; i++) {
            uint8_t byte = model.ports[port + i];

            if (port == FAKE_FIFO) {
                byte = model.in == model.out ? 0xFF : model.fifo[model.out++ % FIFO_BYTES];
            }
            value += (uint32_t)byte << 8 * i;
        }
    }
    return width == 4 ? value : value % (width == 1 ? 0x100u : 0x10000u);
}

static void model_write(uint32_t port, uint32_t width, uint32_t value)
{
    uint32_t i;

    value = width == 4 ? value : value % (width == 1 ? 0x100u : 0x10000u);
    if (port == FAKE_COUNTER) {
        model.counter = value;
    } else if (port == FAKE_READY) {
        model.looks = value;
    } else {
        for (i = 0; i < width; i++) {
            if (port == FAKE_FIFO && model.in - model.out < FIFO_BYTES) {
                model.fifo[model.in++ % FIFO_BYTES] = (uint8_t)(value >> 8 * i);
            } else if (port != FAKE_FIFO) {
                model.ports[port + i] = (uint8_t)(value >> 8 * i);
            }
        }
    }
}

static bool refuse(uint32_t result, uint32_t index, uint32_t port)
{
    expected.result = result;
    expected.index = index;
    expected.port = port;
    expected.done = 0;
    return false;
}

/* Is the list to be run? */
static bool model_check(struct list *list)
{
    const struct up_io_header *header = list_header(list);
    uint64_t times = 0, moved = 0;
    uint32_t i, byte;

    for (i = 0; i < header->operations; i++) {
        const struct up_io_operation *at = list_operation(list, i);
        const bool block = at->kind == UP_IO_READ_BLOCK || at->kind == UP_IO_WRITE_BLOCK;

        if (at->kind < UP_IO_READ || at->kind > UP_IO_WAIT) {
            return refuse(UP_IO_BAD, i, 0);
        }
        if (at->kind != UP_IO_DELAY && at->width != 1 && at->width != 2 && at->width != 4) {
            return refuse(UP_IO_BAD, i, 0);
        }
        if (block && (at->count == 0 || (uint64_t)at->offset + (uint64_t)at->count * at->width >
                                            header->data_bytes)) {
            return refuse(UP_IO_BAD, i, 0);
        }
        times += at->kind == UP_IO_DELAY || at->kind == UP_IO_WAIT ? at->microseconds : 0;
        moved += block ? (uint64_t)at->count * at->width : 0;
        if (times > UP_IO_MICROSECONDS_MAX || moved > UP_IO_BYTES_MAX) {
            return refuse(UP_IO_TOO_LONG, i, 0);
        }
        for (byte = 0; at->kind != UP_IO_DELAY && byte < at->width; byte++) {
            if (!wanted_has(at->port + byte)) {
                return refuse(UP_IO_DENIED, i, at->port + byte);
            }
        }
    }
    return true;
}

static void model_block(const struct up_io_operation *at, uint8_t *data)
{
    uint32_t i, j, value;

    for (i = 0; i < at->count; i++) {
        uint8_t *element = data + at->offset + i * at->width;

        if (at->kind == UP_IO_READ_BLOCK) {
            value = model_read(at->port, at->width);
            for (j = 0; j < at->width; j++) {
                element[j] = (uint8_t)(value >> 8 * j);
            }
        } else {
            for (value = 0, j = at->width; j > 0; j--) {
                value = value << 8 | element[j - 1];
            }
            model_write(at->port, at->width, value);
        }
    }
}

/*
 * A wait on a port that nothing changes but these lists: it is there at once, or never. FAKE_READY
 * changes by itself; its waits have time enough.
 */
static bool model_wait(struct up_io_operation *at)
{
    const uint32_t wanted = at->value & at->mask;

    do {
        at->value = model_read(at->port, at->width);
    } while ((at->value & at->mask) != wanted && at->port == FAKE_READY);
    return (at->value & at->mask) == wanted;
}

static void model_run(struct list *list)
{
    const uint32_t operations = list_header(list)->operations;
    struct up_io_operation *ran = (struct up_io_operation *)expected.bytes;
    uint8_t *data = (uint8_t *)(ran + operations);
    uint32_t i;

    expected.result = UP_IO_DONE;
    expected.port = 0;
    for (i = 0; i < operations; i++) {
        if (ran[i].kind == UP_IO_READ) {
            ran[i].value = model_read(ran[i].port, ran[i].width);
        } else if (ran[i].kind == UP_IO_WRITE) {
            model_write(ran[i].port, ran[i].width, ran[i].value);
        } else if (ran[i].kind == UP_IO_READ_BLOCK || ran[i].kind == UP_IO_WRITE_BLOCK) {
            model_block(&ran[i], data);
        } else if (ran[i].kind == UP_IO_WAIT && !model_wait(&ran[i])) {
            expected.result = UP_IO_TIMED_OUT;
            break;
        }
    }
    expected.index = expected.done = i;
}

/* ---- random lists ---------------------------------------------------------------------------- */

static bool one_in(uint32_t many)
{
    return random_number(many) == 0;
}

/* Some ranges and some holes, round the ports that random_port likes. */
static void random_grants(void)
{
    uint32_t i, first;

    wanted_nothing();
    wanted_grant(0x1000, 0x11FF);
    wanted_grant(0xE000, 0xE07F);
    wanted_grant(0xFFF0, 0xFFFF);
    wanted_grant(0, 7);
    for (i = random_number(6); i > 0; i--) {
        first = 0x1000 + random_number(0x200);
        wanted_deny(first, first + random_number(3));
    }
    if (one_in(2)) {
        wanted_deny(0xFFF0, 0xFFF0 + random_number(16));
        wanted_deny(0, random_number(8));
    }
}

static uint16_t random_port(bool careful)
{
    static const uint16_t fakes[] = {FAKE_COUNTER, FAKE_FIFO, FAKE_READY};
    uint32_t port;

    for (;;) {
        switch (random_number(8)) {
        case 0:
            port = fakes[random_number(3)];
            break;
        case 1:
            port = random_number(2) ? random_number(10) : 0xFFF0 + random_number(16);
            break;
        case 2:
            port = careful ? 0x1000 : random_number(PORTS);
            break;
        default:
            port = 0x1000 + random_number(0x204);
            break;
        }
        /* not by accident what is not in the model */
        if ((port & 0xFF80) != 0xE000 || port == FAKE_COUNTER || port == FAKE_FIFO ||
            port == FAKE_READY) {
            return (uint16_t)port;
        }
    }
}

static uint32_t random_word(void)
{
    return random_number(0x10000) << 16 | random_number(0x10000);
}

/* careful: as a program would send it; it can be denied all the same. */
static void random_operation(struct list *list, uint32_t data_bytes, bool careful)
{
    static const uint8_t kinds[] = {1, 1, 1, 2, 2, 2, 3, 4, 5, 6};
    uint8_t kind = kinds[random_number(10)], width = (uint8_t)(1u << random_number(3));
    uint16_t port = random_port(careful);
    uint32_t value = random_word(), second = random_word(), time = random_word();

    while (careful && port + width > 0 && !(wanted_has(port) && wanted_has(port + width - 1u))) {
        port = random_port(true);
        width = 1;
    }
    if (kind == UP_IO_READ_BLOCK || kind == UP_IO_WRITE_BLOCK) {
        value = random_number(data_bytes + 2);
        second = random_number(data_bytes / width + 3);
        if (careful) {
            value = random_number(data_bytes);
            second = (data_bytes - value) / width;
            second = second == 0 ? 0 : 1 + random_number(second);
        }
    } else if (kind == UP_IO_DELAY) {
        time = random_number(30);
    } else if (kind == UP_IO_WAIT) {
        time = one_in(3) ? 0 : random_number(30);
        second = one_in(8) ? random_word() : one_in(4) ? random_number(4) : 0;
        value = one_in(2) ? 0 : value;
        if (port == FAKE_READY) { /* it will be ready: looks are set to few before */
            list_add(list, UP_IO_WRITE, 1, FAKE_READY, random_number(12), 0, 0);
            value = second;
            time = 20000;
            second = 0xFF;
            value = 0xFF;
        } else if (port == FAKE_COUNTER || port == FAKE_FIFO) {
            port = 0x1000;
        }
    }
    if (!careful && one_in(60)) {
        kind = (uint8_t)random_number(256);
    }
    if (!careful && one_in(60)) {
        width = (uint8_t)random_number(9);
    }
    if (!careful && kind >= UP_IO_DELAY && one_in(20)) {
        time = random_word() >> random_number(32);
    }
    list_add(list, kind, width, port, value, second, time);
}

static void random_list(struct list *list, bool careful)
{
    const uint32_t operations = one_in(50) ? 1 + random_number(1000) : 1 + random_number(40);
    const uint32_t data_bytes = one_in(50) ? 1 + random_number(9000) : 1 + random_number(200);
    uint32_t i;

    list_begin(list);
    for (i = 0; i < operations; i++) {
        random_operation(list, data_bytes, careful);
    }
    list_data(list, NULL, data_bytes);
    for (i = 0; i < data_bytes; i++) {
        list->sent[list->length - 1 - i] = (uint8_t)random_number(256);
    }
}

static void compare(const struct list *list, uint32_t number)
{
    const struct up_io_header *is = answer(list);
    const uint32_t head = sizeof *is, bytes = list->length - head;
    uint32_t i;

    EXPECT_MSG(is->result == expected.result && is->index == expected.index &&
                   is->port == expected.port && is->done == expected.done,
               "list %lu: result %lu index %lu port %lX done %lu, not %lu %lu %lX %lu",
               (unsigned long)number, (unsigned long)is->result, (unsigned long)is->index,
               (unsigned long)is->port, (unsigned long)is->done, (unsigned long)expected.result,
               (unsigned long)expected.index, (unsigned long)expected.port,
               (unsigned long)expected.done);
    for (i = 0; i < bytes && list->got[head + i] == expected.bytes[i]; i++) {
    }
    EXPECT_MSG(i == bytes, "list %lu: byte %lu is %02X, not %02X", (unsigned long)number,
               (unsigned long)(head + i), list->got[head + i], expected.bytes[i]);
}

static void compare_ports(HANDLE device, struct list *list)
{
    uint32_t port;

    wanted_grant(0x1000, 0x1FFF);
    wanted_reload();
    list_begin(list);
    for (port = 0x1000; port < 0x1300; port++) {
        list_read(list, 1, (uint16_t)port);
    }
    EXPECT_DONE(device, list);
    for (port = 0x1000; port < 0x1300; port++) {
        EXPECT_EQ(answer_to(list, port - 0x1000)->value, model.ports[port]);
    }
}

void test_model(void)
{
    static const char *const names[] = {"done", "denied", "bad", "too long", "timed out"};
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t counts[6] = {0}, number, i;

    memset(&model, 0, sizeof model);
    random_seed(20260101);
    for (number = 0; number < LISTS; number++) {
        if (number % NEW_GRANTS == 0) {
            random_grants();
            wanted_reload();
        }
        random_list(list, !one_in(3));
        memcpy(expected.bytes, list->sent + sizeof(struct up_io_header),
               list->length - sizeof(struct up_io_header));
        if (model_check(list)) {
            model_run(list);
        }
        if (!EXPECT_EQ(list_run(device, list), 0)) {
            break;
        }
        compare(list, number);
        counts[expected.result]++;
    }
    compare_ports(device, list);
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        tap_note("%lu lists were %s", (unsigned long)counts[i], names[i]);
        EXPECT_MSG(counts[i] >= 10, "too few lists were %s", names[i]);
    }
    list_free(list);
    CloseHandle(device);
}
