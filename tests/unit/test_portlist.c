/* SPDX-License-Identifier: MIT
 *
 * Tests of core/portlist.c: what the syntax accepts and means, the exact place and words of every
 * complaint, and the two writers in buffers of every size. Texts are copied to blocks of exactly
 * their length, so that ASan sees a byte too far.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/portlist.h"

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static bool parse_exact(const char *text, size_t length, struct up_portset *set,
                        struct up_portlist_error *error)
{
    char *copy = malloc(length > 0 ? length : 1u);
    bool good;

    assert_non_null(copy);
    memcpy(copy, text, length);
    good = up_portlist_parse(length > 0 ? copy : NULL, length, set, error);
    free(copy);
    return good;
}

static void assert_formats_as(const struct up_portset *set, const char *expected)
{
    char text[2048];

    assert_int_equal(up_portlist_format(set, text, sizeof text), strlen(expected));
    assert_string_equal(text, expected);
}

static void test_good_lists(void **state)
{
    static const struct {
        const char *text;
        const char *canonical;
    } rows[] = {
        {"", ""},
        {" \t\r\n ", ""},
        {"378", "378"},
        {"0", "0"},
        {"0000000000000000000000000000", "0"},
        {"0h", "0"},
        {"0x0", "0"},
        {"ffff", "FFFF"},
        {"0xFFFF", "FFFF"},
        {"FFFFh", "FFFF"},
        {"0x000000000000000000000000000000000000FFFF", "FFFF"},
        {"000000000000000000000000000000000FFFFH", "FFFF"},
        {"0x378", "378"},
        {"0X378", "378"},
        {"378h", "378"},
        {"378H", "378"},
        {"0378", "378"},
        {"cf8", "CF8"},
        {"CF8h", "CF8"},
        {"add", "ADD"},
        {"fade", "FADE"},
        {"fadeh", "FADE"},
        {"Bh", "B"},
        {"0b1", "B1"}, /* not binary: every number is hexadecimal */
        {"378 379", "378-379"},
        {"378,379", "378-379"},
        {"378\t379\r\n37A", "378-37A"},
        {"\n378,\n379\n", "378-379"},
        {" 378 , 37A ", "378, 37A"},
        {"378-37F", "378-37F"},
        {"378 - 37F", "378-37F"},
        {"378 -37F", "378-37F"},
        {"378- 37F", "378-37F"},
        {"378\t-\n37F", "378-37F"},
        {"0x378-37Fh", "378-37F"},
        {"378h-0x37F", "378-37F"},
        {"378-378", "378"},
        {"0-FFFF", "0-FFFF"},
        {"0-0", "0"},
        {"FFFF-FFFF", "FFFF"},
        {"37F 378-37A 379-37E", "378-37F"},
        {"378-37F 278-27F,3BC-3BF", "278-27F, 378-37F, 3BC-3BF"},
        {"378-37F 278 - 27F", "278-27F, 378-37F"},
        {"378, 42-43 0x61 speaker", "42-43, 61, 378"},
        {"lpt1", "378-37F"},
        {"LPT1", "378-37F"},
        {"Lpt1,lpt2 LPT3", "278-27F, 378-37F, 3BC-3BF"},
        {"default", "278-27F, 378-37F, 3BC-3BF"},
        {"classic", "200-37F, 3BC-3BF, 3E8-3FF"},
        {"lpt1 378", "378-37F"},
        {"lpt1 378-380", "378-380"},
        {"378-37F, 42-43 0x61 speaker", "42-43, 61, 378-37F"},
        {"FFFF 0", "0, FFFF"},
        {"7 8 9 F 10 FF 100 FFF 1000", "7-9, F-10, FF-100, FFF-1000"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct up_portlist_error error = {UP_LIST_BAD_CHARACTER, 77, 77};
        struct up_portset set;

        up_portset_deny_all(&set);
        if (!parse_exact(rows[i].text, strlen(rows[i].text), &set, &error)) {
            fail_msg("\"%s\" was refused: %s", rows[i].text,
                     up_portlist_problem_text(error.problem));
        }
        assert_int_equal(error.problem, UP_LIST_OK);
        assert_formats_as(&set, rows[i].canonical);
        assert_true(parse_exact(rows[i].text, strlen(rows[i].text), &set, NULL));
        assert_formats_as(&set, rows[i].canonical);
    }
}

#define THIRTY_FS "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"

