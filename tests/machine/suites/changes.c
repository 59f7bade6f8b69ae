/* SPDX-License-Identifier: MIT
 *
 * Changes under running programs: reload, suspend and resume, and stops with programs in the middle
 * of their work.
 */
#include "../test.h"
#include "messages.h"

#define PORT        0x378
#define EPOCH_TICKS (30u * TICKS_PER_SECOND / 1000u)

/* ---- reload, suspend, resume ----------------------------------------------------------------- */

static void reload_is_seen_by_running_processes(void)
{
    struct process *puppet;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), 0);
    EXPECT_EQ(puppet_in(puppet, 0, 0x278, 1), DENIED);
    registry_set_ports("lpt2");
    EXPECT_EQ(puppet_in(puppet, 0, 0x278, 1), DENIED); /* not before it is asked */
    control_as_admin(UP_IOCTL_RELOAD);
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), DENIED);
    EXPECT_EQ(puppet_in(puppet, 0, 0x278, 1), 0);
    EXPECT_EQ(puppet_scan(puppet, 0, ports_of("lpt2")), 0);
    EXPECT_EQ(puppet_scan(puppet, 1, ports_of("lpt2")), 0);
    puppet_end(puppet);
    stop();
}

static void reload_changes_the_scope(void)
{
    struct process *opener, *other;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    opener = puppet_start(AS_USER);
    other = puppet_start(AS_USER);
    handle = puppet_open(opener, 0, DEVICE, GENERIC_READ);
    EXPECT_EQ(puppet_in(other, 0, PORT, 1), 0);
    registry_set_dword("Scope", UP_SCOPE_OPENERS);
    control_as_admin(UP_IOCTL_RELOAD);
    EXPECT_EQ(puppet_in(other, 0, PORT, 1), DENIED);
    EXPECT_EQ(puppet_in(other, 1, PORT, 1), DENIED);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), 0); /* it opened before: it has it */
    registry_set_dword("Scope", UP_SCOPE_ALL);
    control_as_admin(UP_IOCTL_RELOAD);
    EXPECT_EQ(puppet_in(other, 0, PORT, 1), 0);
    registry_set_dword("Scope", UP_SCOPE_OPENERS);
    registry_set_dword("Sticky", 1);
    control_as_admin(UP_IOCTL_RELOAD);
    puppet_close(opener, 0, handle);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), 0);
    registry_set_dword("Sticky", 0);
    control_as_admin(UP_IOCTL_RELOAD);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), DENIED);
    puppet_end(opener);
    puppet_end(other);
    stop();
}

static void reload_of_a_bad_policy_denies(void)
{
    struct process *puppet;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0);
    registry_set_dword("IOPM", 0);
    control_as_admin(UP_IOCTL_RELOAD);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), DENIED);
    registry_set_ports("lpt1");
    control_as_admin(UP_IOCTL_RELOAD);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0);
    puppet_end(puppet);
    stop();
}

