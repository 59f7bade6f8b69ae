/* SPDX-License-Identifier: MIT
 *
 * Tests of simulated devices and of the recorder in the library: accesses, blocks and lists go to
 * the device or to the back end in their order, a program without any other way to ports can be
 * opened, and what ran or was refused is recorded once. The recorder and the device are fakes
 * (recorder_fake.h); the back end is the library's fake.
 */
#include "library.h"

#include "core/program_settings.h"
#include "recorder_fake.h"

#define ROUTES "routes=378=printer:out, 3BC=none, 278=D100"

static up_error never_opens(up_handle *handle, struct up_failure_detail *detail)
{
    (void)handle, (void)detail;
    return UP_ERR_NOT_RUNNING;
}

static up_error never_called(up_handle *handle, up_operation *operation,
                             struct up_failure_detail *detail)
{
    (void)handle, (void)operation, (void)detail;
    fail();
    return UP_OK;
}

static const struct up_backend stopped = {.id = UP_BACKEND_IOCTL, .open = never_opens};
static const struct up_backend *const only_stopped[] = {&stopped, NULL};

static int set_up(void **state)
{
    (void)state;
    memset(&fake_recorder, 0, sizeof fake_recorder);
    return setenv(UP_PROGRAM_VARIABLE, ROUTES, 1);
}

static int tear_down(void **state)
{
    (void)state;
    return unsetenv(UP_PROGRAM_VARIABLE);
}

/* ---- devices --------------------------------------------------------------------------------- */

static void test_accesses(void **state)
{
    up_handle *handle = new_fake();
    uint8_t value8;
    uint16_t value16;
    uint32_t value32;

    (void)state;
    grant_only(handle, 0xD100, 0xD100);
    assert_int_equal(up_out8(handle, 0x378, 0x5A), UP_OK);
    assert_int_equal(up_in8(handle, 0x378, &value8), UP_OK);
    assert_int_equal(value8, 0x5A);
    assert_int_equal(up_out16(handle, 0x379, 0x1234), UP_OK);
    assert_int_equal(up_in16(handle, 0x379, &value16), UP_OK);
    assert_int_equal(value16, 0x1234);
    assert_int_equal(fake_recorder.device_accesses, 4);
    assert_int_equal(journal_length(handle), 0);

    /* it would be the device's in part */
    assert_int_equal(up_in32(handle, 0x378, &value32), UP_ERR_DENIED);
    assert_int_equal(value32, 0xFFFFFFFFu);
    assert_int_equal(up_in8(handle, 0x37B, &value8), UP_ERR_DENIED);
    assert_int_equal(up_in8(handle, 0x3BC, &value8), UP_OK);
    assert_int_equal(value8, 0xFF);
    assert_int_equal(up_out8(handle, 0x278, 7), UP_OK);
    assert_access(handle, 0, UP_IO_WRITE, 1, 0xD100, 7);
    assert_int_equal(fake_recorder.device_accesses, 4);
    up_close(handle);
}

static void test_a_device_that_is_gone(void **state)
{
    up_handle *handle = new_fake();
    up_operation list[] = {{.kind = UP_IO_DELAY, .microseconds = 1},
                           {.kind = UP_IO_READ, .width = 1, .port = 0x378}};
    uint8_t value = 0, block[4] = {0};
    uint32_t done = 9;
    char text[400];

    (void)state;
    fake_recorder.device_is_gone = true;
    assert_int_equal(up_in8(handle, 0x378, &value), UP_ERR_UNSUPPORTED);
    assert_int_equal(value, 0xFF);
    (void)up_failure_text(text, sizeof text);
    assert_non_null(strstr(text, "simulated device"));
    assert_non_null(strstr(text, "userportctl run"));
    assert_int_equal(up_in8_block(handle, 0x378, block, 4), UP_ERR_UNSUPPORTED);
    assert_int_equal(block[0], 0xFF);
    assert_int_equal(up_run(handle, list, 2, &done), UP_ERR_UNSUPPORTED);
    assert_int_equal(done, 1);
    up_close(handle);
}