/* A text may hold a NUL: its length is that of the array. */
#define TEXT(text) text, sizeof text - 1u

static const struct {
    const char *text;
    size_t text_length;
    enum up_portlist_problem problem;
    size_t offset;
    size_t length;
} bad_lists[] = {
    {TEXT("foo"), UP_LIST_UNKNOWN_NAME, 0, 3},
    {TEXT("378, foo"), UP_LIST_UNKNOWN_NAME, 5, 3},
    {TEXT("lpt4"), UP_LIST_UNKNOWN_NAME, 0, 4},
    {TEXT("lpt"), UP_LIST_UNKNOWN_NAME, 0, 3},
    {TEXT("lpt11"), UP_LIST_UNKNOWN_NAME, 0, 5},
    {TEXT("lpt1_"), UP_LIST_UNKNOWN_NAME, 0, 5},
    {TEXT("h"), UP_LIST_UNKNOWN_NAME, 0, 1},
    {TEXT("h378"), UP_LIST_UNKNOWN_NAME, 0, 4},
    {TEXT("x378"), UP_LIST_UNKNOWN_NAME, 0, 4},
    {TEXT("_"), UP_LIST_UNKNOWN_NAME, 0, 1},
    {TEXT("_378"), UP_LIST_UNKNOWN_NAME, 0, 4},
    {TEXT("fadehh"), UP_LIST_UNKNOWN_NAME, 0, 6},
    {TEXT("fadeg"), UP_LIST_UNKNOWN_NAME, 0, 5},
    {TEXT("a_b"), UP_LIST_UNKNOWN_NAME, 0, 3},
    {TEXT("foo-37A"), UP_LIST_UNKNOWN_NAME, 0, 3},
    {TEXT("378-foo"), UP_LIST_UNKNOWN_NAME, 4, 3},
    {TEXT("lpt1-foo"), UP_LIST_UNKNOWN_NAME, 5, 3},

    {TEXT("3Q8"), UP_LIST_BAD_NUMBER, 0, 3},
    {TEXT(" 3Q8 "), UP_LIST_BAD_NUMBER, 1, 3},
    {TEXT("0x"), UP_LIST_BAD_NUMBER, 0, 2},
    {TEXT("0X"), UP_LIST_BAD_NUMBER, 0, 2},
    {TEXT("0xh"), UP_LIST_BAD_NUMBER, 0, 3},
    {TEXT("37xA"), UP_LIST_BAD_NUMBER, 0, 4},
    {TEXT("0x378h"), UP_LIST_BAD_NUMBER, 0, 6},
    {TEXT("00x378"), UP_LIST_BAD_NUMBER, 0, 6},
    {TEXT("1x378"), UP_LIST_BAD_NUMBER, 0, 5},
    {TEXT("378hh"), UP_LIST_BAD_NUMBER, 0, 5},
    {TEXT("378g"), UP_LIST_BAD_NUMBER, 0, 4},
    {TEXT("3_78"), UP_LIST_BAD_NUMBER, 0, 4},
    {TEXT("1lpt"), UP_LIST_BAD_NUMBER, 0, 4},
    {TEXT("3h78"), UP_LIST_BAD_NUMBER, 0, 4},
    {TEXT("378-3Q8"), UP_LIST_BAD_NUMBER, 4, 3},
    {TEXT("3Q8-378"), UP_LIST_BAD_NUMBER, 0, 3},
    {TEXT("99999999999999999999999Q"), UP_LIST_BAD_NUMBER, 0, 24},

    {TEXT("10000"), UP_LIST_TOO_LARGE, 0, 5},
    {TEXT("0x10000"), UP_LIST_TOO_LARGE, 0, 7},
    {TEXT("10000h"), UP_LIST_TOO_LARGE, 0, 6},
    {TEXT("FFFFF"), UP_LIST_TOO_LARGE, 0, 5},
    {TEXT("facade"), UP_LIST_TOO_LARGE, 0, 6},
    {TEXT("100000000"), UP_LIST_TOO_LARGE, 0, 9},          /* 0 in 32 bits */
    {TEXT("10000000000000378"), UP_LIST_TOO_LARGE, 0, 17}, /* 378 in 64 bits */
    {TEXT(THIRTY_FS), UP_LIST_TOO_LARGE, 0, 30},
    {TEXT("0x" THIRTY_FS), UP_LIST_TOO_LARGE, 0, 32},
    {TEXT("100000000000000000000000000378h"), UP_LIST_TOO_LARGE, 0, 31},
    {TEXT("378-10000"), UP_LIST_TOO_LARGE, 4, 5},
    {TEXT("10000-378"), UP_LIST_TOO_LARGE, 0, 5},

    {TEXT("37A-378"), UP_LIST_TURNED_AROUND, 0, 7},
    {TEXT("lpt1 37A-378"), UP_LIST_TURNED_AROUND, 5, 7},
    {TEXT("42, 37A - 378, 43"), UP_LIST_TURNED_AROUND, 4, 9},
    {TEXT("1-0"), UP_LIST_TURNED_AROUND, 0, 3},
    {TEXT("FFFF-0"), UP_LIST_TURNED_AROUND, 0, 6},
    {TEXT("0xFFFF\t-\r\n0FFFEh"), UP_LIST_TURNED_AROUND, 0, 16},

    {TEXT("lpt1-37A"), UP_LIST_NAME_IN_RANGE, 0, 8},
    {TEXT("378-lpt1"), UP_LIST_NAME_IN_RANGE, 0, 8},
    {TEXT("lpt1-lpt2"), UP_LIST_NAME_IN_RANGE, 0, 9},
    {TEXT(" 42 lpt1 - 37A "), UP_LIST_NAME_IN_RANGE, 4, 10},
    {TEXT("lpt1-"), UP_LIST_NAME_IN_RANGE, 0, 5},
    {TEXT("lpt1 -, 5"), UP_LIST_NAME_IN_RANGE, 0, 6},

    {TEXT("378-"), UP_LIST_MISSING_LAST, 0, 4},
    {TEXT("378 - "), UP_LIST_MISSING_LAST, 0, 5},
    {TEXT("42, 378-, 43"), UP_LIST_MISSING_LAST, 4, 4},
    {TEXT("378--37A"), UP_LIST_MISSING_LAST, 0, 4},
    {TEXT("378 - - 37A"), UP_LIST_MISSING_LAST, 0, 5},

    {TEXT("-37A"), UP_LIST_MISSING_FIRST, 0, 4},
    {TEXT(" -37A"), UP_LIST_MISSING_FIRST, 1, 4},
    {TEXT("- 37A 5"), UP_LIST_MISSING_FIRST, 0, 5},
    {TEXT("378, -37A"), UP_LIST_MISSING_FIRST, 5, 4},
    {TEXT("-lpt1"), UP_LIST_MISSING_FIRST, 0, 5},
    {TEXT("-"), UP_LIST_MISSING_FIRST, 0, 1},
    {TEXT("- "), UP_LIST_MISSING_FIRST, 0, 1},
    {TEXT("--"), UP_LIST_MISSING_FIRST, 0, 1},
    {TEXT("- ,"), UP_LIST_MISSING_FIRST, 0, 1},

    {TEXT(","), UP_LIST_MISSING_ITEM, 0, 1},
    {TEXT("  ,"), UP_LIST_MISSING_ITEM, 2, 1},
    {TEXT(",378"), UP_LIST_MISSING_ITEM, 0, 1},
    {TEXT("378,"), UP_LIST_MISSING_ITEM, 3, 1},
    {TEXT("378 , "), UP_LIST_MISSING_ITEM, 4, 1},
    {TEXT("lpt1,\n"), UP_LIST_MISSING_ITEM, 4, 1},
    {TEXT("378-37A,"), UP_LIST_MISSING_ITEM, 7, 1},
    {TEXT("378,,379"), UP_LIST_MISSING_ITEM, 4, 1},
    {TEXT("378, ,379"), UP_LIST_MISSING_ITEM, 5, 1},
    {TEXT("378,,"), UP_LIST_MISSING_ITEM, 4, 1},
    {TEXT(",,"), UP_LIST_MISSING_ITEM, 0, 1},

    {TEXT("378;379"), UP_LIST_BAD_CHARACTER, 3, 1},
    {TEXT("/"), UP_LIST_BAD_CHARACTER, 0, 1},
    {TEXT("378.5"), UP_LIST_BAD_CHARACTER, 3, 1},
    {TEXT("$378"), UP_LIST_BAD_CHARACTER, 0, 1},
    {TEXT("\"378\""), UP_LIST_BAD_CHARACTER, 0, 1},
    {TEXT("378:37A"), UP_LIST_BAD_CHARACTER, 3, 1},
    {TEXT("378 @"), UP_LIST_BAD_CHARACTER, 4, 1},
    {TEXT("378 ["), UP_LIST_BAD_CHARACTER, 4, 1},
    {TEXT("378 `"), UP_LIST_BAD_CHARACTER, 4, 1},
    {TEXT("378 {"), UP_LIST_BAD_CHARACTER, 4, 1},
    {TEXT("378 +1"), UP_LIST_BAD_CHARACTER, 4, 1},
    {TEXT("378, ;"), UP_LIST_BAD_CHARACTER, 5, 1},
    {TEXT("378-;"), UP_LIST_BAD_CHARACTER, 4, 1},
    {TEXT("378 - ;"), UP_LIST_BAD_CHARACTER, 6, 1},
    {TEXT("lpt1-;"), UP_LIST_BAD_CHARACTER, 5, 1},
    {TEXT("1-2-3"), UP_LIST_BAD_CHARACTER, 3, 1},
    {TEXT("1-2 - 3"), UP_LIST_BAD_CHARACTER, 4, 1},
    {TEXT("1-2-"), UP_LIST_BAD_CHARACTER, 3, 1},
    {TEXT("\0"), UP_LIST_BAD_CHARACTER, 0, 1},
    {TEXT("378\0"), UP_LIST_BAD_CHARACTER, 3, 1},
    {TEXT("lpt1\0ecp"), UP_LIST_BAD_CHARACTER, 4, 1},
    {TEXT("378 \0 379"), UP_LIST_BAD_CHARACTER, 4, 1},
    {TEXT("378\v379"), UP_LIST_BAD_CHARACTER, 3, 1},
    {TEXT("378\f379"), UP_LIST_BAD_CHARACTER, 3, 1},
    {TEXT("378\x7F"), UP_LIST_BAD_CHARACTER, 3, 1},
    {TEXT("378\x1A"), UP_LIST_BAD_CHARACTER, 3, 1},
    {TEXT("378\342\200\22337A"), UP_LIST_BAD_CHARACTER, 3, 3}, /* an en dash in UTF-8 */
    {TEXT("378\22637A"), UP_LIST_BAD_CHARACTER, 3, 1},         /* and in Windows-1252 */
    {TEXT("\357\273\277378"), UP_LIST_BAD_CHARACTER, 0, 3},    /* a byte order mark */
    {TEXT("378,\xC2\xA0"), UP_LIST_BAD_CHARACTER, 4, 2},
    {TEXT("378 -\xFF"), UP_LIST_BAD_CHARACTER, 5, 1},
};

