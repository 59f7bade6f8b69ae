/* SPDX-License-Identifier: MIT
 *
 * libFuzzer target for changes of the settings: any registry, any values of UserPort 1.0 to import.
 * What is imported is compared with a second reading of both lists; and after each of the writes
 * that lead from the old settings to the new ones, what core/settings.c makes of the registry must
 * give nobody a port that neither of them gives. Input: 3 bytes for each of Scope and Sticky, 5 for
 * IOPM, 1 for what is done; then changes of 3 bytes to maps that grant nothing: which map and byte
 * (2), the byte's new value (1). What is missing at the end is zero.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/legacy.h"
#include "control/settings_order.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) check((condition), #condition, __LINE__)

#define HEAD_BYTES 12u

static void check(bool condition, const char *text, int line)
{
    if (!condition) {
        (void)fprintf(stderr, "fuzz_settings.c:%d: not so: %s\n", line, text);
        abort();
    }
}

/* ---- the registry ---------------------------------------------------------------------------- */

struct registry {
    struct up_registry_value iopm, scope, sticky;
    uint8_t map[UP_PORTSET_BYTES + 1], scope_data[4], sticky_data[4];
};

static void make_flag(struct up_registry_value *value, uint8_t bytes[4], const uint8_t *input)
{
    memset(bytes, 0, 4);
    bytes[0] = input[1] & 3u;
    bytes[input[2] & 3u] |= input[2] >> 6;
    value->state =
        (enum up_value_state)((input[0] & 7u) < 5 ? UP_VALUE_PRESENT : (input[0] & 7u) - 5u);
    value->type = input[0] & 8 ? input[0] >> 4 : UP_REG_DWORD;
    value->length = input[0] & 16 ? input[1] >> 4 : 4;
    value->available = value->length < 4 ? value->length : 4;
    value->data = bytes;
}

static void make_map(struct registry *registry, const uint8_t *input)
{
    struct up_registry_value *value = &registry->iopm;
    const uint32_t length = (uint32_t)(input[1] | input[2] << 8) % (UP_PORTSET_BYTES + 2);

    value->state =
        (enum up_value_state)((input[0] & 7u) < 5 ? UP_VALUE_PRESENT : (input[0] & 7u) - 5u);
    value->type = input[0] & 8 ? input[3] : UP_REG_BINARY;
    value->length = input[0] & 16 ? length : UP_PORTSET_BYTES;
    value->available = input[0] & 32 ? value->length * input[4] / 255u : value->length;
    value->data = registry->map;
}

static void read_registry(const struct registry *registry, struct up_settings *settings)
{
    memset(settings, 0, sizeof *settings);
    up_settings_decode(settings, &registry->iopm, &registry->scope, &registry->sticky);
}

static void write_flag(struct up_registry_value *value, uint8_t bytes[4], uint32_t flag)
{
    memset(bytes, 0, 4);
    bytes[0] = (uint8_t)flag;
    *value = (struct up_registry_value){UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, bytes};
}

static void write_map(struct registry *registry, const struct up_portset *ports)
{
    memcpy(registry->map, ports->map, UP_PORTSET_BYTES);
    registry->iopm = (struct up_registry_value){UP_VALUE_PRESENT, UP_REG_BINARY, UP_PORTSET_BYTES,
                                                UP_PORTSET_BYTES, registry->map};
}

/* ---- the import ------------------------------------------------------------------------------ */

static bool in_list(bool is_there, const uint8_t list[128], uint32_t port)
{
    return is_there && port < 1024 && !(list[port >> 3] & 1 << (port & 7));
}

static bool check_import(const struct up_legacy *legacy, struct up_settings *settings)
{
    static struct up_portset left_out;
    bool any_all = false;
    bool any_openers = false;
    unsigned nothing = 0xFF;
    bool result;

    memset(settings, 0, sizeof *settings);
    memset(&left_out, 0, sizeof left_out);
    result = up_legacy_import(legacy, settings, &left_out);
    for (uint32_t port = 0; port < 1024; port++) {
        any_all |= in_list(legacy->has_all, legacy->all, port);
        any_openers |= in_list(legacy->has_openers, legacy->openers, port);
    }
    for (uint32_t port = 0; port < 1024; port++) {
        const bool all = in_list(legacy->has_all, legacy->all, port);
        const bool openers = in_list(legacy->has_openers, legacy->openers, port);

        CHECK(up_portset_has(&settings->ports, (uint16_t)port) == (any_all ? all : openers));
        CHECK(up_portset_has(&left_out, (uint16_t)port) == (any_all && openers && !all));
    }
    for (uint32_t i = 128; i < UP_PORTSET_BYTES; i++) {
        nothing &= settings->ports.map[i] & left_out.map[i];
    }
    CHECK(nothing == 0xFF);
    CHECK(result == (any_all || any_openers));
    CHECK(settings->scope == (!any_all && any_openers ? UP_SCOPE_OPENERS : UP_SCOPE_ALL));
    CHECK(settings->sticky == (settings->scope == UP_SCOPE_OPENERS ? 1 : 0) &&
          settings->problems == 0);
    return result;
}

