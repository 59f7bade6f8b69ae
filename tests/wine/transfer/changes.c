/* SPDX-License-Identifier: MIT
 *
 * What happens to lists when something else happens: the grants change between two of them or in
 * the middle of one, the request is cancelled, the caller ends. In the middle means: after a batch,
 * as often as a real processor can see it; the fake port FAKE_ACT makes it happen there. (Two
 * processors at once: the test machine's suites.)
 */
#include "client.h"

/* docs/protocol.md: reads and writes run in groups that move up to 64 bytes */
#define BATCH_MAX 64u

void test_suspend_and_reload(void)
{
    static uint8_t map[UP_MAP_BYTES];
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t reloads = device_info().reloads, denied = device_info().transfers_denied;
    DWORD returned;
    unsigned i;

    list_read(list, 2, 0x1000);
    EXPECT_DONE(device, list);
    EXPECT_EQ(device_order(UP_IOCTL_SUSPEND), 0);
    EXPECT_EQ(device_info().state, UP_STATE_SUSPENDED);
    EXPECT_LIST(device, list, UP_IO_DENIED, 0, 0x1000, 0);
    EXPECT_EQ(device_control(device, UP_IOCTL_MAP, NULL, 0, map, sizeof map, &returned), 0);
    for (i = 0; i < sizeof map; i++) {
        EXPECT_EQ(map[i], 0xFF);
    }
    EXPECT_EQ(device_order(UP_IOCTL_SUSPEND), 0);
    EXPECT_EQ(device_order(UP_IOCTL_RELOAD), 0); /* stays suspended */
    EXPECT_LIST(device, list, UP_IO_DENIED, 0, 0x1000, 0);
    EXPECT_EQ(device_order(UP_IOCTL_RESUME), 0);
    EXPECT_DONE(device, list);

    wanted_deny(0x1001, 0x1001);
    wanted_write();
    EXPECT_DONE(device, list); /* not before the reload */
    EXPECT_EQ(device_order(UP_IOCTL_RELOAD), 0);
    EXPECT_LIST(device, list, UP_IO_DENIED, 0, 0x1001, 0);
    EXPECT_EQ(device_order(UP_IOCTL_SUSPEND), 0);
    wanted_grant(0x1001, 0x1001);
    wanted_reload();
    EXPECT_LIST(device, list, UP_IO_DENIED, 0, 0x1000, 0);
    EXPECT_EQ(device_order(UP_IOCTL_RESUME), 0); /* with what the reload brought */
    EXPECT_DONE(device, list);
    EXPECT_EQ(device_info().reloads, reloads + 3);
    EXPECT_EQ(device_info().transfers_denied, denied + 4);
    EXPECT_EQ(device_info().state, UP_STATE_RUNNING);
    list_free(list);
    CloseHandle(device);
}

/* Writes to 1000, 1001 and so on, each its own port; one of them is the act. */
static void writes_with_act(struct list *list, uint32_t count, uint32_t at, uint32_t act)
{
    uint32_t i;

    list_begin(list);
    for (i = 0; i < count; i++) {
        if (i == at) {
            list_write(list, 4, FAKE_ACT, act);
        } else {
            list_write(list, 1, (uint16_t)(0x1000 + i), 0x40 + i);
        }
    }
}

/* The first so many have run, and no other. */
static void expect_writes(HANDLE device, uint32_t count, uint32_t at, uint32_t done)
{
    uint32_t i;

    for (i = 0; i < count; i++) {
        if (i != at) {
            EXPECT_EQ(port_read(device, 1, (uint16_t)(0x1000 + i)),
                      i < done ? (0x40 + i) & 0xFF : 0);
        }
    }
}

void test_change_in_a_list(void)
{
    static const uint32_t places[] = {0,  1,   15,  16,  50,  62,  63,  64,
                                      65, 100, 127, 128, 200, 256, 298, 299};
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t i, at, done;

    for (i = 0; i < sizeof places / sizeof places[0]; i++) {
        at = places[i];
        fake_reset(device);
        writes_with_act(list, 300, at, FAKE_ACT_SUSPEND);
        EXPECT_EQ(list_run(device, list), 0);
        done = answer(list)->done;
        EXPECT_MSG(done > at && done <= at + BATCH_MAX && done <= 300, "done %lu, suspended at %lu",
                   (unsigned long)done, (unsigned long)at);
        EXPECT_EQ(answer(list)->result, done == 300 ? UP_IO_DONE : UP_IO_DENIED);
        EXPECT_EQ(answer(list)->index, done);
        EXPECT_EQ(answer(list)->port, done == 300 ? 0 : 0x1000 + done);
        EXPECT_EQ(device_info().state, UP_STATE_SUSPENDED);
        EXPECT_EQ(device_order(UP_IOCTL_RESUME), 0);
        expect_writes(device, 300, at, done);
    }
    list_free(list);
    CloseHandle(device);
}

