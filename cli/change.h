/* SPDX-License-Identifier: MIT
 *
 * Changes the settings and reports it, for grant, revoke, set, defaults, scope and import: hazards
 * are refused or named, the settings are written, and the driver, if there is one, is told.
 */
#ifndef UP_CLI_CHANGE_H
#define UP_CLI_CHANGE_H

#include "control/settings_store.h"
#include "command.h"

enum up_change_of_ports { UP_CHANGE_NO_PORTS, UP_CHANGE_ADD, UP_CHANGE_REMOVE, UP_CHANGE_REPLACE };

struct up_change {
    enum up_change_of_ports kind;
    struct up_portset ports; /* to add, to remove, or the new list */
    bool has_scope;
    uint32_t scope, sticky;
};

/*
 * The options of these commands. up_change_run considers those that the command's table contains.
 */
#define UP_OPTION_FORCE                                                                            \
    {                                                                                              \
        "force", NULL, "also ports that can damage data or stop the machine"                       \
    }
#define UP_OPTION_DRY_RUN                                                                          \
    {                                                                                              \
        "dry-run", NULL, "only say what would change"                                              \
    }
#define UP_OPTION_NO_APPLY                                                                         \
    {                                                                                              \
        "no-apply", NULL, "leave it to userportctl apply, or to the driver's next start"           \
    }
#define UP_OPTION_FILE                                                                             \
    {                                                                                              \
        "file", "FILE", "take the list from a file; -: from standard input"                        \
    }

/* ---- specific to each system: change_windows.c, change_linux.c ------------------------------- */

/* When the change takes effect. */
struct up_effect {
    const char *word; /* for JSON; NULL: nothing was changed */
    const char *text; /* a line for people */
    /* The change is written, but not in force; *problem says why. */
    bool has_failed;
};
struct up_effect up_change_take_effect(const struct up_settings *policy, bool is_changed,
                                       bool is_left, struct up_error_detail *problem);

/*
 * Describes who may use the ports. On Linux it is "": the rules say it, and no change has a scope.
 */
const char *up_change_scope_text(const struct up_settings *policy);

/* What follows "cannot change the settings": "", or what is wrong with them. */
extern const char up_change_not_obeyed[];

/* ---- common to all systems ------------------------------------------------------------------- */

/* Makes the change and reports it. Result: the exit status. */
int up_change_run(const struct up_invocation *line, const struct up_change *change);

/* Prints a note for each hazard in the list: the port, the device, and what can happen. */
void up_name_hazards(const struct up_portset *ports);

/*
 * Reads the list from the arguments or from --file. Result: false if it is invalid; the reason has
 * been reported, and *status is the exit status.
 */
bool up_read_list(const struct up_invocation *line, struct up_portset *ports, int *status);

/* Adds the JSON members of a list, and of a change, that only this system has. */
void up_change_json_more(struct up_json *json, const struct up_settings *policy);

#endif
