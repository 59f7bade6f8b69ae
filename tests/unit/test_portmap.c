/* SPDX-License-Identifier: MIT
 *
 * gui/portmap.c: the picture of the ports. Each port has its pixels and each pixel its port; no two
 * classes look alike, with colours and without; selection and caret by every key; the words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gui/portmap.h"

static struct up_portmap map;
static struct up_portmap_colours light, plain;

static int setup(void **state)
{
    (void)state;
    up_portmap_init(&map);
    up_portmap_light_colours(&light);
    up_portmap_plain_colours(&plain, 0x000000, 0xFFFFFF, 0x00FFFF, 0x000001);
    return 0;
}

static void classify(const char *wanted, const char *in_force, bool is_running)
{
    struct up_portset first, second;

    up_portset_deny_all(&first);
    up_portset_deny_all(&second);
    for (unsigned i = 0; i + 3 <= strlen(wanted); i += 4) {
        up_portset_grant(&first, (uint16_t)strtoul(wanted + i, NULL, 16),
                         (uint16_t)strtoul(wanted + i, NULL, 16));
    }
    for (unsigned i = 0; i + 3 <= strlen(in_force); i += 4) {
        up_portset_grant(&second, (uint16_t)strtoul(in_force + i, NULL, 16),
                         (uint16_t)strtoul(in_force + i, NULL, 16));
    }
    up_portmap_classify(&map, &first, &second, is_running);
}

static void classes(void **state)
{
    (void)state;
    classify("378 060 379 061", "378 060 37A 064", true);
    assert_int_equal(map.classes[0x378], UP_CLASS_GRANTED);
    assert_int_equal(map.classes[0x060], UP_CLASS_GRANTED_HAZARD);
    assert_int_equal(map.classes[0x379], UP_CLASS_ADDED);
    assert_int_equal(map.classes[0x061], UP_CLASS_ADDED);
    assert_int_equal(map.classes[0x37A], UP_CLASS_REMOVED);
    assert_int_equal(map.classes[0x064], UP_CLASS_REMOVED);
    assert_int_equal(map.classes[0x37B], UP_CLASS_KNOWN);
    assert_int_equal(map.classes[0x070], UP_CLASS_HAZARD);
    assert_int_equal(map.classes[0xE000], UP_CLASS_EMPTY);
    for (unsigned i = 0; i < UP_CLASS_COUNT; i++) {
        assert_true(strlen(up_portmap_class_text((enum up_port_class)i)) > 0);
    }
}

/*
 * Every port, in both zooms, with cells of some sizes: its rectangle's corners are it, and
 * rectangles do not overlap.
 */
static void ports_and_pixels(void **state)
{
    static const uint32_t sides[] = {256, 300, 512, 777, 1024};

    (void)state;
    for (unsigned zoom = 0; zoom < 2; zoom++) {
        for (unsigned i = 0; i < sizeof sides / sizeof sides[0]; i++) {
            up_portmap_zoom(&map, (enum up_zoom)zoom);
            up_portmap_fit(&map, sides[i], 1);
            assert_true(up_portmap_extent(&map) <= sides[i]);
            assert_true(up_portmap_extent(&map) + up_portmap_columns(&map) > sides[i]);
            for (uint32_t port = 0; port <= up_portmap_last(&map); port++) {
                struct up_portmap_rect rect;
                uint16_t first, last;

                up_portmap_rect(&map, (uint16_t)port, &rect);
                assert_true(rect.width == map.cell && rect.height == map.cell);
                assert_true(
                    up_portmap_port_at(&map, (int32_t)rect.left, (int32_t)rect.top, &first));
                assert_true(up_portmap_port_at(&map, (int32_t)(rect.left + rect.width - 1),
                                               (int32_t)(rect.top + rect.height - 1), &last));
                assert_true(first == port && last == port);
            }
        }
    }
    up_portmap_zoom(&map, UP_ZOOM_WHOLE);
    assert_int_equal(up_portmap_last(&map), 0xFFFF);
    up_portmap_zoom(&map, UP_ZOOM_LOW);
    assert_int_equal(up_portmap_last(&map), 0x3FF);
}

static void outside(void **state)
{
    static const struct {
        int32_t x, y;
        uint16_t nearest;
    } places[] = {{-1, 0, 0x0000}, {0, -1, 0x0000},    {256, 0, 0x00FF},    {0, 256, 0xFF00},
                  {-9, 3, 0x0300}, {300, 300, 0xFFFF}, {-300, 999, 0xFF00}, {7, -30000, 0x0007}};

    (void)state;
    for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
        uint16_t port = 1;

        assert_false(up_portmap_port_at(&map, places[i].x, places[i].y, &port));
        assert_int_equal(port, places[i].nearest);
    }
    up_portmap_fit(&map, 0, 0); /* a window of no size */
    assert_true(map.cell == 1 && map.pattern == 1);
}

