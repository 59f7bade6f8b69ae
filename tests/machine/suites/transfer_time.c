/* SPDX-License-Identifier: MIT
 *
 * Lists of operations in time: delays and waits; that a revoke, a close or the end of the caller
 * ends a list at once; two processors that run lists at the same time.
 */
#include "../list.h"

/* ---- time ------------------------------------------------------------------------------------ */

/* By the time-stamp counter, as the driver's clock: ticks can be lost when the host is busy. */
static uint32_t milliseconds_since(uint64_t before)
{
    return (uint32_t)((read_tsc() - before) * 1000u / tsc_hz);
}

static void delays(void)
{
    uint64_t before;

    list_open("lpt1");
    list_clear();
    list_add(UP_IO_WRITE, 1, DATA, 1);
    list_add(UP_IO_DELAY, 0, 0, 0)->microseconds = 30000;
    list_add(UP_IO_DELAY, 0, 0, 0)->microseconds = 0;
    list_add(UP_IO_DELAY, 99, 0xFFFF, 0)->microseconds = 20000;
    list_add(UP_IO_WRITE, 1, DATA, 2);
    before = read_tsc();
    EXPECT_EQ(list_run(), UP_IO_DONE);
    EXPECT(milliseconds_since(before) >= 49);
    EXPECT_EQ(in8(DATA), 2);
    list_close();
}

static void too_long(void)
{
    uint64_t before = ticks;

    list_open("lpt1");
    list_clear();
    list_add(UP_IO_WRITE, 1, DATA, 0x11);
    list_add(UP_IO_DELAY, 0, 0, 0)->microseconds = 1;
    EXPECT_EQ(list_run(), UP_IO_DONE);
    list_wait(DATA, 0x11, 0xFF, UP_IO_MICROSECONDS_MAX - 1); /* true at once */
    EXPECT_EQ(list_run(), UP_IO_DONE);
    list_add(UP_IO_DELAY, 0, 0, 0)->microseconds = 1;
    list.operations[0].value = 0x22;
    EXPECT_EQ(list_run(), UP_IO_TOO_LONG);
    EXPECT_EQ(list.header.index, 3);
    EXPECT_EQ(list.header.done, 0);
    EXPECT_EQ(in8(DATA), 0x11);
    list.operations[3].microseconds = 0xFFFFFFFF; /* the sum would be small again */
    EXPECT_EQ(list_run(), UP_IO_TOO_LONG);
    EXPECT(ticks - before < 5u * TICKS_PER_SECOND);
    list_close();
}

static void waits(void)
{
    uint64_t before;

    list_open("lpt1");
    out8(DATA, 0xA5);
    list_clear();
    list_wait(DATA, 0x05, 0x0F, 50000); /* only the masked bits count */
    EXPECT_EQ(list_run(), UP_IO_DONE);
    EXPECT_EQ(list.operations[0].value, 0xA5);
    list_clear();
    list_wait(DATA, 0x06, 0x0F, 20000);
    list_add(UP_IO_WRITE, 1, DATA, 0);
    before = read_tsc();
    EXPECT_EQ(list_run(), UP_IO_TIMED_OUT);
    EXPECT(milliseconds_since(before) >= 19);
    EXPECT_EQ(list.header.index, 0);
    EXPECT_EQ(list.header.done, 0);
    EXPECT_EQ(list.operations[0].value, 0xA5);
    EXPECT_EQ(in8(DATA), 0xA5); /* what follows did not run */
    list_clear();
    list_wait(DATA, 0x06, 0x0F, 0); /* one look */
    EXPECT_EQ(list_run(), UP_IO_TIMED_OUT);
    list_clear();
    list_wait(DATA, 0x12345678, 0, 0); /* no bit counts */
    EXPECT_EQ(list_run(), UP_IO_DONE);
    list_close();
}

/*
 * Something happens while a puppet's thread is in the middle of the list, in a wait or delay of a
 * tenth of a second. On a busy host it may come too late, and the list has ended by itself, or too
 * early, and the request has failed: then undo, and once more.
 */
static void in_the_middle(struct process *puppet, uint32_t user, void (*happen)(void),
                          void (*undo)(void))
{
    const uint32_t in_time = list.operations[list.header.operations - 1].kind == UP_IO_DELAY
                                 ? UP_IO_DONE
                                 : UP_IO_TIMED_OUT;
    struct puppet_slot *slot;
    unsigned tries;

    for (tries = 0; tries < 20; tries++) {
        out8(DATA, 0);
        slot = list_begin(puppet, 1, user, PUPPET_CONTROL);
        sleep_ticks(3, false);
        happen();
        puppet_finish(slot);
        if (slot->value == 1 && answer_of(puppet)->result != in_time) {
            return;
        }
        if (undo != NULL) {
            undo();
        }
    }
    EXPECT_MSG(false, "it came too late or too early %u times", tries);
}

