/* SPDX-License-Identifier: MIT
 *
 * Tests of trap/emulate.c: each form with the registers, memory and ports that it must leave, by
 * hand; then some hundred thousand random instructions and states against the simple interpreter of
 * emulate_model.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "emulate_model.h"

#define PAGE 0x10000000u /* where most cases have their memory: six pages */

/* ---- ports that keep what they were asked -------------------------------------------------------
 */

static struct emulate_case now;
static struct emulate_world world;
static struct emulate_outcome outcome;

/* Decodes code; registers of which every bit that must stay is set somewhere. */
static void given(bool is_64_bit, const char *code, size_t length)
{
    const uint64_t all = is_64_bit ? UINT64_MAX : UINT32_MAX;
    unsigned i;

    assert_true(up_io_instruction_read((const uint8_t *)code, length, is_64_bit, &now.instruction));
    assert_int_equal(now.instruction.length, length);
    memset(&now.registers, 0, sizeof now.registers);
    now.registers.is_64_bit = is_64_bit;
    now.registers.ax = UINT64_C(0x1122334455667788) & all;
    now.registers.cx = UINT64_C(0x99AABBCC00000000) & all;
    now.registers.dx = UINT64_C(0xABCDEF0123450378) & all;
    now.registers.si = now.registers.di = PAGE;
    now.registers.ip = 0x401000;
    now.registers.flags = 0x202;
    emulate_world_init(&world);
    for (i = 0; i < EMULATE_PAGES; i++) {
        emulate_world_page(&world, i, PAGE + i * EMULATE_PAGE_BYTES, true, true);
        memset(world.pages[i].bytes, 0x5A, EMULATE_PAGE_BYTES);
    }
}

#define GIVEN(bits, code) given((bits) == 64, code, sizeof code - 1)

static enum up_trap_result run(void)
{
    emulate_run(&now, &world, &outcome);
    if (world.complaint != NULL) {
        fail_msg("%s", world.complaint);
    }
    assert_int_equal(outcome.registers.dx, now.registers.dx);
    assert_int_equal(outcome.registers.flags, now.registers.flags);
    return outcome.result;
}

/* What port 378 gives at its nth reading. */
static uint32_t reading(unsigned n, unsigned width)
{
    const uint32_t value = (uint32_t)((n * UINT64_C(0x9E3779B97F4A7C15) ^ 0x378) >> 21);

    return width == 4 ? value : value & ((1u << 8 * width) - 1);
}

/* What has been written to a port, as the world counts it. */
static uint64_t sum_of(const uint32_t *values, unsigned count, uint16_t port, unsigned width)
{
    uint64_t sum = 0;
    unsigned i;

    for (i = 0; i < count; i++) {
        sum = (sum ^ values[i] ^ (uint64_t)port << 32 ^ (uint64_t)width << 48) *
              UINT64_C(0x9E3779B97F4A7C15);
    }
    return sum;
}

static void put(uint64_t address, uint32_t value, unsigned width)
{
    for (unsigned i = 0; i < width; i++) {
        *emulate_world_byte(&world, address + i) = (uint8_t)(value >> 8 * i);
    }
}

static uint32_t get(uint64_t address, unsigned width)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < width; i++) {
        value |= (uint32_t)*emulate_world_byte(&world, address + i) << 8 * i;
    }
    return value;
}

/* The way on by so many bytes. */
static uint64_t along(bool is_down, unsigned bytes)
{
    return is_down ? 0 - (uint64_t)bytes : bytes;
}

/* Nothing of the registers has changed. */
static void expect_registers_kept(void)
{
    assert_memory_equal(&outcome.registers, &now.registers, sizeof now.registers);
}

/* ---- IN and OUT ------------------------------------------------------------------------------ */

