/* SPDX-License-Identifier: MIT
 *
 * Ports by userport.h, as read, write, watch and test use them: opening, and failures with the command that helps.
 */
#ifndef UP_CLI_ACCESS_H
#define UP_CLI_ACCESS_H

#include "userport/userport.h"
#include "command.h"

#define UP_OPTION_BACKEND                                                                                              \
    {                                                                                                                  \
        "backend", "NAME", up_backend_help                                                                             \
    }

/*
 * Opens the ports as --backend says, if the command has that option. needed: the ports that will be used. NULL: *status,
 * and it is said why.
 */
up_handle *up_open_ports(const struct up_invocation *line, const struct up_portset *needed, int *status);

/* ---- each system's own: access_windows.c, access_linux.c -------------------------------------------------------------------- */

struct up_backend_choice {
    const char *name;
    uint32_t backend;
};
extern const struct up_backend_choice up_backend_choices[2];
extern const char up_backend_help[];
extern const char up_watch_text[]; /* of the help of watch */

/*
 * Before the ports are opened: sees to it that this process has those that it needs, as far as it can. It may run the
 * program anew, with them. Result: an exit status, and it is said why; or -1: go on.
 */
int up_access_begin(uint32_t backends, const struct up_portset *needed);

/* What to do for ports that are not granted: a sentence. what: "it", "them". */
void up_access_advise_grant(char *advice, size_t size, const char *what, const char *list);

/* What is said and advised of a failure to use the ports that only this system has. Result: false: nothing. */
bool up_access_system_problem(const up_failure *failure, struct up_error_detail *problem);

/* After reads that went well: was the last failure a stop of the driver, however far it has come? Then *problem says so. */
bool up_access_was_stopped(struct up_error_detail *problem);

/* ---- on every system -------------------------------------------------------------------------------------------------------- */

/* The last failure of the library, and which command helps. */
void up_access_problem(struct up_error_detail *problem);

/* One access of 1, 2 or 4 bytes. */
up_error up_read_value(up_handle *handle, uint16_t port, unsigned width, uint32_t *value);

#endif
