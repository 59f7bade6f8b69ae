/* SPDX-License-Identifier: MIT
 *
 * Tests of core/settings.c: each way in which a registry value can be wrong, alone and together
 * with others; whatever is wrong must grant nothing. Data lies in blocks of exactly its length, so
 * that ASan sees a byte too far.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/settings.h"

static const struct up_registry_value absent = {.state = UP_VALUE_ABSENT};
static const uint8_t zero[4] = {0, 0, 0, 0};
static const uint8_t one[4] = {1, 0, 0, 0};
static const struct up_registry_value dword_0 = {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, zero};
static const struct up_registry_value dword_1 = {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, one};

static struct up_registry_value binary(const uint8_t *data, uint32_t length)
{
    struct up_registry_value value = {UP_VALUE_PRESENT, UP_REG_BINARY, length, length, data};

    return value;
}

/* Settings full of what must not stay. */
static void read_over_rubbish(struct up_settings *settings, const struct up_registry_value *iopm,
                              const struct up_registry_value *scope,
                              const struct up_registry_value *sticky)
{
    memset(settings, 0x00, sizeof *settings); /* every port granted */
    settings->scope = settings->sticky = settings->problems = 0x5A5A5A5A;
    up_settings_decode(settings, iopm, scope, sticky);
}

/* As read_over_rubbish, with a map that grants everything, so that a forgotten check shows. */
static void read_with_full_map(struct up_settings *settings, const struct up_registry_value *scope,
                               const struct up_registry_value *sticky)
{
    static const uint8_t all[UP_PORTSET_BYTES];
    struct up_registry_value iopm = binary(all, sizeof all);

    read_over_rubbish(settings, &iopm, scope, sticky);
}

static uint8_t pattern(size_t i)
{
    return (uint8_t)(i * 37u + (i >> 8));
}

static uint8_t *new_pattern(size_t length)
{
    uint8_t *data = malloc(length > 0 ? length : 1u);

    assert_non_null(data);
    for (size_t i = 0; i < length; i++) {
        data[i] = pattern(i);
    }
    return data;
}

static void test_a_whole_map_is_taken_as_it_is(void **state)
{
    uint8_t *data = new_pattern(8192);
    struct up_registry_value iopm = binary(data, 8192);
    struct up_settings settings;

    (void)state;
    read_over_rubbish(&settings, &iopm, &absent, &absent);
    assert_int_equal(settings.problems, 0);
    assert_int_equal(settings.scope, UP_SCOPE_ALL);
    assert_int_equal(settings.sticky, 0);
    assert_memory_equal(settings.ports.map, data, 8192);
    free(data);
}

static void test_every_length_up_to_the_whole_map(void **state)
{
    (void)state;
    for (uint32_t length = 0; length <= 8192; length++) {
        uint8_t *data = new_pattern(length);
        struct up_registry_value iopm = binary(data, length);
        struct up_settings settings;

        read_over_rubbish(&settings, &iopm, &dword_1, &dword_1);
        assert_int_equal(settings.problems, length < 8192 ? UP_SETTINGS_IOPM_SHORT : 0);
        assert_int_equal(settings.scope, UP_SCOPE_OPENERS);
        assert_int_equal(settings.sticky, 1);
        assert_memory_equal(settings.ports.map, data, length);
        for (size_t i = length; i < 8192; i++) {
            if (settings.ports.map[i] != 0xFF) {
                fail_msg("length %u: byte %zu grants something", (unsigned)length, i);
            }
        }
        free(data);
    }
}

static void test_an_empty_map_without_data(void **state)
{
    struct up_registry_value iopm = binary(NULL, 0);
    struct up_settings settings;

    (void)state;
    read_over_rubbish(&settings, &iopm, &absent, &absent);
    assert_int_equal(settings.problems, UP_SETTINGS_IOPM_SHORT);
    assert_int_equal(up_portset_count(&settings.ports), 0);
}