static void test_blocks(void **state)
{
    up_handle *handle = new_fake();
    const uint16_t out[] = {1, 2, 0xABCD};
    uint16_t in[3] = {0};

    (void)state;
    assert_int_equal(up_out16_block(handle, 0x378, out, 3), UP_OK);
    assert_int_equal(fake_recorder.device_accesses, 3);
    assert_int_equal(up_in16_block(handle, 0x378, in, 3), UP_OK);
    assert_int_equal(in[0], 0xABCD);
    assert_int_equal(in[2], 0xABCD);
    assert_int_equal(fake_recorder.device_accesses, 6);
    assert_int_equal(journal_length(handle), 0);
    up_close(handle);
}

static void test_the_map(void **state)
{
    up_handle *handle = new_fake();
    struct up_portset map;

    (void)state;
    grant_only(handle, 0x80, 0x80);
    assert_int_equal(up_query_map(handle, map.map), UP_OK);
    assert_true(up_portset_has(&map, 0x378) && up_portset_has(&map, 0x37A));
    assert_true(up_portset_has(&map, 0x80) && up_portset_has(&map, 0x3BC));
    assert_false(up_portset_has(&map, 0x37B) || up_portset_has(&map, 0x278));
    assert_int_equal(up_granted(handle, 0x378, 1), 1);
    assert_int_equal(up_granted(handle, 0x378, 4), 0);
    assert_int_equal(up_granted(handle, 0x278, 1), 0);
    up_close(handle);
}

/* ---- lists ----------------------------------------------------------------------------------- */

static void test_a_mixed_list(void **state)
{
    up_handle *handle = new_fake();
    uint8_t block[3] = {7, 8, 9}, ones[2] = {0};
    up_operation list[] = {
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x278, .value = 1},
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x378, .value = 2},
        {.kind = UP_IO_DELAY, .microseconds = 10},
        {.kind = UP_IO_READ, .width = 1, .port = 0x378},
        {.kind = UP_IO_READ, .width = 1, .port = 0x3BC},
        {.kind = UP_IO_WAIT, .width = 1, .port = 0x378, .value = 2, .mask = 0xFF},
        {.kind = UP_IO_WRITE_BLOCK, .width = 1, .port = 0x378, .count = 3, .buffer = block},
        {.kind = UP_IO_READ_BLOCK, .width = 1, .port = 0x3BC, .count = 2, .buffer = ones},
        {.kind = UP_IO_WRITE_BLOCK, .width = 1, .port = 0x278, .count = 3, .buffer = block},
        {.kind = UP_IO_READ, .width = 2, .port = 0x379},
    };
    uint32_t done = 0;

    (void)state;
    fake_recorder.memory[1] = 0x34;
    fake_recorder.memory[2] = 0x12;
    assert_int_equal(up_run(handle, list, 10, &done), UP_OK);
    assert_int_equal(done, 10);
    assert_int_equal(list[3].value, 2);
    assert_int_equal(list[4].value, 0xFF);
    assert_int_equal(list[5].last, 2);
    assert_int_equal(fake_recorder.memory[0], 9);
    assert_int_equal(ones[0] & ones[1], 0xFF);
    assert_int_equal(list[9].value, 0x1234);
    assert_int_equal(journal_length(handle), 4);
    assert_access(handle, 0, UP_IO_WRITE, 1, 0xD100, 1);
    assert_access(handle, 1, UP_IO_WRITE, 1, 0xD100, 7);
    up_close(handle);
}

static void test_a_mixed_list_is_checked_first(void **state)
{
    up_handle *handle = new_fake();
    up_operation list[] = {
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x378, .value = 2},
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x80, .value = 3},
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x278, .value = 1},
    };
    uint32_t done = 9;
    up_failure failure;

    (void)state;
    grant_only(handle, 0x80, 0x80);
    assert_int_equal(up_run(handle, list, 3, &done), UP_ERR_DENIED);
    assert_int_equal(done, 0);
    up_last_failure(&failure);
    assert_int_equal(failure.port, 0xD100);
    assert_int_equal(failure.index, 2);
    list[2] = (up_operation){.kind = UP_IO_READ, .width = 4, .port = 0x377};
    assert_int_equal(up_run(handle, list, 3, &done), UP_ERR_DENIED);
    up_last_failure(&failure);
    assert_int_equal(failure.port, 0x377);
    assert_int_equal(fake_recorder.device_accesses, 0);
    assert_int_equal(journal_length(handle), 0);
    up_close(handle);
}