static void suspend_and_resume(void)
{
    struct process *puppet, *late;
    struct puppet_slot *spin;
    struct up_info info;
    struct up_portset none;

    up_portset_deny_all(&none);
    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    spin = puppet_begin(puppet, 1, PUPPET_SPIN, PORT);
    sleep_ticks(EPOCH_TICKS, false);
    puppet->mail->epoch = EPOCH_GOING;
    control_as_admin(UP_IOCTL_SUSPEND);
    puppet->mail->epoch = EPOCH_GONE;
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), DENIED);
    EXPECT_EQ(puppet_scan(puppet, 0, &none), 0);
    late = puppet_start(AS_USER);
    EXPECT_EQ(puppet_in(late, 0, PORT, 1), DENIED);
    EXPECT_EQ(puppet->iopm_offset, IOPM_NONE); /* not the map alone: nobody has it */
    EXPECT_EQ(late->iopm_offset, IOPM_NONE);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.processes_granted, 0);
    EXPECT_EQ(info.state, UP_STATE_SUSPENDED);
    EXPECT_EQ(info.ports_granted, 8);   /* the policy is still there */
    control_as_admin(UP_IOCTL_SUSPEND); /* again: nothing changes */
    registry_set_ports("lpt1, lpt2");
    control_as_admin(UP_IOCTL_RELOAD); /* suspended it stays */
    /* and the log does not say that ports are granted */
    EXPECT_EQ(event_log_find(UP_MSG_RELOADED_SUSPENDED), 1);
    EXPECT_EQ(event_log_find(UP_MSG_RELOADED), 0);
    EXPECT_EQ(puppet_in(puppet, 0, 0x278, 1), DENIED);
    sleep_ticks(EPOCH_TICKS, false);
    puppet_finish(spin);
    EXPECT(spin->allowed[EPOCH_BEFORE] > 0 && spin->denied[EPOCH_GONE] > 0);
    EXPECT_EQ(spin->allowed[EPOCH_GONE], 0);
    control_as_admin(UP_IOCTL_RESUME);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0);
    EXPECT_EQ(puppet_in(late, 0, 0x278, 1), 0);
    control_as_admin(UP_IOCTL_RESUME);
    EXPECT_EQ(puppet_in(late, 0, PORT, 1), 0);
    puppet_end(puppet);
    puppet_end(late);
    stop();
}

/* ---- stops ----------------------------------------------------------------------------------- */

/*
 * The way of userportctl: suspend, then stop; handles are open, so the unload comes later, the end
 * of access at once.
 */
static void stop_with_an_opener_alive(void)
{
    struct process *opener, *other;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    opener = puppet_start(AS_USER);
    other = puppet_start(AS_USER);
    handle = puppet_open(opener, 0, DEVICE, GENERIC_READ);
    control_as_admin(UP_IOCTL_SUSPEND);
    EXPECT_EQ(driver_stop(), STATUS_PENDING);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), DENIED);
    EXPECT_EQ(puppet_in(other, 0, PORT, 1), DENIED);
    EXPECT_EQ(puppet_open(other, 0, DEVICE, GENERIC_READ), 0xFFFFFFFF);
    EXPECT(driver_is_loaded());
    EXPECT(puppet_close(opener, 0, handle));
    EXPECT(!driver_is_loaded());
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), DENIED);
    EXPECT_EQ(iomap_open_ports(0) + iomap_open_ports(1), 0);
    puppet_end(opener);
    puppet_end(other);
}

static void stop_with_an_opener_that_dies(void)
{
    struct process *opener;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    opener = puppet_start(AS_USER);
    puppet_open(opener, 0, DEVICE, GENERIC_READ);
    EXPECT_EQ(driver_stop(), STATUS_PENDING);
    process_kill(opener, 1);
    process_wait(opener);
    EXPECT(!driver_is_loaded());
    EXPECT_EQ(iomap_open_ports(0) + iomap_open_ports(1), 0);
}

static void unload_with_processes_alive(void)
{
    struct process *puppets[4];
    unsigned i, round;

    for (i = 0; i < 4; i++) {
        puppets[i] = puppet_start(AS_USER);
    }
    for (round = 0; round < 5; round++) {
        start_with("lpt1", round % 2, round % 2);
        for (i = 0; i < 4; i++) {
            if (round % 2) {
                puppet_close(puppets[i], 0, puppet_open(puppets[i], 0, DEVICE, GENERIC_READ));
            }
            EXPECT_EQ(puppet_in(puppets[i], 1, PORT, 1), 0);
        }
        stop();
        for (i = 0; i < 4; i++) {
            EXPECT_EQ(puppet_in(puppets[i], 0, PORT, 1), DENIED);
            EXPECT_EQ(puppet_in(puppets[i], 1, PORT, 1), DENIED);
        }
    }
    for (i = 0; i < 4; i++) {
        puppet_end(puppets[i]);
    }
}

