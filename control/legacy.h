/* SPDX-License-Identifier: MIT
 *
 * From the values that UserPort 1.0 wrote to a list of today: offered for an import, never obeyed by themselves.
 */
#ifndef UP_ADMIN_LEGACY_H
#define UP_ADMIN_LEGACY_H

#include "settings_store.h"

/*
 * The ports that the two lists give together, and the scope that comes nearest: the list for all processes, if it grants
 * anything, makes UP_SCOPE_ALL; only that for openers makes UP_SCOPE_OPENERS with Sticky 1, V1.0's behaviour. Ports that only openers
 * had are not given to all processes: they are left out and counted in *left_out, and the caller says so. false: there is nothing to import.
 */
bool up_legacy_import(const struct up_legacy *legacy, struct up_settings *policy, struct up_portset *left_out);

#endif
