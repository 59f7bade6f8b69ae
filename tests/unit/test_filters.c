/* SPDX-License-Identifier: MIT
 *
 * Tests of run/filters.c: what ioperm and iopl answer, called as programs of 64 bits, of x32 and of
 * 32 bits call them, for random sets of ports and random ranges. By an interpreter of the filter's
 * few instructions, since not every kernel runs 32-bit programs; and by this host's own kernel, in
 * children that set the filter. Nobody gets a port here: what the filter lets pass is what the
 * kernel has an EINVAL for. tests/linux/clients.sh has programs of each kind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/filters.h"

#define SETS  60u
#define CALLS 600u /* of each set */

enum way { WAY_64, WAY_X32, WAY_32, WAYS };

static uint64_t seed = 20261129;

static uint64_t random_number(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return seed >> 16;
}

static uint32_t random_below(uint32_t bound)
{
    return (uint32_t)(random_number() >> 12) % bound;
}

#define PASSES (-1) /* the kernel answers */

static struct sock_filter code[UP_FILTER_LENGTH + 1];

/* What the kernel does with a filter. Result: an errno, 0 too; PASSES. */
static int interpret(unsigned length, const struct seccomp_data *data)
{
    uint32_t a = 0, x = 0, memory[BPF_MEMWORDS] = {0};
    unsigned at = 0;

    for (;;) {
        const struct sock_filter *one = &code[at++];
        bool is_so;

        assert_true(at <= length);
        switch (one->code) {
        case BPF_LD | BPF_W | BPF_ABS:
            assert_true(one->k % 4 == 0 && one->k < sizeof *data);
            memcpy(&a, (const char *)data + one->k, sizeof a);
            continue;
        case BPF_LD | BPF_MEM:
            a = memory[one->k];
            continue;
        case BPF_ST:
            memory[one->k] = a;
            continue;
        case BPF_MISC | BPF_TAX:
            x = a;
            continue;
        case BPF_MISC | BPF_TXA:
            a = x;
            continue;
        case BPF_ALU | BPF_AND | BPF_K:
            a &= one->k;
            continue;
        case BPF_ALU | BPF_ADD | BPF_X:
            a += x;
            continue;
        case BPF_JMP | BPF_JEQ | BPF_K:
            is_so = a == one->k;
            break;
        case BPF_JMP | BPF_JGT | BPF_K:
            is_so = a > one->k;
            break;
        case BPF_JMP | BPF_JGE | BPF_K:
            is_so = a >= one->k;
            break;
        case BPF_RET | BPF_K:
            assert_true(one->k == SECCOMP_RET_ALLOW ||
                        (one->k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO);
            return one->k == SECCOMP_RET_ALLOW ? PASSES : (int)(one->k & SECCOMP_RET_DATA);
        default:
            fail_msg("instruction %u has code %x", at - 1, one->code);
            return 0;
        }
        at += is_so ? one->jt : one->jf;
    }
}

/*
 * The three ways in which a program gets to the kernel, of which a 32-bit one has no more than 32
 * bits.
 */
static struct seccomp_data call_of(enum way way, unsigned number_64, unsigned number_32, uint64_t a,
                                   uint64_t b, uint64_t c)
{
    struct seccomp_data data = {(int)(way == WAY_32    ? number_32
                                      : way == WAY_X32 ? number_64 | 0x40000000u
                                                       : number_64),
                                way == WAY_32 ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64,
                                0,
                                {a, b, c, random_number(), random_number(), random_number()}};
    unsigned i;

    for (i = 0; i < 6 && way == WAY_32; i++) {
        data.args[i] &= 0xFFFFFFFF;
    }
    return data;
}

static int expected(const struct up_portset *ports, bool is_long, enum way way, uint64_t from,
                    uint64_t count, uint64_t on)
{
    uint64_t i;

    if (way == WAY_32) {
        from &= 0xFFFFFFFF;
        count &= 0xFFFFFFFF;
    }
    if (count == 0 || count > UP_PORT_COUNT || from >= UP_PORT_COUNT ||
        from + count > UP_PORT_COUNT) {
        return PASSES;
    }
    for (i = 0; i < count && (uint32_t)on != 0 && !is_long; i++) {
        if (!up_portset_has(ports, (uint16_t)(from + i))) {
            return EPERM;
        }
    }
    return 0;
}

/* Around the ends of ranges, where mistakes are. */
static void choose_call(const struct up_portset *ports, uint64_t *from, uint64_t *count,
                        uint64_t *on)
{
    static const uint64_t odd[] = {0,          0xFFFF,      0x10000,     0x10001,
                                   0xFFFFFFFF, 0x100000000, 0x100000378, 0xFFFFFFFFFFFFFFFF,
                                   0x7FFFFFFF};
    struct up_port_range range = {0, 0};

    *on = random_below(4) == 0   ? 0
          : random_below(8) == 0 ? random_number() << 32
                                 : 1 + random_below(0xFFFF);
    if (random_below(8) == 0) {
        *from = odd[random_below(sizeof odd / sizeof odd[0])];
        *count = odd[random_below(sizeof odd / sizeof odd[0])];
        return;
    }
    if (!up_portset_next(ports, random_below(UP_PORT_COUNT), &range)) {
        (void)up_portset_next(ports, 0, &range);
    }
    *from = (uint64_t)range.first + random_below(4) - random_below(3);
    *count = (uint64_t)range.last - *from + random_below(4) - random_below(3);
    if (random_below(4) == 0) {
        *count = 1 + random_below(3);
    }
}

static void choose_set(struct up_portset *ports, unsigned number)
{
    static const unsigned range_counts[] = {
        0, 1, 1, 2, 5, 40, UP_FILTER_RANGES, UP_FILTER_RANGES + 1};
    const unsigned ranges = range_counts[number % 8];
    unsigned i;

    up_portset_deny_all(ports);
    if (number % 16 == 8) {
        up_portset_grant(ports, 0, 0xFFFF);
        return;
    }
    for (i = 0; i < ranges; i++) { /* each in its own part, so that there are as many */
        const uint32_t room = UP_PORT_COUNT / ranges, first = i * room + random_below(room / 3 + 1);

        up_portset_grant(ports, (uint16_t)first, (uint16_t)(first + random_below(room / 3 + 1)));
    }
    if (ranges > 0 && ranges <= UP_FILTER_RANGES && number % 3 == 0) {
        up_portset_grant(ports, 0xFFFF, 0xFFFF);
    }
}

static unsigned count_ranges(const struct up_portset *ports)
{
    struct up_port_range range;
    unsigned count = 0;
    uint32_t from;

    for (from = 0; up_portset_next(ports, from, &range); from = range.last + 1u) {
        count++;
    }
    return count;
}

static void test_ioperm(void **state)
{
    static struct up_portset ports;
    uint64_t from, count, on;
    unsigned i, j, length;

    (void)state;
    for (i = 0; i < SETS; i++) {
        choose_set(&ports, i);
        length = up_filter_ioperm_code(&ports, code);
        for (j = 0; j < CALLS; j++) {
            const enum way way = (enum way)random_below(WAYS);
            struct seccomp_data data;

            choose_call(&ports, &from, &count, &on);
            data = call_of(way, SYS_ioperm, 101, from, count, on);
            if (interpret(length, &data) !=
                expected(&ports, count_ranges(&ports) > UP_FILTER_RANGES, way, from, count, on)) {
                fail_msg("set %u, way %d: ioperm(%lx, %lx, %lx) answers %d", i, way, from, count,
                         on, interpret(length, &data));
            }
        }
    }
}

static void test_iopl_and_others(void **state)
{
    static struct up_portset ports;
    struct seccomp_data data;
    unsigned length, number;
    uint64_t level;
    enum way way;

    (void)state;
    up_portset_deny_all(&ports);
    up_portset_grant(&ports, 0x378, 0x37F);
    length = up_filter_ioperm_code(&ports, code);
    for (way = 0; way < WAYS; way++) {
        for (level = 0; level < 6; level++) {
            data = call_of(way, SYS_iopl, 110, level | random_number() << 32, 0, 0);
            assert_int_equal(interpret(length, &data), level <= 3 ? 0 : PASSES);
        }
        for (number = 0; number < 500; number++) {
            data = call_of(way, number, number, 0x378, 1, 1);
            if (way == WAY_32 ? number != 101 && number != 110
                              : number != SYS_ioperm && number != SYS_iopl) {
                assert_int_equal(interpret(length, &data), PASSES);
            }
        }
    }
    data = call_of(WAY_64, SYS_ioperm, 0, 0x378, 1, 1);
    data.arch = AUDIT_ARCH_AARCH64;
    assert_int_equal(interpret(length, &data), PASSES);
}

static int status_of(pid_t child)
{
    int status = -1;

    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* Result: 0, or errno. */
static int ask(long number, unsigned long a, unsigned long b, unsigned long c)
{
    return syscall(number, a, b, c) == 0 ? 0 : errno;
}

/* The kernel takes it and means the same, at each length; and a second one over the first. */
static void test_in_the_kernel(void **state)
{
    static struct up_portset ports;
    const int senseless = ask(SYS_ioperm, 0, 0, 1); /* ENOSYS of a kernel that has no ioperm */
    unsigned i;

    (void)state;
    assert_true(senseless == EINVAL || senseless == ENOSYS);
    for (i = 0; i < 8; i++) {
        const pid_t child = fork();
        uint64_t from, count, on;
        unsigned j, wrong = 0;
        bool is_long;

        assert_true(child >= 0);
        if (child != 0) {
            random_number();
            assert_int_equal(status_of(child), 0);
            continue;
        }
        choose_set(&ports, i);
        is_long = count_ranges(&ports) > UP_FILTER_RANGES;
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !up_filter_ioperm(&ports) ||
            !up_filter_ioperm(&ports)) {
            _exit(200);
        }
        for (j = 0; j < CALLS; j++) {
            int wanted;

            choose_call(&ports, &from, &count, &on);
            wanted = expected(&ports, is_long, WAY_64, from, count, on);
            wrong += ask(SYS_ioperm, from, count, on) != (wanted == PASSES ? senseless : wanted);
            if (wanted != PASSES) {
                wrong += ask(SYS_ioperm | 0x40000000, from, count, on) != wanted;
            }
        }
        wrong += ask(SYS_iopl, 3, 0, 0) != 0 || ask(SYS_iopl, 4, 0, 0) == 0 || getpid() <= 1;
        _exit(wrong != 0);
    }
}

/* As long as the kernel takes, and no longer. */
static void test_length(void **state)
{
    static struct up_portset ports;
    unsigned i, length;

    (void)state;
    up_portset_deny_all(&ports);
    for (i = 0; i < UP_PORT_COUNT; i += 2) {
        up_portset_grant(&ports, (uint16_t)i, (uint16_t)i);
        if (i == 2 * UP_FILTER_RANGES - 2) {
            memset(code, 0x5A, sizeof code);
            length = up_filter_ioperm_code(&ports, code);
            assert_true(length > 6 * UP_FILTER_RANGES && length <= UP_FILTER_LENGTH);
            assert_int_equal(code[UP_FILTER_LENGTH].code, 0x5A5A);
        }
    }
    assert_true(up_filter_ioperm_code(&ports, code) < 64);
}

/* The other one: what is not among its three calls is the end. */
static void test_reading(void **state)
{
    unsigned i;

    (void)state;
    for (i = 0; i < 4; i++) {
        const pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0) {
            if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !up_filter_to_reading()) {
                _exit(200);
            }
            if (i == 1) {
                syscall(SYS_getpid);
            } else if (i == 2) {
                ask(SYS_ioperm, 0x378, 1, 1);
            } else if (i == 3) {
                syscall(SYS_read | 0x40000000, -1, NULL, 0); /* of x32 */
            }
            syscall(SYS_write, -1, NULL, 0);
            syscall(SYS_exit, 7);
        }
        assert_int_equal(status_of(child) & 0x7F, i == 0 ? 0 : 31); /* SIGSYS */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ioperm),        cmocka_unit_test(test_iopl_and_others),
        cmocka_unit_test(test_in_the_kernel), cmocka_unit_test(test_length),
        cmocka_unit_test(test_reading),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
