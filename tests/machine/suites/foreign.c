/* SPDX-License-Identifier: MIT
 *
 * Another driver's map: giveio and its like write the same one. What was there is reported; ours
 * replaces it; a stop opens nothing; what is written over ours is reported.
 */
#include "../test.h"
#include "messages.h"

static uint8_t all_open[IOPM_BYTES];

static void none_there(void)
{
    struct up_info info;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.flags, 0);
    EXPECT_EQ(info.foreign_ports, 0);
    EXPECT_EQ(event_log_find(UP_MSG_FOREIGN_MAP), 0);
    stop();
}

static void one_is_there(bool every_processor, const uint8_t *map, uint32_t ports)
{
    struct process *puppet;
    struct up_info info;

    iomap_foreign(map, every_processor);
    event_log_clear();
    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.flags, UP_FLAG_FOREIGN_MAP);
    EXPECT_EQ(info.foreign_ports, ports);
    EXPECT_EQ(event_log_find(UP_MSG_FOREIGN_MAP), 1);
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), 0);
    EXPECT_EQ(puppet_scan(puppet, 0, ports_of("lpt1")), 0); /* nothing of the other's is open */
    stop();
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), DENIED);
    EXPECT_EQ(puppet_in(puppet, 0, 0x80, 1), DENIED);
    puppet_end(puppet);
}

static void giveio_on_both(void)
{
    one_is_there(true, all_open, UP_PORT_COUNT);
}

static void giveio_on_one(void)
{
    one_is_there(false, all_open, UP_PORT_COUNT);
}

static void a_few_ports(void)
{
    static uint8_t few[IOPM_BYTES];

    memset(few, 0xFF, sizeof few);
    few[0x378 / 8] = 0xF8;
    few[IOPM_BYTES - 1] = 0x7F;
    one_is_there(true, few, 4);
}

/*
 * A process that another driver gave the map loses it: what lies there now is our list, and not for
 * everybody.
 */
static void another_drivers_process(void)
{
    struct process *theirs = puppet_start(AS_USER);

    iomap_foreign(all_open, true);
    theirs->iopm_offset = IOPM_OFFSET;
    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    EXPECT_EQ(puppet_in(theirs, 0, 0x80, 1), DENIED);
    EXPECT_EQ(puppet_in(theirs, 0, 0x378, 1), DENIED);
    EXPECT_EQ(theirs->iopm_offset, IOPM_NONE);
    stop();
    EXPECT_EQ(puppet_in(theirs, 0, 0x378, 1), DENIED);
    puppet_end(theirs);
}

static void ours_is_overwritten(void)
{
    struct process *admin;
    struct up_info info;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    iomap_foreign(all_open, true);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.flags, UP_FLAG_OVERWRITTEN);
    admin = puppet_start(AS_ADMIN);
    handle = puppet_open(admin, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    EXPECT_EQ(puppet_control(admin, handle, UP_IOCTL_RELOAD, 0, 0), 0);
    EXPECT_EQ(puppet_in(admin, 0, 0x80, 1), DENIED); /* the reload puts ours back */
    puppet_close(admin, 0, handle);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.flags, 0);
    iomap_foreign(all_open, true);
    stop(); /* looks that no port is open in either map */
    EXPECT_EQ(puppet_in(admin, 0, 0x80, 1), DENIED);
    puppet_end(admin);
}

/* A start that fails before it has touched the map leaves another driver's as it was. */
static void a_failed_start_leaves_it(void)
{
    struct up_portset none;

    iomap_foreign(all_open, true);
    registry_set_ports("lpt1");
    inject_arm_name("IoCreateDevice");
    EXPECT(!NT_SUCCESS(driver_start("userport.sys")));
    inject_disarm();
    EXPECT_EQ(iomap_open_ports(0), UP_PORT_COUNT);
    EXPECT_EQ(iomap_open_ports(1), UP_PORT_COUNT);
    up_portset_deny_all(&none);
    iomap_foreign(none.map, true);
}

static const struct test tests[] = {
    {"no other map: nothing is reported", none_there},
    {"all ports open on both processors: reported, replaced, not put back", giveio_on_both},
    {"all ports open on one processor only: seen all the same", giveio_on_one},
    {"four ports open: the number is right", a_few_ports},
    {"a process that another driver gave the map", another_drivers_process},
    {"a map written over ours is reported, and a reload puts ours back", ours_is_overwritten},
    {"a start that fails early leaves the other map alone", a_failed_start_leaves_it},
    {NULL, NULL},
};

const struct suite suite_foreign = {"foreign", tests, NULL};
