/* SPDX-License-Identifier: MIT
 *
 * Turns the three registry values into the settings. An old tool, an interrupted setup or an
 * attacker with excessive rights may have written them. Therefore a value that is not exactly valid
 * grants nothing and leaves a reason.
 */
#include "settings.h"

#include <stddef.h>

#define DWORD_BYTES 4u

static bool is_complete(const struct up_registry_value *value)
{
    return value->state == UP_VALUE_PRESENT && value->available >= value->length &&
           (value->data != NULL || value->length == 0);
}

/*
 * Copies the map to *ports, which denies the ports beyond the end of the map. Returns the map's
 * problems.
 */
static uint32_t read_map(struct up_portset *ports, const struct up_registry_value *value)
{
    up_portset_deny_all(ports);
    if (value->state == UP_VALUE_ABSENT) {
        return UP_SETTINGS_IOPM_ABSENT;
    }
    if (value->state != UP_VALUE_PRESENT) {
        return UP_SETTINGS_IOPM_UNREADABLE;
    }
    /*
     * The type and the length are checked before completeness: they tell more, and a reader with 8
     * KiB cuts every longer value.
     */
    if (value->type != UP_REG_BINARY) {
        return UP_SETTINGS_IOPM_TYPE;
    }
    if (value->length > UP_PORTSET_BYTES) {
        return UP_SETTINGS_IOPM_LONG;
    }
    if (!is_complete(value)) {
        return UP_SETTINGS_IOPM_UNREADABLE;
    }
    for (size_t i = 0; i < value->length; i++) {
        ports->map[i] = value->data[i];
    }
    return value->length < UP_PORTSET_BYTES ? UP_SETTINGS_IOPM_SHORT : 0;
}

/*
 * Reads a REG_DWORD that is 0 or 1; absent is its value if it does not exist. Returns false if it
 * exists but is anything else.
 */
static bool read_flag(const struct up_registry_value *value, uint32_t absent, uint32_t *flag)
{
    *flag = absent;
    if (value->state == UP_VALUE_ABSENT) {
        return true;
    }
    if (!is_complete(value) || value->type != UP_REG_DWORD || value->length != DWORD_BYTES) {
        return false;
    }
    *flag = value->data[0];
    return value->data[0] <= 1u && value->data[1] == 0 && value->data[2] == 0 &&
           value->data[3] == 0;
}

void up_settings_decode(struct up_settings *settings, const struct up_registry_value *iopm,
                        const struct up_registry_value *scope,
                        const struct up_registry_value *sticky)
{
    settings->problems = read_map(&settings->ports, iopm);
    if (!read_flag(scope, UP_SCOPE_ALL, &settings->scope)) {
        settings->problems |= UP_SETTINGS_SCOPE_BAD;
        settings->scope = UP_SCOPE_OPENERS;
    }
    if (!read_flag(sticky, 0, &settings->sticky)) {
        settings->problems |= UP_SETTINGS_STICKY_BAD;
        settings->sticky = 0;
    }
    if ((settings->problems & ~UP_SETTINGS_NOTES) != 0) {
        up_portset_deny_all(&settings->ports);
    }
}

bool up_registry_value_equal(const struct up_registry_value *a, const struct up_registry_value *b)
{
    if (a->state != b->state || a->type != b->type || a->length != b->length ||
        a->available != b->available) {
        return false;
    }
    for (size_t i = 0; i < a->available; i++) { /* NT's i386 kernels export no memcmp */
        if (a->data[i] != b->data[i]) {
            return false;
        }
    }
    return true;
}

void up_settings_unsettled(struct up_settings *settings)
{
    up_portset_deny_all(&settings->ports);
    settings->scope = UP_SCOPE_OPENERS;
    settings->sticky = 0;
    settings->problems = UP_SETTINGS_UNSETTLED;
}

const char *up_settings_problem_text(uint32_t problem)
{
    switch (problem) {
    case 0:
        return "no problem";
    case UP_SETTINGS_IOPM_SHORT:
        return "the value IOPM is shorter than 8192 bytes: the ports that it does not cover are "
               "denied";
    case UP_SETTINGS_IOPM_ABSENT:
        return "the value IOPM is not there";
    case UP_SETTINGS_IOPM_UNREADABLE:
        return "the value IOPM cannot be read";
    case UP_SETTINGS_IOPM_TYPE:
        return "the value IOPM is not of the type REG_BINARY";
    case UP_SETTINGS_IOPM_LONG:
        return "the value IOPM is longer than 8192 bytes";
    case UP_SETTINGS_SCOPE_BAD:
        return "the value Scope is not a REG_DWORD of 0 or 1";
    case UP_SETTINGS_STICKY_BAD:
        return "the value Sticky is not a REG_DWORD of 0 or 1";
    case UP_SETTINGS_UNSETTLED:
        return "the values IOPM, Scope and Sticky were being changed while they were read";
    default:
        return "unknown problem";
    }
}
