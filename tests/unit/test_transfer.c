/* SPDX-License-Identifier: MIT
 *
 * Tests of driver/transfer.c as it is, on this host with host/ around it: what a list may be, what
 * of it runs, and in which batches. What happens to a list while it runs is in
 * test_transfer_changes.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/host/transfer.h"
#include "messages.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* 100-107 and 110 are granted, 108-10F are not; and both ends. */
static const struct up_port_range ranges[] = {
    {0x0000, 0x0000}, {0x0100, 0x0107}, {0x0110, 0x0110}, {0xFFFC, 0xFFFF}};

static const uint8_t accesses[] = {UP_IO_READ, UP_IO_WRITE, UP_IO_READ_BLOCK, UP_IO_WRITE_BLOCK,
                                   UP_IO_WAIT};
static const uint8_t widths[] = {1, 2, 4};

static int reset(void **state)
{
    (void)state;
    list_reset(ranges, COUNT(ranges));
    return 0;
}

static int end(void **state)
{
    (void)state;
    list_free();
    return 0;
}

/* What such an operation needs to make sense: a block of one element, a wait that ends at once. */
static struct up_io_operation operation(uint8_t kind, uint8_t width, uint16_t port)
{
    struct up_io_operation made = {.kind = kind, .width = width, .port = port};

    if (kind == UP_IO_READ_BLOCK || kind == UP_IO_WRITE_BLOCK) {
        made.count = 1;
    }
    return made;
}

static void expect(uint32_t result, uint32_t index, uint32_t port, uint32_t done)
{
    assert_int_equal(list.header->result, result);
    assert_int_equal(list.header->index, index);
    assert_int_equal(list.header->port, port);
    assert_int_equal(list.header->done, done);
}

/* A good write, then this operation, then another: the second is at fault, and nothing runs. */
static void send_refused(struct up_io_operation refused, uint32_t data_bytes, uint32_t result,
                         uint32_t port)
{
    list_new(3, data_bytes);
    list.operations[0] = list.operations[2] = operation(UP_IO_WRITE, 1, 0x100);
    list.operations[1] = refused;
    assert_int_equal(list_send(), STATUS_SUCCESS);
    expect(result, 1, port, 0);
    assert_int_equal(list_recorded, 0);
    assert_int_equal(host.holds, 0);
    assert_memory_equal(&list.operations[1], &refused, sizeof refused);
}

static void send_good(struct up_io_operation good, uint32_t data_bytes)
{
    list_new(1, data_bytes);
    list.operations[0] = good;
    assert_int_equal(list_send(), STATUS_SUCCESS);
    expect(UP_IO_DONE, 1, 0, 1);
}

/* ---- the check ------------------------------------------------------------------------------- */

