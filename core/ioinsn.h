/* SPDX-License-Identifier: MIT
 *
 * Decodes the processor's port instructions (IN, OUT, INS and OUTS) from their bytes, for a handler
 * that is called after such an instruction has faulted. It is pure C, and reads no byte beyond the
 * instruction.
 */
#ifndef UP_CORE_IOINSN_H
#define UP_CORE_IOINSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest instruction that the processor accepts, in bytes. */
#define UP_IO_INSTRUCTION_MAX 15u

struct up_io_instruction {
    uint8_t length;        /* in bytes, with the prefixes: 1 to 15 */
    uint8_t width;         /* bytes of one access: 1, 2 or 4 */
    bool is_output;        /* OUT or OUTS */
    bool is_string;        /* INS or OUTS: between a port and memory */
    bool has_port;         /* the port is part of the instruction; otherwise it is in DX */
    uint8_t port;          /* valid if has_port */
    bool is_repeated;      /* string: repeated as often as CX, ECX or RCX says */
    uint8_t address_bytes; /* string: 2, 4 or 8 bytes of SI, DI and CX count */
    uint8_t segment;       /* OUTS: the segment prefix (26 2E 36 3E 64 65); 0: none, so DS */
};

/*
 * Decodes the instruction at code, where length bytes can be read. is_64_bit: the code runs in
 * 64-bit mode; otherwise in a 32-bit segment. Result: false if it is another instruction, one that
 * the processor refuses (with LOCK), longer than 15 bytes, or incomplete.
 */
bool up_io_instruction_read(const uint8_t *code, size_t length, bool is_64_bit,
                            struct up_io_instruction *instruction);

#endif
