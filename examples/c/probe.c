/* SPDX-License-Identifier: MIT
 *
 * Tells which ports this program may use: reads each one, and catches the exception that a port
 * which is not granted raises. The filter steps over the refused IN, so that the program goes on
 * with the next port.
 */
#include "ports.h"

#include <string.h>

static unsigned int width = 1; /* bytes per access: 1, 2 or 4 */
static volatile int denied;    /* set by the filter when the last IN was refused */

static LONG WINAPI step_over_filter(EXCEPTION_POINTERS *info)
{
    unsigned int port;
    unsigned int length = ports_refused(info, &port);

    if (length == 0)
        return EXCEPTION_CONTINUE_SEARCH;
    denied = 1;
    PORTS_INSTRUCTION(info->ContextRecord) += length;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int usage(const char *problem, const char *argument)
{
    if (problem != NULL)
        fprintf(stderr, "probe: '%s': %s\n", argument, problem);
    fprintf(stderr, "usage: probe [-w | -l] [-n] PORT[-PORT] ...\n"
                    "Reads each port and tells whether it is granted. Ports are hexadecimal: 378 "
                    "0x378 378h 3F8-3FF\n"
                    "  -w  reads 2 bytes at each port    -l  reads 4 bytes at each port\n"
                    "  -n  does not open \\\\.\\UserPort first\n"
                    "Reading a port can change the device behind it: it can lose a byte that a "
                    "serial port received,\n"
                    "or clear an interrupt. Probe only ports whose device you know.\n"
                    "Exit code: 0 all are granted, 1 one or more are denied, 2 wrong usage.\n");
    return 2;
}

/*
 * Reads the items of an argument, "378" or "3F8-3FF", into *first and *last. Returns NULL, or what
 * is wrong with it.
 */
static const char *parse_range(const char *argument, unsigned int *first, unsigned int *last)
{
    const char *rest = ports_number(argument, first);

    *last = *first;
    if (rest != NULL && *rest == '-')
        rest = ports_number(rest + 1, last);
    if (rest == NULL || *rest != '\0')
        return "not a port or a range of ports (hexadecimal, 0 to FFFF)";
    if (*last < *first)
        return "the last port is below the first";
    if (*last + width > 0x10000)
        return "so wide an access goes beyond port FFFF";
    return NULL;
}

/* Returns 1 and the value that was read, or 0 when the port is denied. */
static int read_port(unsigned int port, unsigned long *value)
{
    denied = 0;
    if (width == 1)
        *value = inportb((unsigned short)port);
    else if (width == 2)
        *value = inportw((unsigned short)port);
    else
        *value = inportl((unsigned short)port);
    return !denied;
}

static void print_denied(unsigned int first, unsigned int last)
{
    if (first == last)
        printf("%X  denied (exception %lX)\n", first, PORTS_DENIED);
    else
        printf("%X-%X  denied (exception %lX)\n", first, last, PORTS_DENIED);
}

/*
 * Probes the ports from first to last. Returns 1 when one of them is denied. Denied neighbours
 * share a line.
 */
static int probe_range(unsigned int first, unsigned int last)
{
    unsigned int port, run = 0;
    unsigned long value;
    int any_denied = 0;

    for (port = first; port <= last; port++) {
        if (!read_port(port, &value)) {
            any_denied = 1;
            run++;
            continue;
        }
        if (run != 0)
            print_denied(port - run, port - 1);
        run = 0;
        printf(width == 1   ? "%X  granted, reads %02lX\n"
               : width == 2 ? "%X  granted, reads %04lX\n"
                            : "%X  granted, reads %08lX\n",
               port, value);
    }
    if (run != 0)
        print_denied(port - run, port - 1);
    return any_denied;
}

int main(int argc, char **argv)
{
    unsigned int first, last;
    int open_driver = 1, ranges = 0, any_denied = 0;
    const char *problem;
    int i;

    for (i = 1; i < argc; i++) {
        if (argv[i][0] != '-')
            ranges++;
        else if (strcmp(argv[i], "-w") == 0)
            width = 2;
        else if (strcmp(argv[i], "-l") == 0)
            width = 4;
        else if (strcmp(argv[i], "-n") == 0)
            open_driver = 0;
        else
            return usage("no such option", argv[i]);
    }
    if (ranges == 0)
        return usage(NULL, NULL);
    /* all the arguments are checked before the first port is touched */
    for (i = 1; i < argc; i++) {
        if (argv[i][0] != '-' && (problem = parse_range(argv[i], &first, &last)) != NULL)
            return usage(problem, argv[i]);
    }

    if (open_driver)
        ports_open();
    SetUnhandledExceptionFilter(step_over_filter);
    for (i = 1; i < argc; i++) {
        if (argv[i][0] == '-')
            continue;
        parse_range(argv[i], &first, &last);
        if (probe_range(first, last))
            any_denied = 1;
    }
    return any_denied;
}
