/* SPDX-License-Identifier: MIT
 *
 * What the parts of portcheck share: portcheck/portcheck.c examines the files,
 * portcheck/portcheck_text.c and portcheck/portcheck_json.c print the reports.
 */
#ifndef UP_PORTCHECK_PORTCHECK_H
#define UP_PORTCHECK_PORTCHECK_H

#include "exefile/exefile.h"

/* A DLL that the program needs, and the file of that name beside the program. */
struct wanted_dll {
    struct up_exe_need need;
    bool is_there;
    struct up_exe_file file;
    enum up_exe_fit fit;
};

struct report {
    const char *path;
    const char *name; /* without its folder */
    struct up_exe_file file;
    bool runs;       /* a program or DLL for processes that UserPort serves */
    bool is_served;  /* UserPort serves what it asks for as well: up_exe_is_served */
    bool is_library; /* the file itself has the name of a DLL that UserPort replaces */
    struct wanted_dll dlls[UP_EXE_NEEDS_MAX];
    unsigned dll_count;
};

/* Print the report on standard output, as text or as one line of JSON. */
void print_text(const struct report *report);
void print_json(const struct report *report);

/* Prints the object for a file that could not be read. */
void print_json_error(const char *path, const char *reason, int code);

#endif