/* 16 by 16 pixels of a class. */
static void swatch(const struct up_portmap_colours *colours, unsigned port_class, uint32_t *pixels)
{
    up_portmap_swatch(colours, (enum up_port_class)port_class, 1, 16, 16, pixels, 16);
}

static uint32_t brightness(const uint32_t *pixels)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < 256; i++) {
        sum += (pixels[i] >> 16 & 0xFF) * 3 + (pixels[i] >> 8 & 0xFF) * 6 + (pixels[i] & 0xFF);
    }
    return sum / 2560;
}

/*
 * No two classes look alike: not by pattern alone in two colours, and in the light colours neither
 * in colour nor, much, in grey.
 */
static void distinct(void **state)
{
    uint32_t one[256], other[256];

    (void)state;
    for (unsigned a = 0; a < UP_CLASS_COUNT; a++) {
        for (unsigned b = 0; b < a; b++) {
            swatch(&plain, a, one);
            swatch(&plain, b, other);
            assert_memory_not_equal(one, other, sizeof one);
            swatch(&light, a, one);
            swatch(&light, b, other);
            assert_memory_not_equal(one, other, sizeof one);
            assert_true(light.ink[a] != light.ink[b]);
        }
    }
    /*
     * what is granted is dark, what is not is light, for those who see no colours and at one pixel
     * a port
     */
    for (unsigned a = 0; a < UP_CLASS_COUNT; a++) {
        swatch(&light, a, one);
        assert_true(a == UP_CLASS_GRANTED || a == UP_CLASS_GRANTED_HAZARD ? brightness(one) < 130
                                                                          : brightness(one) > 150);
    }
}

/* In few colours, what is selected can be told from what is not, granted or empty. */
static void selected_plain(void **state)
{
    (void)state;
    assert_int_equal(plain.selected_paper, 0x00FFFF);
    assert_int_equal(plain.selected_ink, 0x007F80);
    up_portmap_plain_colours(&plain, 0xFFFFFF, 0x000000, 0x000000, 0xFFFFFF);
    assert_true(plain.selected_ink == 0x7F7F7F && plain.selected_paper == 0x000000);
}

/* A pattern's dot of 2 is the same picture, twice as large. */
static void pattern_scales(void **state)
{
    uint32_t one[256], two[32 * 32];

    (void)state;
    for (unsigned a = 0; a < UP_CLASS_COUNT; a++) {
        swatch(&light, a, one);
        up_portmap_swatch(&light, (enum up_port_class)a, 2, 32, 32, two, 32);
        for (unsigned i = 0; i < 32 * 32; i++) {
            assert_int_equal(two[i], one[i / 32 / 2 * 16 + i % 32 / 2]);
        }
    }
}

static void rendered(void **state)
{
    enum { STRIDE = 300 };
    uint32_t *pixels = calloc(STRIDE * 256, sizeof *pixels);
    struct up_portmap_rect rect;

    (void)state;
    classify("378 060", "378 060", true);
    up_portmap_fit(&map, 256, 1);
    up_portmap_render(&map, &light, pixels, STRIDE);
    assert_int_equal(pixels[3 * STRIDE + 0x78], light.ink[UP_CLASS_GRANTED]);
    assert_int_equal(pixels[3 * STRIDE + 255], light.paper[UP_CLASS_KNOWN]); /* 3FF, COM1 */
    assert_int_equal(pixels[224 * STRIDE], light.paper[UP_CLASS_EMPTY]);
    assert_int_equal(pixels[255], light.paper[UP_CLASS_EMPTY]);
    assert_int_equal(pixels[256], 0); /* nothing beside the picture */
    up_portmap_zoom(&map, UP_ZOOM_LOW);
    assert_int_equal(map.cell, 8);
    up_portmap_point(&map, 0x378, false);
    up_portmap_point(&map, 0x379, true);
    up_portmap_render(&map, &light, pixels, STRIDE);
    up_portmap_rect(&map, 0x378, &rect);
    assert_int_equal(pixels[rect.top * STRIDE + rect.left], light.selected_ink);
    assert_int_equal(pixels[rect.top * STRIDE + rect.left + 7], light.grid);
    assert_int_equal(pixels[(rect.top + 7) * STRIDE + rect.left], light.grid);
    up_portmap_rect(&map, 0x379, &rect);
    assert_int_equal(pixels[rect.top * STRIDE + rect.left], light.selected_paper);
    up_portmap_rect(&map, 0x37A, &rect);
    assert_true(pixels[rect.top * STRIDE + rect.left] == light.paper[UP_CLASS_KNOWN]);
    free(pixels);
}