static void test_in(void **state)
{
    (void)state;
    GIVEN(64, "\xEC");
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.ax, 0x1122334455667700 | reading(1, 1));
    assert_int_equal(outcome.registers.ip, 0x401001);
    GIVEN(64, "\x66\xED");
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.ax, 0x1122334455660000 | reading(1, 2));
    assert_int_equal(outcome.registers.ip, 0x401002);
    GIVEN(64, "\xED");
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.ax, reading(1, 4)); /* the upper half is cleared */
    GIVEN(32, "\xEC");
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.ax, 0x55667700 | reading(1, 1));
    GIVEN(32, "\xED");
    now.registers.ip = 0xFFFFFFFF;
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.ax, reading(1, 4));
    assert_int_equal(outcome.registers.ip, 0);
    GIVEN(64, "\xE4\x61");
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.ip, 0x401002);
    assert_int_equal(world.read, 1);
}

static void expect_written(uint16_t port, unsigned width, uint32_t value)
{
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(world.written, 1);
    assert_int_equal(world.sum, sum_of(&value, 1, port, width));
    assert_int_equal(outcome.registers.ax, now.registers.ax);
    assert_int_equal(outcome.registers.ip, now.registers.ip + now.instruction.length);
}

static void test_out(void **state)
{
    (void)state;
    GIVEN(64, "\xEE");
    expect_written(0x378, 1, 0x88);
    GIVEN(64, "\x66\xEF");
    expect_written(0x378, 2, 0x7788);
    GIVEN(64, "\xEF");
    expect_written(0x378, 4, 0x55667788);
    GIVEN(32, "\x66\xE7\x80");
    expect_written(0x80, 2, 0x7788);
    GIVEN(32, "\xE6\xFF");
    expect_written(0xFF, 1, 0x88);
}

static void test_denied(void **state)
{
    static const char *const codes[] = {"\xEC", "\xEF", "\x6C", "\x6F", "\xF3\x6D", "\xF3\x66\x6F"};
    size_t i;

    (void)state;
    for (i = 0; i < 2 * sizeof codes / sizeof codes[0]; i++) {
        given(true, codes[i / 2], strlen(codes[i / 2]));
        now.registers.cx = 5;
        world.is_denied = i % 2;
        world.until_gone = 0;
        assert_int_equal(run(), i % 2 ? UP_TRAP_DENIED : UP_TRAP_FAILED);
        expect_registers_kept();
        assert_int_equal(world.read + world.written, 0);
        assert_int_equal(get(PAGE, 4), 0x5A5A5A5A);
    }
}

/* ---- INS and OUTS, one element --------------------------------------------------------------- */

static void test_ins(void **state)
{
    static const char *const codes[] = {"\x6C", "\x66\x6D", "\x6D"};
    unsigned i, width;

    (void)state;
    for (i = 0; i < 6; i++) {
        given(true, codes[i / 2], strlen(codes[i / 2]));
        width = 1u << i / 2;
        now.registers.di += 100;
        now.registers.flags |= i % 2 ? 0x400 : 0;
        assert_int_equal(run(), UP_TRAP_DONE);
        assert_int_equal(get(PAGE + 100, width), reading(1, width));
        assert_int_equal(get(PAGE + 99, 1), 0x5A);
        assert_int_equal(get(PAGE + 100 + width, 1), 0x5A);
        assert_int_equal(outcome.registers.di, PAGE + 100 + along(i % 2, width));
        assert_int_equal(outcome.registers.cx, now.registers.cx);
        assert_int_equal(outcome.registers.si, now.registers.si);
        assert_int_equal(outcome.registers.ip, now.registers.ip + now.instruction.length);
    }
}

static void test_outs(void **state)
{
    static const char *const codes[] = {"\x6E", "\x66\x6F", "\x6F"};
    const uint32_t value = 0xA1B2C3D4;
    unsigned i, width;

    (void)state;
    for (i = 0; i < 6; i++) {
        uint32_t part;

        given(false, codes[i / 2], strlen(codes[i / 2]));
        width = 1u << i / 2;
        part = width == 4 ? value : value & ((1u << 8 * width) - 1);
        put(PAGE + 100, value, 4);
        now.registers.si += 100;
        now.registers.flags |= i % 2 ? 0x400 : 0;
        assert_int_equal(run(), UP_TRAP_DONE);
        assert_int_equal(world.sum, sum_of(&part, 1, 0x378, width));
        assert_int_equal(outcome.registers.si, PAGE + 100 + along(i % 2, width));
        assert_int_equal(outcome.registers.di, now.registers.di);
        assert_int_equal(outcome.registers.cx, now.registers.cx);
    }
}