static void test_more_available_than_the_length_is_not_used(void **state)
{
    static const uint8_t all[8192];
    struct up_registry_value iopm = {UP_VALUE_PRESENT, UP_REG_BINARY, 3, 8192, all};
    struct up_settings settings;

    (void)state;
    read_over_rubbish(&settings, &iopm, &absent, &absent);
    assert_int_equal(settings.problems, UP_SETTINGS_IOPM_SHORT);
    assert_int_equal(up_portset_count(&settings.ports), 24);
    assert_true(up_portset_has(&settings.ports, 23));
}

static void test_a_bad_map_grants_nothing(void **state)
{
    static const uint8_t all[16384];
    static const struct {
        struct up_registry_value iopm;
        uint32_t problem;
    } rows[] = {
        {{UP_VALUE_ABSENT, 0, 0, 0, NULL}, UP_SETTINGS_IOPM_ABSENT},
        {{UP_VALUE_ABSENT, UP_REG_BINARY, 8192, 8192, all}, UP_SETTINGS_IOPM_ABSENT},
        {{UP_VALUE_UNREADABLE, 0, 0, 0, NULL}, UP_SETTINGS_IOPM_UNREADABLE},
        {{UP_VALUE_UNREADABLE, UP_REG_BINARY, 8192, 8192, all}, UP_SETTINGS_IOPM_UNREADABLE},
        {{(enum up_value_state)3, UP_REG_BINARY, 8192, 8192, all}, UP_SETTINGS_IOPM_UNREADABLE},
        {{(enum up_value_state)3, 1, 8192, 8192, all}, UP_SETTINGS_IOPM_UNREADABLE},
        /*
         * Every type but REG_BINARY: none, SZ, EXPAND_SZ, DWORD, big-endian, LINK, MULTI_SZ, QWORD,
         * and not a type.
         */
        {{UP_VALUE_PRESENT, 0, 8192, 8192, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, 1, 8192, 8192, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, 2, 8192, 8192, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, 4, 8192, 8192, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, 5, 8192, 8192, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, 6, 8192, 8192, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, 7, 8192, 8192, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, 11, 8192, 8192, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, 0x103, 8192, 8192, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, 0xFFFFFFFF, 8192, 8192, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, 4, 4, 4, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, 1, 16384, 8192, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, 1, 100, 10, all}, UP_SETTINGS_IOPM_TYPE},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 8193, 8193, all}, UP_SETTINGS_IOPM_LONG},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 8193, 8192, all}, UP_SETTINGS_IOPM_LONG},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 16384, 16384, all}, UP_SETTINGS_IOPM_LONG},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 0xFFFFFFFF, 8192, all}, UP_SETTINGS_IOPM_LONG},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 0xFFFFFFFF, 0xFFFFFFFF, all}, UP_SETTINGS_IOPM_LONG},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 0x80000001, 1, all}, UP_SETTINGS_IOPM_LONG},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 65536 + 8192, 8192, all}, UP_SETTINGS_IOPM_LONG},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 8192, 8191, all}, UP_SETTINGS_IOPM_UNREADABLE},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 8192, 0, all}, UP_SETTINGS_IOPM_UNREADABLE},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 8192, 0, NULL}, UP_SETTINGS_IOPM_UNREADABLE},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 8192, 8192, NULL}, UP_SETTINGS_IOPM_UNREADABLE},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 1, 0, all}, UP_SETTINGS_IOPM_UNREADABLE},
        {{UP_VALUE_PRESENT, UP_REG_BINARY, 100, 99, all}, UP_SETTINGS_IOPM_UNREADABLE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct up_settings settings;

        read_over_rubbish(&settings, &rows[i].iopm, &dword_1, &dword_1);
        if (settings.problems != rows[i].problem) {
            fail_msg("row %zu: problems %X, expected %X", i, (unsigned)settings.problems,
                     (unsigned)rows[i].problem);
        }
        assert_int_equal(up_portset_count(&settings.ports), 0);
        assert_int_equal(settings.scope, UP_SCOPE_OPENERS);
        assert_int_equal(settings.sticky, 1);
    }
}

