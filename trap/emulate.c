/* SPDX-License-Identifier: MIT
 *
 * Carries out port instructions (emulate.h). A repeated one is moved in blocks, each of which lies
 * in one page of the program's memory: what the processor would have done before a page fault is
 * then a number of whole blocks. No function of a C library is needed, and none is made of the
 * loops here: they turn elements round, and copy nothing.
 */
#include "emulate.h"

#define PAGE_BYTES 4096u
#define FLAG_DF    0x400u

/* A string instruction in progress. */
struct string {
    const struct up_io_instruction *instruction;
    struct up_trap_registers *registers;
    const struct up_trap_ways *ways;
    uint64_t *fault;
    uint64_t mask;   /* of the bits of SI, DI and CX that count */
    uint64_t *index; /* SI or DI */
    bool is_down;    /* DF is set: the addresses descend */
};

static uint64_t mask_of(unsigned bytes)
{
    return bytes == 8 ? ~(uint64_t)0 : ((uint64_t)1 << 8 * bytes) - 1;
}

/*
 * Writes a register, or the lowest 1 or 2 bytes of it. Writing 4 bytes clears the upper half in
 * 64-bit mode (SDM, vol. 1, 3.4.1.1), and there is no upper half outside it.
 */
static void set_register(uint64_t *is, uint64_t value, unsigned bytes)
{
    const uint64_t mask = mask_of(bytes);

    *is = (bytes < 4 ? *is & ~mask : 0) | (value & mask);
}

static uint64_t wrap_address(const struct up_trap_registers *registers, uint64_t address)
{
    return registers->is_64_bit ? address : (uint32_t)address;
}

static void finish(const struct up_io_instruction *instruction, struct up_trap_registers *registers)
{
    registers->ip = wrap_address(registers, registers->ip + instruction->length);
}

static uint16_t port_of(const struct up_io_instruction *instruction,
                        const struct up_trap_registers *registers)
{
    return instruction->has_port ? instruction->port : (uint16_t)registers->dx;
}

/* ---- IN and OUT ------------------------------------------------------------------------------ */

static enum up_trap_result run_access(const struct up_io_instruction *instruction,
                                      struct up_trap_registers *registers,
                                      const struct up_trap_ways *ways)
{
    uint32_t value =
        instruction->is_output ? (uint32_t)(registers->ax & mask_of(instruction->width)) : 0;
    const enum up_trap_result result =
        ways->access(ways->context, instruction->is_output, port_of(instruction, registers),
                     instruction->width, &value);

    if (result != UP_TRAP_DONE) {
        return result;
    }
    if (!instruction->is_output) {
        set_register(&registers->ax, value, instruction->width);
    }
    finish(instruction, registers);
    return UP_TRAP_DONE;
}

/* ---- INS and OUTS ---------------------------------------------------------------------------- */

/* The linear address of the element that is next. */
static uint64_t next_address(const struct string *string)
{
    const struct up_trap_registers *registers = string->registers;

    return wrap_address(registers, (*string->index & string->mask) +
                                       (string->instruction->is_output ? registers->source_base
                                                                       : registers->target_base));
}

/*
 * How many elements are moved at once: as many as lie in the page of the first one, before SI or DI
 * wraps. An element that crosses a page border is moved alone.
 */
static uint32_t elements_at_once(const struct string *string, uint64_t remaining)
{
    const uint32_t width = string->instruction->width;
    const uint64_t offset = *string->index & string->mask;
    const uint64_t before_wrap = string->is_down ? offset : string->mask - offset;
    const uint32_t in_page = (uint32_t)(next_address(string) % PAGE_BYTES);
    uint32_t more; /* bytes, beyond the first element */

    if (in_page + width > PAGE_BYTES) {
        return 1;
    }
    more = string->is_down ? in_page : PAGE_BYTES - width - in_page;
    if (more > UP_TRAP_CHUNK - width) {
        more = UP_TRAP_CHUNK - width;
    }
    if (more > before_wrap) {
        more = (uint32_t)before_wrap;
    }
    more /= width;
    return more < remaining ? more + 1 : (uint32_t)remaining;
}

/* How many of length bytes lie in the page of the first one. */
static uint32_t in_first_page(uint64_t address, uint32_t length)
{
    const uint32_t rest = PAGE_BYTES - (uint32_t)(address % PAGE_BYTES);

    return length < rest ? length : rest;
}

static bool probe_page(const struct string *string, uint64_t address, uint32_t length,
                       uint64_t fault)
{
    if (!string->ways->probe(string->ways->context, address, length,
                             !string->instruction->is_output)) {
        *string->fault = fault;
        return false;
    }
    return true;
}

/* first: the address of the element that the processor would have begun with. */
static bool probe(const struct string *string, uint64_t address, uint32_t length, uint64_t first)
{
    const uint32_t part = in_first_page(address, length);
    const uint64_t second = wrap_address(string->registers, address + part);

    return probe_page(string, address, part, first) &&
           (part == length || probe_page(string, second, length - part, second));
}