static void moves(void **state)
{
    static const struct {
        enum up_zoom zoom;
        uint16_t from;
        enum up_caret_move move;
        uint16_t to;
    } cases[] = {
        {UP_ZOOM_WHOLE, 0x378, UP_MOVE_LEFT, 0x377},
        {UP_ZOOM_WHOLE, 0x378, UP_MOVE_RIGHT, 0x379},
        {UP_ZOOM_WHOLE, 0x000, UP_MOVE_LEFT, 0x000},
        {UP_ZOOM_WHOLE, 0xFFFF, UP_MOVE_RIGHT, 0xFFFF},
        {UP_ZOOM_WHOLE, 0x378, UP_MOVE_UP, 0x278},
        {UP_ZOOM_WHOLE, 0x378, UP_MOVE_DOWN, 0x478},
        {UP_ZOOM_WHOLE, 0x078, UP_MOVE_UP, 0x078},
        {UP_ZOOM_WHOLE, 0xFF78, UP_MOVE_DOWN, 0xFF78},
        {UP_ZOOM_WHOLE, 0x378, UP_MOVE_PAGE_UP, 0x078},
        {UP_ZOOM_WHOLE, 0x378, UP_MOVE_PAGE_DOWN, 0x4378},
        {UP_ZOOM_WHOLE, 0x8378, UP_MOVE_PAGE_UP, 0x4378},
        {UP_ZOOM_WHOLE, 0xF378, UP_MOVE_PAGE_DOWN, 0xFF78},
        {UP_ZOOM_WHOLE, 0x100, UP_MOVE_UP, 0x000},
        {UP_ZOOM_WHOLE, 0x4000, UP_MOVE_PAGE_UP, 0x000},
        {UP_ZOOM_WHOLE, 0xFEFF, UP_MOVE_DOWN, 0xFFFF},
        {UP_ZOOM_WHOLE, 0xBFFF, UP_MOVE_PAGE_DOWN, 0xFFFF},
        {UP_ZOOM_WHOLE, 0x378, UP_MOVE_ROW_START, 0x300},
        {UP_ZOOM_WHOLE, 0x378, UP_MOVE_ROW_END, 0x3FF},
        {UP_ZOOM_WHOLE, 0x378, UP_MOVE_FIRST, 0x000},
        {UP_ZOOM_WHOLE, 0x378, UP_MOVE_LAST, 0xFFFF},
        {UP_ZOOM_LOW, 0x378, UP_MOVE_LAST, 0x3FF},
        {UP_ZOOM_LOW, 0x3F8, UP_MOVE_DOWN, 0x3F8},
        {UP_ZOOM_LOW, 0x378, UP_MOVE_UP, 0x358},
        {UP_ZOOM_LOW, 0x378, UP_MOVE_ROW_END, 0x37F},
        {UP_ZOOM_LOW, 0x3F8, UP_MOVE_PAGE_UP, 0x2F8},
        {UP_ZOOM_LOW, 0x3FF, UP_MOVE_RIGHT, 0x3FF},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        up_portmap_zoom(&map, cases[i].zoom);
        up_portmap_point(&map, cases[i].from, false);
        up_portmap_move(&map, cases[i].move, false);
        assert_int_equal(map.caret, cases[i].to);
        assert_false(map.has_range);
        assert_int_equal(up_portset_count(&map.selected), 0);
        up_portmap_point(&map, cases[i].from, false);
        up_portmap_move(&map, cases[i].move, true);
        assert_true(map.has_range && map.anchor == cases[i].from && map.caret == cases[i].to);
        assert_int_equal(up_portset_count(&map.selected), abs(map.caret - map.anchor) + 1);
    }
}

