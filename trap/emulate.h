/* SPDX-License-Identifier: MIT
 *
 * Carries out one port instruction for a program that was not allowed to: IN, OUT, INS or OUTS on
 * the program's registers and memory. Pure C without an OS header, so that a test on any system can
 * compare it with the processor. The facts are from the Intel SDM, vol. 2, IN, INS, OUT, OUTS, REP.
 */
#ifndef UP_TRAP_EMULATE_H
#define UP_TRAP_EMULATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ioinsn.h"

/*
 * The registers that port instructions use. In a 32-bit program the upper halves are 0. base: the
 * linear address at which the data segment begins that OUTS reads (DS, or its prefix's), and ES's
 * for INS: 0 in flat segments.
 */
struct up_trap_registers {
    uint64_t ax, cx, dx, si, di, ip;
    uint32_t flags; /* only DF, bit 10, counts */
    uint64_t source_base, target_base;
    bool is_64_bit;
};

/* What became of an instruction, or of a part of it. */
enum up_trap_result {
    UP_TRAP_DONE,     /* carried out; the registers are those after it */
    UP_TRAP_DENIED,   /* the port is not granted: the program gets its exception */
    UP_TRAP_FAILED,   /* the driver is gone or failed: likewise */
    UP_TRAP_NO_MEMORY /* *fault is an address that cannot be read or written */
};

/*
 * How the ports and the memory are reached. access runs one IN or OUT. block moves count elements,
 * 1 at least and UP_TRAP_CHUNK bytes at most, from or to buffer, the first one first; *moved, which
 * is 0 before, is how many were, also when the result is not UP_TRAP_DONE. buffer is aligned to 4
 * bytes. probe: false if one of length bytes, all in one page, cannot be read, or written. read and
 * write copy from and to the program's memory after such a probe, each call in one page; false: it
 * could not be done after all.
 */
#define UP_TRAP_CHUNK 512u

struct up_trap_ways {
    enum up_trap_result (*access)(void *context, bool is_output, uint16_t port, unsigned width,
                                  uint32_t *value);
    enum up_trap_result (*block)(void *context, bool is_output, uint16_t port, unsigned width,
                                 void *buffer, uint32_t count, uint32_t *moved);
    bool (*probe)(void *context, uint64_t address, uint32_t length, bool for_writing);
    bool (*read)(void *context, uint64_t address, void *buffer, uint32_t length);
    bool (*write)(void *context, uint64_t address, const void *buffer, uint32_t length);
    void *context;
};

/*
 * Carries out instruction. *registers changes by what was done: for a repeated instruction that
 * stops in its middle they are those of the elements that were moved, with the instruction pointer
 * at the instruction, as the processor leaves them at a fault; otherwise nothing of them changes.
 * Memory that a port is read into is probed before the port is read; what has been read is lost if
 * write fails all the same. A count of 0 moves nothing and asks for no port (an EPYC looks at its
 * I/O map first, and faults). *fault: with UP_TRAP_NO_MEMORY the address; *fault_writes: it was to
 * be written. Memory that cannot be accessed counts before a port that is not granted, which only
 * block knows; the processor has it the other way round. The stack that this takes is below 1.5 KB,
 * without what the functions of ways take.
 */
enum up_trap_result up_trap_emulate(const struct up_io_instruction *instruction,
                                    struct up_trap_registers *registers,
                                    const struct up_trap_ways *ways, uint64_t *fault,
                                    bool *fault_writes);

#endif
