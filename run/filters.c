/* SPDX-License-Identifier: MIT
 *
 * Builds and sets the seccomp(2) filters of filters.h in classic BPF. Jumps of classic BPF go
 * forward only and reach 255 instructions at most; so each part ends with return instructions of
 * its own.
 */
#include "filters.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define LOAD_LOW(index)                                                                            \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + (index)*8u)
#define LOAD_HIGH(index)                                                                           \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + (index)*8u + 4u)

/*
 * A jump: the next two numbers say how many instructions to skip if the condition holds, and if
 * not.
 */
#define IF_EQUAL(k, yes, no)   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, yes, no)
#define IF_GREATER(k, yes, no) BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, k, yes, no)

#define ANSWER(code) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
#define ALLOW        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define KILL         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

#define ALLOW_IF_EQUAL(k)     IF_EQUAL(k, 0, 1), ALLOW
#define ALLOW_UNLESS_EQUAL(k) IF_EQUAL(k, 1, 0), ALLOW
#define ALLOW_IF_GREATER(k)   IF_GREATER(k, 0, 1), ALLOW

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/*
 * System call numbers of i386, whose kernel header cannot be included together with that of amd64.
 * The numbers of x32 are those of amd64 with one more bit set.
 */
#define I386_IOPERM 101
#define I386_IOPL   110
#define X32_BIT     0x40000000u

static bool set_filter(struct sock_filter *code, size_t length)
{
    const struct sock_fprog filter = {(unsigned short)length, code};

    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/*
 * Sets an explicit filter, because seccomp's strict mode is refused where a filter is already set,
 * as in containers.
 */
bool up_filter_to_reading(void)
{
    struct sock_filter code[] = {
        LOAD(arch),
        IF_EQUAL(AUDIT_ARCH_X86_64, 0, 4),
        LOAD(nr),
        IF_EQUAL(SYS_read, 3, 0),
        IF_EQUAL(SYS_write, 2, 0),
        IF_EQUAL(SYS_exit, 1, 0),
        KILL,
        ALLOW,
    };

    return set_filter(code, COUNT_OF(code));
}

/*
 * The beginning of the ioperm filter: it finds out which system call this is, and lets the kernel
 * answer calls with invalid arguments, since the kernel returns EINVAL for them. The part that
 * follows is reached only by an ioperm that turns ports on. A is then the first port, and M[0] is
 * the port after the last. The numbers in the comments are indexes of instructions.
 */
static const struct sock_filter beginning[] = {
    LOAD(arch), /* 0 */
    IF_EQUAL(AUDIT_ARCH_X86_64, 2, 0),
    IF_EQUAL(AUDIT_ARCH_I386, 5, 0),
    ALLOW,
    LOAD(nr), /* 4: system calls of 64 bits, and x32 */
    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~X32_BIT),
    IF_EQUAL(SYS_ioperm, 9, 0),
    IF_EQUAL(SYS_iopl, 4, 3),
    LOAD(nr), /* 8: system calls of 32 bits */
    IF_EQUAL(I386_IOPERM, 6, 0),
    IF_EQUAL(I386_IOPL, 1, 0),
    ALLOW,
    LOAD_LOW(0), /* 12: iopl has one argument, an int */
    ALLOW_IF_GREATER(3),
    ANSWER(0),
    LOAD_HIGH(0), /* 16: ioperm has three arguments: two longs and an int */
    ALLOW_UNLESS_EQUAL(0),
    LOAD_HIGH(1),
    ALLOW_UNLESS_EQUAL(0),
    LOAD_LOW(0),
    ALLOW_IF_GREATER(0xFFFF),
    BPF_STMT(BPF_MISC | BPF_TAX, 0),
    LOAD_LOW(1),
    ALLOW_IF_EQUAL(0),
    ALLOW_IF_GREATER(0x10000),
    BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
    ALLOW_IF_GREATER(0x10000),
    BPF_STMT(BPF_ST, 0),
    LOAD_LOW(2),
    IF_EQUAL(0, 0, 1),
    ANSWER(0),
    BPF_STMT(BPF_MISC | BPF_TXA, 0),
};

/*
 * Adds the instructions for one range. The ranges are in ascending order and do not touch one
 * another. So the first range that does not end below port A either contains all ports that were
 * asked for, or no range does.
 */
static unsigned add_range(const struct up_port_range *range, struct sock_filter *code)
{
    const struct sock_filter one[] = {
        IF_GREATER(range->last, 5, 0),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, range->first, 0, 2),
        BPF_STMT(BPF_LD | BPF_MEM, 0),
        IF_GREATER(range->last + 1u, 0, 1),
        ANSWER(EPERM),
        ANSWER(0),
    };

    memcpy(code, one, sizeof one);
    return COUNT_OF(one);
}

static const struct sock_filter granted = ANSWER(0), refused = ANSWER(EPERM);

unsigned up_filter_ioperm_code(const struct up_portset *ports,
                               struct sock_filter code[UP_FILTER_LENGTH])
{
    const unsigned start = COUNT_OF(beginning);
    struct up_port_range range;
    unsigned length = start, ranges = 0;
    uint32_t from;

    memcpy(code, beginning, sizeof beginning);
    for (from = 0; up_portset_next(ports, from, &range); from = range.last + 1u) {
        if (ranges++ == UP_FILTER_RANGES) {
            code[start] = granted;
            return start + 1;
        }
        length += add_range(&range, code + length);
    }
    code[length++] = refused;
    return length;
}

bool up_filter_ioperm(const struct up_portset *ports)
{
    static struct sock_filter code[UP_FILTER_LENGTH];

    return set_filter(code, up_filter_ioperm_code(ports, code));
}