static void every_access_at_every_place(void **state)
{
    static const struct {
        uint32_t port, width, denied; /* denied: FFFFFFFF for none */
    } cases[] = {
        {0x100, 1, ~0u},      {0x107, 1, ~0u},     {0x110, 1, ~0u},      {0x000, 1, ~0u},
        {0xFFFF, 1, ~0u},     {0x0FF, 1, 0x0FF},   {0x108, 1, 0x108},    {0x10F, 1, 0x10F},
        {0x001, 1, 0x001},    {0xFFFB, 1, 0xFFFB}, {0x100, 2, ~0u},      {0x106, 2, ~0u},
        {0xFFFE, 2, ~0u},     {0x101, 2, ~0u},     {0x107, 2, 0x108},    {0x0FF, 2, 0x0FF},
        {0x10F, 2, 0x10F},    {0x110, 2, 0x111},   {0x000, 2, 0x001},    {0xFFFF, 2, 0x10000},
        {0x100, 4, ~0u},      {0x104, 4, ~0u},     {0x103, 4, ~0u},      {0xFFFC, 4, ~0u},
        {0x105, 4, 0x108},    {0x106, 4, 0x108},   {0x107, 4, 0x108},    {0x0FD, 4, 0x0FD},
        {0x0FF, 4, 0x0FF},    {0x10D, 4, 0x10D},   {0xFFFD, 4, 0x10000}, {0xFFFE, 4, 0x10000},
        {0xFFFF, 4, 0x10000}, {0xFFFB, 4, 0xFFFB}, {0x200, 4, 0x200},
    };
    uint32_t denied = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t kind = 0; kind < COUNT(accesses); kind++) {
            const struct up_io_operation made =
                operation(accesses[kind], (uint8_t)cases[i].width, (uint16_t)cases[i].port);

            if (cases[i].denied == ~0u) {
                send_good(made, 4);
                assert_int_equal(list_recorded, 1);
                assert_int_equal(list_record[0].port, cases[i].port);
                assert_int_equal(list_record[0].width, cases[i].width);
                assert_int_equal(list_record[0].is_write,
                                 made.kind == UP_IO_WRITE || made.kind == UP_IO_WRITE_BLOCK);
            } else {
                send_refused(made, 4, UP_IO_DENIED, cases[i].denied);
                denied++;
                assert_int_equal(up_state.transfers_denied, denied);
                assert_int_equal(up_state.port_denied, cases[i].denied);
                assert_int_equal(host.logged, denied);
                assert_int_equal(host.last_logged, UP_MSG_LIST_DENIED);
                assert_int_equal(host.last_number, cases[i].denied);
            }
        }
    }
}

static void a_hole_in_the_middle_of_a_width_denies(void **state)
{
    static const struct up_port_range around[] = {
        {0x100, 0x100}, {0x200, 0x200}, {0x202, 0x205}, {0x207, 0x207}};

    (void)state;
    list_reset(around, COUNT(around));
    for (size_t kind = 0; kind < COUNT(accesses); kind++) {
        send_refused(operation(accesses[kind], 4, 0x200), 4, UP_IO_DENIED, 0x201);
        send_refused(operation(accesses[kind], 4, 0x204), 4, UP_IO_DENIED, 0x206);
    }
    send_good(operation(UP_IO_READ, 4, 0x202), 0);
}

static void every_kind_and_width_that_is_none(void **state)
{
    (void)state;
    for (uint32_t kind = 0; kind < 256; kind++) {
        if (kind < UP_IO_READ || kind > UP_IO_WAIT) {
            send_refused(operation((uint8_t)kind, 1, 0x100), 4, UP_IO_BAD, 0);
        }
    }
    for (uint32_t width = 0; width < 256; width++) {
        for (size_t kind = 0; kind < COUNT(accesses) && width != 1 && width != 2 && width != 4;
             kind++) {
            send_refused(operation(accesses[kind], (uint8_t)width, 0x100), 255, UP_IO_BAD, 0);
        }
        /* needs neither */
        send_good(operation(UP_IO_DELAY, (uint8_t)width, (uint16_t)(width * 0x101u)), 0);
    }
}

static void blocks_lie_in_the_data(void **state)
{
    static const struct {
        uint32_t offset, count, width, data;
        bool is_good;
    } cases[] = {
        {0, 1, 1, 1, true},           {0, 2, 1, 1, false},          {1, 1, 1, 1, false},
        {0, 0, 1, 1, false},          {1, 0, 1, 1, false},          {0, 1, 1, 0, false},
        {7, 1, 1, 8, true},           {8, 1, 1, 8, false},          {9, 1, 1, 8, false},
        {0, 4, 2, 8, true},           {0, 5, 2, 8, false},          {1, 4, 2, 8, false},
        {1, 3, 2, 8, true},           {7, 1, 2, 8, false},          {6, 1, 2, 8, true},
        {0, 2, 4, 8, true},           {0, 3, 4, 8, false},          {5, 1, 4, 8, false},
        {4, 1, 4, 8, true},           {0xFFFFFFFF, 1, 1, 8, false}, {0xFFFFFFFF, 2, 1, 8, false},
        {0xFFFFFFFE, 1, 2, 8, false}, {0xFFFFFFFC, 2, 4, 8, false}, {0, 0xFFFFFFFF, 1, 8, false},
        {0, 0x80000001, 2, 8, false}, {0, 0x40000001, 4, 8, false}, {4, 0x3FFFFFFF, 4, 8, false},
        {4, 0xFFFFFFFF, 4, 8, false}, {0, 0x80000000, 2, 8, false}, {0, 0x40000000, 4, 8, false},
    };

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(cases); i++) {
        struct up_io_operation block = operation(i % 2 ? UP_IO_READ_BLOCK : UP_IO_WRITE_BLOCK,
                                                 (uint8_t)cases[i / 2].width, 0x100);

        block.offset = cases[i / 2].offset;
        block.count = cases[i / 2].count;
        if (cases[i / 2].is_good) {
            send_good(block, cases[i / 2].data);
            assert_int_equal(list_recorded, block.count);
        } else {
            send_refused(block, cases[i / 2].data, UP_IO_BAD, 0);
        }
    }
}

