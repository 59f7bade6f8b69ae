/* SPDX-License-Identifier: MIT
 *
 * core/ioinsn.c beside Zydis (ioinsn_zydis.h).
 */
#include "ioinsn_zydis.h"

#include <stdio.h>
#include <string.h>

#include <Zydis/Zydis.h>

#include "core/ioinsn.h"

unsigned long ioinsn_compared, ioinsn_found;

static ZydisDecoder decoders[2]; /* of 32 and of 64 bits */

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
    printf("# %s(%d bits) %s: length %u, width %u, output %d, string %d, port %d %02X, "
           "repeated %d, address %u, "
           "segment %02X\n",
           bytes, is_64_bit ? 64 : 32, is_known ? "is one" : "is none", is->length, is->width,
           is->is_output, is->is_string, is->has_port, is->port, is->is_repeated, is->address_bytes,
           is->segment);
}

bool ioinsn_compare(const uint8_t *code, size_t length)
{
    struct up_io_instruction ours, theirs;
    int is_64_bit;

    for (is_64_bit = 0; is_64_bit < 2; is_64_bit++) {
        bool is_ours, is_theirs;

        memset(&ours, 0, sizeof ours);
        memset(&theirs, 0, sizeof theirs);
        is_ours = up_io_instruction_read(code, length, is_64_bit, &ours);
        is_theirs = ask_zydis(code, length, is_64_bit, &theirs);
        ioinsn_compared++;
        ioinsn_found += is_theirs;
        if (is_ours != is_theirs || (is_ours && memcmp(&ours, &theirs, sizeof ours) != 0)) {
            print(code, length, is_64_bit, is_ours, &ours);
            print(code, length, is_64_bit, is_theirs, &theirs);
            return false;
        }
    }
    return true;
}

bool ioinsn_zydis_begin(void)
{
    return ZYAN_SUCCESS(ZydisDecoderInit(&decoders[0], ZYDIS_MACHINE_MODE_LEGACY_32,
                                         ZYDIS_STACK_WIDTH_32)) &&
           ZYAN_SUCCESS(
               ZydisDecoderInit(&decoders[1], ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64));
}
