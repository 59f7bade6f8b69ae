/* SPDX-License-Identifier: MIT
 *
 * Memory, ports and the simple interpreter for the tests of trap/emulate.c (emulate_model.h). The
 * interpreter has nothing in common with trap/emulate.c: no masks, no blocks, no pages of elements.
 */
#include "emulate_model.h"

#include <stddef.h>
#include <string.h>

/* ---- the world ------------------------------------------------------------------------------- */

void emulate_world_init(struct emulate_world *world)
{
    unsigned i;

    for (i = 0; i < EMULATE_PAGES; i++) {
        emulate_world_page(world, i, 0, false, false);
    }
    memset(&world->is_denied, 0, sizeof *world - offsetof(struct emulate_world, is_denied));
    world->until_gone = UINT32_MAX;
}

void emulate_world_page(struct emulate_world *world, unsigned index, uint64_t address,
                        bool is_readable, bool is_writable)
{
    world->pages[index].number = address / EMULATE_PAGE_BYTES;
    world->pages[index].is_readable = is_readable;
    world->pages[index].is_writable = is_writable;
}

static struct emulate_page *find_page(struct emulate_world *world, uint64_t address)
{
    unsigned i;

    for (i = 0; i < EMULATE_PAGES; i++) {
        if (world->pages[i].number == address / EMULATE_PAGE_BYTES) {
            return &world->pages[i];
        }
    }
    return NULL;
}

uint8_t *emulate_world_byte(struct emulate_world *world, uint64_t address)
{
    struct emulate_page *page = find_page(world, address);

    return page == NULL ? NULL : &page->bytes[address % EMULATE_PAGE_BYTES];
}

static bool may(struct emulate_world *world, uint64_t address, bool for_writing)
{
    const struct emulate_page *page = find_page(world, address);

    return page != NULL && (for_writing ? page->is_writable : page->is_readable);
}

/* One access of a port; the driver may be gone, or the port not granted. */
static enum up_trap_result use_port(struct emulate_world *world, bool is_output, uint16_t port,
                                    unsigned width, uint32_t *value)
{
    if (world->is_denied) {
        return UP_TRAP_DENIED;
    }
    if (world->until_gone == 0) {
        return UP_TRAP_FAILED;
    }
    world->until_gone--;
    if (is_output) {
        world->written++;
        world->sum = (world->sum ^ *value ^ (uint64_t)port << 32 ^ (uint64_t)width << 48) *
                     UINT64_C(0x9E3779B97F4A7C15);
    } else {
        world->read++;
        *value = (uint32_t)((world->read * UINT64_C(0x9E3779B97F4A7C15) ^ port) >> 21);
    }
    return UP_TRAP_DONE;
}

static void complain(struct emulate_world *world, const char *complaint)
{
    if (world->complaint == NULL) {
        world->complaint = complaint;
    }
}

static enum up_trap_result access_port(void *context, bool is_output, uint16_t port, unsigned width,
                                       uint32_t *value)
{
    struct emulate_world *world = context;

    if (width != 1 && width != 2 && width != 4) {
        complain(world, "access: a width that there is not");
    }
    if (width < 4 && *value >> 8 * width != 0) {
        complain(world, "access: more bits than the width has");
    }
    return use_port(world, is_output, port, width, value);
}

static enum up_trap_result move_block(void *context, bool is_output, uint16_t port, unsigned width,
                                      void *buffer, uint32_t count, uint32_t *moved)
{
    struct emulate_world *world = context;
    uint8_t *at = buffer;
    const uint32_t wanted = world->moves_less ? (count + 1) / 2 : count;

    if (count == 0 || count * width > UP_TRAP_CHUNK || (uintptr_t)buffer % 4 != 0 || *moved != 0) {
        complain(world, "block: against its contract");
    }
    if (world->bytes_probed != count * width || world->probed[1].for_writing == is_output) {
        complain(world, "block: memory that was not probed before");
    }
    world->bytes_probed = 0;
    world->blocks++;
    world->largest = world->largest > count * width ? world->largest : count * width;
    for (*moved = 0; *moved < wanted; ++*moved, at += width) {
        uint32_t value = 0;
        enum up_trap_result result;

        if (is_output) {
            memcpy(&value, at, width);
        }
        result = use_port(world, is_output, port, width, &value);
        if (result != UP_TRAP_DONE) {
            return result;
        }
        if (!is_output) {
            memcpy(at, &value, width);
        }
    }
    return UP_TRAP_DONE;
}