static void times_add_up_to_100_ms(void **state)
{
    static const struct {
        uint8_t kinds[3];
        uint32_t times[3];
        uint32_t too_long_at; /* 3: it is not */
    } cases[] = {
        {{UP_IO_DELAY, UP_IO_DELAY, UP_IO_DELAY}, {100000, 0, 0}, 3},
        {{UP_IO_DELAY, UP_IO_DELAY, UP_IO_DELAY}, {100001, 0, 0}, 0},
        {{UP_IO_DELAY, UP_IO_DELAY, UP_IO_DELAY}, {100000, 0, 1}, 2},
        {{UP_IO_DELAY, UP_IO_WAIT, UP_IO_DELAY}, {50000, 49999, 1}, 3},
        {{UP_IO_DELAY, UP_IO_WAIT, UP_IO_DELAY}, {50000, 50000, 1}, 2},
        {{UP_IO_WAIT, UP_IO_WAIT, UP_IO_WAIT}, {50000, 50001, 0}, 1},
        {{UP_IO_WAIT, UP_IO_DELAY, UP_IO_WAIT}, {1, 0xFFFFFFFF, 0}, 1},
        {{UP_IO_WAIT, UP_IO_WAIT, UP_IO_WAIT}, {0x80000000, 0x80000000, 0}, 0},
        {{UP_IO_DELAY, UP_IO_DELAY, UP_IO_DELAY}, {1, 99999, 0xFFFFFFFF}, 2},
        /* theirs is no time */
        {{UP_IO_READ, UP_IO_WRITE, UP_IO_READ}, {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, 3},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        list_new(3, 0);
        for (size_t j = 0; j < 3; j++) {
            list.operations[j] = operation(cases[i].kinds[j], 1, 0x100);
            list.operations[j].microseconds = cases[i].times[j];
        }
        host.step = 100;
        assert_int_equal(list_send(), STATUS_SUCCESS);
        if (cases[i].too_long_at == 3) {
            expect(UP_IO_DONE, 3, 0, 3);
        } else {
            expect(UP_IO_TOO_LONG, cases[i].too_long_at, 0, 0);
            assert_int_equal(host.looks, 0);
            assert_int_equal(list_recorded, 0);
        }
    }
}

static void the_first_fault_is_reported(void **state)
{
    (void)state;
    list_new(4, 0);
    list.operations[0] = operation(UP_IO_READ, 1, 0x100);
    list.operations[1] = operation(UP_IO_READ, 1, 0x108);
    list.operations[2] = operation(0, 0, 0);
    list.operations[3] = operation(UP_IO_DELAY, 0, 0);
    list.operations[3].microseconds = 100001;
    assert_int_equal(list_send(), STATUS_SUCCESS);
    expect(UP_IO_DENIED, 1, 0x108, 0);
    list.operations[1].port = 0x107;
    assert_int_equal(list_send(), STATUS_SUCCESS);
    expect(UP_IO_BAD, 2, 0, 0);
    list.operations[2] = operation(UP_IO_WRITE, 1, 0x100);
    assert_int_equal(list_send(), STATUS_SUCCESS);
    expect(UP_IO_TOO_LONG, 3, 0, 0);
    list.operations[3].microseconds = 100000;
    host.step = 1000;
    assert_int_equal(list_send(), STATUS_SUCCESS);
    expect(UP_IO_DONE, 4, 0, 4);
}

/* ---- the header and the lengths -------------------------------------------------------------- */

/* Sends what is there, which is refused, and left alone. */
static void send_left_alone(uint32_t in, uint32_t out, NTSTATUS status)
{
    static uint8_t before[66000];

    memcpy(before, list.header, list.length);
    assert_int_equal(list_send_lengths(UP_IOCTL_IO, in, out), status);
    assert_memory_equal(list.header, before, list.length);
    assert_int_equal(list_recorded, 0);
}

static void headers_that_make_no_sense(void **state)
{
    static const struct {
        uint32_t version, operations, data_bytes, reserved;
        NTSTATUS status;
    } cases[] = {
        {0, 2, 16, 0, STATUS_REVISION_MISMATCH},
        {2, 2, 16, 0, STATUS_REVISION_MISMATCH},
        {0x01000000, 2, 16, 0, STATUS_REVISION_MISMATCH},
        {2, 0, 0, 1, STATUS_REVISION_MISMATCH},
        {1, 0, 48, 0, STATUS_INVALID_BUFFER_SIZE},
        {1, 1, 16, 0, STATUS_INVALID_BUFFER_SIZE},
        {1, 3, 16, 0, STATUS_INVALID_BUFFER_SIZE},
        {1, 2, 15, 0, STATUS_INVALID_BUFFER_SIZE},
        {1, 2, 17, 0, STATUS_INVALID_BUFFER_SIZE},
        {1, 4, 0xFFFFFFF0, 0, STATUS_INVALID_BUFFER_SIZE},
        {1, 0x10000001, 32, 0, STATUS_INVALID_BUFFER_SIZE},
        {1, 0xFFFFFFFF, 64, 0, STATUS_INVALID_BUFFER_SIZE},
        {1, 4097, 0xFFFF0020, 0, STATUS_INVALID_BUFFER_SIZE},
        {1, 2, 16, 1, STATUS_INVALID_PARAMETER},
        {1, 2, 16, 0x80000000, STATUS_INVALID_PARAMETER},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        list_new(2, 16);
        list.operations[0] = list.operations[1] = operation(UP_IO_READ, 1, 0x100);
        list.header->abi_version = cases[i].version;
        list.header->operations = cases[i].operations;
        list.header->data_bytes = cases[i].data_bytes;
        list.header->moved = cases[i].reserved;
        send_left_alone(list.length, list.length, cases[i].status);
    }
    list_new(4096, 1); /* the most of both is too much together */
    send_left_alone(list.length, list.length, STATUS_INVALID_BUFFER_SIZE);
}

static void lengths_that_make_no_sense(void **state)
{
    (void)state;
    list_new(2, 16);
    list.operations[0] = list.operations[1] = operation(UP_IO_READ, 1, 0x100);
    send_left_alone(list.length, list.length - 1, STATUS_BUFFER_TOO_SMALL);
    send_left_alone(list.length, 0, STATUS_BUFFER_TOO_SMALL);
    send_left_alone(list.length - 1, list.length, STATUS_INVALID_BUFFER_SIZE);
    send_left_alone(list.length - 1, list.length - 1, STATUS_INVALID_BUFFER_SIZE);
    send_left_alone(47, 47, STATUS_INVALID_BUFFER_SIZE);
    send_left_alone(32, 32, STATUS_INVALID_BUFFER_SIZE);
    send_left_alone(0, 0, STATUS_INVALID_BUFFER_SIZE);
    send_left_alone(0, 48, STATUS_INVALID_BUFFER_SIZE);
    list_new(3, 0);
    list.operations[0] = list.operations[1] = operation(UP_IO_READ, 1, 0x100);
    list.header->operations = 2; /* good as input, with room for more behind */
    send_left_alone(list.length - 16, list.length, STATUS_INVALID_BUFFER_SIZE);
    list_new(4096, 1);
    send_left_alone(65569, 65569, STATUS_INVALID_BUFFER_SIZE);
}

/* ---- running --------------------------------------------------------------------------------- */

static void values_come_and_go(void **state)
{
    (void)state;
    list_new(7, 0);
    for (uint32_t i = 0; i < 6; i++) {
        list.operations[i] = operation(i < 3 ? UP_IO_READ : UP_IO_WRITE, widths[i % 3], 0x102);
        list.operations[i].value = 0x87654321;
        list.operations[i].mask = 0x11111111;
        list.operations[i].microseconds = 0x22222222;
    }
    list.operations[6] = operation(UP_IO_DELAY, 7, 8);
    list.operations[6].value = 9;
    assert_int_equal(list_send(), STATUS_SUCCESS);
    expect(UP_IO_DONE, 7, 0, 7);
    assert_int_equal(list.operations[0].value, 0x00000001);
    assert_int_equal(list.operations[1].value, 0x00000202);
    assert_int_equal(list.operations[2].value, 0x03030303);
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_equal(list_record[i].width, widths[i % 3]);
        assert_int_equal(list_record[i].is_write, i >= 3);
        assert_true(i < 3 || (list.operations[i].value == 0x87654321 &&
                              (uint8_t)list_record[i].value == 0x21));
        assert_int_equal(list.operations[i].mask, 0x11111111);
        assert_int_equal(list.operations[i].microseconds, 0x22222222);
    }
    assert_int_equal(list.operations[6].value, 9);
}

