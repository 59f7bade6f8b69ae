/* SPDX-License-Identifier: MIT
 *
 * The processor's instructions for ports, read from their bytes: IN, OUT, INS and OUTS, for those who are called when one of
 * them has faulted. Pure, and without a byte read that need not be read.
 */
#ifndef UP_CORE_IOINSN_H
#define UP_CORE_IOINSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UP_IO_INSTRUCTION_MAX 15u /* bytes of the longest one: the processor takes no longer one */

struct up_io_instruction {
    uint8_t length;        /* 1 to 15 bytes, with its prefixes */
    uint8_t width;         /* of one access: 1, 2 or 4 bytes */
    bool is_output;        /* OUT, OUTS */
    bool is_string;        /* INS, OUTS: between a port and memory */
    bool has_port;         /* the port is in the instruction; else it is in DX */
    uint8_t port;          /* if it is */
    bool is_repeated;      /* of a string: as often as CX, ECX or RCX says */
    uint8_t address_bytes; /* of a string: 2, 4 or 8 of SI, DI and CX count */
    uint8_t segment;       /* of OUTS: the prefix that chooses another than DS: 26 2E 36 3E 64 65; 0: none */
};

/*
 * Reads what stands at code, of which length bytes are there. is_64_bit: in 64-bit mode; else in a 32-bit segment. Result: false:
 * it is another instruction, one that the processor refuses (LOCK), longer than 15 bytes, or not whole.
 */
bool up_io_instruction_read(const uint8_t *code, size_t length, bool is_64_bit, struct up_io_instruction *instruction);

#endif