static bool copy_page(const struct string *string, uint64_t address, uint8_t *buffer,
                      uint32_t length)
{
    const struct up_trap_ways *ways = string->ways;

    if (string->instruction->is_output ? ways->read(ways->context, address, buffer, length)
                                       : ways->write(ways->context, address, buffer, length)) {
        return true;
    }
    *string->fault = address;
    return false;
}

/* From the program's memory to the buffer, or the other way round. */
static bool copy(const struct string *string, uint64_t address, uint8_t *buffer, uint32_t length)
{
    const uint32_t part = in_first_page(address, length);

    return copy_page(string, address, buffer, part) &&
           (part == length || copy_page(string, wrap_address(string->registers, address + part),
                                        buffer + part, length - part));
}

/* The last element becomes the first one: what memory has in descending order, a port in time. */
static void reverse(uint8_t *buffer, uint32_t count, uint32_t width)
{
    for (uint32_t i = 0; i < count / 2; i++) {
        for (uint32_t j = 0; j < width; j++) {
            uint8_t *const low = buffer + i * width + j;
            uint8_t *const high = buffer + (count - 1 - i) * width + j;
            const uint8_t byte = *low;

            *low = *high;
            *high = byte;
        }
    }
}

/* The lowest address of count elements that begin with the next one. */
static uint64_t lowest_address(const struct string *string, uint32_t count)
{
    const uint64_t address = next_address(string);

    return string->is_down && count > 0 ? address - (count - 1) * string->instruction->width
                                        : address;
}

/* Moves count elements, or *moved of them if something is in the way. */
static enum up_trap_result move(const struct string *string, uint32_t count, uint32_t *moved)
{
    const struct up_io_instruction *instruction = string->instruction;
    const struct up_trap_ways *ways = string->ways;
    const uint32_t width = instruction->width;
    uint32_t aligned[UP_TRAP_CHUNK / 4];
    uint8_t *const buffer = (uint8_t *)aligned;
    enum up_trap_result result;

    *moved = 0;
    if (!probe(string, lowest_address(string, count), count * width, next_address(string))) {
        return UP_TRAP_NO_MEMORY;
    }
    if (instruction->is_output) {
        if (!copy(string, lowest_address(string, count), buffer, count * width)) {
            return UP_TRAP_NO_MEMORY;
        }
        if (string->is_down) {
            reverse(buffer, count, width);
        }
    }
    result = ways->block(ways->context, instruction->is_output,
                         port_of(instruction, string->registers), width, buffer, count, moved);
    if (*moved > count) {
        *moved = 0;
        return UP_TRAP_FAILED;
    }
    if (!instruction->is_output && *moved > 0) {
        if (string->is_down) {
            reverse(buffer, *moved, width);
        }
        if (!copy(string, lowest_address(string, *moved), buffer, *moved * width)) {
            *moved = 0;
            return UP_TRAP_NO_MEMORY;
        }
    }
    return result == UP_TRAP_DONE && *moved == 0 ? UP_TRAP_FAILED : result;
}

/*
 * The registers after that many elements. Without any, not even the upper halves of ESI, EDI and
 * ECX change in 64-bit mode: at a fault in the first element, and with a count of 0. So it is on an
 * EPYC and on QEMU's processor (tests/linux/emulate.c).
 */
static void advance(const struct string *string, uint32_t moved)
{
    const struct up_io_instruction *instruction = string->instruction;
    const uint64_t bytes = (uint64_t)moved * instruction->width;

    if (moved == 0) {
        return;
    }
    set_register(string->index, string->is_down ? *string->index - bytes : *string->index + bytes,
                 instruction->address_bytes);
    if (instruction->is_repeated) {
        set_register(&string->registers->cx, string->registers->cx - moved,
                     instruction->address_bytes);
    }
}

static enum up_trap_result run_string(const struct string *string)
{
    const struct up_io_instruction *instruction = string->instruction;
    uint64_t remaining = instruction->is_repeated ? string->registers->cx & string->mask : 1;

    while (remaining > 0) {
        uint32_t moved;
        const enum up_trap_result result =
            move(string, elements_at_once(string, remaining), &moved);

        advance(string, moved);
        if (result != UP_TRAP_DONE) {
            return result;
        }
        remaining -= moved;
    }
    finish(instruction, string->registers);
    return UP_TRAP_DONE;
}

enum up_trap_result up_trap_emulate(const struct up_io_instruction *instruction,
                                    struct up_trap_registers *registers,
                                    const struct up_trap_ways *ways, uint64_t *fault,
                                    bool *fault_writes)
{
    struct string string;

    *fault = 0;
    *fault_writes = instruction->is_string && !instruction->is_output;
    if (!instruction->is_string) {
        return run_access(instruction, registers, ways);
    }
    string.instruction = instruction;
    string.registers = registers;
    string.ways = ways;
    string.fault = fault;
    string.mask = mask_of(instruction->address_bytes);
    string.index = instruction->is_output ? &registers->si : &registers->di;
    string.is_down = (registers->flags & FLAG_DF) != 0;
    return run_string(&string);
}
