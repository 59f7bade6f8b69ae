/* SPDX-License-Identifier: MIT
 *
 * Tests of routes in the library, over the fake back end, whose journal has the addresses to which
 * accesses really went. The variable USERPORT_PROGRAM gives the routes.
 */
#include "library.h"

#include "core/program_settings.h"

static up_handle *new_routed(const char *settings)
{
    up_handle *handle;

    assert_int_equal(setenv(UP_PROGRAM_VARIABLE, settings, 1), 0);
    handle = new_fake();
    assert_int_equal(unsetenv(UP_PROGRAM_VARIABLE), 0);
    return handle;
}

static up_handle *new_printer(void)
{
    return new_routed("routes=378-37F=D100, 3BC-3BF=none");
}

static void feed(up_handle *handle, uint16_t port, uint32_t width, uint32_t value)
{
    assert_int_equal(up_fake_feed(handle, port, width, &value, 1), UP_OK);
}

/* ---- where the routes come from -------------------------------------------------------------- */

static void test_the_variable(void **state)
{
    static const struct {
        const char *text;
        uint16_t to;
    } rows[] = {
        {"", 0x378},
        {"routes=378=D100", 0xD100},
        {"fast;routes=lpt1=d100;ignore-cli-sti", 0xD100},
        {"routes=378=D100;unknown", 0x378}, /* never half of a text */
        {"routes=378=D100, 379", 0x378},
        {"378=D100", 0x378},
    };
    up_handle *handle;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        handle = new_routed(rows[i].text);
        assert_int_equal(up_out8(handle, 0x378, 0x5A), UP_OK);
        assert_access(handle, 0, UP_IO_WRITE, 1, rows[i].to, 0x5A);
        up_close(handle);
    }
}

static void test_each_handle_keeps_its_routes(void **state)
{
    up_handle *plain = new_fake();
    up_handle *routed = new_printer();

    (void)state;
    assert_int_equal(up_out8(plain, 0x378, 1), UP_OK);
    assert_int_equal(up_out8(routed, 0x378, 2), UP_OK);
    assert_access(plain, 0, UP_IO_WRITE, 1, 0x378, 1);
    assert_access(routed, 0, UP_IO_WRITE, 1, 0xD100, 2);
    up_close(plain);
    up_close(routed);
}

/* ---- single accesses ------------------------------------------------------------------------- */

static void test_single_accesses(void **state)
{
    up_handle *handle = new_printer();
    uint8_t value8;
    uint16_t value16;
    uint32_t value32;

    (void)state;
    feed(handle, 0xD101, 1, 0x81);
    feed(handle, 0xD106, 2, 0x1234);
    feed(handle, 0xD104, 4, 0x12345678);
    assert_int_equal(up_in8(handle, 0x379, &value8), UP_OK);
    assert_int_equal(value8, 0x81);
    assert_int_equal(up_in16(handle, 0x37E, &value16), UP_OK);
    assert_int_equal(value16, 0x1234);
    assert_int_equal(up_in32(handle, 0x37C, &value32), UP_OK);
    assert_int_equal(value32, 0x12345678);
    assert_int_equal(up_out8(handle, 0x37F, 1), UP_OK);
    assert_int_equal(up_out16(handle, 0x378, 0x203), UP_OK);
    assert_int_equal(up_out32(handle, 0x380, 4), UP_OK);
    assert_access(handle, 0, UP_IO_READ, 1, 0xD101, 0x81);
    assert_access(handle, 3, UP_IO_WRITE, 1, 0xD107, 1);
    assert_access(handle, 4, UP_IO_WRITE, 2, 0xD100, 0x203);
    assert_access(handle, 5, UP_IO_WRITE, 4, 0x380, 4);
    assert_int_equal(journal_length(handle), 6);
    up_close(handle);
}

