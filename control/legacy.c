/* SPDX-License-Identifier: MIT
 *
 * Reads the lists of UserPort 1.0 (legacy.h). They have the current format, in which bit n % 8 of
 * byte n / 8 stands for port n and 0 means granted, but they end at port 3FF: V1.0 denied all ports
 * above.
 */
#include "legacy.h"

/* Reads one list. Result: true if it grants anything. */
static bool read_list(struct up_portset *ports, bool is_there, const uint8_t list[128])
{
    up_portset_deny_all(ports);
    for (uint32_t i = 0; is_there && i < 128u; i++) {
        ports->map[i] = list[i];
    }
    return up_portset_count(ports) > 0;
}

bool up_legacy_import(const struct up_legacy *legacy, struct up_settings *policy,
                      struct up_portset *left_out)
{
    struct up_portset openers;
    bool openers_grants = read_list(&openers, legacy->has_openers, legacy->openers);
    bool all_grants = read_list(&policy->ports, legacy->has_all, legacy->all);

    policy->scope = UP_SCOPE_ALL;
    policy->sticky = 0;
    policy->problems = 0;
    up_portset_deny_all(left_out);
    if (all_grants) {
        up_portset_add(left_out, &openers);
        up_portset_remove(left_out, &policy->ports);
    } else if (openers_grants) {
        policy->ports = openers;
        policy->scope = UP_SCOPE_OPENERS;
        policy->sticky = 1;
    }
    return all_grants || openers_grants;
}
