/* SPDX-License-Identifier: MIT
 *
 * The settings: from the registry values IOPM, Scope and Sticky, of any type and length, to a port map and the reasons.
 * A value that makes no sense grants nothing. The driver and the tools read the same values with this one function.
 */
#ifndef UP_CORE_POLICY_H
#define UP_CORE_POLICY_H

#include "portset.h"

/* Registry value types (winnt.h: REG_BINARY, REG_DWORD). */
#define UP_REG_BINARY 3u
#define UP_REG_DWORD  4u

#define UP_SCOPE_ALL     0u /* every process: the original's V2.0 behaviour */
#define UP_SCOPE_OPENERS 1u /* only processes that open the device */

enum up_value_state { UP_VALUE_ABSENT, UP_VALUE_PRESENT, UP_VALUE_UNREADABLE };

/* A registry value as it was found. data may be shorter than length when the reader cut it: available says how much. */
struct up_registry_value {
    enum up_value_state state;
    uint32_t type;
    uint32_t length;    /* in bytes, as the registry says */
    uint32_t available; /* bytes at data */
    const uint8_t *data;
};

/* Why the map is what it is: bits of up_settings.problems. Any but the note UP_SETTINGS_IOPM_SHORT grants nothing. */
#define UP_SETTINGS_IOPM_SHORT      0x0001u /* a note: the ports that it does not cover are denied */
#define UP_SETTINGS_IOPM_ABSENT     0x0002u
#define UP_SETTINGS_IOPM_UNREADABLE 0x0004u
#define UP_SETTINGS_IOPM_TYPE       0x0008u /* not REG_BINARY */
#define UP_SETTINGS_IOPM_LONG       0x0010u /* more than 8192 bytes */
#define UP_SETTINGS_SCOPE_BAD       0x0020u /* there, but unreadable, not a REG_DWORD of 4 bytes, or neither 0 nor 1 */
#define UP_SETTINGS_STICKY_BAD      0x0040u /* the same for Sticky */
#define UP_SETTINGS_UNSETTLED       0x0080u /* the values were different at each reading */
#define UP_SETTINGS_NOTES           UP_SETTINGS_IOPM_SHORT

struct up_settings {
    struct up_portset ports;
    uint32_t scope;    /* UP_SCOPE_...; UP_SCOPE_OPENERS when it is bad */
    uint32_t sticky;   /* 0 or 1; 0 when it is bad */
    uint32_t problems; /* UP_SETTINGS_... */
};

/*
 * Reads the three values. An absent Scope is UP_SCOPE_ALL, an absent Sticky 0. With available < length (and length in
 * bounds) a value counts as unreadable. No value's data may lie in *settings, which is written first.
 */
void up_settings_decode(struct up_settings *settings, const struct up_registry_value *iopm, const struct up_registry_value *scope,
                    const struct up_registry_value *sticky);

/* Are the two values the same, as far as was read of each? */
bool up_registry_value_equal(const struct up_registry_value *a, const struct up_registry_value *b);

/* The settings for values that never were the same twice: UP_SETTINGS_UNSETTLED, nothing granted. */
void up_settings_unsettled(struct up_settings *settings);

/* One sentence for people about one problem bit, "the value IOPM is longer than 8192 bytes". Never NULL. */
const char *up_settings_problem_text(uint32_t problem);

#endif
