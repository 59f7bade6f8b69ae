/* SPDX-License-Identifier: MIT
 *
 * Lists: up_run over the fake, every bound of the check, and the wire form. Buffers and lists have
 * exactly their length, so that ASan sees a byte too far.
 */
#include "library.h"

static up_operation read_op(uint8_t width, uint16_t port)
{
    return (up_operation){.kind = UP_IO_READ, .width = width, .port = port};
}

static up_operation block_op(uint8_t kind, uint8_t width, uint16_t port, void *buffer,
                             uint32_t count)
{
    return (up_operation){
        .kind = kind, .width = width, .port = port, .buffer = buffer, .count = count};
}

static up_operation delay_op(uint32_t microseconds)
{
    return (up_operation){.kind = UP_IO_DELAY, .microseconds = microseconds};
}

static up_operation wait_op(uint8_t width, uint16_t port, uint32_t value, uint32_t mask,
                            uint32_t microseconds)
{
    return (up_operation){.kind = UP_IO_WAIT,
                          .width = width,
                          .port = port,
                          .value = value,
                          .mask = mask,
                          .microseconds = microseconds,
                          .last = 0x77777777};
}

/* ---- up_run over the fake -------------------------------------------------------------------- */

static void test_a_list_of_everything(void **state)
{
    static const uint32_t busy[] = {0x80, 0x80, 0x00};
    up_handle *handle = new_fake();
    uint16_t in[3] = {0}, out[2] = {0x1234, 0x5678};
    up_operation list[] = {
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x378, .value = 0xFFFFFF41, .last = 5},
        delay_op(10),
        wait_op(1, 0x379, 0xFFFFFF00, 0x80, 1000),
        block_op(UP_IO_WRITE_BLOCK, 2, 0x1F0, out, 2),
        block_op(UP_IO_READ_BLOCK, 2, 0x1F0, in, 3),
        read_op(1, 0x378),
        read_op(4, 0x378),
    };
    uint32_t done = 99;

    (void)state;
    for (unsigned round = 0; round < 2; round++) { /* the list can be run again as it is */
        assert_int_equal(up_fake_reset(handle), UP_OK);
        assert_int_equal(up_fake_feed(handle, 0x379, 1, busy, 3), UP_OK);
        assert_int_equal(up_run(handle, list, 7, &done), UP_OK);
        assert_int_equal(done, 7);
        assert_int_equal(list[5].value, 0x41);
        assert_int_equal(list[6].value, 0xFFFFFF41);
        assert_int_equal(list[2].last, 0);
        assert_int_equal(list[2].value, 0xFFFFFF00);
        assert_int_equal(list[0].value, 0xFFFFFF41);
        assert_true(in[0] == 0x5678 && in[1] == 0x5678 && in[2] == 0x5678);
        assert_int_equal(journal_length(handle), 1 + 1 + 3 + 2 + 3 + 2);
        assert_access(handle, 0, UP_IO_WRITE, 1, 0x378, 0x41);
        assert_access(handle, 1, UP_IO_DELAY, 0, 0, 10);
        assert_access(handle, 4, UP_IO_READ, 1, 0x379, 0);
        assert_access(handle, 6, UP_IO_WRITE, 2, 0x1F0, 0x5678);
    }
    assert_int_equal(up_run(handle, list, 7, NULL), UP_ERR_TIMED_OUT); /* nothing fed: all ones */
    assert_int_equal(up_run(handle, NULL, 0, &done), UP_OK);
    assert_int_equal(done, 0);
    up_close(handle);
}

