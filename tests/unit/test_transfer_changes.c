/* SPDX-License-Identifier: MIT
 *
 * Tests of what happens to a list while driver/transfer.c runs it: the map changes, the caller ends
 * or wants no more. Batches are of 64 bytes; an end of the thread is looked for after 16 of them,
 * or a millisecond.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <cmocka.h>

#include "transfer.h"

#define BATCH   64u
#define UNSEEN  15u /* batches that may begin after the thread's end */
#define LOOK_US 1000u

static const struct up_port_range all_but_107[] = {{0x0100, 0x0106}};
static const struct up_port_range all_but_100[] = {{0x0101, 0x0107}};

static void (*const wants_no_more[])(void) = {list_cancel, list_close};

/* Reads of 100, so many; the last one of 107. */
static void new_reads(uint32_t count)
{
    list_new(count, 0);
    for (uint32_t i = 0; i < count; i++) {
        list.operations[i] = (struct up_io_operation){.kind = UP_IO_READ,
                                                      .width = 1,
                                                      .port = i < count - 1 ? 0x100 : 0x107,
                                                      .value = 0x5A5A5A5A};
    }
}

static struct up_io_operation read_block(uint32_t count)
{
    return (struct up_io_operation){
        .kind = UP_IO_READ_BLOCK, .width = 1, .port = 0x103, .count = count};
}

/* Reads that ran have their value, the others have what was sent. */
static void expect_reads(uint32_t done)
{
    assert_int_equal(list_recorded, done);
    for (uint32_t i = 0; i < list.header->operations; i++) {
        assert_int_equal(list.operations[i].value, i < done ? (i + 1) & 0xFF : 0x5A5A5A5A);
    }
}

/* ---- the map changes ------------------------------------------------------------------------- */

static void look_at_the_map(enum host_moment moment)
{
    static LONG changes;
    const bool is_granted = up_portset_has(&up_state.installed, 0x100);

    if (moment == HOST_BEFORE_LOCK) {
        changes = up_state.map_changes;
        assert_true(is_granted);
    } else {
        assert_int_equal(moment, HOST_AFTER_LOCK);
        assert_int_equal(up_state.map_changes, changes + 1);
        assert_false(is_granted);
    }
}

static void the_map_changes_under_its_lock(void **state)
{
    (void)state;
    host.at = look_at_the_map;
    list_suspend();
    host.at = NULL;
    assert_false(up_portset_has(&up_state.installed, 0x100));
}

static void a_change_before_the_first_batch_or_between_two(void **state)
{
    (void)state;
    for (uint32_t batches = 0; batches < 4; batches++) {
        for (int after = 0; after < 2; after++) {
            if (after && batches == 0) {
                continue;
            }
            list_reset(ranges, 1);
            new_reads(200);
            list_registry(all_but_107, 1);
            list_when(after ? HOST_AFTER_LOCK : HOST_BEFORE_LOCK, after ? batches : batches + 1,
                      list_reload);
            send();
            expect(UP_IO_DENIED, 199, 0x107, batches * BATCH);
            expect_reads(batches * BATCH);
            assert_int_equal(up_state.transfers_denied, 1);
            assert_int_equal(up_state.port_denied, 0x107);
        }
    }
}

static void a_suspend_ends_a_list_where_it_is(void **state)
{
    (void)state;
    new_reads(200);
    list_when(HOST_BEFORE_LOCK, 3, list_suspend);
    send();
    expect(UP_IO_DENIED, 2 * BATCH, 0x100, 2 * BATCH);
    expect_reads(2 * BATCH);
}

