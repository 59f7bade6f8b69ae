/* SPDX-License-Identifier: MIT
 *
 * record/tail.c: a recording that is read while it grows, in pieces of any length, comes to the
 * same as the whole file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "record/tail.h"
#include "recordings.h"

#define ITEMS 300u

static struct item items[ITEMS];
static char *bytes;
static size_t length;

static int setup(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < ITEMS; i++) {
        fill_random(&items[i], 1000u * i);
    }
    write_items(path_of("csv"), &some_info, items, ITEMS, 1000u * ITEMS);
    bytes = load(path_of("csv"), &length);
    return 0;
}

static int forget_bytes(void **state)
{
    (void)state;
    free(bytes);
    return 0;
}

/* Takes all that there is now, as items from *count on. */
static enum up_next take(struct up_tail *tail, uint32_t *count)
{
    struct item got;
    enum up_next next;

    for (;;) {
        memset(&got, 0, sizeof got);
        next = up_tail_next(tail, &got.record, &got.lost, NULL);
        if (next == UP_NEXT_LOST) {
            got.record.time = items[*count].record.time;
        } else if (next != UP_NEXT_ACCESS) {
            return next;
        } else {
            got.lost = 0;
        }
        assert_true(*count < ITEMS);
        if (next == UP_NEXT_ACCESS) {
            strncpy(got.module, got.record.module != NULL ? got.record.module : "",
                    sizeof got.module - 1u);
            check_same(&got, &items[*count]);
        } else {
            assert_true(got.lost == items[*count].lost);
        }
        ++*count;
    }
}

/* Gives it in pieces of so many bytes; 0: of random lengths. */
static void in_pieces(size_t piece)
{
    struct up_tail *tail = up_tail_new("growing.csv");
    enum up_next next = UP_NEXT_CUT;
    uint32_t count = 0;
    size_t at = 0;

    assert_non_null(tail);
    while (at < length) {
        size_t given = piece > 0 ? piece : 1u + random32() % 3000u;

        given = given < length - at ? given : length - at;
        at += up_tail_give(tail, bytes + at, given);
        next = take(tail, &count);
        assert_int_equal(next, at < length ? UP_NEXT_CUT : UP_NEXT_END);
        assert_true(up_tail_info(tail) != NULL || at < 120u);
    }
    assert_int_equal(count, ITEMS);
    assert_memory_equal(up_tail_info(tail)->program, some_info.program, sizeof some_info.program);
    assert_int_equal(up_tail_info(tail)->printers, some_info.printers);
    assert_memory_equal(up_tail_info(tail)->printer, some_info.printer, sizeof some_info.printer);
    assert_int_equal(up_tail_next(tail, NULL, NULL, NULL), UP_NEXT_END);
    up_tail_free(tail);
}

static void test_pieces(void **state)
{
    (void)state;
    in_pieces(1);
    in_pieces(7);
    in_pieces(4096);
    in_pieces(1u << 20);
    in_pieces(0);
}

static void test_nothing_yet(void **state)
{
    struct up_tail *tail = up_tail_new("growing.csv");
    uint32_t count = 0;

    (void)state;
    assert_int_equal(take(tail, &count), UP_NEXT_CUT);
    assert_int_equal(up_tail_give(tail, bytes, 20), 20);
    assert_int_equal(take(tail, &count), UP_NEXT_CUT);
    assert_null(up_tail_info(tail));
    up_tail_free(tail);
    up_tail_free(NULL);
}

static void test_wrong_line(void **state)
{
    static const char wrong[] = "1,2,3,x,y\n";
    struct up_error_detail problem;
    struct up_tail *tail = up_tail_new("growing.csv");
    const size_t headings = strcspn(bytes, "\n") + 1u;
    struct up_record record;
    uint64_t count;

    (void)state;
    (void)up_tail_give(tail, bytes, headings);
    assert_int_equal(up_tail_next(tail, &record, &count, &problem), UP_NEXT_CUT);
    (void)up_tail_give(tail, wrong, sizeof wrong - 1u);
    for (int i = 0; i < 2; i++) { /* it stays so */
        memset(&problem, 0, sizeof problem);
        assert_int_equal(up_tail_next(tail, &record, &count, &problem), UP_NEXT_INVALID);
        assert_string_equal(problem.text,
                            "cannot read line 2 of growing.csv: it has too few fields");
    }
    up_tail_free(tail);
}

static void test_no_recording(void **state)
{
    struct up_error_detail problem;
    struct up_tail *tail = up_tail_new("growing.csv");

    (void)state;
    (void)up_tail_give(tail, "hello\n", 6);
    assert_int_equal(up_tail_next(tail, NULL, NULL, &problem), UP_NEXT_INVALID);
    assert_non_null(strstr(problem.text, "cannot read growing.csv: it is no recording"));
    up_tail_free(tail);
}

static void test_line_without_end(void **state)
{
    static char many[40000];
    struct up_error_detail problem;
    struct up_tail *tail = up_tail_new("growing.csv");
    struct up_record record;
    uint64_t count;

    (void)state;
    memset(many, 'x', sizeof many);
    (void)up_tail_give(tail, bytes, strcspn(bytes, "\n") + 1u);
    assert_int_equal(up_tail_next(tail, &record, &count, &problem), UP_NEXT_CUT);
    assert_int_equal(up_tail_give(tail, many, sizeof many), UP_FILE_BUFFER);
    assert_int_equal(up_tail_next(tail, &record, &count, &problem), UP_NEXT_INVALID);
    assert_string_equal(problem.text, "cannot read line 2 of growing.csv: it is too long");
    up_tail_free(tail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pieces, setup, forget_bytes),
        cmocka_unit_test_setup_teardown(test_nothing_yet, setup, forget_bytes),
        cmocka_unit_test_setup_teardown(test_wrong_line, setup, forget_bytes),
        cmocka_unit_test_setup_teardown(test_no_recording, setup, forget_bytes),
        cmocka_unit_test_setup_teardown(test_line_without_end, setup, forget_bytes),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