static bool probe(void *context, uint64_t address, uint32_t length, bool for_writing)
{
    struct emulate_world *world = context;

    if (length == 0 || address % EMULATE_PAGE_BYTES + length > EMULATE_PAGE_BYTES) {
        complain(world, "probe: not in one page");
    }
    world->probed[0] = world->probed[1];
    world->probed[1] = (struct emulate_probed){address, length, for_writing};
    world->bytes_probed += length;
    return may(world, address, for_writing);
}

static uint8_t *probed_bytes(struct emulate_world *world, uint64_t address, uint32_t length,
                             bool for_writing)
{
    bool is_probed = false;
    unsigned i;

    for (i = 0; i < 2; i++) {
        const struct emulate_probed *probed = &world->probed[i];

        is_probed = is_probed || (for_writing == probed->for_writing && length <= probed->length &&
                                  address - probed->address <= probed->length - length);
    }
    if (!is_probed || length == 0 || !may(world, address, for_writing)) {
        complain(world, "memory that was not probed, or may not be accessed");
        return NULL;
    }
    return emulate_world_byte(world, address);
}

static bool read_memory(void *context, uint64_t address, void *buffer, uint32_t length)
{
    const uint8_t *bytes = probed_bytes(context, address, length, false);

    if (bytes != NULL) {
        memcpy(buffer, bytes, length);
    }
    return bytes != NULL;
}

static bool write_memory(void *context, uint64_t address, const void *buffer, uint32_t length)
{
    uint8_t *bytes = probed_bytes(context, address, length, true);

    if (bytes != NULL) {
        memcpy(bytes, buffer, length);
    }
    return bytes != NULL;
}

void emulate_run(const struct emulate_case *made, struct emulate_world *world,
                 struct emulate_outcome *outcome)
{
    const struct up_trap_ways ways = {access_port, move_block,   probe,
                                      read_memory, write_memory, world};

    memset(outcome, 0, sizeof *outcome);
    outcome->registers = made->registers;
    outcome->result = up_trap_emulate(&made->instruction, &outcome->registers, &ways,
                                      &outcome->fault, &outcome->fault_writes);
}

/* ---- the model ------------------------------------------------------------------------------- */

static uint64_t add_part(uint64_t is, int64_t difference, unsigned bytes)
{
    switch (bytes) {
    case 2:
        return is - (uint16_t)is + (uint16_t)(is + (uint64_t)difference);
    case 4:
        return (uint32_t)(is + (uint64_t)difference);
    default:
        return is + (uint64_t)difference;
    }
}

static uint64_t part_of(uint64_t is, unsigned bytes)
{
    return bytes == 2 ? (uint16_t)is : bytes == 4 ? (uint32_t)is : is;
}

static void step_behind(const struct emulate_case *made, struct up_trap_registers *registers)
{
    registers->ip += made->instruction.length;
    if (!registers->is_64_bit) {
        registers->ip = (uint32_t)registers->ip;
    }
}

static enum up_trap_result model_access(const struct emulate_case *made,
                                        struct emulate_world *world,
                                        struct up_trap_registers *registers, uint16_t port)
{
    const unsigned width = made->instruction.width;
    uint32_t value = width == 1   ? (uint8_t)registers->ax
                     : width == 2 ? (uint16_t)registers->ax
                                  : (uint32_t)registers->ax;
    const enum up_trap_result result =
        use_port(world, made->instruction.is_output, port, width, &value);

    if (result != UP_TRAP_DONE) {
        return result;
    }
    if (!made->instruction.is_output) {
        switch (width) {
        case 1:
            registers->ax = registers->ax / 0x100 * 0x100 + (uint8_t)value;
            break;
        case 2:
            registers->ax = registers->ax / 0x10000 * 0x10000 + (uint16_t)value;
            break;
        default:
            registers->ax = value;
            break;
        }
    }
    step_behind(made, registers);
    return UP_TRAP_DONE;
}

