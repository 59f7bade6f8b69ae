/* SPDX-License-Identifier: MIT
 *
 * Tests of simulated/pit.c: the timer's channel in each mode against a model that counts tick by
 * tick, the gate, counts that come while it runs, and reading back in every way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "simulated/pit.h"

/* The output and the count of a channel, tick by tick, as the data sheet's diagrams show them. */
struct model {
    unsigned mode;
    int32_t count, value;
    bool is_high, runs;
};

static void model_tick(struct model *model, bool gate)
{
    switch (model->mode) {
    case 0:
        if (gate && --model->value == 0) {
            model->is_high = true;
        }
        break;
    case 1:
        if (model->runs && --model->value == 0) {
            model->is_high = true;
        }
        break;
    case 2:
        if (gate && --model->value == 0) {
            model->value = model->count;
        }
        model->is_high = model->value != 1 || !gate;
        break;
    case 3:
        if (gate) {
            model->value -= 2;
            /* An odd count: the high half is one tick longer. */
            if (model->value == 0 && (!model->is_high || model->count % 2 == 0)) {
                model->is_high = !model->is_high;
                model->value = model->count & ~1;
            } else if (model->value < 0) {
                model->is_high = false;
                model->value = model->count & ~1;
            }
        } else {
            model->is_high = true;
        }
        break;
    default:
        if (model->mode == 4 ? gate : model->runs) {
            model->value--;
        }
        model->is_high = model->value != 0;
    }
}

static void compare(const struct up_pit *pit, const struct model *model, uint64_t tick)
{
    struct up_pit copy = *pit;
    const uint64_t at = tick * UP_PIT_PARTS;
    uint16_t value;

    assert_int_equal(up_pit_high(pit, at, at + 1), model->is_high);
    assert_int_equal(up_pit_high(pit, at, at + UP_PIT_PARTS), model->is_high ? UP_PIT_PARTS : 0);
    up_pit_command(&copy, 0x80, tick); /* latch */
    value = up_pit_read(&copy, tick + 5);
    value = (uint16_t)(value | up_pit_read(&copy, tick + 9) << 8);
    assert_int_equal(value, (uint16_t)model->value);
}

static void test_modes(void **state)
{
    static const uint16_t counts[] = {2, 3, 7, 10, 255, 256};
    unsigned mode, i, tick;

    (void)state;
    for (mode = 0; mode < 8; mode++) {
        for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            const unsigned real = mode > 5 ? mode - 4 : mode;
            struct up_pit pit;
            struct model model = {real, counts[i], counts[i], real > 1, true};
            uint64_t high = 0;

            up_pit_init(&pit);
            up_pit_command(&pit, (uint8_t)(0xB0u | mode << 1), 100);
            up_pit_write(&pit, (uint8_t)counts[i], 100);
            up_pit_write(&pit, (uint8_t)(counts[i] >> 8), 100);
            up_pit_gate(&pit, true, 100);
            if (real == 3) {
                model.value &= ~1;
            }
            for (tick = 100; tick < 1500; tick++) {
                compare(&pit, &model, tick);
                high += model.is_high ? UP_PIT_PARTS : 0;
                model_tick(&model, true);
            }
            assert_int_equal(up_pit_high(&pit, 100 * UP_PIT_PARTS, 1500 * UP_PIT_PARTS), high);
            assert_int_equal(up_pit_is_constant(&pit, 1500), real != 2 && real != 3);
            assert_int_equal(up_pit_is_constant(&pit, 101), false);
        }
    }
}

/* What the gate does in each mode. */
static void test_gate(void **state)
{
    struct up_pit pit;
    unsigned mode;

    (void)state;
    for (mode = 0; mode < 6; mode++) {
        const bool stops = mode == 0 || mode == 4;
        const bool is_one_shot = mode == 1 || mode == 5;

        up_pit_init(&pit);
        up_pit_command(&pit, (uint8_t)(0xB0u | mode << 1), 0);
        up_pit_write(&pit, 100, 0);
        up_pit_write(&pit, 0, 0);
        assert_true(up_pit_is_constant(&pit, 0));
        assert_int_equal(up_pit_high(&pit, 0, 1), mode != 0);
        up_pit_gate(&pit, true, 10);
        up_pit_gate(&pit, true, 20); /* no edge */
        up_pit_gate(&pit, false, 70);
        /* 60 ticks were counted. Those that count in periods give a high output now. */
        assert_int_equal(up_pit_high(&pit, 70 * UP_PIT_PARTS, 70 * UP_PIT_PARTS + 1),
                         mode != 0 && mode != 1);
        up_pit_gate(&pit, true, 1000);
        up_pit_command(&pit, 0x80, 1010);
        assert_int_equal(up_pit_read(&pit, 1010), stops ? 30 : mode == 3 ? 80 : 90);
        assert_int_equal(up_pit_read(&pit, 1010), 0);
        assert_int_equal(up_pit_is_constant(&pit, 1105), stops || is_one_shot);
    }
}

