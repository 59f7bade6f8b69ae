/* SPDX-License-Identifier: MIT
 *
 * A change of the settings, from what was asked for to what is said of it: hazards are refused or named, the settings are
 * written, who obeys them is told. What grant, revoke, set, defaults, scope and import have in common.
 */
#ifndef UP_CLI_CHANGE_H
#define UP_CLI_CHANGE_H

#include "control/settings_store.h"
#include "command.h"

enum up_change_of_ports { UP_CHANGE_NO_PORTS, UP_CHANGE_ADD, UP_CHANGE_REMOVE, UP_CHANGE_REPLACE };

struct up_change {
    enum up_change_of_ports kind;
    struct up_portset ports; /* to add, to remove, the new list */
    bool has_scope;
    uint32_t scope, sticky;
};

/* The options that such a command has; up_change_run looks at those that the command's table holds. */
#define UP_OPTION_FORCE                                                                                                \
    {                                                                                                                  \
        "force", NULL, "also ports that can damage data or stop the machine"                                           \
    }
#define UP_OPTION_DRY_RUN                                                                                              \
    {                                                                                                                  \
        "dry-run", NULL, "only say what would change"                                                                  \
    }
#define UP_OPTION_NO_APPLY                                                                                             \
    {                                                                                                                  \
        "no-apply", NULL, "leave it to userportctl apply, or to the driver's next start"                               \
    }
#define UP_OPTION_FILE                                                                                                 \
    {                                                                                                                  \
        "file", "FILE", "take the list from a file; -: from standard input"                                            \
    }

/* ---- each system's own: change_windows.c, change_linux.c -------------------------------------------------------------------- */

/* From when on it holds. */
struct up_effect {
    const char *word; /* for JSON; NULL: nothing was changed */
    const char *text; /* a line for people */
    bool has_failed;  /* it is written, and not obeyed: *problem says why */
};
struct up_effect up_change_take_effect(const struct up_settings *policy, bool is_changed, bool is_left,
                                       struct up_error_detail *problem);

/* Who may use the ports, in words. On Linux "": the rules say it, and no change has a scope. */
const char *up_change_scope_text(const struct up_settings *policy);

/* Behind "cannot change the settings": "" or what is wrong with them. */
extern const char up_change_not_obeyed[];

/* ---- on every system -------------------------------------------------------------------------------------------------------- */

/* Makes the change and reports it. Result: the exit status. */
int up_change_run(const struct up_invocation *line, const struct up_change *change);

/* A note for each hazard in the list: port, device, what can happen. */
void up_name_hazards(const struct up_portset *ports);

/* The list that the command line's words make, or --file. false: *status, and it is said why. */
bool up_read_list(const struct up_invocation *line, struct up_portset *ports, int *status);

/* Members of the list's object, and of a change's, that only this system has. */
void up_change_json_more(struct up_json *json, const struct up_settings *policy);

#endif
