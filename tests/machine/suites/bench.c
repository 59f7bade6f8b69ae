/* SPDX-License-Identifier: MIT
 *
 * Benchmarks, in guest instructions: under QEMU's -icount shift=0 the time-stamp counter counts them. Lines for
 * script/tools/bench.py; nothing here passes or fails.
 */
#include "../test.h"
#include "../user/port_loop.h"

#define LOOPS     10000u
#define PROCESSES 200u
#define REPEATS   20u

static const uint8_t exit_at_once[] = {
    0x6A, 0x00, 0x89, 0xE2, 0xB8,           SYS_EXIT_PROCESS,
    0,    0,    0,    0xCD, VECTOR_SYSCALL, /* push 0; mov edx, esp; mov eax, exit; int 2E */
};

static void result(const char *name, uint64_t total, uint32_t count)
{
    uint32_t hundredths = (uint32_t)(total * 100u / count);

    say("bench %s %u.%02u", name, (unsigned)(hundredths / 100), (unsigned)(hundredths % 100));
}

static void ports(void)
{
    struct process *puppet;
    uint32_t flags;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    result("in.ring3", puppet_do(puppet, 0, PUPPET_TIME_IN, 0x379, LOOPS, 0)->value, LOOPS);
    result("out.ring3", puppet_do(puppet, 0, PUPPET_TIME_OUT, 0x378, LOOPS, 0)->value, LOOPS);
    flags = interrupts_off();
    result("in.ring0", time_in(0x379, LOOPS), LOOPS);
    result("out.ring0", time_out(0x378, LOOPS), LOOPS);
    interrupts_restore(flags);
    puppet_end(puppet);
    stop();
}

/* The instructions of a process's life, from its creation to its last reference. */
static uint64_t processes(void)
{
    uint64_t start_time;
    uint32_t i;

    process_wait(snippet_start(exit_at_once, sizeof exit_at_once, AS_USER)); /* the pools are warm */
    start_time = read_tsc();
    for (i = 0; i < PROCESSES; i++) {
        process_wait(snippet_start(exit_at_once, sizeof exit_at_once, AS_USER));
    }
    return read_tsc() - start_time;
}

static void process_lives(void)
{
    result("process.without", processes(), PROCESSES);
    start_with("lpt1", UP_SCOPE_ALL, 0);
    process_notify_cost[0] = process_notify_cost[1] = 0;
    result("process.scope0", processes(), PROCESSES);
    result("process.notified.start", process_notify_cost[1], PROCESSES + 1);
    result("process.notified.end", process_notify_cost[0], PROCESSES + 1);
    stop();
    start_with("lpt1", UP_SCOPE_ALL, 0);
    driver_counting = true;
    driver_instructions = 0;
    processes();
    driver_counting = false;
    result("process.own", driver_instructions, PROCESSES + 1);
    stop();
    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    result("process.scope1", processes(), PROCESSES);
    stop();
}

static void controls(void)
{
    static const struct {
        const char *name;
        uint32_t code, out_length;
    } table[] = {{"control.info", UP_IOCTL_INFO, sizeof(struct up_info)},
                 {"control.map", UP_IOCTL_MAP, UP_MAP_BYTES},
                 {"control.reload", UP_IOCTL_RELOAD, 0},
                 {"control.suspend", UP_IOCTL_SUSPEND, 0},
                 {"control.resume", UP_IOCTL_RESUME, 0}};
    static uint8_t out[UP_MAP_BYTES];
    uint64_t entry = 0, leave = 0, start_time;
    uint32_t returned, i, j;
    HANDLE handle;

    for (i = 0; i < REPEATS; i++) {
        start_with("lpt1", UP_SCOPE_ALL, 0);
        entry += driver_entry_cost;
        stop();
        leave += driver_unload_cost;
    }
    result("start", entry, REPEATS);
    result("stop", leave, REPEATS);
    start_with("lpt1", UP_SCOPE_ALL, 0);
    start_time = read_tsc();
    for (i = 0; i < REPEATS; i++) {
        EXPECT_EQ(io_open(system_process, DEVICE, GENERIC_READ | GENERIC_WRITE, &handle), STATUS_SUCCESS);
        handle_close(&system_process->handles, handle);
    }
    result("open.scope0", read_tsc() - start_time, REPEATS);
    io_open(system_process, DEVICE, GENERIC_READ | GENERIC_WRITE, &handle);
    for (j = 0; j < sizeof table / sizeof table[0]; j++) {
        start_time = read_tsc();
        for (i = 0; i < REPEATS; i++) {
            /* a second suspend does nothing: each is the first one after a resume */
            if (table[j].code == UP_IOCTL_SUSPEND || table[j].code == UP_IOCTL_RESUME) {
                uint32_t other = table[j].code == UP_IOCTL_SUSPEND ? UP_IOCTL_RESUME : UP_IOCTL_SUSPEND;
                uint64_t aside = read_tsc();

                io_control(system_process, handle, other, NULL, 0, NULL, 0, &returned);
                start_time += read_tsc() - aside;
            }
            EXPECT_EQ(io_control(system_process, handle, table[j].code, NULL, 0, out, table[j].out_length, &returned),
                      STATUS_SUCCESS);
        }
        result(table[j].name, read_tsc() - start_time, REPEATS);
    }
    handle_close(&system_process->handles, handle);
    stop();
    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    start_time = read_tsc();
    for (i = 0; i < REPEATS; i++) {
        io_open(system_process, DEVICE, GENERIC_READ | GENERIC_WRITE, &handle);
        handle_close(&system_process->handles, handle);
    }
    result("open.scope1", read_tsc() - start_time, REPEATS);
    stop();
}

static void run(void)
{
    pool_plain = true; /* the guard pages of the tests' pool would be most of what is counted */
    say("bench size.userport.sys %u.00", (unsigned)file_find("userport.sys")->size);
    ports();
    process_lives();
    controls();
}

const struct suite suite_bench = {"bench", NULL, run};
