/* SPDX-License-Identifier: MIT
 *
 * Who has the ports, from when to when: both scopes, sticky, threads of one process on two
 * processors, and the kinds of programs that exist.
 */
#include "../test.h"

#define PORT        0x378
#define EPOCH_TICKS (30u * TICKS_PER_SECOND / 1000u)

/* ---- scope 0 --------------------------------------------------------------------------------- */

static void scope_all_new_and_running(void)
{
    struct process *before = puppet_start(AS_USER);
    struct process *after;

    EXPECT_EQ(puppet_in(before, 0, PORT, 1), DENIED);
    start_with("lpt1", UP_SCOPE_ALL, 0);
    EXPECT_EQ(puppet_in(before, 0, PORT, 1), 0);
    after = puppet_start(AS_USER);
    EXPECT_EQ(puppet_in(after, 0, PORT, 1), 0);
    EXPECT_EQ(puppet_in(after, 1, 0x3F8, 1), DENIED);
    puppet_end(before);
    puppet_end(after);
    stop();
}

/* The start must be seen by threads that spin in ring 3 on both processors while it happens. */
static void start_and_stop_under_spinning_threads(void)
{
    struct process *puppet = puppet_start(AS_USER);
    struct puppet_slot *spin[2];
    unsigned i;

    for (i = 0; i < 2; i++) {
        puppet_do(puppet, i, PUPPET_AFFINITY, 1u << i, 0, 0);
        spin[i] = puppet_begin(puppet, i, PUPPET_SPIN, PORT);
    }
    sleep_ticks(EPOCH_TICKS, false);
    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet->mail->epoch = EPOCH_GRANTED;
    sleep_ticks(EPOCH_TICKS, false);
    puppet->mail->epoch = EPOCH_GOING;
    stop();
    puppet->mail->epoch = EPOCH_GONE;
    sleep_ticks(EPOCH_TICKS, false);
    for (i = 0; i < 2; i++) {
        puppet_finish(spin[i]);
        expect_epochs(spin[i], 0);
    }
    puppet_end(puppet);
}

static void close_takes_nothing_in_scope_all(void)
{
    struct process *puppet;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
    EXPECT(puppet_close(puppet, 0, handle));
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0);
    EXPECT_EQ(puppet_in(puppet, 1, PORT, 1), 0);
    puppet_end(puppet);
    stop();
}

/* ---- scope 1 --------------------------------------------------------------------------------- */

static void only_openers(void)
{
    struct process *opener, *other;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    opener = puppet_start(AS_USER);
    other = puppet_start(AS_USER);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), DENIED);
    handle = puppet_open(opener, 0, DEVICE, GENERIC_READ);
    EXPECT(handle != 0xFFFFFFFF);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), 0);
    EXPECT_EQ(puppet_in(opener, 1, PORT, 1), 0);
    EXPECT_EQ(puppet_in(other, 0, PORT, 1), DENIED);
    EXPECT(puppet_close(opener, 0, handle));
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), DENIED);
    EXPECT_EQ(puppet_in(opener, 1, PORT, 1), DENIED);
    handle = puppet_open(opener, 0, DEVICE, GENERIC_READ);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), 0);
    puppet_close(opener, 0, handle);
    puppet_end(opener);
    puppet_end(other);
    stop();
}

static void several_handles_and_openers(void)
{
    struct process *a, *b;
    uint32_t a1, a2, b1;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    a = puppet_start(AS_USER);
    b = puppet_start(AS_USER);
    a1 = puppet_open(a, 0, DEVICE, GENERIC_READ);
    a2 = puppet_open(a, 1, DEVICE, GENERIC_READ | GENERIC_WRITE);
    b1 = puppet_open(b, 0, DEVICE, GENERIC_WRITE);
    EXPECT(a1 != 0xFFFFFFFF && a2 != 0xFFFFFFFF && b1 != 0xFFFFFFFF);
    puppet_close(a, 0, a1);
    EXPECT_EQ(puppet_in(a, 0, PORT, 1), 0); /* it has another one */
    puppet_close(b, 0, b1);
    EXPECT_EQ(puppet_in(b, 0, PORT, 1), DENIED);
    EXPECT_EQ(puppet_in(a, 0, PORT, 1), 0);
    puppet_close(a, 0, a2);
    EXPECT_EQ(puppet_in(a, 0, PORT, 1), DENIED);
    puppet_end(a);
    puppet_end(b);
    stop();
}

static void sticky(void)
{
    struct process *opener, *other;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_OPENERS, 1);
    opener = puppet_start(AS_USER);
    other = puppet_start(AS_USER);
    handle = puppet_open(opener, 0, DEVICE, GENERIC_READ);
    puppet_close(opener, 0, handle);
    puppet_do(opener, 0, PUPPET_SLEEP, 100, 0, 0);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), 0);
    EXPECT_EQ(puppet_in(opener, 1, PORT, 1), 0);
    EXPECT_EQ(puppet_in(other, 0, PORT, 1), DENIED);
    puppet_end(opener); /* to the end of the process, not longer: a new one has nothing */
    opener = puppet_start(AS_USER);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), DENIED);
    puppet_end(opener);
    puppet_end(other);
    stop();
}

