/* SPDX-License-Identifier: MIT
 *
 * The loop that benchmarks compare between ring 3 and ring 0: nothing but the port instruction and
 * the count.
 */
#ifndef MACHINE_PORT_LOOP_H
#define MACHINE_PORT_LOOP_H

#include <stdint.h>

static inline uint32_t loop_counter(void)
{
    uint32_t low;

    __asm__ volatile("rdtsc" : "=a"(low)::"edx");
    return low;
}

static inline uint32_t time_in(uint16_t port, uint32_t times)
{
    uint32_t start = loop_counter();

    __asm__ volatile("1: inb %%dx, %%al\n decl %%ecx\n jnz 1b"
                     : "+c"(times)
                     : "d"(port)
                     : "eax", "cc");
    return loop_counter() - start;
}

static inline uint32_t time_out(uint16_t port, uint32_t times)
{
    uint32_t start = loop_counter();

    __asm__ volatile("1: outb %%al, %%dx\n decl %%ecx\n jnz 1b"
                     : "+c"(times)
                     : "d"(port), "a"(0)
                     : "cc");
    return loop_counter() - start;
}

#endif
