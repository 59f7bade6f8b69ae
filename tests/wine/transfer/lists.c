/* SPDX-License-Identifier: MIT
 *
 * Lists of operations: what each operation does, what is refused and with which answer, and that
 * nothing of a refused list has run: the fake's count of accesses is the same after it.
 */
#include "client.h"

static const uint8_t widths[] = {1, 2, 4};
static const uint8_t with_port[] = {UP_IO_READ, UP_IO_WRITE, UP_IO_READ_BLOCK, UP_IO_WRITE_BLOCK,
                                    UP_IO_WAIT};
#define KINDS (sizeof with_port / sizeof with_port[0])

static uint32_t mask_of(uint32_t width)
{
    return 0xFFFFFFFFu >> (32 - 8 * width);
}

/* Adds an operation of any kind; blocks are 3 elements at the beginning of the data. */
static uint32_t add_kind(struct list *list, uint8_t kind, uint8_t width, uint16_t port)
{
    const bool block = kind == UP_IO_READ_BLOCK || kind == UP_IO_WRITE_BLOCK;

    return list_add(list, kind, width, port, 0, block ? 3 : 0, 0);
}

/* Expects an answer that says why nothing was run, and that nothing was. */
static void expect_refused(HANDLE device, struct list *list, uint32_t result, uint32_t index,
                           uint32_t port)
{
    const uint32_t before = ports_are_fake ? fake_accesses(device) : 0;

    EXPECT_LIST(device, list, result, index, port, 0);
    EXPECT(memcmp(list->got + sizeof(struct up_io_header), list->sent + sizeof(struct up_io_header),
                  list->length - sizeof(struct up_io_header)) == 0);
    EXPECT_EQ(ports_are_fake ? fake_accesses(device) : 0, before);
}

/* Expects that it runs, where it may be sent. */
static void expect_runs(HANDLE device, struct list *list)
{
    if (ports_are_fake) {
        EXPECT_DONE(device, list);
    }
}

void test_each_access(void)
{
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t i, j, before;

    for (i = 0; i < 3; i++) {
        const uint8_t width = widths[i];
        const uint16_t port = (uint16_t)(0x1000 + 0x100 * i);

        for (j = 0; j < 12; j++) {
            list_begin(list);
            before = fake_accesses(device);
            list_write(list, width, port + j, 0xFEDCBA98u + j);
            list_read(list, width, port + j);
            list_read(list, 1, port + j);
            EXPECT_DONE(device, list);
            EXPECT_EQ(answer_to(list, 0)->value, 0xFEDCBA98u + j);
            EXPECT_EQ(answer_to(list, 1)->value, (0xFEDCBA98u + j) & mask_of(width));
            EXPECT_EQ(answer_to(list, 2)->value, (0xFEDCBA98u + j) & 0xFF);
            EXPECT_EQ(fake_accesses(device), before + 3);
            port_write(device, 4, port + j, 0);
        }
        EXPECT_EQ(port_read(device, 4, port + j), 0);
    }
    /* the value that is sent with a read is replaced whole */
    list_begin(list);
    list_add(list, UP_IO_READ, 1, 0x1000, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF);
    EXPECT_DONE(device, list);
    EXPECT_EQ(answer_to(list, 0)->value, 0);
    list_free(list);
    CloseHandle(device);
}

/* ---- what is not granted --------------------------------------------------------------------- */

/* One operation that is denied behind so many that are not, and before one. */
static void expect_denied(HANDLE device, struct list *list, uint32_t behind, uint8_t kind,
                          uint8_t width, uint16_t port, uint32_t denied)
{
    uint32_t i;

    list_begin(list);
    for (i = 0; i < behind; i++) {
        list_write(list, 1, (uint16_t)(0x1000 + i), 0x5A);
    }
    add_kind(list, kind, width, port);
    list_write(list, 1, 0x1FFF, 0x5A);
    list_data(list, NULL, 12);
    expect_refused(device, list, UP_IO_DENIED, behind, denied);
}

