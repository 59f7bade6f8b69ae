/* SPDX-License-Identifier: MIT
 *
 * Orders the writes of a change (settings_order.h). Scope and Sticky decide who has the ports:
 * every process, those that have opened the device once, or those that have it open. Each of these
 * groups contains the next one, and no mixture of old and new values is wider than the wider of the
 * two.
 *
 * So while Scope and Sticky change, the list may contain only the ports that both the old and the
 * new settings grant. Any other port would be given to processes that only the other side's Scope
 * admits. Therefore the common ports are written first, then Scope and Sticky, then the new list.
 */
#include "settings_order.h"

#include <stddef.h>

#include "settings_store.h"

#define IOPM_BAD                                                                                   \
    (UP_SETTINGS_IOPM_ABSENT | UP_SETTINGS_IOPM_UNREADABLE | UP_SETTINGS_IOPM_TYPE |               \
     UP_SETTINGS_IOPM_LONG)

void up_settings_common(const struct up_settings *old, const struct up_settings *new,
                        struct up_portset *common)
{
    unsigned i;

    for (i = 0; i < UP_PORTSET_BYTES; i++) {
        common->map[i] = old->ports.map[i] | new->ports.map[i]; /* a 1 bit is a denied port */
    }
}

/* Does outer grant everything that inner grants? */
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

    /*
     * If Scope or Sticky is invalid, old.ports is empty, whatever the value IOPM grants. So IOPM is
     * replaced too.
     */
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
    /* Some old port is not in the new list. */
    const bool narrows = !is_within(&old->ports, &new->ports);
    const bool widens = !is_within(&new->ports, &old->ports);
    const bool hides = (old->problems & (UP_SETTINGS_SCOPE_BAD | UP_SETTINGS_STICKY_BAD)) != 0;
    uint32_t count = 0;

    if (changed != NULL) {
        *changed = differs;
    }
    if ((differs & (UP_STORE_SCOPE | UP_STORE_STICKY)) != 0) {
        /*
         * An invalid Scope or Sticky has kept the value IOPM from granting anything. IOPM must not
         * take effect when they become valid.
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
        writes[count++] = UP_WRITE_PORTS; /* one write, which is atomic */
    }
    return count;
}