static void blocks_move_their_bytes_and_no_other(void **state)
{
    (void)state;
    for (uint32_t width = 1; width <= 4; width *= 2) {
        list_reset(ranges, COUNT(ranges));
        list_new(2, 301 * width + 7);
        list.operations[0] = operation(UP_IO_READ_BLOCK, (uint8_t)width, 0x104);
        list.operations[1] = operation(UP_IO_WRITE_BLOCK, (uint8_t)width, 0x100);
        list.operations[0].offset = list.operations[1].offset = 3;
        list.operations[0].count = list.operations[1].count = 300;
        assert_int_equal(list_send(), STATUS_SUCCESS);
        expect(UP_IO_DONE, 2, 0, 2);
        assert_int_equal(list_recorded, 600);
        for (uint32_t i = 0; i < 301 * width + 7; i++) {
            const bool is_inside = i >= 3 && i < 3 + 300 * width;

            assert_int_equal(list.data[i], is_inside ? (uint8_t)((i - 3) / width + 1) : 0xA5);
        }
        for (uint32_t i = 0; i < 600; i++) {
            assert_int_equal(list_record[i].is_write, i >= 300);
            assert_int_equal(list_record[i].port, i < 300 ? 0x104 : 0x100);
            assert_int_equal((uint8_t)list_record[i].value, (uint8_t)(i % 300 + 1));
        }
    }
}

