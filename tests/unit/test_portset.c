/* SPDX-License-Identifier: MIT
 *
 * Tests of core/portset.c: its edges one by one, and thousands of random operations beside a model
 * of 65,536 flags that knows nothing of bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/portset.h"

/* Ports around everything that an implementation by bytes or words could get wrong. */
static const uint16_t edges[] = {0,      1,      6,      7,      8,      9,      15,     16,
                                 17,     30,     31,     32,     33,     62,     63,     64,
                                 65,     127,    128,    129,    0x378,  0x37F,  0x380,  0x7FF,
                                 0x7FFF, 0x8000, 0x8001, 0xFFBF, 0xFFC0, 0xFFDF, 0xFFE0, 0xFFF7,
                                 0xFFF8, 0xFFF9, 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF};
#define EDGE_COUNT (sizeof edges / sizeof edges[0])

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Half of the time near an edge, else anywhere. */
static uint16_t random_port(uint32_t *state)
{
    uint32_t number = next_random(state);

    return (uint16_t)((number & 1u) != 0 ? edges[(number >> 1) % EDGE_COUNT] : number >> 16);
}

struct model {
    bool granted[UP_PORT_COUNT];
};

static void model_change(struct model *model, uint32_t first, uint32_t last, bool grant)
{
    for (uint32_t port = first; port <= last; port++) {
        model->granted[port] = grant;
    }
}

static bool model_allows(const struct model *model, uint32_t port, unsigned width)
{
    for (uint32_t each = port; each < port + width; each++) {
        if (each > 0xFFFFu || !model->granted[each]) {
            return false;
        }
    }
    return true;
}

static void assert_is_model(const struct up_portset *set, const struct model *model)
{
    uint32_t count = 0;

    for (uint32_t port = 0; port < UP_PORT_COUNT; port++) {
        if (((set->map[port / 8u] & (1u << port % 8u)) == 0) != model->granted[port]) {
            fail_msg("port %X: expected %s", (unsigned)port,
                     model->granted[port] ? "granted" : "denied");
        }
        count += model->granted[port];
    }
    assert_int_equal(up_portset_count(set), count);
}

static void test_deny_all_sets_every_bit(void **state)
{
    struct up_portset set;

    (void)state;
    memset(&set, 0x5A, sizeof set);
    up_portset_deny_all(&set);
    for (size_t i = 0; i < sizeof set.map; i++) {
        assert_int_equal(set.map[i], 0xFF);
    }
    assert_int_equal(sizeof set, 8192);
}

static void test_a_bit_is_where_the_processor_looks_for_it(void **state)
{
    struct up_portset set;

    (void)state;
    up_portset_deny_all(&set);
    up_portset_grant(&set, 0x378, 0x378);
    assert_int_equal(set.map[0x6F], 0xFE);
    up_portset_grant(&set, 0x37B, 0x37B);
    assert_int_equal(set.map[0x6F], 0xF6);
    up_portset_grant(&set, 0xFFFF, 0xFFFF);
    assert_int_equal(set.map[0x1FFF], 0x7F);
    up_portset_deny(&set, 0x378, 0x378);
    assert_int_equal(set.map[0x6F], 0xF7);
}

static void test_every_range_between_two_edges(void **state)
{
    struct up_portset set;
    struct model *model = malloc(sizeof *model);

    (void)state;
    assert_non_null(model);
    for (size_t i = 0; i < EDGE_COUNT; i++) {
        for (size_t j = i; j < EDGE_COUNT; j++) {
            up_portset_deny_all(&set);
            memset(model, 0, sizeof *model);
            up_portset_grant(&set, edges[i], edges[j]);
            model_change(model, edges[i], edges[j], true);
            assert_is_model(&set, model);

            memset(&set, 0, sizeof set);
            memset(model, 1, sizeof *model);
            up_portset_deny(&set, edges[i], edges[j]);
            model_change(model, edges[i], edges[j], false);
            assert_is_model(&set, model);
        }
    }
    free(model);
}