static void write_81(void)
{
    out8(DATA, 0x81);
}

/*
 * A thread waits on one processor, a device changes (here: the test writes to it), and the wait
 * sees it.
 */
static void wait_for_the_other_processor(void)
{
    struct process *puppet;
    uint32_t user, round;

    list_open("lpt1");
    puppet = puppet_start(AS_USER);
    user = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    for (round = 0; round < 10; round++) {
        list_clear();
        list_wait(DATA, 0x80, 0x80, UP_IO_MICROSECONDS_MAX);
        list_add(UP_IO_READ, 1, DATA, 0);
        in_the_middle(puppet, user, write_81, NULL);
        EXPECT_EQ(answer_of(puppet)->result, UP_IO_DONE);
        EXPECT_EQ(((const struct up_io_operation *)(answer_of(puppet) + 1))[1].value, 0x81);
    }
    puppet_end(puppet);
    list_close();
}

/* ---- the end of a list ----------------------------------------------------------------------- */

/*
 * Two processes send lists without end while the grants are taken and given. When a suspend has
 * returned, the data register belongs to the test alone: what it writes there stays.
 */
static void revoke_is_immediate(void)
{
    struct process *puppets[2];
    struct puppet_slot *slots[2];
    uint32_t i, k, round, user;

    list_open("lpt1");
    for (i = 0; i < 2; i++) {
        puppets[i] = puppet_start(AS_USER);
        user = puppet_open(puppets[i], 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
        list_clear();
        for (k = 0; k < 300; k++) {
            list_add(UP_IO_WRITE, 1, DATA, 0x11u << i);
        }
        slots[i] = list_begin(puppets[i], 1, user, PUPPET_LIST_LOOP);
    }
    for (round = 0; round < 30; round++) {
        wait_for_rounds(slots[round % 2], 5);
        control_as_admin(UP_IOCTL_SUSPEND);
        out8(DATA, 0x77);
        for (k = 0; k < 20; k++) {
            EXPECT_EQ(in8(DATA), 0x77);
            wait_for_rounds(slots[k % 2], 2);
        }
        control_as_admin(UP_IOCTL_RESUME);
    }
    for (i = 0; i < 2; i++) {
        puppet_finish(slots[i]);
        EXPECT(slots[i]->allowed[0] > 0);
        EXPECT(slots[i]->denied[0] > 0);
        puppet_end(puppets[i]);
    }
    list_close();
}

static void suspend(void)
{
    control_as_admin(UP_IOCTL_SUSPEND);
}

static void resume(void)
{
    control_as_admin(UP_IOCTL_RESUME);
}

static void reload_with(const char *ports)
{
    registry_set_ports(ports);
    control_as_admin(UP_IOCTL_RELOAD);
}

static void take_278(void)
{
    reload_with("lpt1");
}

static void give_278(void)
{
    reload_with("lpt1, 278");
}

static void give_3bc_and_write(void)
{
    reload_with("lpt1, 3BC");
    out8(DATA, 1);
}

/*
 * A list in the middle of a wait, when its port is taken away, or one that is still to come, or
 * another one.
 */
static void revoke_in_the_middle(void)
{
    struct process *puppet;
    uint32_t user;

    list_open("lpt1, 278");
    puppet = puppet_start(AS_USER);
    user = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    list_clear();
    list_add(UP_IO_READ, 1, DATA, 0);
    list_wait(DATA, 1, 1, UP_IO_MICROSECONDS_MAX);
    list_add(UP_IO_WRITE, 1, 0x278, 0);
    in_the_middle(puppet, user, suspend, resume);
    EXPECT_EQ(answer_of(puppet)->result, UP_IO_DENIED);
    EXPECT_EQ(answer_of(puppet)->done, 1);
    EXPECT_EQ(answer_of(puppet)->index, 1);
    EXPECT_EQ(answer_of(puppet)->port, DATA);
    resume();

    in_the_middle(puppet, user, take_278, give_278);
    EXPECT_EQ(answer_of(puppet)->result, UP_IO_DENIED);
    EXPECT_EQ(answer_of(puppet)->index, 2);
    EXPECT_EQ(answer_of(puppet)->port, 0x278);
    EXPECT_EQ(answer_of(puppet)->done, 1);

    list.header.operations = 2; /* a change that takes nothing from it does not end it */
    in_the_middle(puppet, user, give_3bc_and_write, NULL);
    EXPECT_EQ(answer_of(puppet)->result, UP_IO_DONE);
    puppet_end(puppet);
    list_close();
}

static struct process *closing; /* whose handle is to be closed, and opened again */
static uint32_t closing_handle;

static void close_it(void)
{
    EXPECT(puppet_close(closing, 0, closing_handle));
}

static void open_again(void)
{
    EXPECT_EQ(puppet_open(closing, 0, DEVICE, GENERIC_READ | GENERIC_WRITE), closing_handle);
}

/* The last handle is closed by another thread: the list ends, and the file with it. */
static void close_in_the_middle(void)
{
    list_open("lpt1");
    closing = puppet_start(AS_USER);
    list_clear();
    list_add(UP_IO_READ, 1, DATA, 0);
    list_wait(DATA, 1, 1, UP_IO_MICROSECONDS_MAX);
    closing_handle = puppet_open(closing, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    in_the_middle(closing, closing_handle, close_it, open_again);
    EXPECT_EQ(answer_of(closing)->result, UP_IO_CANCELLED);
    EXPECT_EQ(answer_of(closing)->index, 1);
    EXPECT_EQ(answer_of(closing)->done, 1);

    list_clear();
    list_add(UP_IO_DELAY, 0, 0, 0)->microseconds = UP_IO_MICROSECONDS_MAX;
    open_again();
    in_the_middle(closing, closing_handle, close_it, open_again);
    EXPECT_EQ(answer_of(closing)->result, UP_IO_CANCELLED);
    EXPECT_EQ(answer_of(closing)->done, 0);
    puppet_end(closing);
    list_close();
}

/*
 * A process that is killed in a wait, or a delay, of a tenth of a second: the shortest of five
 * tries. NT 4.0 does not say soon enough that the thread is being ended; there the bound of lists
 * is what counts.
 */
static void killed_in_the_middle(void)
{
    struct process *puppet;
    uint32_t user, i, kind, shortest, lasted;
    uint64_t before;

    list_open("lpt1");
    for (kind = UP_IO_DELAY; kind <= UP_IO_WAIT; kind++) {
        shortest = ~0u;
        for (i = 0; i < 5; i++) {
            puppet = puppet_start(AS_USER);
            user = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
            out8(DATA, 0);
            list_clear();
            list_wait(DATA, 1, 1, UP_IO_MICROSECONDS_MAX)->kind = (uint8_t)kind;
            list_begin(puppet, 1, user, PUPPET_CONTROL);
            sleep_ticks(5, false);
            before = read_tsc();
            process_kill(puppet, 1);
            EXPECT_EQ(process_wait(puppet), 1);
            lasted = milliseconds_since(before);
            shortest = lasted < shortest ? lasted : shortest;
        }
        EXPECT_MSG(shortest < (reading_every ? 60 : 150), "kind %u: %u ms", (unsigned)kind,
                   (unsigned)shortest);
    }
    list_close();
}

/* ---- at the same time ------------------------------------------------------------------------ */

/*
 * What follows one another runs in one go: of two processes on two processors none sees the other's
 * value.
 */
static void two_processors(void)
{
    struct process *puppets[2];
    struct puppet_slot *slots[2];
    uint32_t i, k, user;

    list_open("lpt1");
    for (i = 0; i < 2; i++) {
        puppets[i] = puppet_start(AS_USER);
        puppet_do(puppets[i], 1, PUPPET_AFFINITY, 1u << i, 0, 0);
        user = puppet_open(puppets[i], 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
        list_clear();
        list_add(UP_IO_WRITE, 1, DATA, 0x40 + i);
        for (k = 1; k < 64; k++) {
            list_add(UP_IO_READ, 1, DATA, 0);
        }
        slots[i] = list_begin(puppets[i], 1, user, PUPPET_LIST_LOOP);
    }
    wait_for_rounds(slots[0], 2000);
    wait_for_rounds(slots[1], 100);
    for (i = 0; i < 2; i++) {
        puppet_finish(slots[i]);
        EXPECT_EQ(slots[i]->value, 0);
        EXPECT_EQ(slots[i]->denied[0], 0);
        puppet_end(puppets[i]);
    }
    list_close();
}

static const struct test tests[] = {
    {"delays last as long as they should", delays},
    {"delays and time-outs of more than 100 ms in all", too_long},
    {"waits: met, in vain, one look", waits},
    {"a wait that the other processor's write ends", wait_for_the_other_processor},
    {"a revoke holds for lists when it returns", revoke_is_immediate},
    {"a revoke, and a reload, in the middle of a list", revoke_in_the_middle},
    {"the handle is closed in the middle of a list", close_in_the_middle},
    {"the caller is killed in the middle of a list", killed_in_the_middle},
    {"two processes on two processors: neighbours stay together", two_processors},
    {NULL, NULL},
};

const struct suite suite_transfer_time = {"transfer_time", tests, NULL};
