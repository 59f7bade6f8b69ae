/* SPDX-License-Identifier: MIT
 *
 * The command import: takes over the settings that UserPort 1.0 left in the registry.
 */
#include "control/legacy.h"
#include "change.h"
#include "describe.h"
#include "scope.h"

static int nothing_to_import(void)
{
    struct up_error_detail problem;

    up_error_detail_set(
        &problem, 0,
        "A list of UserPort 2.0 needs no import: it is the same value, which userportctl list "
        "shows.",
        "there is nothing to import: no list of UserPort 1.0 is in HKLM\\Software\\UserPort");
    return up_failed(&problem);
}

static int run_import(const struct up_invocation *line)
{
    static struct up_change change = {.kind = UP_CHANGE_REPLACE, .has_scope = true};
    static struct up_settings policy;
    static struct up_portset left_out;
    struct up_error_detail problem = {.code = 0};
    struct up_legacy legacy;

    if (!up_store_read_legacy(&legacy, &problem)) {
        return up_failed(&problem);
    }
    if (!up_legacy_import(&legacy, &policy, &left_out)) {
        return nothing_to_import();
    }
    change.ports = policy.ports;
    change.scope = policy.scope;
    change.sticky = policy.sticky;
    if (up_portset_count(&left_out) > 0) {
        up_note("%lu ports that UserPort 1.0 gave only to programs that opened it are left out, "
                "because now they would be "
                "every program's",
                (unsigned long)up_portset_count(&left_out));
    }
    if (!up_out_is_json) {
        up_out_text("UserPort 1.0 had: ");
        up_out_ports(&change.ports);
        up_out("; scope %s\n", up_scope_text(change.scope, change.sticky));
    }
    return up_change_run(line, &change);
}

const struct up_command up_command_import = {
    .name = "import",
    .synopsis = "[OPTION]...",
    .summary = "take over the list of UserPort 1.0",
    .text = "Replaces list and scope by those that UserPort 1.0 left in HKLM\\Software\\UserPort. "
            "Look first, with "
            "--dry-run: its default was wide. Ports that it gave only to programs that opened it "
            "are left out when it "
            "gave others to all. The list of UserPort 2.0 is the same registry value as now and "
            "needs no import.\n",
    .options = {UP_OPTION_FORCE, UP_OPTION_DRY_RUN, UP_OPTION_NO_APPLY},
    .run = run_import,
};