/* The bytes of one element. Result: false if one of them may not be accessed: *fault. */
static bool element_bytes(const struct emulate_case *made, struct emulate_world *world,
                          const struct up_trap_registers *registers, uint8_t *bytes[4],
                          uint64_t *fault)
{
    const bool is_output = made->instruction.is_output;
    const uint64_t base = is_output ? registers->source_base : registers->target_base;
    unsigned i;

    for (i = 0; i < made->instruction.width; i++) {
        uint64_t address =
            base + i +
            part_of(is_output ? registers->si : registers->di, made->instruction.address_bytes);

        if (!registers->is_64_bit) {
            address = (uint32_t)address;
        }
        if (!may(world, address, !is_output)) {
            *fault = address;
            return false;
        }
        bytes[i] = emulate_world_byte(world, address);
    }
    return true;
}

static enum up_trap_result model_element(const struct emulate_case *made,
                                         struct emulate_world *world,
                                         struct up_trap_registers *registers, uint64_t *fault)
{
    const struct up_io_instruction *instruction = &made->instruction;
    uint8_t *bytes[4];
    uint32_t value = 0;
    enum up_trap_result result;
    unsigned i;

    if (!element_bytes(made, world, registers, bytes, fault)) {
        return UP_TRAP_NO_MEMORY;
    }
    for (i = 0; i < instruction->width && instruction->is_output; i++) {
        value |= (uint32_t)*bytes[i] << 8 * i;
    }
    result = use_port(world, instruction->is_output, (uint16_t)registers->dx, instruction->width,
                      &value);
    if (result != UP_TRAP_DONE) {
        return result;
    }
    for (i = 0; i < instruction->width && !instruction->is_output; i++) {
        *bytes[i] = (uint8_t)(value >> 8 * i);
    }
    return UP_TRAP_DONE;
}

static enum up_trap_result model_string(const struct emulate_case *made,
                                        struct emulate_world *world,
                                        struct up_trap_registers *registers, uint64_t *fault)
{
    const struct up_io_instruction *instruction = &made->instruction;
    const int64_t step =
        registers->flags >> 10 & 1 ? -(int64_t)instruction->width : instruction->width;
    uint64_t *index = instruction->is_output ? &registers->si : &registers->di;

    while (!instruction->is_repeated || part_of(registers->cx, instruction->address_bytes) != 0) {
        const enum up_trap_result result = model_element(made, world, registers, fault);

        if (result != UP_TRAP_DONE) {
            return result;
        }
        *index = add_part(*index, step, instruction->address_bytes);
        if (!instruction->is_repeated) {
            break;
        }
        registers->cx = add_part(registers->cx, -1, instruction->address_bytes);
    }
    step_behind(made, registers);
    return UP_TRAP_DONE;
}

void emulate_run_model(const struct emulate_case *made, struct emulate_world *world,
                       struct emulate_outcome *outcome)
{
    struct up_trap_registers *registers = &outcome->registers;

    memset(outcome, 0, sizeof *outcome);
    *registers = made->registers;
    if (made->instruction.is_string) {
        outcome->fault_writes = !made->instruction.is_output;
        outcome->result = model_string(made, world, registers, &outcome->fault);
    } else {
        outcome->result = model_access(made, world, registers,
                                       made->instruction.has_port ? made->instruction.port
                                                                  : (uint16_t)registers->dx);
    }
}

const char *emulate_difference(const struct emulate_outcome *a, const struct emulate_world *world_a,
                               const struct emulate_outcome *b, const struct emulate_world *world_b)
{
    return a->result != b->result                                           ? "the result"
           : a->fault != b->fault || a->fault_writes != b->fault_writes     ? "the fault"
           : a->registers.ax != b->registers.ax                             ? "AX"
           : a->registers.cx != b->registers.cx                             ? "CX"
           : a->registers.si != b->registers.si                             ? "SI"
           : a->registers.di != b->registers.di                             ? "DI"
           : a->registers.ip != b->registers.ip                             ? "IP"
           : memcmp(&a->registers, &b->registers, sizeof a->registers) != 0 ? "a register"
           : world_a->read != world_b->read                                 ? "what was read"
           : world_a->written != world_b->written || world_a->sum != world_b->sum
               ? "what was written"
           : memcmp(world_a->pages, world_b->pages, sizeof world_a->pages) != 0 ? "memory"
                                                                                : NULL;
}

