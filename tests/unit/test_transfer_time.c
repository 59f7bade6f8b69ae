/* SPDX-License-Identifier: MIT
 *
 * Tests of the delays and waits of driver/transfer.c: with clocks of all kinds, each to the look at
 * the clock.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "transfer.h"

static const LONGLONG frequencies[] = {1000, 1000000, 1193182, 3579545, 10000000, 2400000000};

/* Has the time passed, and was it not so before the last two looks at the clock? */
static void expect_just_passed(LONGLONG ticks, uint32_t microseconds)
{
    assert_true(ticks * 1000000 >= microseconds * host.frequency);
    assert_true((ticks - 2 * host.step) * 1000000 < microseconds * host.frequency);
}

static void delays_are_exact_to_the_look(void **state)
{
    static const uint32_t times[] = {0, 1, 2, 3, 10, 999, 1000, 1001, 12345, 100000};

    (void)state;
    for (size_t i = 0; i < sizeof frequencies / sizeof frequencies[0]; i++) {
        for (size_t j = 0; j < sizeof times / sizeof times[0]; j++) {
            for (LONGLONG steps = 1; steps <= 1000; steps *= 10) {
                list_reset(ranges, 1);
                host.frequency = frequencies[i];
                host.step = frequencies[i] / 100000 * steps + 1;
                list_new_one(list_delay(times[j]), 0, true);
                send();
                expect(UP_IO_DONE, 2, 0, 2);
                expect_just_passed(host.now - host.step, times[j]); /* its first look was at step */
            }
        }
    }
}

static void waits_look_until_the_time_is_over_and_once_more(void **state)
{
    static const uint32_t times[] = {1, 2, 3, 10, 999, 1000, 1001, 12345, 100000};

    (void)state;
    for (size_t i = 0; i < sizeof frequencies / sizeof frequencies[0]; i++) {
        for (size_t j = 0; j < sizeof times / sizeof times[0]; j++) {
            list_reset(ranges, 1);
            host.frequency = frequencies[i];
            host.step = frequencies[i] / 20000 + 1;
            list_new_one(list_wait(0x1234, times[j]), 0, true);
            send();
            expect(UP_IO_TIMED_OUT, 0, 0, 0);
            assert_true(list_recorded >= 2);
            assert_int_equal(list.operations[0].value, list_record[list_recorded - 1].value);
            assert_int_equal(list_record[0].time, host.step);
            expect_just_passed(list_record[list_recorded - 1].time - host.step, times[j]);
            assert_int_equal(list_record[list_recorded - 1].time, host.now);
        }
    }
}

static void a_wait_of_no_time_looks_once(void **state)
{
    (void)state;
    list_new_one(list_wait(0x1234, 0), 0, true);
    send();
    expect(UP_IO_TIMED_OUT, 0, 0, 0);
    assert_int_equal(list_recorded, 1);
    list_new_one(list_wait(0x0202, 0), 0, true); /* the second read of this test */
    send();
    expect(UP_IO_DONE, 2, 0, 2);
    assert_int_equal(list.operations[0].value, 0x0202);
}

static void a_wait_ends_when_the_masked_bits_agree(void **state)
{
    (void)state;
    list_new_one(list_wait(0x55000909, 1000), 0, true);
    list.operations[0].mask = 0x0000FF00;
    send();
    expect(UP_IO_DONE, 2, 0, 2);
    assert_int_equal(list_recorded, 10);
    assert_int_equal(list.operations[0].value, 0x0909);
    list_new_one(list_wait(0x55000909, 1000), 0, true);
    list.operations[0].mask = 0; /* whatever is read */
    send();
    expect(UP_IO_DONE, 2, 0, 2);
    list_new_one(list_wait(0x01000000, 100), 0, true); /* a bit that 16 bits do not have */
    list.operations[0].mask = 0x01000000;
    send();
    expect(UP_IO_TIMED_OUT, 0, 0, 0);
}

static void a_wait_that_comes_true_at_the_last_look_is_done(void **state)
{
    (void)state;
    host.step = 60;
    /* the first look is in time, the second, last one is the one */
    list_new_one(list_wait(0x0202, 50), 0, true);
    send();
    expect(UP_IO_DONE, 2, 0, 2);
    assert_int_equal(list_record[1].time, 120);
}

static void jump(void)
{
    host.now += 3600 * host.frequency;
}

static void run_on(void)
{
    host.step = 1;
}