/*
 * A thread at the highest priority grinds on the other processor: the revoke does not wait for it.
 */
static void busy_processors(void)
{
    struct process *opener, *grinder;
    struct puppet_slot *grind[2];
    uint32_t handle;
    uint64_t before;
    unsigned i;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    opener = puppet_start(AS_USER);
    grinder = puppet_start(AS_USER);
    for (i = 0; i < 2; i++) {
        puppet_do(grinder, i, PUPPET_AFFINITY, 2, 0, 0);
        grind[i] = puppet_begin(grinder, i, PUPPET_GRIND, 0);
    }
    puppet_do(opener, 0, PUPPET_AFFINITY, 1, 0, 0);
    before = ticks;
    handle = puppet_open(opener, 0, DEVICE, GENERIC_READ);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), 0);
    puppet_close(opener, 0, handle);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), DENIED);
    EXPECT_MSG(ticks - before < TICKS_PER_SECOND, "%u ms", (unsigned)(ticks - before));
    for (i = 0; i < 2; i++) {
        puppet_finish(grind[i]);
    }
    puppet_end(opener);
    puppet_end(grinder);
    stop();
}

#define STARVED_ROUNDS 16u
#define GRIND_TICKS    (1000u * TICKS_PER_SECOND / 1000u)
/* some clock ticks of NT; the emulator has its own pauses */
#define STARVED_TICKS (GRIND_TICKS / 4)

struct grinding {
    struct process *process;
    volatile bool end;
};

/* Ends the grinders after a second, should everything else wait for what they keep from running. */
static void end_grinding(void *argument)
{
    struct grinding *grinding = argument;
    const uint64_t until = ticks + GRIND_TICKS;
    unsigned i;

    while (!grinding->end && ticks < until) {
        sleep_ticks(1, false);
    }
    for (i = 0; i < PROCESSORS; i++) {
        grinding->process->mail->slots[i].stop = 1;
    }
    puppet_set_priority(grinding->process, 1); /* its threads look for commands all the time */
}

static uint64_t ticks_of(void (*what)(uint32_t), uint32_t argument)
{
    const uint64_t before = ticks;

    what(argument);
    return ticks - before;
}

static void start_and_end_a_process(uint32_t unused)
{
    (void)unused;
    puppet_end(puppet_start(AS_USER));
}

/*
 * Threads of the least priority open and close the device without end; then, in the middle of that,
 * a thread on each processor takes all its time. Nobody else waits for the openers: their threads
 * own nothing while they wait.
 */
static void starved_openers(void)
{
    static const uint32_t controls[] = {UP_IOCTL_SUSPEND, UP_IOCTL_RESUME, UP_IOCTL_RELOAD};
    struct process *opener, *grinder;
    struct grinding grinding;
    struct thread *timer;
    uint64_t took, most = 0;
    uint32_t opened = 0;
    unsigned round, i;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    opener = puppet_start(AS_USER);
    grinder = puppet_start(AS_USER);
    memcpy(opener->mail->name, DEVICE, sizeof DEVICE);
    for (i = 0; i < PROCESSORS; i++) {
        puppet_do(grinder, i, PUPPET_AFFINITY, 1u << i, 0, 0);
    }
    puppet_set_priority(opener, 1);
    puppet_set_priority(grinder, 1);
    for (round = 0; round < STARVED_ROUNDS; round++) {
        for (i = 0; i < PUPPET_THREADS; i++) {
            puppet_begin(opener, i, PUPPET_OPEN_LOOP, 0);
        }
        sleep_ticks(1 + round % 4, false);
        grinding = (struct grinding){.process = grinder};
        for (i = 0; i < PROCESSORS; i++) {
            puppet_begin(grinder, i, PUPPET_GRIND, 0);
        }
        puppet_set_priority(grinder, 7); /* above the openers, below everybody else */
        timer = thread_create(system_process, end_grinding, &grinding, 15);
        took = ticks_of(start_and_end_a_process, 0);
        most = took > most ? took : most;
        for (i = 0; i < sizeof controls / sizeof controls[0]; i++) {
            took = ticks_of(control_as_admin, controls[i]);
            most = took > most ? took : most;
        }
        grinding.end = true;
        wait_for(timer, ~0ull, false);
        object_dereference(timer);
        for (i = 0; i < PROCESSORS; i++) {
            puppet_finish(&grinder->mail->slots[i]);
        }
        for (i = 0; i < PUPPET_THREADS; i++) {
            opened += opener->mail->slots[i].rounds;
            puppet_finish(&opener->mail->slots[i]);
        }
    }
    say("# the longest of a process's start and end, or a control by an administrator's: %u ms",
        (unsigned)most);
    EXPECT_MSG(most < STARVED_TICKS, "%u ms", (unsigned)most);
    EXPECT(opened > STARVED_ROUNDS);
    puppet_set_priority(opener, 8);
    puppet_end(opener);
    puppet_end(grinder);
    thread_reap();
    stop();
}

