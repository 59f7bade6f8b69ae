/* SPDX-License-Identifier: MIT
 *
 * Tests of devices/porttest.c, the speaker: what reaches the ports, access by access, when all goes
 * well, when a port is denied at any moment, when an access fails, when the user cancels at any
 * pause; and what is said of what was read.
 */
#include "porttest.h"

#define NOTES 7u
#define LOOKS 32u
#define NOTE  (4u + 2u * LOOKS - 1u + 1u) /* accesses: on, looks with delays between them, off */

static const uint16_t hz[NOTES] = {523, 659, 784, 1047, 880, 784, 1047};

/* Port 61 as it is found, and then during the notes: toggle is xor-ed at each other look. */
static void feed_speaker(up_handle *handle, uint32_t found, uint32_t sounding, uint32_t toggle)
{
    feed(handle, 0x61, &found, 1);
    for (uint32_t i = 0; i < NOTES * LOOKS; i++) {
        const uint32_t value = i % 2 == 0 ? sounding : sounding ^ toggle;

        feed(handle, 0x61, &value, 1);
    }
}

static void test_speaker(void **state)
{
    struct pauses pauses = {.handle = new_fake()};
    struct up_test_result result;
    uint32_t at = 1;

    (void)state;
    /* bits 4 to 7 may say anything; 2 and 3 are kept */
    feed_speaker(pauses.handle, 0xBC, 0x1F, 0x20);
    memset(&result, 0xAA, sizeof result);
    up_test_speaker(pauses.handle, pause_for, &pauses, &result);
    assert_int_equal(result.error, UP_OK);
    assert_true(result.as_expected);
    assert_says(&result, "Played 7 notes. Port 61 bit 5, the timer's output, was high in 112 and "
                         "low in 112 of 224 looks. It toggles");
    assert_int_equal(journal_length(pauses.handle), 1 + NOTES * NOTE + 1);
    assert_access(pauses.handle, 0, R, 1, 0x61, 0xBC);
    for (uint32_t note = 0; note < NOTES; note++, at += NOTE) {
        const uint32_t count = 1193182u / hz[note];

        assert_access(pauses.handle, at, W, 1, 0x43, 0xB6);
        assert_access(pauses.handle, at + 1, W, 1, 0x42, count & 0xFF);
        assert_access(pauses.handle, at + 2, W, 1, 0x42, count >> 8);
        assert_access(pauses.handle, at + 3, W, 1, 0x61, 0x0F);
        for (uint32_t i = 0; i < 2 * LOOKS - 1; i++) {
            if (i % 2 == 0) {
                assert_access(pauses.handle, at + 4 + i, R, 1, 0x61, i % 4 == 0 ? 0x1F : 0x3F);
            } else {
                assert_access(pauses.handle, at + 4 + i, UP_IO_DELAY, 0, 0, 97);
            }
        }
        assert_access(pauses.handle, at + NOTE - 1, W, 1, 0x61, 0x0C);
    }
    assert_access(pauses.handle, at, W, 1, 0x61, 0x0C);
    assert_int_equal(pauses.milliseconds, 180 * 6 + 300 + 20 * 7);
    assert_int_equal(pauses.count, 3 * NOTES);
    up_close(pauses.handle);
}

struct speaker_case {
    const char *name;
    uint32_t sounding, toggle;
    bool as_expected;
    const char *fragment;
};

static void test_speaker_says(void **state)
{
    static const struct speaker_case cases[] = {
        {"toggles", 0x03, 0x20, true, "It toggles"},
        {"toggles, with QEMU's other bits", 0x13, 0x30, true, "It toggles"},
        {"stuck low", 0x03, 0x10, false, "It stayed low and has to toggle"},
        {"stuck high", 0x23, 0x10, false, "It stayed high and has to toggle"},
        {"nothing there", 0xFF, 0, false, "high in 224 and low in 0 of 224 looks. It stayed high"},
        {"all zeroes", 0, 0, false, "were not read as they were written"},
        {"somebody switches it off meanwhile", 0x03, 0x21, false,
         "were not read as they were written"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pauses pauses = {.handle = new_fake()};
        struct up_test_result result;

        print_message("# %s\n", cases[i].name);
        feed_speaker(pauses.handle, 0x00, cases[i].sounding, cases[i].toggle);
        up_test_speaker(pauses.handle, pause_for, &pauses, &result);
        assert_int_equal(result.error, UP_OK);
        assert_int_equal(result.as_expected, cases[i].as_expected);
        assert_says(&result, cases[i].fragment);
        up_close(pauses.handle);
    }
}

/* The last access, whatever came before. */
static up_access last_access(up_handle *handle)
{
    up_access access = {0};
    uint32_t count;

    assert_int_equal(up_fake_journal(handle, journal_length(handle) - 1, &access, 1, &count),
                     UP_OK);
    return access;
}

static void test_speaker_cancelled(void **state)
{
    (void)state;
    for (unsigned at = 1; at <= 3 * NOTES; at++) {
        struct pauses pauses = {.handle = new_fake(), .cancels_at = at};
        struct up_test_result result;
        up_access last;

        feed_speaker(pauses.handle, 0xF7, 0x03, 0x20);
        up_test_speaker(pauses.handle, pause_for, &pauses, &result);
        assert_int_equal(result.error, UP_ERR_CANCELLED);
        assert_false(result.as_expected);
        assert_says(&result, "The tune was cancelled. Port 61 was put back as it was found.");
        assert_int_equal(pauses.count, at);
        last = last_access(pauses.handle);
        assert_int_equal(last.kind, W);
        assert_int_equal(last.port, 0x61);
        assert_int_equal(last.value, 0x07);
        up_close(pauses.handle);
    }
}

static void test_speaker_denied(void **state)
{
    static const uint16_t ports[] = {0x42, 0x43, 0x61};

    (void)state;
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        struct pauses pauses = {.handle = new_fake()};
        struct up_test_result result;
        char fragment[40];

        deny(pauses.handle, ports[i], false);
        (void)snprintf(fragment, sizeof fragment, "port %X is not granted", ports[i]);
        up_test_speaker(pauses.handle, pause_for, &pauses, &result);
        assert_int_equal(result.error, UP_ERR_DENIED);
        assert_says(&result, fragment);
        assert_int_equal(pauses.count, 0);
        /* Port 61 is read, and gets what it had; the timer is not touched. */
        assert_int_equal(journal_length(pauses.handle), ports[i] == 0x61 ? 0 : 2);
        if (ports[i] != 0x61) {
            assert_access(pauses.handle, 1, W, 1, 0x61, 0x0F);
            assert_says(&result, "Port 61 was put back as it was found.");
        }
        up_close(pauses.handle);
    }
}