static void test_nothing_runs_if_one_port_is_denied(void **state)
{
    up_handle *handle = new_fake();
    up_operation list[] = {read_op(1, 0x378), delay_op(1), wait_op(1, 0x379, 0, 0, 0),
                           read_op(4, 0x378)};
    uint32_t done = 99;

    (void)state;
    grant_only(handle, 0x378, 0x37A);
    assert_int_equal(up_run(handle, list, 4, &done), UP_ERR_DENIED);
    assert_int_equal(done, 0);
    assert_int_equal(list[0].value, 0);
    assert_int_equal(list[2].last, 0x77777777);
    assert_int_equal(journal_length(handle), 0);
    assert_failure(UP_ERR_DENIED, 0x37B, 3);
    assert_text("operations[3]: port 37B is not granted: nothing was executed. Add it to "
                "UserPort's grant list as an "
                "administrator.");
    assert_int_equal(up_run(handle, list, 3, &done), UP_OK);
    list[3] = read_op(2, 0xFFFF);
    grant_only(handle, 0, 0xFFFF);
    assert_int_equal(up_run(handle, list, 4, &done), UP_ERR_DENIED);
    assert_text("operations[3]: the access to port FFFF runs past FFFF, the last port: nothing was "
                "executed.");
    up_close(handle);
}

static void test_waits(void **state)
{
    static const uint32_t looks[] = {0x00, 0x40, 0x80};
    up_handle *handle = new_fake();
    up_operation list[3];
    uint32_t done;

    (void)state;
    up_fake_feed(handle, 0x379, 1, looks, 3);
    list[0] = read_op(1, 0x37A);
    list[1] = wait_op(1, 0x379, 0x80, 0xC0, 0); /* one look */
    list[2] = read_op(1, 0x37A);
    assert_int_equal(up_run(handle, list, 3, &done), UP_ERR_TIMED_OUT);
    assert_int_equal(done, 1);
    assert_int_equal(list[1].last, 0x00);
    assert_int_equal(list[2].value, 0); /* what follows did not run */
    assert_int_equal(journal_length(handle), 2);
    assert_failure(UP_ERR_TIMED_OUT, 0, 1);
    /* the second of them will do, in the bits of the mask */
    list[1] = wait_op(1, 0x379, 0x42, 0xC0, 5000);
    assert_int_equal(up_run(handle, list, 3, &done), UP_OK);
    assert_int_equal(list[1].last, 0x40);
    assert_int_equal(list[2].value, 0xFF);
    list[1] = wait_op(1, 0x379, 0xA5, 0x7F, 5000);
    assert_int_equal(up_run(handle, list, 3, &done), UP_ERR_TIMED_OUT);
    assert_int_equal(list[1].last, 0x80); /* what it is fed has ended */
    assert_text("operations[1]: port 379 did not give 25 under the mask 7F in 5000 microseconds, "
                "and 80 at last. What "
                "follows it was not executed.");
    up_close(handle);
}

/* ---- the check ------------------------------------------------------------------------------- */

static up_operation list_of[UP_IO_OPERATIONS_MAX + 1];
static uint8_t block_bytes[UP_IO_BYTES_MAX];

static void fill_with(uint32_t count, up_operation operation)
{
    for (uint32_t i = 0; i < count; i++) {
        list_of[i] = operation;
    }
}

static void assert_accepted(uint32_t count, uint32_t data_bytes)
{
    struct up_failure_detail detail = {0};
    uint32_t bytes = 1;

    assert_int_equal(up_list_check(list_of, count, &bytes, &detail), UP_OK);
    assert_int_equal(bytes, data_bytes);
}

static void assert_refused(uint32_t count, uint32_t index, const char *why)
{
    struct up_failure_detail detail = {0};
    uint32_t bytes;

    assert_int_equal(up_list_check(list_of, count, &bytes, &detail), UP_ERR_ARGUMENT);
    assert_int_equal(detail.index, index);
    assert_string_equal(detail.why, why);
}

static void test_number_of_operations(void **state)
{
    up_handle *handle = new_fake();
    uint32_t done;

    (void)state;
    fill_with(UP_IO_OPERATIONS_MAX + 1, read_op(1, 0x378));
    assert_accepted(4096, 0);
    assert_refused(4097, 4096, "a list has at most 4096 operations");
    assert_refused(~0u, 4096, "a list has at most 4096 operations");
    assert_int_equal(up_run(handle, list_of, 4096, &done), UP_OK);
    assert_int_equal(done, 4096);
    assert_int_equal(up_run(handle, list_of, 4097, &done), UP_ERR_ARGUMENT);
    assert_int_equal(done, 0);
    assert_text("operations[4096]: cannot read port 378: a list has at most 4096 operations.");
    up_close(handle);
}

