/* SPDX-License-Identifier: MIT
 *
 * Tests of devices/porttest.c, the printer: what reaches the ports, access by access, when all goes
 * well, when a port is denied before or in the midst, when an access fails, when the user cancels;
 * and what is said of what was read.
 */
#include "porttest.h"

struct lpt_case {
    const char *name;
    uint16_t base;
    uint32_t control[3], status[2]; /* what is read */
    unsigned cancels_at, denies_at; /* the port: the control register */
    uint16_t denied;                /* from the beginning; 0: none */
    up_error error;
    bool as_expected;
    const char *fragment, *other;
    unsigned accesses;
    struct {
        uint8_t kind;
        uint16_t port;
        uint32_t value;
    } journal[8];
};

/* clang-format off */
static const struct lpt_case lpt_cases[] = {
    {"QEMU's port with a printer", 0x378, {0xCC, 0xC8, 0xCC}, {0xDF, 0xDF}, .as_expected = true,
     .fragment = "Control register 37A: CC before, C8 during, CC after. Status register 379: DF before, DF after.",
     .other = "The printer says: ready, paper is there, selected (online), no error.", .accesses = 7,
     .journal = {{R, 0x379, 0xDF}, {R, 0x37A, 0xCC}, {W, 0x37A, 0xC8}, {R, 0x37A, 0xC8}, {W, 0x37A, 0xCC}, {R, 0x37A, 0xCC}, {R, 0x379, 0xDF}}},
    {"the upper bits float, and do not count", 0x278, {0x2C, 0xC8, 0xEC}, {0x87, 0x18}, .as_expected = true,
     .fragment = "busy, paper is there, selected (online), no error. Printers are busy for some seconds", .accesses = 7,
     .journal = {{R, 0x279, 0x87}, {R, 0x27A, 0x2C}, {W, 0x27A, 0x28}, {R, 0x27A, 0xC8}, {W, 0x27A, 0x2C}, {R, 0x27A, 0xEC}, {R, 0x279, 0x18}}},
    {"nothing is connected to the port", 0x3BC, {0x0C, 0x08, 0x0C}, {0x7F, 0x7F}, .as_expected = true,
     .fragment = "busy, out of paper, selected (online), no error. A port says the same when no printer", .accesses = 7,
     .journal = {{R, 0x3BD, 0x7F}, {R, 0x3BE, 0x0C}, {W, 0x3BE, 0x08}, {R, 0x3BE, 0x08}, {W, 0x3BE, 0x0C}, {R, 0x3BE, 0x0C}, {R, 0x3BD, 0x7F}}},
    {"a printer that is off line; bits 0, 1 and 3 are clear", 0x378, {0x04, 0x00, 0x04}, {0xDF, 0x88}, .as_expected = true,
     .fragment = "The printer says: ready, paper is there, not selected (offline), no error.", .accesses = 7,
     .journal = {{R, 0x379, 0xDF}, {R, 0x37A, 0x04}, {W, 0x37A, 0x00}, {R, 0x37A, 0x00}, {W, 0x37A, 0x04}, {R, 0x37A, 0x04}, {R, 0x379, 0x88}}},
    {"a printer without paper", 0x378, {0xCC, 0xC8, 0xCC}, {0xDF, 0x37}, .as_expected = true,
     .fragment = "The printer says: busy, out of paper, selected (online), error. Printers are busy", .accesses = 7},
    {"a printer with an error", 0x378, {0xCC, 0xC8, 0xCC}, {0xDF, 0x90}, .as_expected = true,
     .fragment = "The printer says: ready, paper is there, selected (online), error.", .accesses = 7},
    {"INIT was low before: high afterwards, as by the manual", 0x378, {0xC8, 0xC8, 0xCC}, {0xDF, 0xDF}, .as_expected = true,
     .fragment = "C8 before, C8 during, CC after", .accesses = 7,
     .journal = {{R, 0x379, 0xDF}, {R, 0x37A, 0xC8}, {W, 0x37A, 0xC8}, {R, 0x37A, 0xC8}, {W, 0x37A, 0xCC}, {R, 0x37A, 0xCC}, {R, 0x379, 0xDF}}},
    {"nothing there", 0x378, {0xFF, 0xFF, 0xFF}, {0xFF, 0xFF},
     .fragment = "All bits are ones, as where nothing is: there is no printer port at 378", .accesses = 7,
     .journal = {{R, 0x379, 0xFF}, {R, 0x37A, 0xFF}, {W, 0x37A, 0xFB}, {R, 0x37A, 0xFF}, {W, 0x37A, 0xFF}, {R, 0x37A, 0xFF}, {R, 0x379, 0xFF}}},
    {"INIT is stuck high", 0x378, {0xCC, 0xCC, 0xCC}, {0xDF, 0xDF}, .fragment = "(bits 04 differ)", .accesses = 7},
    {"INIT is stuck low", 0x378, {0xC8, 0xC8, 0xC8}, {0xDF, 0xDF}, .fragment = "(bits 04 differ)", .accesses = 7},
    {"another bit changes meanwhile", 0x378, {0xCC, 0xC8, 0xCD}, {0xDF, 0xDF}, .fragment = "(bits 01 differ)", .accesses = 7},
    {"all ones, but in the status", 0x378, {0xFF, 0xFF, 0xFF}, {0xFF, 0xFE}, .fragment = "(bits 04 differ)", .accesses = 7},
    {"all zeroes", 0x378, {0, 0, 0}, {0, 0}, .fragment = "(bits 04 differ)", .accesses = 7},
    {"the status register is denied", 0x378, {0xCC}, {0xDF}, .denied = 0x379, .error = UP_ERR_DENIED,
     .fragment = "The printer was not reset: port 379 is not granted"},
    {"the control register is denied", 0x378, {0xCC}, {0xDF}, .denied = 0x37A, .error = UP_ERR_DENIED,
     .fragment = "The printer was not reset: port 37A is not granted", .accesses = 1, .journal = {{R, 0x379, 0xDF}}},
    {"the data register is not touched", 0x378, {0xCC, 0xC8, 0xCC}, {0xDF, 0xDF}, .denied = 0x378, .as_expected = true,
     .fragment = "a printer port answers", .accesses = 7},
    {"cancelled", 0x378, {0xC5, 0xC8, 0xCC}, {0xDF, 0xDF}, .cancels_at = 1, .error = UP_ERR_CANCELLED,
     .fragment = "The reset was cancelled. The control register was put back as it was found (C5).", .accesses = 4,
     .journal = {{R, 0x379, 0xDF}, {R, 0x37A, 0xC5}, {W, 0x37A, 0xC1}, {W, 0x37A, 0xC5}}},
    {"the control register is denied while INIT is low", 0x378, {0xCC, 0xC8, 0xCC}, {0xDF, 0xDF}, .denies_at = 1,
     .error = UP_ERR_DENIED, .fragment = "The reset failed: port 37A is not granted",
     .other = "The control register 37A could not be put back to CC: the printer may be held in reset.", .accesses = 3,
     .journal = {{R, 0x379, 0xDF}, {R, 0x37A, 0xCC}, {W, 0x37A, 0xC8}}},
};
/* clang-format on */

