/* SPDX-License-Identifier: MIT
 *
 * The public functions of lib/ over the fake back end. test_lib_transfer.c has lists,
 * test_lib_backends.c the choice among back ends, blocks in steps and threads, test_lib_driver.c
 * the talk to a driver.
 */
#include "library.h"
#include "version.h"

/* ---- open ------------------------------------------------------------------------------------ */

static void test_no_failure_yet(void **state)
{
    up_failure failure = {.error = 99};

    (void)state;
    up_last_failure(&failure);
    assert_int_equal(failure.error, UP_OK);
    assert_int_equal(up_system_error(), 0);
    assert_text("no call of this thread has failed.");
    up_last_failure(NULL);
}

static void test_open_arguments(void **state)
{
    up_handle *handle = (up_handle *)1;

    (void)state;
    assert_int_equal(up_open(UP_BACKEND_FAKE, NULL), UP_ERR_ARGUMENT);
    assert_text("cannot open the ports: there is no place for the handle.");
    assert_int_equal(up_open(0, &handle), UP_ERR_ARGUMENT);
    assert_null(handle);
    handle = (up_handle *)1;
    assert_int_equal(up_open(UP_BACKEND_FAKE | 0x10u, &handle), UP_ERR_ARGUMENT);
    assert_null(handle);
    assert_text("cannot open the ports: backends is not a combination of UP_BACKEND_ constants.");
    up_close(NULL);
}

static void test_back_ends_that_are_not_there(void **state)
{
    up_handle *handle = (up_handle *)1;

    (void)state;
    for (uint32_t backends = 1; backends <= UP_BACKEND_ANY; backends++) {
        if ((backends & UP_BACKEND_FAKE) != 0) {
            continue;
        }
        assert_int_equal(up_open(backends, &handle), UP_ERR_UNSUPPORTED);
        assert_null(handle);
        assert_text("cannot open the ports: this test has the back end fake alone.");
        assert_int_equal(up_open(backends | UP_BACKEND_FAKE, &handle), UP_OK);
        assert_int_equal(up_backend(handle), UP_BACKEND_FAKE);
        up_close(handle);
    }
}

static void test_names_and_versions(void **state)
{
    (void)state;
    assert_string_equal(up_backend_name(UP_BACKEND_DIRECT), "direct");
    assert_string_equal(up_backend_name(UP_BACKEND_IOCTL), "ioctl");
    assert_string_equal(up_backend_name(UP_BACKEND_FAKE), "fake");
    assert_string_equal(up_backend_name(UP_BACKEND_DEVPORT), "devport");
    assert_string_equal(up_backend_name(0), "none");
    assert_string_equal(up_backend_name(UP_BACKEND_ANY), "none");
    assert_int_equal(up_backend(NULL), 0);
    assert_int_equal(up_library_version(), UP_VERSION_NUMBER);
    for (up_error error = 0; error <= UP_ERR_SYSTEM; error++) {
        assert_string_not_equal(up_error_text(error), "an unknown error");
    }
    assert_string_equal(up_error_text(UP_ERR_SYSTEM + 1), "an unknown error");
    assert_string_equal(up_error_text(~0u), "an unknown error");
    assert_string_equal(up_error_text(UP_ERR_DENIED), "the port is not granted");
}

/* ---- single accesses ------------------------------------------------------------------------- */

