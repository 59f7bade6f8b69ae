/* SPDX-License-Identifier: MIT
 *
 * Tests of simulated/follow.c with random recordings and programs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "simulated/follow.h"

static uint32_t seed;

static uint32_t random_below(uint32_t limit)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % limit;
}

struct source {
    const struct up_follow_access *rows;
    unsigned count, next;
};

static bool next_row(void *context, struct up_follow_access *access)
{
    struct source *source = context;

    if (source->next == source->count) {
        return false;
    }
    *access = source->rows[source->next++];
    access->number = source->next;
    return true;
}

static struct up_follow_access random_access(uint32_t values)
{
    return (struct up_follow_access){.value = random_below(values),
                                     .port = (uint16_t)(0x378 + random_below(3)),
                                     .width = 1,
                                     .is_write = random_below(2) == 0};
}

/*
 * Whatever the polling loops of one port do, in the recording and in the program, nothing is said;
 * and whatever a program does instead, the counts are right.
 */
static void test_random(void **state)
{
    static struct up_follow_access rows[600];
    static struct up_follow follow;
    struct up_follow_access expected;
    uint64_t count, left;
    uint32_t value;
    unsigned round, i;

    (void)state;
    for (round = 0; round < 200; round++) {
        struct source source = {rows, 1 + random_below(600), 0};
        const uint32_t values = 1 + random_below(6);
        unsigned differences = 0;

        seed = round;
        for (i = 0; i < source.count; i++) {
            rows[i] = random_access(values);
        }
        up_follow_start(&follow, next_row, &source);
        for (i = 0; i < source.count; i++) {
            const bool is_poll = i > 0 && !rows[i].is_write && !rows[i - 1].is_write &&
                                 rows[i].port == rows[i - 1].port;

            if (is_poll && random_below(3) == 0) {
                continue; /* less often */
            }
            differences += up_follow(&follow, &rows[i], &value, &expected) != UP_FOLLOWED;
            if (!rows[i].is_write && random_below(3) == 0) { /* more often */
                differences += up_follow(&follow, &rows[i], &value, &expected) != UP_FOLLOWED;
            }
        }
        up_follow_finish(&follow, &count, &left);
        assert_int_equal(differences, 0);
        assert_int_equal(count, source.count);
        assert_true(left <= 20); /* polls at the end */

        source.next = 0;
        up_follow_start(&follow, next_row, &source);
        for (i = 0; i < 300; i++) {
            const struct up_follow_access access =
                random_below(4) == 0 ? random_access(values) : rows[random_below(source.count)];
            const enum up_followed followed = up_follow(&follow, &access, &value, &expected);

            assert_true(followed != UP_FOLLOWED_OTHER ||
                        (expected.number >= 1 && expected.number <= source.count));
            assert_true(follow.place <= follow.end && follow.done <= follow.end);
        }
        up_follow_finish(&follow, &count, &left);
        assert_int_equal(count, source.count);
        assert_true(left <= count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests_name("simulated_follow", tests, NULL, NULL);
}