static void check_journal(up_handle *handle, const struct lpt_case *test)
{
    assert_int_equal(journal_length(handle), test->accesses);
    for (uint32_t i = 0; i < test->accesses && test->journal[0].kind != 0; i++) {
        assert_access(handle, i, test->journal[i].kind, 1, test->journal[i].port,
                      test->journal[i].value);
    }
}

static void test_lpt(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lpt_cases / sizeof lpt_cases[0]; i++) {
        const struct lpt_case *test = &lpt_cases[i];
        struct pauses pauses = {.handle = new_fake(),
                                .cancels_at = test->cancels_at,
                                .denies_at = test->denies_at,
                                .denied = (uint16_t)(test->base + 2u)};
        struct up_test_result result;

        print_message("# %s\n", test->name);
        feed(pauses.handle, (uint16_t)(test->base + 2u), test->control, 3);
        feed(pauses.handle, (uint16_t)(test->base + 1u), test->status, 2);
        if (test->denied != 0) {
            deny(pauses.handle, test->denied, false);
        }
        memset(&result, 0xAA, sizeof result);
        up_test_lpt(pauses.handle, test->base, pause_for, &pauses, &result);
        assert_int_equal(result.error, test->error);
        assert_int_equal(result.as_expected, test->as_expected);
        assert_says(&result, test->fragment);
        assert_says(&result, test->other != NULL ? test->other : test->fragment);
        check_journal(pauses.handle, test);
        assert_int_equal(pauses.milliseconds, test->accesses >= 3 ? 100 : 0);
        if (test->error == UP_OK) {
            assert_int_equal(result.control_before, test->control[0]);
            assert_int_equal(result.control_during, test->control[1]);
            assert_int_equal(result.control_after, test->control[2]);
            assert_int_equal(result.status_before, test->status[0]);
            assert_int_equal(result.status_after, test->status[1]);
        }
        up_close(pauses.handle);
    }
}