/* ---- batches --------------------------------------------------------------------------------- */

static void the_most_operations_run_in_batches_of_64_bytes(void **state)
{
    (void)state;
    for (uint32_t width = 1; width <= 4; width *= 2) {
        list_new(4096, 0);
        for (uint32_t i = 0; i < 4096; i++) {
            list.operations[i] = operation(i % 3 ? UP_IO_READ : UP_IO_WRITE, (uint8_t)width, 0x104);
        }
        assert_int_equal(list_send(), STATUS_SUCCESS);
        expect(UP_IO_DONE, 4096, 0, 4096);
        assert_int_equal(list_recorded, 4096);
        assert_int_equal(host.most_in_one_hold, 64);
        assert_int_equal(host.holds, 4096 * width / 64);
    }
}

static void a_wide_access_may_end_a_batch_3_bytes_late(void **state)
{
    (void)state;
    list_new(70, 0);
    for (uint32_t i = 0; i < 70; i++) {
        list.operations[i] = operation(UP_IO_READ, i < 63 ? 1 : 4, 0x104);
    }
    assert_int_equal(list_send(), STATUS_SUCCESS);
    expect(UP_IO_DONE, 70, 0, 70);
    assert_int_equal(host.most_in_one_hold, 67);
    assert_int_equal(host.holds, 2);
    assert_int_equal(list_record[63].hold, 0);
    assert_int_equal(list_record[64].hold, 1);
}