static void changes_that_leave_the_rest_granted(void **state)
{
    static void (*const changes[])(void) = {list_suspend, list_resume};

    (void)state;
    list_new(200, 0);
    for (uint32_t i = 0; i < 200; i++) {
        list.operations[i] = (struct up_io_operation){
            .kind = UP_IO_WRITE, .width = 1, .port = i < BATCH ? 0x100 : 0x101};
    }
    list_registry(all_but_100, 1);
    list_when(HOST_BEFORE_LOCK, 2, list_reload); /* 100 is used no more */
    send();
    expect(UP_IO_DONE, 200, 0, 200);
    assert_int_equal(list_recorded, 200);
    assert_int_equal(up_state.transfers_denied, 0);

    list_reset(ranges, 1);
    new_reads(200);
    list_when(HOST_BEFORE_LOCK, 2, changes[0]); /* and back, before it is looked at */
    list_when(HOST_BEFORE_LOCK, 2, changes[1]);
    send();
    expect(UP_IO_DONE, 200, 0, 200);
    expect_reads(200);
}

static void a_change_after_the_second_check(void **state)
{
    (void)state;
    new_reads(3);
    /* the same again: it is checked, and the lock taken again */
    list_when(HOST_BEFORE_LOCK, 1, list_reload);
    list_when(HOST_BEFORE_LOCK, 2, list_suspend);
    send();
    expect(UP_IO_DENIED, 0, 0x100, 0);
    expect_reads(0);
}

static void a_change_in_a_block(void **state)
{
    (void)state;
    for (uint32_t width = 1; width <= 4; width *= 2) {
        list_reset(ranges, 1);
        list_new_one(read_block(200), 800, true);
        list.operations[0].width = (uint8_t)width;
        list_registry(all_but_107, 1);
        list_when(HOST_BEFORE_LOCK, 3, list_reload);
        send();
        expect(UP_IO_DENIED, 1, 0x107, 0);
        assert_int_equal(list_recorded, 2 * BATCH / width);
        assert_int_equal(list.header->moved, 2 * BATCH / width);
        for (uint32_t i = 0; i < 800; i++) {
            assert_int_equal(list.data[i], i < 2 * BATCH ? i / width + 1 : 0xA5);
        }
    }
    list_reset(ranges, 1);
    list_new_one(read_block(200), 200, true);
    list_when(HOST_AFTER_LOCK, 1, list_suspend);
    send();
    expect(UP_IO_DENIED, 0, 0x103, 0);
    assert_int_equal(list_recorded, BATCH);
    assert_int_equal(list.header->moved, BATCH);
}

static void a_change_in_a_wait(void **state)
{
    (void)state;
    list_new_one(list_wait(0x1234, 100), 0, true);
    list_when(HOST_BEFORE_LOCK, 3, list_suspend);
    send();
    expect(UP_IO_DENIED, 0, 0x102, 0);
    assert_int_equal(list_recorded, 2);
    assert_int_equal(list.operations[0].value, 0x1234);

    list_reset(ranges, 1);
    list_new_one(list_wait(0x1234, 100), 0, true);
    list_registry(all_but_107, 1);
    /* its own port stays, that of the operation behind it goes */
    list_when(HOST_CLOCK, 4, list_reload);
    send();
    expect(UP_IO_DENIED, 1, 0x107, 0);

    list_reset(ranges, 1);
    list_new_one(list_wait(0x1234, 100), 0, true);
    list_when(HOST_CLOCK, 4, list_reload); /* nothing goes: it takes no longer */
    send();
    expect(UP_IO_TIMED_OUT, 0, 0, 0);
    assert_in_range(list_record[list_recorded - 1].time - list_record[0].time, 100, 103);
}

static void a_change_in_a_delay(void **state)
{
    (void)state;
    list_new_one(list_delay(50), 0, true);
    list_when(HOST_CLOCK, 10, list_suspend);
    send();
    expect(UP_IO_DENIED, 1, 0x107, 1);
    assert_int_equal(list_recorded, 0);

    list_resume();
    list_new_one(list_delay(50), 0, false);
    list_when(HOST_CLOCK, 10, list_suspend); /* what is left needs no port */
    send();
    expect(UP_IO_DONE, 1, 0, 1);
}

/* The page of the list that cannot be read until the check comes to it. */
static char *page;

static void change_the_map(int signal_number)
{
    (void)signal_number;
    assert_int_equal(mprotect(page, 4096, PROT_READ | PROT_WRITE), 0);
    list_reload();
}