static void assert_refused(const char *text, size_t length, size_t row,
                           const struct up_portset *before)
{
    struct up_portlist_error error = {UP_LIST_OK, 77, 77};
    struct up_portset set = *before;

    if (parse_exact(text, length, &set, &error)) {
        fail_msg("\"%s\" was accepted", text);
    }
    if (error.problem != bad_lists[row].problem || error.offset != bad_lists[row].offset ||
        error.length != bad_lists[row].length) {
        fail_msg("\"%s\": problem %d at %zu, %zu bytes; expected %d at %zu, %zu bytes", text,
                 (int)error.problem, error.offset, error.length, (int)bad_lists[row].problem,
                 bad_lists[row].offset, bad_lists[row].length);
    }
    assert_memory_equal(&set, before, sizeof set);
    assert_false(parse_exact(text, length, &set, NULL));
    assert_memory_equal(&set, before, sizeof set);
}

static void test_bad_lists_name_the_place_and_change_nothing(void **state)
{
    struct up_portset before;

    (void)state;
    for (size_t i = 0; i < sizeof bad_lists / sizeof bad_lists[0]; i++) {
        up_portset_deny_all(&before);
        assert_refused(bad_lists[i].text, bad_lists[i].text_length, i, &before);
        memset(&before, 0x33, sizeof before);
        assert_refused(bad_lists[i].text, bad_lists[i].text_length, i, &before);
    }
}