static void test_reads_and_writes(void **state)
{
    up_handle *handle = new_fake();
    uint8_t v8 = 0;
    uint16_t v16 = 0;
    uint32_t v32 = 0;

    (void)state;
    assert_int_equal(up_in8(handle, 0x378, &v8), UP_OK);
    assert_int_equal(v8, 0xFF); /* an empty bus */
    assert_int_equal(up_out32(handle, 0x378, 0x44332211), UP_OK);
    assert_int_equal(up_in8(handle, 0x379, &v8), UP_OK);
    assert_int_equal(v8, 0x22);
    assert_int_equal(up_out8(handle, 0x37A, 0xEE), UP_OK);
    assert_int_equal(up_in32(handle, 0x378, &v32), UP_OK);
    assert_int_equal(v32, 0x44EE2211);
    assert_int_equal(up_out16(handle, 0x37B, 0xBBAA), UP_OK);
    assert_int_equal(up_in16(handle, 0x37A, &v16), UP_OK);
    assert_int_equal(v16, 0xAAEE);
    assert_int_equal(journal_length(handle), 7);
    assert_access(handle, 0, UP_IO_READ, 1, 0x378, 0xFF);
    assert_access(handle, 1, UP_IO_WRITE, 4, 0x378, 0x44332211);
    assert_access(handle, 3, UP_IO_WRITE, 1, 0x37A, 0xEE);
    assert_access(handle, 6, UP_IO_READ, 2, 0x37A, 0xAAEE);
    up_close(handle);
}

static void test_what_is_fed_is_read(void **state)
{
    static const uint32_t values[] = {0x1122, 0x33, 0xFFFF0044};
    up_handle *handle = new_fake();
    uint8_t v8;
    uint16_t v16;

    (void)state;
    assert_int_equal(up_fake_feed(handle, 0x379, 1, values, 3), UP_OK);
    assert_int_equal(up_fake_feed(handle, 0x379, 2, values, 1), UP_OK);
    assert_int_equal(up_fake_feed(handle, 0x379, 1, NULL, 0), UP_OK);
    up_out8(handle, 0x379, 0x99);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(up_in8(handle, 0x379, &v8), UP_OK);
        assert_int_equal(v8, values[i] & 0xFF);
    }
    assert_int_equal(up_in8(handle, 0x379, &v8), UP_OK);
    assert_int_equal(v8, 0x99);
    assert_int_equal(up_in16(handle, 0x379, &v16), UP_OK);
    assert_int_equal(v16, 0x1122);
    for (uint32_t i = 0; i < 1000; i++) { /* more than the room at first */
        assert_int_equal(up_fake_feed(handle, 0x20, 1, &i, 1), UP_OK);
    }
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(up_in8(handle, 0x20, &v8), UP_OK);
        assert_int_equal(v8, i & 0xFF);
    }
    up_close(handle);
}

/* Tries one access of each width. */
static void assert_single(up_handle *handle, uint32_t width, uint16_t port, up_error wanted,
                          uint32_t denied)
{
    uint8_t v8 = 0;
    uint16_t v16 = 0;
    uint32_t v32 = 0;
    uint32_t before = journal_length(handle);

    if (width == 1) {
        assert_int_equal(up_in8(handle, port, &v8), wanted);
        assert_int_equal(up_out8(handle, port, 0xFF), wanted);
        assert_int_equal(v8, 0xFF);
    } else if (width == 2) {
        assert_int_equal(up_in16(handle, port, &v16), wanted);
        assert_int_equal(up_out16(handle, port, 0xFFFF), wanted);
        assert_int_equal(v16, 0xFFFF);
    } else {
        assert_int_equal(up_in32(handle, port, &v32), wanted);
        assert_int_equal(up_out32(handle, port, 0xFFFFFFFF), wanted);
        assert_int_equal(v32, 0xFFFFFFFF);
    }
    assert_int_equal(journal_length(handle), before + (wanted == UP_OK ? 2 : 0));
    assert_int_equal(up_granted(handle, port, width), wanted == UP_OK);
    if (wanted != UP_OK) {
        assert_failure(wanted, denied, 0);
        assert_moved(0, UP_STATE_RUNNING);
    }
}

