/* SPDX-License-Identifier: MIT
 *
 * What portcheck's parts share: portcheck/portcheck.c looks, portcheck/portcheck_text.c and portcheck/portcheck_json.c tell.
 */
#ifndef UP_CLI_PORTCHECK_H
#define UP_CLI_PORTCHECK_H

#include "exefile/exefile.h"

/* A DLL that the program needs, and what lies beside the program under its name. */
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
    bool is_served;  /* and what it asks for too: up_exe_is_served */
    bool is_library; /* it has itself the name of a DLL that UserPort replaces */
    struct wanted_dll dlls[UP_EXE_NEEDS_MAX];
    unsigned dll_count;
};

/* Some lines, or one, on standard output. */
void print_text(const struct report *report);
void print_json(const struct report *report);

/* The object of a file that could not be read. */
void print_json_error(const char *path, const char *reason, int code);

#endif
