/* SPDX-License-Identifier: MIT
 *
 * command_line.h. CreateProcess takes the program from a line without quotes by trying what ends at each blank, the shortest
 * first, with ".exe" where it has no ending; the line reaches the program as it is. So the same is done here, with the
 * one program that it can have been.
 */
#include "command_line.h"

#include "winutil.h"

#define ENDING L".exe"

static bool is_blank(WCHAR letter)
{
    return letter == L' ' || letter == L'\t';
}

/* Is text the whole of own, or its end from a folder's name on? */
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

/* As the C library does it: a blank outside quotes ends the program's path, and a backslash means nothing special. */
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
