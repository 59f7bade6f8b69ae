/* SPDX-License-Identifier: MIT
 *
 * The machine itself: that its processor denies what it should without any driver, that its two
 * readings differ as they should, that what a driver relies on is really so. (That it sees a
 * driver's faults: bad.sh.)
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

        /* the limit, NT's */
        EXPECT_EQ((descriptor & 0xFFFF) | (descriptor >> 32 & 0xF0000), 0x20AB);
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
 * Threads of one process, one processor, no process switch: the old setting stays, as it was
 * measured on a real kernel.
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
        uint32_t status =
            process_wait(snippet_start(table[i].code, sizeof table[i].code, AS_ADMIN));

        EXPECT_MSG(status == table[i].status, "code %02X %02X ends with %08X, not %08X",
                   table[i].code[0], table[i].code[1], (unsigned)status, (unsigned)table[i].status);
    }
}

/* CMOVE, FCOMI, and HLT behind each. (MMX and RDTSC are no sign: QEMU's 486 runs them.) */
static void the_processor_is_a_486(void)
{
    static const uint8_t table[][4] = {{0x0F, 0x44, 0xC0, 0xF4}, {0xDB, 0xF0, 0xF4}};
    const uint32_t expected =
        (uint32_t)(reading_every ? STATUS_PRIVILEGED_INSTRUCTION : STATUS_ILLEGAL_INSTRUCTION);
    unsigned i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        uint32_t status = process_wait(snippet_start(table[i], sizeof table[i], AS_ADMIN));

        EXPECT_MSG(status == expected, "code %02X %02X ends with %08X, not %08X", table[i][0],
                   table[i][1], (unsigned)status, (unsigned)expected);
    }
}

