/* SPDX-License-Identifier: MIT
 *
 * Decodes the settings: turns the registry values IOPM, Scope and Sticky, of any type and length,
 * into a port map and a list of problems. A value that is not valid grants nothing. The driver and
 * the tools use the same function.
 */
#ifndef UP_CORE_SETTINGS_H
#define UP_CORE_SETTINGS_H

#include "portset.h"

/* Registry value types (winnt.h: REG_BINARY, REG_DWORD). */
#define UP_REG_BINARY 3u
#define UP_REG_DWORD  4u

#define UP_SCOPE_ALL     0u /* every process, as in UserPort 2.0 */
#define UP_SCOPE_OPENERS 1u /* only processes that open the device */

enum up_value_state { UP_VALUE_ABSENT, UP_VALUE_PRESENT, UP_VALUE_UNREADABLE };

/* A registry value as it was read. If the reader cut it, available is less than length. */
struct up_registry_value {
    enum up_value_state state;
    uint32_t type;
    uint32_t length;    /* bytes, as the registry reports */
    uint32_t available; /* bytes at data */
    const uint8_t *data;
};

/*
 * Bits of up_settings.problems: why the map is as it is. Every bit but the note
 * UP_SETTINGS_IOPM_SHORT means that nothing is granted.
 */
#define UP_SETTINGS_IOPM_SHORT      0x0001u /* a note: ports that it does not cover are denied */
#define UP_SETTINGS_IOPM_ABSENT     0x0002u
#define UP_SETTINGS_IOPM_UNREADABLE 0x0004u
#define UP_SETTINGS_IOPM_TYPE       0x0008u /* not REG_BINARY */
#define UP_SETTINGS_IOPM_LONG       0x0010u /* more than 8192 bytes */
#define UP_SETTINGS_SCOPE_BAD       0x0020u /* exists, but is not a readable REG_DWORD of 0 or 1 */
#define UP_SETTINGS_STICKY_BAD      0x0040u /* the same for Sticky */
#define UP_SETTINGS_UNSETTLED       0x0080u /* the values differed at each reading */
#define UP_SETTINGS_NOTES           UP_SETTINGS_IOPM_SHORT

struct up_settings {
    struct up_portset ports;
    uint32_t scope;    /* UP_SCOPE_...; UP_SCOPE_OPENERS if it is not valid */
    uint32_t sticky;   /* 0 or 1; 0 if it is not valid */
    uint32_t problems; /* UP_SETTINGS_... */
};

/*
 * Decodes the three values. An absent Scope is UP_SCOPE_ALL, an absent Sticky is 0. A value with
 * available < length counts as unreadable if its length is within bounds. No value's data may lie
 * in *settings, which is written first.
 */
void up_settings_decode(struct up_settings *settings, const struct up_registry_value *iopm,
                        const struct up_registry_value *scope,
                        const struct up_registry_value *sticky);

/* True if the two values are equal, as far as each was read. */
bool up_registry_value_equal(const struct up_registry_value *a, const struct up_registry_value *b);

/*
 * Makes the settings for values that changed at every reading: UP_SETTINGS_UNSETTLED, nothing
 * granted.
 */
void up_settings_unsettled(struct up_settings *settings);

/*
 * Returns a sentence for people about one problem bit, such as "the value IOPM is longer than 8192
 * bytes". Never NULL.
 */
const char *up_settings_problem_text(uint32_t problem);

#endif