static void test_each_kind_and_width(void **state)
{
    up_handle *handle = new_fake();
    up_operation operation;

    (void)state;
    for (unsigned kind = 0; kind <= 255; kind++) {
        for (unsigned width = 0; width <= 255; width++) {
            const bool good_kind = kind >= UP_IO_READ && kind <= UP_IO_WAIT;
            const bool good_width = kind == UP_IO_DELAY || width == 1 || width == 2 || width == 4;

            operation = block_op((uint8_t)kind, (uint8_t)width, 0, block_bytes, 3);
            fill_with(1, operation);
            if (good_kind && good_width) {
                assert_accepted(1, kind == UP_IO_READ_BLOCK || kind == UP_IO_WRITE_BLOCK ? 3 * width
                                                                                         : 0);
            } else {
                assert_refused(1, 0,
                               good_kind ? "the width is not 1, 2 or 4 bytes"
                                         : "there is no such kind of operation");
            }
        }
    }
    list_of[0] = read_op(1, 0x378);
    list_of[1] = (up_operation){.kind = 0};
    assert_int_equal(up_run(handle, list_of, 2, NULL), UP_ERR_ARGUMENT);
    assert_text("operations[1]: cannot run it: there is no such kind of operation.");
    up_close(handle);
}

static void test_block_bytes(void **state)
{
    const uint32_t most = UP_IO_BYTES_MAX - 16;
    const char *const too_much = "operations and blocks are more than 65536 bytes";

    (void)state;
    for (uint8_t width = 1; width <= 4; width = (uint8_t)(width * 2)) {
        for (uint8_t kind = UP_IO_READ_BLOCK; kind <= UP_IO_WRITE_BLOCK; kind++) {
            fill_with(2, block_op(kind, width, 0, block_bytes, most / width));
            assert_accepted(1, most);
            list_of[0].count++;
            assert_refused(1, 0, too_much);
            list_of[0].count = ~0u;
            assert_refused(1, 0, too_much);
            list_of[0].count = 0x80000000u / width + 1; /* times the width: a small number */
            assert_refused(1, 0, too_much);
            list_of[0].count = 0x100000000ull / width & 0xFFFFFFFFu;
            assert_refused(1, 0, width == 1 ? "the block has no elements" : too_much);
            list_of[0].count = 1;
            list_of[1].count = (most - 16u) / width - 1u;
            assert_accepted(2, most - 16);
            list_of[1].count++;
            assert_refused(2, 1, too_much);
        }
    }
    fill_with(4096, read_op(1, 0)); /* 4,096 operations fill it: no byte is left */
    list_of[4095] = block_op(UP_IO_READ_BLOCK, 1, 0, block_bytes, 1);
    assert_refused(4096, 4095, too_much);
    list_of[0] = block_op(UP_IO_READ_BLOCK, 1, 0, NULL, 1);
    assert_refused(1, 0, "the block has no buffer");
    list_of[0] = block_op(UP_IO_READ_BLOCK, 1, 0, block_bytes, 0);
    assert_refused(1, 0, "the block has no elements");
}

static void test_microseconds(void **state)
{
    const char *const too_long = "delays and time-outs are more than 100000 microseconds";

    (void)state;
    list_of[0] = delay_op(60000);
    list_of[1] = wait_op(1, 0, 0, 0, 40000);
    assert_accepted(2, 0);
    list_of[1].microseconds++;
    assert_refused(2, 1, too_long);
    list_of[0].microseconds = 0xFFFFFFFF;
    assert_refused(2, 0, too_long);
    list_of[0].microseconds = 1;
    list_of[1].microseconds = 0xFFFFFFFF; /* their sum is 0 */
    assert_refused(2, 1, too_long);
    list_of[0] = read_op(1, 0);
    list_of[0].microseconds = 0xFFFFFFFF; /* a read does not look at it */
    list_of[1] = delay_op(100000);
    assert_accepted(2, 0);
}