static void test_accesses_to_nowhere(void **state)
{
    up_handle *handle = new_printer();
    uint8_t value8 = 0;
    uint16_t value16 = 0;
    uint32_t value32 = 0;

    (void)state;
    grant_only(handle, 1, 0);
    assert_int_equal(up_in8(handle, 0x3BC, &value8), UP_OK);
    assert_int_equal(value8, 0xFF);
    assert_int_equal(up_in16(handle, 0x3BE, &value16), UP_OK);
    assert_int_equal(value16, 0xFFFF);
    assert_int_equal(up_in32(handle, 0x3BC, &value32), UP_OK);
    assert_int_equal(value32, 0xFFFFFFFFu);
    assert_int_equal(up_out8(handle, 0x3BF, 1), UP_OK);
    assert_int_equal(up_out32(handle, 0x3BC, 1), UP_OK);
    assert_int_equal(journal_length(handle), 0);
    up_close(handle);
}

static void test_denied_accesses(void **state)
{
    up_handle *handle = new_printer();
    uint8_t value8 = 0;
    uint16_t value16 = 0;

    (void)state;
    grant_only(handle, 0x378, 0x3FF); /* the program's own ports do not help */
    assert_int_equal(up_in8(handle, 0x37A, &value8), UP_ERR_DENIED);
    assert_int_equal(value8, 0xFF);
    assert_failure(UP_ERR_DENIED, 0xD102, 0);
    assert_text(
        "port D102, to which port 37A goes, is not granted: nothing was executed. Add it to "
        "UserPort's grant list as an administrator.");
    grant_only(handle, 0xD100, 0xD100);
    assert_int_equal(up_out8(handle, 0x378, 1), UP_OK);
    assert_int_equal(up_in16(handle, 0x378, &value16), UP_ERR_DENIED);
    assert_text(
        "port D101, to which port 379 goes, is not granted: nothing was executed. Add it to "
        "UserPort's grant list as an administrator.");
    assert_int_equal(up_in8(handle, 0x380, &value8), UP_ERR_DENIED);
    assert_text("port 380 is not granted: nothing was executed. Add it to UserPort's grant list as "
                "an administrator.");
    up_close(handle);

    handle = new_routed("routes=378=378");
    grant_only(handle, 1, 0);
    assert_int_equal(up_in8(handle, 0x378, &value8), UP_ERR_DENIED);
    assert_text("port 378 is not granted: nothing was executed. Add it to UserPort's grant list as "
                "an administrator.");
    up_close(handle);
}

static void test_accesses_apart(void **state)
{
    up_handle *handle = new_printer();
    uint16_t value16 = 0, values[2] = {0};
    uint32_t value32 = 0;

    (void)state;
    assert_int_equal(up_in16(handle, 0x377, &value16), UP_ERR_DENIED);
    assert_int_equal(value16, 0xFFFF);
    assert_failure(UP_ERR_DENIED, 0x377, 0);
    assert_text("the access of 2 bytes to port 377 has ports that this program's routes send to "
                "different places: nothing was executed.");
    assert_int_equal(up_out32(handle, 0x3BD, 1), UP_ERR_DENIED);
    assert_int_equal(up_in32(handle, 0x37D, &value32), UP_ERR_DENIED);
    assert_int_equal(up_in16_block(handle, 0x37F, values, 2), UP_ERR_DENIED);
    assert_int_equal(values[0] & values[1], 0xFFFF);
    assert_text("the access of 2 bytes to port 37F has ports that this program's routes send to "
                "different places: nothing was executed.");
    assert_int_equal(journal_length(handle), 0);
    up_close(handle);
}