/* Each byte port of the width denied, alone and with others: the first that is denied is named. */
void test_half_granted(void)
{
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t i, j, denied, width, at;

    for (j = 1; j < 16; j++) {
        wanted_grant(0x1100, 0x1103);
        for (at = 0; at < 4; at++) {
            if (j >> at & 1) {
                wanted_deny(0x1100 + at, 0x1100 + at);
            }
        }
        wanted_reload();
        for (i = 0; i < 3 * KINDS; i++) {
            width = widths[i % 3];
            for (denied = 0; denied < width && !(j >> denied & 1); denied++) {
            }
            if (denied < width) {
                expect_denied(device, list, i, with_port[i / 3], (uint8_t)width, 0x1100,
                              0x1100 + denied);
            } else {
                list_begin(list);
                add_kind(list, with_port[i / 3], (uint8_t)width, 0x1100);
                list_data(list, NULL, 12);
                expect_runs(device, list);
            }
        }
    }
    list_free(list);
    CloseHandle(device);
}

/* All kinds and widths at the ends of a granted range, and where nothing is granted near. */
void test_denied_kinds(void)
{
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t i, port;

    for (i = 0; i < 3 * KINDS; i++) {
        const uint8_t kind = with_port[i / 3], width = widths[i % 3];

        expect_denied(device, list, 0, kind, width, 0x3000, 0x3000);
        expect_denied(device, list, 1, kind, width, 0, 0);
        expect_denied(device, list, 15, kind, width, 0x377, 0x377);
        expect_denied(device, list, 16, kind, width, 0x380, 0x380);
        for (port = 0x378; port <= 0x37F; port++) {
            if (port + width > 0x380) {
                expect_denied(device, list, 17, kind, width, (uint16_t)port, 0x380);
            } else {
                list_begin(list);
                add_kind(list, kind, width, (uint16_t)port);
                list_data(list, NULL, 12);
                expect_runs(device, list);
            }
        }
    }
    list_free(list);
    CloseHandle(device);
}

/*
 * The byte behind the last port denies, as the processor's own map does; it is not port 0, which is
 * granted here.
 */
void test_last_port(void)
{
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t i, port;

    wanted_grant(0, 7);
    wanted_reload();
    for (i = 0; i < 3 * KINDS; i++) {
        for (port = 0xFFFA; port <= 0xFFFF; port++) {
            const uint8_t kind = with_port[i / 3], width = widths[i % 3];

            if (port + width > 0x10000) {
                expect_denied(device, list, i % 5, kind, width, (uint16_t)port, 0x10000);
            } else {
                list_begin(list);
                add_kind(list, kind, width, (uint16_t)port);
                list_data(list, NULL, 12);
                expect_runs(device, list);
            }
        }
    }
    list_free(list);
    CloseHandle(device);
}

/* Wherever the one denied operation stands: nothing of the list runs. */
void test_denied_whole(void)
{
    static const uint32_t lengths[] = {1, 2, 15, 16, 17, 32, 33, 100, 1000, 4096};
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t i, j, at;

    for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (j = 0; j < 5; j++) {
            list_begin(list);
            while (list_header(list)->operations < lengths[i]) {
                list_write(list, 1, 0x1234, list_header(list)->operations + 1);
            }
            at = j == 0 ? lengths[i] - 1 : random_number(lengths[i]);
            list_operation(list, at)->port = 0x2345;
            expect_refused(device, list, UP_IO_DENIED, at, 0x2345);
        }
    }
    EXPECT(!ports_are_fake || port_read(device, 1, 0x1234) == 0);
    list_free(list);
    CloseHandle(device);
}

