/* SPDX-License-Identifier: MIT
 *
 * A program that asks the kernel for its ports, as those of root do, and then writes a byte to 378.
 * It is linked statically, so that nothing can be loaded into it. Prints what eleven calls of
 * ioperm and iopl answer: 0, or errno.
 *
 *     asks BYTE     exit status 1, and nothing is written, if ioperm or iopl is refused
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/io.h>

static int code(int result)
{
    return result == 0 ? 0 : errno;
}

int main(int count, char **arguments)
{
    const int asked = code(ioperm(0x378, 3, 1)), level = code(iopl(3));

    printf("%d %d", asked, level);
    printf(" %d %d %d", code(ioperm(0x378, 4, 1)), code(ioperm(0x377, 1, 1)),
           code(ioperm(0x37A, 1, 1)));
    printf(" %d %d %d", code(ioperm(0x10000, 1, 1)), code(ioperm(0xFFFF, 2, 1)),
           code(ioperm(0x378, 0, 1)));
    printf(" %d %d", code(iopl(0)), code(iopl(4)));
    if (asked == 0 && level == 0) {
        printf(" %d", code(ioperm(0x379, 2, 0)));
    }
    puts("");
    fflush(stdout);
    if (count < 2 || asked != 0 || level != 0) {
        return 1;
    }
    (void)inb(0x379); /* which it gave up, or seems to have */
    outb((unsigned char)strtoul(arguments[1], NULL, 16), 0x378);
    return 0;
}
