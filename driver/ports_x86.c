/* SPDX-License-Identifier: MIT
 *
 * The port instructions of lists (Intel SDM vol. 2, IN, OUT, INS, OUTS): the only file that touches ports, so that it
 * can be replaced by a fake where there are none. What may be touched was decided before (transfer.c). IRQL:
 * DISPATCH_LEVEL, under up_state.map_lock; the loops are bounded by their caller.
 */
#include "driver.h"

/* Everything but reads of 8 bits, which are most. False: neither a read nor a write. */
static __attribute__((noinline)) bool run_one(struct up_io_operation *operation)
{
    uint32_t value = operation->value;

    switch (up_form_of(operation)) {
    case UP_FORM(UP_IO_READ, 2):
        value = 0;
        __asm__ volatile("inw %w1, %w0" : "+a"(value) : "d"(operation->port) : "memory");
        operation->value = value;
        return true;
    case UP_FORM(UP_IO_READ, 4):
        __asm__ volatile("inl %w1, %0" : "=a"(value) : "d"(operation->port) : "memory");
        operation->value = value;
        return true;
    case UP_FORM(UP_IO_WRITE, 1):
        __asm__ volatile("outb %b0, %w1" ::"a"(value), "d"(operation->port) : "memory");
        return true;
    case UP_FORM(UP_IO_WRITE, 2):
        __asm__ volatile("outw %w0, %w1" ::"a"(value), "d"(operation->port) : "memory");
        return true;
    case UP_FORM(UP_IO_WRITE, 4):
        __asm__ volatile("outl %0, %w1" ::"a"(value), "d"(operation->port) : "memory");
        return true;
    default:
        return false;
    }
}

/*
 * end is where the bytes would be used up if every operation moved one: each wider one brings it nearer, so that the
 * loop has nothing else to count.
 */
uint32_t up_ports_run(struct up_io_operation *operations, uint32_t count, uint32_t bytes)
{
    struct up_io_operation *end = operations + (count < bytes ? count : bytes);
    uint32_t spare = count < bytes ? bytes - count : 0;
    struct up_io_operation *operation;
    uint32_t value, more;

    for (operation = operations; operation < end; operation++) {
        if (up_form_of(operation) == UP_FORM(UP_IO_READ, 1)) {
            value = 0;
            __asm__ volatile("inb %w1, %b0" : "+a"(value) : "d"(operation->port) : "memory");
            operation->value = value;
        } else if (run_one(operation)) {
            more = operation->width - 1u;
            end -= more > spare ? more - spare : 0;
            spare -= more > spare ? spare : more;
        } else {
            break;
        }
    }
    return (uint32_t)(operation - operations);
}

void up_ports_read_block(uint16_t port, uint32_t width, void *data, uint32_t count)
{
    uintptr_t times = count;

    switch (width) {
    case 1:
        __asm__ volatile("rep insb" : "+D"(data), "+c"(times) : "d"(port) : "memory");
        break;
    case 2:
        __asm__ volatile("rep insw" : "+D"(data), "+c"(times) : "d"(port) : "memory");
        break;
    default:
        __asm__ volatile("rep insl" : "+D"(data), "+c"(times) : "d"(port) : "memory");
        break;
    }
}

void up_ports_write_block(uint16_t port, uint32_t width, const void *data, uint32_t count)
{
    uintptr_t times = count;

    switch (width) {
    case 1:
        __asm__ volatile("rep outsb" : "+S"(data), "+c"(times) : "d"(port) : "memory");
        break;
    case 2:
        __asm__ volatile("rep outsw" : "+S"(data), "+c"(times) : "d"(port) : "memory");
        break;
    default:
        __asm__ volatile("rep outsl" : "+S"(data), "+c"(times) : "d"(port) : "memory");
        break;
    }
}
