/* SPDX-License-Identifier: MIT
 *
 * libFuzzer target for core/portlist.c: the input is the text of a list. What is refused must
 * change nothing and be explained inside the text; what is accepted must mean what a second, plain
 * reading of the same text says, and survive being written and read again.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/known_ports.h"
#include "core/listerror.h"
#include "core/portlist.h"
#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) check((condition), #condition, __LINE__)

static void check(bool condition, const char *text, int line)
{
    if (!condition) {
        (void)fprintf(stderr, "fuzz_portlist.c:%d: not so: %s\n", line, text);
        abort();
    }
}

static void *allocate(size_t size)
{
    void *block = malloc(size > 0 ? size : 1u);

    CHECK(block != NULL);
    return block;
}

static bool is_one_of(const char *characters, char c)
{
    return c != '\0' && strchr(characters, c) != NULL;
}

static void skip(const char *characters, const char *text, size_t size, size_t *at)
{
    while (*at < size && is_one_of(characters, text[*at])) {
        ++*at;
    }
}

/*
 * Moves over the word at *at. Result: true and its *port, or false when it is no number. Only for
 * accepted text.
 */
static bool read_number_plainly(const char *text, size_t size, size_t *at, unsigned long *port)
{
    size_t first = *at;
    char *word;
    char *end;
    bool is_number;

    while (*at < size && (isalnum((unsigned char)text[*at]) || text[*at] == '_')) {
        ++*at;
    }
    CHECK(*at > first);
    word = allocate(*at - first + 1u);
    memcpy(word, text + first, *at - first);
    word[*at - first] = '\0';
    *port = strtoul(word, &end, 16);
    is_number = end > word && (*end == '\0' || strcmp(end, "h") == 0 || strcmp(end, "H") == 0);
    free(word);
    return is_number;
}

static void grant_plainly(struct up_portset *set, unsigned long first, unsigned long last)
{
    CHECK(first <= last && last < UP_PORT_COUNT);
    for (unsigned long port = first; port <= last; port++) {
        set->map[port / 8u] = (uint8_t)(set->map[port / 8u] & ~(1u << port % 8u));
    }
}

/* Grants what accepted text says, port by port. */
static void read_plainly(const char *text, size_t size, struct up_portset *set)
{
    size_t at = 0;

    for (skip(" \t\r\n", text, size, &at); at < size; skip(" \t\r\n,", text, size, &at)) {
        size_t word_at = at;
        unsigned long first;
        unsigned long last;

        if (!read_number_plainly(text, size, &at, &first)) {
            const struct up_known_ports *entry = up_known_ports_find(text + word_at, at - word_at);

            CHECK(entry != NULL);
            for (size_t i = 0; i < entry->range_count; i++) {
                grant_plainly(set, entry->ranges[i].first, entry->ranges[i].last);
            }
            continue;
        }
        last = first;
        skip(" \t\r\n", text, size, &at);
        if (at < size && text[at] == '-') {
            at++;
            skip(" \t\r\n", text, size, &at);
            CHECK(read_number_plainly(text, size, &at, &last));
        }
        grant_plainly(set, first, last);
    }
}

static void check_message(const char *text, size_t size, const struct up_portlist_error *error)
{
    size_t length = up_list_error_text(text, size, error, NULL, NULL, 0);
    char *whole = allocate(length + 1u);
    char *half = allocate(length / 2u + 1u);

    CHECK(length < UP_LIST_ERROR_MAX - 80u);
    CHECK(up_list_error_text(text, size, error, NULL, whole, length + 1u) == length);
    CHECK(strlen(whole) == length && up_utf8_whole(whole, length) == length);
    for (size_t i = 0; i < length; i++) {
        CHECK((uint8_t)whole[i] >= ' ' && whole[i] != 0x7F);
    }
    CHECK(up_list_error_text(text, size, error, NULL, half, length / 2u + 1u) == length);
    CHECK(strlen(half) == up_utf8_whole(whole, length / 2u) &&
          memcmp(half, whole, strlen(half)) == 0);
    free(half);
    free(whole);
}

static void check_refused(const char *text, size_t size, const struct up_portlist_error *error)
{
    struct up_portset set;
    size_t end = error->offset;

    CHECK(error->problem > UP_LIST_OK && error->problem <= UP_LIST_BAD_CHARACTER);
    CHECK(error->length > 0 && error->length <= size && error->offset <= size - error->length);
    check_message(text, size, error);

    /*
     * It is the first place that is at fault: what stands before it, without a comma or dash at its
     * end, is a list.
     */
    while (end > 0 && is_one_of(" \t\r\n,-", text[end - 1u])) {
        end--;
    }
    up_portset_deny_all(&set);
    CHECK(up_portlist_parse(text, end, &set, NULL));
}

static void check_accepted(const char *text, size_t size, const struct up_portset *set)
{
    size_t length = up_portlist_format(set, NULL, 0);
    char *canonical = allocate(length + 1u);
    char *half = allocate(length / 2u + 1u);
    struct up_portset again;

    up_portset_deny_all(&again);
    read_plainly(text, size, &again);
    CHECK(up_portset_equal(set, &again));

    CHECK(length < UP_PORTLIST_TEXT_MAX);
    CHECK(up_portlist_format(set, canonical, length + 1u) == length);
    CHECK(strlen(canonical) == length);
    up_portset_deny_all(&again);
    CHECK(up_portlist_parse(canonical, length, &again, NULL));
    CHECK(up_portset_equal(set, &again));

    CHECK(up_portlist_format(set, half, length / 2u + 1u) == length);
    CHECK(strlen(half) == length / 2u && memcmp(half, canonical, length / 2u) == 0);
    free(half);
    free(canonical);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct up_portlist_error error = {UP_LIST_OK, SIZE_MAX, SIZE_MAX};
    struct up_portlist_error upper_error = {UP_LIST_OK, SIZE_MAX, SIZE_MAX};
    struct up_portset set;
    struct up_portset filled;
    struct up_portset before;
    char *upper = allocate(size);
    bool good;

    up_portset_deny_all(&set);
    good = up_portlist_parse(text, size, &set, &error);

    /* Into a set that has something: that and the list together, or nothing new. */
    memset(&before, 0xD7, sizeof before);
    filled = before;
    CHECK(up_portlist_parse(text, size, &filled, NULL) == good);
    up_portset_add(&before, &set);
    CHECK(up_portset_equal(&filled, &before));

    if (good) {
        check_accepted(text, size, &set);
    } else {
        CHECK(up_portset_count(&set) == 0);
        check_refused(text, size, &error);
    }

    /* Capitals say the same. */
    for (size_t i = 0; i < size; i++) {
        upper[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 'a' + 'A' : text[i]);
    }
    up_portset_deny_all(&filled);
    CHECK(up_portlist_parse(upper, size, &filled, &upper_error) == good);
    CHECK(up_portset_equal(&filled, &set));
    CHECK(good || (upper_error.problem == error.problem && upper_error.offset == error.offset &&
                   upper_error.length == error.length));
    free(upper);
    return 0;
}
