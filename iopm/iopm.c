/* SPDX-License-Identifier: MIT
 *
 * iopm turns a list of ports into the registry value that the driver reads, as a .reg file on
 * standard output. It is pure C over core/, so it runs wherever the list is made: iopm "lpt1,
 * speaker" >ports.reg, then regedit ports.reg as administrator. Exit status: 0 written, 1 refused
 * (a hazard without --force, or standard output failed), 2 wrong usage or a bad list. Lines end
 * with CR LF on every system, because NT 4.0's regedit expects a Windows file.
 */
#include <stdio.h>
#include <string.h>

#include "core/known_ports.h"
#include "core/listerror.h"
#include "core/portlist.h"
#include "version.h"

#define BYTES_PER_LINE 25u
#ifdef _WIN32
#define LINE_END "\n" /* the C library writes CR LF to text streams */
#else
#define LINE_END "\r\n"
#endif
#define KEY "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\UserPort"

static const char usage[] =
    "usage: iopm [--force] LIST\n"
    "       iopm --names\n"
    "Writes a .reg file with the ports of LIST, such as \"lpt1, 42-43 0x61\", for UserPort's "
    "driver.\n"
    "LIST is one argument: quote it. Ports are hexadecimal: 378 is the printer port, 888 is not.\n"
    "  --force   also ports that can damage data or stop the machine\n"
    "  --names   the names that a list may have\n"
    "  --version\n";

static void print_ranges(const struct up_known_ports *known)
{
    unsigned i;

    for (i = 0; i < known->range_count; i++) {
        const struct up_port_range *range = &known->ranges[i];

        printf(range->first == range->last ? "%s%X" : "%s%X-%X", i > 0 ? ", " : "", range->first,
               range->last);
    }
}

/* True if a list of this name alone needs --force. */
static bool is_hazardous(const struct up_known_ports *known)
{
    static struct up_portset set;
    size_t cursor = 0;

    up_portset_deny_all(&set);
    up_known_ports_grant(known, &set);
    return up_known_ports_next_hazard(&set, &cursor, NULL) != NULL;
}

static void print_names(void)
{
    size_t i;

    for (i = 0; i < up_known_ports_count; i++) {
        const struct up_known_ports *known = &up_known_ports[i];

        if (known->name != NULL) {
            printf("%-10s %s (", known->name, known->what);
            print_ranges(known);
            printf(")%s\n", is_hazardous(known) ? "; needs --force" : "");
        }
    }
}

/* Names each hazard in the list. Result: the number of hazards. */
static unsigned report_hazards(const struct up_portset *set, const char *word)
{
    const struct up_known_ports *known;
    uint16_t port;
    size_t cursor = 0;
    unsigned count = 0;

    while ((known = up_known_ports_next_hazard(set, &cursor, &port)) != NULL) {
        fprintf(stderr, "iopm: %s: port %X (%s) %s\n", word, port, known->what, known->hazard);
        count++;
    }
    return count;
}

/*
 * Notes printer ports that are written in decimal, as in a program's source: they are valid
 * hexadecimal numbers of other ports.
 */
static void note_decimals(const char *list)
{
    static const unsigned first[] = {0x378, 0x278, 0x3BC};
    static const char digits[] = "0123456789";
    static const char word[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    size_t length;

    for (; *list != '\0'; list += length > 0 ? length : 1) {
        unsigned number = 0;
        size_t i;

        length = strspn(list, word);
        if (length != 3 || strspn(list, digits) != length) {
            continue;
        }
        for (i = 0; i < length; i++) {
            number = number * 10 + (unsigned)(list[i] - '0');
        }
        for (i = 0; i < sizeof first / sizeof *first; i++) {
            if (number >= first[i] && number <= first[i] + 2) {
                fprintf(stderr,
                        "iopm: note: %u is hexadecimal here; the printer port, decimal %u, is %X\n",
                        number, number, number);
            }
        }
    }
}

/*
 * Prints the value without the denying bytes at its end: the driver denies the ports that a short
 * value does not cover.
 */
static void print_value(const struct up_portset *set)
{
    size_t length = sizeof set->map;
    size_t i;

    while (length > 1 && set->map[length - 1] == 0xFF) {
        length--;
    }
    printf("REGEDIT4" LINE_END LINE_END "[" KEY "]" LINE_END "\"IOPM\"=hex:");
    for (i = 0; i < length; i++) {
        printf("%02x%s", (unsigned)set->map[i],
               i + 1 == length                 ? LINE_END
               : (i + 1) % BYTES_PER_LINE == 0 ? ",\\" LINE_END "  "
                                               : ",");
    }
}

int main(int argc, char **argv)
{
    static struct up_portset set;
    static char message[512];
    struct up_portlist_error error;
    int force = argc > 1 && strcmp(argv[1], "--force") == 0;
    const char *list;

    if (argc == 2 && strcmp(argv[1], "--names") == 0) {
        print_names();
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("iopm " UP_VERSION_STRING);
        return 0;
    }
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(usage, stdout);
        return 0;
    }
    if (argc != 2 + force || (argv[1 + force][0] == '-' && argv[1 + force][1] == '-')) {
        if (argc > 2 && !force) {
            fputs("iopm: the list is one argument: quote it; --force comes before it\n", stderr);
        }
        fputs(usage, stderr);
        return 2;
    }
    list = argv[1 + force];
    up_portset_deny_all(&set);
    if (!up_portlist_parse(list, strlen(list), &set, &error)) {
        up_list_error_text(list, strlen(list), &error, "iopm --names shows the names", message,
                           sizeof message);
        fprintf(stderr, "iopm: %s\n", message);
        return 2;
    }
    note_decimals(list);
    if (report_hazards(&set, force ? "warning" : "refused") != 0 && !force) {
        fputs("iopm: nothing written; --force grants them all the same\n", stderr);
        return 1;
    }
    if (up_portset_count(&set) == 0) {
        fputs("iopm: note: the list is empty; with it the driver grants no port\n", stderr);
    }
    print_value(&set);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("iopm: cannot write to standard output");
        return 1;
    }
    return 0;
}