static void test_good_scope_and_sticky(void **state)
{
    static const struct up_registry_value *const values[] = {&absent, &dword_0, &dword_1};
    struct up_settings settings;

    (void)state;
    for (uint32_t scope = 0; scope < 3; scope++) {
        for (uint32_t sticky = 0; sticky < 3; sticky++) {
            read_with_full_map(&settings, values[scope], values[sticky]);
            assert_int_equal(settings.problems, 0);
            assert_int_equal(settings.scope, scope == 2 ? UP_SCOPE_OPENERS : UP_SCOPE_ALL);
            assert_int_equal(settings.sticky, sticky == 2);
            assert_int_equal(up_portset_count(&settings.ports), 65536);
        }
    }
}

#define BAD_FLAG_COUNT 25u

/* Every kind of a wrong Scope or Sticky. */
static const struct up_registry_value *bad_flag(size_t i)
{
    static const uint8_t numbers[][8] = {
        {2, 0, 0, 0},
        {0xFF, 0, 0, 0},
        {0, 1, 0, 0},
        {0, 0, 1, 0},
        {0, 0, 0, 1},
        {1, 1, 0, 0},
        {1, 0, 1, 0},
        {1, 0, 0, 0x80},
        {0xFF, 0xFF, 0xFF, 0xFF},
        {1, 0, 0, 0, 0, 0, 0, 0},
    };
    static const struct up_registry_value rows[BAD_FLAG_COUNT] = {
        {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, numbers[0]},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, numbers[1]},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, numbers[2]},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, numbers[3]},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, numbers[4]},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, numbers[5]},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, numbers[6]},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, numbers[7]},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, numbers[8]},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 0, 0, NULL},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 0, 4, one},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 1, 1, one},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 3, 3, one},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 3, 4, one},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 5, 5, numbers[9]},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 8, 8, numbers[9]},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 0xFFFFFFFF, 4, one},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 3, one},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 0, NULL},
        {UP_VALUE_PRESENT, UP_REG_DWORD, 4, 4, NULL},
        {UP_VALUE_PRESENT, UP_REG_BINARY, 4, 4, one},
        {UP_VALUE_PRESENT, 1, 4, 4, one},
        {UP_VALUE_PRESENT, 11, 8, 8, numbers[9]},
        {UP_VALUE_UNREADABLE, UP_REG_DWORD, 4, 4, one},
        {(enum up_value_state)3, UP_REG_DWORD, 4, 4, one},
    };

    return &rows[i];
}

static void test_a_bad_scope_grants_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < BAD_FLAG_COUNT; i++) {
        struct up_settings settings;

        read_with_full_map(&settings, bad_flag(i), &dword_1);
        if (settings.problems != UP_SETTINGS_SCOPE_BAD) {
            fail_msg("row %zu: problems %X", i, (unsigned)settings.problems);
        }
        assert_int_equal(settings.scope, UP_SCOPE_OPENERS);
        assert_int_equal(settings.sticky, 1);
        assert_int_equal(up_portset_count(&settings.ports), 0);
    }
}

static void test_a_bad_sticky_grants_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < BAD_FLAG_COUNT; i++) {
        struct up_settings settings;

        read_with_full_map(&settings, &dword_0, bad_flag(i));
        if (settings.problems != UP_SETTINGS_STICKY_BAD) {
            fail_msg("row %zu: problems %X", i, (unsigned)settings.problems);
        }
        assert_int_equal(settings.scope, UP_SCOPE_ALL);
        assert_int_equal(settings.sticky, 0);
        assert_int_equal(up_portset_count(&settings.ports), 0);
    }
}

