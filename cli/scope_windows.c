/* SPDX-License-Identifier: MIT
 *
 * The command scope, and descriptions of the scope (scope.h).
 */
#include "scope.h"

#include <string.h>

#include "control/settings_store.h"
#include "winutil/winutil.h"
#include "change.h"
#include "describe.h"
#include "list.h"

void up_json_scope(struct up_json *json, uint32_t scope, uint32_t sticky)
{
    up_json_text(json, "scope", scope == UP_SCOPE_ALL ? "all" : "openers");
    up_json_bool(json, "sticky", sticky != 0);
}

const char *up_scope_text(uint32_t scope, uint32_t sticky)
{
    if (up_system_machine() == UP_EXE_MACHINE_AMD64) {
        return scope == UP_SCOPE_ALL ? "all: programs that use \\\\.\\UserPort, as userport.dll "
                                       "and inpoutx64.dll do, may "
                                       "use the listed ports."
               : sticky != 0
                   ? "openers, sticky; on 64-bit Windows that is as all: programs that use "
                     "\\\\.\\UserPort may use the listed ports."
                   : "openers; on 64-bit Windows that is as all: programs that use \\\\.\\UserPort "
                     "may use the listed ports.";
    }
    if (scope == UP_SCOPE_ALL) {
        return "all: every process may use the listed ports, also programs that know nothing of "
               "UserPort.";
    }
    return sticky != 0
               ? "openers, sticky: a process that opens \\\\.\\UserPort may use the listed ports "
                 "from then on until it "
                 "ends."
               : "openers: a process may use the listed ports while it has \\\\.\\UserPort open.";
}

static int print_scope(void)
{
    static struct up_stored_settings settings;
    struct up_error_detail problem = {.code = 0};
    struct up_json *json = up_out_json();

    if (!up_store_read(&settings, &problem)) {
        return up_failed(&problem);
    }
    if (!settings.is_there) {
        up_error_detail_set(&problem, 0, "Install it first: userportctl install",
                            "cannot read the scope: UserPort is not installed");
        return up_failed(&problem);
    }
    up_list_note_problems(settings.values.problems &
                          (UP_SETTINGS_SCOPE_BAD | UP_SETTINGS_STICKY_BAD));
    if (up_out_is_json) {
        up_json_object(json, NULL);
        up_json_scope(json, settings.values.scope, settings.values.sticky);
        up_json_policy_problems(json, "problems", settings.values.problems);
        up_json_end(json);
        up_out_json_end();
    } else {
        up_out("%s\n", up_scope_text(settings.values.scope, settings.values.sticky));
    }
    return UP_EXIT_DONE;
}

static int run_scope(const struct up_invocation *line)
{
    static struct up_change change = {.has_scope = true};
    int status;

    if (line->word_count == 0) {
        if (up_has_option(line, "sticky")) {
            return up_usage("scope: --sticky goes with openers");
        }
        return print_scope();
    }
    if (strcmp(line->words[0], "openers") == 0) {
        change.scope = UP_SCOPE_OPENERS;
        change.sticky = up_has_option(line, "sticky");
    } else if (strcmp(line->words[0], "all") != 0) {
        return up_usage("scope: \"%s\" is neither all nor openers", line->words[0]);
    } else if (up_has_option(line, "sticky")) {
        return up_usage("scope: --sticky goes with openers");
    }
    status = up_change_run(line, &change);
    if (status == UP_EXIT_DONE && change.scope == UP_SCOPE_OPENERS &&
        up_system_machine() == UP_EXE_MACHINE_AMD64) {
        up_note("the scope is kept, and has no effect on 64-bit Windows: there the ports are "
                "always for programs that "
                "use \\\\.\\UserPort, while they have it open");
    }
    return status;
}

const struct up_command up_command_scope = {
    .name = "scope",
    .synopsis = "[OPTION]... [all | openers]",
    .summary = "who may use the ports: all processes, or those that ask",
    .text = "all: every process may use the listed ports, also programs that know nothing of "
            "UserPort, as with "
            "UserPort 2.0.\nopeners: only processes that open \\\\.\\UserPort, while they have it "
            "open.\n"
            "Without an argument it prints which of them it is. This is about programs that run IN "
            "and OUT themselves "
            "(32-bit Windows); what goes through the driver always needs \\\\.\\UserPort to be "
            "open. On 64-bit Windows all "
            "does, so that the scope is kept there and has no effect.\n",
    .options = {{"sticky", NULL,
                 "with openers: from the opening until the process ends, as with UserPort 1.0"},
                UP_OPTION_DRY_RUN,
                UP_OPTION_NO_APPLY},
    .words_max = 1,
    .run = run_scope,
};