/* Two threads of one process on two processors: no process switch tells the second one. */
static void effective_at_return(uint32_t opener_cpu)
{
    struct process *puppet;
    struct puppet_slot *spin;
    uint32_t handle, round;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    puppet = puppet_start(AS_USER);
    puppet_do(puppet, 0, PUPPET_AFFINITY, 1u << opener_cpu, 0, 0);
    puppet_do(puppet, 1, PUPPET_AFFINITY, 2u >> opener_cpu, 0, 0);
    for (round = 0; round < 20; round++) {
        puppet->mail->epoch = EPOCH_BEFORE;
        spin = puppet_begin(puppet, 1, PUPPET_SPIN, PORT);
        let_spin(&spin->denied[EPOCH_BEFORE]);
        memcpy(puppet->mail->name, DEVICE, sizeof DEVICE);
        puppet_do(puppet, 0, PUPPET_OPEN_EPOCH, GENERIC_READ, 0, 0);
        handle = puppet->mail->slots[0].value;
        let_spin(&spin->allowed[EPOCH_GRANTED]);
        puppet_do(puppet, 0, PUPPET_CLOSE_EPOCH, handle, 0, 0);
        let_spin(&spin->denied[EPOCH_GONE]);
        puppet_finish(spin);
        expect_epochs(spin, round);
    }
    puppet_end(puppet);
    stop();
}

static void effective_at_return_from_0(void)
{
    effective_at_return(0);
}

static void effective_at_return_from_1(void)
{
    effective_at_return(1);
}

/* ---- the kinds of programs ------------------------------------------------------------------- */

static void keeps_the_handle(void)
{
    struct process *puppet;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    puppet = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0); /* at once, with no sleep */
    EXPECT_EQ(puppet_out(puppet, 0, PORT, 1, 0x55), 0);
    puppet_close(puppet, 0, handle);
    puppet_end(puppet);
    stop();
}

/* Delphi's way: open, close at once, sleep 100 ms, use. */
static void open_close_sleep_use(void)
{
    static const struct {
        uint32_t scope, sticky, result;
    } table[] = {{UP_SCOPE_ALL, 0, 0}, {UP_SCOPE_OPENERS, 1, 0}, {UP_SCOPE_OPENERS, 0, DENIED}};
    struct process *puppet;
    unsigned i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        start_with("lpt1", table[i].scope, table[i].sticky);
        puppet = puppet_start(AS_USER);
        EXPECT(puppet_close(puppet, 0, puppet_open(puppet, 0, DEVICE, GENERIC_READ)));
        puppet_do(puppet, 0, PUPPET_SLEEP, 100, 0, 0);
        EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), table[i].result);
        puppet_end(puppet);
        stop();
    }
}

static void trailing_backslash(void)
{
    static const struct {
        const char *name;
        bool opens;
    } table[] = {{DEVICE "\\", true},         {DEVICE, true},           {"\\\\.\\USERPORT\\", true},
                 {DEVICE "\\\\", false},      {DEVICE "\\x", false},    {DEVICE "\\x\\", false},
                 {"\\\\.\\UserPortx", false}, {"\\\\.\\UserPor", false}};
    struct process *puppet;
    uint32_t handle;
    unsigned i;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    puppet = puppet_start(AS_USER);
    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        handle = puppet_open(puppet, 0, table[i].name, GENERIC_READ);
        EXPECT_MSG((handle != 0xFFFFFFFF) == table[i].opens, "%s", table[i].name);
        EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), table[i].opens ? 0 : DENIED);
        if (handle != 0xFFFFFFFF) {
            puppet_close(puppet, 0, handle);
        } else {
            EXPECT_EQ(puppet->mail->slots[0].error, ERROR_FILE_NOT_FOUND);
        }
    }
    puppet_end(puppet); /* jzIntv never closes: the next case */
    puppet = puppet_start(AS_USER);
    puppet_open(puppet, 0, DEVICE "\\", GENERIC_READ);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0);
    puppet_end(puppet);
    stop();
}

static void any_access(void)
{
    static const uint32_t table[] = {0,
                                     GENERIC_READ,
                                     GENERIC_WRITE,
                                     GENERIC_READ | GENERIC_WRITE,
                                     GENERIC_EXECUTE,
                                     SYNCHRONIZE,
                                     MAXIMUM_ALLOWED,
                                     FILE_READ_ATTRIBUTES};
    struct process *puppet;
    unsigned i;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    puppet = puppet_start(AS_USER);
    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        uint32_t handle;

        if (table[i] == MAXIMUM_ALLOWED && reading_every) {
            continue; /* there the handle would get everything for it: access.c */
        }
        handle = puppet_open(puppet, 0, DEVICE, table[i]);
        EXPECT_MSG(handle != 0xFFFFFFFF, "access %08X", (unsigned)table[i]);
        EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0);
        puppet_close(puppet, 0, handle);
    }
    puppet_end(puppet);
    stop();
}

