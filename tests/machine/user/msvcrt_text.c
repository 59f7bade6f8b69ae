/* SPDX-License-Identifier: MIT
 *
 * The fake msvcrt.dll's part for larger programs: blocks of memory, texts of both kinds, sorting,
 * and the start of a program with wide arguments.
 */
#define _CRTIMP /* stddef.h declares _errno as somebody else's */
#include <stddef.h>
#include <stdint.h>

#include "../format.h"
#include "system_call.h"

#define EXPORT __declspec(dllexport)

typedef uint16_t wide; /* Windows' wchar_t */

/* Of msvcrt.c. */
size_t strlen(const char *text);
int strncmp(const char *a, const char *b, size_t length);
unsigned long strtoul(const char *text, char **end, int base);
void *memcpy(void *to, const void *from, size_t bytes);
int __getmainargs(int *argc, char ***argv, char ***environment, int wildcards, void *info);

/* ---- bytes ----------------------------------------------------------------------------------- */

EXPORT int memcmp(const void *a, const void *b, size_t bytes)
{
    const unsigned char *x = a, *y = b;

    for (; bytes > 0; bytes--, x++, y++) {
        if (*x != *y) {
            return *x - *y;
        }
    }
    return 0;
}

EXPORT void *memchr(const void *data, int value, size_t bytes)
{
    const unsigned char *at = data;

    for (; bytes > 0; bytes--, at++) {
        if (*at == (unsigned char)value) {
            return (void *)at;
        }
    }
    return NULL;
}

EXPORT void *memmove(void *to, const void *from, size_t bytes)
{
    char *t = to;
    const char *f = from;

    if (t <= f) {
        return memcpy(to, from, bytes);
    }
    while (bytes-- > 0) {
        t[bytes] = f[bytes];
    }
    return to;
}

/* ---- texts ----------------------------------------------------------------------------------- */

EXPORT char *strcat(char *to, const char *from)
{
    memcpy(to + strlen(to), from, strlen(from) + 1);
    return to;
}

EXPORT char *strcpy(char *to, const char *from)
{
    return memcpy(to, from, strlen(from) + 1);
}

EXPORT char *strrchr(const char *text, int c)
{
    const char *found = NULL;

    do {
        found = *text == (char)c ? text : found;
    } while (*text++ != '\0');
    return (char *)found;
}

EXPORT char *strstr(const char *text, const char *wanted)
{
    for (;; text++) {
        if (strncmp(text, wanted, strlen(wanted)) == 0) {
            return (char *)text;
        }
        if (*text == '\0') {
            return NULL;
        }
    }
}

EXPORT size_t strcspn(const char *text, const char *ends)
{
    size_t length, i;

    for (length = 0; text[length] != '\0'; length++) {
        for (i = 0; ends[i] != '\0'; i++) {
            if (text[length] == ends[i]) {
                return length;
            }
        }
    }
    return length;
}

EXPORT size_t wcscspn(const wide *text, const wide *ends)
{
    size_t length, i;

    for (length = 0; text[length] != 0; length++) {
        for (i = 0; ends[i] != 0; i++) {
            if (text[length] == ends[i]) {
                return length;
            }
        }
    }
    return length;
}

EXPORT int atoi(const char *text)
{
    return (int)strtoul(text, NULL, 10);
}

EXPORT char *strerror(int number)
{
    (void)number;
    return (char *)"an error";
}

EXPORT size_t wcslen(const wide *text)
{
    size_t length = 0;

    while (text[length] != 0) {
        length++;
    }
    return length;
}

EXPORT wide *wcscpy(wide *to, const wide *from)
{
    return memcpy(to, from, (wcslen(from) + 1) * sizeof *from);
}

EXPORT wide *wcscat(wide *to, const wide *from)
{
    wcscpy(to + wcslen(to), from);
    return to;
}

EXPORT wide *wcsrchr(const wide *text, wide c)
{
    const wide *found = NULL;

    do {
        found = *text == c ? text : found;
    } while (*text++ != 0);
    return (wide *)found;
}

static wide lower(wide c)
{
    return c >= 'A' && c <= 'Z' ? (wide)(c - 'A' + 'a') : c;
}

EXPORT int _wcsnicmp(const wide *a, const wide *b, size_t length)
{
    for (; length > 0; length--, a++, b++) {
        if (lower(*a) != lower(*b) || *a == 0) {
            return lower(*a) - lower(*b);
        }
    }
    return 0;
}

EXPORT int _wcsicmp(const wide *a, const wide *b)
{
    return _wcsnicmp(a, b, (size_t)-1);
}

EXPORT int _stricmp(const char *a, const char *b)
{
    int first, second;

    do {
        first = (unsigned char)*a++;
        second = (unsigned char)*b++;
        first += first >= 'A' && first <= 'Z' ? 'a' - 'A' : 0;
        second += second >= 'A' && second <= 'Z' ? 'a' - 'A' : 0;
    } while (first == second && first != '\0');
    return first - second;
}

/* ---- what is left of stdio ------------------------------------------------------------------- */

/*
 * As msvcrt's: -1 when the text does not fit. Only that there is a 0 in the last place then is not
 * like it.
 */
EXPORT int _vsnprintf(char *out, size_t size, const char *format, va_list arguments)
{
    const int length = format_text(out, size, format, arguments);

    return (size_t)length <= size ? length : -1;
}

EXPORT int *_errno(void)
{
    static int number;

    return &number;
}

/* ---- the start of a program with wide arguments ---------------------------------------------- */

static wide text[512];

static wide *widen(const char *from, uint32_t *used)
{
    wide *to = text + *used;

    do {
        text[(*used)++] = (unsigned char)*from;
    } while (*from++ != '\0');
    return to;
}

EXPORT int __wgetmainargs(int *argc, wide ***argv, wide ***environment, int wildcards, void *info)
{
    static wide *arguments[33], *no_environment[1];
    char **narrow, **unused;
    uint32_t used = 0;
    int i;

    __getmainargs(argc, &narrow, &unused, wildcards, info);
    for (i = 0; i < *argc; i++) {
        arguments[i] = widen(narrow[i], &used);
    }
    *argv = arguments;
    *environment = no_environment;
    return 0;
}