/* INFO counts lists, not operations, and has the last port; the log has one entry. */
void test_denied_counts(void)
{
    HANDLE device;
    struct list *list = list_new();
    struct up_info info;
    uint32_t i;

    driver_down();
    driver_up();
    device = device_open();
    EXPECT_EQ(device_info().transfers_denied, 0);
    EXPECT_EQ(device_info().port_denied, 0);
    for (i = 0; i < 20; i++) {
        list_begin(list);
        list_read(list, 1, 0x1000);
        list_read(list, 1, (uint16_t)(0x3000 + i));
        list_read(list, 1, 0x4000);
        EXPECT_LIST(device, list, UP_IO_DENIED, 1, 0x3000 + i, 0);
        info = device_info();
        EXPECT_EQ(info.transfers_denied, i + 1);
        EXPECT_EQ(info.port_denied, 0x3000 + i);
    }
    list_begin(list);
    list_read(list, 2, 0xFFFF);
    EXPECT_LIST(device, list, UP_IO_DENIED, 0, 0x10000, 0);
    EXPECT_EQ(device_info().port_denied, 0x10000);
    EXPECT(!ports_are_fake || log_entries((uint32_t)UP_MSG_LIST_DENIED) == 1);
    list_free(list);
    CloseHandle(device);
}

/* ---- what makes no sense --------------------------------------------------------------------- */

static void expect_error(HANDLE device, struct list *list, DWORD error)
{
    EXPECT_EQ(list_run(device, list), error);
}

/* For a header that lies: a list of one delay of nothing, and so many bytes of data. */
static struct up_io_header *one_delay(struct list *list, uint32_t bytes)
{
    list_begin(list);
    list_delay(list, 0);
    list_data(list, NULL, bytes);
    return list_header(list);
}

/* Numbers whose products and sums are right only modulo 2^32. */
static void headers_that_wrap(HANDLE device, struct list *list)
{
    one_delay(list, 0)->operations = 0x10000001;
    expect_error(device, list, ERROR_INVALID_USER_BUFFER);
    one_delay(list, 0)->operations = 2;
    list_header(list)->data_bytes = 0xFFFFFFF0;
    expect_error(device, list, ERROR_INVALID_USER_BUFFER);
    one_delay(list, 0)->operations = 0;
    list_header(list)->data_bytes = 16;
    expect_error(device, list, ERROR_INVALID_USER_BUFFER);
    one_delay(list, 16)->operations = 0x10000002;
    list_header(list)->data_bytes = 0;
    expect_error(device, list, ERROR_INVALID_USER_BUFFER);
    one_delay(list, 0)->operations = 4097;
    list_header(list)->data_bytes = 16u - 4097u * 16u;
    expect_error(device, list, ERROR_INVALID_USER_BUFFER);
    one_delay(list, 0)->operations = 0xFFFFFFFF;
    list_header(list)->data_bytes = 32;
    expect_error(device, list, ERROR_INVALID_USER_BUFFER);
}

void test_headers(void)
{
    static const uint32_t versions[] = {0, 2, 0x100, 0x10001, 0x80000001, 0xFFFFFFFF};
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t i;

    for (i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        one_delay(list, 0)->abi_version = versions[i];
        list_header(list)->moved = i % 2; /* another version is not looked at */
        expect_error(device, list, ERROR_REVISION_MISMATCH);
    }
    for (i = 0; i < 32; i++) {
        one_delay(list, 0)->moved = 1u << i;
        expect_error(device, list, ERROR_INVALID_PARAMETER);
    }
    for (i = 0; i <= 20; i++) {
        one_delay(list, 20)->data_bytes = i;
        expect_error(device, list, i == 20 ? 0 : ERROR_INVALID_USER_BUFFER);
        one_delay(list, 0)->operations = i;
        expect_error(device, list, i == 1 ? 0 : ERROR_INVALID_USER_BUFFER);
    }
    one_delay(list, 20)->data_bytes = 21;
    expect_error(device, list, ERROR_INVALID_USER_BUFFER);
    headers_that_wrap(device, list);
    list_free(list);
    CloseHandle(device);
}