static void test_good_items_before_a_bad_one_are_not_granted(void **state)
{
    static const char text[] = "378-37F, lpt2, speaker, 300\n301 302, 3Q8";
    struct up_portset set;
    struct up_portlist_error error;

    (void)state;
    up_portset_deny_all(&set);
    assert_false(parse_exact(text, sizeof text - 1u, &set, &error));
    assert_int_equal(error.problem, UP_LIST_BAD_NUMBER);
    assert_int_equal(error.offset, 37);
    assert_int_equal(up_portset_count(&set), 0);
}

static void test_parse_keeps_what_was_granted(void **state)
{
    struct up_portset set;

    (void)state;
    up_portset_deny_all(&set);
    assert_true(parse_exact("300", 3, &set, NULL));
    assert_true(parse_exact("301-302", 7, &set, NULL));
    assert_true(parse_exact("", 0, &set, NULL));
    assert_formats_as(&set, "300-302");
}

static void test_parse_stops_at_the_length(void **state)
{
    struct up_portset set;

    (void)state;
    up_portset_deny_all(&set);
    assert_true(up_portlist_parse("378-37F", 3, &set, NULL));
    assert_formats_as(&set, "378");
    assert_true(up_portlist_parse("38F0", 2, &set, NULL));
    assert_formats_as(&set, "38, 378");
    assert_false(up_portlist_parse("5-7", 2, &set, NULL));
    assert_formats_as(&set, "38, 378");
}

