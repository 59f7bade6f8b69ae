/* SPDX-License-Identifier: MIT
 *
 * The sentences of control/error_detail.h: what is in them, what is cut when they are too long, and
 * that a character of UTF-8 is never cut in two.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "control/error_detail.h"

/* The system of this test: it knows code 5, says nothing about 7, and a lot about 9. */
void up_error_detail_system_text(uint32_t code, char *text, uint32_t size)
{
    text[0] = '\0';
    if (code == 5) {
        snprintf(text, size, "access is denied");
    } else if (code == 9) {
        memset(text, 'w', size - 1);
        text[size - 1] = '\0';
    }
}

static struct up_error_detail problem;

static void test_forms(void **state)
{
    (void)state;
    up_error_detail_set(&problem, 5, "Ask %s.", "cannot open %s", "it");
    assert_string_equal(problem.text, "cannot open it: access is denied (5)");
    assert_string_equal(problem.advice, "Ask %s.");
    assert_int_equal(problem.code, 5);
    up_error_detail_set(&problem, 0, NULL, "no");
    assert_string_equal(problem.text, "no");
    assert_string_equal(problem.advice, "");
    assert_int_equal(problem.code, 0);
    up_error_detail_set(&problem, 7, NULL, "no");
    assert_string_equal(problem.text, "no (7)");
    up_error_detail_say(&problem, 5, "Wait.", "the file %s is not there", "x");
    assert_string_equal(problem.text, "the file x is not there (5)");
    assert_int_equal(problem.code, 5);
    up_error_detail_say(&problem, 4294967295u, problem.advice, "again: %s", problem.text);
    assert_string_equal(problem.text, "again: the file x is not there (5) (4294967295)");
    assert_string_equal(problem.advice, "Wait.");
    up_error_detail_clear(&problem);
    assert_int_equal(problem.text[0] | problem.advice[0], 0);
    assert_int_equal(problem.code, 0);
}

static void test_nobody_listens(void **state)
{
    (void)state;
    up_error_detail_set(NULL, 5, "x", "y");
    up_error_detail_say(NULL, 5, "x", "y");
    up_error_detail_clear(NULL);
}

/* Is it UTF-8 of whole characters, of this euro sign and of letters? */
static void expect_whole(const char *text)
{
    while (*text != '\0') {
        if ((unsigned char)*text < 0x80) {
            text++;
        } else {
            assert_memory_equal(text, "\xE2\x82\xAC", 3);
            text += 3;
        }
    }
}

/*
 * However long the beginning is: the code is there, nothing is written behind the end, no character
 * is cut.
 */
static void test_cut(void **state)
{
    static char what[4096], advice[4096];
    size_t length, shift;

    (void)state;
    for (shift = 0; shift < 3; shift++) {
        for (length = 0; length < 450; length += 1) {
            size_t at, i;

            memset(what, 'a', shift);
            for (i = 0, at = shift; i < length; i++, at += 3) {
                memcpy(what + at, "\xE2\x82\xAC", 3);
            }
            what[at] = '\0';
            memcpy(advice, what, at + 1);
            up_error_detail_set(&problem, 9, advice, "%s", what);
            assert_true(strlen(problem.text) < sizeof problem.text);
            assert_true(strlen(problem.advice) < sizeof problem.advice);
            assert_string_equal(problem.text + strlen(problem.text) - 4, " (9)");
            expect_whole(problem.text);
            expect_whole(problem.advice);
            assert_memory_equal(problem.text, what, at < 300 ? at : 300);
            if (at < sizeof problem.advice) {
                assert_string_equal(problem.advice, what);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_cut),
    };

    return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
