/* SPDX-License-Identifier: MIT
 *
 * The registers of a task that has stopped. See registers_linux.h. Of a 32-bit task the kernel
 * gives a 64-bit debugger the 64-bit structure, FS's and GS's bases among it. Single registers are
 * written, because writing all of them would write the segments too.
 */
#include "registers_linux.h"

#include <stddef.h>
#include <sys/ptrace.h>

/* Selectors of the kernel's table: arch/x86/include/asm/segment.h */
#define CODE_SEGMENT     0x33u
#define CODE_SEGMENT_32  0x23u
#define DATA_SEGMENT     0x2Bu
#define FIRST_OF_THREADS 12u /* the entries of set_thread_area(2) */
#define LAST_OF_THREADS  14u
#define RING             3u
#define LOCAL            4u

/* struct user_desc of asm/ldt.h, whose bit fields are of no interest here */
struct thread_area {
    unsigned entry, base, limit, flags;
};

bool up_registers_read(pid_t task, struct user_regs_struct *read,
                       struct up_trap_registers *registers)
{
    if (ptrace(PTRACE_GETREGS, task, NULL, read) != 0 ||
        (read->cs != CODE_SEGMENT && read->cs != CODE_SEGMENT_32)) {
        return false;
    }
    *registers = (struct up_trap_registers){
        .ax = read->rax,
        .cx = read->rcx,
        .dx = read->rdx,
        .si = read->rsi,
        .di = read->rdi,
        .ip = read->rip,
        .flags = (uint32_t)read->eflags,
        .is_64_bit = read->cs == CODE_SEGMENT,
    };
    return true;
}

/* The base of a segment of 32-bit code, other than FS and GS. */
static bool find_base(pid_t task, uint64_t selector, uint64_t *base)
{
    struct thread_area area = {0};
    const uint64_t entry = selector >> 3;

    *base = 0;
    if (selector == DATA_SEGMENT || selector == CODE_SEGMENT_32) {
        return true;
    }
    if ((selector & (LOCAL | RING)) != RING || entry < FIRST_OF_THREADS ||
        entry > LAST_OF_THREADS ||
        ptrace(PTRACE_GET_THREAD_AREA, task, (void *)(uintptr_t)entry, &area) != 0) {
        return false;
    }
    *base = area.base;
    return true;
}

bool up_registers_find_bases(pid_t task, const struct user_regs_struct *read,
                             const struct up_io_instruction *instruction,
                             struct up_trap_registers *registers)
{
    uint64_t *const base =
        instruction->is_output ? &registers->source_base : &registers->target_base;

    *base = 0;
    if (!instruction->is_string) {
        return true;
    }
    if (instruction->is_output && (instruction->segment == 0x64 || instruction->segment == 0x65)) {
        *base = instruction->segment == 0x64 ? read->fs_base : read->gs_base;
        return true;
    }
    if (registers->is_64_bit) {
        return true;
    }
    if (!instruction->is_output) {
        return find_base(task, read->es, base);
    }
    switch (instruction->segment) {
    case 0x26:
        return find_base(task, read->es, base);
    case 0x2E:
        return find_base(task, read->cs, base);
    case 0x36:
        return find_base(task, read->ss, base);
    default:
        return find_base(task, read->ds, base);
    }
}

static bool write_one(pid_t task, size_t offset, uint64_t was, uint64_t is)
{
    return was == is ||
           ptrace(PTRACE_POKEUSER, task, (void *)(uintptr_t)offset, (void *)(uintptr_t)is) == 0;
}

bool up_registers_write(pid_t task, const struct user_regs_struct *read,
                        const struct up_trap_registers *registers)
{
    return write_one(task, offsetof(struct user, regs.rip), read->rip, registers->ip) &&
           write_one(task, offsetof(struct user, regs.rax), read->rax, registers->ax) &&
           write_one(task, offsetof(struct user, regs.rcx), read->rcx, registers->cx) &&
           write_one(task, offsetof(struct user, regs.rsi), read->rsi, registers->si) &&
           write_one(task, offsetof(struct user, regs.rdi), read->rdi, registers->di);
}