/* A new count in modes 2 and 3 waits for the end of a period, or of a half of it. */
static void test_new_counts(void **state)
{
    struct up_pit pit;

    (void)state;
    up_pit_init(&pit);
    up_pit_command(&pit, 0x94, 0); /* mode 2, low byte */
    up_pit_write(&pit, 100, 0);
    up_pit_gate(&pit, true, 0);
    up_pit_write(&pit, 10, 130);
    assert_int_equal(up_pit_next(&pit), 200);
    up_pit_write(&pit, 20, 140);
    assert_int_equal(up_pit_next(&pit), 200);
    up_pit_advance(&pit, 199);
    assert_int_equal(up_pit_read(&pit, 199), 1);
    up_pit_advance(&pit, 200);
    assert_int_equal(up_pit_next(&pit), UINT64_MAX);
    assert_int_equal(up_pit_read(&pit, 200), 20);
    assert_int_equal(up_pit_read(&pit, 219), 1);
    assert_int_equal(up_pit_read(&pit, 220), 20);

    up_pit_init(&pit);
    up_pit_command(&pit, 0x96, 0); /* mode 3, low byte */
    up_pit_write(&pit, 100, 0);
    up_pit_gate(&pit, true, 0);
    up_pit_write(&pit, 10, 130); /* in the high half, which ends at 150 */
    assert_int_equal(up_pit_next(&pit), 150);
    up_pit_advance(&pit, 150);
    assert_int_equal(up_pit_high(&pit, 150 * UP_PIT_PARTS, 155 * UP_PIT_PARTS), 0);
    assert_int_equal(up_pit_high(&pit, 155 * UP_PIT_PARTS, 160 * UP_PIT_PARTS), 5 * UP_PIT_PARTS);
    up_pit_write(&pit, 30, 162); /* in the low half, which ends at 165 */
    assert_int_equal(up_pit_next(&pit), 165);
    up_pit_advance(&pit, 165);
    assert_int_equal(up_pit_high(&pit, 165 * UP_PIT_PARTS, 180 * UP_PIT_PARTS), 15 * UP_PIT_PARTS);
    assert_int_equal(up_pit_high(&pit, 180 * UP_PIT_PARTS, 195 * UP_PIT_PARTS), 0);
    /* The gate brings it at once, and so does a mode. */
    up_pit_write(&pit, 8, 170);
    up_pit_gate(&pit, false, 171);
    assert_int_equal(up_pit_next(&pit), UINT64_MAX);
    up_pit_gate(&pit, true, 180);
    assert_int_equal(up_pit_read(&pit, 180), 8);
    /* A one-shot that runs keeps its count. */
    up_pit_command(&pit, 0x92, 200);
    up_pit_write(&pit, 50, 200);
    up_pit_gate(&pit, false, 210);
    up_pit_gate(&pit, true, 220);
    up_pit_write(&pit, 5, 230);
    assert_int_equal(up_pit_high(&pit, 269 * UP_PIT_PARTS, 271 * UP_PIT_PARTS), UP_PIT_PARTS);
    up_pit_gate(&pit, false, 300);
    up_pit_gate(&pit, true, 310);
    assert_int_equal(up_pit_high(&pit, 314 * UP_PIT_PARTS, 316 * UP_PIT_PARTS), UP_PIT_PARTS);
}

static void test_reading(void **state)
{
    struct up_pit pit;

    (void)state;
    up_pit_init(&pit);
    /* BCD: from 1234 down */
    up_pit_command(&pit, 0xB1, 0);
    up_pit_gate(&pit, true, 0);
    up_pit_write(&pit, 0x34, 0);
    assert_int_equal(up_pit_high(&pit, 0, 1), 0);
    up_pit_write(&pit, 0x12, 0);
    assert_int_equal(up_pit_read(&pit, 35), 0x99);
    assert_int_equal(up_pit_read(&pit, 35), 0x11);
    up_pit_command(&pit, 0x80, 1235);
    assert_int_equal(up_pit_read(&pit, 1240), 0x99);
    assert_int_equal(up_pit_read(&pit, 1240), 0x99);
    /* 0 is the longest count of both kinds */
    up_pit_write(&pit, 0, 2000);
    up_pit_write(&pit, 0, 2000);
    assert_int_equal(up_pit_high(&pit, 11999 * UP_PIT_PARTS, 12001 * UP_PIT_PARTS), UP_PIT_PARTS);
    up_pit_command(&pit, 0xB0, 20000);
    up_pit_write(&pit, 0, 20000);
    up_pit_write(&pit, 0, 20000);
    assert_int_equal(up_pit_high(&pit, 85535 * UP_PIT_PARTS, 85537 * UP_PIT_PARTS), UP_PIT_PARTS);
    /* one byte alone */
    up_pit_command(&pit, 0xA0, 100000);
    up_pit_write(&pit, 2, 100000); /* 200 hexadecimal */
    assert_int_equal(up_pit_read(&pit, 100000), 2);
    assert_int_equal(up_pit_read(&pit, 100001), 1);
    up_pit_command(&pit, 0x90, 100000);
    up_pit_write(&pit, 9, 100000);
    assert_int_equal(up_pit_read(&pit, 100001), 8);
    assert_int_equal(up_pit_read(&pit, 100002), 7);
    /* What is latched stays until it was read, and a second command changes nothing. */
    up_pit_command(&pit, 0x80, 100003);
    up_pit_command(&pit, 0x80, 100005);
    assert_int_equal(up_pit_read(&pit, 100006), 6);
    assert_int_equal(up_pit_read(&pit, 100007), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_gate),
        cmocka_unit_test(test_new_counts),
        cmocka_unit_test(test_reading),
    };

    return cmocka_run_group_tests_name("simulated_pit", tests, NULL, NULL);
}
