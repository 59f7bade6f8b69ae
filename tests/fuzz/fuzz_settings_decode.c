/* SPDX-License-Identifier: MIT
 *
 * libFuzzer target for core/settings.c. Input: for IOPM, Scope and Sticky eleven bytes each (state
 * 1, available 2, type 4, length 4, little-endian); eight bytes of data for Scope and for Sticky;
 * the rest, repeated, is the data of IOPM. What is missing at the end is zero. A port must be
 * granted exactly if a second reader of the same values, which goes port by port and knows nothing
 * of maps, says so.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) check((condition), #condition, __LINE__)

#define HEAD_BYTES  11u
#define FLAG_BYTES  8u
#define FIXED_BYTES (3u * HEAD_BYTES + 2u * FLAG_BYTES)
#define MAP_BYTES   9000u /* room for a value that is too long */

static void check(bool condition, const char *text, int line)
{
    if (!condition) {
        (void)fprintf(stderr, "fuzz_settings_decode.c:%d: not so: %s\n", line, text);
        abort();
    }
}

static uint32_t little_endian(const uint8_t *bytes, unsigned count)
{
    uint32_t value = 0;

    while (count-- > 0) {
        value = value << 8 | bytes[count];
    }
    return value;
}

/*
 * The data are a block of exactly the bytes that are available, no more than room, or NULL for
 * none.
 */
static struct up_registry_value make_value(const uint8_t *head, const uint8_t *data,
                                           size_t data_size, uint32_t room)
{
    struct up_registry_value value = {
        .state = (enum up_value_state)(head[0] & 3u),
        .available = little_endian(head + 1, 2),
        .type = little_endian(head + 3, 4),
        .length = little_endian(head + 7, 4),
    };

    if (value.available > room) {
        value.available = room;
    }
    if (value.available > 0) {
        uint8_t *block = malloc(value.available);

        CHECK(block != NULL);
        for (uint32_t i = 0; i < value.available; i++) {
            block[i] = data_size > 0 ? data[i % data_size] : 0;
        }
        value.data = block;
    }
    return value;
}

static bool flag_is_good(const struct up_registry_value *value)
{
    return value->state == UP_VALUE_ABSENT ||
           (value->state == UP_VALUE_PRESENT && value->type == 4 && value->length == 4 &&
            value->available >= 4 && little_endian(value->data, 4) <= 1);
}

static uint32_t flag_value(const struct up_registry_value *value, uint32_t bad)
{
    if (!flag_is_good(value)) {
        return bad;
    }
    return value->state == UP_VALUE_ABSENT ? 0 : little_endian(value->data, 4);
}

static bool map_is_good(const struct up_registry_value *value)
{
    return value->state == UP_VALUE_PRESENT && value->type == 3 && value->length <= 8192 &&
           value->available >= value->length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct up_settings settings;
    uint8_t fixed[FIXED_BYTES] = {0};
    size_t fixed_size = size < sizeof fixed ? size : sizeof fixed;
    const uint8_t *flags = fixed + 3u * HEAD_BYTES;
    struct up_registry_value iopm;
    struct up_registry_value scope;
    struct up_registry_value sticky;
    bool good;

    if (size > 0) {
        memcpy(fixed, data, fixed_size);
    }
    iopm = make_value(fixed, data + fixed_size, size - fixed_size, MAP_BYTES);
    scope = make_value(fixed + HEAD_BYTES, flags, FLAG_BYTES, FLAG_BYTES);
    sticky = make_value(fixed + 2u * HEAD_BYTES, flags + FLAG_BYTES, FLAG_BYTES, FLAG_BYTES);

    memset(&settings, 0, sizeof settings); /* every port granted: nothing of it may stay */
    up_settings_decode(&settings, &iopm, &scope, &sticky);

    good = map_is_good(&iopm) && flag_is_good(&scope) && flag_is_good(&sticky);
    for (uint32_t port = 0; port < 65536; port++) {
        bool granted =
            good && port / 8u < iopm.length && (iopm.data[port / 8u] >> port % 8u & 1u) == 0;

        CHECK(up_portset_has(&settings.ports, (uint16_t)port) == granted);
    }
    CHECK(settings.scope == flag_value(&scope, UP_SCOPE_OPENERS));
    CHECK(settings.sticky == flag_value(&sticky, 0));

    /*
     * Each reason is there exactly when it should be, one at most about the map, and each has its
     * sentence.
     */
    CHECK(((settings.problems & ~UP_SETTINGS_NOTES) == 0) == good);
    CHECK(((settings.problems & UP_SETTINGS_SCOPE_BAD) == 0) == flag_is_good(&scope));
    CHECK(((settings.problems & UP_SETTINGS_STICKY_BAD) == 0) == flag_is_good(&sticky));
    CHECK(((settings.problems & UP_SETTINGS_IOPM_SHORT) != 0) ==
          (map_is_good(&iopm) && iopm.length < 8192));
    for (uint32_t rest = settings.problems; rest != 0; rest &= rest - 1u) {
        CHECK(strncmp(up_settings_problem_text(rest & (0u - rest)), "the value ", 10) == 0);
    }
    {
        uint32_t about_map = settings.problems & 0x1Fu;

        CHECK((about_map & (about_map - 1u)) == 0);
    }

    free((void *)(uintptr_t)iopm.data);
    free((void *)(uintptr_t)scope.data);
    free((void *)(uintptr_t)sticky.data);
    return 0;
}