/* Each kind and each width that there is a byte for. */
void test_bad_operations(void)
{
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t kind, width, i;

    for (kind = 0; kind < 256; kind++) {
        for (width = 0; width < 256; width += width < 9 || (kind < 8 && ports_are_fake) ? 1 : 61) {
            const bool good = kind == UP_IO_DELAY || (kind >= UP_IO_READ && kind <= UP_IO_WAIT &&
                                                      (width == 1 || width == 2 || width == 4));

            list_begin(list);
            for (i = 0; i < kind % 3; i++) {
                list_read(list, 1, 0x1000);
            }
            list_add(list, (uint8_t)kind, (uint8_t)width, 0x1000, 0, 1, 0);
            if (kind == UP_IO_WAIT) {
                list_operation(list, i)->mask = 0;
            }
            list_data(list, NULL, 4);
            if (good) {
                expect_runs(device, list);
            } else {
                EXPECT_LIST(device, list, UP_IO_BAD, i, 0, 0);
            }
        }
    }
    /* the first thing that is wrong is the one that is said */
    list_begin(list);
    list_read(list, 1, 0x1000);
    list_read(list, 3, 0x3000);
    list_read(list, 1, 0x3000);
    expect_refused(device, list, UP_IO_BAD, 1, 0);
    list_operation(list, 0)->port = 0x3001;
    expect_refused(device, list, UP_IO_DENIED, 0, 0x3001);
    list_free(list);
    CloseHandle(device);
}

/*
 * Is a block of count elements at offset in so many bytes of data? In 64 bits, where nothing
 * overflows.
 */
static bool lies_in(uint64_t offset, uint64_t count, uint64_t width, uint64_t data_bytes)
{
    return count != 0 && offset + count * width <= data_bytes;
}

static void try_block(HANDLE device, struct list *list, uint32_t data_bytes, uint32_t offset,
                      uint32_t count, uint8_t kind, uint8_t width)
{
    list_begin(list);
    list_write(list, 1, 0x1000, 1);
    list_add(list, kind, width, 0x1100, offset, count, 0xFFFFFFFF);
    list_data(list, NULL, data_bytes);
    if (lies_in(offset, count, width, data_bytes)) {
        expect_runs(device, list);
    } else {
        expect_refused(device, list, UP_IO_BAD, 1, 0);
    }
}