static void test_every_port_of_the_width_counts(void **state)
{
    up_handle *handle = new_fake();

    (void)state;
    grant_only(handle, 0x378, 0x37B);
    for (uint32_t width = 1; width <= 4; width *= 2) {
        assert_single(handle, width, 0x378, UP_OK, 0);
        assert_single(handle, width, (uint16_t)(0x37C - width), UP_OK, 0);
        assert_single(handle, width, 0x377, UP_ERR_DENIED, 0x377);
        assert_single(handle, width, (uint16_t)(0x37D - width), UP_ERR_DENIED, 0x37C);
    }
    grant_only(handle, 0xFF00, 0xFFFF);
    assert_single(handle, 1, 0xFFFF, UP_OK, 0);
    assert_single(handle, 2, 0xFFFE, UP_OK, 0);
    assert_single(handle, 4, 0xFFFC, UP_OK, 0);
    assert_single(handle, 2, 0xFFFF, UP_ERR_DENIED, 0x10000);
    assert_single(handle, 4, 0xFFFD, UP_ERR_DENIED, 0x10000);
    assert_int_equal(up_granted(handle, 0xFF00, 3), 0);
    assert_int_equal(up_granted(handle, 0xFF00, 0), 0);
    up_close(handle);
}

static void test_null_arguments(void **state)
{
    up_handle *handle = new_fake();
    uint8_t v8 = 0, map[UP_MAP_BYTES] = {0};
    uint16_t v16 = 0;
    uint32_t v32 = 0;
    struct up_info info;
    up_operation operation = {.kind = UP_IO_READ, .width = 1};

    (void)state;
    assert_int_equal(up_in8(NULL, 1, &v8), UP_ERR_ARGUMENT);
    assert_int_equal(up_in16(NULL, 1, &v16), UP_ERR_ARGUMENT);
    assert_int_equal(up_in32(NULL, 0x3FD, &v32), UP_ERR_ARGUMENT);
    assert_text("cannot read port 3FD: the handle is NULL.");
    assert_true(v8 == 0xFF && v16 == 0xFFFF && v32 == 0xFFFFFFFF);
    assert_int_equal(up_in8(handle, 1, NULL), UP_ERR_ARGUMENT);
    assert_int_equal(up_in16(handle, 1, NULL), UP_ERR_ARGUMENT);
    assert_int_equal(up_in32(handle, 0xA, NULL), UP_ERR_ARGUMENT);
    assert_text("cannot read port A: value is NULL.");
    assert_int_equal(up_in8(NULL, 1, NULL), UP_ERR_ARGUMENT);
    assert_int_equal(up_out8(NULL, 1, 0), UP_ERR_ARGUMENT);
    assert_int_equal(up_out16(NULL, 1, 0), UP_ERR_ARGUMENT);
    assert_int_equal(up_out32(NULL, 0xFFFF, 0), UP_ERR_ARGUMENT);
    assert_text("cannot write port FFFF: the handle is NULL.");
    assert_int_equal(up_in8_block(NULL, 1, &v8, 1), UP_ERR_ARGUMENT);
    assert_int_equal(up_in16_block(handle, 0x1F0, NULL, 1), UP_ERR_ARGUMENT);
    assert_text("cannot read a block from port 1F0: values is NULL.");
    assert_int_equal(up_out32_block(handle, 0x1F0, NULL, 1), UP_ERR_ARGUMENT);
    assert_text("cannot write a block to port 1F0: values is NULL.");
    assert_int_equal(up_run(NULL, &operation, 1, &v32), UP_ERR_ARGUMENT);
    assert_int_equal(v32, 0);
    assert_text("cannot run the list: the handle is NULL.");
    assert_int_equal(up_run(handle, NULL, 1, NULL), UP_ERR_ARGUMENT);
    assert_int_equal(up_query_map(NULL, map), UP_ERR_ARGUMENT);
    assert_text("cannot read the map of granted ports: the handle is NULL.");
    assert_true(map[0] == 0xFF && map[UP_MAP_BYTES - 1] == 0xFF);
    assert_int_equal(up_query_map(handle, NULL), UP_ERR_ARGUMENT);
    assert_int_equal(up_granted(NULL, 1, 1), 0);
    assert_int_equal(up_query_info(NULL, &info), UP_ERR_ARGUMENT);
    assert_int_equal(up_query_info(handle, NULL), UP_ERR_ARGUMENT);
    assert_text("cannot read the driver's state: info is NULL.");
    assert_int_equal(journal_length(handle), 0);
    up_close(handle);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void test_blocks(void **state)
{
    static const uint32_t fed[] = {0x11223344, 0x55667788, 0x99AABBCC};
    up_handle *handle = new_fake();
    uint8_t v8[4] = {0};
    uint16_t v16[4] = {0};
    uint32_t v32[4] = {0};

    (void)state;
    for (uint32_t width = 1; width <= 4; width *= 2) {
        assert_int_equal(up_fake_feed(handle, 0x1F0, width, fed, 3), UP_OK);
    }
    assert_int_equal(up_in8_block(handle, 0x1F0, v8, 4), UP_OK);
    assert_int_equal(up_in16_block(handle, 0x1F0, v16, 4), UP_OK);
    assert_int_equal(up_in32_block(handle, 0x1F0, v32, 4), UP_OK);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(v8[i] == (uint8_t)fed[i] && v16[i] == (uint16_t)fed[i] && v32[i] == fed[i]);
    }
    assert_true(v8[3] == 0xFF && v16[3] == 0xFFFF && v32[3] == 0xFFFFFFFF);
    assert_int_equal(journal_length(handle), 12);
    assert_int_equal(up_out8_block(handle, 0x1F0, v8, 3), UP_OK);
    assert_int_equal(up_out16_block(handle, 0x1F0, v16, 3), UP_OK);
    assert_int_equal(up_out32_block(handle, 0x1F0, v32, 3), UP_OK);
    assert_int_equal(journal_length(handle), 21);
    assert_access(handle, 12, UP_IO_WRITE, 1, 0x1F0, 0x44);
    assert_access(handle, 16, UP_IO_WRITE, 2, 0x1F0, 0x7788);
    assert_access(handle, 20, UP_IO_WRITE, 4, 0x1F0, 0x99AABBCC);
    assert_int_equal(up_in8_block(handle, 0x1F0, NULL, 0), UP_OK);
    assert_int_equal(up_out32_block(handle, 0x1F0, NULL, 0), UP_OK);
    grant_only(handle, 0x1F1, 0x1FF);
    assert_int_equal(up_in8_block(handle, 0x1F0, v8, 4), UP_ERR_DENIED);
    assert_int_equal(up_out16_block(handle, 0x1F0, v16, 4), UP_ERR_DENIED);
    assert_true(v8[0] == 0xFF && v8[3] == 0xFF);
    assert_int_equal(journal_length(handle), 21);
    assert_failure(UP_ERR_DENIED, 0x1F0, 0);
    assert_text("port 1F0 is not granted: nothing was executed. Add it to UserPort's grant list as "
                "an administrator.");
    up_close(handle);
}

