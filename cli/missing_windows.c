/* SPDX-License-Identifier: MIT
 *
 * Says which ports routes need that are not granted (missing_windows.h): a program that is denied
 * one tells of the port that it knows, not of the one where it was sent.
 */
#include "missing_windows.h"

#include "control/settings_store.h"
#include "core/portlist.h"
#include "command.h"

void up_missing_find(const struct up_routes *routes, struct up_portset *missing)
{
    static struct up_stored_settings settings;

    up_portset_deny_all(missing);
    if (up_store_read(&settings, NULL)) {
        (void)up_routes_denied(routes, &settings.values.ports, missing);
    }
}

void up_missing_note(const struct up_portset *missing)
{
    char list[200];

    if (up_portset_count(missing) > 0) {
        const bool is_cut = up_portlist_format(missing, list, sizeof list) >= sizeof list;

        up_note("the routes lead to ports that are not granted: %s%s; a route opens no port: "
                "userportctl grant",
                list, is_cut ? "..." : "");
    }
}