/*
 * The status register is denied while INIT is low: the reset is done all the same, and only its end
 * is not seen.
 */
static void test_lpt_status_denied_meanwhile(void **state)
{
    struct pauses pauses = {.handle = new_fake(), .denies_at = 1, .denied = 0x379};
    const uint32_t found = 0xCC;
    struct up_test_result result;

    (void)state;
    feed(pauses.handle, 0x37A, &found, 1);
    up_test_lpt(pauses.handle, 0x378, pause_for, &pauses, &result);
    assert_int_equal(result.error, UP_ERR_DENIED);
    assert_false(result.as_expected);
    assert_says(&result,
                "The printer was reset, but not all could be read back: port 379 is not granted");
    assert_int_equal(journal_length(pauses.handle), 6);
    assert_access(pauses.handle, 4, W, 1, 0x37A, 0xCC);
    up_close(pauses.handle);
}

/* Every port of the machine denied at the pause, as by a SUSPEND. */
static void test_lpt_suspended_meanwhile(void **state)
{
    struct pauses pauses = {.handle = new_fake(), .denies_at = 1, .is_suspended = true};
    struct up_test_result result;

    (void)state;
    up_test_lpt(pauses.handle, 0x278, pause_for, &pauses, &result);
    assert_int_equal(result.error, UP_ERR_DENIED);
    assert_says(
        &result,
        "The control register 27A could not be put back to FF: the printer may be held in reset.");
    up_close(pauses.handle);
}

static void test_lpt_each_access_fails(void **state)
{
    static const char *const says[] = {
        "The printer was not reset: ",
        "The printer was not reset: ",
        "The reset failed: ",
        "The reset failed: ",
        "The reset failed: ",
        "The printer was reset, but not all could be read back: ",
        "The printer was reset, but not all could be read back: ",
    };
    struct up_backend backend;

    (void)state;
    for (unsigned at = 1; at <= 7; at++) {
        struct pauses pauses = {.handle = new_failing(&backend, at)};
        struct up_test_result result;
        uint8_t init = 0;

        up_test_lpt(pauses.handle, 0x378, pause_for, &pauses, &result);
        assert_int_equal(result.error, UP_ERR_SYSTEM);
        assert_false(result.as_expected);
        assert_says(&result, says[at - 1]);
        pauses.handle->backend = &up_backend_fake;
        assert_int_equal(journal_length(pauses.handle), at - 1 + (at >= 3 && at <= 5));
        if (at >= 3 && at <= 5) {
            assert_says(&result, "The control register was put back as it was found (FF).");
        }
        assert_int_equal(up_in8(pauses.handle, 0x37A, &init), UP_OK);
        assert_int_equal(init, 0xFF);
        up_close(pauses.handle);
    }
}

static void test_no_handle(void **state)
{
    struct pauses pauses = {0};
    struct up_test_result result;

    (void)state;
    up_test_lpt(NULL, 0x378, pause_for, &pauses, &result);
    assert_int_equal(result.error, UP_ERR_ARGUMENT);
    assert_says(&result, "The printer was not reset: ");
    assert_int_equal(pauses.count, 0);
}

static void test_ports(void **state)
{
    struct up_portset ports;
    struct up_port_range range;

    (void)state;
    assert_int_equal(up_test_lpt_base(1), 0x378);
    assert_int_equal(up_test_lpt_base(2), 0x278);
    assert_int_equal(up_test_lpt_base(3), 0x3BC);
    assert_int_equal(up_test_lpt_base(0), 0);
    assert_int_equal(up_test_lpt_base(4), 0);
    assert_int_equal(up_test_lpt_base(UINT32_MAX), 0);
    for (uint32_t number = 1; number <= 3; number++) {
        up_test_lpt_ports(up_test_lpt_base(number), &ports);
        assert_int_equal(up_portset_count(&ports), 3);
        assert_true(up_portset_next(&ports, 0, &range));
        assert_int_equal(range.first, up_test_lpt_base(number));
    }
    up_test_speaker_ports(&ports);
    assert_int_equal(up_portset_count(&ports), 3);
    assert_true(up_portset_has(&ports, 0x42) && up_portset_has(&ports, 0x43) &&
                up_portset_has(&ports, 0x61));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ports),
        cmocka_unit_test(test_lpt),
        cmocka_unit_test(test_lpt_status_denied_meanwhile),
        cmocka_unit_test(test_lpt_suspended_meanwhile),
        cmocka_unit_test(test_lpt_each_access_fails),
        cmocka_unit_test(test_no_handle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