static void test_a_range_turned_around_changes_nothing(void **state)
{
    struct up_portset set;
    struct up_portset before;

    (void)state;
    for (unsigned fill = 0; fill <= 0xFF; fill += 0xFF) {
        memset(&set, (int)fill, sizeof set);
        before = set;
        up_portset_grant(&set, 1, 0);
        up_portset_grant(&set, 0xFFFF, 0);
        up_portset_grant(&set, 0x37F, 0x378);
        up_portset_grant(&set, 8, 7);
        up_portset_deny(&set, 1, 0);
        up_portset_deny(&set, 0xFFFF, 0);
        up_portset_deny(&set, 0x37F, 0x378);
        up_portset_deny(&set, 8, 7);
        assert_memory_equal(&set, &before, sizeof set);
    }
}

static void test_has_tells_each_of_all_ports(void **state)
{
    struct up_portset set;

    (void)state;
    up_portset_deny_all(&set);
    for (uint32_t port = 0; port < UP_PORT_COUNT; port++) {
        assert_false(up_portset_has(&set, (uint16_t)port));
        up_portset_grant(&set, (uint16_t)port, (uint16_t)port);
        assert_true(up_portset_has(&set, (uint16_t)port));
        assert_false(up_portset_has(&set, (uint16_t)(port + 1u)) && port != 0xFFFF);
    }
    assert_int_equal(up_portset_count(&set), 65536);
}

static void test_allows_needs_every_byte_port(void **state)
{
    static const unsigned widths[] = {1, 2, 4};
    struct up_portset set;

    (void)state;
    for (size_t e = 0; e < EDGE_COUNT; e++) {
        for (size_t w = 0; w < 3; w++) {
            uint32_t end = edges[e] + widths[w];

            memset(&set, 0, sizeof set);
            assert_int_equal(up_portset_allows(&set, edges[e], widths[w]), end <= UP_PORT_COUNT);
            for (uint32_t denied = edges[e]; denied < end && denied < UP_PORT_COUNT; denied++) {
                memset(&set, 0, sizeof set);
                up_portset_deny(&set, (uint16_t)denied, (uint16_t)denied);
                assert_false(up_portset_allows(&set, edges[e], widths[w]));
            }
            if (end <= UP_PORT_COUNT) {
                up_portset_deny_all(&set);
                up_portset_grant(&set, edges[e], (uint16_t)(end - 1u));
                assert_true(up_portset_allows(&set, edges[e], widths[w]));
            }
        }
    }
}

static void test_allows_at_the_last_ports(void **state)
{
    struct up_portset set;

    (void)state;
    memset(&set, 0, sizeof set);
    assert_true(up_portset_allows(&set, 0xFFFC, 4));
    assert_true(up_portset_allows(&set, 0xFFFD, 1));
    assert_true(up_portset_allows(&set, 0xFFFD, 2));
    assert_false(up_portset_allows(&set, 0xFFFD, 4));
    assert_true(up_portset_allows(&set, 0xFFFE, 1));
    assert_true(up_portset_allows(&set, 0xFFFE, 2));
    assert_false(up_portset_allows(&set, 0xFFFE, 4));
    assert_true(up_portset_allows(&set, 0xFFFF, 1));
    assert_false(up_portset_allows(&set, 0xFFFF, 2));
    assert_false(up_portset_allows(&set, 0xFFFF, 4));
}

static void test_first_denied_for_every_pattern(void **state)
{
    static const unsigned widths[] = {1, 2, 4};
    struct up_portset set;

    (void)state;
    for (size_t e = 0; e < EDGE_COUNT; e++) {
        /* bit n: the port n behind the edge is granted */
        for (unsigned pattern = 0; pattern < 16; pattern++) {
            up_portset_deny_all(&set);
            for (uint32_t port = edges[e]; port < edges[e] + 4u && port < UP_PORT_COUNT; port++) {
                if ((pattern >> (port - edges[e]) & 1u) != 0) {
                    up_portset_grant(&set, (uint16_t)port, (uint16_t)port);
                }
            }
            for (size_t w = 0; w < 3; w++) {
                uint32_t expected = UP_PORTSET_NONE_DENIED;

                for (unsigned i = widths[w]; i-- > 0;) {
                    if (edges[e] + i <= UP_PORT_COUNT &&
                        (edges[e] + i == UP_PORT_COUNT || (pattern >> i & 1u) == 0)) {
                        expected = edges[e] + i;
                    }
                }
                assert_int_equal(up_portset_first_denied(&set, edges[e], widths[w]), expected);
            }
        }
    }
}

