/* SPDX-License-Identifier: MIT
 *
 * The port instructions (Intel SDM vol. 2: IN, OUT, INS, OUTS). This is the only file that touches
 * ports, so a fake can replace it where there are none. access.c and transfer.c have checked the
 * accesses before. IRQL: DISPATCH_LEVEL, under up_state.map_lock; the callers bound the loops.
 */
#include "driver.h"

static uint32_t read_port(uint16_t port, uint32_t width)
{
    uint32_t value = 0;

    switch (width) {
    case 1:
        __asm__ volatile("inb %w1, %b0" : "+a"(value) : "d"(port) : "memory");
        break;
    case 2:
        __asm__ volatile("inw %w1, %w0" : "+a"(value) : "d"(port) : "memory");
        break;
    default:
        __asm__ volatile("inl %w1, %0" : "+a"(value) : "d"(port) : "memory");
        break;
    }
    return value;
}

static void write_port(uint16_t port, uint32_t width, uint32_t value)
{
    switch (width) {
    case 1:
        __asm__ volatile("outb %b0, %w1" ::"a"(value), "d"(port) : "memory");
        break;
    case 2:
        __asm__ volatile("outw %w0, %w1" ::"a"(value), "d"(port) : "memory");
        break;
    default:
        __asm__ volatile("outl %0, %w1" ::"a"(value), "d"(port) : "memory");
        break;
    }
}

uint32_t up_ports_run(struct up_io_operation *operations, uint32_t count, uint32_t bytes)
{
    uint32_t moved = 0;
    uint32_t i;

    for (i = 0; i < count && moved < bytes; i++) {
        if (operations[i].kind == UP_IO_READ) {
            operations[i].value = read_port(operations[i].port, operations[i].width);
        } else if (operations[i].kind == UP_IO_WRITE) {
            write_port(operations[i].port, operations[i].width, operations[i].value);
        } else {
            break;
        }
        moved += operations[i].width;
    }
    return i;
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
