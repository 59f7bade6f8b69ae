/* SPDX-License-Identifier: MIT
 *
 * The port instructions of lists (Intel SDM vol. 2, IN, OUT, INS, OUTS): the only file that touches ports, so that it
 * can be replaced by a fake where there are none. What may be touched was decided before (iolist.c). IRQL:
 * DISPATCH_LEVEL, under up_state.map_lock; the loops are bounded by their caller.
 */
#include "driver.h"

/* kind and width as one number, as they lie in the operation */
#define FORM(kind, width) ((width) << 8 | (kind))

static uint32_t form_of(const struct up_io_operation *operation)
{
    uint16_t form;

    __builtin_memcpy(&form, &operation->kind, sizeof form);
    return form;
}

uint32_t up_ports_run(struct up_io_operation *operations, uint32_t count)
{
    struct up_io_operation *const end = operations + count;
    struct up_io_operation *operation = operations;
    uint32_t value;

    for (; operation != end; operation++) {
        value = operation->value;
        switch (form_of(operation)) {
        case FORM(UP_IO_READ, 1):
            value = 0;
            __asm__ volatile("inb %w1, %b0" : "+a"(value) : "d"(operation->port) : "memory");
            operation->value = value;
            break;
        case FORM(UP_IO_READ, 2):
            value = 0;
            __asm__ volatile("inw %w1, %w0" : "+a"(value) : "d"(operation->port) : "memory");
            operation->value = value;
            break;
        case FORM(UP_IO_READ, 4):
            __asm__ volatile("inl %w1, %0" : "=a"(operation->value) : "d"(operation->port) : "memory");
            break;
        case FORM(UP_IO_WRITE, 1):
            __asm__ volatile("outb %b0, %w1" ::"a"(value), "d"(operation->port) : "memory");
            break;
        case FORM(UP_IO_WRITE, 2):
            __asm__ volatile("outw %w0, %w1" ::"a"(value), "d"(operation->port) : "memory");
            break;
        case FORM(UP_IO_WRITE, 4):
            __asm__ volatile("outl %0, %w1" ::"a"(value), "d"(operation->port) : "memory");
            break;
        default:
            return (uint32_t)(operation - operations);
        }
    }
    return count;
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