/* ---- the wire form --------------------------------------------------------------------------- */

/* A list of all kinds and its wire form, in memory of exactly its length. */
struct wire {
    up_operation list[6];
    uint8_t in[5];
    uint16_t out[2];
    uint32_t bytes;
    struct up_io_header *header;
    struct up_io_operation *operations;
    uint8_t *data;
};

#define DATA_BYTES 9u

static void make_wire(struct wire *wire)
{
    struct up_failure_detail detail = {0};
    uint32_t data_bytes;

    memset(wire, 0, sizeof *wire);
    wire->out[0] = 0x2211;
    wire->out[1] = 0x4433;
    wire->list[0] = read_op(4, 0xABC);
    wire->list[1] = (up_operation){.kind = UP_IO_WRITE,
                                   .width = 2,
                                   .port = 0x20,
                                   .value = 0xDEADBEEF,
                                   .mask = 9,
                                   .count = 9,
                                   .microseconds = 9};
    wire->list[2] = block_op(UP_IO_READ_BLOCK, 1, 0x378, wire->in, 5);
    wire->list[3] = block_op(UP_IO_WRITE_BLOCK, 2, 0x1F0, wire->out, 2);
    wire->list[4] = delay_op(77);
    wire->list[4].port = wire->list[4].width = 9;
    wire->list[5] = wait_op(1, 0x379, 0x180, 0xFF, 55);
    assert_int_equal(up_list_check(wire->list, 6, &data_bytes, &detail), UP_OK);
    assert_int_equal(data_bytes, DATA_BYTES);
    wire->bytes = up_list_bytes(6, data_bytes);
    assert_int_equal(wire->bytes, 32 + 6 * 16 + 9);
    wire->header = malloc(wire->bytes);
    memset(wire->header, 0x77, wire->bytes);
    wire->operations = (struct up_io_operation *)(wire->header + 1);
    wire->data = (uint8_t *)(wire->operations + 6);
    up_list_encode(wire->header, wire->list, 6, data_bytes);
}

static up_error decode(struct wire *wire, uint32_t result, uint32_t index, uint32_t done,
                       struct up_failure_detail *detail, uint32_t *ran)
{
    memset(detail, 0, sizeof *detail);
    *ran = 99;
    wire->header->result = result;
    wire->header->index = index;
    wire->header->done = done;
    return up_list_decode(wire->header, wire->bytes, wire->list, 6, DATA_BYTES, ran, detail);
}

static void test_encoding(void **state)
{
    static const uint32_t header[8] = {UP_ABI_VERSION, 6, DATA_BYTES, 0, 0, 0, 0, 0};
    static const uint8_t data[DATA_BYTES] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x11, 0x22, 0x33, 0x44};
    static const struct up_io_operation operations[6] = {
        {.kind = UP_IO_READ, .width = 4, .port = 0xABC},
        {.kind = UP_IO_WRITE, .width = 2, .port = 0x20, .value = 0xDEADBEEF},
        {.kind = UP_IO_READ_BLOCK, .width = 1, .port = 0x378, .offset = 0, .count = 5},
        {.kind = UP_IO_WRITE_BLOCK, .width = 2, .port = 0x1F0, .offset = 5, .count = 2},
        {.kind = UP_IO_DELAY, .microseconds = 77},
        {.kind = UP_IO_WAIT,
         .width = 1,
         .port = 0x379,
         .value = 0x180,
         .mask = 0xFF,
         .microseconds = 55},
    };
    struct wire wire;

    (void)state;
    make_wire(&wire);
    assert_memory_equal(wire.header, header, sizeof header);
    assert_memory_equal(wire.operations, operations, sizeof operations);
    assert_memory_equal(wire.data, data, sizeof data);
    free(wire.header);
}

