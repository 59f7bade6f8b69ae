/* SPDX-License-Identifier: MIT
 *
 * The functions of direct.h, included once by direct_i386.c and once by direct_amd64.c. These
 * define GUARDED(instruction, done): the assembler text of an instruction under a handler, and of
 * what is done after it. If the processor refuses the instruction, the program continues after
 * done, with the registers as the instruction left them: a REP that was refused midway has counted
 * ECX down that far. Each instruction has a function of its own, because a function has only one
 * handler on amd64.
 */
#define ALONE static __attribute__((noipa))

/* ---- one access: the result is 0, or 1 if it was refused ------------------------------------- */

typedef uint32_t access(uint16_t port, uint32_t *value);

#define ACCESS(name, instruction)                                                                  \
    ALONE uint32_t name(uint16_t port, uint32_t *value)                                            \
    {                                                                                              \
        uint32_t refused = 1;                                                                      \
                                                                                                   \
        __asm__ volatile(GUARDED(instruction, "xorl %%ecx, %%ecx")                                 \
                         : "+a"(*value), "+c"(refused)                                             \
                         : "d"(port)                                                               \
                         : "cc", "memory");                                                        \
        return refused;                                                                            \
    }

ACCESS(in8, "inb %%dx, %%al")
ACCESS(in16, "inw %%dx, %%ax")
ACCESS(in32, "inl %%dx, %%eax")
ACCESS(out8, "outb %%al, %%dx")
ACCESS(out16, "outw %%ax, %%dx")
ACCESS(out32, "outl %%eax, %%dx")

bool up_direct_access(up_operation *operation)
{
    static access *const accesses[2][3] = {{in8, in16, in32}, {out8, out16, out32}};
    uint32_t value = operation->kind == UP_IO_WRITE ? operation->value : 0;

    if (accesses[operation->kind == UP_IO_WRITE][operation->width / 2u](operation->port, &value) !=
        0) {
        return false;
    }
    operation->value = value;
    return true;
}

/* ---- blocks: the result is the number of elements left --------------------------------------- */

typedef uint32_t move(uint16_t port, void *at, uintptr_t count);

#define MOVE(name, index, instruction)                                                             \
    ALONE uint32_t name(uint16_t port, void *at, uintptr_t count)                                  \
    {                                                                                              \
        __asm__ volatile(GUARDED("rep " instruction, "")                                           \
                         : index(at), "+c"(count)                                                  \
                         : "d"(port)                                                               \
                         : "cc", "memory");                                                        \
        return (uint32_t)count;                                                                    \
    }

MOVE(move_in8, "+D", "insb")
MOVE(move_in16, "+D", "insw")
MOVE(move_in32, "+D", "insl")
MOVE(move_out8, "+S", "outsb")
MOVE(move_out16, "+S", "outsw")
MOVE(move_out32, "+S", "outsl")

uint32_t up_direct_move(const up_operation *block)
{
    static move *const moves[2][3] = {{move_in8, move_in16, move_in32},
                                      {move_out8, move_out16, move_out32}};

    return moves[block->kind == UP_IO_WRITE_BLOCK][block->width / 2u](block->port, block->buffer,
                                                                      block->count);
}
