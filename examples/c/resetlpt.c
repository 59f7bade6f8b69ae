/* SPDX-License-Identifier: MIT
 *
 * Resets the printer: holds the INIT line of the parallel port low for 100 ms, as in Figure 3 of
 * UserPort's manual. Needs the control port (37A for LPT1). The ports of a parallel port at base B:
 * B data, B+1 status, B+2 control.
 */
#include "ports.h"

static int usage(const char *bad)
{
    if (bad != NULL)
        fprintf(stderr,
                "resetlpt: '%s' is neither LPT number 1, 2 or 3 nor a base address (100 to FFFC)\n",
                bad);
    fprintf(stderr, "usage: resetlpt [1 | 2 | 3 | BASE]   LPT number, or base address in "
                    "hexadecimal; default 1 (378)\n");
    return 2;
}

int main(int argc, char **argv)
{
    static const unsigned short lpt_base[] = {0x378, 0x278, 0x3BC};
    unsigned int base = lpt_base[0];
    unsigned short control;
    unsigned char value, before, during, after;
    const char *rest;

    ports_explain("resetlpt");
    if (argc > 2)
        return usage(NULL);
    if (argc == 2) {
        rest = ports_number(argv[1], &base);
        if (rest == NULL || *rest != '\0')
            return usage(argv[1]);
        if (base >= 1 && base <= 3)
            base = lpt_base[base - 1];
        else if (base < 0x100 || base > 0xFFFC)
            return usage(argv[1]);
    }
    control = (unsigned short)(base + 2);
    ports_open();

    value = inportb(control);
    before = value;
    value = value & 0xfb; /* bit 2 is INIT: 0 = the printer resets */
    outportb(control, value);
    during = inportb(control);
    Sleep(100);
    value = value | 0x04;
    outportb(control, value);
    after = inportb(control);

    printf("resetlpt: INIT of the port at %X was low for 100 ms: the printer is reset\n", base);
    printf("resetlpt: control register %X read %02X before, %02X during, %02X after\n", control,
           before, during, after);
    if ((during & 0x04) != 0 || (after & 0x04) == 0)
        printf("resetlpt: INIT (bit 2) did not read back as written: is there a parallel port at "
               "%X?\n",
               base);
    return 0;
}
