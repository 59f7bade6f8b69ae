/* SPDX-License-Identifier: MIT
 *
 * What the name and the path of a program's settings may be. See programs.h.
 */
#include "programs.h"

#include <stddef.h>
#include <string.h>

/*
 * Reads one character of UTF-8. Result: its length in bytes, 0 if it is none: too long for its
 * number, a surrogate, above 10FFFF, or incomplete.
 */
static size_t read_character(const char *text, uint32_t *number)
{
    static const uint32_t least[] = {0, 0, 0x80u, 0x800u, 0x10000u};
    const uint8_t first = (uint8_t)text[0];
    const size_t length = first < 0x80u ? 1 : first < 0xE0u ? 2 : first < 0xF0u ? 3 : 4;
    size_t i;

    if (first < 0x80u) {
        *number = first;
        return 1;
    }
    if (first < 0xC0u || first >= 0xF8u) {
        return 0;
    }
    *number = first & (0x7Fu >> length);
    for (i = 1; i < length; i++) {
        if (((uint8_t)text[i] & 0xC0u) != 0x80u) {
            return 0;
        }
        *number = *number << 6 | ((uint8_t)text[i] & 0x3Fu);
    }
    return *number < least[length] || *number > 0x10FFFFu ||
                   (*number >= 0xD800u && *number <= 0xDFFFu)
               ? 0
               : length;
}

/* Looks through a text. Result: what is wrong with it, or NULL with its length in UTF-16. */
static const char *text_problem(const char *text, size_t *units)
{
    uint32_t number;
    size_t length;

    for (*units = 0; *text != '\0'; text += length) {
        length = read_character(text, &number);
        if (length == 0) {
            return "it is not UTF-8";
        }
        if (number < 0x20u || (number >= 0x7Fu && number < 0xA0u)) {
            return "it has a control character";
        }
        *units += number >= 0x10000u ? 2 : 1;
    }
    return NULL;
}

const char *up_program_name_problem(const char *name)
{
    size_t units;

    if (name[0] == '\0') {
        return "it is empty";
    }
    if (strlen(name) >= UP_PROGRAM_NAME_MAX) {
        return "it has more than 63 bytes";
    }
    if (strchr(name, '\\') != NULL) {
        return "it has a backslash";
    }
    return text_problem(name, &units);
}

static bool is_separator(char c)
{
    return c == '\\' || c == '/';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Where the part of a full path behind its drive or its server begins. NULL: it is not full. */
static const char *after_root(const char *path)
{
    if (is_letter(path[0]) && path[1] == ':' && is_separator(path[2])) {
        return path + 3;
    }
    return is_separator(path[0]) && is_separator(path[1]) ? path + 2 : NULL;
}

const char *up_program_path_problem(const char *path)
{
    const char *rest = after_root(path);
    const char *why;
    size_t units;

    if (path[0] == '\0') {
        return "it is empty";
    }
    why = text_problem(path, &units);
    if (why != NULL) {
        return why;
    }
    if (units >= UP_PROGRAM_PATH_CHARS) {
        return "it has more than 259 characters";
    }
    if (rest == NULL && (strpbrk(path, "\\/:") != NULL)) {
        return "it is neither a full path, such as C:\\Programs\\x.exe, nor the name of a file "
               "alone";
    }
    rest = rest != NULL ? rest : path;
    if (strpbrk(rest, "\"<>|*?:") != NULL) {
        return "it has a character that no file name has";
    }
    return *rest == '\0' || is_separator(rest[strlen(rest) - 1]) ? "it names a folder" : NULL;
}

const char *up_program_file_name(const char *path)
{
    const char *name = path;

    for (; *path != '\0'; path++) {
        if (is_separator(*path) || *path == ':') {
            name = path + 1;
        }
    }
    return name;
}