/* ---- repeated -------------------------------------------------------------------------------- */

/* INS of count elements of which the first is at PAGE + at. */
static void expect_ins(unsigned width, unsigned at, unsigned count, bool is_down)
{
    static const char *const codes[] = {"", "\xF3\x6C", "\xF3\x66\x6D", "", "\xF2\x6D"};
    unsigned i;

    given(true, codes[width], strlen(codes[width]));
    now.registers.cx = count;
    now.registers.di = PAGE + at;
    now.registers.flags |= is_down ? 0x400 : 0;
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.cx, 0);
    assert_int_equal(outcome.registers.di, PAGE + at + along(is_down, count * width));
    assert_int_equal(outcome.registers.ip, now.registers.ip + now.instruction.length);
    assert_int_equal(world.read, count);
    for (i = 0; i < count; i++) {
        assert_int_equal(get(PAGE + at + along(is_down, i * width), width), reading(i + 1, width));
    }
    assert_int_equal(get(PAGE + at + along(is_down, count * width), width),
                     0x5A5A5A5A & (width == 4 ? UINT32_MAX : (1u << 8 * width) - 1));
}

static void expect_outs(unsigned width, unsigned at, unsigned count, bool is_down)
{
    static const char *const codes[] = {"", "\xF3\x6E", "\xF2\x66\x6F", "", "\xF3\x6F"};
    static uint32_t values[3 * EMULATE_PAGE_BYTES + 8];
    unsigned i;

    given(false, codes[width], strlen(codes[width]));
    for (i = 0; i < count; i++) {
        values[i] = (i * 0x9E3779B1u + 7) >> (32 - 8 * width);
        put(PAGE + at + along(is_down, i * width), values[i], width);
    }
    now.registers.cx = count;
    now.registers.si = PAGE + at;
    now.registers.flags |= is_down ? 0x400 : 0;
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.cx, 0);
    assert_int_equal(outcome.registers.si, PAGE + at + along(is_down, count * width));
    assert_int_equal(world.written, count);
    assert_int_equal(world.sum, sum_of(values, count, 0x378, width));
}

static void test_counts(void **state)
{
    unsigned width, down, i;

    (void)state;
    for (width = 1; width <= 4; width *= 2) {
        const unsigned chunk = UP_TRAP_CHUNK / width;
        const unsigned counts[] = {0,     1,         2,         chunk - 1,
                                   chunk, chunk + 1, 2 * chunk, 3 * 4096u / width};

        for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            for (down = 0; down < 2; down++) {
                const unsigned at = down ? 5 * 4096u : 4096u;

                expect_ins(width, at, counts[i], down);
                if (counts[i] * width <= UP_TRAP_CHUNK) {
                    assert_in_range(world.blocks, 0, down ? 2 : 1); /* down: from the page above */
                }
                expect_outs(width, at, counts[i], down);
                expect_ins(width, at + 3, counts[i], down); /* elements cross page borders */
                expect_outs(width, at + 3, counts[i], down);
                assert_true(world.largest <= UP_TRAP_CHUNK);
            }
        }
    }
    expect_ins(1, 4096, 4096, false);
    assert_int_equal(world.blocks, 4096 / UP_TRAP_CHUNK);
    assert_int_equal(world.largest, UP_TRAP_CHUNK);
}

/* Blocks that end early without an error are gone on with. */
static void test_short_blocks(void **state)
{
    (void)state;
    GIVEN(64, "\xF3\x6C");
    now.registers.cx = 1000;
    world.moves_less = true;
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.cx, 0);
    assert_int_equal(world.read, 1000);
    assert_int_equal(get(PAGE + 999, 1), reading(1000, 1));
}

