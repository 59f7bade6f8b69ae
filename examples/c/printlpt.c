/* SPDX-License-Identifier: MIT
 *
 * Prints one line through a parallel port by hand, byte by byte, with the handshake that printers
 * have used since Centronics: wait until the printer is not busy, put the byte on the data lines,
 * pulse STROBE. Needs the ports 378-37A, or the three at the base address that is given. Every
 * access takes about 1 us on the bus, which is the time that the lines need: no delays are coded.
 */
#include "ports.h"

#include <string.h>

#define LPT1 0x378

#define DATA    ((unsigned short)(base))
#define STATUS  ((unsigned short)(base + 1))
#define CONTROL ((unsigned short)(base + 2))

#define STATUS_READY    0x80 /* the printer's BUSY line, inverted: 1 = send the next byte */
#define STATUS_NO_PAPER 0x20
#define STATUS_ON_LINE  0x10
#define STATUS_NO_ERROR 0x08

/* SELECT (bit 3) and no INIT (bit 2 is 0 while the printer resets), no STROBE */
#define CONTROL_IDLE   0x0C
#define CONTROL_STROBE 0x0D /* the same with STROBE (bit 0): the printer takes the byte */

#define TIME_OUT_MS 2000

static unsigned int base = LPT1;
static unsigned int sent; /* bytes so far */

static const char default_line[] = "UserPort: this line went through ports 378, 379 and 37A.";
static const char other_line[] = "UserPort: this line went through a parallel port.";

/* Waits until the printer can take a byte. Returns 1, or 0 after having said why not. */
static int wait_ready(void)
{
    DWORD start = GetTickCount();
    unsigned int tries = 0;
    unsigned char status;

    for (;;) {
        status = inportb(STATUS);
        if (status == 0xFF) {
            fprintf(stderr,
                    "printlpt: status register %X reads FF: there is no parallel port at %X\n",
                    STATUS, base);
            return 0;
        }
        if ((status & STATUS_READY) != 0)
            return 1;
        if (GetTickCount() - start >= TIME_OUT_MS)
            break;
        if (++tries > 1000)
            Sleep(1); /* a slow printer: leave the processor to others */
    }
    fprintf(stderr,
            "printlpt: the printer at %X is not ready after 2 s: status register %X reads %02X: "
            "busy%s%s%s\n",
            base, STATUS, status, (status & STATUS_NO_PAPER) != 0 ? ", no paper" : "",
            (status & STATUS_ON_LINE) == 0 ? ", off line" : "",
            (status & STATUS_NO_ERROR) == 0 ? ", error" : "");
    return 0;
}

/* Sends one byte. Returns 1, or 0 after having said why not. */
static int print_byte(unsigned char byte)
{
    unsigned char control;

    if (!wait_ready())
        return 0;
    outportb(DATA, byte);
    outportb(CONTROL, CONTROL_STROBE);
    control = inportb(CONTROL);
    outportb(CONTROL, CONTROL_IDLE);
    if ((control & 0x0F) != CONTROL_STROBE) {
        fprintf(stderr,
                "printlpt: control register %X reads %02X after %02X was written: no parallel port "
                "at %X?\n",
                CONTROL, control, CONTROL_STROBE, base);
        return 0;
    }
    sent++;
    return 1;
}

static int print_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (!print_byte((unsigned char)*text))
            return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    int first = 1, i, ok = 1;
    const char *rest;

    if (argc > 1 && strcmp(argv[1], "-b") == 0) {
        rest = argc > 2 ? ports_number(argv[2], &base) : NULL;
        if (rest == NULL || *rest != '\0' || base < 0x100 || base > 0xFFFC) {
            fprintf(stderr, "usage: printlpt [-b BASE] [TEXT...]   BASE: the port's base address "
                            "in hexadecimal, 100 to "
                            "FFFC; default 378\n");
            return 2;
        }
        first = 3;
    }
    ports_explain("printlpt");
    ports_open();
    outportb(CONTROL, CONTROL_IDLE);

    if (first >= argc)
        ok = print_text(base == LPT1 ? default_line : other_line);
    for (i = first; ok && i < argc; i++)
        ok = (i == first || print_text(" ")) && print_text(argv[i]);
    /* ready again: the printer has taken the last byte too */
    ok = ok && print_text("\r\n") && wait_ready();
    if (!ok)
        return 1;
    printf("printlpt: the port at %X took %u bytes, CR and LF at the end\n", base, sent);
    return 0;
}
