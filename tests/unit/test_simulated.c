/* SPDX-License-Identifier: MIT
 *
 * Tests of simulated/simulated.c, memory.c and loopback.c: the text of a route, registers of every
 * width, both wirings of test plugs line by line, and the test of `userportctl test lpt` on them.
 */
#include "simulated.h"

#include <errno.h>

#include "core/device_names.h"
#include "library.h"
#include "devices/porttest.h"

/* ---- the text of a route --------------------------------------------------------------------- */

static void test_names(void **state)
{
    const struct up_device_name *name;

    (void)state;
    assert_refused("printr:x", "there is no device that is called printr:x", 0);
    assert_refused("", "there is no device that is called ", 0);
    assert_refused("printer", "the device printer needs a file: printer:FILE", 0);
    assert_refused("printer:", "the device printer needs a file", 0);
    assert_refused("speaker:", "the device speaker needs a file", 0);
    assert_refused("script", "the device script needs a file", 0);
    assert_refused("replay:", "the device replay needs a file", 0);
    assert_refused("memory:x", "the device memory takes nothing behind its name", 0);
    assert_refused("memory:", "the device memory takes nothing behind its name", 0);
    assert_refused("printer:not/there/out.txt", "not/there/out.txt: not found (2)", ENOENT);
    assert_refused("speaker:not/there/beep.wav", "not/there/beep.wav: not found (2)", ENOENT);
    assert_refused("script:missing.txt", "missing.txt: not found (2)", ENOENT);
    assert_refused("replay:missing.csv", "missing.csv: not found (2)", ENOENT);
    assert_refused("printer:.", "(21)", EISDIR);
    assert_refused("script:.", "(21)", EISDIR);
    /* Each name leads to its own device. */
    for (name = up_device_names; name->name != NULL; name++) {
        char text[100];

        (void)snprintf(text, sizeof text, "%s%s", name->name, name->needs_argument ? ":new" : "");
        if (strcmp(name->name, "replay") != 0) {
            write_file("new", "");
            open_at(text, 0);
            assert_string_equal(device->kind->name, name->name);
            up_simulated_covers(device, 0x378, 0x37A);
            device->kind->flush(device);
            device->kind->reset(device, 1);
            close_it();
        }
    }
    open_at("Memory", 0);
    close_it();
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void test_memory(void **state)
{
    (void)state;
    open_at("memory", 0x300);
    assert_int_equal(in(0x300, 1), 0xFF);
    assert_int_equal(in(0x300, 2), 0xFFFF);
    assert_int_equal(in(0xFFFC, 4), 0xFFFFFFFF);
    out(0x300, 4, 0x44332211);
    assert_int_equal(in(0x300, 1), 0x11);
    assert_int_equal(in(0x301, 1), 0x22);
    assert_int_equal(in(0x302, 2), 0x4433);
    assert_int_equal(in(0x2FF, 4), 0x332211FF);
    out(0x301, 2, 0xABCDEEFF); /* no more than 16 bits */
    assert_int_equal(in(0x300, 4), 0x44EEFF11);
    out(0x303, 1, 0xFFFFFF00);
    assert_int_equal(in(0x300, 4), 0x00EEFF11);
    /* A second route to the same device has registers of its own, though its offsets begin at 0. */
    base = 0x310;
    out(0x310, 1, 0x5A);
    base = 0x300;
    assert_int_equal(in(0x300, 1), 0x11);
    device->kind->reset(device, now);
    assert_int_equal(in(0x300, 4), 0xFFFFFFFF);
    assert_int_equal(in(0x310, 1), 0xFF);
    close_it();
}

/* ---- loopback -------------------------------------------------------------------------------- */

/* The status that each wiring gives, bit by bit, as the pins say. */
static uint8_t norton(uint8_t data, uint8_t control)
{
    uint8_t lines = 0;

    (void)control;
    lines |= data & 0x01 ? 0x08 : 0; /* pin 2 to ERROR, 15 */
    lines |= data & 0x02 ? 0x10 : 0; /* pin 3 to SELECT, 13 */
    lines |= data & 0x04 ? 0x20 : 0; /* pin 4 to PAPER END, 12 */
    lines |= data & 0x08 ? 0x40 : 0; /* pin 5 to ACK, 10 */
    lines |= data & 0x10 ? 0 : 0x80; /* pin 6 to BUSY, 11, which the port inverts */
    return lines | 0x07;
}

static uint8_t checkit(uint8_t data, uint8_t control)
{
    uint8_t lines = 0;

    lines |= data & 0x01 ? 0x08 : 0;    /* pin 2 to ERROR, 15 */
    lines |= control & 0x01 ? 0 : 0x10; /* STROBE, 1, which the port inverts, to SELECT, 13 */
    lines |= control & 0x02 ? 0 : 0x20; /* AUTO FEED, 14, inverted, to PAPER END, 12 */
    lines |= control & 0x04 ? 0x40 : 0; /* INIT, 16, to ACK, 10 */
    lines |= control & 0x08 ? 0x80 : 0; /* SELECT IN, 17, inverted, to BUSY, 11, inverted */
    return lines | 0x07;
}

static void check_wiring(const char *text, uint8_t (*wired)(uint8_t data, uint8_t control))
{
    unsigned data, control;

    open_at(text, 0x278);
    assert_int_equal(in(0x278, 1), 0x00);
    assert_int_equal(in(0x27A, 1), 0xCC);
    for (control = 0; control < 0x20; control++) {
        for (data = 0; data < 0x100; data++) {
            out(0x278, 1, data);
            out(0x27A, 1, control);
            assert_int_equal(in(0x278, 1), data);
            assert_int_equal(in(0x27A, 1), control | 0xC0);
            assert_int_equal(in(0x279, 1), wired((uint8_t)data, (uint8_t)control));
        }
    }
    /* The status register cannot be written, and what the port has not is ones. */
    out(0x279, 1, 0x00);
    out(0x27B, 1, 0x00);
    assert_int_equal(in(0x279, 1), wired(0xFF, 0x1F));
    assert_int_equal(in(0x27B, 1), 0xFF);
    /* As inputs, the data lines float. */
    out(0x278, 1, 0x00);
    out(0x27A, 1, 0x20);
    assert_int_equal(in(0x278, 1), 0xFF);
    assert_int_equal(in(0x279, 1), wired(0xFF, 0x20));
    assert_int_equal(in(0x27A, 1), 0xE0);
    out(0x27A, 1, 0x00);
    assert_int_equal(in(0x278, 1), 0x00);
    /* wider accesses */
    out(0x278, 4, 0xFF0C00A5);
    assert_int_equal(in(0x278, 4), 0xFFCC00A5u | (uint32_t)wired(0xA5, 0x0C) << 8);
    assert_int_equal(in(0x279, 2), 0xCC00u | wired(0xA5, 0x0C));
    device->kind->reset(device, now);
    assert_int_equal(in(0x278, 2), (uint32_t)wired(0, 0x0C) << 8);
    close_it();
}

static void test_loopback(void **state)
{
    (void)state;
    check_wiring("loopback", norton);
    check_wiring("loopback:", norton);
    check_wiring("loopback:norton", norton);
    check_wiring("LOOPBACK:Norton", norton);
    check_wiring("loopback:checkit", checkit);
    assert_refused("loopback:nort",
                   "no test plug is called nort: loopback:norton or loopback:checkit", 0);
    assert_refused("loopback:nortonx", "no test plug is called nortonx", 0);
}

/* ---- the test of userportctl ----------------------------------------------------------------- */

static up_error device_access(up_handle *handle, up_operation *operation,
                              struct up_failure_detail *detail)
{
    (void)handle;
    (void)detail;
    if (operation->kind == UP_IO_WRITE) {
        out(operation->port, operation->width, operation->value);
    } else {
        operation->value = in(operation->port, operation->width);
    }
    return UP_OK;
}

static bool pause_for(void *context, uint32_t milliseconds)
{
    (void)context;
    now += milliseconds * 1000000ull;
    return true;
}

static void check_test_lpt(const char *text, const char *fragment)
{
    struct up_backend backend = up_backend_fake;
    up_handle *handle = new_fake();
    struct up_test_result result;

    backend.access = device_access;
    handle->backend = &backend;
    open_at(text, 0x378);
    up_test_lpt(handle, 0x378, pause_for, NULL, &result);
    assert_int_equal(result.error, UP_OK);
    if (!result.as_expected) {
        fail_msg("%s: %s", text, result.text);
    }
    assert_has(result.text, fragment);
    close_it();
    handle->backend = &up_backend_fake;
    up_close(handle);
}

static void test_test_lpt(void **state)
{
    (void)state;
    check_test_lpt("loopback:norton", "a printer port answers");
    check_test_lpt("loopback:checkit", "a printer port answers");
    check_test_lpt("printer:out.txt",
                   "The printer says: ready, paper is there, selected (online), no error.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names, make_folder, remove_folder),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_loopback),
        cmocka_unit_test_setup_teardown(test_test_lpt, make_folder, remove_folder),
    };

    return cmocka_run_group_tests_name("simulated", tests, NULL, NULL);
}