/* ---- the fake's own functions ---------------------------------------------------------------- */

static void test_fake_arguments(void **state)
{
    up_handle *handle = new_fake();
    static const uint8_t map[UP_MAP_BYTES];
    uint32_t value = 1, count = 99;
    up_access access;

    (void)state;
    assert_int_equal(up_fake_grant(handle, NULL), UP_ERR_ARGUMENT);
    assert_int_equal(up_fake_grant(NULL, map), UP_ERR_ARGUMENT);
    assert_int_equal(up_fake_feed(handle, 1, 3, &value, 1), UP_ERR_ARGUMENT);
    assert_int_equal(up_fake_feed(handle, 1, 0, &value, 1), UP_ERR_ARGUMENT);
    assert_int_equal(up_fake_feed(handle, 1, 1, NULL, 1), UP_ERR_ARGUMENT);
    assert_int_equal(up_fake_feed(NULL, 1, 1, &value, 1), UP_ERR_ARGUMENT);
    assert_int_equal(up_fake_journal(NULL, 0, &access, 1, &count), UP_ERR_ARGUMENT);
    assert_int_equal(up_fake_journal(handle, 0, NULL, 1, &count), UP_ERR_ARGUMENT);
    assert_int_equal(up_fake_journal(handle, 0, &access, 1, NULL), UP_ERR_ARGUMENT);
    assert_text("cannot use the fake: count is NULL.");
    assert_int_equal(up_fake_reset(NULL), UP_ERR_ARGUMENT);
    up_close(handle);
}