static void the_clock_jumps(void **state)
{
    (void)state;
    list_new_one(list_delay(100000), 0, true);
    list_when(HOST_CLOCK, 10, jump);
    send();
    expect(UP_IO_DONE, 2, 0, 2);
    assert_in_range(host.looks, 10, 11);

    list_reset(ranges, 1);
    list_new_one(list_wait(0x1234, 100000), 0, true);
    list_when(HOST_CLOCK, 10, jump);
    send();
    expect(UP_IO_TIMED_OUT, 0, 0, 0);
    assert_int_equal(list_recorded, 10);
}

static void the_clock_stands_still(void **state)
{
    (void)state;
    for (int is_wait = 0; is_wait < 2; is_wait++) {
        list_reset(ranges, 1);
        host.step = 0;
        list_new_one(is_wait ? list_wait(0x1234, 50) : list_delay(50), 0, true);
        list_when(HOST_CLOCK, 10000, run_on);
        send();
        expect(is_wait ? UP_IO_TIMED_OUT : UP_IO_DONE, is_wait ? 0 : 2, 0, is_wait ? 0 : 2);
        assert_in_range(host.looks, 10049, 10053);
        host.step = 0;
        list_new_one(is_wait ? list_wait(0x1234, 50) : list_delay(50), 0, true);
        list_when(HOST_CLOCK, 10000, list_cancel); /* even so it can be cancelled */
        send();
        expect(UP_IO_CANCELLED, 0, 0, 0);
    }
}

static void back(void)
{
    host.now -= 5000;
}

static void forth(void)
{
    host.now += 5000;
}

static void far_back(void)
{
    host.now -= 2 * host.frequency;
}

/*
 * As if the thread had been moved to a processor whose counter is behind, and back again: nothing
 * is gained by that.
 */
static void the_clock_goes_back(void **state)
{
    (void)state;
    for (int is_wait = 0; is_wait < 2; is_wait++) {
        list_reset(ranges, 1);
        host.now = 100000;
        list_new_one(is_wait ? list_wait(0x1234, 50000) : list_delay(50000), 0, true);
        list_when(HOST_CLOCK, 300, back);
        list_when(HOST_CLOCK, 400, forth);
        list_when(HOST_CLOCK, 2000, back);
        list_when(HOST_CLOCK, 3000, forth);
        list_when(HOST_CLOCK, 10000, back);
        send();
        expect(is_wait ? UP_IO_TIMED_OUT : UP_IO_DONE, is_wait ? 0 : 2, 0, is_wait ? 0 : 2);
        assert_in_range(host.looks, 55000, 55005); /* the last one is not made good */

        list_reset(ranges, 1);
        host.now = 100 * host.frequency;
        list_new_one(is_wait ? list_wait(0x1234, 50000) : list_delay(50000), 0, true);
        list_when(HOST_CLOCK, 300, far_back); /* it was set anew */
        send();
        expect(is_wait ? UP_IO_TIMED_OUT : UP_IO_DONE, is_wait ? 0 : 2, 0, is_wait ? 0 : 2);
        assert_in_range(host.looks, 50000, 50005);
    }
}

/*
 * The clock stands still: the thread is looked at all the same, and if it goes on, the list ends.
 */
static void the_clock_stands_still_for_ever(void **state)
{
    (void)state;
    for (int is_wait = 0; is_wait < 2; is_wait++) {
        list_reset(ranges, 1);
        host.step = 0;
        list_new_one(is_wait ? list_wait(0x1234, 50) : list_delay(50), 0, true);
        list_end_thread();
        send();
        expect(UP_IO_CANCELLED, 0, 0, 0);
        assert_in_range(host.looks, 0x10000, 0x10001);
    }
    list_reset(ranges, 1);
    host.step = 0;
    host.turns_max = 0x1000010;
    list_new_one(list_delay(50), 0, true);
    send();
    expect(UP_IO_CANCELLED, 0, 0, 0);
    assert_in_range(host.looks, 0x1000000, 0x1000001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(delays_are_exact_to_the_look, reset, end),
        cmocka_unit_test_setup_teardown(waits_look_until_the_time_is_over_and_once_more, reset,
                                        end),
        cmocka_unit_test_setup_teardown(a_wait_of_no_time_looks_once, reset, end),
        cmocka_unit_test_setup_teardown(a_wait_ends_when_the_masked_bits_agree, reset, end),
        cmocka_unit_test_setup_teardown(a_wait_that_comes_true_at_the_last_look_is_done, reset,
                                        end),
        cmocka_unit_test_setup_teardown(the_clock_jumps, reset, end),
        cmocka_unit_test_setup_teardown(the_clock_stands_still, reset, end),
        cmocka_unit_test_setup_teardown(the_clock_goes_back, reset, end),
        cmocka_unit_test_setup_teardown(the_clock_stands_still_for_ever, reset, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
