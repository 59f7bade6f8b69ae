/* SPDX-License-Identifier: MIT
 *
 * Prints one line through a parallel port by hand, byte by byte, through userport.dll: wait until
 * the printer is not busy, put the byte on the data lines, pulse STROBE. Needs the three ports at
 * the base address, 378-37A for LPT1. Lists of operations do it: one call for several accesses,
 * with waits and delays between them, and all or nothing of a list runs when a port is not granted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <userport/userport.h>

#define STATUS_READY   0x80u /* the printer's BUSY line, inverted: 1 = send the next byte */
#define CONTROL_IDLE   0x0Cu /* SELECT, and neither INIT nor STROBE (INIT is on while bit 2 is 0) */
#define CONTROL_STROBE 0x0Du /* the same with STROBE: the printer takes the byte */

static up_handle *handle;
static uint16_t base = 0x378; /* data; status is at base + 1, control at base + 2 */
static unsigned sent;

static int failed(void)
{
    char why[300];

    up_failure_text(why, sizeof why);
    fprintf(stderr, "printlpt: %s\n", why);
    return 0;
}

/* Looks for 1 ms at a time, so that a slow printer does not cost the whole processor. */
static int wait_ready(void)
{
    up_operation wait = {.kind = UP_IO_WAIT, .width = 1, .port = (uint16_t)(base + 1)};
    const DWORD start = GetTickCount();
    up_error error;

    wait.value = wait.mask = STATUS_READY;
    wait.microseconds = 1000;
    while ((error = up_run(handle, &wait, 1, NULL)) == UP_ERR_TIMED_OUT &&
           GetTickCount() - start < 2000)
        Sleep(1);
    if (error == UP_ERR_TIMED_OUT)
        fprintf(
            stderr,
            "printlpt: the printer at %X is not ready after 2 s: status register %X reads %02X\n",
            base, base + 1u, (unsigned)wait.last);
    return error == UP_OK || (error != UP_ERR_TIMED_OUT && failed());
}

static int print_byte(char byte)
{
    up_operation list[] = {
        {.kind = UP_IO_WRITE, .width = 1, .port = base, .value = (uint8_t)byte},
        {.kind = UP_IO_DELAY, .microseconds = 1},
        {.kind = UP_IO_WRITE, .width = 1, .port = (uint16_t)(base + 2), .value = CONTROL_STROBE},
        {.kind = UP_IO_DELAY, .microseconds = 1},
        {.kind = UP_IO_WRITE, .width = 1, .port = (uint16_t)(base + 2), .value = CONTROL_IDLE},
    };

    if (!wait_ready())
        return 0;
    sent++;
    return up_run(handle, list, sizeof list / sizeof list[0], NULL) == UP_OK || failed();
}

static int print_text(const char *text)
{
    while (*text != '\0') {
        if (!print_byte(*text++))
            return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    unsigned long number;
    char *rest;
    uint8_t status;
    int i;

    if (argc > 1 && strcmp(argv[1], "-b") == 0) {
        number = argc > 2 ? strtoul(argv[2], &rest, 16) : 0;
        if (number < 0x100 || number > 0xFFFC || *rest != '\0') {
            fprintf(stderr,
                    "usage: printlpt [-b BASE] [TEXT...]   BASE: in hexadecimal; default 378\n");
            return 2;
        }
        base = (uint16_t)number;
        argc -= 2;
        argv += 2;
    }
    if (up_open(UP_BACKEND_ANY, &handle) != UP_OK ||
        up_out8(handle, (uint16_t)(base + 2), CONTROL_IDLE) != UP_OK ||
        up_in8(handle, (uint16_t)(base + 1), &status) != UP_OK)
        return !failed();
    if (status == 0xFF) {
        fprintf(stderr, "printlpt: status register %X reads FF: there is no parallel port at %X\n",
                base + 1u, base);
        return 1;
    }
    if (argc < 2 && !print_text("UserPort: this line went through a parallel port."))
        return 1;
    for (i = 1; i < argc; i++) {
        if ((i > 1 && !print_byte(' ')) || !print_text(argv[i]))
            return 1;
    }
    /* ready again: the printer has taken the last byte too */
    if (!print_text("\r\n") || !wait_ready())
        return 1;
    up_close(handle);
    printf("printlpt: the port at %X took %u bytes, CR and LF at the end\n", base, sent);
    return 0;
}