static void test_driver_gone(void **state)
{
    unsigned gone, down;

    (void)state;
    for (gone = 0; gone < 2000; gone += 1 + gone / 3) {
        for (down = 0; down < 2; down++) {
            const unsigned at = 3 * 4096u + 8;
            const uint64_t behind = PAGE + at + along(down, 2 * gone);

            GIVEN(64, "\xF3\x66\x6D");
            now.registers.cx = 2500;
            now.registers.di = PAGE + at;
            now.registers.flags |= down ? 0x400 : 0;
            world.until_gone = gone;
            assert_int_equal(run(), UP_TRAP_FAILED);
            assert_int_equal(outcome.registers.cx, 2500 - gone);
            assert_int_equal(outcome.registers.di, behind);
            assert_int_equal(outcome.registers.ip, now.registers.ip);
            assert_int_equal(get(behind, 2), 0x5A5A);
            if (gone > 0) {
                assert_int_equal(get(behind + along(!down, 2), 2), reading(gone, 2));
            }
        }
    }
}

/* ---- sizes of addresses, segments ------------------------------------------------------------ */

/* A 67 prefix in 64-bit mode: ESI, EDI and ECX count, and come back without an upper half. */
static void test_address_32_in_64(void **state)
{
    (void)state;
    GIVEN(64, "\x67\xF3\x6C");
    now.registers.cx |= 3;
    now.registers.di |= UINT64_C(0xFEDCBA9800000000);
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.cx, 0);
    assert_int_equal(outcome.registers.di, PAGE + 3);
    assert_int_equal(get(PAGE + 2, 1), reading(3, 1));

    GIVEN(64, "\x67\x6C"); /* without REP the count stays as it is */
    now.registers.di |= UINT64_C(0xFEDCBA9800000000);
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.cx, now.registers.cx);
    assert_int_equal(outcome.registers.di, PAGE + 1);

    GIVEN(64, "\x67\xF3\x6C"); /* a count of 0 leaves all registers, the upper halves too */
    now.registers.di |= UINT64_C(0xFEDCBA9800000000);
    assert_int_equal(run(), UP_TRAP_DONE);
    now.registers.ip += 3;
    expect_registers_kept();
    assert_int_equal(world.blocks, 0);

    GIVEN(64, "\x67\xF3\x6C"); /* a fault before the first element too */
    now.registers.cx |= 3;
    now.registers.di = UINT64_C(0xFEDCBA9800000000);
    assert_int_equal(run(), UP_TRAP_NO_MEMORY);
    expect_registers_kept();
    assert_int_equal(outcome.fault, 0);

    GIVEN(64, "\x67\xF3\x6C"); /* EDI wraps at 4 GB */
    emulate_world_page(&world, 0, 0xFFFFF000, true, true);
    emulate_world_page(&world, 1, 0, true, true);
    now.registers.cx = 4;
    now.registers.di = 0xFFFFFFFE;
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.di, 2);
    assert_int_equal(get(0xFFFFFFFF, 1), reading(2, 1));
    assert_int_equal(get(0, 1), reading(3, 1));

    GIVEN(64, "\x67\xF3\x6D"); /* an element does not: it goes on above */
    emulate_world_page(&world, 0, 0xFFFFF000, true, true);
    emulate_world_page(&world, 1, UINT64_C(0x100000000), true, true);
    emulate_world_page(&world, 2, 0, true, true);
    now.registers.cx = 2;
    now.registers.di = 0xFFFFFFFE;
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.di, 6);
    assert_int_equal(get(UINT64_C(0x100000000), 2), reading(1, 4) >> 16);
    assert_int_equal(get(2, 4), reading(2, 4));
}

