/* SPDX-License-Identifier: MIT
 *
 * Tests of recordings as files (record/recording.h): what is written is read again, field by field,
 * and as far as it goes where the file was cut off. Pictures are bounded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "recordings.h"

#define ACCESSES 2000u

static void test_every_field_survives(void **state)
{
    static struct item items[ACCESSES];
    struct seen seen = {.items = NULL};
    uint32_t seed, i, e;
    uint64_t time;

    (void)state;
    for (seed = 1; seed <= 6; seed++) {
        random_state = seed * 2654435761u;
        time = seed % 2 == 0 ? 0 : random64() >> 20;
        for (i = 0; i < ACCESSES; i++) {
            fill_random(&items[i], time);
            time += random32() % 2 == 0 ? random32() % 3 : random32(); /* many at the same time */
        }
        for (e = 0; e < ENDINGS; e++) {
            struct result result;

            write_items(path_of(endings[e]), &some_info, items, ACCESSES, time);
            forget(&seen);
            result = read_file(path_of(endings[e]), &seen);
            assert_true(result.is_open && result.is_whole && !result.is_cut);
            assert_int_equal(result.end, time);
            assert_memory_equal(&result.info, &some_info, sizeof some_info);
            assert_int_equal(seen.count, ACCESSES);
            for (i = 0; i < ACCESSES; i++) {
                check_same(&seen.items[i], &items[i]);
            }
        }
    }
    forget(&seen);
}

/* ---- files that are not whole ---------------------------------------------------------------- */

static void test_cut_anywhere(void **state)
{
    struct item items[40];
    struct seen seen = {.items = NULL};
    uint32_t i, e;

    (void)state;
    random_state = 99;
    for (i = 0; i < 40; i++) {
        fill_random(&items[i], 1000 * (uint64_t)(i / 2u));
    }
    for (e = 0; e < ENDINGS; e++) {
        size_t length, cut, opened = 0;
        uint32_t before = 0;
        char *bytes;

        write_items(path_of(endings[e]), &some_info, items, 40, 50000);
        bytes = load(path_of(endings[e]), &length);
        for (cut = 0; cut < length; cut++) {
            struct result result;

            save(path_of(endings[e]), bytes, cut);
            forget(&seen);
            result = read_file(path_of(endings[e]), &seen);
            opened += result.is_open;
            if (!result.is_open) {
                assert_true(opened == 0 && cut < 90); /* inside its first line */
                continue;
            }
            if (!result.is_whole || (!result.is_cut && cut + 1u < length)) {
                fail_msg("%s, %u of %u bytes: %s", endings[e], (unsigned)cut, (unsigned)length,
                         result.problem.text);
            }
            assert_true(seen.count >= before);
            before = seen.count;
            for (i = 0; i < seen.count; i++) {
                check_same(&seen.items[i], &items[i]);
            }
        }
        assert_int_equal(before, 40);
        free(bytes);
    }
    forget(&seen);
}

static void test_what_was_flushed_can_be_read(void **state)
{
    struct seen seen = {.items = NULL};
    struct item items[5];
    uint32_t i, e;

    (void)state;
    random_state = 3;
    for (e = 0; e < ENDINGS; e++) {
        struct up_sink *sink = up_recording_create(path_of(endings[e]), &some_info, NULL);

        assert_non_null(sink);
        for (i = 0; i < 5; i++) {
            struct result result;

            do {
                fill_random(&items[i], i);
            } while (items[i].lost > 0);
            assert_true(sink->add(sink, &items[i].record) && sink->flush(sink));
            forget(&seen);
            result = read_file(path_of(endings[e]), &seen);
            assert_true(result.is_open && result.is_whole && result.is_cut);
            assert_int_equal(seen.count, i + 1u);
            check_same(&seen.items[i], &items[i]);
        }
        assert_true(sink->close(sink, 10, NULL));
    }
    forget(&seen);
}

static void test_a_longer_file_is_replaced(void **state)
{
    struct seen seen = {.items = NULL};
    static char old[5000];
    uint32_t e;

    (void)state;
    memset(old, 'x', sizeof old);
    for (e = 0; e < ENDINGS; e++) {
        struct result result;

        save(path_of(endings[e]), old, sizeof old);
        write_items(path_of(endings[e]), &some_info, NULL, 0, 7);
        forget(&seen);
        result = read_file(path_of(endings[e]), &seen);
        assert_true(result.is_open && result.is_whole && !result.is_cut);
        assert_true(result.end == 7 && seen.count == 0);
    }
}