static void a_change_under_the_check(void **state)
{
    struct sigaction action = {.sa_handler = change_the_map};
    struct sigaction before;

    (void)state;
    new_reads(4096);
    page = (char *)(((uintptr_t)list.header + 2 * 4096) & ~(uintptr_t)4095);
    for (uint32_t i = 0; i < 4096; i++) {
        list.operations[i].port = (char *)&list.operations[i] < page ? 0x100 : 0x101;
    }
    /* what the check has passed is denied, what it comes to is not */
    list_registry(all_but_100, 1);
    assert_int_equal(sigaction(SIGSEGV, &action, &before), 0);
    assert_int_equal(mprotect(page, 4096, PROT_NONE), 0);
    send();
    assert_int_equal(sigaction(SIGSEGV, &before, NULL), 0);
    expect(UP_IO_DENIED, 0, 0x100, 0); /* by the second check, before the first batch */
    assert_int_equal(list_recorded, 0);
    assert_int_equal(up_state.reloads, 2);
}

/* ---- the caller ends or wants no more -------------------------------------------------------- */

static void before_it_begins(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        list_reset(ranges, 1);
        new_reads(2);
        wants_no_more[i]();
        send();
        expect(UP_IO_CANCELLED, 0, 0, 0);
        expect_reads(0);
        list.operations[1].port = 0x108; /* the check comes first */
        send();
        expect(UP_IO_DENIED, 1, 0x108, 0);
        list_new_one(list_delay(10), 0, true);
        send();
        expect(UP_IO_CANCELLED, 0, 0, 0);
        list_new_one(list_wait(1, 10), 0, true);
        send();
        expect(UP_IO_CANCELLED, 0, 0, 0);
        list_new_one(read_block(1), 1, true);
        send();
        expect(UP_IO_CANCELLED, 0, 0, 0);
        assert_int_equal(list_recorded, 0);
    }
}

static void between_batches(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        list_reset(ranges, 1);
        new_reads(200);
        list_when(HOST_AFTER_LOCK, 2, wants_no_more[i]);
        send();
        expect(UP_IO_CANCELLED, 2 * BATCH, 0, 2 * BATCH);
        expect_reads(2 * BATCH);

        list_reset(ranges, 1);
        new_reads(200);
        list_when(HOST_BEFORE_LOCK, 2, wants_no_more[i]); /* one batch more */
        send();
        expect(UP_IO_CANCELLED, 2 * BATCH, 0, 2 * BATCH);

        list_reset(ranges, 1);
        new_reads(3);
        list_when(HOST_BEFORE_LOCK, 1, wants_no_more[i]); /* too late: it is done */
        send();
        expect(UP_IO_DONE, 3, 0, 3);
    }
}

static void in_a_block(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        list_reset(ranges, 1);
        list_new_one(read_block(200), 200, true);
        list_when(HOST_AFTER_LOCK, 2, wants_no_more[i]);
        send();
        expect(UP_IO_CANCELLED, 0, 0, 0);
        assert_int_equal(list_recorded, 2 * BATCH);
        assert_int_equal(list.header->moved, 2 * BATCH);
        assert_int_equal(list.data[2 * BATCH], 0xA5);
    }
}

static void in_a_delay_or_a_wait(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (int is_wait = 0; is_wait < 2; is_wait++) {
            list_reset(ranges, 1);
            list_new_one(is_wait ? list_wait(0x1234, 90000) : list_delay(90000), 0, true);
            list_when(HOST_CLOCK, 500, wants_no_more[i]);
            send();
            expect(UP_IO_CANCELLED, 0, 0, 0);
            assert_in_range(host.looks, 500, 503);
        }
    }
}

static void the_thread_ends_between_batches(void **state)
{
    (void)state;
    new_reads(4096);
    list_end_thread();
    send();
    expect(UP_IO_CANCELLED, UNSEEN * BATCH, 0, UNSEEN * BATCH);
    expect_reads(UNSEEN * BATCH);

    list_reset(ranges, 1);
    new_reads(4096);
    list_when(HOST_AFTER_LOCK, 20, list_end_thread);
    send();
    expect(UP_IO_CANCELLED, (2 * UNSEEN + 1) * BATCH, 0, (2 * UNSEEN + 1) * BATCH);
}

