/* SPDX-License-Identifier: MIT
 *
 * The policy, whatever the registry holds: a port is open only if its bit in IOPM says so; what
 * makes no sense opens none.
 *
 * Processors: in turn
 */
#include "core/settings.h"
#include "../test.h"
#include "messages.h"

static uint8_t value[20000];

/*
 * Starts, compares both processors' real maps with what is expected, bit by bit, and the
 * information; stops.
 */
static void check_map(const uint8_t expected[UP_PORTSET_BYTES], uint32_t problems, const char *what)
{
    static struct up_info info;
    uint32_t i, cpu, open = 0;

    EXPECT_MSG(driver_start("userport.sys") == STATUS_SUCCESS, "%s: does not start", what);
    for (cpu = 0; cpu < PROCESSORS; cpu++) {
        for (i = 0; i < UP_PORTSET_BYTES; i++) {
            if (cpus[cpu].tss.iopm[i] != expected[i]) {
                EXPECT_MSG(false, "%s: byte %X of processor %u's map is %02X, not %02X", what,
                           (unsigned)i, (unsigned)cpu, cpus[cpu].tss.iopm[i], expected[i]);
                break;
            }
        }
        EXPECT(cpus[cpu].tss.iopm_end[0] == 0xFF);
    }
    for (i = 0; i < UP_PORTSET_BYTES; i++) {
        open += 8u - (uint32_t)__builtin_popcount(expected[i]);
    }
    EXPECT(get_info(&info));
    EXPECT_EQ(info.settings_problems, problems);
    EXPECT_EQ(info.ports_granted, open);
    EXPECT_EQ(info.state, UP_STATE_RUNNING);
    stop();
}

static void nothing(uint32_t problems, const char *what)
{
    static uint8_t closed[UP_PORTSET_BYTES];

    memset(closed, 0xFF, sizeof closed);
    check_map(closed, problems, what);
}

static void absent(void)
{
    nothing(UP_SETTINGS_IOPM_ABSENT, "no values at all");
    EXPECT_EQ(event_log_find(UP_MSG_IOPM_ABSENT), 1);
}

static void short_values(void)
{
    static const uint32_t lengths[] = {0, 1, 7, 16, 111, 112, 128, 2048, 4096, 8190, 8191};
    static uint8_t expected[UP_PORTSET_BYTES];
    unsigned i;

    memset(value, 0, sizeof value);
    for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        memset(expected, 0xFF, sizeof expected);
        memset(expected, 0, lengths[i]);
        registry_set("IOPM", REG_BINARY, value, lengths[i]);
        event_log_clear();
        check_map(expected, UP_SETTINGS_IOPM_SHORT, "short");
        EXPECT_EQ(event_log_find(UP_MSG_IOPM_SHORT), 1);
    }
}

static void long_values(void)
{
    static const uint32_t lengths[] = {8193, 8194, 8204, 8208, 10000, 16384, 20000};
    unsigned i;

    memset(value, 0, sizeof value);
    for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        registry_set("IOPM", REG_BINARY, value, lengths[i]);
        event_log_clear();
        nothing(UP_SETTINGS_IOPM_LONG, "long");
        EXPECT_EQ(event_log_find(UP_MSG_IOPM_LONG), 1);
    }
}

static void wrong_types(void)
{
    static const uint32_t types[] = {REG_NONE,     REG_SZ,    REG_EXPAND_SZ, REG_DWORD,
                                     REG_MULTI_SZ, REG_QWORD, 0xFFFFFFFF};
    unsigned i;

    memset(value, 0, sizeof value);
    for (i = 0; i < sizeof types / sizeof types[0]; i++) {
        registry_set("IOPM", types[i], value, UP_PORTSET_BYTES);
        nothing(UP_SETTINGS_IOPM_TYPE, "wrong type");
    }
    EXPECT_EQ(event_log_find(UP_MSG_IOPM_TYPE), sizeof types / sizeof types[0]);
}

static void unreadable(void)
{
    registry_set_ports("0-FFFF");
    registry_make_unreadable("IOPM", true);
    nothing(UP_SETTINGS_IOPM_UNREADABLE, "unreadable");
    EXPECT_EQ(event_log_find(UP_MSG_IOPM_UNREADABLE), 1);
}