/* A block of the act's port: all elements are 0 but one. */
void test_change_in_a_block(void)
{
    static const uint32_t places[] = {0, 15, 16, 33, 64, 100, 200};
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t i, before, ran;

    for (i = 0; i < sizeof places / sizeof places[0]; i++) {
        before = fake_accesses(device);
        list_begin(list);
        list_read(list, 1, 0x1000);
        list_add(list, UP_IO_WRITE_BLOCK, 4, FAKE_ACT, 0, 300, 0);
        list_write(list, 1, 0x1000, 1);
        memset(list_data(list, NULL, 1200), 0, 1200);
        ((uint32_t *)list_operation(list, 3))[places[i]] = FAKE_ACT_SUSPEND;
        EXPECT_LIST(device, list, UP_IO_DENIED, 1, FAKE_ACT, 1);
        EXPECT_EQ(device_order(UP_IOCTL_RESUME), 0);
        ran = fake_accesses(device) - before - 1;
        EXPECT_MSG(ran > places[i] && ran <= places[i] + BATCH_MAX,
                   "%lu elements, suspended at %lu", (unsigned long)ran, (unsigned long)places[i]);
        EXPECT_EQ(answer(list)->moved, ran);
    }
    EXPECT_EQ(port_read(device, 1, 0x1000), 0);
    list_free(list);
    CloseHandle(device);
}

/* Before the first look, and in the middle of looking. */
void test_change_in_a_wait(void)
{
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t batches, before;

    for (batches = 0; batches < 20; batches++) {
        before = fake_accesses(device);
        list_begin(list);
        list_write(list, 4, FAKE_ACT, FAKE_ACT_SUSPEND | batches << 8);
        list_add(list, UP_IO_WAIT, 1, 0x1100, 1, 1, 90000);
        list_write(list, 1, 0x1100, 1);
        EXPECT_LIST(device, list, UP_IO_DENIED, 1, 0x1100, 1);
        EXPECT_EQ(device_order(UP_IOCTL_RESUME), 0);
        EXPECT_EQ(fake_accesses(device), before + 1 + batches);
    }
    list_free(list);
    CloseHandle(device);
}

/*
 * The port that the new grants deny is further on; what would come before it does not run either.
 */
void test_reload_in_a_list(void)
{
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t done;

    writes_with_act(list, 300, 40, FAKE_ACT_RELOAD);
    EXPECT_DONE(device, list); /* the same grants again */
    fake_reset(device);
    wanted_deny(0x1000 + 150, 0x1000 + 150);
    wanted_write();
    EXPECT_EQ(list_run(device, list), 0);
    done = answer(list)->done;
    EXPECT_MSG(done > 40 && done <= 40 + BATCH_MAX, "done %lu", (unsigned long)done);
    EXPECT_EQ(answer(list)->result, UP_IO_DENIED);
    EXPECT_EQ(answer(list)->index, 150);
    EXPECT_EQ(answer(list)->port, 0x1000 + 150);
    wanted_grant(0x1000 + 150, 0x1000 + 150);
    wanted_reload();
    expect_writes(device, 300, 40, done);

    /* of what has run nothing is asked again */
    wanted_deny(0x1000, 0x1000);
    wanted_write();
    EXPECT_DONE(device, list);
    list_free(list);
    CloseHandle(device);
}

/* Cancelled in a list, a block, a delay, a wait. */
static void cancelled_at(HANDLE device, struct list *list, uint32_t least, uint32_t most)
{
    EXPECT_EQ(list_run(device, list), 0);
    EXPECT_EQ(answer(list)->result, UP_IO_CANCELLED);
    EXPECT_EQ(answer(list)->index, answer(list)->done);
    EXPECT_MSG(answer(list)->done >= least && answer(list)->done <= most,
               "done %lu, not %lu to %lu", (unsigned long)answer(list)->done, (unsigned long)least,
               (unsigned long)most);
}

static void cancelled_by(uint32_t act, uint32_t most)
{
    static const uint8_t kinds[] = {UP_IO_READ_BLOCK, UP_IO_DELAY, UP_IO_WAIT};
    HANDLE device = device_open();
    struct list *list = list_new();
    uint32_t i, done, before;

    for (i = 0; i < 3; i++) {
        before = fake_accesses(device);
        list_begin(list);
        list_write(list, 1, FAKE_ACT, act);
        list_add(list, kinds[i], 1, 0x1100, kinds[i] == UP_IO_WAIT,
                 kinds[i] == UP_IO_WAIT ? 1 : 60000, 90000);
        list_write(list, 1, 0x1200, 0x99);
        memset(list_data(list, NULL, 60000), 0, 60000);
        cancelled_at(device, list, 1, 1);
        EXPECT_EQ(port_read(device, 1, 0x1200), 0);
        EXPECT(i != 0 || fake_accesses(device) - before < 60000);
    }
    fake_reset(device);
    list_begin(list);
    for (i = 0; i < 4096; i++) {
        list_write(list, i == 20 ? 4 : 1, i == 20 ? FAKE_ACT : (uint16_t)(0x1000 + i % 0x1000),
                   i == 20 ? act : 1);
    }
    cancelled_at(device, list, 21, most);
    done = answer(list)->done;
    EXPECT_EQ(port_read(device, 1, (uint16_t)(0x1000 + done - 1)), 1);
    EXPECT_EQ(port_read(device, 1, (uint16_t)(0x1000 + done)), 0);
    list_free(list);
    CloseHandle(device);
}

void test_cancelled_list(void)
{
    cancelled_by(FAKE_ACT_CANCEL, 20 + BATCH_MAX);
}

/* It is looked for now and then only. */
void test_terminated_caller(void)
{
    cancelled_by(FAKE_ACT_TERMINATE, 4000);
}