/*
 * A port is taken away at each pause: what was begun ends, and port 61 is put back where it still
 * can be.
 */
static void test_speaker_denied_meanwhile(void **state)
{
    static const uint16_t ports[] = {0x42, 0x43, 0x61};

    (void)state;
    for (unsigned at = 1; at <= 3 * NOTES; at++) {
        for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
            struct pauses pauses = {.handle = new_fake(), .denies_at = at, .denied = ports[i]};
            struct up_test_result result;
            /*
             * The timer is set at a note's beginning only, so that the last note goes on without 42
             * and 43.
             */
            bool ends_well = ports[i] != 0x61 && at > 3 * (NOTES - 1);

            feed_speaker(pauses.handle, 0x00, 0x03, 0x20);
            up_test_speaker(pauses.handle, pause_for, &pauses, &result);
            assert_int_equal(result.error, ends_well ? UP_OK : UP_ERR_DENIED);
            assert_int_equal(result.as_expected, ends_well);
            if (ports[i] == 0x61) {
                assert_says(&result,
                            "Port 61 could not be put back to 00: the speaker may sound on.");
            } else {
                assert_says(&result,
                            ends_well ? "It toggles" : "The tune was not played to its end: ");
                assert_int_equal(last_access(pauses.handle).port, 0x61);
                assert_int_equal(last_access(pauses.handle).value, 0);
            }
            up_close(pauses.handle);
        }
    }
}

/*
 * Each access and each list of the speaker's test: a read, for each note a list, the looks and a
 * write, and the end's write.
 */
static void test_speaker_each_access_fails(void **state)
{
    struct up_backend backend;

    (void)state;
    for (unsigned at = 1; at <= 2 + 3 * 7; at++) {
        struct pauses pauses = {.handle = new_failing(&backend, at)};
        struct up_test_result result;
        uint8_t left = 0;

        up_test_speaker(pauses.handle, pause_for, &pauses, &result);
        assert_int_equal(result.error, UP_ERR_SYSTEM);
        assert_false(result.as_expected);
        pauses.handle->backend = &up_backend_fake;
        if (at == 1) {
            assert_says(&result, "The tune was not played: ");
            assert_int_equal(journal_length(pauses.handle), 0);
        } else if (at == 2 + 3 * 7) {
            assert_says(&result, "Port 61 could not be put back to 0F: the speaker may sound on.");
        } else {
            assert_says(&result, "The tune was not played to its end: ");
            assert_says(&result, "Port 61 was put back as it was found.");
            assert_int_equal(up_in8(pauses.handle, 0x61, &left), UP_OK);
            assert_int_equal(left, 0x0F);
        }
        up_close(pauses.handle);
    }
}

static void test_no_handle(void **state)
{
    struct pauses pauses = {0};
    struct up_test_result result;

    (void)state;
    up_test_speaker(NULL, pause_for, &pauses, &result);
    assert_int_equal(result.error, UP_ERR_ARGUMENT);
    assert_says(&result, "The tune was not played: ");
    assert_int_equal(pauses.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speaker),
        cmocka_unit_test(test_speaker_says),
        cmocka_unit_test(test_speaker_cancelled),
        cmocka_unit_test(test_speaker_denied),
        cmocka_unit_test(test_speaker_denied_meanwhile),
        cmocka_unit_test(test_speaker_each_access_fails),
        cmocka_unit_test(test_no_handle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