void test_bad_blocks(void)
{
    static const uint32_t numbers[] = {0,          1,          2,          4,          15,
                                       16,         17,         0x3FFFFFFF, 0x40000000, 0x40000001,
                                       0x40000004, 0x7FFFFFFF, 0x80000000, 0x80000008, 0xFFFFFFF0,
                                       0xFFFFFFFC, 0xFFFFFFFF};
    static const uint32_t sizes[] = {0, 1, 16};
    const unsigned count = sizeof numbers / sizeof numbers[0];
    HANDLE device = device_open();
    struct list *list = list_new();
    unsigned i, j, k;

    for (i = 0; i < count; i++) {
        for (j = 0; j < count; j++) {
            for (k = 0; k < 3 * sizeof sizes / sizeof sizes[0]; k++) {
                try_block(device, list, sizes[k / 3], numbers[i], numbers[j],
                          (i + j) % 2 ? UP_IO_READ_BLOCK : UP_IO_WRITE_BLOCK, widths[k % 3]);
            }
        }
    }
    for (k = 0; k < 6; k++) { /* the whole of the data, from each offset, exact and one more */
        const uint8_t kind = k < 3 ? UP_IO_READ_BLOCK : UP_IO_WRITE_BLOCK, width = widths[k % 3];

        for (i = 0; i <= 33; i++) {
            try_block(device, list, 32, i, (32 - (i < 32 ? i : 32)) / width, kind, width);
            try_block(device, list, 32, i, (32 - (i < 32 ? i : 32)) / width + 1, kind, width);
        }
    }
    list_free(list);
    CloseHandle(device);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/*
 * Reads of the counter into the data at an offset: each element is the next number, and all around
 * is as it was.
 */
static void read_block(HANDLE device, struct list *list, uint8_t width, uint32_t offset,
                       uint32_t count)
{
    const uint32_t end = offset + count * width;
    uint32_t i, j, value;

    port_write(device, 4, FAKE_COUNTER, 0);
    list_begin(list);
    list_add(list, UP_IO_READ_BLOCK, width, FAKE_COUNTER, offset, count, 0);
    list_data(list, NULL, end + 5);
    EXPECT_DONE(device, list);
    for (i = 0; i < count; i++) {
        for (value = 0, j = 0; j < width; j++) {
            value |= (uint32_t)answer_data(list)[offset + i * width + j] << 8 * j;
        }
        EXPECT_EQ(value, (i + 1) & mask_of(width));
    }
    EXPECT_EQ(port_read(device, 4, FAKE_COUNTER), count + 1);
}

/* Through the queue and back, to another place. */
static void write_block(HANDLE device, struct list *list, uint8_t width, uint32_t offset,
                        uint32_t count)
{
    const uint32_t bytes = count * width, back = offset + bytes + 3;

    list_begin(list);
    list_add(list, UP_IO_WRITE_BLOCK, width, FAKE_FIFO, offset, count, 0);
    list_add(list, UP_IO_READ_BLOCK, 1, FAKE_FIFO, back, bytes, 0);
    list_read(list, 1, FAKE_FIFO);
    list_data(list, NULL, back + bytes + 2);
    EXPECT_DONE(device, list);
    EXPECT(memcmp(answer_data(list) + back, answer_data(list) + offset, bytes) == 0);
    EXPECT_EQ(answer_to(list, 2)->value, 0xFF); /* no more than that */
}

void test_blocks(void)
{
    static const uint32_t counts[] = {1, 2, 15, 16, 17, 31, 32, 33, 100, 1000, 4000};
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t i, j;

    for (i = 0; i < 3; i++) {
        for (j = 0; j < sizeof counts / sizeof counts[0]; j++) {
            read_block(device, list, widths[i], j % 7, counts[j]);
            write_block(device, list, widths[i], j % 7, counts[j]);
        }
    }
    /* overlapping: later operations see what earlier ones have read */
    list_begin(list);
    list_add(list, UP_IO_READ_BLOCK, 1, FAKE_COUNTER, 0, 8, 0);
    list_add(list, UP_IO_WRITE_BLOCK, 1, FAKE_FIFO, 4, 8, 0);
    list_add(list, UP_IO_READ_BLOCK, 2, FAKE_FIFO, 1, 4, 0);
    list_data(list, "abcdefghijkl", 12);
    port_write(device, 4, FAKE_COUNTER, 0);
    EXPECT_DONE(device, list);
    EXPECT(memcmp(answer_data(list), "\1\5\6\7\10ijkljkl", 12) == 0);
    list_free(list);
    CloseHandle(device);
}

/* 4,096 operations, and 65,520 bytes of data; one more of each is refused by its length. */
void test_longest_lists(void)
{
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t i;

    for (i = 0; i < UP_IO_OPERATIONS_MAX; i++) {
        list_write(list, 1, (uint16_t)(0x1000 + i % 0x1000), i * 3 + 1);
    }
    EXPECT_EQ(list->length, LIST_BYTES_MAX);
    EXPECT_DONE(device, list);
    list_begin(list);
    for (i = 0; i < UP_IO_OPERATIONS_MAX; i++) {
        list_read(list, 1, (uint16_t)(0x1000 + i % 0x1000));
    }
    EXPECT_DONE(device, list);
    for (i = 0; i < UP_IO_OPERATIONS_MAX; i++) {
        EXPECT_EQ(answer_to(list, i)->value, (i * 3 + 1) & 0xFF);
    }
    list_read(list, 1, 0x1000);
    expect_error(device, list, ERROR_INVALID_USER_BUFFER);

    for (i = 0; i < 3; i++) {
        list_begin(list);
        list_add(list, UP_IO_WRITE_BLOCK, widths[i], 0x1000, 0, 65520u / widths[i], 0);
        list_data(list, NULL, 65520);
        EXPECT_DONE(device, list);
        list_operation(list, 0)->kind = UP_IO_READ_BLOCK;
        EXPECT_DONE(device, list);
    }
    list_data(list, NULL, 1);
    expect_error(device, list, ERROR_INVALID_USER_BUFFER);
    list_free(list);
    CloseHandle(device);
}
