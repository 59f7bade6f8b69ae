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

#include <Zydis/Zydis.h>

#include "core/ioinsn.h"

static ZydisDecoder decoders[2]; /* of 32 and of 64 bits */
static unsigned long compared, found;

static uint8_t segment_of(const ZydisDecodedInstruction *instruction)
{
    static const struct {
        ZydisInstructionAttributes attribute;
        uint8_t prefix;
    } segments[] = {{ZYDIS_ATTRIB_HAS_SEGMENT_ES, 0x26}, {ZYDIS_ATTRIB_HAS_SEGMENT_CS, 0x2E},
                    {ZYDIS_ATTRIB_HAS_SEGMENT_SS, 0x36}, {ZYDIS_ATTRIB_HAS_SEGMENT_DS, 0x3E},
                    {ZYDIS_ATTRIB_HAS_SEGMENT_FS, 0x64}, {ZYDIS_ATTRIB_HAS_SEGMENT_GS, 0x65}};
    size_t i;

    for (i = 0; i < sizeof segments / sizeof segments[0]; i++) {
        if ((instruction->attributes & segments[i].attribute) != 0) {
            return segments[i].prefix;
        }
    }
    return 0;
}

/*
 * What Zydis says of it, in our words. F2 before INS and OUTS repeats them, as F3 does: Zydis has
 * it as a prefix that it does not name.
 */
static bool ask_zydis(const uint8_t *code, size_t length, bool is_64_bit,
                      struct up_io_instruction *is)
{
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    ZydisDecodedInstruction instruction;
    bool is_string = false;
    size_t i;

    if (!ZYAN_SUCCESS(
            ZydisDecoderDecodeFull(&decoders[is_64_bit], code, length, &instruction, operands))) {
        return false;
    }
    memset(is, 0, sizeof *is);
    switch (instruction.mnemonic) {
    case ZYDIS_MNEMONIC_OUTSB:
    case ZYDIS_MNEMONIC_OUTSW:
    case ZYDIS_MNEMONIC_OUTSD:
        is->is_output = is_string = true;
        break;
    case ZYDIS_MNEMONIC_INSB:
    case ZYDIS_MNEMONIC_INSW:
    case ZYDIS_MNEMONIC_INSD:
        is_string = true;
        break;
    case ZYDIS_MNEMONIC_OUT:
        is->is_output = true;
        break;
    case ZYDIS_MNEMONIC_IN:
        break;
    default:
        return false;
    }
    is->length = instruction.length;
    is->is_string = is_string;
    is->width = (uint8_t)(operands[is->is_output ? 1 : 0].size / 8);
    for (i = 0; i < instruction.operand_count && !is_string; i++) {
        if (operands[i].type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
            is->has_port = true;
            is->port = (uint8_t)operands[i].imm.value.u;
        }
    }
    if (is_string) {
        for (i = 0; i < instruction.raw.prefix_count; i++) {
            is->is_repeated = is->is_repeated || (instruction.raw.prefixes[i].value & 0xFE) == 0xF2;
        }
        is->address_bytes = instruction.address_width / 8;
        is->segment = is->is_output ? segment_of(&instruction) : 0;
    }
    return true;
}

static void print(const uint8_t *code, size_t length, bool is_64_bit, bool is_known,
                  const struct up_io_instruction *is)
{
    char bytes[64] = "";
    size_t i;

    for (i = 0; i < length; i++) {
        (void)snprintf(bytes + 3 * i, sizeof bytes - 3 * i, "%02X ", code[i]);
    }
    print_message("# %s(%d bits) %s: length %u, width %u, output %d, string %d, port %d %02X, "
                  "repeated %d, address %u, "
                  "segment %02X\n",
                  bytes, is_64_bit ? 64 : 32, is_known ? "is one" : "is none", is->length,
                  is->width, is->is_output, is->is_string, is->has_port, is->port, is->is_repeated,
                  is->address_bytes, is->segment);
}

static void compare(const uint8_t *code, size_t length)
{
    struct up_io_instruction ours, theirs;
    int is_64_bit;

    for (is_64_bit = 0; is_64_bit < 2; is_64_bit++) {
        bool is_ours, is_theirs;

        memset(&ours, 0, sizeof ours);
        memset(&theirs, 0, sizeof theirs);
        is_ours = up_io_instruction_read(code, length, is_64_bit, &ours);
        is_theirs = ask_zydis(code, length, is_64_bit, &theirs);
        compared++;
        found += is_theirs;
        if (is_ours != is_theirs || (is_ours && memcmp(&ours, &theirs, sizeof ours) != 0)) {
            print(code, length, is_64_bit, is_ours, &ours);
            print(code, length, is_64_bit, is_theirs, &theirs);
            fail();
        }
    }
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
    assert_true(found > 100000);
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
    found = 0;
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
    assert_true(found > 50000);
    assert_false(
        up_io_instruction_read((const uint8_t *)"", 0, true, &(struct up_io_instruction){0}));
}

static int begin(void **state)
{
    (void)state;
    return !ZYAN_SUCCESS(ZydisDecoderInit(&decoders[0], ZYDIS_MACHINE_MODE_LEGACY_32,
                                          ZYDIS_STACK_WIDTH_32)) ||
           !ZYAN_SUCCESS(
               ZydisDecoderInit(&decoders[1], ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64));
}

static int end(void **state)
{
    (void)state;
    print_message("# %lu encodings compared\n", compared);
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
