/* SPDX-License-Identifier: MIT
 *
 * Delays and waits: their sum, what they end with, and how long they take, loosely: a machine may
 * be busy.
 */
#include "client.h"

#define LONG_US 5000000u /* much longer than anything here may take */

/*
 * A list of times, some delays, some time-outs of waits that are satisfied at once. too_long_at:
 * ~0: it is good.
 */
static void expect_times(HANDLE device, const uint32_t *times, uint32_t count, uint32_t too_long_at)
{
    struct list *list = list_new();
    uint32_t i;

    for (i = 0; i < count; i++) {
        if (i % 2 == 0) {
            list_add(list, UP_IO_WAIT, 1, 0x1000, 0, 0, times[i]);
        } else {
            list_delay(list, times[i]);
        }
        list_add(list, UP_IO_WRITE, 1, 0x1000, 0, 0, 0xFFFFFFFF); /* has no time */
    }
    if (too_long_at == ~0u && ports_are_fake) {
        EXPECT_DONE(device, list);
    } else if (too_long_at != ~0u) {
        EXPECT_LIST(device, list, UP_IO_TOO_LONG, 2 * too_long_at, 0, 0);
    }
    list_free(list);
}

#define EXPECT_TIMES(too_long_at, ...)                                                             \
    do {                                                                                           \
        static const uint32_t times[] = {__VA_ARGS__};                                             \
        expect_times(device, times, sizeof times / sizeof times[0], too_long_at);                  \
    } while (0)

void test_time_sums(void)
{
    HANDLE device = device_open();

    EXPECT_TIMES(~0u, 100000);
    EXPECT_TIMES(0, 100001);
    EXPECT_TIMES(~0u, 0, 100000);
    EXPECT_TIMES(1, 0, 100001);
    EXPECT_TIMES(~0u, 99999, 1);
    EXPECT_TIMES(~0u, 90000, 1, 9999, 0, 0, 0);
    EXPECT_TIMES(2, 100000, 0, 1, 0);
    EXPECT_TIMES(3, 50000, 0, 50000, 1, 100000);
    EXPECT_TIMES(0, 0xFFFFFFFF);
    EXPECT_TIMES(1, 0, 0xFFFFFFFF);
    EXPECT_TIMES(0, 0x80000000, 0x80000000);
    EXPECT_TIMES(1, 1, 0xFFFFFFFF);
    EXPECT_TIMES(2, 0, 1, 0xFFFFFFFF);
    EXPECT_TIMES(1, 50000, 0xFFFFFFFF);
    CloseHandle(device);
}

void test_delays(void)
{
    static const uint32_t delays[] = {1, 100, 5000, 100000};
    HANDLE device = device_open();
    struct list *list = list_new();
    uint64_t start, took;
    unsigned i;

    for (i = 0; i < 4; i++) {
        list_begin(list);
        list_delay(list, delays[i]);
        start = now_us();
        EXPECT_DONE(device, list);
        took = now_us() - start;
        EXPECT_MSG(took >= delays[i] && took < LONG_US, "%lu us took %llu",
                   (unsigned long)delays[i], took);
    }
    list_begin(list); /* fields that a delay does not have */
    list_add(list, UP_IO_DELAY, 200, 0x3000, 0x12345678, 0xFFFFFFFF, 0);
    EXPECT_DONE(device, list);
    list_free(list);
    CloseHandle(device);
}

void test_waits(void)
{
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t looks;

    /*
     * so many looks in vain, and then it is there; the upper bits of value are compared as far as
     * mask has them
     */
    for (looks = 0; looks < 40; looks++) {
        list_begin(list);
        list_write(list, 1, FAKE_READY, looks);
        list_add(list, UP_IO_WAIT, 1, FAKE_READY, 0xABCD0080, 0x00000080, 90000);
        list_write(list, 1, 0x1000, looks);
        list_read(list, 1, FAKE_READY);
        EXPECT_DONE(device, list);
        EXPECT_EQ(answer_to(list, 1)->value, 0xFF);
        EXPECT_EQ(answer_to(list, 3)->value, 0xFF);
        EXPECT_EQ(port_read(device, 1, 0x1000), looks);
    }
    port_write(device, 4, 0x1010, 0x89ABCDEF);
    list_begin(list);
    list_add(list, UP_IO_WAIT, 1, 0x1010, 0xE0, 0xF0, 0);
    list_add(list, UP_IO_WAIT, 2, 0x1010, 0xCDEF, 0xFFFFFFFF, 0);
    list_add(list, UP_IO_WAIT, 4, 0x1010, 0x80000000, 0x80000000, 0);
    list_add(list, UP_IO_WAIT, 4, 0x1010, 0xFFFFFFFF, 0, 0);
    EXPECT_DONE(device, list);
    EXPECT_EQ(answer_to(list, 0)->value, 0xEF);
    EXPECT_EQ(answer_to(list, 1)->value, 0xCDEF);
    EXPECT_EQ(answer_to(list, 2)->value, 0x89ABCDEF);
    EXPECT_EQ(answer_to(list, 3)->value, 0x89ABCDEF);
    list_free(list);
    CloseHandle(device);
}

/* value, mask: that are not there. What follows does not run. */
static void wait_in_vain(HANDLE device, uint8_t width, uint32_t value, uint32_t mask,
                         uint32_t microseconds)
{
    struct list *list = list_new();
    uint64_t start, took;

    port_write(device, 4, 0x1020, 0x01234567);
    list_write(list, 1, 0x1030, 0x77);
    list_add(list, UP_IO_WAIT, width, 0x1020, value, mask, microseconds);
    list_write(list, 1, 0x1030, 0x88);
    list_read(list, 1, 0x1030);
    start = now_us();
    EXPECT_LIST(device, list, UP_IO_TIMED_OUT, 1, 0, 1);
    took = now_us() - start;
    EXPECT_MSG(took >= microseconds && took < LONG_US, "%lu us took %llu",
               (unsigned long)microseconds, took);
    EXPECT_EQ(answer_to(list, 1)->value, 0x01234567u & 0xFFFFFFFFu >> (32 - 8 * width));
    EXPECT_EQ(answer_to(list, 3)->value, 0);
    EXPECT_EQ(port_read(device, 1, 0x1030), 0x77);
    list_free(list);
}

void test_waits_in_vain(void)
{
    HANDLE device = device_open();
    struct list *list = list_new();

    wait_in_vain(device, 1, 0x66, 0xFF, 20000);
    wait_in_vain(device, 2, 0, 1, 1000);
    wait_in_vain(device, 4, 0, 0x01000000, 1);
    wait_in_vain(device, 1, 0x4567, 0xFFFF, 100); /* bits that a byte does not have are 0 */
    wait_in_vain(device, 1, 0, 1, 0);

    /* without a time it looks once */
    port_write(device, 4, FAKE_COUNTER, 10);
    list_add(list, UP_IO_WAIT, 4, FAKE_COUNTER, 0, 0xFFFFFFFF, 0);
    EXPECT_LIST(device, list, UP_IO_TIMED_OUT, 0, 0, 0);
    EXPECT_EQ(answer_to(list, 0)->value, 11);

    /* with a time that is over after the first look it looks once more: 5 ms each */
    list_begin(list);
    list_add(list, UP_IO_WAIT, 1, FAKE_SLOW, 1, 1, 1);
    EXPECT_LIST(device, list, UP_IO_TIMED_OUT, 0, 0, 0);
    list_free(list);
    CloseHandle(device);
}