/* A 67 prefix in a 32-bit program: SI, DI and CX count, and nothing above them changes. */
static void test_address_16(void **state)
{
    const uint32_t values[] = {0x11, 0x22, 0x33};

    (void)state;
    GIVEN(32, "\x67\xF3\x6E");
    emulate_world_page(&world, 0, 0x50000, true, true);
    emulate_world_page(&world, 1, 0x5F000, true, true);
    put(0x5FFFE, 0x2211, 2);
    put(0x50000, 0x33, 1);
    now.registers.source_base = 0x50000;
    now.registers.cx = 0xABCD0003;
    now.registers.si = 0x8765FFFE;
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.cx, 0xABCD0000);
    assert_int_equal(outcome.registers.si, 0x87650001);
    assert_int_equal(world.sum, sum_of(values, 3, 0x378, 1));

    GIVEN(32, "\x67\xF3\x66\x6D"); /* downwards through 0 */
    emulate_world_page(&world, 0, 0x0000, true, true);
    emulate_world_page(&world, 1, 0xF000, true, true);
    now.registers.cx = 0x10002;
    now.registers.di = 0x10000;
    now.registers.flags |= 0x400;
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.cx, 0x10000);
    assert_int_equal(outcome.registers.di, 0x1FFFC);
    assert_int_equal(get(0, 2), reading(1, 2));
    assert_int_equal(get(0xFFFE, 2), reading(2, 2));
}

static void test_address_32(void **state)
{
    (void)state;
    GIVEN(32, "\xF3\x6D"); /* base + offset wraps at 4 GB, within an element too */
    emulate_world_page(&world, 0, 0xFFFFF000, true, true);
    emulate_world_page(&world, 1, 0, true, true);
    now.registers.target_base = 0xFFFF0000;
    now.registers.cx = 2;
    now.registers.di = 0xFFFE;
    assert_int_equal(run(), UP_TRAP_DONE);
    assert_int_equal(outcome.registers.di, 0x10006);
    assert_int_equal(get(0xFFFFFFFE, 2), reading(1, 4) & 0xFFFF);
    assert_int_equal(get(0, 2), reading(1, 4) >> 16);
    assert_int_equal(get(2, 4), reading(2, 4));
    GIVEN(64, "\x65\x6E"); /* OUTS from a segment's base, INS never */
    now.registers.source_base = PAGE;
    now.registers.si = 5;
    assert_int_equal(run(), UP_TRAP_DONE);
    GIVEN(64, "\x6C");
    now.registers.source_base = UINT64_C(0x123456789000);
    assert_int_equal(run(), UP_TRAP_DONE);
}

/* ---- memory that is not there ---------------------------------------------------------------- */

/* A repeated instruction comes to a page that may not be accessed, after count elements. */
static void expect_fault(bool is_output, unsigned width, unsigned count, unsigned crossing,
                         bool is_down)
{
    static const char *const codes[2][5] = {{"", "\xF3\x6C", "\xF3\x66\x6D", "", "\xF3\x6D"},
                                            {"", "\xF3\x6E", "\xF3\x66\x6F", "", "\xF3\x6F"}};
    const char *code = codes[is_output][width];
    /* page 3 is out of bounds: read only for INS, not there for OUTS */
    const uint64_t border = PAGE + (is_down ? 4 : 3) * 4096u;
    const uint64_t first =
        is_down ? border - crossing + count * width : border + crossing - (count + 1) * width;
    uint64_t *index = is_output ? &now.registers.si : &now.registers.di;
    const uint64_t *index_after = is_output ? &outcome.registers.si : &outcome.registers.di;

    given(true, code, strlen(code));
    emulate_world_page(&world, 3, PAGE + 3 * 4096u, !is_output, false);
    *index = first;
    now.registers.cx = count + 10;
    now.registers.flags |= is_down ? 0x400 : 0;
    assert_int_equal(run(), UP_TRAP_NO_MEMORY);
    assert_int_equal(outcome.registers.cx, 10);
    assert_int_equal(*index_after, first + along(is_down, count * width));
    assert_int_equal(outcome.registers.ip, now.registers.ip);
    assert_int_equal(world.read + world.written, count);
    assert_int_equal(outcome.fault_writes, !is_output);
    assert_int_equal(outcome.fault, is_down ? *index_after : border);
}