static void all_ones_and_all_zeros(void)
{
    static uint8_t map[UP_PORTSET_BYTES];
    struct process *puppet;
    struct up_portset all;

    memset(map, 0xFF, sizeof map);
    registry_set("IOPM", REG_BINARY, map, sizeof map);
    nothing(0, "all ones");
    memset(map, 0, sizeof map);
    registry_set("IOPM", REG_BINARY, map, sizeof map);
    check_map(map, 0, "all zeros");
    memset(all.map, 0, sizeof all.map);
    start();
    puppet = puppet_start(AS_USER);
    EXPECT_EQ(puppet_scan(puppet, 0, &all), 0); /* an IN from each port of the machine */
    EXPECT_EQ(puppet_in(puppet, 0, 0xFFFF, 1), 0);
    EXPECT_EQ(puppet_in(puppet, 0, 0xFFFF, 2), DENIED); /* the byte behind the map denies */
    EXPECT_EQ(puppet_in(puppet, 0, 0xFFFD, 4), DENIED);
    puppet_end(puppet);
    stop();
}

static void scope_and_sticky_values(void)
{
    static const struct {
        const char *name;
        uint32_t type, length, number, problem;
    } table[] = {{"Scope", REG_DWORD, 4, 2, UP_SETTINGS_SCOPE_BAD},
                 {"Scope", REG_DWORD, 4, 0xFFFFFFFF, UP_SETTINGS_SCOPE_BAD},
                 {"Scope", REG_DWORD, 3, 0, UP_SETTINGS_SCOPE_BAD},
                 {"Scope", REG_DWORD, 8, 0, UP_SETTINGS_SCOPE_BAD},
                 {"Scope", REG_BINARY, 4, 0, UP_SETTINGS_SCOPE_BAD},
                 {"Scope", REG_SZ, 4, 0, UP_SETTINGS_SCOPE_BAD},
                 {"Sticky", REG_DWORD, 4, 2, UP_SETTINGS_STICKY_BAD},
                 {"Sticky", REG_DWORD, 0, 0, UP_SETTINGS_STICKY_BAD},
                 {"Sticky", REG_BINARY, 4, 1, UP_SETTINGS_STICKY_BAD}};
    unsigned i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        registry_remove_all();
        registry_set_ports("0-FFFF");
        memset(value, 0, 16);
        memcpy(value, &table[i].number, 4);
        registry_set(table[i].name, table[i].type, value, table[i].length);
        nothing(table[i].problem, table[i].name);
    }
    registry_remove_all();
    registry_set_ports("0-FFFF");
    registry_make_unreadable("Scope", true);
    nothing(UP_SETTINGS_SCOPE_BAD, "Scope unreadable");
}

/*
 * Bytes, lengths and types at random; what is expected is computed here, bit by bit, not by the
 * driver's own code. values= on the command line says how many; `make soak` has 10,000.
 */
static void random_values(void)
{
    static uint8_t expected[UP_PORTSET_BYTES];
    const uint32_t count = option_number("values", 250);
    uint32_t round, i;

    for (round = 0; round < count; round++) {
        uint32_t kind = random_number() % 8;
        uint32_t length = kind == 0  ? random_number() % sizeof value
                          : kind < 4 ? UP_PORTSET_BYTES
                                     : random_number() % (UP_PORTSET_BYTES + 1);
        uint32_t type = random_number() % 16 == 0 ? random_number() % 12 : REG_BINARY;
        uint32_t density = random_number() % 4;
        uint32_t cpu;

        for (i = 0; i < length; i++) {
            uint32_t bits = random_number();

            value[i] = (uint8_t)(density == 0   ? 0xFF
                                 : density == 1 ? bits | bits >> 8 | bits >> 16
                                 : density == 2 ? bits
                                                : bits & bits >> 8);
        }
        registry_set("IOPM", type, value, length);
        for (i = 0; i < UP_PORTSET_BYTES; i++) {
            expected[i] =
                type == REG_BINARY && length <= UP_PORTSET_BYTES && i < length ? value[i] : 0xFF;
        }
        start();
        for (cpu = 0; cpu < PROCESSORS; cpu++) {
            if (memcmp(cpus[cpu].tss.iopm, expected, sizeof expected) != 0) {
                EXPECT_MSG(false, "value %u, type %u, %u bytes: processor %u's map differs",
                           (unsigned)round, (unsigned)type, (unsigned)length, (unsigned)cpu);
            }
        }
        stop();
    }
    say("# %u values", (unsigned)count);
}