static void test_every_byte_alone(void **state)
{
    static const char words[] = "0123456789abcdefABCDEF";

    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        char text[1] = {(char)byte};
        struct up_portlist_error error;
        struct up_portset set;
        enum up_portlist_problem expected = UP_LIST_BAD_CHARACTER;

        up_portset_deny_all(&set);
        if (byte != 0 &&
            (strchr(words, (int)byte) != NULL || strchr(" \t\r\n", (int)byte) != NULL)) {
            expected = UP_LIST_OK;
        } else if (byte == ',') {
            expected = UP_LIST_MISSING_ITEM;
        } else if (byte == '-') {
            expected = UP_LIST_MISSING_FIRST;
        } else if ((byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_') {
            expected = UP_LIST_UNKNOWN_NAME;
        }
        assert_int_equal(parse_exact(text, 1, &set, &error), expected == UP_LIST_OK);
        assert_int_equal(error.problem, expected);
        assert_int_equal(error.offset, 0);
        assert_int_equal(error.length, expected != UP_LIST_OK);
    }
}

static void test_every_port_in_every_spelling(void **state)
{
    static const char *const spellings[] = {"%X",  "%x",   "0x%X",   "0X%x",  "%Xh",
                                            "%XH", "%04X", "0x%08X", "000%xh"};
    struct up_portset set;
    struct up_portset expected;

    (void)state;
    up_portset_deny_all(&set);
    up_portset_deny_all(&expected);
    for (unsigned port = 0; port < UP_PORT_COUNT; port++) {
        char text[24];
        const char *spelling = spellings[port % (sizeof spellings / sizeof spellings[0])];

        assert_true(snprintf(text, sizeof text, spelling, port) > 0);
        assert_true(up_portlist_parse(text, strlen(text), &set, NULL));
        assert_true(up_portset_has(&set, (uint16_t)port));
        up_portset_grant(&expected, (uint16_t)port, (uint16_t)port);
        if (port % 1021u == 0) {
            assert_true(up_portset_equal(&set, &expected));
        }
    }
    assert_int_equal(up_portset_count(&set), 65536);
}