static void test_first_denied_at_the_last_port(void **state)
{
    struct up_portset set;

    (void)state;
    memset(&set, 0, sizeof set);
    assert_int_equal(up_portset_first_denied(&set, 0xFFFF, 1), UP_PORTSET_NONE_DENIED);
    assert_int_equal(up_portset_first_denied(&set, 0xFFFF, 2), UP_PORT_COUNT);
    assert_int_equal(up_portset_first_denied(&set, 0xFFFF, 4), UP_PORT_COUNT);
    assert_int_equal(up_portset_first_denied(&set, 0xFFFC, 4), UP_PORTSET_NONE_DENIED);
    up_portset_deny(&set, 0xFFFF, 0xFFFF);
    assert_int_equal(up_portset_first_denied(&set, 0xFFFF, 4), 0xFFFF);
    assert_int_equal(up_portset_first_denied(&set, 0xFFFC, 4), 0xFFFF);
}

static void test_allows_no_other_width(void **state)
{
    static const unsigned widths[] = {0,   3,     5,          6,          7,          8,         16,
                                      256, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFF0001, 0xFFFFFFFF};
    struct up_portset set;

    (void)state;
    memset(&set, 0, sizeof set);
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        for (size_t e = 0; e < EDGE_COUNT; e++) {
            assert_false(up_portset_allows(&set, edges[e], widths[w]));
        }
    }
}

static void assert_next(const struct up_portset *set, uint32_t from, uint16_t first, uint16_t last)
{
    struct up_port_range range = {0, 0};

    assert_true(up_portset_next(set, from, &range));
    assert_int_equal(range.first, first);
    assert_int_equal(range.last, last);
}

static void test_next_finds_runs(void **state)
{
    struct up_portset set;
    struct up_port_range range = {0x1234, 0x4321};

    (void)state;
    up_portset_deny_all(&set);
    assert_false(up_portset_next(&set, 0, &range));
    assert_false(up_portset_next(&set, 65535, &range));
    assert_false(up_portset_next(&set, 65536, &range));

    up_portset_grant(&set, 0x378, 0x37F);
    assert_next(&set, 0, 0x378, 0x37F);
    assert_next(&set, 0x378, 0x378, 0x37F);
    assert_next(&set, 0x37B, 0x37B, 0x37F);
    assert_next(&set, 0x37F, 0x37F, 0x37F);
    assert_false(up_portset_next(&set, 0x380, &range));

    up_portset_grant(&set, 0xFFFF, 0xFFFF);
    assert_next(&set, 0x380, 0xFFFF, 0xFFFF);
    assert_next(&set, 0xFFFF, 0xFFFF, 0xFFFF);
    assert_false(up_portset_next(&set, 0x10000, &range));
    assert_false(up_portset_next(&set, 0xFFFFFFFF, &range));

    up_portset_grant(&set, 0, 0);
    assert_next(&set, 0, 0, 0);
    assert_next(&set, 1, 0x378, 0x37F);

    memset(&set, 0, sizeof set);
    assert_next(&set, 0, 0, 0xFFFF);
    assert_next(&set, 9, 9, 0xFFFF);
    assert_false(up_portset_next(&set, 0x10000, &range));
    assert_int_equal(range.first, 0x1234);
    assert_int_equal(range.last, 0x4321);
}

static void test_next_runs_between_all_edges(void **state)
{
    struct up_portset set;

    (void)state;
    for (size_t i = 0; i < EDGE_COUNT; i++) {
        for (size_t j = i; j < EDGE_COUNT; j++) {
            up_portset_deny_all(&set);
            up_portset_grant(&set, edges[i], edges[j]);
            for (size_t k = 0; k < EDGE_COUNT; k++) {
                struct up_port_range range;
                uint16_t first = edges[k] > edges[i] ? edges[k] : edges[i];

                assert_int_equal(up_portset_next(&set, edges[k], &range), edges[k] <= edges[j]);
                if (edges[k] <= edges[j]) {
                    assert_int_equal(range.first, first);
                    assert_int_equal(range.last, edges[j]);
                }
            }
        }
    }
}

