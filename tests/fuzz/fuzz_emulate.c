/* SPDX-License-Identifier: MIT
 *
 * libFuzzer target for the port instructions of a program: core/ioinsn.c and trap/emulate.c on any
 * bytes, against the simple interpreter of tests/unit/emulate_model.c; and no memory is touched
 * that was not probed before. Input: 1 byte, whose lowest bit says 64 bits; the code, 15 bytes;
 * then the numbers of which registers and memory are made, 8 bytes each. What is missing at the end
 * is zero.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/emulate_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct numbers {
    const uint8_t *data;
    size_t size;
};

static uint64_t next(void *context)
{
    struct numbers *numbers = context;
    uint64_t number = 0;
    const size_t length = numbers->size < sizeof number ? numbers->size : sizeof number;

    if (length > 0) {
        memcpy(&number, numbers->data, length);
    }
    numbers->data += length;
    numbers->size -= length;
    return number;
}

static void check(const char *difference)
{
    if (difference != NULL) {
        (void)fprintf(stderr, "fuzz_emulate.c: not so: %s\n", difference);
        abort();
    }
}

static void fill(struct emulate_world *world)
{
    unsigned page, i;

    for (page = 0; page < EMULATE_PAGES; page++) {
        for (i = 0; i < EMULATE_PAGE_BYTES; i++) {
            world->pages[page].bytes[i] = (uint8_t)(i * 7 + page * 29 + (i >> 8));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct emulate_world world, world_model;
    static struct emulate_case made;
    static struct emulate_outcome outcome, outcome_model;
    const bool is_64_bit = size > 0 && (data[0] & 1) != 0;
    const size_t rest = size > 0 ? size - 1 : 0;
    const size_t code = rest < UP_IO_INSTRUCTION_MAX ? rest : UP_IO_INSTRUCTION_MAX;
    struct numbers numbers = {data + (size > 0) + code, rest - code};

    if (!up_io_instruction_read(data + (size > 0), code, is_64_bit, &made.instruction)) {
        return 0;
    }
    fill(&world); /* each input means the same, whatever came before it */
    emulate_case_make(&made, &world, is_64_bit, next, &numbers);
    world_model = world;
    emulate_run(&made, &world, &outcome);
    emulate_run_model(&made, &world_model, &outcome_model);
    check(world.complaint);
    check(emulate_difference(&outcome, &world, &outcome_model, &world_model));
    return 0;
}
