/* SPDX-License-Identifier: MIT
 *
 * gui/model_program.c: what the dialog of one program does with simulated devices and with the name
 * of a recording. test_model_programs.c has the rest of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "gui/model_programs.h"
#include "setup/install.h"

static struct up_program stored;
static struct up_edit edit;
static char text[2048];

/* In the place of control/error_detail_windows.c. */
void up_error_detail_system_text(uint32_t code, char *out, uint32_t size)
{
    (void)code;
    snprintf(out, size, "%s", "");
}

/* In the place of setup/install_places_windows.c, of which nothing is said here. */
const char *up_install_step_text(enum up_install_step step)
{
    (void)step;
    return "";
}

static int setup(void **state)
{
    static const char routes[] = "378=D100";

    (void)state;
    memset(&stored, 0, sizeof stored);
    strcpy(stored.name, "a.exe");
    strcpy(stored.path, "C:\\lab\\a.exe");
    assert_true(up_routes_parse(routes, strlen(routes), &stored.settings.routes, NULL));
    return 0;
}

static const char *device_added(const char *routes, uint32_t number)
{
    static char all[UP_EDIT_ROUTES_MAX + 40u];
    struct up_routes parsed;
    size_t offset, length;

    snprintf(edit.routes, sizeof edit.routes, "%s", routes);
    assert_true(up_edit_add_device(&edit, number, &offset, &length));
    assert_int_equal(offset + length, strlen(edit.routes));
    assert_true(up_routes_parse(edit.routes, strlen(edit.routes), &parsed, NULL));
    snprintf(all, sizeof all, "%.*s[%s]", (int)offset, edit.routes, edit.routes + offset);
    return all;
}

static void devices_added(void **state)
{
    char before[UP_EDIT_ROUTES_MAX];
    size_t offset, length;

    (void)state;
    up_edit_begin_new(&edit, "C:\\lab\\a.exe");
    assert_string_equal(device_added("", 0), "378=printer:[FILE]");
    assert_string_equal(device_added("3BC=none", 0), "3BC=none, 378=printer:[FILE]");
    assert_string_equal(device_added("3BC=none,", 0), "3BC=none, 378=printer:[FILE]");
    assert_string_equal(device_added("3BC=none, ", 1), "3BC=none, 378=loopback[]");
    assert_string_equal(device_added("", 2), "378=memory[]");
    assert_string_equal(device_added("278=none", 3), "278=none, speaker=speaker:[FILE]");
    memset(edit.routes, '0', sizeof edit.routes - 10u);
    edit.routes[sizeof edit.routes - 10u] = '\0';
    strcpy(before, edit.routes);
    assert_false(up_edit_add_device(&edit, 0, &offset, &length));
    assert_string_equal(edit.routes, before);
}

static bool can_record(const char *name)
{
    struct up_program program;
    bool is_right;

    up_edit_begin(&edit, &stored);
    snprintf(edit.trace, sizeof edit.trace, "%s", name);
    is_right = up_edit_trace_text(&edit, text, sizeof text);
    assert_int_equal(up_edit_finish(&edit, &program, text, sizeof text), is_right);
    if (is_right) {
        assert_string_equal(program.settings.trace, name);
    }
    return is_right;
}

static void recordings(void **state)
{
    char name[1100] = "C:\\";

    (void)state;
    assert_true(can_record(""));
    assert_true(can_record("C:\\a.vcd"));
    assert_true(can_record("C:\\a.CSV"));
    assert_true(can_record("C:\\a.svg"));
    assert_false(can_record("C:\\a.doc"));
    assert_string_equal(text, "The name of the recording has to end with .vcd, .csv or .svg.");
    assert_false(can_record("C:\\a"));
    assert_false(can_record(".csv"));
    memset(name + 3, 'a', 252);
    strcpy(name + 255, ".csv"); /* 259 characters */
    assert_true(can_record(name));
    strcpy(name + 255, "b.csv");
    assert_false(can_record(name));
    assert_string_equal(text, "The name of the recording is longer than 259 characters.");
    for (int i = 0; i < 252; i++) { /* the same in letters of two bytes */
        memcpy(name + 3 + 2 * i, "\xC3\xA4", 2);
    }
    strcpy(name + 3 + 504, ".csv");
    assert_true(can_record(name));
    for (int i = 0; i < 126; i++) { /* and in pairs of UTF-16 */
        memcpy(name + 3 + 4 * i, "\xF0\x9F\x8E\xB5", 4);
    }
    assert_true(can_record(name));
    strcpy(name + 3 + 504, "b.csv");
    assert_false(can_record(name));
    snprintf(stored.settings.trace, sizeof stored.settings.trace, "C:\\log\\a.vcd");
    up_edit_begin(&edit, &stored);
    assert_string_equal(edit.trace, "C:\\log\\a.vcd");
}

static void shown_in_the_table(void **state)
{
    struct up_program before = stored;
    struct up_programs programs = {1, &stored}, none;
    struct up_page page;
    struct up_portset granted;

    (void)state;
    up_portset_deny_all(&granted);
    up_portset_grant(&granted, 0, 0xFFFF);
    memset(&page, 0, sizeof page);
    page.granted = &granted;
    page.has_programs = true;
    page.programs = (struct up_programs){1, &before};
    snprintf(stored.settings.trace, sizeof stored.settings.trace, "C:\\log\\a.vcd");
    none = programs;
    assert_true(up_page_take(&page, &none, NULL)); /* a change that is shown */
    up_page_cell(&page, 0, UP_PAGE_NOTES, text, sizeof text);
    assert_string_equal(text, "recorded");
    up_page_details(&page, text, sizeof text);
    assert_string_equal(text, "C:\\lab\\a.exe.\n378=D100; recorded into C:\\log\\a.vcd.");
    memset(&stored.settings.routes, 0, sizeof stored.settings.routes);
    up_page_details(&page, text, sizeof text);
    assert_string_equal(text, "C:\\lab\\a.exe.\nrecorded into C:\\log\\a.vcd.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(devices_added, setup),
        cmocka_unit_test_setup(recordings, setup),
        cmocka_unit_test_setup(shown_in_the_table, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
