/* SPDX-License-Identifier: MIT
 *
 * Opens the ports for the commands read, write, watch and test through userport.h, and reports
 * failures with the command that helps.
 */
#ifndef UP_CLI_ACCESS_H
#define UP_CLI_ACCESS_H

#include "userport/userport.h"
#include "command.h"

#define UP_OPTION_BACKEND                                                                          \
    {                                                                                              \
        "backend", "NAME", up_backend_help                                                         \
    }

/*
 * Opens the ports with the back end that --backend names, if the command has that option. needed:
 * the ports that will be used. Result: NULL if they cannot be opened; the reason has been reported,
 * and *status is the exit status.
 */
up_handle *up_open_ports(const struct up_invocation *line, const struct up_portset *needed,
                         int *status);

/* ---- specific to each system: access_windows.c, access_linux.c ------------------------------- */

struct up_backend_choice {
    const char *name;
    uint32_t backend;
};
extern const struct up_backend_choice up_backend_choices[2];
extern const char up_backend_help[];
extern const char up_watch_text[]; /* for the help of watch */

/*
 * Called before the ports are opened: makes sure, as far as possible, that this process has the
 * ports that it needs. It may run the program again with them. Result: -1 to go on; or an exit
 * status, and the reason has been reported.
 */
int up_access_begin(uint32_t backends, const struct up_portset *needed);

/* The ports that this process has or would get. Result: false: that is not known. */
bool up_access_granted(struct up_portset *granted);

/* Writes a sentence that says what to do about ports that are not granted. what: "it" or "them". */
void up_access_advise_grant(char *advice, size_t size, const char *what, const char *list);

/*
 * Describes a failure to use the ports for which this system has a text of its own. Result: false
 * if it has none.
 */
bool up_access_system_problem(const up_failure *failure, struct up_error_detail *problem);

/*
 * Called after reads that succeeded: was the last failure a stop of the driver, complete or still
 * under way? Then *problem says so.
 */
bool up_access_was_stopped(struct up_error_detail *problem);

/* ---- common to all systems ------------------------------------------------------------------- */

/* Describes the last failure of the library, and which command helps. */
void up_access_problem(struct up_error_detail *problem);

/* Reads a value of 1, 2 or 4 bytes from a port. */
up_error up_read_value(up_handle *handle, uint16_t port, unsigned width, uint32_t *value);

#endif
