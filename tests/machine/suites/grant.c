/* SPDX-License-Identifier: MIT
 *
 * What a grant opens: exactly the listed ports, byte by byte of an access, on both processors.
 */
#include "../test.h"

#define LIST "0, 42-43, 61, 278-27F, 378-37A, 37C, 3BC-3BF, FFF0-FFFF"

static void first_and_last(void)
{
    static const struct {
        uint16_t port;
        bool open;
    } table[] = {{0x377, false}, {0x378, true},   {0x379, true},  {0x37A, true},  {0x37B, false},
                 {0x37C, true},  {0x37D, false},  {0x41, false},  {0x42, true},   {0x43, true},
                 {0x44, false},  {0x60, false},   {0x61, true},   {0x62, false},  {0, true},
                 {1, false},     {0xFFEF, false}, {0xFFF0, true}, {0xFFFE, true}, {0xFFFF, true}};
    struct process *puppet;
    unsigned i;

    start_with(LIST, UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        EXPECT_MSG(puppet_in(puppet, 0, table[i].port, 1) == (table[i].open ? 0 : DENIED),
                   "IN from %X", table[i].port);
        /* the timer and the DMA controller are left alone */
        if (table[i].port != 0x43 && table[i].port != 0) {
            EXPECT_MSG(puppet_out(puppet, 0, table[i].port, 1, 0) == (table[i].open ? 0 : DENIED),
                       "OUT to %X", table[i].port);
        }
    }
    puppet_end(puppet);
    stop();
}

/*
 * 16 and 32 bits inside, across the end and across the hole at 37B; at the top of the port space.
 */
static void wide_accesses(void)
{
    static const struct {
        uint16_t port;
        unsigned width;
        bool open;
    } table[] = {{0x378, 2, true},   {0x379, 2, true},   {0x37A, 2, false}, {0x377, 2, false},
                 {0x37B, 2, false},  {0x37C, 2, false},  {0x278, 4, true},  {0x27C, 4, true},
                 {0x27D, 4, false},  {0x27F, 4, false},  {0x275, 4, false}, {0x378, 4, false},
                 {0x379, 4, false},  {0xFFFC, 4, true},  {0xFFFE, 2, true}, {0xFFED, 4, false},
                 {0xFFFF, 2, false}, {0xFFFD, 4, false}, {0xFFFF, 4, false}};
    struct process *puppet;
    unsigned i;

    start_with(LIST, UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        EXPECT_MSG(puppet_in(puppet, 0, table[i].port, table[i].width) ==
                       (table[i].open ? 0 : DENIED),
                   "IN of %u bytes from %X", table[i].width, table[i].port);
        EXPECT_MSG(puppet_out(puppet, 0, table[i].port, table[i].width, 0) ==
                       (table[i].open ? 0 : DENIED),
                   "OUT of %u bytes to %X", table[i].width, table[i].port);
    }
    puppet_end(puppet);
    stop();
}

static void every_port(void)
{
    struct process *puppet;
    uint32_t cpu;

    start_with(LIST, UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    for (cpu = 0; cpu < PROCESSORS; cpu++) {
        EXPECT_EQ(puppet_scan(puppet, cpu, ports_of(LIST)), 0);
    }
    puppet_end(puppet);
    stop();
}

/*
 * What the program reads is the device, not something in between: the printer port's data register
 * remembers.
 */
static void real_device(void)
{
    struct process *puppet;
    unsigned value;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    for (value = 0; value < 256; value += 15) {
        puppet_out(puppet, 0, 0x378, 1, value);
        EXPECT_EQ(puppet_in(puppet, 1, 0x378, 1), 0);
        EXPECT_EQ(puppet->mail->slots[1].value & 0xFF, value);
    }
    puppet_end(puppet);
    stop();
}

/* Without the driver, and after it, everything faults. */
static void nothing_without_driver(void)
{
    struct process *puppet = puppet_start(AS_ADMIN);
    struct up_portset none;

    up_portset_deny_all(&none);
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), DENIED);
    start_with("lpt1", UP_SCOPE_ALL, 0);
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), 0);
    stop();
    EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), DENIED);
    EXPECT_EQ(puppet_scan(puppet, 0, &none), 0);
    EXPECT_EQ(puppet_scan(puppet, 1, &none), 0);
    puppet_end(puppet);
}

static const struct test tests[] = {
    {"first and last port of each range, ports 0 and FFFF, IN and OUT", first_and_last},
    {"accesses of 16 and 32 bits: inside, across an end, across a hole, at FFFF", wide_accesses},
    {"each of the 65,536 ports agrees with the list, on both processors", every_port},
    {"a granted port is the device itself", real_device},
    {"without the driver, and after its stop, every port faults", nothing_without_driver},
    {NULL, NULL},
};

const struct suite suite_grant = {"grant", tests, NULL};
