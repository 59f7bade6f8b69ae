/* SPDX-License-Identifier: MIT
 *
 * How the shipped programs begin (runtime/) and make their texts, on a processor and with a
 * msvcrt.dll of NT 4.0's time, which has no _vscprintf: linked as they are. Its arguments are
 * expected to be: one "two and three" "" last. Exit status: what is wrong, or 0.
 */
#include <stdio.h>
#include <string.h>

static const char *const expected[] = {"one", "two and three", "", "last"};
#define EXPECTED ((int)(sizeof expected / sizeof expected[0]))

/* snprintf's result and text are C99's, and nothing behind size is written. */
static int is_cut(size_t size, const char *word, const char *kept)
{
    char text[16];
    int length;

    memset(text, '#', sizeof text);
    length = snprintf(text, size, "%s-%03X", word, 0x7Au);
    return length == (int)strlen(word) + 4 && strcmp(text, kept) == 0 && text[size] == '#';
}

int main(int argc, char **argv)
{
    const char *const word = "abc";
    int i;

    if (argc != EXPECTED + 1 || argv[argc] != NULL) {
        return 1;
    }
    for (i = 0; i < EXPECTED; i++) {
        if (strcmp(argv[i + 1], expected[i]) != 0) {
            return 2;
        }
    }
    if (!is_cut(15, word, "abc-07A") || !is_cut(8, word, "abc-07A")) {
        return 3;
    }
    if (!is_cut(7, word, "abc-07") || !is_cut(6, word, "abc-0") || !is_cut(2, word, "a") ||
        !is_cut(1, word, "")) {
        return 4;
    }
    return snprintf(NULL, 0, "%s-%u", word, 10u) == 6 ? 0 : 5;
}
