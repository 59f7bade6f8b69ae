/* SPDX-License-Identifier: MIT
 *
 * What programs without a C library need, as programs of 64 and of 32 bits: system calls, and a few
 * words of output. For one source file of a program each.
 */
#ifndef UP_TESTS_PLAIN_H
#define UP_TESTS_PLAIN_H

#include <stdint.h>

#if defined __x86_64__
#define SYS_WRITE 1
#define SYS_MMAP  9
#define SYS_EXIT  60
#else
#define SYS_EXIT  1
#define SYS_WRITE 4
#define SYS_MMAP  192 /* mmap2 */
#endif

static long call(long number, long a, long b, long c, long d, long e)
{
    long result;

#if defined __x86_64__
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = 0;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
#else
    /* the sixth parameter is in EBP */
    __asm__ volatile("push %%ebp\n xor %%ebp, %%ebp\n int $0x80\n pop %%ebp"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
                     : "memory");
#endif
    return result;
}

/* The compiler makes calls of these for what C can do with structures. */
void *memset(void *to, int byte, __SIZE_TYPE__ length);
void *memcpy(void *to, const void *from, __SIZE_TYPE__ length);

void *memset(void *to, int byte, __SIZE_TYPE__ length)
{
    for (volatile char *at = to; length > 0; length--) {
        *at++ = (char)byte;
    }
    return to;
}

void *memcpy(void *to, const void *from, __SIZE_TYPE__ length)
{
    volatile char *at = to;

    for (const char *next = from; length > 0; length--) {
        *at++ = *next++;
    }
    return to;
}

static void say(const char *text)
{
    long length = 0;

    while (text[length] != '\0') {
        length++;
    }
    call(SYS_WRITE, 1, (long)text, length, 0, 0);
}

static void say_number(const char *before, uint64_t number, unsigned base)
{
    char text[24];
    int at = sizeof text - 1;
    uint32_t high = (uint32_t)(number >> 32);
    uint32_t low = (uint32_t)number;

    text[at] = '\0';
    do { /* decimal numbers are small here: without a 64-bit division */
        text[--at] = "0123456789ABCDEF"[low % base];
        low /= base;
        if (base == 16) {
            low |= high << 28;
            high >>= 4;
        }
    } while (low != 0 || high != 0);
    say(before);
    say(text + at);
}

__attribute__((noreturn)) static void end(int status)
{
    for (;;) {
        call(SYS_EXIT, status, 0, 0, 0, 0);
    }
}

static void must(long result, const char *what)
{
    if (result < 0 && result > -4096) {
        say(what);
        say_number(" failed: ", (uint64_t)-result, 10);
        say("\n");
        end(2);
    }
}

/* Memory that may be read, written and executed, at this address. */
static void map(uint64_t address, uint32_t length)
{
    /* private, anonymous, fixed */
    must(call(SYS_MMAP, (long)address, (long)length, 7, 0x32, -1), "mmap");
}

/* The program begins in run_all, which gets the stack as the system has made it, and ends by end.
 */
__attribute__((used)) static void run_all(const uintptr_t *stack);

#if defined __x86_64__
__asm__(".globl _start\n _start: mov %rsp, %rdi\n and $-16, %rsp\n call run_all\n");
#else
__asm__(".globl _start\n _start: mov %esp, %eax\n and $-16, %esp\n sub $12, %esp\n push %eax\n"
        "call run_all\n");
#endif

#endif