static void selection(void **state)
{
    struct up_portset ports;
    struct up_port_range range;

    (void)state;
    up_portmap_point(&map, 0x31F, false);
    range = up_portmap_range(&map);
    assert_true(range.first == 0x31F && range.last == 0x31F);
    up_portmap_point(&map, 0x300, true); /* to the front */
    range = up_portmap_range(&map);
    assert_true(range.first == 0x300 && range.last == 0x31F);
    assert_true(up_portset_has(&map.selected, 0x300) && up_portset_has(&map.selected, 0x31F));
    assert_int_equal(up_portset_count(&map.selected), 0x20);
    up_portmap_point(&map, 0x330, true); /* and beyond the anchor */
    range = up_portmap_range(&map);
    assert_true(range.first == 0x31F && range.last == 0x330);
    up_portmap_clear(&map);
    assert_false(map.has_range);
    assert_int_equal(up_portset_count(&map.selected), 0);
    up_portset_deny_all(&ports);
    up_portset_grant(&ports, 0x42, 0x43);
    up_portset_grant(&ports, 0x61, 0x61);
    up_portmap_show(&map, &ports);
    assert_false(map.has_range);
    assert_true(up_portset_equal(&map.selected, &ports));
    up_portmap_zoom(&map, UP_ZOOM_LOW); /* what was chosen elsewhere stays */
    assert_true(up_portset_equal(&map.selected, &ports));
    up_portmap_zoom(&map, UP_ZOOM_WHOLE);
    up_portmap_point(&map, 0x3F0, false);
    up_portmap_point(&map, 0x500, true);
    up_portmap_zoom(&map, UP_ZOOM_LOW); /* a range is cut to what is shown */
    range = up_portmap_range(&map);
    assert_true(range.first == 0x3F0 && range.last == 0x3FF);
    assert_int_equal(up_portset_count(&map.selected), 0x10);
}

struct words {
    uint16_t first, last;
    const char *text;
};

static void say(const struct words *cases, size_t count)
{
    char text[200], cut[12];

    for (size_t i = 0; i < count; i++) {
        struct up_port_range range = {cases[i].first, cases[i].last};

        assert_int_equal(up_portmap_text(&map, range, text, sizeof text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
        assert_int_equal(up_portmap_text(&map, range, cut, sizeof cut), strlen(cases[i].text));
        assert_int_equal(strlen(cut), sizeof cut - 1);
        assert_memory_equal(cut, cases[i].text, sizeof cut - 1);
    }
}

static void words(void **state)
{
    static const struct words running[] = {
        {0x378, 0x378, "378: printer port LPT1, granted"},
        {0x379, 0x379, "379: printer port LPT1, added, not applied yet"},
        {0x37A, 0x37A, "37A: printer port LPT1, removed, not applied yet"},
        {0x60, 0x60,
         "60: keyboard controller, granted. It can read what is typed, lock the keyboard and the "
         "mouse, and reset the "
         "machine"},
        {0xE000, 0xE000, "E000: nothing known, not granted"},
        {0x300, 0x31F, "300-31F (32 ports): NE2000 network card, 0 granted"},
        {0x378, 0x37F, "378-37F (8 ports): printer port LPT1, 2 granted"},
        {0x370, 0x37F, "370-37F (16 ports): IDE disk control registers and more, 2 granted"},
        {0xE000, 0xE001, "E000-E001 (2 ports): nothing known, 0 granted"},
        {0x0, 0xFFFF,
         "0-FFFF (65536 ports): DMA controllers and page registers and more, 3 granted"},
    };
    /* what is stored, or will be: no program has it */
    static const struct words stopped[] = {
        {0x378, 0x378, "378: printer port LPT1, in the list, not open"},
        {0x379, 0x379, "379: printer port LPT1, added, not saved yet"},
        {0x37A, 0x37A, "37A: printer port LPT1, removed, not saved yet"},
        {0x60, 0x60,
         "60: keyboard controller, in the list, not open. It can read what is typed, lock the "
         "keyboard and the mouse, "
         "and reset the machine"},
        {0x3F8, 0x3F8, "3F8: serial port COM1, not in the list"},
        {0x70, 0x70,
         "70: CMOS memory and real-time clock, not in the list. It can change the date and spoil "
         "the BIOS settings, so "
         "that the machine does not start any more"},
        {0xE000, 0xE000, "E000: nothing known, not in the list"},
        {0x378, 0x37F, "378-37F (8 ports): printer port LPT1, 2 in the list"},
    };

    (void)state;
    classify("378 379 060", "378 37A 060", true);
    say(running, sizeof running / sizeof running[0]);
    classify("378 379 060", "378 37A 060", false);
    say(stopped, sizeof stopped / sizeof stopped[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(classes, setup),
        cmocka_unit_test_setup(ports_and_pixels, setup),
        cmocka_unit_test_setup(outside, setup),
        cmocka_unit_test_setup(distinct, setup),
        cmocka_unit_test_setup(rendered, setup),
        cmocka_unit_test_setup(pattern_scales, setup),
        cmocka_unit_test_setup(selected_plain, setup),
        cmocka_unit_test_setup(moves, setup),
        cmocka_unit_test_setup(selection, setup),
        cmocka_unit_test_setup(words, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
