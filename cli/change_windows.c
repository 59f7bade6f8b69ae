/* SPDX-License-Identifier: MIT
 *
 * The Windows part of a change (change.h): if the driver is running, it reads the settings again.
 * So a revoke is in force when the command returns.
 */
#include <string.h>

#include "control/control.h"
#include "change.h"
#include "scope.h"

enum effect { EFFECT_NOW, EFFECT_AT_START, EFFECT_AT_APPLY, EFFECT_SUSPENDED, EFFECT_FAILED };
static const struct up_effect effects[] = {
    [EFFECT_NOW] = {"now", "In force now.\n", false},
    [EFFECT_AT_START] = {"at start",
                         "It takes effect when the driver is started: userportctl start\n", false},
    [EFFECT_AT_APPLY] = {"at apply", "Not applied yet: userportctl apply\n", false},
    [EFFECT_SUSPENDED] =
        {"suspended",
         "The driver is suspended: no port is open. To open those of the list: userportctl apply\n",
         false},
    [EFFECT_FAILED] = {"failed", "", true},
};

const char up_change_not_obeyed[] = ", which the driver does not obey";

const char *up_change_scope_text(const struct up_settings *policy)
{
    return up_scope_text(policy->scope, policy->sticky);
}

/*
 * Does the driver have these settings in force? The map of a suspended driver does not show what it
 * has read.
 */
static bool is_in_force(const struct up_driver_status *status, const struct up_settings *policy)
{
    return !status->is_other_version && status->info.state == UP_STATE_RUNNING &&
           memcmp(status->map, policy->ports.map, sizeof status->map) == 0 &&
           status->info.scope == policy->scope && status->info.sticky == policy->sticky;
}

struct up_effect up_change_take_effect(const struct up_settings *policy, bool is_changed,
                                       bool is_left, struct up_error_detail *problem)
{
    static struct up_driver_status status;

    (void)is_changed; /* earlier settings may not be in force yet */
    up_driver_query(&status);
    if (!status.answers && status.service != UP_SERVICE_RUNNING) {
        return effects[EFFECT_AT_START];
    }
    if (status.answers && is_in_force(&status, policy)) {
        return effects[EFFECT_NOW];
    }
    if (is_left) {
        return effects[EFFECT_AT_APPLY];
    }
    /* A suspended driver stays suspended: whoever revokes a port must not open the others. */
    if (status.answers && !status.is_other_version && status.info.state == UP_STATE_SUSPENDED) {
        return effects[up_driver_apply(false, problem) ? EFFECT_SUSPENDED : EFFECT_FAILED];
    }
    return effects[up_driver_apply(true, problem) ? EFFECT_NOW : EFFECT_FAILED];
}
