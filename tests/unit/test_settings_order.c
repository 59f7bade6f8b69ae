/* SPDX-License-Identifier: MIT
 *
 * The order in which settings are written: every state of the registry with two ports, old and new,
 * and each place where the writing may end. What core/settings.c reads there is compared with who
 * may have what.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "control/settings_store.h"
#include "control/settings_order.h"

/* Two ports far apart, of which one lies where a short value does not reach. */
#define PORT_A     0x378u
#define PORT_B     0xC001u
#define SHORT_SIZE 0x400u

/* What a registry may hold of each value. */
enum map_form { MAP_ABSENT, MAP_TYPE, MAP_LONG, MAP_UNREADABLE, MAP_SHORT, MAP_WHOLE, MAP_FORMS };
enum flag_form { FLAG_ABSENT, FLAG_TYPE, FLAG_TWO, FLAG_ZERO, FLAG_ONE, FLAG_FORMS };

struct registry {
    enum map_form map;
    uint8_t bytes[UP_PORTSET_BYTES];
    enum flag_form scope, sticky;
};

/*
 * Who may use a port: processes that never opened the device, that closed it again, that have it
 * open.
 */
enum who { STRANGER, CLOSED, OPENER, WHO_COUNT };

static struct up_registry_value map_value(const struct registry *registry)
{
    struct up_registry_value value = {UP_VALUE_PRESENT, UP_REG_BINARY, UP_PORTSET_BYTES,
                                      UP_PORTSET_BYTES, registry->bytes};

    switch (registry->map) {
    case MAP_ABSENT:
        value.state = UP_VALUE_ABSENT;
        break;
    case MAP_TYPE:
        value.type = 1;
        break;
    case MAP_LONG:
        value.length = UP_PORTSET_BYTES + 1;
        break;
    case MAP_UNREADABLE:
        value.state = UP_VALUE_UNREADABLE;
        break;
    case MAP_SHORT:
        value.length = value.available = SHORT_SIZE;
        break;
    default:
        break;
    }
    return value;
}

static struct up_registry_value flag_value(enum flag_form form)
{
    static const uint8_t zero[4] = {0}, one[4] = {1}, two[4] = {2};
    struct up_registry_value value = {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, zero};

    value.state = form == FLAG_ABSENT ? UP_VALUE_ABSENT : UP_VALUE_PRESENT;
    value.type = form == FLAG_TYPE ? 1 : UP_REG_DWORD;
    value.data = form == FLAG_ONE ? one : form == FLAG_TWO ? two : zero;
    return value;
}

static void read_registry(const struct registry *registry, struct up_settings *settings)
{
    const struct up_registry_value map = map_value(registry), scope = flag_value(registry->scope),
                                   sticky = flag_value(registry->sticky);

    up_settings_decode(settings, &map, &scope, &sticky);
}

static void make_ports(struct up_portset *ports, unsigned which)
{
    up_portset_deny_all(ports);
    if (which & 1u) {
        up_portset_grant(ports, PORT_A, PORT_A);
    }
    if (which & 2u) {
        up_portset_grant(ports, PORT_B, PORT_B);
    }
}

/* Said anew, from the README: which of the two ports, as bits, do these have? */
static unsigned access_of(const struct up_settings *settings, enum who who)
{
    const unsigned ports = (up_portset_has(&settings->ports, PORT_A) ? 1u : 0) |
                           (up_portset_has(&settings->ports, PORT_B) ? 2u : 0);

    switch (who) {
    case OPENER:
        return ports;
    case CLOSED:
        return settings->scope == UP_SCOPE_ALL || settings->sticky ? ports : 0;
    default:
        return settings->scope == UP_SCOPE_ALL ? ports : 0;
    }
}

static void apply(struct registry *registry, enum up_settings_write write,
                  const struct up_settings *old, const struct up_settings *new)
{
    struct up_portset common;

    switch (write) {
    case UP_WRITE_COMMON:
        up_settings_common(old, new, &common);
        registry->map = MAP_WHOLE;
        memcpy(registry->bytes, common.map, sizeof common.map);
        break;
    case UP_WRITE_SCOPE:
        registry->scope = new->scope ? FLAG_ONE : FLAG_ZERO;
        break;
    case UP_WRITE_STICKY:
        registry->sticky = new->sticky ? FLAG_ONE : FLAG_ZERO;
        break;
    case UP_WRITE_PORTS:
        registry->map = MAP_WHOLE;
        memcpy(registry->bytes, new->ports.map, sizeof new->ports.map);
        break;
    default:
        fail();
    }
}

static void expect_not_wider(const struct registry *registry, const struct up_settings *old,
                             const struct up_settings *new)
{
    struct up_settings now;
    unsigned who;

    read_registry(registry, &now);
    for (who = 0; who < WHO_COUNT; who++) {
        const unsigned allowed = access_of(old, (enum who)who) | access_of(new, (enum who)who);

        assert_int_equal(access_of(&now, (enum who)who) & ~allowed, 0);
    }
}