static void test_a_wait_that_times_out(void **state)
{
    up_handle *handle = new_fake();
    up_operation list[] = {
        {.kind = UP_IO_WAIT,
         .width = 1,
         .port = 0x378,
         .value = 5,
         .mask = 0xFF,
         .microseconds = 50},
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x378, .value = 2},
    };
    uint32_t done = 9;

    (void)state;
    fake_recorder.memory[0] = 0x77;
    assert_int_equal(up_run(handle, list, 2, &done), UP_ERR_TIMED_OUT);
    assert_int_equal(done, 0);
    assert_int_equal(list[0].last, 0x77);
    assert_int_equal(fake_recorder.memory[0], 0x77);
    assert_true(fake_recorder.device_accesses >= 2);
    up_close(handle);
}

/* ---- nothing but devices --------------------------------------------------------------------- */

static void test_without_any_other_way(void **state)
{
    up_handle *handle = NULL;
    up_operation list[] = {{.kind = UP_IO_DELAY, .microseconds = 1},
                           {.kind = UP_IO_WRITE, .width = 1, .port = 0x80, .value = 1}};
    struct up_portset map;
    struct up_info info;
    uint32_t done = 9;
    uint8_t value;
    char text[400];

    (void)state;
    assert_int_equal(up_open_among(only_stopped, UP_BACKEND_ANY, &handle), UP_ERR_NOT_RUNNING);
    assert_null(handle);
    fake_recorder.has_devices = true;
    assert_int_equal(up_open_among(only_stopped, UP_BACKEND_FAKE, &handle), UP_ERR_UNSUPPORTED);
    assert_int_equal(up_open_among(only_stopped, UP_BACKEND_ANY, &handle), UP_OK);
    assert_int_equal(up_backend(handle), UP_BACKEND_SIMULATED);
    assert_string_equal(up_backend_name(up_backend(handle)), "simulated");
    assert_int_equal(up_out8(handle, 0x378, 0x42), UP_OK);
    assert_int_equal(fake_recorder.memory[0], 0x42);
    assert_int_equal(up_in8(handle, 0x80, &value), UP_ERR_DENIED);
    (void)up_failure_text(text, sizeof text);
    assert_non_null(strstr(text, "port 80 is not granted"));
    assert_non_null(strstr(text, "simulated ports alone"));
    assert_int_equal(up_run(handle, list, 2, &done), UP_ERR_DENIED);
    assert_int_equal(up_run(handle, list, 1, &done), UP_OK);
    assert_int_equal(done, 1);
    assert_int_equal(up_query_map(handle, map.map), UP_OK);
    assert_int_equal(up_portset_count(&map), 4);
    assert_int_equal(up_query_info(handle, &info), UP_OK);
    assert_int_equal(info.state, UP_STATE_RUNNING);
    assert_int_equal(info.ports_granted, 0);
    up_close(handle);

    /* without a route to a device there is none */
    assert_int_equal(setenv(UP_PROGRAM_VARIABLE, "routes=378=none", 1), 0);
    assert_int_equal(up_open_among(only_stopped, UP_BACKEND_ANY, &handle), UP_ERR_NOT_RUNNING);
}

static up_error opens(up_handle *handle, struct up_failure_detail *detail)
{
    (void)handle, (void)detail;
    return UP_OK;
}

static void closes(up_handle *handle)
{
    (void)handle;
}

