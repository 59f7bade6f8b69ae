/* SPDX-License-Identifier: MIT
 *
 * The machine itself: that its processor denies what it should without any driver, that its two readings differ as they
 * should, that what a driver relies on is really so. (That it sees a driver's faults: bad.sh.)
 */
#include "../test.h"

static uint8_t open_map[IOPM_BYTES];

static void run_on(uint32_t cpu)
{
    thread_set_affinity(current_thread(), 1u << cpu);
}

static void layout_of_the_tss(void)
{
    uint32_t cpu;

    for (cpu = 0; cpu < PROCESSORS; cpu++) {
        uint64_t descriptor = cpus[cpu].gdt[SELECTOR_TSS / 8];

        EXPECT_EQ((descriptor & 0xFFFF) | (descriptor >> 32 & 0xF0000), 0x20AB); /* the limit, NT's */
        EXPECT_EQ(cpus[cpu].tss.iopm_end[0], 0xFF);
        EXPECT_EQ(FIELD_OFFSET(struct ktss, iopm_base), 0x66);
    }
}

/* A bit in the map opens a port only to a process whose IopmOffset says 88h. */
static void the_processor_obeys_the_map(void)
{
    struct process *puppet = puppet_start(AS_USER);
    struct up_portset none;

    up_portset_deny_all(&none);
    iomap_foreign(open_map, true);
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), DENIED);
    puppet->iopm_offset = IOPM_OFFSET;
    run_on(0); /* coming to a processor is a process switch there */
    run_on(1);
    thread_set_affinity(current_thread(), (1u << PROCESSORS) - 1);
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), 0);
    iomap_foreign(none.map, true);
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), DENIED);
    puppet_end(puppet);
}

/*
 * Threads of one process, one processor, no process switch: the old setting stays, as it was measured on a real kernel.
 */
static void a_grant_is_seen_at_the_next_switch(void)
{
    struct process *puppet = puppet_start(AS_USER);
    struct puppet_slot *spin;
    uint32_t i, seen;

    iomap_foreign(open_map, true);
    for (i = 0; i < PUPPET_THREADS; i++) {
        puppet_do(puppet, i, PUPPET_AFFINITY, 2, 0, 0);
    }
    run_on(0);
    spin = puppet_begin(puppet, 1, PUPPET_SPIN, 0x378);
    while (spin->denied[EPOCH_BEFORE] < 10) {
        sleep_ticks(1, false);
    }
    OBJECT_HEADER(puppet)->driver_references++;
    ke386_io_set_access_process((PEPROCESS)puppet, 1);
    OBJECT_HEADER(puppet)->driver_references--;
    puppet->mail->epoch = EPOCH_GRANTED;
    while (spin->allowed[EPOCH_GRANTED] + spin->denied[EPOCH_GRANTED] < 100) {
        sleep_ticks(1, false);
    }
    seen = spin->allowed[EPOCH_GRANTED];
    puppet_finish(spin);
    if (reading_every) {
        EXPECT(seen > 0);
    } else {
        EXPECT_EQ(seen, 0); /* only its own threads ran on that processor */
    }
    thread_set_affinity(current_thread(), (1u << PROCESSORS) - 1);
    memset(open_map, 0xFF, sizeof open_map);
    iomap_foreign(open_map, true);
    memset(open_map, 0, sizeof open_map);
    puppet_end(puppet);
}

/* Ke386SetIoAccessMap from one processor: the other has it in one reading, and not in the other. */
static void a_map_reaches_as_far_as_the_reading_says(void)
{
    static uint8_t closed[IOPM_BYTES];

    memset(closed, 0xFF, sizeof closed);
    iomap_foreign(closed, true);
    run_on(0);
    EXPECT(ke386_set_io_access_map(1, open_map));
    EXPECT_EQ(iomap_open_ports(0), UP_PORT_COUNT);
    EXPECT_EQ(iomap_open_ports(1), reading_every ? UP_PORT_COUNT : 0);
    run_on(1);
    EXPECT(ke386_set_io_access_map(1, closed));
    EXPECT_EQ(iomap_open_ports(1), 0);
    EXPECT_EQ(iomap_open_ports(0), reading_every ? 0 : UP_PORT_COUNT);
    EXPECT(!ke386_set_io_access_map(0, closed));
    EXPECT(!ke386_set_io_access_map(2, closed));
    iomap_foreign(closed, true);
    thread_set_affinity(current_thread(), (1u << PROCESSORS) - 1);
}

static void children_do_not_inherit(void)
{
    struct process *parent = puppet_start(AS_USER);
    struct process *child;

    parent->iopm_offset = IOPM_OFFSET;
    child = puppet_start(AS_USER);
    EXPECT_EQ(child->iopm_offset, IOPM_NONE);
    puppet_end(parent);
    puppet_end(child);
}

/* Ring 3 is ring 3: CLI, HLT and a read of kernel memory end a program, with NT's codes. */
static void ring_3(void)
{
    static const struct {
        uint8_t code[8];
        uint32_t status;
    } table[] = {{{0xFA}, (uint32_t)STATUS_PRIVILEGED_INSTRUCTION},
                 {{0xF4}, (uint32_t)STATUS_PRIVILEGED_INSTRUCTION},
                 {{0xE4, 0x80}, (uint32_t)STATUS_PRIVILEGED_INSTRUCTION},
                 {{0x66, 0xE5, 0x80}, (uint32_t)STATUS_PRIVILEGED_INSTRUCTION},
                 {{0xF3, 0x6C}, (uint32_t)STATUS_PRIVILEGED_INSTRUCTION},
                 {{0xA1, 0, 0, 0x10, 0x80}, (uint32_t)STATUS_ACCESS_VIOLATION},
                 {{0x0F, 0x0B}, (uint32_t)STATUS_ILLEGAL_INSTRUCTION},
                 {{0xCD, 0x30}, (uint32_t)STATUS_ACCESS_VIOLATION}};
    unsigned i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        uint32_t status = process_wait(snippet_start(table[i].code, sizeof table[i].code, AS_ADMIN));

        EXPECT_MSG(status == table[i].status, "code %02X %02X ends with %08X, not %08X", table[i].code[0],
                   table[i].code[1], (unsigned)status, (unsigned)table[i].status);
    }
}

/* A second start of the same driver, a stop of none: the service manager's own answers. */
static void service_manager(void)
{
    EXPECT(!NT_SUCCESS(driver_stop()));
    start_with("lpt1", UP_SCOPE_ALL, 0);
    EXPECT_EQ(driver_start("userport.sys"), STATUS_IMAGE_ALREADY_LOADED);
    stop();
    EXPECT(!NT_SUCCESS(driver_stop()));
}

static const struct test tests[] = {
    {"the TSS is laid out as NT's", layout_of_the_tss},
    {"the processor obeys the map, for a process that has it", the_processor_obeys_the_map},
    {"a process's new setting is seen when the reading says", a_grant_is_seen_at_the_next_switch},
    {"a new map reaches as far as the reading says", a_map_reaches_as_far_as_the_reading_says},
    {"children do not inherit the map", children_do_not_inherit},
    {"ring 3 is ring 3, and its exceptions have NT's codes", ring_3},
    {"the service manager starts once and stops what runs", service_manager},
    {NULL, NULL},
};

const struct suite suite_machine = {"machine", tests, NULL};