/* ---- the change ------------------------------------------------------------------------------ */

/*
 * Who has the ports of a settings, the more the higher: that have it open; that opened it once;
 * everybody.
 */
static unsigned reach(const struct up_settings *settings)
{
    return settings->scope == UP_SCOPE_ALL ? 3 : settings->sticky ? 2 : 1;
}

/* Nobody has a port now who had it not before, and shall not have it. */
static void check_state(const struct up_settings *now, const struct up_settings *old,
                        const struct up_settings *new)
{
    const unsigned old_denies = reach(now) <= reach(old) ? 0 : 0xFF;
    const unsigned new_denies = reach(now) <= reach(new) ? 0 : 0xFF;
    unsigned beyond = 0;

    for (uint32_t i = 0; i < UP_PORTSET_BYTES; i++) {
        beyond |= ~now->ports.map[i] & (old->ports.map[i] | old_denies) &
                  (new->ports.map[i] | new_denies) & 0xFFu;
    }
    CHECK(beyond == 0);
}

static void change(struct registry *registry, const struct up_settings *new)
{
    static struct up_settings old, now;
    static struct up_portset common;
    enum up_settings_write writes[UP_SETTINGS_WRITES_MAX + 1];
    uint32_t changed = 0;
    uint32_t count;

    read_registry(registry, &old);
    count = up_settings_order(&old, new, writes, &changed);
    CHECK(count <= UP_SETTINGS_WRITES_MAX && (count == 0) == (changed == 0));
    up_settings_common(&old, new, &common);
    for (uint32_t i = 0; i < count; i++) {
        switch (writes[i]) {
        case UP_WRITE_COMMON:
            write_map(registry, &common);
            break;
        case UP_WRITE_SCOPE:
            write_flag(&registry->scope, registry->scope_data, new->scope);
            break;
        case UP_WRITE_STICKY:
            write_flag(&registry->sticky, registry->sticky_data, new->sticky);
            break;
        case UP_WRITE_PORTS:
            write_map(registry, &new->ports);
            break;
        default:
            CHECK(false);
        }
        read_registry(registry, &now);
        check_state(&now, &old, new);
    }
    read_registry(registry, &now);
    CHECK(up_portset_equal(&now.ports, &new->ports) &&
          now.scope == new->scope &&now.sticky == new->sticky);
    CHECK((now.problems & ~UP_SETTINGS_NOTES) == 0);
    CHECK(up_settings_order(&now, new, writes, &changed) == 0 && changed == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct registry registry;
    static struct up_settings new;
    static struct up_legacy legacy;
    uint8_t head[HEAD_BYTES] = {0};

    if (size > 0) {
        memcpy(head, data, size < sizeof head ? size : sizeof head);
    }
    memset(registry.map, 0xFF, sizeof registry.map);
    memset(&new, 0, sizeof new);
    memset(&legacy, 0xFF, sizeof legacy);
    up_portset_deny_all(&new.ports);
    make_flag(&registry.scope, registry.scope_data, head);
    make_flag(&registry.sticky, registry.sticky_data, head + 3);
    make_map(&registry, head + 6);
    legacy.has_all = head[11] & 1;
    legacy.has_openers = head[11] & 2;
    for (size_t at = HEAD_BYTES; at + 3 <= size; at += 3) {
        const uint32_t place = (uint32_t)(data[at] | data[at + 1] << 8);
        const uint32_t byte = place % UP_PORTSET_BYTES;

        switch (place / UP_PORTSET_BYTES) {
        case 0:
        case 1:
            registry.map[byte] = data[at + 2];
            break;
        case 2:
            new.ports.map[byte] = data[at + 2];
            break;
        case 3:
            registry.map[byte] = new.ports.map[byte] = data[at + 2];
            break;
        case 4:
        case 5:
            legacy.all[byte % 128] = data[at + 2];
            break;
        default:
            legacy.openers[byte % 128] = data[at + 2];
            break;
        }
    }
    new.scope = head[11] >> 3 & 1u;
    new.sticky = head[11] >> 4 & 1u;
    if (head[11] & 4) {
        (void)check_import(&legacy, &new);
    }
    change(&registry, &new);
    return 0;
}