static void test_decoding(void **state)
{
    struct wire wire;
    struct up_failure_detail detail;
    uint32_t ran;

    (void)state;
    make_wire(&wire);
    wire.operations[0].value = 0x12345678;
    wire.operations[1].value = 1;
    wire.operations[2].offset = 4; /* not the driver's to say */
    wire.operations[5].value = 0x80;
    memcpy(wire.data, "abcdefghi", 9);
    assert_int_equal(decode(&wire, UP_IO_DENIED, 5, 0, &detail, &ran), UP_ERR_DENIED);
    assert_int_equal(ran, 0);
    assert_int_equal(wire.list[0].value, 0);
    assert_int_equal(decode(&wire, UP_IO_CANCELLED, 2, 2, &detail, &ran), UP_ERR_CANCELLED);
    assert_int_equal(ran, 2);
    assert_int_equal(detail.index, 2);
    assert_memory_equal(wire.in, "abcde", 5); /* as far as it came */
    assert_int_equal(wire.list[0].value, 0x12345678);
    assert_int_equal(decode(&wire, UP_IO_CANCELLED, 5, 5, &detail, &ran), UP_ERR_CANCELLED);
    assert_int_equal(wire.list[5].last, 0x77777777); /* it may not have looked */
    assert_int_equal(decode(&wire, UP_IO_TIMED_OUT, 5, 5, &detail, &ran), UP_ERR_TIMED_OUT);
    assert_int_equal(wire.list[5].last, 0x80);
    wire.operations[5].value = 0x81;
    assert_int_equal(decode(&wire, UP_IO_DONE, 6, 6, &detail, &ran), UP_OK);
    assert_int_equal(ran, 6);
    assert_int_equal(wire.list[5].last, 0x81);
    assert_int_equal(wire.list[5].value, 0x180);
    assert_int_equal(wire.list[1].value, 0xDEADBEEF);
    assert_int_equal(wire.out[0], 0x2211);
    assert_int_equal(decode(&wire, UP_IO_BAD, 3, 0, &detail, &ran), UP_ERR_ARGUMENT);
    assert_int_equal(detail.index, 3);
    assert_int_equal(decode(&wire, UP_IO_TOO_LONG, 4, 0, &detail, &ran), UP_ERR_ARGUMENT);
    wire.header->port = 0x10000;
    assert_int_equal(decode(&wire, UP_IO_DENIED, 5, 3, &detail, &ran), UP_ERR_DENIED);
    assert_int_equal(ran, 3);
    assert_int_equal(detail.port, 0x10000);
    free(wire.header);
}

/*
 * How far the block that was cut short came, and the answers in which no block was, or it came to
 * its end.
 */
