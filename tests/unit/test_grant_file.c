/* SPDX-License-Identifier: MIT
 *
 * Tests of policy/grant_file.c: every list that it writes is read again as the same list, by
 * userport-run's own reader; and files that somebody has changed are not taken for its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/known_ports.h"
#include "core/portlist.h"
#include "policy/grant_file.h"

static const struct up_text passwd = {"/etc/passwd", "anna:x:1001:1001::/:\n", 21};
static const struct up_text group = {"/etc/group", "userport:x:998:\nlab:x:997:\n", 27};
static char text[UP_GRANT_FILE_BYTES + 1], message[UP_RULES_MESSAGE_MAX];

static bool read_back(const char *from, size_t length, struct up_portset *ports)
{
    const struct up_text file = {"/etc/userport.conf.d/userportctl.conf", from, length};

    message[0] = '\0';
    return up_grant_file_read(&file, &passwd, &group, ports, message);
}

static void check_both_ways(const struct up_portset *ports)
{
    static struct up_portset again;
    const size_t length = up_grant_file_write(ports, text, sizeof text);
    const char *line = text;

    assert_in_range(length, 1, UP_GRANT_FILE_BYTES);
    assert_int_equal(strlen(text), length);
    assert_true(strstr(text, "userportctl writes this file") < strchr(text, '\n'));
    while (line != NULL) {
        assert_in_range(strcspn(line, "\n"), 0, 120);
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    assert_true(read_back(text, length, &again));
    assert_true(up_portset_equal(ports, &again));
}

static void test_both_ways(void **state)
{
    static const char *const lists[] = {"",        "378",   "lpt1, speaker", "0-FFFF",
                                        "classic", "70-71", "40-43 60-64",   "0, FFFF"};
    static struct up_portset ports;
    uint32_t random = 1, i, runs;

    (void)state;
    for (i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        up_portset_deny_all(&ports);
        assert_true(up_portlist_parse(lists[i], strlen(lists[i]), &ports, NULL));
        check_both_ways(&ports);
    }
    for (i = 0; i < 300; i++) {
        up_portset_deny_all(&ports);
        for (runs = i; runs > 0; runs--) {
            random = random * 1103515245u + 12345u;
            up_portset_grant(&ports, (uint16_t)(random >> 12),
                             (uint16_t)((random >> 12) + (random >> 28)));
        }
        check_both_ways(&ports);
    }
}

/* What can do harm stands under the key for that, and nothing else does. */
static void test_hazards(void **state)
{
    static struct up_portset ports, hazards;
    const char *at;

    (void)state;
    up_portset_deny_all(&ports);
    up_portset_grant(&ports, 0x3E, 0x65);
    assert_int_not_equal(up_grant_file_write(&ports, text, sizeof text), 0);
    assert_non_null(strstr(text, "\nports = 3E-3F, 42-4D, 50-5F, 61, 63, 65\n"));
    assert_non_null(strstr(text, "\nhazardous-ports = 40-41, 4E-4F, 60, 62, 64\n"));
    up_portset_deny_all(&ports);
    up_portset_grant(&ports, 0x70, 0x71);
    assert_int_not_equal(up_grant_file_write(&ports, text, sizeof text), 0);
    assert_null(strstr(text, "\nports ="));
    at = strstr(text, "hazardous-ports = ");
    assert_non_null(at);
    up_portset_deny_all(&hazards);
    assert_true(up_portlist_parse(at + 18, strcspn(at + 18, "\n"), &hazards, NULL));
    assert_true(up_portset_equal(&ports, &hazards));
}

/*
 * The longest list of all has 237,386 characters: no file of it, and nothing behind the buffer's
 * end.
 */
static void test_too_long(void **state)
{
    static struct up_portset ports;
    static char small[101];
    uint32_t port;

    (void)state;
    up_portset_deny_all(&ports);
    for (port = 0; port < UP_PORT_COUNT; port += 3) {
        up_portset_grant(&ports, (uint16_t)port, (uint16_t)port);
    }
    assert_int_equal(up_grant_file_write(&ports, text, sizeof text), 0);
    memset(small, 'x', sizeof small);
    up_portset_deny_all(&ports);
    assert_int_equal(up_grant_file_write(&ports, small, 100), 0);
    assert_int_equal(small[100], 'x');
}

static void test_changed_by_others(void **state)
{
    static const struct {
        const char *text, *why;
    } files[] = {
        {"[userportctl]\ngroups = userport\nprogram = any\nports = 378\nusers = anna\n",
         "other rules"},
        {"[userportctl]\ngroups = userport, lab\nprogram = any\nports = 378\n", "other rules"},
        {"[userportctl]\ngroups = lab\nprogram = any\nports = 378\n", "other rules"},
        {"[userportctl]\ngroups = userport\nprogram = /bin/true\nports = 378\n", "other rules"},
        {"[userportctl]\ngroups = userport\nprogram = any\nports = 378\nioperm = yes\n",
         "other rules"},
        {"[other]\ngroups = userport\nprogram = any\nports = 378\n", "other rules"},
        {"[userportctl]\ngroups = userport\nprogram = any\nports = 378",
         "line 4: its last line has no end"},
        {"[userportctl]\ngroups = userport\nprogram = any\nports = 378\n[b]\nusers = anna\nprogram "
         "= any\nports = "
         "300\n",
         "other rules"},
        {"[userportctl]\ngroups = nobody\nprogram = any\nports = 378\n",
         "line 2, column 10: there is no group"},
        {"[userportctl]\ngroups = userport\nprogram = any\nports = 70\n", "such ports stand under"},
        {"[userportctl]\ngroups = userport\nprogram = any\nports = 37Q\n", "line 4, column 9"},
        {"nonsense\n", "line 1"},
    };
    static struct up_portset ports;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_false(read_back(files[i].text, strlen(files[i].text), &ports));
        assert_int_equal(up_portset_count(&ports), 0);
        if (strstr(message, files[i].why) == NULL) {
            fail_msg("\"%s\" is not in \"%s\"", files[i].why, message);
        }
    }
    assert_true(read_back("# nothing\n", 10, &ports));
    assert_int_equal(up_portset_count(&ports), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_hazards),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_changed_by_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
