/* SPDX-License-Identifier: MIT
 *
 * The texts of the event log's entries: whole where they fit, cut behind a whole part where they do
 * not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "control/eventlog.h"
#include "core/known_ports.h"
#include "core/portlist.h"

static struct up_portset ports, none;
static char whole[UP_PORTLIST_TEXT_MAX];

static int set_up(void **state)
{
    (void)state;
    up_portset_deny_all(&ports);
    up_portset_deny_all(&none);
    return 0;
}

static void test_list(void **state)
{
    char text[100];

    (void)state;
    up_eventlog_list(&ports, text, sizeof text);
    assert_string_equal(text, "none");
    up_portset_grant(&ports, 0x378, 0x37F);
    up_portset_grant(&ports, 0x61, 0x61);
    up_eventlog_list(&ports, text, sizeof text);
    assert_string_equal(text, "61, 378-37F");
}

/* Every size: in memory of exactly that size, so that the sanitizer sees a byte too many. */
static void test_cut_list(void **state)
{
    size_t length, size, kept;
    uint16_t port;
    char *text;

    (void)state;
    for (port = 0x1000; port < 0x1000 + 3 * 100; port += 3) {
        up_portset_grant(&ports, port, (uint16_t)(port + port % 2));
    }
    length = up_portlist_format(&ports, whole, sizeof whole);
    for (size = UP_EVENTLOG_TEXT_MIN; size < length + 10; size++) {
        text = malloc(size);
        assert_non_null(text);
        up_eventlog_list(&ports, text, (uint32_t)size);
        if (size > length) {
            assert_string_equal(text, whole);
        } else {
            kept = strlen(text) - 4;
            assert_true(kept > 0 && kept + 4 < size);
            assert_true(size - kept < 20); /* not more is lost than must be */
            assert_string_equal(text + kept, " ...");
            assert_memory_equal(text, whole, kept);
            assert_int_equal(text[kept - 1], ',');
        }
        free(text);
    }
}

static void test_hazards(void **state)
{
    char text[400];

    (void)state;
    up_portset_grant(&ports, 0x378, 0x37F);
    assert_false(up_eventlog_hazards(&none, &ports, text, sizeof text));
    up_portset_grant(&ports, 0x64, 0x64);
    assert_true(up_eventlog_hazards(&none, &ports, text, sizeof text));
    assert_memory_equal(text, "64 (keyboard", 12);
    assert_null(strchr(text, ';'));
    assert_false(up_eventlog_hazards(&ports, &ports, text, sizeof text)); /* it had it before */
    none = ports;
    up_portset_grant(&ports, 0xCF9, 0xCF9);
    assert_true(up_eventlog_hazards(&none, &ports, text, sizeof text));
    assert_memory_equal(text, "CF9 (", 5);
}

static void test_cut_hazards(void **state)
{
    size_t length, size;
    char *text;

    (void)state;
    up_portset_grant(&ports, 0, 0xFFFF);
    assert_true(up_eventlog_hazards(&none, &ports, whole, sizeof whole));
    length = strlen(whole);
    assert_true(length > 500);
    for (size = 200; size < length + 10; size++) {
        text = malloc(size);
        assert_non_null(text);
        assert_true(up_eventlog_hazards(&none, &ports, text, (uint32_t)size));
        if (size > length) {
            assert_string_equal(text, whole);
        } else {
            assert_true(strlen(text) < size);
            assert_string_equal(text + strlen(text) - 5, "; ...");
            assert_memory_equal(text, whole, strlen(text) - 4);
        }
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_list, set_up),
        cmocka_unit_test_setup(test_cut_list, set_up),
        cmocka_unit_test_setup(test_hazards, set_up),
        cmocka_unit_test_setup(test_cut_hazards, set_up),
    };

    return cmocka_run_group_tests_name("eventlog_text", tests, NULL, NULL);
}