/* ---- a file that is closed in the driver's own thread ---------------------------------------- */

static struct process *closing;
static uint32_t closing_handle;

static void close_here(void *object)
{
    if (object == closing && closing_handle != 0) {
        const uint32_t handle = closing_handle;

        closing_handle = 0;
        EXPECT(current_thread()->is_system);
        EXPECT_EQ(handle_close(&closing->handles, (HANDLE)handle), STATUS_SUCCESS);
    }
}

/*
 * The driver's thread gives back the last reference to a process that nobody else knows any more;
 * NT closes the process's handles in that thread, one to our device among them. It does not wait
 * for itself.
 */
static void closed_by_the_last_reference(void)
{
    struct process *opener, *other;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    opener = puppet_start(AS_USER);
    other = puppet_start(AS_USER);
    closing_handle = puppet_open(opener, 0, DEVICE, GENERIC_READ);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), 0);
    closing = opener;
    driver_dereferences = close_here;
    control_as_admin(UP_IOCTL_SUSPEND); /* takes the map from the opener, and so looks it up */
    driver_dereferences = NULL;
    EXPECT_EQ(closing_handle, 0); /* it came to it */
    control_as_admin(UP_IOCTL_RESUME);
    EXPECT_EQ(puppet_in(opener, 0, PORT, 1), DENIED);
    EXPECT_EQ(puppet_in(other, 0, PORT, 1), DENIED);
    puppet_end(opener);
    puppet_end(other);
    stop();
}

/*
 * A registry filter that starts a process and waits for it: the start's notification must not wait
 * for the reload.
 */
static void reload_under_a_registry_filter(void)
{
    struct process *puppet;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    registry_filter_starts_process = true;
    control_as_admin(UP_IOCTL_RELOAD);
    registry_filter_starts_process = false;
    puppet = puppet_start(AS_USER);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0);
    puppet_end(puppet);
    stop();
}

static const struct test tests[] = {
    {"reload: running processes see the new list", reload_is_seen_by_running_processes},
    {"reload: scope and sticky change for running processes", reload_changes_the_scope},
    {"reload: a bad policy denies everything, a good one mends it", reload_of_a_bad_policy_denies},
    {"reload: a registry filter may start processes meanwhile", reload_under_a_registry_filter},
    {"suspend denies at once and for new processes, resume gives back", suspend_and_resume},
    {"stop with an opener alive: no access at once, unload at its close",
     stop_with_an_opener_alive},
    {"stop with an opener that is killed: unload at its end", stop_with_an_opener_that_dies},
    {"unload with processes alive that had access", unload_with_processes_alive},
    {"grant and revoke with the other processor busy", busy_processors},
    {"openers of the least priority, starved by others, delay nobody", starved_openers},
    {"a file that is closed with a process's last reference, in the driver's thread",
     closed_by_the_last_reference},
    {NULL, NULL},
};

const struct suite suite_changes = {"changes", tests, NULL};