static unsigned long places;

static void check_change(struct registry registry, unsigned ports, uint32_t scope, uint32_t sticky)
{
    enum up_settings_write writes[UP_SETTINGS_WRITES_MAX];
    struct up_settings old, new, end;
    uint32_t changed, count, i;

    read_registry(&registry, &old);
    make_ports(&new.ports, ports);
    new.scope = scope;
    new.sticky = sticky;
    new.problems = 0;
    count = up_settings_order(&old, &new, writes, &changed);
    assert_true(count <= UP_SETTINGS_WRITES_MAX);
    assert_int_equal(count == 0, changed == 0);
    for (i = 0; i < count; i++) {
        apply(&registry, writes[i], &old, &new);
        expect_not_wider(&registry, &old, &new);
        places++;
    }
    read_registry(&registry, &end);
    assert_true(up_portset_equal(&end.ports, &new.ports));
    assert_int_equal(end.scope, new.scope);
    assert_int_equal(end.sticky, new.sticky);
    assert_int_equal(end.problems & ~UP_SETTINGS_NOTES, 0);
    assert_int_equal(!!(changed & UP_STORE_SCOPE),
                     (old.problems & UP_SETTINGS_SCOPE_BAD) || old.scope != scope);
    assert_int_equal(!!(changed & UP_STORE_STICKY),
                     (old.problems & UP_SETTINGS_STICKY_BAD) || old.sticky != sticky);
    assert_int_equal(!!(changed & UP_STORE_PORTS), (old.problems & ~UP_SETTINGS_NOTES) ||
                                                       !up_portset_equal(&old.ports, &new.ports));
}

static void test_each_change(void **state)
{
    struct registry registry;
    unsigned map, scope, sticky, ports, new;

    (void)state;
    for (map = 0; map < MAP_FORMS; map++) {
        for (ports = 0; ports < 4; ports++) {
            struct up_portset set;

            make_ports(&set, ports);
            memcpy(registry.bytes, set.map, sizeof set.map);
            registry.map = (enum map_form)map;
            for (scope = 0; scope < FLAG_FORMS; scope++) {
                for (sticky = 0; sticky < FLAG_FORMS; sticky++) {
                    registry.scope = (enum flag_form)scope;
                    registry.sticky = (enum flag_form)sticky;
                    for (new = 0; new < 16; new ++) {
                        check_change(registry, new & 3u, new >> 2 & 1u, new >> 3);
                    }
                }
            }
        }
    }
    assert_true(places > 10000);
}

/* ---- a reader beside the writer -------------------------------------------------------------- */

/*
 * What the driver reads one after the other, and when: after so many of the writes, never less than
 * before.
 */
#define READS 3u

static void read_at(const struct registry stages[UP_SETTINGS_WRITES_MAX + 1],
                    const unsigned at[READS], struct registry *mixture)
{
    *mixture = stages[at[0]];
    mixture->scope = stages[at[1]].scope;
    mixture->sticky = stages[at[2]].sticky;
}

/* As driver/policy_registry.c compares its readings: by what the values hold. */
static bool same_reading(const struct registry *a, const struct registry *b)
{
    const struct up_registry_value a_map = map_value(a), b_map = map_value(b),
                                   a_scope = flag_value(a->scope), b_scope = flag_value(b->scope),
                                   a_sticky = flag_value(a->sticky),
                                   b_sticky = flag_value(b->sticky);

    return up_registry_value_equal(&a_map, &b_map) && up_registry_value_equal(&a_scope, &b_scope) &&
           up_registry_value_equal(&a_sticky, &b_sticky);
}

static bool is_wider(const struct registry *registry, const struct up_settings *old,
                     const struct up_settings *new)
{
    struct up_settings now;
    unsigned who;

    read_registry(registry, &now);
    for (who = 0; who < WHO_COUNT; who++) {
        if (access_of(&now, (enum who)who) &
            ~(access_of(old, (enum who)who) | access_of(new, (enum who)who))) {
            return true;
        }
    }
    return false;
}

struct interleavings {
    unsigned long single, single_wider, pairs, settled, settled_wider;
};

/*
 * The next combination of READS times two moments, none before the one before it. Result: false
 * after the last.
 */
static bool next_moments(unsigned at[2 * READS], unsigned last)
{
    unsigned i = 2 * READS;

    while (i > 0 && at[i - 1] == last) {
        i--;
    }
    if (i == 0) {
        return false;
    }
    at[i - 1]++;
    for (; i < 2 * READS; i++) {
        at[i] = at[i - 1];
    }
    return true;
}