static void test_add_and_remove(void **state)
{
    struct up_portset set;
    struct up_portset other;
    struct up_portset expected;

    (void)state;
    up_portset_deny_all(&set);
    up_portset_deny_all(&other);
    up_portset_deny_all(&expected);
    up_portset_grant(&set, 0x100, 0x10B);
    up_portset_grant(&other, 0x105, 0x123);
    up_portset_grant(&other, 0xFFFF, 0xFFFF);

    up_portset_add(&set, &other);
    up_portset_grant(&expected, 0x100, 0x123);
    up_portset_grant(&expected, 0xFFFF, 0xFFFF);
    assert_memory_equal(&set, &expected, sizeof set);

    up_portset_remove(&set, &other);
    up_portset_deny_all(&expected);
    up_portset_grant(&expected, 0x100, 0x104);
    assert_memory_equal(&set, &expected, sizeof set);

    up_portset_add(&set, &set);
    assert_memory_equal(&set, &expected, sizeof set);
    up_portset_remove(&set, &set);
    assert_int_equal(up_portset_count(&set), 0);
}

static void test_equal_sees_each_bit(void **state)
{
    struct up_portset a;
    struct up_portset b;

    (void)state;
    memset(&a, 0xA6, sizeof a);
    b = a;
    assert_true(up_portset_equal(&a, &b));
    assert_true(up_portset_equal(&a, &a));
    for (uint32_t port = 0; port < UP_PORT_COUNT; port += port < 64 || port > 65400 ? 1 : 997) {
        b.map[port / 8u] ^= (uint8_t)(1u << port % 8u);
        assert_false(up_portset_equal(&a, &b));
        assert_false(up_portset_equal(&b, &a));
        b.map[port / 8u] ^= (uint8_t)(1u << port % 8u);
    }
    assert_true(up_portset_equal(&a, &b));
}

static void test_count(void **state)
{
    struct up_portset set;

    (void)state;
    up_portset_deny_all(&set);
    assert_int_equal(up_portset_count(&set), 0);
    up_portset_grant(&set, 0, 0);
    assert_int_equal(up_portset_count(&set), 1);
    up_portset_grant(&set, 0xFFFF, 0xFFFF);
    assert_int_equal(up_portset_count(&set), 2);
    up_portset_grant(&set, 0, 0xFFFE);
    assert_int_equal(up_portset_count(&set), 65536);
    for (unsigned value = 0; value < 256; value++) {
        unsigned expected = 0;

        for (unsigned bit = 0; bit < 8; bit++) {
            expected += (value >> bit & 1u) == 0;
        }
        memset(&set, 0xFF, sizeof set);
        set.map[8191] = (uint8_t)value;
        assert_int_equal(up_portset_count(&set), expected);
    }
}

static void assert_next_is_model(const struct up_portset *set, const struct model *model,
                                 uint32_t from)
{
    struct up_port_range range;
    uint32_t first = from;
    uint32_t end;

    while (first < UP_PORT_COUNT && !model->granted[first]) {
        first++;
    }
    assert_int_equal(up_portset_next(set, from, &range), first < UP_PORT_COUNT);
    if (first < UP_PORT_COUNT) {
        for (end = first; end < UP_PORT_COUNT && model->granted[end]; end++) {
        }
        assert_int_equal(range.first, first);
        assert_int_equal(range.last, end - 1u);
    }
}