static void test_elements_moved(void **state)
{
    static const struct {
        uint32_t result, index, done, moved;
        up_error error;
    } answers[] = {
        {UP_IO_DENIED, 2, 2, 0, UP_ERR_DENIED},        {UP_IO_DENIED, 2, 2, 1, UP_ERR_DENIED},
        {UP_IO_DENIED, 5, 2, 4, UP_ERR_DENIED},        {UP_IO_DENIED, 2, 2, 5, UP_ERR_SYSTEM},
        {UP_IO_DENIED, 5, 2, ~0u, UP_ERR_SYSTEM},      {UP_IO_DENIED, 2, 0, 1, UP_ERR_SYSTEM},
        {UP_IO_DENIED, 5, 4, 1, UP_ERR_SYSTEM},        {UP_IO_DENIED, 6, 6, 1, UP_ERR_SYSTEM},
        {UP_IO_CANCELLED, 3, 3, 1, UP_ERR_CANCELLED},  {UP_IO_CANCELLED, 3, 3, 2, UP_ERR_SYSTEM},
        {UP_IO_CANCELLED, 4, 4, 1, UP_ERR_SYSTEM},     {UP_IO_CANCELLED, 5, 5, 1, UP_ERR_SYSTEM},
        {UP_IO_CANCELLED, ~0u, ~0u, 1, UP_ERR_SYSTEM}, {UP_IO_DONE, 6, 6, 1, UP_ERR_SYSTEM},
        {UP_IO_BAD, 2, 0, 1, UP_ERR_SYSTEM},           {UP_IO_TOO_LONG, 2, 0, 1, UP_ERR_SYSTEM},
        {UP_IO_TIMED_OUT, 5, 5, 1, UP_ERR_SYSTEM},
    };
    struct wire wire;
    struct up_failure_detail detail;
    uint32_t ran;

    (void)state;
    make_wire(&wire);
    for (unsigned i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        const bool good = answers[i].error != UP_ERR_SYSTEM;

        wire.header->moved = answers[i].moved;
        assert_int_equal(
            decode(&wire, answers[i].result, answers[i].index, answers[i].done, &detail, &ran),
            answers[i].error);
        assert_int_equal(ran, good ? answers[i].done : 99);
        assert_int_equal(detail.moved, good ? answers[i].moved : 0);
        assert_int_equal(detail.index, good ? answers[i].index : 0);
    }
    memcpy(wire.data, "ab\xFF\xFF\xFF", 5);
    wire.header->moved = 2;
    assert_int_equal(decode(&wire, UP_IO_DENIED, 2, 2, &detail, &ran), UP_ERR_DENIED);
    assert_memory_equal(wire.in, "ab\xFF\xFF\xFF", 5);
    free(wire.header);
}

static void test_answers_that_make_no_sense(void **state)
{
    static const uint32_t answers[][3] = {
        /* result, index, done */
        {UP_IO_DONE, 6, 5},
        {UP_IO_DONE, 6, 7},
        {UP_IO_DENIED, 6, 0},
        {UP_IO_DENIED, 2, 3},
        {UP_IO_BAD, 6, 0},
        {UP_IO_BAD, 1, 1},
        {UP_IO_TOO_LONG, 6, 0},
        {UP_IO_TIMED_OUT, 6, 6},
        {UP_IO_TIMED_OUT, 5, 4},
        {UP_IO_TIMED_OUT, 4, 4},
        {UP_IO_CANCELLED, 6, 6},
        {UP_IO_CANCELLED, 3, ~0u},
        {6, 0, 0},
        {~0u, 0, 0},
    };
    struct wire wire;
    struct up_failure_detail detail;
    uint32_t ran;

    (void)state;
    make_wire(&wire);
    for (unsigned i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        assert_int_equal(decode(&wire, answers[i][0], answers[i][1], answers[i][2], &detail, &ran),
                         UP_ERR_SYSTEM);
        assert_int_equal(ran, 99);
        assert_string_equal(detail.why, "the driver's answer makes no sense");
    }
    wire.header->port = 0x10001;
    assert_int_equal(decode(&wire, UP_IO_DENIED, 0, 0, &detail, &ran), UP_ERR_SYSTEM);
    wire.bytes--;
    assert_int_equal(decode(&wire, UP_IO_DONE, 6, 6, &detail, &ran), UP_ERR_SYSTEM);
    assert_string_equal(detail.why, "the driver's answer has the wrong length");
    assert_int_equal(wire.list[0].value, 0);
    free(wire.header);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list_of_everything),
        cmocka_unit_test(test_nothing_runs_if_one_port_is_denied),
        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_number_of_operations),
        cmocka_unit_test(test_each_kind_and_width),
        cmocka_unit_test(test_block_bytes),
        cmocka_unit_test(test_microseconds),
        cmocka_unit_test(test_encoding),
        cmocka_unit_test(test_decoding),
        cmocka_unit_test(test_elements_moved),
        cmocka_unit_test(test_answers_that_make_no_sense),
    };

    return cmocka_run_group_tests_name("lib_list", tests, NULL, NULL);
}