static void test_faults(void **state)
{
    static const unsigned counts[] = {0, 1, 2, 127, 128, 129, 511, 512, 513, 1500};
    unsigned width, i, form, crossing;

    (void)state;
    for (width = 1; width <= 4; width *= 2) {
        for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            for (form = 0; form < 4; form++) {
                /* bytes of the last element that are beyond the border */
                for (crossing = 1; crossing <= width; crossing++) {
                    expect_fault(form & 1, width, counts[i], crossing, form & 2);
                }
            }
        }
    }
}

static void test_fault_single(void **state)
{
    (void)state;
    GIVEN(64, "\x6C");
    now.registers.di = PAGE - 1;
    assert_int_equal(run(), UP_TRAP_NO_MEMORY);
    expect_registers_kept();
    assert_int_equal(outcome.fault, PAGE - 1);
    assert_int_equal(world.read, 0);
    GIVEN(32, "\x6F");
    now.registers.si = PAGE - 2;
    assert_int_equal(run(), UP_TRAP_NO_MEMORY);
    expect_registers_kept();
    assert_int_equal(outcome.fault, PAGE - 2);
    assert_false(outcome.fault_writes);
    GIVEN(32, "\x6F"); /* a page that may be written, not read: there is none on x86, by rights */
    emulate_world_page(&world, 0, PAGE, false, true);
    assert_int_equal(run(), UP_TRAP_NO_MEMORY);
    GIVEN(64, "\x6D"); /* the second of two pages */
    emulate_world_page(&world, 1, PAGE + 4096, true, false);
    now.registers.di = PAGE + 4095;
    assert_int_equal(run(), UP_TRAP_NO_MEMORY);
    assert_int_equal(outcome.fault, PAGE + 4096);
    assert_int_equal(get(PAGE + 4095, 1), 0x5A);
    assert_int_equal(world.read, 0);
}

/* ---- ways that break their word -------------------------------------------------------------- */

static unsigned copies_left;

static bool refuse_probe(void *context, uint64_t address, uint32_t length, bool for_writing)
{
    (void)context, (void)address, (void)length, (void)for_writing;
    return true;
}

static bool refuse_read(void *context, uint64_t address, void *buffer, uint32_t length)
{
    (void)context, (void)address;
    memset(buffer, 0, length);
    return copies_left > 0 && copies_left-- > 0;
}

static bool refuse_write(void *context, uint64_t address, const void *buffer, uint32_t length)
{
    (void)context, (void)address, (void)buffer, (void)length;
    return copies_left > 0 && copies_left-- > 0;
}

static uint32_t moved_answer;

static enum up_trap_result move_wrongly(void *context, bool is_output, uint16_t port,
                                        unsigned width, void *buffer, uint32_t count,
                                        uint32_t *moved)
{
    (void)context, (void)is_output, (void)port, (void)width;
    memset(buffer, 1, count * width);
    *moved = moved_answer;
    return UP_TRAP_DONE;
}

static enum up_trap_result run_refusing(unsigned copies, uint32_t moved)
{
    const struct up_trap_ways ways = {NULL,        move_wrongly, refuse_probe,
                                      refuse_read, refuse_write, NULL};

    copies_left = copies;
    moved_answer = moved;
    outcome.registers = now.registers;
    return up_trap_emulate(&now.instruction, &outcome.registers, &ways, &outcome.fault,
                           &outcome.fault_writes);
}

static void test_broken_ways(void **state)
{
    (void)state;
    GIVEN(64, "\xF3\x6C"); /* the second write fails: what the first one wrote counts */
    now.registers.cx = 2000;
    assert_int_equal(run_refusing(1, UP_TRAP_CHUNK), UP_TRAP_NO_MEMORY);
    assert_int_equal(outcome.registers.cx, 2000 - UP_TRAP_CHUNK);
    assert_int_equal(outcome.fault, PAGE + UP_TRAP_CHUNK);
    assert_true(outcome.fault_writes);
    GIVEN(64, "\x6F"); /* the second half of an element */
    now.registers.si = PAGE + 4094;
    assert_int_equal(run_refusing(1, 1), UP_TRAP_NO_MEMORY);
    assert_int_equal(outcome.fault, PAGE + 4096);
    expect_registers_kept();
    GIVEN(64, "\xF3\x6C"); /* more was moved than was asked for */
    now.registers.cx = 20;
    assert_int_equal(run_refusing(100, 21), UP_TRAP_FAILED);
    expect_registers_kept();
    assert_int_equal(run_refusing(100, UINT32_MAX), UP_TRAP_FAILED);
    expect_registers_kept();
    assert_int_equal(run_refusing(100, 0), UP_TRAP_FAILED); /* nothing at all: no endless loop */
    expect_registers_kept();
}

