/* SPDX-License-Identifier: MIT
 *
 * For the tests of trap/emulate.c: a small memory of pages with rights, ports that answer by a
 * formula and keep account of what is written, and a second, deliberately simple interpreter of
 * port instructions that goes on element by element and byte by byte. Both ways through an
 * instruction must end the same.
 */
#ifndef UP_TESTS_EMULATE_MODEL_H
#define UP_TESTS_EMULATE_MODEL_H

#include "trap/emulate.h"

#define EMULATE_PAGE_BYTES 4096u
#define EMULATE_PAGES      6u

struct emulate_page {
    uint64_t number; /* address / 4096 */
    bool is_readable, is_writable;
    uint8_t bytes[EMULATE_PAGE_BYTES];
};

struct emulate_probed {
    uint64_t address;
    uint32_t length;
    bool for_writing;
};

struct emulate_world {
    struct emulate_page pages[EMULATE_PAGES];
    bool is_denied;        /* the port is not granted */
    bool moves_less;       /* blocks come back with less than all, and go on */
    uint32_t until_gone;   /* elements that are moved before the driver is gone */
    uint64_t read, sum;    /* how many elements were read; what was written, in one number */
    uint64_t written;      /* how many */
    uint32_t blocks;       /* calls of block */
    uint32_t largest;      /* bytes that one had at most */
    const char *complaint; /* what the ways were asked that they must not be asked; or NULL */

    struct emulate_probed probed[2]; /* the last two calls of probe */
    uint32_t bytes_probed;           /* since the last block */
};

struct emulate_case {
    struct up_io_instruction instruction;
    struct up_trap_registers registers;
};

struct emulate_outcome {
    enum up_trap_result result;
    struct up_trap_registers registers;
    uint64_t fault; /* with UP_TRAP_NO_MEMORY, else 0 */
    bool fault_writes;
};

/* No page, all ports granted, the driver there. The bytes of the pages stay as they are. */
void emulate_world_init(struct emulate_world *world);

/* A page of the memory, with its rights. */
void emulate_world_page(struct emulate_world *world, unsigned index, uint64_t address,
                        bool is_readable, bool is_writable);

/* The byte at an address; NULL if no page has it. */
uint8_t *emulate_world_byte(struct emulate_world *world, uint64_t address);

/*
 * Registers and a world for an instruction, of random numbers: next gives them. The first element
 * lies in the world's memory or near it, and so does what follows when SI or DI wraps.
 */
void emulate_case_make(struct emulate_case *made, struct emulate_world *world, bool is_64_bit,
                       uint64_t (*next)(void *), void *context);

/* By trap/emulate.c and by the model. */
void emulate_run(const struct emulate_case *made, struct emulate_world *world,
                 struct emulate_outcome *outcome);
void emulate_run_model(const struct emulate_case *made, struct emulate_world *world,
                       struct emulate_outcome *outcome);

/* What is different between the two, or NULL. */
const char *emulate_difference(const struct emulate_outcome *a, const struct emulate_world *world_a,
                               const struct emulate_outcome *b,
                               const struct emulate_world *world_b);

#endif