/* ---- records that are not as they should be ---------------------------------------------------
 */

static void test_odd_records_stay_readable(void **state)
{
    static char long_name[500];
    const struct up_record odd[] = {
        {.time = 50, .port = 0x378, .value = 0xFFFF, .width = 1},
        {.time = 40, .port = 0xFFFF, .value = 0x12345678, .width = 4},
        {.time = 60, .port = 1, .value = 0x12345678, .width = 0},
        {.time = 60, .port = 1, .value = 0x12345678, .width = 2, .module = long_name},
        {.time = 60, .port = 1, .width = 1, .module = ""},
    };
    struct seen seen = {.items = NULL};
    uint32_t i, e;

    (void)state;
    memset(long_name, 'n', sizeof long_name - 1u);
    for (e = 0; e < ENDINGS; e++) {
        struct up_sink *sink = up_recording_create(path_of(endings[e]), &some_info, NULL);
        struct result result;

        assert_non_null(sink);
        for (i = 0; i < 5; i++) {
            assert_true(sink->add(sink, &odd[i]));
        }
        assert_true(sink->close(sink, 0, NULL));
        forget(&seen);
        result = read_file(path_of(endings[e]), &seen);
        assert_true(result.is_open && result.is_whole && !result.is_cut);
        assert_int_equal(seen.count, 5);
        assert_int_equal(result.end, 60);
        assert_int_equal(seen.items[0].record.value, 0xFF);
        assert_int_equal(seen.items[1].record.time, 50); /* time does not descend */
        assert_int_equal(seen.items[2].record.width, 1);
        assert_int_equal(seen.items[3].record.value, 0x5678);
        assert_int_equal(strlen(seen.items[3].module), 259);
        assert_null(seen.items[4].record.module);
    }
    forget(&seen);
}

static void test_more_modules_than_are_kept(void **state)
{
    struct seen seen = {.items = NULL};
    uint32_t i, e;

    (void)state;
    for (e = 0; e < ENDINGS; e++) {
        struct up_sink *sink = up_recording_create(path_of(endings[e]), &some_info, NULL);
        char name[20];

        assert_non_null(sink);
        for (i = 0; i < 5000; i++) {
            const struct up_record record = {.time = i, .module = name, .width = 1};

            (void)snprintf(name, sizeof name, "m%u.dll", (unsigned)i);
            assert_true(sink->add(sink, &record));
        }
        assert_true(sink->close(sink, i, NULL));
        forget(&seen);
        assert_true(read_file(path_of(endings[e]), &seen).is_whole);
        assert_int_equal(seen.count, 5000);
        assert_string_equal(seen.items[4095].module, "m4095.dll");
        assert_null(seen.items[4096].record.module);
    }
    forget(&seen);
}

/* ---- pictures ------------------------------------------------------------------------------- */

static void test_pictures_are_bounded(void **state)
{
    struct up_record_info info = some_info;
    uint32_t i, printers;

    (void)state;
    random_state = 77;
    for (printers = 0; printers < 3; printers += 2) {
        struct up_sink *sink;
        struct item item;
        size_t length;
        char *bytes;

        info.printers = printers;
        sink = up_recording_create(path_of("svg"), &info, NULL);
        assert_non_null(sink);
        for (i = 0; i < 100000; i++) {
            fill_random(&item, i);
            assert_true(item.lost > 0 ? sink->lost(sink, i, item.lost)
                                      : sink->add(sink, &item.record));
            if (i % 10000 == 0) {
                assert_true(sink->flush(sink));
            }
        }
        assert_true(sink->close(sink, i, NULL));
        bytes = load(path_of("svg"), &length);
        assert_in_range(length, 20000, 1000000);
        assert_memory_equal(bytes + length - 7, "</svg>\n", 7);
        bytes[length - 7] = '\0';
        assert_null(strstr(bytes, "</svg>"));
        assert_non_null(strstr(bytes, " more</text>"));
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field_survives),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_what_was_flushed_can_be_read),
        cmocka_unit_test(test_a_longer_file_is_replaced),
        cmocka_unit_test(test_odd_records_stay_readable),
        cmocka_unit_test(test_more_modules_than_are_kept),
        cmocka_unit_test(test_pictures_are_bounded),
    };

    return cmocka_run_group_tests_name("recording", tests, make_folder, remove_folder);
}