static void a_program_begins(void)
{
    const char *output;

    EXPECT_EQ(run_program("startcheck.exe", "one \"two and three\" \"\" last", &output), 0);
    /* it does look */
    EXPECT_EQ(run_program("startcheck.exe", "one two and three last", &output), 1);
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

/* ---- what programs find: user/dllcheck.c, user/sehcheck.c ------------------------------------ */

static const char *expect_part(const char *program, const char *part, uint32_t status)
{
    const char *output;
    uint32_t is = run_program(program, part, &output);

    EXPECT_MSG(is == status, "%s %s ends with %08X, not %08X, and says: %.200s", program, part,
               (unsigned)is, (unsigned)status, output);
    return output;
}

/*
 * The journal at the end: b, u, l are testdll_base, _user, _late; 1 and 0 the process's start and
 * end, 2 and 3 a thread's.
 */
static void expect_journal(const char *part, const char *wanted)
{
    const char *journal = expect_part("dllcheck.exe", part, 0);

    EXPECT_MSG(strcmp(journal, wanted) == 0, "dllcheck %s: the journal is \"%.200s\", not \"%s\"",
               part, journal, wanted);
}

static void reasons_of_dllmain(void)
{
    expect_journal("reasons", "b1u1b2u2u3b3b2u2u3b3u0b0");
    expect_journal("end", "b1u1b2u2b2u2u0b0");
}

static void places_of_dlls(void)
{
    expect_journal("places", "b1u1u0b0");
}

static void ordinals_and_forwarders(void)
{
    expect_journal("ordinals", "b1u1u0b0");
}

static void load_library(void)
{
    expect_journal("load", "b1u1l1l0l1l0u0b0");
    expect_journal("refusal", "b1u1l1l0u0b0");
}

/* The one violation is what this case wants. */
static void absent_dll(void)
{
    LONG before = violations;

    say("# one violation is wanted:");
    expect_part("dllcheck.exe", "absent", (uint32_t)STATUS_ENTRYPOINT_NOT_FOUND);
    EXPECT_EQ(violations, before + 1);
    violations = before;
}

static void tls_and_last_error(void)
{
    expect_part("dllcheck.exe", "tls", 0);
}

static void critical_sections(void)
{
    expect_part("dllcheck.exe", "sections", 0);
}

static void heap(void)
{
    expect_part("dllcheck.exe", "heap", 0);
}

static void handlers_continue(void)
{
    expect_part("sehcheck.exe", "continue", 0);
    expect_part("sehcheck.exe", "change", 0);
    expect_part("sehcheck.exe", "step", 0);
    expect_part("sehcheck.exe", "thread", 0);
}

static void handlers_pass_on(void)
{
    expect_part("sehcheck.exe", "next", 0);
    expect_part("sehcheck.exe", "unhandled", DENIED);
}

static void frames_outside_the_stack(void)
{
    expect_part("sehcheck.exe", "invalid", DENIED);
    expect_part("sehcheck.exe", "unaligned", DENIED);
}

/*
 * Moves on within two microseconds, never back, also from one processor to the other, and keeps the
 * time of the ticks.
 */
static void performance_counter(void)
{
    LARGE_INTEGER NTAPI (*query)(PLARGE_INTEGER) =
        (LARGE_INTEGER NTAPI(*)(PLARGE_INTEGER))export_address("HAL.dll",
                                                               "KeQueryPerformanceCounter");
    LARGE_INTEGER frequency;
    LONGLONG before, now = query(&frequency).QuadPart;
    uint32_t i;
    uint64_t until;

    EXPECT_EQ(frequency.QuadPart, reading_every ? 3579545 : 1193182);
    for (i = 0; i < 2000; i++) {
        before = now;
        run_on(i % 2);
        now = query(NULL).QuadPart;
        EXPECT_MSG(now >= before, "round %u: it goes back", (unsigned)i);
        for (until = read_tsc() + tsc_hz / 500000; read_tsc() < until;) {
        }
        EXPECT_MSG(query(NULL).QuadPart > now, "round %u: it stands still", (unsigned)i);
    }
    thread_set_affinity(current_thread(), (1u << PROCESSORS) - 1);
    before = query(NULL).QuadPart;
    sleep_ticks(100, false); /* ticks may be lost, none is gained */
    now = query(NULL).QuadPart - before;
    EXPECT_MSG(now > frequency.QuadPart / 11 && now < frequency.QuadPart, "%u in 100 ms",
               (unsigned)now);
}

static const struct test tests[] = {
    {"the TSS is laid out as NT's", layout_of_the_tss},
    {"the processor obeys the map, for a process that has it", the_processor_obeys_the_map},
    {"a process's new setting is seen when the reading says", a_grant_is_seen_at_the_next_switch},
    {"a new map reaches as far as the reading says", a_map_reaches_as_far_as_the_reading_says},
    {"children do not inherit the map", children_do_not_inherit},
    {"ring 3 is ring 3, and its exceptions have NT's codes", ring_3},
    {"in the reading of NT 4.0 the processor is a 486", the_processor_is_a_486},
    {"a shipped program begins, with its arguments, and C99's snprintf", a_program_begins},
    {"the service manager starts once and stops what runs", service_manager},
    {"the performance counter moves on, on both processors", performance_counter},
    {"DllMain is called in the order of need, for processes and threads", reasons_of_dllmain},
    {"two DLLs that want one address have two", places_of_dlls},
    {"imports by ordinal, and forwarders", ordinals_and_forwarders},
    {"LoadLibrary, GetProcAddress, FreeLibrary: the DLL comes and goes", load_library},
    {"a call into a DLL that is nowhere fails with its name", absent_dll},
    {"each thread has its TLS and its last error", tls_and_last_error},
    {"a critical section holds off the other processor", critical_sections},
    {"the heap zeroes what it is asked to, and nothing else", heap},
    {"a handler's changes are what the thread goes on with", handlers_continue},
    {"a handler may pass on to the next, and to the filter", handlers_pass_on},
    {"a frame outside the stack ends the search", frames_outside_the_stack},
    {NULL, NULL},
};

const struct suite suite_machine = {"machine", tests, NULL};
