/* SPDX-License-Identifier: MIT
 *
 * Decodes port instructions (ioinsn.h). The facts are from the Intel SDM, vol. 2 (2.1.1 prefixes,
 * 2.2.1 REX, IN, INS, OUT, OUTS). The opcodes are 6C-6F, E4-E7 and EC-EF, and their lowest bit
 * selects the width. Any number of prefixes may precede the opcode. Of several prefixes of one
 * group the last one counts; REX counts only directly before the opcode. tests/unit/test_ioinsn.c
 * compares this with another decoder.
 */
#include "ioinsn.h"

struct prefixes {
    bool has_66, has_67, has_repeat, has_lock;
    bool has_rex_w; /* and it stands directly before the opcode */
    uint8_t segment;
};

/* Takes one prefix into account. Result: false if the byte is not a prefix. */
static bool take_prefix(struct prefixes *prefixes, uint8_t byte, bool is_64_bit)
{
    const bool is_rex = is_64_bit && (byte & 0xF0) == 0x40;

    switch (byte) {
    case 0x26:
    case 0x2E:
    case 0x36:
    case 0x3E:
        prefixes->segment = is_64_bit ? prefixes->segment : byte; /* ignored in 64-bit mode */
        break;
    case 0x64:
    case 0x65:
        prefixes->segment = byte;
        break;
    case 0x66:
        prefixes->has_66 = true;
        break;
    case 0x67:
        prefixes->has_67 = true;
        break;
    case 0xF0:
        prefixes->has_lock = true;
        break;
    case 0xF2:
    case 0xF3:
        prefixes->has_repeat = true;
        break;
    default:
        if (!is_rex) {
            return false;
        }
    }
    prefixes->has_rex_w = is_rex && (byte & 8) != 0;
    return true;
}

bool up_io_instruction_read(const uint8_t *code, size_t length, bool is_64_bit,
                            struct up_io_instruction *instruction)
{
    struct prefixes prefixes = {0};
    size_t at = 0;
    uint8_t opcode;

    length = length < UP_IO_INSTRUCTION_MAX ? length : UP_IO_INSTRUCTION_MAX;
    while (at < length && take_prefix(&prefixes, code[at], is_64_bit)) {
        at++;
    }
    if (at == length || prefixes.has_lock) {
        return false;
    }
    opcode = code[at++];
    *instruction = (struct up_io_instruction){0};
    instruction->is_string = (opcode & 0xFC) == 0x6C;
    instruction->has_port = (opcode & 0xFC) == 0xE4;
    if (!instruction->is_string && !instruction->has_port && (opcode & 0xFC) != 0xEC) {
        return false;
    }
    instruction->is_output = (opcode & 2) != 0;
    instruction->width = (opcode & 1) == 0 ? 1 : prefixes.has_66 && !prefixes.has_rex_w ? 2 : 4;
    if (instruction->has_port) {
        if (at == length) {
            return false;
        }
        instruction->port = code[at++];
    }
    if (instruction->is_string) {
        instruction->is_repeated = prefixes.has_repeat;
        instruction->address_bytes = is_64_bit         ? (prefixes.has_67 ? 4 : 8)
                                     : prefixes.has_67 ? 2
                                                       : 4;
        instruction->segment = instruction->is_output ? prefixes.segment : 0;
    }
    instruction->length = (uint8_t)at;
    return true;
}