/* ---- random cases ---------------------------------------------------------------------------- */

/* An offset at which something happens soon: a page's end, or the end of all offsets. */
static uint64_t make_offset(uint64_t random, unsigned bytes)
{
    const uint64_t near = random >> 8 & 0x3F;

    switch (random & 7) {
    case 0:
        return near;
    case 1:
        return part_of(0 - near, bytes);
    case 2:
    case 3:
        return part_of((random >> 16 & ~UINT64_C(0xFFF)) + near, bytes);
    case 4:
    case 5:
        return part_of((random >> 16 & ~UINT64_C(0xFFF)) - near, bytes);
    case 6:
        return random >> 16 & 0x1FFF;
    default:
        return part_of(random >> 8, bytes);
    }
}

static uint64_t make_count(uint64_t random)
{
    switch (random & 15) {
    case 0:
        return 0;
    case 1:
        return 1;
    case 2:
        return UP_TRAP_CHUNK + (random >> 8) % 5 - 2;
    case 3:
        return (random >> 8) % (3 * EMULATE_PAGE_BYTES);
    case 4:
        return random >> 4;
    default:
        return (random >> 8) % 200;
    }
}

static void make_pages(struct emulate_world *world, unsigned first, uint64_t address,
                       bool is_64_bit, uint64_t random)
{
    unsigned i;

    for (i = 0; i < EMULATE_PAGES / 2; i++, random >>= 4) {
        const uint64_t page = address + i * EMULATE_PAGE_BYTES - EMULATE_PAGE_BYTES;
        const unsigned rights = random & 15;

        emulate_world_page(world, first + i, is_64_bit ? page : (uint32_t)page, rights != 0,
                           rights > 1);
    }
}

void emulate_case_make(struct emulate_case *made, struct emulate_world *world, bool is_64_bit,
                       uint64_t (*next)(void *), void *context)
{
    struct up_trap_registers *registers = &made->registers;
    const unsigned bytes = made->instruction.address_bytes;
    const uint64_t all = is_64_bit ? UINT64_MAX : UINT32_MAX;
    const uint64_t offset = make_offset(next(context), bytes);
    const uint64_t count = part_of(make_count(next(context)), bytes);
    const uint64_t above = bytes == 8 ? 0 : next(context) & all; /* what does not count */
    const uint64_t base = next(context);
    const uint64_t choice = next(context);
    uint64_t other_end;

    memset(registers, 0, sizeof *registers);
    registers->is_64_bit = is_64_bit;
    registers->ax = next(context) & all;
    registers->dx = next(context) & all;
    registers->ip = next(context) & all;
    registers->flags = choice & 1 ? 0xFFFFFFFF : ~0x400u;
    registers->source_base = choice & 2 ? base & all : 0;
    registers->target_base = choice & 4 ? base & all : 0;
    registers->cx = above - part_of(above, bytes) + count;
    registers->si = above - part_of(above, bytes) + offset;
    registers->di = registers->si;
    *(made->instruction.is_output ? &registers->di : &registers->si) ^= base & all;
    emulate_world_init(world);
    world->moves_less = (choice >> 8 & 7) == 0;
    world->is_denied = (choice >> 16 & 15) == 0;
    world->until_gone = (choice >> 24 & 3) == 0 ? choice >> 32 & 0x7F : UINT32_MAX;
    other_end = offset > part_of(UINT64_MAX, bytes) / 2 ? 0 : part_of(UINT64_MAX, bytes);
    if (made->instruction.is_string) {
        const uint64_t segment =
            made->instruction.is_output ? registers->source_base : registers->target_base;

        make_pages(world, 0, segment + offset, is_64_bit, next(context));
        make_pages(world, EMULATE_PAGES / 2, segment + other_end, is_64_bit, next(context));
    }
}