static void test_past_the_last_port(void **state)
{
    up_handle *handle = new_routed("routes=0-3=D100");
    uint16_t value = 0;

    (void)state;
    assert_int_equal(up_in16(handle, 0xFFFF, &value), UP_ERR_DENIED);
    assert_failure(UP_ERR_DENIED, 0x10000, 0);
    assert_text("the access to port FFFF runs past FFFF, the last port: nothing was executed.");
    up_close(handle);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void test_blocks(void **state)
{
    static const uint32_t fed[] = {1, 2, 3};
    static uint8_t large[UP_BLOCK_BYTES_MAX + 10u];
    up_handle *handle = new_printer();
    uint8_t bytes[3] = {7, 8, 9};

    (void)state;
    assert_int_equal(up_out8_block(handle, 0x378, bytes, 3), UP_OK);
    assert_access(handle, 0, UP_IO_WRITE, 1, 0xD100, 7);
    assert_access(handle, 2, UP_IO_WRITE, 1, 0xD100, 9);
    assert_int_equal(up_fake_feed(handle, 0xD101, 1, fed, 3), UP_OK);
    assert_int_equal(up_in8_block(handle, 0x379, bytes, 3), UP_OK);
    assert_memory_equal(bytes, ((uint8_t[]){1, 2, 3}), 3);

    /* in several steps */
    assert_int_equal(up_out8_block(handle, 0x37A, large, sizeof large), UP_OK);
    assert_int_equal(journal_length(handle), 6 + sizeof large);
    assert_access(handle, 6 + sizeof large - 1, UP_IO_WRITE, 1, 0xD102, 0);

    /* nowhere */
    assert_int_equal(up_out8_block(handle, 0x3BC, bytes, 3), UP_OK);
    assert_int_equal(up_in8_block(handle, 0x3BC, bytes, 3), UP_OK);
    assert_memory_equal(bytes, "\xFF\xFF\xFF", 3);
    assert_int_equal(journal_length(handle), 6 + sizeof large);

    grant_only(handle, 1, 0);
    assert_int_equal(up_out8_block(handle, 0x378, bytes, 3), UP_ERR_DENIED);
    assert_failure(UP_ERR_DENIED, 0xD100, 0);
    assert_text(
        "port D100, to which port 378 goes, is not granted: nothing was executed. Add it to "
        "UserPort's grant list as an administrator.");
    assert_int_equal(up_in8_block(handle, 0x3BC, bytes, 3), UP_OK);
    up_close(handle);
}

/* ---- lists ----------------------------------------------------------------------------------- */

#define READ(where)                                                                                \
    {                                                                                              \
        .kind = UP_IO_READ, .width = 1, .port = (where), .value = 0x55                             \
    }
#define WRITE(where, what)                                                                         \
    {                                                                                              \
        .kind = UP_IO_WRITE, .width = 1, .port = (where), .value = (what)                          \
    }
#define PAUSE(time)                                                                                \
    {                                                                                              \
        .kind = UP_IO_DELAY, .port = 0x3BC, .microseconds = (time)                                 \
    }
#define WAIT(where, what, m)                                                                       \
    {                                                                                              \
        .kind = UP_IO_WAIT, .width = 1, .port = (where), .value = (what), .mask = (m),             \
        .microseconds = 50, .last = 0x55                                                           \
    }

static void test_a_list(void **state)
{
    uint8_t nothing[4] = {0}, something[2] = {0};
    up_operation list[] = {
        WRITE(0x3BC, 1),
        WRITE(0x378, 2),
        READ(0x3BD),
        READ(0x379),
        PAUSE(5),
        WAIT(0x379, 0x80, 0x80),
        WAIT(0x3BE, 0xF0, 0xF0),
        WAIT(0x3BE, 0, 0),
        {.kind = UP_IO_READ_BLOCK, .width = 2, .port = 0x3BE, .count = 2, .buffer = nothing},
        {.kind = UP_IO_READ_BLOCK, .width = 1, .port = 0x37F, .count = 2, .buffer = something},
        {.kind = UP_IO_WRITE_BLOCK, .width = 1, .port = 0x3BF, .count = 2, .buffer = something},
        READ(0x400),
    };
    up_handle *handle = new_printer();
    uint32_t done = 99;
    size_t i;
    uint16_t ports[sizeof list / sizeof list[0]];

    (void)state;
    for (i = 0; i < sizeof list / sizeof list[0]; i++) {
        ports[i] = list[i].port;
    }
    feed(handle, 0xD101, 1, 0x31);
    feed(handle, 0xD101, 1, 0x81);
    feed(handle, 0xD107, 1, 0x41);
    feed(handle, 0xD107, 1, 0x42);
    feed(handle, 0x400, 1, 0x77);
    assert_int_equal(up_run(handle, list, sizeof list / sizeof list[0], &done), UP_OK);
    assert_int_equal(done, sizeof list / sizeof list[0]);
    assert_int_equal(list[2].value, 0xFF);
    assert_int_equal(list[3].value, 0x31);
    assert_int_equal(list[5].last, 0x81);
    assert_int_equal(list[6].last, 0xFF);
    assert_int_equal(list[7].last, 0xFF);
    assert_memory_equal(nothing, "\xFF\xFF\xFF\xFF", 4);
    assert_memory_equal(something, "\x41\x42", 2);
    assert_int_equal(list[11].value, 0x77);
    for (i = 0; i < sizeof list / sizeof list[0]; i++) {
        assert_int_equal(list[i].port, ports[i]); /* the operations keep their ports */
    }
    assert_access(handle, 0, UP_IO_WRITE, 1, 0xD100, 2);
    assert_access(handle, 1, UP_IO_READ, 1, 0xD101, 0x31);
    assert_access(handle, 2, UP_IO_DELAY, 0, 0, 5);
    assert_access(handle, 3, UP_IO_READ, 1, 0xD101, 0x81);
    assert_access(handle, 6, UP_IO_READ, 1, 0x400, 0x77);
    assert_int_equal(journal_length(handle), 7);
    up_close(handle);
}

static void test_a_list_that_goes_nowhere(void **state)
{
    up_operation list[] = {WRITE(0x3BC, 1), READ(0x3BD), WAIT(0x3BD, 0x80, 0x80)};
    up_handle *handle = new_printer();
    uint32_t done = 99;

    (void)state;
    grant_only(handle, 1, 0);
    assert_int_equal(up_run(handle, list, 3, &done), UP_OK);
    assert_int_equal(done, 3);
    assert_int_equal(list[1].value, 0xFF);
    assert_int_equal(journal_length(handle), 0);
    up_close(handle);
}

static void test_a_wait_for_what_never_comes(void **state)
{
    up_operation list[] = {WRITE(0x378, 1),      WRITE(0x3BC, 2), READ(0x3BD),
                           WAIT(0x3BD, 0, 0x80), WRITE(0x378, 3), READ(0x3BD)};
    up_handle *handle = new_printer();
    uint32_t done = 99;

    (void)state;
    assert_int_equal(up_run(handle, list, 6, &done), UP_ERR_TIMED_OUT);
    assert_int_equal(done, 3);
    assert_failure(UP_ERR_TIMED_OUT, 0, 3);
    assert_text("operations[3]: port 3BD did not give 0 under the mask 80 in 50 microseconds, and "
                "FF at last. What follows it was not executed.");
    assert_int_equal(list[2].value, 0xFF);
    assert_int_equal(list[3].last, 0xFF);
    assert_int_equal(list[5].value, 0x55);
    assert_access(handle, 0, UP_IO_WRITE, 1, 0xD100, 1);
    assert_access(handle, 1, UP_IO_DELAY, 0, 0, 50);
    assert_int_equal(journal_length(handle), 2);

    /* alone, and in front of what must not run */
    assert_int_equal(up_run(handle, &list[3], 2, &done), UP_ERR_TIMED_OUT);
    assert_int_equal(done, 0);
    assert_failure(UP_ERR_TIMED_OUT, 0, 0);
    list[5].width = 2;
    list[5].port = 0x37F;
    assert_int_equal(up_run(handle, list, 6, &done), UP_ERR_DENIED);
    assert_int_equal(done, 0);
    assert_failure(UP_ERR_DENIED, 0x37F, 5);
    assert_int_equal(journal_length(handle), 3);
    up_close(handle);
}

static void test_a_wait_that_times_out_at_its_target(void **state)
{
    up_operation list[] = {WRITE(0x3BC, 1), READ(0x3BC), WAIT(0x379, 0x80, 0x80), READ(0x3BC)};
    up_handle *handle = new_printer();
    uint32_t done = 99;

    (void)state;
    feed(handle, 0xD101, 1, 0x11);
    assert_int_equal(up_run(handle, list, 4, &done), UP_ERR_TIMED_OUT);
    assert_int_equal(done, 2);
    assert_failure(UP_ERR_TIMED_OUT, 0, 2);
    assert_int_equal(list[1].value, 0xFF);
    assert_int_equal(list[2].last, 0x11);
    assert_int_equal(list[3].value, 0x55);
    assert_text("operations[2]: port 379 did not give 80 under the mask 80 in 50 microseconds, and "
                "11 at last. What follows it was not executed.");
    up_close(handle);
}

static void test_a_denied_list(void **state)
{
    up_operation list[] = {WRITE(0x3BC, 1), READ(0x3BC), WRITE(0x3FF, 1), WRITE(0x378, 1),
                           READ(0x37A)};
    up_handle *handle = new_printer();
    uint32_t done = 99;

    (void)state;
    grant_only(handle, 0x300, 0x3FF);
    assert_int_equal(up_run(handle, list, 5, &done), UP_ERR_DENIED);
    assert_int_equal(done, 0);
    assert_failure(UP_ERR_DENIED, 0xD100, 3);
    assert_text("operations[3]: port D100, to which port 378 goes, is not granted: nothing was "
                "executed. Add it to UserPort's grant list as an administrator.");
    assert_int_equal(list[1].value, 0x55);
    list[1].width = 4;
    list[1].port = 0x37D;
    assert_int_equal(up_run(handle, list, 5, &done), UP_ERR_DENIED);
    assert_text("operations[1]: the access of 4 bytes to port 37D has ports that this program's "
                "routes send to different places: nothing was executed.");
    assert_int_equal(journal_length(handle), 0);
    up_close(handle);
}

/* ---- a back end that fails where it likes -----------------------------------------------------
 */

static struct {
    uint32_t count, data_bytes, done, index, moved;
    up_error error;
} broken;

static up_error run_broken(up_handle *handle, up_operation *operations, uint32_t count,
                           uint32_t data_bytes, uint32_t *done, struct up_failure_detail *detail)
{
    (void)handle;
    (void)operations;
    broken.count = count;
    broken.data_bytes = data_bytes;
    *done = broken.done;
    detail->index = broken.index;
    detail->moved = broken.moved;
    detail->port = broken.error == UP_ERR_DENIED ? 0xD107 : 0;
    return broken.error;
}

static void test_failures_in_the_middle(void **state)
{
    const struct up_backend backend = {.id = UP_BACKEND_IOCTL, .run = run_broken};
    const struct up_backend *fake;
    uint8_t data[6] = {0};
    up_operation list[] = {
        WRITE(0x3BC, 1),
        WRITE(0x378, 1),
        WRITE(0x3BC, 1),
        {.kind = UP_IO_READ_BLOCK, .width = 1, .port = 0x3BC, .count = 3, .buffer = data},
        {.kind = UP_IO_READ_BLOCK, .width = 2, .port = 0x37E, .count = 3, .buffer = data},
        READ(0x3BC),
    };
    up_handle *handle = new_printer();
    uint32_t done;

    (void)state;
    fake = handle->backend;
    handle->backend = &backend;

    /* the grants change in the block: two of its elements were moved */
    broken.done = broken.index = 1;
    broken.moved = 2;
    broken.error = UP_ERR_DENIED;
    assert_int_equal(up_run(handle, list, 6, &done), UP_ERR_DENIED);
    assert_int_equal(broken.count, 2);
    assert_int_equal(broken.data_bytes, 6);
    assert_int_equal(done, 4);
    assert_failure(UP_ERR_DENIED, 0xD107, 4);
    assert_moved(2, 0);
    assert_text(
        "operations[4]: port D107, to which port 37F goes, is not granted: only the first 4 "
        "operations were executed, and of operations[4] the first 2 elements were "
        "transferred. Add it to UserPort's grant list as an administrator.");

    /* a block that is the first one of the driver */
    broken.done = broken.index = 0;
    assert_int_equal(up_run(handle, &list[2], 4, &done), UP_ERR_DENIED);
    assert_int_equal(done, 2);
    assert_failure(UP_ERR_DENIED, 0xD107, 2);

    /* nothing began */
    broken.moved = 0;
    broken.error = UP_ERR_NOT_RUNNING;
    assert_int_equal(up_run(handle, list, 6, &done), UP_ERR_NOT_RUNNING);
    assert_int_equal(done, 0);
    assert_int_equal(list[5].value, 0x55);

    /* a back end that says what cannot be */
    broken.done = broken.index = 2;
    broken.error = UP_ERR_CANCELLED;
    assert_int_equal(up_run(handle, list, 6, &done), UP_ERR_CANCELLED);
    assert_int_equal(done, 6);
    assert_failure(UP_ERR_CANCELLED, 0, 4);
    handle->backend = fake;
    up_close(handle);
}

/* ---- the map --------------------------------------------------------------------------------- */

static void test_the_map(void **state)
{
    up_handle *handle = new_routed("routes=378-37F=D100, 3BC-3BF=none, D100=378");
    struct up_portset map;

    (void)state;
    grant_only(handle, 0xD100, 0xD102);
    assert_int_equal(up_query_map(handle, map.map), UP_OK);
    assert_int_equal(up_portset_count(&map), 3 + 4 + 2);
    assert_true(up_portset_allows(&map, 0x378, 1) && up_portset_allows(&map, 0x37A, 1));
    assert_false(up_portset_allows(&map, 0x37B, 1));
    assert_true(up_portset_allows(&map, 0x3BC, 4));
    assert_false(up_portset_allows(&map, 0xD100, 1)); /* it goes to 378, which is not granted */
    assert_true(up_portset_allows(&map, 0xD101, 2));

    assert_true(up_granted(handle, 0x378, 1));
    assert_true(up_granted(handle, 0x378, 2));
    assert_false(up_granted(handle, 0x378, 4));
    assert_false(up_granted(handle, 0x37B, 1));
    assert_true(up_granted(handle, 0x3BC, 4));
    assert_false(up_granted(handle, 0x3BF, 2)); /* apart */
    assert_false(up_granted(handle, 0xD100, 1));
    assert_true(up_granted(handle, 0xD101, 1));
    assert_false(up_granted(handle, 0x3BC, 3));
    assert_false(up_granted(handle, 0x3BC, 0));
    up_close(handle);
}

/* ---- lists of any kind ----------------------------------------------------------------------- */

#define LIST_MAX 12u

static uint32_t seed = 19u;

static uint32_t any(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

static uint8_t buffers[LIST_MAX][2][8];

/* An operation near the routes. Waits are for what any value is. */
static void any_operation(up_operation *operation, uint32_t at)
{
    static const uint8_t kinds[] = {UP_IO_READ,        UP_IO_WRITE, UP_IO_READ_BLOCK,
                                    UP_IO_WRITE_BLOCK, UP_IO_DELAY, UP_IO_WAIT};

    memset(operation, 0, sizeof *operation);
    operation->kind = kinds[any(6)];
    operation->width = (uint8_t)(1u << any(3));
    operation->port = (uint16_t)(0x376u + any(12));
    operation->value = operation->kind == UP_IO_WRITE ? any(0x7FFFFFFF) : 0;
    operation->count = 1u + any(2);
    operation->buffer = buffers[at][0];
    memset(buffers[at], (int)any(256), sizeof buffers[at]);
}

/* Runs an operation by itself. */
static void run_alone(up_handle *handle, up_operation *operation)
{
    uint8_t value8 = 0;
    uint16_t value16 = 0;
    uint32_t value32 = 0;

    operation->buffer = (uint8_t *)operation->buffer + 8; /* the second of the two */
    switch (operation->kind) {
    case UP_IO_READ:
    case UP_IO_WAIT:
        if (operation->width == 1) {
            assert_int_equal(up_in8(handle, operation->port, &value8), UP_OK);
        } else if (operation->width == 2) {
            assert_int_equal(up_in16(handle, operation->port, &value16), UP_OK);
        } else {
            assert_int_equal(up_in32(handle, operation->port, &value32), UP_OK);
        }
        *(operation->kind == UP_IO_READ ? &operation->value : &operation->last) =
            value8 | value16 | value32;
        break;
    case UP_IO_WRITE:
        assert_int_equal(
            operation->width == 1   ? up_out8(handle, operation->port, (uint8_t)operation->value)
            : operation->width == 2 ? up_out16(handle, operation->port, (uint16_t)operation->value)
                                    : up_out32(handle, operation->port, operation->value),
            UP_OK);
        break;
    default:
        assert_int_equal(up_run(handle, operation, 1, NULL), UP_OK);
        break;
    }
}

static void expect_same_journals(up_handle *one, up_handle *other)
{
    const uint32_t count = journal_length(one);
    up_access access;
    uint32_t i, ignored;

    assert_int_equal(journal_length(other), count);
    for (i = 0; i < count; i++) {
        assert_int_equal(up_fake_journal(one, i, &access, 1, &ignored), UP_OK);
        assert_access(other, i, access.kind, access.width, access.port, access.value);
    }
}

static bool is_granted(up_handle *handle, const up_operation *operation)
{
    return operation->kind == UP_IO_DELAY || up_granted(handle, operation->port, operation->width);
}

/* A list does what its operations do one after the other, or nothing if one of them is denied. */
static void test_any_list(void **state)
{
    static const char *const texts[] = {"routes=378-37B=D100", "routes=378-37B=none",
                                        "routes=378=D100 379=D101 37A-37F=none",
                                        "routes=376-377=37E, 37E-37F=376, 37A=none"};
    uint32_t denied = 0, i, j;

    (void)state;
    for (i = 0; i < 4000; i++) {
        const char *text = texts[any(4)];
        up_handle *whole = new_routed(text), *single = new_routed(text);
        const uint32_t count = 1u + any(LIST_MAX);
        up_operation list[LIST_MAX], alone[LIST_MAX];
        uint32_t done = 99;
        bool is_whole = true;

        if (any(3) == 0) {
            grant_only(whole, 0x376, (uint16_t)(0x37Cu + any(10)));
        }
        for (j = 0; j < count; j++) {
            any_operation(&list[j], j);
            alone[j] = list[j];
            is_whole = is_whole && is_granted(whole, &list[j]);
        }
        if (is_whole) {
            assert_int_equal(up_run(whole, list, count, &done), UP_OK);
            assert_int_equal(done, count);
            for (j = 0; j < count; j++) {
                run_alone(single, &alone[j]);
                assert_int_equal(list[j].value, alone[j].value);
                assert_int_equal(list[j].last, alone[j].last);
                assert_memory_equal(buffers[j][0], buffers[j][1], 8);
            }
            expect_same_journals(whole, single);
        } else {
            up_failure failure;

            denied++;
            assert_int_equal(up_run(whole, list, count, &done), UP_ERR_DENIED);
            assert_int_equal(done, 0);
            assert_int_equal(journal_length(whole), 0);
            up_last_failure(&failure);
            assert_false(is_granted(whole, &list[failure.index]));
        }
        up_close(whole);
        up_close(single);
    }
    assert_in_range(denied, 400, 3600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_variable),
        cmocka_unit_test(test_each_handle_keeps_its_routes),
        cmocka_unit_test(test_single_accesses),
        cmocka_unit_test(test_accesses_to_nowhere),
        cmocka_unit_test(test_denied_accesses),
        cmocka_unit_test(test_accesses_apart),
        cmocka_unit_test(test_past_the_last_port),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_a_list),
        cmocka_unit_test(test_a_list_that_goes_nowhere),
        cmocka_unit_test(test_a_wait_for_what_never_comes),
        cmocka_unit_test(test_a_wait_that_times_out_at_its_target),
        cmocka_unit_test(test_a_denied_list),
        cmocka_unit_test(test_failures_in_the_middle),
        cmocka_unit_test(test_the_map),
        cmocka_unit_test(test_any_list),
    };

    return cmocka_run_group_tests_name("lib_routes", tests, NULL, NULL);
}
