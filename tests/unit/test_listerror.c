/* SPDX-License-Identifier: MIT
 *
 * core/listerror.c and nearest.c: the whole message for each mistake, its columns, the name that
 * was meant, and what is left of it in a buffer that is too small.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/listerror.h"
#include "core/nearest.h"
#include "core/text.h"

#define TEXT(text) text, sizeof text - 1u

#define NOT_HERE                                                                                   \
    "a list has only ports, ranges first-last and names, with commas or blanks between them"
#define WORD_OF_32 "aaaaaaaabbbbbbbbccccccccdddddddz"

static const struct {
    const char *text;
    size_t text_length;
    const char *message;
} messages[] = {
    {TEXT("lpt1 37A-378"),
     "\"37A-378\" at column 6: the last port of a range must not be below its first"},
    {TEXT("foo"), "\"foo\" at column 1: neither a hexadecimal port number nor a known name"},
    {TEXT("378, 0x378h"),
     "\"0x378h\" at column 6: not a hexadecimal number: write 378, 0x378 or 378h"},
    {TEXT("378 10000"), "\"10000\" at column 5: the highest port is FFFF"},
    {TEXT("lpt1\t-\n37A"),
     "\"lpt1\\x09-\\x0A37A\" at column 1: a name stands alone: only two port numbers make a range"},
    {TEXT("378-"), "\"378-\" at column 1: a range needs a last port after its dash"},
    {TEXT("-37A"), "\"-37A\" at column 1: a range needs a first port before its dash"},
    {TEXT("378,,379"), "\",\" at column 5: a comma needs a port, a range or a name on both sides"},
    {TEXT("1-2-3"), "\"-\" at column 4: " NOT_HERE},
    {TEXT("378 \xE2\x80\x93 37A"), "\"\xE2\x80\x93\" at column 5: " NOT_HERE},
    {TEXT("378 \xE2\x80\x8B 37A"), "\"\\xE2\\x80\\x8B\" at column 5: " NOT_HERE},
    {TEXT("378 \xE2\x80"), "\"\\xE2\\x80\" at column 5: " NOT_HERE},
    {TEXT("378\0"), "\"\\x00\" at column 4: " NOT_HERE},
    {TEXT("\""), "\"\"\" at column 1: " NOT_HERE},
    {TEXT("~"), "\"~\" at column 1: " NOT_HERE},
    {TEXT("\x7F"), "\"\\x7F\" at column 1: " NOT_HERE},
    {TEXT("          " WORD_OF_32),
     "\"" WORD_OF_32 "\" at column 11: neither a hexadecimal port number nor a known name"},
    {TEXT(WORD_OF_32 "z"),
     "\"" WORD_OF_32 "...\" at column 1: neither a hexadecimal port number nor a known name"},
};

static void test_error_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        struct up_portlist_error error;
        struct up_portset set;
        char out[256];

        up_portset_deny_all(&set);
        assert_false(up_portlist_parse(messages[i].text, messages[i].text_length, &set, &error));
        assert_int_equal(up_list_error_text(messages[i].text, messages[i].text_length, &error, NULL,
                                            out, sizeof out),
                         strlen(messages[i].message));
        assert_string_equal(out, messages[i].message);
    }
}

static void test_column_numbers_have_all_their_digits(void **state)
{
    static const size_t columns[] = {1, 9, 10, 99, 100, 101, 1009, 65536, 100000};
    char *text = malloc(100001);

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        struct up_portlist_error error;
        struct up_portset set;
        char out[128];
        char expected[128];

        memset(text, ' ', 100001);
        text[columns[i] - 1u] = ',';
        up_portset_deny_all(&set);
        assert_false(up_portlist_parse(text, columns[i], &set, &error));
        (void)up_list_error_text(text, columns[i], &error, NULL, out, sizeof out);
        (void)snprintf(expected, sizeof expected,
                       "\",\" at column %zu: a comma needs a port, a range or a name on both sides",
                       columns[i]);
        assert_string_equal(out, expected);
    }
    free(text);
}

static void test_error_text_reads_nothing_outside_the_text(void **state)
{
    static const struct {
        struct up_portlist_error error;
        const char *message;
    } rows[] = {
        {{UP_LIST_TOO_LARGE, 0, 99}, "\"abc\" at column 1: the highest port is FFFF"},
        {{UP_LIST_TOO_LARGE, 2, SIZE_MAX}, "\"c\" at column 3: the highest port is FFFF"},
        {{UP_LIST_TOO_LARGE, 3, 0}, "\"\" at column 4: the highest port is FFFF"},
        {{UP_LIST_TOO_LARGE, SIZE_MAX, SIZE_MAX}, "\"\" at column 4: the highest port is FFFF"},
        {{UP_LIST_OK, 0, 0}, "\"\" at column 1: no problem"},
        {{(enum up_portlist_problem)99, 1, 1}, "\"b\" at column 2: unknown problem"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = malloc(3);
        char out[64];

        assert_non_null(text);
        memcpy(text, "abc", 3);
        assert_int_equal(up_list_error_text(text, 3, &rows[i].error, NULL, out, sizeof out),
                         strlen(rows[i].message));
        assert_string_equal(out, rows[i].message);
        free(text);
    }
}

/*
 * What a writer left in a block of size bytes, and of the bytes behind it, when the whole text is
 * expected.
 */