static void test_problem_texts(void **state)
{
    static const struct {
        enum up_portlist_problem problem;
        const char *text;
    } rows[] = {
        {UP_LIST_OK, "no problem"},
        {UP_LIST_UNKNOWN_NAME, "neither a hexadecimal port number nor a known name"},
        {UP_LIST_BAD_NUMBER, "not a hexadecimal number: write 378, 0x378 or 378h"},
        {UP_LIST_TOO_LARGE, "the highest port is FFFF"},
        {UP_LIST_TURNED_AROUND, "the last port of a range must not be below its first"},
        {UP_LIST_NAME_IN_RANGE, "a name stands alone: only two port numbers make a range"},
        {UP_LIST_MISSING_LAST, "a range needs a last port after its dash"},
        {UP_LIST_MISSING_FIRST, "a range needs a first port before its dash"},
        {UP_LIST_MISSING_ITEM, "a comma needs a port, a range or a name on both sides"},
        {UP_LIST_BAD_CHARACTER,
         "a list has only ports, ranges first-last and names, with commas or blanks between them"},
        {(enum up_portlist_problem)10, "unknown problem"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(rows[i].problem, i);
        assert_string_equal(up_portlist_problem_text(rows[i].problem), rows[i].text);
    }
}

/*
 * What a writer left in a block of size bytes, and of the bytes behind it, when the whole text is
 * expected.
 */
static void assert_cut(const char *block, size_t size, size_t block_size, const char *expected)
{
    size_t length = strlen(expected);
    size_t kept = size == 0 ? 0 : length < size ? length : size - 1u;

    assert_memory_equal(block, expected, kept);
    if (size > 0) {
        assert_int_equal(block[kept], '\0');
    }
    for (size_t i = size == 0 ? 0 : kept + 1u; i < block_size; i++) {
        assert_int_equal((uint8_t)block[i], 0xA5);
    }
}

static void test_format_in_buffers_of_every_size(void **state)
{
    static const char *const texts[] = {"", "0", "FFFF", "42-43, 61, 378-37F",
                                        "0, 2, 10, FF-100, 1000-FFFE"};

    (void)state;
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        struct up_portset set;
        size_t length = strlen(texts[t]);

        up_portset_deny_all(&set);
        assert_true(up_portlist_parse(texts[t], length, &set, NULL));
        assert_int_equal(up_portlist_format(&set, NULL, 0), length);
        for (size_t size = 0; size < length + 4u; size++) {
            char block[64];
            char *exact = malloc(size > 0 ? size : 1u);

            memset(block, 0xA5, sizeof block);
            assert_int_equal(up_portlist_format(&set, block, size), length);
            assert_cut(block, size, sizeof block, texts[t]);
            assert_non_null(exact);
            assert_int_equal(up_portlist_format(&set, size > 0 ? exact : NULL, size), length);
            assert_memory_equal(exact, block, size <= length ? size : length + 1u);
            free(exact);
        }
    }
}

/* Formats into a block of exactly the right size, reads that back, and compares. */
static void assert_round_trip(const struct up_portset *set)
{
    size_t length = up_portlist_format(set, NULL, 0);
    char *text = malloc(length + 1u);
    struct up_portset again;
    struct up_portlist_error error;

    assert_non_null(text);
    assert_true(length < UP_PORTLIST_TEXT_MAX);
    assert_int_equal(up_portlist_format(set, text, length + 1u), length);
    assert_int_equal(strlen(text), length);
    up_portset_deny_all(&again);
    if (!parse_exact(text, length, &again, &error)) {
        fail_msg("what format wrote is refused at %zu", error.offset);
    }
    assert_true(up_portset_equal(set, &again));
    free(text);
}

static void test_round_trip_of_plain_sets(void **state)
{
    struct up_portset set;

    (void)state;
    for (unsigned fill = 0; fill < 256; fill++) {
        memset(&set, (int)fill, sizeof set);
        assert_round_trip(&set);
    }
    for (uint32_t port = 0; port < UP_PORT_COUNT; port += port < 0x1100 ? 1 : 211) {
        up_portset_deny_all(&set);
        up_portset_grant(&set, (uint16_t)port, (uint16_t)port);
        assert_round_trip(&set);
    }
}

static void test_round_trip_of_random_sets(void **state)
{
    uint32_t random = 0x6C697374;

    (void)state;
    for (unsigned round = 0; round < 100; round++) {
        struct up_portset set;

        if (round % 2u == 0) {
            /* Few or many bits, by how many random words are put together. */
            for (size_t i = 0; i < sizeof set.map; i++) {
                uint32_t number = next_random(&random);

                for (unsigned more = 0; more < round % 7u; more++) {
                    number = round % 4u == 0 ? number & next_random(&random)
                                             : number | next_random(&random);
                }
                set.map[i] = (uint8_t)(number >> 11);
            }
        } else {
            up_portset_deny_all(&set);
            for (unsigned range = 0; range < round; range++) {
                uint16_t first = (uint16_t)next_random(&random);
                uint32_t last = first + next_random(&random) % (1u << round % 12u);

                up_portset_grant(&set, first, last > 0xFFFFu ? 0xFFFFu : (uint16_t)last);
            }
        }
        assert_round_trip(&set);
    }
}

static size_t digits_of(uint32_t port)
{
    return port > 0xFFFu ? 4u : port > 0xFFu ? 3u : port > 0xFu ? 2u : 1u;
}

/*
 * The longest text by dynamic programming from the last port down: either the port is denied, or it
 * begins a run of one or of two (a longer run has the same text for more ports, so it never wins),
 * with one denied port behind it.
 */
