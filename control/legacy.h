/* SPDX-License-Identifier: MIT
 *
 * Converts the values that UserPort 1.0 wrote into current settings. They are offered for an import
 * and never take effect by themselves.
 */
#ifndef UP_CONTROL_LEGACY_H
#define UP_CONTROL_LEGACY_H

#include "settings_store.h"

/*
 * Merges the two lists of V1.0 and chooses the scope that comes nearest. If the list for all
 * processes grants anything, the scope is UP_SCOPE_ALL. If only the list for openers does, it is
 * UP_SCOPE_OPENERS with Sticky 1, as V1.0 behaved.
 *
 * Ports that only openers had are not given to all processes: they are left out and returned in
 * *left_out, and the caller has to say so. Result: false if there is nothing to import.
 */
bool up_legacy_import(const struct up_legacy *legacy, struct up_settings *policy,
                      struct up_portset *left_out);

#endif