/* ---- against the model ----------------------------------------------------------------------- */

static uint64_t seed = 20260412;

static uint64_t random_number(void *unused)
{
    uint64_t mixed;

    (void)unused;
    seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    mixed = seed ^ seed >> 29;
    return mixed * UINT64_C(0xBF58476D1CE4E5B9) ^ mixed >> 32;
}

static void make_instruction(struct emulate_case *made, bool is_64_bit)
{
    static const uint8_t prefixes[] = {0x66, 0x67, 0x67, 0xF2, 0xF3, 0xF3, 0x48, 0x64};
    static const uint8_t opcodes[] = {0x6C, 0x6D, 0x6D, 0x6E, 0x6F, 0x6F, 0x6C, 0x6D,
                                      0xE4, 0xE5, 0xE6, 0xE7, 0xEC, 0xED, 0xEE, 0xEF};
    uint8_t code[8];
    bool is_one;

    do {
        const uint64_t random = random_number(NULL);
        const size_t count = random & 3;
        size_t i;

        for (i = 0; i < count; i++) {
            code[i] = prefixes[random >> (8 + 3 * i) & 7];
        }
        code[count] = opcodes[random >> 20 & 15];
        code[count + 1] = (uint8_t)(random >> 32);
        is_one = up_io_instruction_read(code, count + 2, is_64_bit, &made->instruction);
    } while (!is_one);
}

static void test_model(void **state)
{
    static struct emulate_world world_model;
    static struct emulate_outcome outcome_model;
    static unsigned results[4];
    unsigned i, page;

    (void)state;
    for (page = 0; page < EMULATE_PAGES; page++) {
        for (i = 0; i < EMULATE_PAGE_BYTES; i++) {
            world.pages[page].bytes[i] = (uint8_t)random_number(NULL);
        }
    }
    for (i = 0; i < 300000; i++) {
        const bool is_64_bit = i % 2;
        const char *difference;

        make_instruction(&now, is_64_bit);
        emulate_case_make(&now, &world, is_64_bit, random_number, NULL);
        world_model = world;
        emulate_run(&now, &world, &outcome);
        emulate_run_model(&now, &world_model, &outcome_model);
        difference = emulate_difference(&outcome, &world, &outcome_model, &world_model);
        if (difference != NULL || world.complaint != NULL) {
            print_message(
                "# case %u, %d bits, width %u, output %d, string %d, repeated %d, address "
                "%u bytes, SI %" PRIX64 ", DI %" PRIX64 ", CX %" PRIX64 "\n",
                i, is_64_bit ? 64 : 32, now.instruction.width, now.instruction.is_output,
                now.instruction.is_string, now.instruction.is_repeated,
                now.instruction.address_bytes, now.registers.si, now.registers.di,
                now.registers.cx);
            fail_msg("%s", difference != NULL ? difference : world.complaint);
        }
        results[outcome.result]++;
    }
    print_message("# %u done, %u denied, %u failed, %u without memory\n", results[0], results[1],
                  results[2], results[3]);
    for (i = 0; i < 4; i++) {
        assert_true(results[i] > 5000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in),
        cmocka_unit_test(test_out),
        cmocka_unit_test(test_denied),
        cmocka_unit_test(test_ins),
        cmocka_unit_test(test_outs),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_short_blocks),
        cmocka_unit_test(test_driver_gone),
        cmocka_unit_test(test_address_32_in_64),
        cmocka_unit_test(test_address_16),
        cmocka_unit_test(test_address_32),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_fault_single),
        cmocka_unit_test(test_broken_ways),
        cmocka_unit_test(test_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
