/* SPDX-License-Identifier: MIT
 *
 * Tests of core/ioinsn.c against Zydis, a decoder of the processor's whole instruction set: every
 * sequence of up to four prefixes before every opcode, every two bytes before every opcode, random
 * bytes, and every one of them cut short. Blocks of exactly the code's length, so that ASan sees a
 * byte too far.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/ioinsn.h"
#include "ioinsn_zydis.h"

static void compare(const uint8_t *code, size_t length)
{
    assert_true(ioinsn_compare(code, length));
}

static const uint8_t opcodes[] = {0x6C, 0x6D, 0x6E, 0x6F, 0xE4, 0xE5,
                                  0xE6, 0xE7, 0xEC, 0xED, 0xEE, 0xEF};

static void compare_opcodes(uint8_t *code, size_t prefixes)
{
    size_t i;

    for (i = 0; i < sizeof opcodes; i++) {
        code[prefixes] = opcodes[i];
        code[prefixes + 1] = (uint8_t)(0x61 + i);
        compare(code, prefixes + 2);
    }
}

static void test_prefixes(void **state)
{
    static const uint8_t bytes[] = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67,
                                    0xF0, 0xF2, 0xF3, 0x40, 0x47, 0x48, 0x4F};
    const unsigned count = sizeof bytes;
    unsigned number, sequences = 1, length, i, rest;
    uint8_t code[8];

    (void)state;
    for (length = 0; length <= 4; length++, sequences *= count) {
        for (number = 0; number < sequences; number++) {
            for (i = 0, rest = number; i < length; i++, rest /= count) {
                code[i] = bytes[rest % count];
            }
            compare_opcodes(code, length);
        }
    }
    assert_true(ioinsn_found > 100000);
}

static void test_two_bytes(void **state)
{
    uint8_t code[8];
    unsigned number;

    (void)state;
    for (number = 0; number < 0x10000; number++) {
        code[0] = (uint8_t)number;
        code[1] = (uint8_t)(number >> 8);
        compare(code, 1);
        compare(code, 2);
        compare_opcodes(code, 2);
    }
}

/*
 * Prefixes more often than others, so that long ones come up, whole and cut, longer than 15 bytes
 * too.
 */
static void test_random(void **state)
{
    static const uint8_t likely[] = {0x66, 0x67, 0xF2, 0xF3, 0x48, 0x41, 0x2E, 0x64, 0x65, 0x26};
    uint64_t seed = 20261129;
    unsigned i, j;

    (void)state;
    ioinsn_found = 0;
    for (i = 0; i < 400000; i++) {
        uint8_t bytes[18], *code;
        size_t length, prefixes;

        for (j = 0; j < sizeof bytes; j++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
            bytes[j] = (uint8_t)(seed >> 40);
        }
        prefixes = (seed >> 33) % 17;
        for (j = 0; j < prefixes; j++) {
            if (bytes[j] < 0xF8) {
                bytes[j] = likely[bytes[j] % sizeof likely];
            }
        }
        if ((seed >> 60) != 0) {
            bytes[prefixes] = opcodes[bytes[prefixes] % sizeof opcodes];
        }
        length = 1 + (seed >> 48) % sizeof bytes;
        code = malloc(length);
        assert_non_null(code);
        memcpy(code, bytes, length);
        compare(code, length);
        free(code);
    }
    assert_true(ioinsn_found > 50000);
    assert_false(
        up_io_instruction_read((const uint8_t *)"", 0, true, &(struct up_io_instruction){0}));
}

static int begin(void **state)
{
    (void)state;
    return !ioinsn_zydis_begin();
}

static int end(void **state)
{
    (void)state;
    print_message("# %lu encodings compared\n", ioinsn_compared);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_two_bytes),
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