/* Ports that can do harm are said at each start, kind by kind. */
static void hazards_are_logged(void)
{
    static const struct {
        const char *list, *text;
        uint32_t entries;
    } table[] = {
        {"lpt1, speaker", "", 0},
        {"lpt1, 70-71, 74", "70-71, 74", 1},
        {"20, A1, 4D0-4D1", "20, A1, 4D0-4D1", 1},
        {"CFC", "CFC", 1},
        {"0-3, 5, 7, 9, B, D, F, C0-DF", "0-3, 5, 7, 9, B, D, F, C0-DF", 1},
        /* 31 characters */
        {"1, 3, 5, 7, 9, B, D, F, C0-C8, CA-D0, D3-DF", "1, 3, 5, 7, 9, B, D, F, C0-C8, ", 1},
        {"60, 70", "70", 2},
    };
    const struct log_entry *entry;
    unsigned i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        event_log_clear();
        start_with(table[i].list, UP_SCOPE_OPENERS, 0);
        EXPECT_MSG(event_log_find(UP_MSG_HAZARD_GRANTED) == table[i].entries, "%s: %u entries",
                   table[i].list, (unsigned)event_log_find(UP_MSG_HAZARD_GRANTED));
        entry = &event_log[(event_log_count - 1) % 256];
        EXPECT_MSG(table[i].entries == 0 || (entry->code == (uint32_t)UP_MSG_HAZARD_GRANTED &&
                                             strcmp(entry->text, table[i].text) == 0),
                   "%s: \"%s\"", table[i].list, entry->text);
        stop();
        event_log_clear();
        start();
        EXPECT_EQ(event_log_find(UP_MSG_HAZARD_GRANTED), table[i].entries); /* at each start */
        stop();
    }
}

/* ---- somebody writes while the driver reads -------------------------------------------------- */

#define SETTLED_AFTER 6u /* readings, when nobody changes anything: three values twice */

static uint32_t change_at; /* before this reading */

static void change_everything(uint32_t number)
{
    if (number == change_at) {
        registry_set_ports("lpt1");
        registry_set_dword("Scope", UP_SCOPE_ALL);
        registry_set_dword("Sticky", 0);
    }
}

/*
 * The old settings give LPT2 to openers, the new ones LPT1 to everybody. Wherever the change falls
 * between two readings, nobody gets what neither gives: LPT2 without an open.
 */
static void changed_while_it_is_read(void)
{
    struct process *puppet = puppet_start(AS_USER);

    for (change_at = 1; change_at <= 7; change_at++) {
        registry_queries = 0;
        registry_before_query = change_everything;
        start_with("lpt2", UP_SCOPE_OPENERS, 1);
        registry_before_query = NULL;
        EXPECT_MSG(puppet_in(puppet, 0, 0x278, 1) == DENIED,
                   "changed before reading %u: LPT2 is open to all", (unsigned)change_at);
        EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), change_at <= SETTLED_AFTER ? 0 : DENIED);
        stop();
    }
    puppet_end(puppet);
}

static void change_something(uint32_t number)
{
    registry_set_ports(number % 2 != 0 ? "lpt1" : "lpt1, lpt2");
}

static void never_the_same_twice(void)
{
    struct process *puppet = puppet_start(AS_USER);
    struct up_info info;

    registry_before_query = change_something;
    start_with("lpt1", UP_SCOPE_ALL, 0);
    registry_before_query = NULL;
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), DENIED);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.settings_problems, UP_SETTINGS_UNSETTLED);
    EXPECT_EQ(event_log_find(UP_MSG_UNSETTLED), 1);
    control_as_admin(UP_IOCTL_RELOAD);
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), 0);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.settings_problems, 0);
    puppet_end(puppet);
    stop();
}

static const struct test tests[] = {
    {"no value: nothing is granted, and the log says so", absent},
    {"a short value denies what it does not cover", short_values},
    {"a long value grants nothing", long_values},
    {"a value of another type grants nothing", wrong_types},
    {"an unreadable value grants nothing", unreadable},
    {"all ones, all zeros: each port, and the byte behind the last", all_ones_and_all_zeros},
    {"Scope and Sticky that make no sense grant nothing", scope_and_sticky_values},
    {"random values", random_values},
    {"ports that can do harm are logged at each start", hazards_are_logged},
    {"changed while it is read: what neither the old nor the new gives is not given",
     changed_while_it_is_read},
    {"never the same twice: nothing is granted, and the log says so", never_the_same_twice},
    {NULL, NULL},
};

const struct suite suite_settings = {"settings", tests, NULL};
