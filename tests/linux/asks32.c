/* SPDX-License-Identifier: MIT
 *
 * asks.c as a 32-bit program, without a C library, so that no 32-bit one has to be installed. It
 * writes 64.
 */
#define SYS_EXIT   1
#define SYS_WRITE  4
#define SYS_IOPERM 101
#define SYS_IOPL   110

static long call(long number, unsigned long a, unsigned long b, unsigned long c)
{
    long result;

    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

/* 0 to 99, as all that is answered here, and what stands before it. */
static int print(const char *before, long result)
{
    const unsigned code = (unsigned)-result;
    char text[4];
    unsigned length = 0;

    if (*before != '\0') {
        text[length++] = *before;
    }
    if (code > 9) {
        text[length++] = (char)('0' + code / 10 % 10);
    }
    text[length++] = (char)('0' + code % 10);
    call(SYS_WRITE, 1, (unsigned long)text, length);
    return (int)code;
}

__attribute__((force_align_arg_pointer)) void _start(void)
{
    static const unsigned long asked[][2] = {{0x378, 4},   {0x377, 1},  {0x37A, 1},
                                             {0x10000, 1}, {0xFFFF, 2}, {0x378, 0}};
    unsigned char value;
    int refused;
    unsigned i;

    refused = print("", call(SYS_IOPERM, 0x378, 3, 1));
    refused += print(" ", call(SYS_IOPL, 3, 0, 0));
    for (i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        print(" ", call(SYS_IOPERM, asked[i][0], asked[i][1], 1));
    }
    print(" ", call(SYS_IOPL, 0, 0, 0));
    print(" ", call(SYS_IOPL, 4, 0, 0));
    if (refused == 0) {
        print(" ", call(SYS_IOPERM, 0x379, 2, 0));
    }
    call(SYS_WRITE, 1, (unsigned long)"\n", 1);
    if (refused == 0) {
        __asm__ volatile("inb %%dx, %%al" : "=a"(value) : "d"(0x379));
        __asm__ volatile("outb %%al, %%dx" : : "a"(0x64), "d"(0x378));
    }
    call(SYS_EXIT, refused != 0, 0, 0);
}
