/* SPDX-License-Identifier: MIT
 *
 * A program as they are in the field, which runs IN and OUT itself, for the test of userportctl
 * run: what its files share. accesses.c, faults.c and children.c have the cases; program.c their
 * table. It is started with the routes below, and with these ports granted: 378-37F, D100-D107, the
 * fake driver's counter, queue, reset and journal.
 *
 *     278-27F=D100, 3BC-3BE=none, 300-301=D106
 */
#ifndef TRAP_PROGRAM_H
#define TRAP_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "tests/lib/tap.h"
#include "tests/wine/fake/fake.h"

#define GRANTED 0x378u
#define ROUTED  0x278u
#define TARGET  0xD100u
#define NOWHERE 0x3BCu
#define DENIED  0x2F8u

static inline uint8_t in8(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %w1, %b0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline uint16_t in16(uint16_t port)
{
    uint16_t value;

    __asm__ volatile("inw %w1, %w0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline uint32_t in32(uint16_t port)
{
    uint32_t value;

    __asm__ volatile("inl %w1, %k0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %b0, %w1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void out16(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %w0, %w1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %k0, %w1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void ins8(uint16_t port, void *to, size_t count)
{
    __asm__ volatile("rep insb" : "+D"(to), "+c"(count) : "d"(port) : "memory");
}

static inline void outs8(uint16_t port, const void *from, size_t count)
{
    __asm__ volatile("rep outsb" : "+S"(from), "+c"(count) : "d"(port) : "memory");
}

/* Makes all fake ports 0 and empties the queue and the journal. */
void reset_ports(void);

/* The next entry of the journal, 0 when it is empty: see fake.h. */
uint32_t next_entry(void);

/* ---- faults.c: what the program's own handler sees ------------------------------------------- */

/*
 * The last exception that the handler saw since catch_faults. The handler goes on behind the
 * instruction, which has fault_skip bytes.
 */
struct fault {
    unsigned count;
    DWORD code;
    ULONG_PTR parameters[2];
    CONTEXT context;
};
extern volatile struct fault fault;
void catch_faults(unsigned skip);
void ignore_faults(void);

/* ---- hostile.c: instead of the cases; the result is the program's exit status ---------------- */

int poll_port(uint16_t port, unsigned seconds);
int hammer(void);
int block_ends(void);
int end_in_block(void);
int vandalise(void);

/* ---- the cases ------------------------------------------------------------------------------- */

void case_widths(void);
void case_registers(void);
void case_flags(void);
void case_last_error(void);
void case_blocks(void);
void case_block_down(void);
void case_routes(void);
void case_nowhere(void);
void case_apart(void);
void case_page_end(void);
void case_threads(void);
void case_tls(void);

void case_denied(void);
void case_denied_block(void);
void case_read_only(void);
void case_middle(void);
void case_first_handler(void);
void case_unhandled_filter(void);
void case_cli(void);
void case_other_faults(void);

void case_site(void);
void case_site_denied(void);
void case_site_changed(void);
void case_site_threads(void);

void case_headers(void);
void case_variable(void);
void case_children(void);
void case_other_bits(void);
void case_later_module(void);
void case_library(void);

#endif