static void test_a_flag_needs_no_byte_beyond_its_own(void **state)
{
    (void)state;
    for (uint32_t length = 0; length <= 4; length++) {
        uint8_t *data = calloc(1, length > 0 ? length : 1u);
        struct up_registry_value value = {UP_VALUE_PRESENT, UP_REG_DWORD, length, length, data};
        struct up_settings settings;

        assert_non_null(data);
        read_with_full_map(&settings, &value, &value);
        assert_int_equal(settings.problems,
                         length == 4 ? 0 : UP_SETTINGS_SCOPE_BAD | UP_SETTINGS_STICKY_BAD);
        assert_int_equal(up_portset_count(&settings.ports), length == 4 ? 65536 : 0);

        value.length = 4;
        value.available = length;
        read_with_full_map(&settings, &value, &value);
        assert_int_equal(settings.problems,
                         length == 4 ? 0 : UP_SETTINGS_SCOPE_BAD | UP_SETTINGS_STICKY_BAD);
        free(data);
    }
}

static void test_problems_are_told_together(void **state)
{
    static const uint8_t all[10];
    struct up_registry_value shorter = binary(all, sizeof all);
    struct up_settings settings;

    (void)state;
    read_over_rubbish(&settings, &absent, bad_flag(0), bad_flag(1));
    assert_int_equal(settings.problems,
                     UP_SETTINGS_IOPM_ABSENT | UP_SETTINGS_SCOPE_BAD | UP_SETTINGS_STICKY_BAD);
    assert_int_equal(up_portset_count(&settings.ports), 0);

    /* The note alone leaves the map; beside a problem it does not save it. */
    read_over_rubbish(&settings, &shorter, &absent, &absent);
    assert_int_equal(up_portset_count(&settings.ports), 80);
    read_over_rubbish(&settings, &shorter, &absent, bad_flag(0));
    assert_int_equal(settings.problems, UP_SETTINGS_IOPM_SHORT | UP_SETTINGS_STICKY_BAD);
    assert_int_equal(up_portset_count(&settings.ports), 0);
}

static void test_problem_texts(void **state)
{
    static const struct {
        uint32_t problem;
        const char *text;
    } rows[] = {
        {0, "no problem"},
        {UP_SETTINGS_IOPM_SHORT,
         "the value IOPM is shorter than 8192 bytes: the ports that it does not cover are denied"},
        {UP_SETTINGS_IOPM_ABSENT, "the value IOPM is not there"},
        {UP_SETTINGS_IOPM_UNREADABLE, "the value IOPM cannot be read"},
        {UP_SETTINGS_IOPM_TYPE, "the value IOPM is not of the type REG_BINARY"},
        {UP_SETTINGS_IOPM_LONG, "the value IOPM is longer than 8192 bytes"},
        {UP_SETTINGS_SCOPE_BAD, "the value Scope is not a REG_DWORD of 0 or 1"},
        {UP_SETTINGS_STICKY_BAD, "the value Sticky is not a REG_DWORD of 0 or 1"},
        {UP_SETTINGS_UNSETTLED,
         "the values IOPM, Scope and Sticky were being changed while they were read"},
        {0x0100, "unknown problem"},
        {0x80000000, "unknown problem"},
        {UP_SETTINGS_SCOPE_BAD | UP_SETTINGS_STICKY_BAD, "unknown problem"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(up_settings_problem_text(rows[i].problem), rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_whole_map_is_taken_as_it_is),
        cmocka_unit_test(test_every_length_up_to_the_whole_map),
        cmocka_unit_test(test_an_empty_map_without_data),
        cmocka_unit_test(test_more_available_than_the_length_is_not_used),
        cmocka_unit_test(test_a_bad_map_grants_nothing),
        cmocka_unit_test(test_good_scope_and_sticky),
        cmocka_unit_test(test_a_bad_scope_grants_nothing),
        cmocka_unit_test(test_a_bad_sticky_grants_nothing),
        cmocka_unit_test(test_a_flag_needs_no_byte_beyond_its_own),
        cmocka_unit_test(test_problems_are_told_together),
        cmocka_unit_test(test_problem_texts),
    };

    return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
