/* SPDX-License-Identifier: MIT
 *
 * Tests of control/legacy.c: both lists of UserPort 1.0, one of them, neither; each port of them,
 * and none behind them.
 */
#include "library.h"

#include "control/legacy.h"

static struct up_legacy no_lists(void)
{
    struct up_legacy legacy = {false, false, {0}, {0}};

    memset(legacy.all, 0xFF, sizeof legacy.all);
    memset(legacy.openers, 0xFF, sizeof legacy.openers);
    return legacy;
}

static void grant(uint8_t list[128], uint16_t first, uint16_t last)
{
    for (uint32_t port = first; port <= last; port++) {
        list[port / 8] = (uint8_t)(list[port / 8] & ~(1u << port % 8));
    }
}

/* Does the set grant first to last and nothing else? first > last: nothing at all. */
static void assert_set(const struct up_portset *set, uint16_t first, uint16_t last)
{
    for (uint32_t port = 0; port < UP_PORT_COUNT; port++) {
        assert_int_equal(up_portset_has(set, (uint16_t)port), port >= first && port <= last);
    }
}

static bool import(const struct up_legacy *legacy, struct up_settings *settings,
                   struct up_portset *left_out)
{
    memset(settings, 0, sizeof *settings); /* every port granted: nothing of it may stay */
    settings->scope = settings->sticky = settings->problems = 0x5A5A5A5A;
    memset(left_out, 0, sizeof *left_out);
    return up_legacy_import(legacy, settings, left_out);
}

static void test_nothing(void **state)
{
    struct up_legacy legacy = no_lists();
    struct up_settings settings;
    struct up_portset left_out;

    (void)state;
    for (unsigned lists = 0; lists < 4; lists++) {
        legacy.has_all = lists & 1;
        legacy.has_openers = lists & 2;
        assert_false(import(&legacy, &settings, &left_out));
        assert_set(&settings.ports, 1, 0);
        assert_set(&left_out, 1, 0);
        assert_int_equal(settings.scope, UP_SCOPE_ALL);
        assert_int_equal(settings.sticky, 0);
        assert_int_equal(settings.problems, 0);
    }
}

/* What is in a list that is not there does not count. */
static void test_absent_lists(void **state)
{
    struct up_legacy legacy = {false, false, {0}, {0}};
    struct up_settings settings;
    struct up_portset left_out;

    (void)state;
    assert_false(import(&legacy, &settings, &left_out));
    assert_set(&settings.ports, 1, 0);
    legacy.has_all = true;
    memset(legacy.all, 0xFF, sizeof legacy.all);
    assert_false(import(&legacy, &settings, &left_out));
    assert_set(&settings.ports, 1, 0);
    assert_set(&left_out, 1, 0);
}

static void test_all_processes(void **state)
{
    struct up_legacy legacy = no_lists();
    struct up_settings settings;
    struct up_portset left_out;

    (void)state;
    legacy.has_all = true;
    grant(legacy.all, 0x378, 0x37F);
    assert_true(import(&legacy, &settings, &left_out));
    assert_set(&settings.ports, 0x378, 0x37F);
    assert_set(&left_out, 1, 0);
    assert_int_equal(settings.scope, UP_SCOPE_ALL);
    assert_int_equal(settings.sticky, 0);
    assert_int_equal(settings.problems, 0);
}

static void test_openers(void **state)
{
    struct up_legacy legacy = no_lists();
    struct up_settings settings;
    struct up_portset left_out;

    (void)state;
    legacy.has_openers = true;
    grant(legacy.openers, 0x61, 0x61);
    /* there and empty, as V1.0 wrote it, or not there */
    for (unsigned has_all = 0; has_all < 2; has_all++) {
        legacy.has_all = has_all != 0;
        assert_true(import(&legacy, &settings, &left_out));
        assert_set(&settings.ports, 0x61, 0x61);
        assert_set(&left_out, 1, 0);
        assert_int_equal(settings.scope, UP_SCOPE_OPENERS);
        assert_int_equal(settings.sticky, 1);
        assert_int_equal(settings.problems, 0);
    }
}

/* Ports that only openers had are left out, those that both have are not. */
static void test_both(void **state)
{
    struct up_legacy legacy = no_lists();
    struct up_settings settings;
    struct up_portset left_out;

    (void)state;
    legacy.has_all = legacy.has_openers = true;
    grant(legacy.all, 0x200, 0x37F);
    grant(legacy.openers, 0x300, 0x3FF);
    assert_true(import(&legacy, &settings, &left_out));
    assert_set(&settings.ports, 0x200, 0x37F);
    assert_set(&left_out, 0x380, 0x3FF);
    assert_int_equal(settings.scope, UP_SCOPE_ALL);
    assert_int_equal(settings.sticky, 0);
}

static void test_each_port(void **state)
{
    struct up_legacy legacy;
    struct up_settings settings;
    struct up_portset left_out;

    (void)state;
    for (uint32_t port = 0; port < 0x400; port += port < 0x10 || port >= 0x3F0 ? 1 : 0x35) {
        legacy = no_lists();
        legacy.has_all = true;
        grant(legacy.all, (uint16_t)port, (uint16_t)port);
        assert_true(import(&legacy, &settings, &left_out));
        assert_set(&settings.ports, (uint16_t)port, (uint16_t)port);
    }
}

/* Lists end at 3FF, however much they grant. */
static void test_whole_lists(void **state)
{
    struct up_legacy legacy = {true, true, {0}, {0}};
    struct up_settings settings;
    struct up_portset left_out;

    (void)state;
    assert_true(import(&legacy, &settings, &left_out));
    assert_set(&settings.ports, 0, 0x3FF);
    assert_set(&left_out, 1, 0);
    legacy.has_all = false;
    assert_true(import(&legacy, &settings, &left_out));
    assert_set(&settings.ports, 0, 0x3FF);
    assert_int_equal(settings.scope, UP_SCOPE_OPENERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),       cmocka_unit_test(test_absent_lists),
        cmocka_unit_test(test_all_processes), cmocka_unit_test(test_openers),
        cmocka_unit_test(test_both),          cmocka_unit_test(test_each_port),
        cmocka_unit_test(test_whole_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