static void read_beside_a_change(struct registry registry, unsigned ports, uint32_t scope,
                                 uint32_t sticky, struct interleavings *seen)
{
    enum up_settings_write writes[UP_SETTINGS_WRITES_MAX];
    static struct registry stages[UP_SETTINGS_WRITES_MAX + 1];
    static struct registry first, second;
    struct up_settings old, new = {.scope = scope, .sticky = sticky};
    unsigned at[2 * READS] = {0};
    uint32_t count, i;

    read_registry(&registry, &old);
    make_ports(&new.ports, ports);
    count = up_settings_order(&old, &new, writes, NULL);
    stages[0] = registry;
    for (i = 0; i < count; i++) {
        stages[i + 1] = stages[i];
        apply(&stages[i + 1], writes[i], &old, &new);
    }
    do {
        read_at(stages, at, &first);
        read_at(stages, at + READS, &second);
        seen->single++;
        seen->single_wider += is_wider(&first, &old, &new);
        seen->pairs++;
        if (same_reading(&first, &second)) {
            seen->settled++;
            seen->settled_wider += is_wider(&first, &old, &new);
        }
    } while (next_moments(at, count));
}

/*
 * Whatever the driver reads while the settings are written: one reading alone may be a mixture that
 * gives somebody a port which neither the old settings nor the new ones give. Two that agree never
 * are.
 */
static void test_readings_beside_a_change(void **state)
{
    struct interleavings seen = {0};
    struct registry registry = {.map = MAP_WHOLE};
    unsigned ports, flags, new;

    (void)state;
    for (ports = 0; ports < 4; ports++) {
        struct up_portset set;

        make_ports(&set, ports);
        memcpy(registry.bytes, set.map, sizeof set.map);
        for (flags = 0; flags < 4; flags++) {
            registry.scope = flags & 1u ? FLAG_ONE : FLAG_ZERO;
            registry.sticky = flags & 2u ? FLAG_ONE : FLAG_ZERO;
            for (new = 0; new < 16; new ++) {
                read_beside_a_change(registry, new & 3u, new >> 2 & 1u, new >> 3, &seen);
            }
        }
    }
    print_message(
        "%lu readings beside a change, %lu too wide; %lu pairs, %lu agree, %lu too wide\n",
        seen.single, seen.single_wider, seen.pairs, seen.settled, seen.settled_wider);
    assert_true(seen.single_wider > 0); /* the model is not blind */
    assert_true(seen.settled > 1000);
    assert_int_equal(seen.settled_wider, 0);
}

static void test_nothing_changes(void **state)
{
    enum up_settings_write writes[UP_SETTINGS_WRITES_MAX];
    struct up_settings settings = {.scope = 1, .sticky = 1, .problems = UP_SETTINGS_IOPM_SHORT};
    uint32_t changed = 99;

    (void)state;
    make_ports(&settings.ports, 3);
    assert_int_equal(up_settings_order(&settings, &settings, writes, &changed), 0);
    assert_int_equal(changed, 0);
    assert_int_equal(up_settings_order(&settings, &settings, writes, NULL), 0);
}

/* A list alone is written once: it is whole before and after. */
static void test_list_alone(void **state)
{
    enum up_settings_write writes[UP_SETTINGS_WRITES_MAX];
    struct up_settings old = {.scope = 1}, new = {.scope = 1};
    uint32_t changed;

    (void)state;
    make_ports(&old.ports, 1);
    make_ports(&new.ports, 2);
    assert_int_equal(up_settings_order(&old, &new, writes, &changed), 1);
    assert_int_equal(writes[0], UP_WRITE_PORTS);
    assert_int_equal(changed, UP_STORE_PORTS);
}

/*
 * The order that one would write first is wrong, and this test would see it: the model is not
 * blind.
 */
static void test_model_sees_a_wrong_order(void **state)
{
    struct registry registry = {.map = MAP_WHOLE, .scope = FLAG_ONE, .sticky = FLAG_ZERO};
    struct up_settings old, new = {.scope = 0}, now;
    struct up_portset set;

    (void)state;
    make_ports(&set, 1);
    memcpy(registry.bytes, set.map, sizeof set.map);
    read_registry(&registry, &old);
    make_ports(&new.ports, 2);
    apply(&registry, UP_WRITE_SCOPE, &old, &new);
    read_registry(&registry, &now);
    assert_int_equal(access_of(&now, STRANGER), 1);
    assert_int_equal(access_of(&old, STRANGER) | access_of(&new, STRANGER), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_change),
        cmocka_unit_test(test_readings_beside_a_change),
        cmocka_unit_test(test_nothing_changes),
        cmocka_unit_test(test_list_alone),
        cmocka_unit_test(test_model_sees_a_wrong_order),
    };

    return cmocka_run_group_tests_name("settings_order", tests, NULL, NULL);
}