static void test_direct_is_left_out(void **state)
{
    static const struct up_backend direct = {
        .id = UP_BACKEND_DIRECT, .open = opens, .close = closes, .access = never_called};
    static const struct up_backend ioctl = {
        .id = UP_BACKEND_IOCTL, .open = opens, .close = closes, .access = never_called};
    const struct up_backend *const both[] = {&direct, &ioctl, NULL};
    up_handle *handle;

    (void)state;
    assert_int_equal(up_open_among(both, UP_BACKEND_ANY, &handle), UP_OK);
    assert_int_equal(up_backend(handle), UP_BACKEND_DIRECT);
    up_close(handle);
    fake_recorder.is_on = true;
    assert_int_equal(up_open_among(both, UP_BACKEND_ANY, &handle), UP_OK);
    assert_int_equal(up_backend(handle), UP_BACKEND_IOCTL);
    up_close(handle);
    assert_int_equal(up_open_among(both, UP_BACKEND_DIRECT, &handle), UP_OK);
    assert_int_equal(up_backend(handle), UP_BACKEND_DIRECT);
    up_close(handle);
}

/* ---- the recorder ---------------------------------------------------------------------------- */

static void assert_record(uint32_t index, uint8_t kind, uint8_t width, uint16_t port,
                          uint32_t value, up_error error)
{
    const struct fake_record *record = &fake_recorder.records[index];

    assert_true(index < fake_recorder.count);
    assert_int_equal(record->operation.kind, kind);
    assert_int_equal(record->operation.width, width);
    assert_int_equal(record->operation.port, port);
    assert_int_equal(record->operation.value, value);
    assert_int_equal(record->error, error);
}

/* The caller that is recorded is in this function. */
static void assert_is_here(const void *caller, const void *function)
{
    const uintptr_t at = (uintptr_t)caller, begin = (uintptr_t)function;

    assert_true(at > begin && at < begin + 4096u);
}

static void test_records(void **state)
{
    up_handle *handle = new_fake();
    uint8_t value;

    grant_only(handle, 0xD100, 0xD100);
    fake_recorder.is_on = true;
    (void)state;
    assert_int_equal(up_out8(handle, 0x278, 0x11), UP_OK);
    assert_int_equal(up_in8(handle, 0x378, &value), UP_OK);
    assert_int_equal(up_in8(handle, 0x80, &value), UP_ERR_DENIED);
    assert_int_equal(fake_recorder.count, 3);
    assert_record(0, UP_IO_WRITE, 1, 0x278, 0x11, UP_OK); /* the program's port, not its target */
    assert_record(1, UP_IO_READ, 1, 0x378, 0, UP_OK);
    assert_record(2, UP_IO_READ, 1, 0x80, 0, UP_ERR_DENIED);
    assert_is_here(fake_recorder.records[0].caller, (const void *)(uintptr_t)test_records);
    up_close(handle);
}

static void test_records_of_blocks_and_lists(void **state)
{
    up_handle *handle = new_fake();
    const uint8_t out[] = {1, 2};
    uint8_t in[2];
    up_operation list[] = {{.kind = UP_IO_WRITE, .width = 1, .port = 0x278, .value = 3},
                           {.kind = UP_IO_READ, .width = 1, .port = 0x80}};
    uint32_t done;

    (void)state;
    grant_only(handle, 0xD100, 0xD100);
    fake_recorder.is_on = true;
    assert_int_equal(up_out8_block(handle, 0x278, out, 2), UP_OK);
    assert_int_equal(fake_recorder.count, 1);
    assert_int_equal(fake_recorder.list_done, 1);
    assert_int_equal(fake_recorder.records[0].operation.count, 2);
    assert_int_equal(up_in8_block(handle, 0x80, in, 2), UP_ERR_DENIED);
    assert_int_equal(fake_recorder.list_done, 0);
    assert_int_equal(fake_recorder.list_error, UP_ERR_DENIED);
    assert_int_equal(up_run(handle, list, 2, &done), UP_ERR_DENIED);
    assert_int_equal(fake_recorder.list_index, 1);
    assert_int_equal(up_run(handle, list, 1, &done), UP_OK);
    assert_int_equal(fake_recorder.list_done, 1);
    assert_record(fake_recorder.count - 1, UP_IO_WRITE, 1, 0x278, 3, UP_OK);
    assert_is_here(fake_recorder.list_caller,
                   (const void *)(uintptr_t)test_records_of_blocks_and_lists);
    up_close(handle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_accesses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_device_that_is_gone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_blocks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_map, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_mixed_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_mixed_list_is_checked_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_wait_that_times_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_any_other_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_direct_is_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_records, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_records_of_blocks_and_lists, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