static void assert_cut(const char *block, size_t size, size_t block_size, const char *expected)
{
    size_t length = strlen(expected);
    size_t kept = size == 0 ? 0 : length < size ? length : up_utf8_whole(expected, size - 1u);

    assert_memory_equal(block, expected, kept);
    if (size > 0) {
        assert_int_equal(block[kept], '\0');
    }
    for (size_t i = size == 0 ? 0 : kept + 1u; i < block_size; i++) {
        assert_int_equal((uint8_t)block[i], 0xA5);
    }
}

static void test_error_text_in_buffers_of_every_size(void **state)
{
    (void)state;
    for (size_t m = 0; m < sizeof messages / sizeof messages[0]; m++) {
        const char *text = messages[m].text;
        size_t text_length = messages[m].text_length;
        size_t length = strlen(messages[m].message);
        struct up_portlist_error error;
        struct up_portset set;

        up_portset_deny_all(&set);
        assert_false(up_portlist_parse(text, text_length, &set, &error));
        assert_int_equal(up_list_error_text(text, text_length, &error, NULL, NULL, 0), length);
        for (size_t size = 0; size < length + 4u; size++) {
            char block[256];
            char *exact = malloc(size > 0 ? size : 1u);

            memset(block, 0xA5, sizeof block);
            assert_int_equal(up_list_error_text(text, text_length, &error, NULL, block, size),
                             length);
            assert_cut(block, size, sizeof block, messages[m].message);
            assert_non_null(exact);
            memset(exact, 0xA5, size);
            assert_int_equal(
                up_list_error_text(text, text_length, &error, NULL, size > 0 ? exact : NULL, size),
                length);
            assert_memory_equal(exact, block, size <= length ? size : length + 1u);
            free(exact);
        }
    }
}

/* The message for a list with a mistake. */
static const char *message_of(const char *text, const char *hint)
{
    static char out[UP_LIST_ERROR_MAX];
    struct up_portlist_error error;
    struct up_portset set;

    up_portset_deny_all(&set);
    assert_false(up_portlist_parse(text, strlen(text), &set, &error));
    assert_true(up_list_error_text(text, strlen(text), &error, hint, out, sizeof out) < sizeof out);
    return out;
}

static void test_the_name_that_was_meant(void **state)
{
    (void)state;
    assert_string_equal(message_of("61 ltp1", NULL),
                        "\"ltp1\" at column 4: neither a hexadecimal port number nor a known "
                        "name; did you mean lpt1?");
    assert_string_equal(message_of("61 ltp1", "see x"),
                        "\"ltp1\" at column 4: neither a hexadecimal port number nor a "
                        "known name; did you mean lpt1? see x");
    assert_string_equal(
        message_of("printer", "see x"),
        "\"printer\" at column 1: neither a hexadecimal port number nor a known name: see x");
    assert_string_equal(message_of("37Q", "see x"),
                        "\"37Q\" at column 1: not a hexadecimal number: write 378, 0x378 or 378h");
    assert_string_equal(up_nearest_ports("SPAEKER", 7), "speaker");
    assert_null(up_nearest_ports("xx", 2)); /* too short to be near to anything */
    assert_null(up_nearest_ports("", 0));
}

static void test_columns_and_lines(void **state)
{
    char out[100];
    static const char text[] = "378\n\xE6\xBC\xA2";
    struct up_portlist_error error;
    struct up_portset set;

    (void)state;
    up_portset_deny_all(&set);
    assert_false(up_portlist_parse(text, strlen(text), &set, &error));
    assert_int_equal(up_list_error_line(text, &error), 2);
    assert_non_null(strstr(message_of(text, NULL), "\"\xE6\xBC\xA2\" at column 1:"));
    error.offset = strlen(text); /* columns are characters */
    error.length = 0;
    error.problem = UP_LIST_TOO_LARGE;
    up_list_error_text(text, strlen(text), &error, NULL, out, sizeof out);
    assert_string_equal(out, "\"\" at column 2: the highest port is FFFF");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_messages),
        cmocka_unit_test(test_column_numbers_have_all_their_digits),
        cmocka_unit_test(test_error_text_reads_nothing_outside_the_text),
        cmocka_unit_test(test_error_text_in_buffers_of_every_size),
        cmocka_unit_test(test_the_name_that_was_meant),
        cmocka_unit_test(test_columns_and_lines),
    };

    return cmocka_run_group_tests_name("listerror", tests, NULL, NULL);
}
