/* SPDX-License-Identifier: MIT
 *
 * Benchmarks, in guest instructions: under QEMU's -icount shift=0 the time-stamp counter counts
 * them. Lines for script/tools/bench.py; nothing here passes or fails.
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

    /* the pools are warm */
    process_wait(snippet_start(exit_at_once, sizeof exit_at_once, AS_USER));
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
        EXPECT_EQ(io_open(system_process, DEVICE, GENERIC_READ | GENERIC_WRITE, &handle),
                  STATUS_SUCCESS);
        handle_close(&system_process->handles, handle);
    }
    result("open.scope0", read_tsc() - start_time, REPEATS);
    io_open(system_process, DEVICE, GENERIC_READ | GENERIC_WRITE, &handle);
    for (j = 0; j < sizeof table / sizeof table[0]; j++) {
        start_time = read_tsc();
        for (i = 0; i < REPEATS; i++) {
            /* a second suspend does nothing: each is the first one after a resume */
            if (table[j].code == UP_IOCTL_SUSPEND || table[j].code == UP_IOCTL_RESUME) {
                uint32_t other =
                    table[j].code == UP_IOCTL_SUSPEND ? UP_IOCTL_RESUME : UP_IOCTL_SUSPEND;
                uint64_t aside = read_tsc();

                io_control(system_process, handle, other, NULL, 0, NULL, 0, &returned);
                start_time += read_tsc() - aside;
            }
            EXPECT_EQ(io_control(system_process, handle, table[j].code, NULL, 0, out,
                                 table[j].out_length, &returned),
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

/* What a kernel's own loop over the same operations takes that checks nothing. */
static uint64_t time_raw(struct up_io_operation *operations, uint32_t count)
{
    struct up_io_operation *const end = operations + count;
    uint64_t start_time = read_tsc();

    for (; operations != end; operations++) {
        operations->value = in8(operations->port);
    }
    return read_tsc() - start_time;
}

/* count reads of one port, as so many operations or as one block. Result: the length. */
static uint32_t make_reads(uint8_t *room, uint32_t count, bool as_block)
{
    struct up_io_header *header = (struct up_io_header *)room;
    struct up_io_operation *operation = (struct up_io_operation *)(header + 1);
    uint32_t i;

    memset(header, 0, sizeof *header);
    header->abi_version = UP_ABI_VERSION;
    header->operations = as_block ? 1 : count;
    header->data_bytes = as_block ? count : 0;
    for (i = 0; i < header->operations; i++) {
        memset(&operation[i], 0, sizeof operation[i]);
        operation[i].kind = as_block ? UP_IO_READ_BLOCK : UP_IO_READ;
        operation[i].width = 1;
        operation[i].port = 0x379;
        operation[i].count = as_block ? count : 0;
    }
    return (uint32_t)(sizeof *header + header->operations * sizeof *operation + header->data_bytes);
}

static void lists(void)
{
    static const struct {
        const char *all, *own;
        uint32_t count;
        bool as_block;
    } table[] = {{"list.1", "list.1.own", 1, false},
                 {"list.16", "list.16.own", 16, false},
                 {"list.256", "list.256.own", 256, false},
                 {"list.4096", "list.4096.own", 4096, false},
                 {"block.4096", "block.4096.own", 4096, true}};
    static uint8_t room[sizeof(struct up_io_header) + UP_IO_BYTES_MAX];
    uint32_t length, returned, i, j;
    uint64_t start_time;
    HANDLE handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    io_open(system_process, DEVICE, GENERIC_READ | GENERIC_WRITE, &handle);
    for (j = 0; j < sizeof table / sizeof table[0]; j++) {
        length = make_reads(room, table[j].count, table[j].as_block);
        start_time = read_tsc();
        for (i = 0; i < REPEATS; i++) {
            EXPECT_EQ(io_control(system_process, handle, UP_IOCTL_IO, room, length, room, length,
                                 &returned),
                      STATUS_SUCCESS);
        }
        result(table[j].all, read_tsc() - start_time, REPEATS * table[j].count);
        driver_counting = true;
        driver_instructions = 0;
        io_control(system_process, handle, UP_IOCTL_IO, room, length, room, length, &returned);
        driver_counting = false;
        EXPECT_EQ(((struct up_io_header *)room)->result, UP_IO_DONE);
        result(table[j].own, driver_instructions, table[j].count);
    }
    length = make_reads(room, 4096, false);
    result("list.raw",
           time_raw((struct up_io_operation *)(room + sizeof(struct up_io_header)), 4096), 4096);
    handle_close(&system_process->handles, handle);
    stop();
}

/* One read by UP_IOCTL_READ, in both forms. */
static void accesses(void)
{
    const uint32_t where = UP_ACCESS(0x379, 1);
    uint32_t value, returned, i, form;
    NTSTATUS status = STATUS_SUCCESS;
    uint64_t start_time;
    HANDLE handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    io_open(system_process, DEVICE, GENERIC_READ | GENERIC_WRITE, &handle);
    for (form = 0; form < 2; form++) {
        start_time = 0;
        for (i = 0; i <= REPEATS; i++) {
            driver_counting = i == REPEATS; /* the last one, step by step */
            driver_instructions = 0;
            start_time += i == 0 ? read_tsc() : 0;
            if (i == REPEATS) {
                result(form == 0 ? "access.fast" : "access.request", read_tsc() - start_time,
                       REPEATS);
            }
            if (form == 0) {
                io_fast_control(system_process, handle, UP_IOCTL_READ, where, 0, 0, 0, &status,
                                &returned);
            } else {
                status = io_control(system_process, handle, UP_IOCTL_READ, &where, 4, &value, 4,
                                    &returned);
            }
            EXPECT_EQ(status, STATUS_SUCCESS);
        }
        driver_counting = false;
        result(form == 0 ? "access.fast.own" : "access.request.own", driver_instructions, 1);
    }
    handle_close(&system_process->handles, handle);
    stop();
}

static void run(void)
{
    pool_plain = true; /* the guard pages of the tests' pool would be most of what is counted */
    say("bench size.userport.sys %u.00", (unsigned)file_find("userport.sys")->size);
    ports();
    process_lives();
    controls();
    accesses();
    lists();
}

const struct suite suite_bench = {"bench", NULL, run};