/* An opener is killed in the middle of its work, with threads in ring 3 and the handle open. */
static void killed_opener(void)
{
    struct process *puppet;
    struct up_info info;
    uint32_t round;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    for (round = 0; round < 10; round++) {
        puppet = puppet_start(AS_USER);
        puppet_open(puppet, 0, DEVICE, GENERIC_READ);
        puppet_open(puppet, 0, DEVICE, GENERIC_READ);
        puppet_begin(puppet, 1, PUPPET_SPIN, PORT);
        puppet_begin(puppet, 2, PUPPET_SLEEP, 1000000);
        sleep_ticks(round, false);
        process_kill(puppet, 0xDEAD);
        EXPECT_EQ(process_wait(puppet), 0xDEAD);
    }
    EXPECT(get_info(&info));
    EXPECT_EQ(info.files, 1); /* get_info's own */
    EXPECT_EQ(info.processes_granted, 1);
    stop();
}

/*
 * The handle lives on in another process: the opener's access goes with its end, and the record
 * with the last close.
 */
static void handle_in_another_process(void)
{
    struct process *opener, *other;
    struct up_info info;
    uint32_t handle;
    HANDLE copy;
    void *file;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    opener = puppet_start(AS_USER);
    other = puppet_start(AS_USER);
    handle = puppet_open(opener, 0, DEVICE, GENERIC_READ);
    file = handle_object(&opener->handles, (HANDLE)handle, OBJECT_FILE, NULL);
    copy = handle_create(&other->handles, file, FILE_GENERIC_READ, false);
    EXPECT_EQ(puppet_in(other, 0, PORT, 1), DENIED); /* a handle that was given is not an open */
    puppet_end(opener);
    EXPECT_EQ(puppet_in(other, 0, PORT, 1), DENIED);
    EXPECT_EQ(driver_stop(), STATUS_PENDING);
    EXPECT(puppet_close(other, 0, (uint32_t)copy));
    EXPECT(!driver_is_loaded());
    puppet_end(other);
    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.files, 1);
    stop();
}

/*
 * The creator's other thread may be faster than the notification: the process opens the device
 * before it is announced.
 */
static void opener_that_is_not_announced_yet(void)
{
    struct process *puppet;
    struct up_info info;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    process_announces = false;
    puppet = puppet_start(AS_USER);
    process_announces = true;
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0);
    process_announce(puppet);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0);
    EXPECT(puppet_close(puppet, 0, handle));
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), DENIED);
    EXPECT_EQ(puppet_in(puppet, 1, PORT, 1), DENIED);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.files, 1);
    EXPECT_EQ(info.processes, processes_alive()); /* get_info's own in place of the idle process */
    puppet_end(puppet);
    stop();
}

/*
 * The system lists a process that is over, and finds it by its id, while somebody has a handle to
 * it.
 */
static void kept_after_its_end(void)
{
    struct process *before = puppet_start(AS_USER), *later;
    struct up_info info;

    object_reference(before);
    puppet_end(before);
    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.processes, processes_alive());
    later = puppet_start(AS_USER);
    object_reference(later);
    puppet_end(later);
    registry_set_dword("Scope", UP_SCOPE_ALL);
    control_as_admin(UP_IOCTL_RELOAD);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.processes, processes_alive());
    EXPECT_EQ(info.processes_missed, 0);
    EXPECT_EQ(before->iopm_offset, IOPM_NONE);
    EXPECT_EQ(later->iopm_offset, IOPM_NONE);
    stop();
    object_dereference(before);
    object_dereference(later);
}

static const struct test tests[] = {
    {"scope 0: a process started after, and one that ran before the start",
     scope_all_new_and_running},
    {"scope 0: threads that spin on both processors see the start and the stop",
     start_and_stop_under_spinning_threads},
    {"scope 0: closing the device takes nothing away", close_takes_nothing_in_scope_all},
    {"scope 1: only processes that open the device, from open to close", only_openers},
    {"scope 1: several handles and several openers", several_handles_and_openers},
    {"scope 1: sticky lasts until the process ends, and no longer", sticky},
    {"scope 1: a second thread on processor 1 sees open and close when they return",
     effective_at_return_from_0},
    {"scope 1: a second thread on processor 0 sees open and close when they return",
     effective_at_return_from_1},
    {"programs: open, keep the handle, use at once", keeps_the_handle},
    {"programs: open, close, sleep, use", open_close_sleep_use},
    {"programs: the name with a trailing backslash opens, any other name does not",
     trailing_backslash},
    {"programs: any access opens", any_access},
    {"programs: an opener is killed with its handles open", killed_opener},
    {"programs: the handle outlives its opener in another process", handle_in_another_process},
    {"scope 1: a process that opens the device before its start is announced",
     opener_that_is_not_announced_yet},
    {"a process that is over, and kept by somebody's handle, is none", kept_after_its_end},
    {NULL, NULL},
};

const struct suite suite_scope = {"scope", tests, NULL};
