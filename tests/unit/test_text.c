/* SPDX-License-Identifier: MIT
 *
 * core/text.c and text_format.c: texts in buffers of every size, and UTF-8 that is cut at each of
 * its bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/text.h"

#define EURO  "\xE2\x82\xAC"     /* three bytes */
#define UE    "\xC3\xBC"         /* two */
#define KEY   "\xF0\x9D\x84\x9E" /* four */
#define MIXED "a" UE "b" EURO KEY "c"

/* Of the bytes of MIXED the last place up to length where a character ends. */
static size_t last_end(size_t length)
{
    static const size_t ends[] = {0, 1, 3, 4, 7, 11, 12};
    size_t last = 0;

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        last = ends[i] <= length ? ends[i] : last;
    }
    return last;
}

static void test_whole_characters(void **state)
{
    (void)state;
    for (size_t length = 0; length <= strlen(MIXED); length++) {
        char *exact = malloc(length + (length == 0)); /* nothing behind it is looked at */

        assert_non_null(exact);
        memcpy(exact, MIXED, length);
        assert_int_equal(up_utf8_whole(exact, length), last_end(length));
        free(exact);
    }
}

static void test_bytes_that_are_no_characters(void **state)
{
    static const struct {
        const char *text;
        size_t whole;
    } rows[] = {
        {"", 0},
        {"\x80", 1},
        {"\x80\x80\x80\x80\x80", 5},
        {"a\x80\x80\x80\x80", 5}, /* more than a character has */
        {"a\xFF", 1},
        {"\xC3", 0},
        {EURO "\xC3", 3},
        {"\xE2\x82\xC3\xBC", 4}, /* the one before is broken, the last one is not */
        {UE "\xBC", 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(up_utf8_whole(rows[i].text, strlen(rows[i].text)), rows[i].whole);
    }
}

static void test_cut_text(void **state)
{
    char text[16];

    (void)state;
    strcpy(text, "a\xE2\x82\xAC");
    up_utf8_cut(text, 4);
    assert_int_equal(strlen(text), 4);
    up_utf8_cut(text, 3);
    assert_string_equal(text, "a");
    up_utf8_cut(text, 0);
    assert_string_equal(text, "");
    strcpy(text, "\xE2\x82\xAC");
    up_utf8_cut(text, 2);
    assert_string_equal(text, "");
    for (size_t length = 0; length < sizeof text; length++) {
        strcpy(text, MIXED);
        up_utf8_cut(text, length);
        assert_int_equal(strlen(text), last_end(length));
    }
}

/* Writes in every way. */
static void write_all(struct up_writer *writer)
{
    up_writer_text(writer, MIXED);
    up_writer_char(writer, ' ');
    up_writer_hex(writer, 0, 1);
    up_writer_hex(writer, 0xABCDEF01, 1);
    up_writer_hex(writer, 0x1F, 4);
    up_writer_char(writer, ' ');
    up_writer_decimal(writer, 0);
    up_writer_decimal(writer, 1234567890);
    up_writer_bytes(writer, "xyz", 2);
    up_writer_format(writer, " %s %u", MIXED, 7u);
    up_writer_text(writer, "");
}

static void test_writer_in_buffers_of_every_size(void **state)
{
    static const char expected[] = MIXED " 0ABCDEF01001F 01234567890xy " MIXED " 7";
    const size_t length = sizeof expected - 1;
    struct up_writer writer;

    (void)state;
    up_writer_init(&writer, NULL, 0);
    write_all(&writer);
    assert_int_equal(writer.length, length);
    for (size_t size = 1; size < length + 4; size++) {
        char *exact = malloc(size);

        assert_non_null(exact);
        memset(exact, 0xA5, size);
        up_writer_init(&writer, exact, size);
        assert_string_equal(exact, "");
        write_all(&writer);
        assert_int_equal(writer.length, length);
        assert_int_equal(up_writer_is_cut(&writer), size <= length);
        assert_int_equal(strlen(exact), size > length ? length : up_utf8_whole(expected, size - 1));
        assert_memory_equal(exact, expected, strlen(exact));
        free(exact);
    }
}

/*
 * What follows a cut is counted and not written, even if there is room for it before the end of the
 * buffer.
 */
static void test_nothing_follows_a_cut(void **state)
{
    char text[4];
    struct up_writer writer;

    (void)state;
    up_writer_init(&writer, text, sizeof text);
    up_writer_text(&writer, "a" EURO);
    assert_string_equal(text, "a");
    up_writer_text(&writer, "b");
    up_writer_format(&writer, "%s", "c");
    assert_string_equal(text, "a");
    assert_int_equal(writer.length, 6);

    up_writer_init(&writer, text, sizeof text);
    up_writer_format(&writer, "%s%s", "a", EURO);
    up_writer_char(&writer, 'b');
    assert_string_equal(text, "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_characters),
        cmocka_unit_test(test_bytes_that_are_no_characters),
        cmocka_unit_test(test_cut_text),
        cmocka_unit_test(test_writer_in_buffers_of_every_size),
        cmocka_unit_test(test_nothing_follows_a_cut),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
