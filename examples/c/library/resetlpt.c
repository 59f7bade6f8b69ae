/* SPDX-License-Identifier: MIT
 *
 * Resets the printer: holds the INIT line of the parallel port low for 100 ms, as in Figure 3 of
 * UserPort's manual, but through userport.dll, and so on every Windows, 64-bit too. Needs the
 * control port, 37A for LPT1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>
#include <userport/userport.h>

#define INIT 0x04u /* bit 2 of the control register: 0 = the printer resets */

static int failed(void)
{
    char why[300];

    up_failure_text(why, sizeof why);
    fprintf(stderr, "resetlpt: %s\n", why);
    return 1;
}

int main(int argc, char **argv)
{
    unsigned long base = 0x378; /* LPT1 */
    char *rest = "";
    uint16_t control;
    uint8_t value;
    up_handle *handle;

    if (argc == 2)
        base = strtoul(argv[1], &rest, 16);
    if (argc > 2 || *rest != '\0' || base < 0x100 || base > 0xFFFC) {
        fprintf(
            stderr,
            "usage: resetlpt [BASE]   BASE: the port's base address in hexadecimal; default 378\n");
        return 2;
    }
    control = (uint16_t)(base + 2);

    if (up_open(UP_BACKEND_ANY, &handle) != UP_OK)
        return failed();
    if (up_in8(handle, control, &value) != UP_OK ||
        up_out8(handle, control, (uint8_t)(value & ~INIT)) != UP_OK)
        return failed();
    Sleep(100);
    if (up_out8(handle, control, (uint8_t)(value | INIT)) != UP_OK)
        return failed();
    up_close(handle);

    printf("resetlpt: INIT of the port at %lX was low for 100 ms: the printer is reset\n", base);
    return 0;
}