static void the_thread_ends_in_a_block(void **state)
{
    (void)state;
    list_new_one(read_block(60000), 60000, true);
    list_end_thread();
    send();
    expect(UP_IO_CANCELLED, 0, 0, 0);
    assert_int_equal(list_recorded, UNSEEN * BATCH);
}

static void the_thread_ends_in_a_delay(void **state)
{
    (void)state;
    for (uint32_t ended_at = 1; ended_at < 10 * LOOK_US; ended_at += 777) {
        list_reset(ranges, 1);
        list_new_one(list_delay(90000), 0, true);
        list_when(HOST_CLOCK, ended_at, list_end_thread);
        send();
        expect(UP_IO_CANCELLED, 0, 0, 0);
        assert_in_range(host.looks, ended_at, ended_at + LOOK_US + 4);
        assert_in_range(host.thread_looks, ended_at / LOOK_US, ended_at / LOOK_US + 2);
    }
}

static void the_thread_ends_in_a_wait(void **state)
{
    (void)state;
    host.step = 600;
    list_new_one(list_wait(0x1234, 90000), 0, true);
    list_end_thread();
    send();
    expect(UP_IO_CANCELLED, 0, 0, 0);
    assert_in_range(list_recorded, 1, 3);
    assert_int_equal(list.operations[0].value, 0x1234); /* as it was sent */

    list_reset(ranges, 1);
    host.step = 1; /* a microsecond from look to look */
    list_new_one(list_wait(0x1234, 90000), 0, true);
    list_end_thread();
    send();
    expect(UP_IO_CANCELLED, 0, 0, 0);
    assert_in_range(list_recorded, LOOK_US, LOOK_US + 1);
}

/* Each of them is shorter than the time after which the thread is looked at. */
static void the_thread_ends_in_one_of_many_delays(void **state)
{
    (void)state;
    list_new(100, 0);
    for (uint32_t i = 0; i < 100; i++) {
        list.operations[i] = list_delay(900);
    }
    list_end_thread();
    send();
    expect(UP_IO_CANCELLED, 1, 0, 1);
    assert_int_equal(host.thread_looks, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_map_changes_under_its_lock, reset, end),
        cmocka_unit_test_setup_teardown(a_change_before_the_first_batch_or_between_two, reset, end),
        cmocka_unit_test_setup_teardown(a_suspend_ends_a_list_where_it_is, reset, end),
        cmocka_unit_test_setup_teardown(changes_that_leave_the_rest_granted, reset, end),
        cmocka_unit_test_setup_teardown(a_change_after_the_second_check, reset, end),
        cmocka_unit_test_setup_teardown(a_change_in_a_block, reset, end),
        cmocka_unit_test_setup_teardown(a_change_in_a_wait, reset, end),
        cmocka_unit_test_setup_teardown(a_change_in_a_delay, reset, end),
        cmocka_unit_test_setup_teardown(a_change_under_the_check, reset, end),
        cmocka_unit_test_setup_teardown(before_it_begins, reset, end),
        cmocka_unit_test_setup_teardown(between_batches, reset, end),
        cmocka_unit_test_setup_teardown(in_a_block, reset, end),
        cmocka_unit_test_setup_teardown(in_a_delay_or_a_wait, reset, end),
        cmocka_unit_test_setup_teardown(the_thread_ends_between_batches, reset, end),
        cmocka_unit_test_setup_teardown(the_thread_ends_in_a_block, reset, end),
        cmocka_unit_test_setup_teardown(the_thread_ends_in_a_delay, reset, end),
        cmocka_unit_test_setup_teardown(the_thread_ends_in_a_wait, reset, end),
        cmocka_unit_test_setup_teardown(the_thread_ends_in_one_of_many_delays, reset, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