static void the_longest_block_runs_in_batches_of_64_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * COUNT(widths); i++) {
        const uint32_t width = widths[i / 2];

        list_new(1, 65520);
        list.operations[0] =
            operation(i % 2 ? UP_IO_READ_BLOCK : UP_IO_WRITE_BLOCK, (uint8_t)width, 0x104);
        list.operations[0].count = 65520 / width;
        assert_int_equal(list_send(), STATUS_SUCCESS);
        expect(UP_IO_DONE, 1, 0, 1);
        assert_int_equal(list_recorded, 65520 / width);
        assert_int_equal(host.most_in_one_hold, 64);
        assert_int_equal(host.holds, 1024);
    }
}

static void what_is_no_access_ends_a_batch(void **state)
{
    static const uint8_t kinds[] = {UP_IO_READ, UP_IO_WRITE, UP_IO_DELAY,      UP_IO_READ,
                                    UP_IO_WAIT, UP_IO_READ,  UP_IO_READ_BLOCK, UP_IO_WRITE};
    static const uint32_t holds[] = {0, 0, 1, 2, 3, 4, 5}; /* before each access */

    (void)state;
    list_new(COUNT(kinds), 1);
    for (uint32_t i = 0; i < COUNT(kinds); i++) {
        list.operations[i] = operation(kinds[i], 1, 0x104);
    }
    assert_int_equal(list_send(), STATUS_SUCCESS);
    expect(UP_IO_DONE, COUNT(kinds), 0, COUNT(kinds));
    assert_int_equal(list_recorded, COUNT(holds));
    for (uint32_t i = 0; i < COUNT(holds); i++) {
        assert_int_equal(list_record[i].hold, holds[i]);
    }
}

static void a_request_without_a_file(void **state)
{
    static const uint32_t codes[] = {UP_IOCTL_IO, UP_IOCTL_INFO, UP_IOCTL_MAP, UP_IOCTL_RELOAD, 0};

    (void)state;
    list_new_one(list_delay(1), 0, true);
    list.without_file = true;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        assert_int_equal(list_send_lengths(codes[i], list.length, list.length),
                         STATUS_INVALID_HANDLE);
    }
    assert_int_equal(list_recorded, 0);
    list.without_file = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_access_at_every_place, reset, end),
        cmocka_unit_test_setup_teardown(a_hole_in_the_middle_of_a_width_denies, reset, end),
        cmocka_unit_test_setup_teardown(every_kind_and_width_that_is_none, reset, end),
        cmocka_unit_test_setup_teardown(blocks_lie_in_the_data, reset, end),
        cmocka_unit_test_setup_teardown(times_add_up_to_100_ms, reset, end),
        cmocka_unit_test_setup_teardown(the_first_fault_is_reported, reset, end),
        cmocka_unit_test_setup_teardown(headers_that_make_no_sense, reset, end),
        cmocka_unit_test_setup_teardown(lengths_that_make_no_sense, reset, end),
        cmocka_unit_test_setup_teardown(values_come_and_go, reset, end),
        cmocka_unit_test_setup_teardown(blocks_move_their_bytes_and_no_other, reset, end),
        cmocka_unit_test_setup_teardown(the_most_operations_run_in_batches_of_64_bytes, reset, end),
        cmocka_unit_test_setup_teardown(a_wide_access_may_end_a_batch_3_bytes_late, reset, end),
        cmocka_unit_test_setup_teardown(the_longest_block_runs_in_batches_of_64_bytes, reset, end),
        cmocka_unit_test_setup_teardown(what_is_no_access_ends_a_batch, reset, end),
        cmocka_unit_test_setup_teardown(a_request_without_a_file, reset, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
