/* SPDX-License-Identifier: MIT
 *
 * Finds the end of the program's own path in the command line (command_line.h). From a line without
 * quotes CreateProcess finds the program by trying what ends at each blank, the shortest first,
 * with ".exe" appended if there is no extension; the program gets the line unchanged. The same is
 * done here, with the one program that it can have been.
 */
#include "command_line.h"

#include "winutil.h"

#define ENDING L".exe"

static bool is_blank(WCHAR letter)
{
    return letter == L' ' || letter == L'\t';
}

/* Is text the whole path own, or its end from the name of a folder on? */
static bool is_end_of(const WCHAR *own, const WCHAR *text)
{
    const size_t whole = wcslen(own), length = wcslen(text);

    return length > 0 && length <= whole && _wcsicmp(own + whole - length, text) == 0 &&
           (length == whole || own[whole - length - 1u] == L'\\');
}

static bool names(const WCHAR *own, const WCHAR *text)
{
    WCHAR full[MAX_PATH];
    DWORD length;

    if (is_end_of(own, text)) {
        return true;
    }
    length = GetFullPathNameW(text, MAX_PATH, full, NULL);
    return length > 0 && length < MAX_PATH && _wcsicmp(own, full) == 0;
}

/* Do the first length characters of line name this program? */
static bool names_own(const WCHAR *own, const WCHAR *line, size_t length)
{
    WCHAR text[MAX_PATH + sizeof ENDING / sizeof(WCHAR)];

    if (length >= MAX_PATH) {
        return false;
    }
    memcpy(text, line, length * sizeof *line);
    text[length] = L'\0';
    if (names(own, text)) {
        return true;
    }
    memcpy(text + length, ENDING, sizeof ENDING);
    return names(own, text);
}

/*
 * The length of the first argument by the rules of the C library: a blank outside quotes ends the
 * program's path, and a backslash has no special meaning.
 */
static size_t first_argument(const WCHAR *line)
{
    bool is_quoted = false;
    size_t at;

    for (at = 0; line[at] != L'\0' && (is_quoted || !is_blank(line[at])); at++) {
        is_quoted = is_quoted != (line[at] == L'"');
    }
    return at;
}

int up_own_path_words(const WCHAR **rest)
{
    const WCHAR *line = GetCommandLineW();
    size_t end = first_argument(line), at;
    WCHAR own[MAX_PATH];
    int words = 1, found = 1;

    if (!up_own_path(own)) {
        own[0] = L'\0';
    }
    for (at = 0; line[at] != L'"' && !(is_blank(line[at]) && at == 0); at++) {
        if (!is_blank(line[at]) && line[at] != L'\0') {
            continue;
        }
        if (names_own(own, line, at)) {
            found = words;
            end = at;
            break;
        }
        if (line[at] == L'\0') {
            break;
        }
        words += is_blank(line[at + 1u]) || line[at + 1u] == L'\0' ? 0 : 1;
    }
    for (*rest = line + end; is_blank(**rest); (*rest)++) {
    }
    return found;
}

/*
 * Finds the end of an argument behind the program's path, by the rules of the C library: a blank
 * outside quotes ends it; a quote after an odd number of backslashes is a letter like any other.
 */
static const WCHAR *argument_end(const WCHAR *at)
{
    bool is_quoted = false;
    unsigned backslashes = 0;

    for (; *at != L'\0' && (is_quoted || !is_blank(*at)); at++) {
        if (*at == L'"' && backslashes % 2u == 0) {
            is_quoted = !is_quoted;
        }
        backslashes = *at == L'\\' ? backslashes + 1u : 0;
    }
    return at;
}

/* Moves behind blanks. */
static const WCHAR *next_argument(const WCHAR *at)
{
    while (is_blank(*at)) {
        at++;
    }
    return at;
}

const WCHAR *up_command_line_end(int words)
{
    const WCHAR *first, *at;
    int before = -words;

    (void)up_own_path_words(&first);
    for (at = first; *at != L'\0'; at = next_argument(argument_end(at))) {
        before++;
    }
    for (at = first; before > 0; before--) {
        at = next_argument(argument_end(at));
    }
    return at;
}