static void test_random_operations_beside_a_model(void **state)
{
    static const unsigned widths[] = {1, 2, 4};
    struct up_portset sets[2];
    struct model *models = calloc(2, sizeof *models);
    uint32_t random = 0x55534552;

    (void)state;
    assert_non_null(models);
    up_portset_deny_all(&sets[0]);
    up_portset_deny_all(&sets[1]);
    for (unsigned round = 0; round < 4000; round++) {
        unsigned which = next_random(&random) & 1u;
        struct up_portset *set = &sets[which];
        struct model *model = &models[which];
        uint16_t first = random_port(&random);
        uint16_t last = random_port(&random);

        if (next_random(&random) % 4u != 0) {
            last = (uint16_t)(first + last % 70u);
        }
        switch (next_random(&random) % 16u) {
        case 0:
            up_portset_add(set, &sets[1u - which]);
            for (uint32_t port = 0; port < UP_PORT_COUNT; port++) {
                model->granted[port] = model->granted[port] || models[1u - which].granted[port];
            }
            break;
        case 1:
            up_portset_remove(set, &sets[1u - which]);
            for (uint32_t port = 0; port < UP_PORT_COUNT; port++) {
                model->granted[port] = model->granted[port] && !models[1u - which].granted[port];
            }
            break;
        case 2:
        case 3:
        case 4:
        case 5:
        case 6:
            up_portset_deny(set, first, last);
            model_change(model, first, last, false);
            break;
        default:
            up_portset_grant(set, first, last);
            model_change(model, first, last, true);
            break;
        }
        for (unsigned look = 0; look < 20; look++) {
            uint16_t port = random_port(&random);
            unsigned width = widths[next_random(&random) % 3u];

            assert_int_equal(up_portset_has(set, port), model->granted[port]);
            assert_int_equal(up_portset_allows(set, port, width), model_allows(model, port, width));
        }
        assert_next_is_model(set, model, random_port(&random));
        if (round % 8u == 0) {
            assert_is_model(set, model);
            assert_int_equal(up_portset_equal(&sets[0], &sets[1]),
                             memcmp(&models[0], &models[1], sizeof *models) == 0);
        }
    }
    assert_is_model(&sets[0], &models[0]);
    assert_is_model(&sets[1], &models[1]);
    free(models);
}

static void test_iteration_rebuilds_the_set(void **state)
{
    struct up_portset set;
    struct up_portset rebuilt;
    uint32_t random = 0x706F7274;

    (void)state;
    for (unsigned round = 0; round < 40; round++) {
        struct up_port_range range;
        int64_t previous_last = -2;
        uint32_t count = 0;

        for (size_t i = 0; i < sizeof set.map; i++) {
            uint32_t number = next_random(&random);

            set.map[i] = (uint8_t)(number >> 8 & (number >> 16 | (round & 1u ? 0xFFu : 0)));
        }
        up_portset_deny_all(&rebuilt);
        for (uint32_t from = 0; up_portset_next(&set, from, &range); from = range.last + 1u) {
            assert_true(range.first <= range.last);
            assert_true(range.first > previous_last + 1);
            previous_last = range.last;
            count += range.last - range.first + 1u;
            up_portset_grant(&rebuilt, range.first, range.last);
        }
        assert_true(up_portset_equal(&set, &rebuilt));
        assert_int_equal(up_portset_count(&set), count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deny_all_sets_every_bit),
        cmocka_unit_test(test_a_bit_is_where_the_processor_looks_for_it),
        cmocka_unit_test(test_every_range_between_two_edges),
        cmocka_unit_test(test_a_range_turned_around_changes_nothing),
        cmocka_unit_test(test_has_tells_each_of_all_ports),
        cmocka_unit_test(test_allows_needs_every_byte_port),
        cmocka_unit_test(test_allows_at_the_last_ports),
        cmocka_unit_test(test_first_denied_for_every_pattern),
        cmocka_unit_test(test_first_denied_at_the_last_port),
        cmocka_unit_test(test_allows_no_other_width),
        cmocka_unit_test(test_next_finds_runs),
        cmocka_unit_test(test_next_runs_between_all_edges),
        cmocka_unit_test(test_add_and_remove),
        cmocka_unit_test(test_equal_sees_each_bit),
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_random_operations_beside_a_model),
        cmocka_unit_test(test_iteration_rebuilds_the_set),
    };

    return cmocka_run_group_tests_name("portset", tests, NULL, NULL);
}
