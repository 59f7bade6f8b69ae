/* SPDX-License-Identifier: MIT
 *
 * settings_order.h. Scope and Sticky decide who has the ports: every process; those that opened the device once; those
 * that have it open. Each of these contains the next, and any mixture of old and new is not wider than the wider of both.
 * So a port that old and new grant may stand in the list while Scope and Sticky change, and no other one may: it would be
 * given to those whom only the other side's Scope admits. First what is common, then Scope and Sticky, then the list.
 */
#include "settings_order.h"

#include <stddef.h>

#include "settings_store.h"

#define IOPM_BAD (UP_SETTINGS_IOPM_ABSENT | UP_SETTINGS_IOPM_UNREADABLE | UP_SETTINGS_IOPM_TYPE | UP_SETTINGS_IOPM_LONG)

void up_settings_common(const struct up_settings *old, const struct up_settings *new, struct up_portset *common)
{
    unsigned i;

    for (i = 0; i < UP_PORTSET_BYTES; i++) {
        common->map[i] = old->ports.map[i] | new->ports.map[i]; /* 1 is denied */
    }
}

/* Does the new list grant nothing but what the old one does? And the other way round? */
static bool is_within(const struct up_portset *inner, const struct up_portset *outer)
{
    unsigned i;

    for (i = 0; i < UP_PORTSET_BYTES; i++) {
        if ((outer->map[i] & ~inner->map[i]) != 0) {
            return false;
        }
    }
    return true;
}

static uint32_t differences(const struct up_settings *old, const struct up_settings *new)
{
    uint32_t changed = 0;

    /* With a Scope or Sticky that makes no sense old.ports is empty, whatever the value IOPM grants: it is replaced too. */
    if ((old->problems & ~UP_SETTINGS_NOTES) != 0 || !up_portset_equal(&old->ports, &new->ports)) {
        changed |= UP_STORE_PORTS;
    }
    if ((old->problems & UP_SETTINGS_SCOPE_BAD) != 0 || old->scope != new->scope) {
        changed |= UP_STORE_SCOPE;
    }
    if ((old->problems & UP_SETTINGS_STICKY_BAD) != 0 || old->sticky != new->sticky) {
        changed |= UP_STORE_STICKY;
    }
    return changed;
}

uint32_t up_settings_order(const struct up_settings *old, const struct up_settings *new,
                           enum up_settings_write writes[UP_SETTINGS_WRITES_MAX], uint32_t *changed)
{
    const uint32_t differs = differences(old, new);
    const bool narrows = !is_within(&old->ports, &new->ports); /* some old port is not in the new list */
    const bool widens = !is_within(&new->ports, &old->ports);
    const bool hides = (old->problems & (UP_SETTINGS_SCOPE_BAD | UP_SETTINGS_STICKY_BAD)) != 0;
    uint32_t count = 0;

    if (changed != NULL) {
        *changed = differs;
    }
    if ((differs & (UP_STORE_SCOPE | UP_STORE_STICKY)) != 0) {
        /*
         * A bad Scope or Sticky has kept the value IOPM from granting anything: it must not come into force when they
         * are mended.
         */
        if (narrows || (hides && (old->problems & IOPM_BAD) == 0)) {
            writes[count++] = UP_WRITE_COMMON;
        }
        if ((differs & UP_STORE_SCOPE) != 0) {
            writes[count++] = UP_WRITE_SCOPE;
        }
        if ((differs & UP_STORE_STICKY) != 0) {
            writes[count++] = UP_WRITE_STICKY;
        }
        if (widens || (old->problems & IOPM_BAD) != 0) {
            writes[count++] = UP_WRITE_PORTS;
        }
    } else if ((differs & UP_STORE_PORTS) != 0) {
        writes[count++] = UP_WRITE_PORTS; /* at once, and as a whole */
    }
    return count;
}
