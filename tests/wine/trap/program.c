/* SPDX-License-Identifier: MIT
 *
 * The table of the cases (program.h), and what the program does as its own child. trap64.exe and
 * trap32.exe are this program.
 *
 *     trap64 [CASE]      the cases, or those whose names contain the word
 *     trap64 child       writes 5D to the routed port and ends with what it reads there
 *     trap64 write       writes 5D to 27B
 *     trap64 read PORT   ends with what it reads
 *     trap64 say ...     prints its command line
 *     trap64 cli         runs CLI and STI
 *     trap64 poll PORT SECONDS
 *                        reads until the port was served, then refused, then served again; 1: that
 *                        was not so
 *     trap64 hammer      10,000 writes and reads in 8 threads
 *     trap64 block       a block during which the ports are suspended
 *     trap64 ends        ends in the middle of a block
 *     trap64 vandal      fills the data of userport-trap.dll with ones, and reads every port
 */
#define TAP_MAIN
#include "program.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    {"8, 16 and 32 bits", case_widths},
    {"registers", case_registers},
    {"flags", case_flags},
    {"GetLastError", case_last_error},
    {"REP INS and OUTS", case_blocks},
    {"REP OUTS downwards", case_block_down},
    {"routes", case_routes},
    {"a route to nothing", case_nowhere},
    {"an access to two places", case_apart},
    {"an instruction at the end of memory", case_page_end},
    {"threads", case_threads},
    {"a TLS callback", case_tls},
    {"a denied port", case_denied},
    {"a denied block", case_denied_block},
    {"INS into read-only memory", case_read_only},
    {"INS across the end of memory", case_middle},
    {"a handler that wants to be first", case_first_handler},
    {"the filter of unhandled exceptions", case_unhandled_filter},
    {"CLI and STI", case_cli},
    {"other faults", case_other_faults},
    {"a site", case_site},
    {"a site whose port is denied", case_site_denied},
    {"a site whose code changes", case_site_changed},
    {"a site and threads", case_site_threads},
    {"the program's headers", case_headers},
    {"the variable", case_variable},
    {"children", case_children},
    {"a child of the other bitness", case_other_bits},
    {"a module that is loaded later", case_later_module},
    {"userport.dll", case_library},
};
#define CASES (sizeof cases / sizeof cases[0])

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    unsigned i, count = 0;

    if (strcmp(word, "child") == 0) {
        out8(ROUTED + 4, 0x5D);
        return in8(TARGET + 4);
    }
    if (strcmp(word, "write") == 0) {
        out8(ROUTED + 3, 0x5D);
        return 0;
    }
    if (strcmp(word, "read") == 0) {
        return in8((uint16_t)strtoul(argv[2], NULL, 16));
    }
    if (strcmp(word, "say") == 0) {
        printf("%s\n", GetCommandLineA());
        return 0;
    }
    for (i = 0; i < CASES; i++) {
        count += strstr(cases[i].name, word) != NULL;
    }
    if (strcmp(word, "cli") == 0) {
        __asm__ volatile("cli\n\tsti");
        return 0;
    }
    if (strcmp(word, "poll") == 0) {
        return poll_port((uint16_t)strtoul(argv[2], NULL, 16), (unsigned)atoi(argv[3]));
    }
    if (strcmp(word, "hammer") == 0) {
        return hammer();
    }
    if (strcmp(word, "block") == 0) {
        return block_ends();
    }
    if (strcmp(word, "ends") == 0) {
        return end_in_block();
    }
    if (strcmp(word, "vandal") == 0) {
        return vandalise();
    }
    tap_plan(count);
    for (i = 0; i < CASES; i++) {
        if (strstr(cases[i].name, word) != NULL) {
            tap_case(cases[i].name, cases[i].run);
        }
    }
    return tap_end();
}
