/* SPDX-License-Identifier: MIT
 *
 * For long: starts and stops, processes by the thousand, opens. Nothing grows, no record is lost.
 * cycles=, processes= and crowd= on the command line say how many; `make soak` has 10,000, 100,000
 * and 300.
 */
#include "../test.h"

/*
 * In ring 3: MOV DX, 378; IN AL, DX; then exit(AL != ...): EAX = 1 (exit), EDX = arguments on the
 * stack.
 */
static const uint8_t in_and_exit[] = {
    0x66, 0xBA,
    0x78, 0x03, /* mov dx, 378h */
    0xEC,       /* in al, dx */
    0x68, 0x2A,
    0,    0,
    0,          /* push 2Ah: the exit status */
    0x89, 0xE2, /* mov edx, esp */
    0xB8, SYS_EXIT_PROCESS,
    0,    0,
    0,                    /* mov eax, exit */
    0xCD, VECTOR_SYSCALL, /* int 2Eh */
};

/*
 * The machine's own pool may have taken a page or two at another moment; a leak a round would be
 * thousands.
 */
static void expect_pages(uint32_t before)
{
    sleep_ticks(10, false); /* the last thread leaves its stack */
    thread_reap();
    EXPECT_MSG(pages_free() + 16 >= before, "%u pages are gone", (unsigned)(before - pages_free()));
}

static void cycles(void)
{
    uint32_t count = option_number("cycles", 250);
    uint32_t pages, i;

    registry_set_ports("lpt1");
    start();
    stop();
    pages = pages_free();
    for (i = 0; i < count; i++) {
        registry_set_dword("Scope", i % 2);
        start();
        stop();
        EXPECT_EQ(pool_driver_blocks(), 0);
    }
    expect_pages(pages);
    say("# %u starts and stops", (unsigned)count);
}

static void many_processes(void)
{
    uint32_t count = option_number("processes", 2000);
    uint32_t blocks, bytes, pages, i;
    struct up_info info;
    struct process *process;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    process = snippet_start(in_and_exit, sizeof in_and_exit, AS_USER);
    EXPECT_EQ(process_wait(process), 0x2A);
    blocks = pool_driver_blocks();
    bytes = pool_driver_bytes();
    pages = pages_free();
    for (i = 0; i < count; i++) {
        process = snippet_start(in_and_exit, sizeof in_and_exit, AS_USER);
        if (process_wait(process) != 0x2A) {
            EXPECT_MSG(false, "process %u was denied the port", (unsigned)i);
        }
        if (pool_driver_blocks() > blocks) {
            EXPECT_MSG(false, "process %u: %u pool blocks", (unsigned)i,
                       (unsigned)pool_driver_blocks());
            break;
        }
    }
    EXPECT_EQ(pool_driver_blocks(), blocks);
    EXPECT_EQ(pool_driver_bytes(), bytes);
    expect_pages(pages);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.processes_missed, 0);
    /* get_info's own puppet in place of the idle process */
    EXPECT_EQ(info.processes, processes_alive());
    stop();
    process = snippet_start(in_and_exit, sizeof in_and_exit, AS_USER);
    EXPECT_EQ(process_wait(process), DENIED); /* the snippet can fail */
    say("# %u processes", (unsigned)count);
}

#define CROWD_MAX 300u

/*
 * Alive at the same time: each has its record, the stop takes all of them. They never wait, and so
 * a crowd of twice as many takes four times as long.
 */
static void a_crowd(void)
{
    static const uint8_t wait_for_ever[] = {0xEB, 0xFE};
    static struct process *crowd[CROWD_MAX];
    const uint32_t option = option_number("crowd", 60),
                   count = option < CROWD_MAX ? option : CROWD_MAX;
    struct up_info info;
    uint32_t i, given = 0;

    for (i = 0; i < count / 2; i++) {
        crowd[i] = snippet_start(wait_for_ever, sizeof wait_for_ever, AS_USER);
    }
    start_with("lpt1", UP_SCOPE_ALL, 0);
    for (; i < count; i++) {
        crowd[i] = snippet_start(wait_for_ever, sizeof wait_for_ever, AS_USER);
    }
    EXPECT(get_info(&info));
    EXPECT_EQ(info.processes_granted, info.processes);
    EXPECT(info.processes >= count);
    for (i = 0; i < count; i++) {
        given += crowd[i]->iopm_offset == IOPM_OFFSET;
    }
    EXPECT_EQ(given, count);
    stop();
    for (i = 0; i < count; i++) {
        process_kill(crowd[i], 0);
    }
    for (i = 0; i < count; i++) {
        process_wait(crowd[i]);
    }
    say("# %u processes", (unsigned)count);
}

/* A driver start with processes that come and go on the other processor all the time. */
struct coming_and_going {
    volatile bool stop;
    volatile uint32_t count;
};

static void come_and_go(void *argument)
{
    struct coming_and_going *work = argument;

    while (!work->stop) {
        process_wait(snippet_start(in_and_exit, sizeof in_and_exit, AS_USER));
        work->count++;
    }
}

static void starts_while_processes_come_and_go(void)
{
    uint32_t count = option_number("cycles", 250) / 5;
    struct coming_and_going work = {false, 0};
    struct thread *thread = thread_create(system_process, come_and_go, &work, 8);
    uint32_t i;

    registry_set_ports("lpt1");
    for (i = 0; i < count; i++) {
        start();
        sleep_ticks(random_number() % 2, false);
        stop();
    }
    work.stop = true;
    wait_for(thread, ~0ull, false);
    object_dereference(thread);
    thread_reap();
    EXPECT(work.count > 0);
    say("# %u starts, %u processes", (unsigned)count, (unsigned)work.count);
}

static void opens_without_end(void)
{
    uint32_t count = option_number("cycles", 250);
    struct process *puppet;
    uint32_t blocks, i;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    puppet = puppet_start(AS_USER);
    puppet_close(puppet, 0, puppet_open(puppet, 0, DEVICE, GENERIC_READ));
    blocks = pool_driver_blocks();
    for (i = 0; i < count; i++) {
        EXPECT(puppet_close(puppet, i % 2, puppet_open(puppet, i % 3, DEVICE, GENERIC_READ)));
    }
    EXPECT_EQ(pool_driver_blocks(), blocks);
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), DENIED);
    puppet_end(puppet);
    stop();
}

static const struct test tests[] = {
    {"starts and stops: nothing grows", cycles},
    {"processes one after the other: no record lost, nothing grows", many_processes},
    {"a crowd of processes at once", a_crowd},
    {"starts and stops while processes come and go", starts_while_processes_come_and_go},
    {"opens and closes without end", opens_without_end},
    {NULL, NULL},
};

const struct suite suite_soak = {"soak", tests, NULL};
