/* SPDX-License-Identifier: MIT
 *
 * Starts a program with userportctl run: creates its process, prepares it, and waits for its end.
 * start_windows.c.
 */
#ifndef UP_LAUNCH_START_H
#define UP_LAUNCH_START_H

#include "launch.h"

/* What is to be started. */
struct up_start {
    const WCHAR *program; /* the full path of the program's file */
    const WCHAR *line;    /* its command line, the program's name first */
    bool has_trap;        /* the DLL is put into it */
    const char *settings; /* the text form of the program's settings, for the DLL */
};

enum up_start_stage {
    UP_START_CREATE,  /* the process could not be created: error */
    UP_START_PREPARE, /* the DLL could not be put into it: problem, error */
    UP_START_RESUME,  /* the process could not be let run: error */
    UP_START_EARLY,   /* it ended before the DLL had begun its work: status */
    UP_START_DONE     /* it has run to its end: status */
};

struct up_start_result {
    enum up_start_stage stage;
    enum up_launch_problem problem;
    DWORD error;  /* the system's code */
    DWORD status; /* the program's exit status */
};

/*
 * Starts a program and waits until it ends. It has this process's console, standard handles and
 * environment. Ctrl-C is left to it. At every stage before UP_START_EARLY nothing of the program
 * has run, and its process is gone.
 */
void up_start_program(const struct up_start *start, struct up_start_result *result);

/*
 * Creates the process alone. flags: CREATE_SUSPENDED, DEBUG_PROCESS or 0, which means that it is
 * not served. Ctrl-C is the program's from then on. Result: false with GetLastError.
 */
bool up_start_create(const struct up_start *start, DWORD flags, PROCESS_INFORMATION *made);

#endif