static size_t longest_text(void)
{
    size_t *best = calloc(UP_PORT_COUNT + 3u, sizeof *best);
    size_t result;

    assert_non_null(best);
    for (uint32_t port = UP_PORT_COUNT; port-- > 0;) {
        size_t one = digits_of(port) + 2u + best[port + 2u];
        size_t two = digits_of(port) + 1u + digits_of(port + 1u) + 2u + best[port + 3u];

        best[port] = best[port + 1u] > one ? best[port + 1u] : one;
        if (port + 1u < UP_PORT_COUNT && two > best[port]) {
            best[port] = two;
        }
    }
    result = best[0] - 2u; /* no comma and blank behind the last item */
    free(best);
    return result;
}

static void test_the_longest_text_fits(void **state)
{
    struct up_portset set;
    char *text = malloc(UP_PORTLIST_TEXT_MAX);

    (void)state;
    assert_non_null(text);
    up_portset_deny_all(&set);
    up_portset_grant(&set, 0, 0);
    for (uint32_t port = 2; port < UP_PORT_COUNT; port += 3u) {
        up_portset_grant(&set, (uint16_t)port, (uint16_t)(port + 1u));
    }
    assert_int_equal(longest_text(), UP_PORTLIST_TEXT_MAX - 1u);
    assert_int_equal(up_portlist_format(&set, text, UP_PORTLIST_TEXT_MAX),
                     UP_PORTLIST_TEXT_MAX - 1u);
    assert_memory_equal(text, "0, 2-3, 5-6, 8-9, B-C, E-F, 11-12,", 34);
    assert_string_equal(text + UP_PORTLIST_TEXT_MAX - 1u - 22u, ", FFFB-FFFC, FFFE-FFFF");
    assert_round_trip(&set);
    free(text);
}

static void test_random_text_is_read_or_refused_whole(void **state)
{
    static const char *const pieces[] = {
        "3", "7",  "8",    "F", "0",  "a",   "0x",  "h",       "-",    " - ", ",", ", ",
        " ", "\n", "lpt1", "_", "zz", "378", "37F", "speaker", "FFFF", "1",   ";", "\xA0"};
    uint32_t random = 0x74657874;
    unsigned accepted = 0;

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        char text[128];
        size_t length = 0;
        unsigned count = next_random(&random) % 12u;
        struct up_portlist_error error;
        struct up_portset set;
        struct up_portset before;

        for (unsigned i = 0; i < count; i++) {
            const char *piece = pieces[next_random(&random) % (sizeof pieces / sizeof pieces[0])];

            memcpy(text + length, piece, strlen(piece));
            length += strlen(piece);
        }
        memset(&before, round % 2u == 0 ? 0xFF : 0xDB, sizeof before);
        set = before;
        if (parse_exact(text, length, &set, &error)) {
            struct up_portset joined = set;

            accepted++;
            up_portset_add(&joined, &before);
            assert_true(up_portset_equal(&joined, &set));
            if (accepted % 16u == 0) {
                assert_round_trip(&set);
            }
        } else {
            assert_memory_equal(&set, &before, sizeof set);
            assert_in_range(error.problem, UP_LIST_UNKNOWN_NAME, UP_LIST_BAD_CHARACTER);
            assert_in_range(error.length, 1, length);
            assert_true(error.offset <= length - error.length);
        }
    }
    assert_true(accepted > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_lists),
        cmocka_unit_test(test_bad_lists_name_the_place_and_change_nothing),
        cmocka_unit_test(test_good_items_before_a_bad_one_are_not_granted),
        cmocka_unit_test(test_parse_keeps_what_was_granted),
        cmocka_unit_test(test_parse_stops_at_the_length),
        cmocka_unit_test(test_every_byte_alone),
        cmocka_unit_test(test_every_port_in_every_spelling),
        cmocka_unit_test(test_problem_texts),
        cmocka_unit_test(test_format_in_buffers_of_every_size),
        cmocka_unit_test(test_round_trip_of_plain_sets),
        cmocka_unit_test(test_round_trip_of_random_sets),
        cmocka_unit_test(test_the_longest_text_fits),
        cmocka_unit_test(test_random_text_is_read_or_refused_whole),
    };

    return cmocka_run_group_tests_name("portlist", tests, NULL, NULL);
}
