/* SPDX-License-Identifier: MIT
 *
 * Tests of devices/ioports.c: the texts of /proc/ioports and of PCI devices' resources, as root and
 * users see them, and damaged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "devices/ioports.h"

static void test_as_root_sees_it(void **state)
{
    const char *at = "0000-0cf7 : PCI Bus 0000:00\n"
                     "  0070-0071 : rtc0\n"
                     "  0378-037a : parport0\n"
                     "    037a-037a : a name with : in it\n"
                     "d010-d017 : 0000:03:00.0\n";
    static const struct {
        uint16_t first, last;
        unsigned depth;
        const char *name;
    } wanted[] = {{0, 0xCF7, 0, "PCI Bus 0000:00"},
                  {0x70, 0x71, 1, "rtc0"},
                  {0x378, 0x37A, 1, "parport0"},
                  {0x37A, 0x37A, 2, "a name with : in it"},
                  {0xD010, 0xD017, 0, "0000:03:00.0"}};
    struct up_ioports_line line;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        at = up_ioports_next(at, &line);
        assert_non_null(at);
        assert_int_equal(line.range.first, wanted[i].first);
        assert_int_equal(line.range.last, wanted[i].last);
        assert_int_equal(line.depth, wanted[i].depth);
        assert_string_equal(line.name, wanted[i].name);
    }
    assert_null(up_ioports_next(at, &line));
}

static void test_as_a_user_sees_it(void **state)
{
    struct up_ioports_line line;
    const char *at = up_ioports_next("  0000-0000 : parport0\n", &line);

    (void)state;
    assert_non_null(at);
    assert_int_equal(line.range.last, 0);
    assert_string_equal(line.name, "parport0");
}

/* Lines that are none are passed over, whatever they are. */
static void test_damaged(void **state)
{
    static const char *const lines[] = {"",
                                        "\n",
                                        "-\n",
                                        "0378\n",
                                        "0378-\n",
                                        "0378-037a\n",
                                        "0378-037a :\n",
                                        "037a-0378 : turned around\n",
                                        "0378-10000 : too far\n",
                                        "0378-037g : no number\n",
                                        "00000000000000000378-0379 : too long\n",
                                        "f0000000-ffffffff : memory\n"};
    struct up_ioports_line line;
    char text[200];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_null(up_ioports_next(lines[i], &line));
        (void)snprintf(text, sizeof text, "%s0061-0061 : keyboard", lines[i]);
        if (lines[i][0] != '\0') {
            assert_non_null(up_ioports_next(text, &line));
            assert_int_equal(line.range.first, 0x61);
        }
    }
}

static void test_long_name(void **state)
{
    char text[400] = "0061-0061 : ";
    struct up_ioports_line line;

    (void)state;
    memset(text + 12, 'x', 300);
    assert_non_null(up_ioports_next(text, &line));
    assert_int_equal(strlen(line.name), UP_IOPORTS_NAME_MAX - 1);
}

static void test_resources(void **state)
{
    static const struct {
        int32_t region;
        uint16_t first, last;
    } wanted[] = {{1, 0xD010, 0xD017}, {3, 0xD000, 0xD007}, {4, 0xC000, 0xC00F}};
    const char *at = "0x00000000febf0000 0x00000000febf0fff 0x0000000000040200\n"
                     "0x000000000000d010 0x000000000000d017 0x0000000000040101\n"
                     "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
                     "0x000000000000d000 0x000000000000d007 0x0000000000040101\n"
                     "0x000000000000c000 0x000000000000c00f 0x0000000000040101\n"
                     "0x0000000000010000 0x0000000000010003 0x0000000000040101\n"
                     "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
                     /* what a bridge passes on */
                     "0x0000000000001000 0x0000000000001fff 0x0000000000000101\n"
                     "0x0000000000000000";
    int32_t region = UP_NO_REGION;
    struct up_port_range range;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        at = up_ioports_next_resource(at, &region, &range);
        assert_non_null(at);
        assert_int_equal(region, wanted[i].region);
        assert_int_equal(range.first, wanted[i].first);
        assert_int_equal(range.last, wanted[i].last);
    }
    assert_null(up_ioports_next_resource(at, &region, &range));
}

static void test_damaged_resources(void **state)
{
    int32_t region = UP_NO_REGION;
    struct up_port_range range;

    (void)state;
    assert_null(up_ioports_next_resource("", &region, &range));
    assert_non_null(up_ioports_next_resource("nonsense\n\n0x100 0x107 0x101", &region, &range));
    assert_int_equal(region, 2);
    assert_int_equal(range.first, 0x100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_root_sees_it), cmocka_unit_test(test_as_a_user_sees_it),
        cmocka_unit_test(test_damaged),         cmocka_unit_test(test_long_name),
        cmocka_unit_test(test_resources),       cmocka_unit_test(test_damaged_resources),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