static void test_journal_windows_and_reset(void **state)
{
    up_handle *handle = new_fake();
    up_access accesses[8];
    uint32_t value = 7, count;
    uint8_t v8;

    (void)state;
    for (uint16_t i = 0; i < 1000; i++) {
        up_out8(handle, i, (uint8_t)i);
    }
    memset(accesses, 0x77, sizeof accesses);
    assert_int_equal(up_fake_journal(handle, 995, accesses, 8, &count), UP_OK);
    assert_int_equal(count, 1000);
    assert_int_equal(accesses[4].port, 999);
    assert_int_equal(accesses[5].port, 0x7777);
    assert_int_equal(up_fake_journal(handle, 1000, accesses, 8, &count), UP_OK);
    assert_int_equal(accesses[0].port, 995);
    assert_int_equal(up_fake_journal(handle, ~0u, accesses, ~0u, &count), UP_OK);
    grant_only(handle, 5, 5);
    up_fake_feed(handle, 5, 1, &value, 1);
    assert_int_equal(up_fake_reset(handle), UP_OK);
    assert_int_equal(journal_length(handle), 0);
    assert_int_equal(up_in8(handle, 5, &v8), UP_OK);
    assert_int_equal(v8, 0xFF);                              /* neither fed nor written */
    assert_int_equal(up_in8(handle, 6, &v8), UP_ERR_DENIED); /* the grants stay */
    up_close(handle);
}

static void test_map_and_info(void **state)
{
    up_handle *handle = new_fake();
    uint8_t map[UP_MAP_BYTES];
    struct up_info info;

    (void)state;
    grant_only(handle, 0x378, 0x37A);
    assert_int_equal(up_query_map(handle, map), UP_OK);
    assert_int_equal(map[0x378 / 8], 0xF8);
    assert_int_equal(map[0], 0xFF);
    memset(&info, 0x77, sizeof info);
    assert_int_equal(up_query_info(handle, &info), UP_OK);
    assert_int_equal(info.abi_version, UP_ABI_VERSION);
    assert_int_equal(info.driver_version, UP_VERSION_NUMBER);
    assert_int_equal(info.mechanisms, UP_MECHANISM_LIST);
    assert_int_equal(info.state, UP_STATE_RUNNING);
    assert_int_equal(info.ports_granted, 3);
    assert_int_equal(info.reserved[0], 0);
    up_close(handle);
}

/* ---- texts that are cut ---------------------------------------------------------------------- */

static void test_text_is_cut(void **state)
{
    static const char whole[] = "cannot open the ports: there is no place for the handle.";
    char *text;

    (void)state;
    up_open(UP_BACKEND_FAKE, NULL);
    assert_int_equal(up_failure_text(NULL, 0), sizeof whole - 1);
    assert_int_equal(up_failure_text(NULL, 100), sizeof whole - 1);
    for (uint32_t size = 1; size < sizeof whole + 3; size++) {
        text = malloc(size); /* its end is watched */
        assert_int_equal(up_failure_text(text, size), sizeof whole - 1);
        assert_int_equal(strlen(text), size < sizeof whole ? size - 1 : sizeof whole - 1);
        assert_memory_equal(text, whole, strlen(text));
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_failure_yet), /* first: the others fail */
        cmocka_unit_test(test_open_arguments),
        cmocka_unit_test(test_back_ends_that_are_not_there),
        cmocka_unit_test(test_names_and_versions),
        cmocka_unit_test(test_reads_and_writes),
        cmocka_unit_test(test_what_is_fed_is_read),
        cmocka_unit_test(test_every_port_of_the_width_counts),
        cmocka_unit_test(test_null_arguments),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_fake_arguments),
        cmocka_unit_test(test_journal_windows_and_reset),
        cmocka_unit_test(test_map_and_info),
        cmocka_unit_test(test_text_is_cut),
    };

    return cmocka_run_group_tests_name("library", tests, NULL, NULL);
}
