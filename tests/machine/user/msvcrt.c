/* SPDX-License-Identifier: MIT
 *
 * A fake msvcrt.dll for the test machine: what the start of programs (runtime/) and the programs
 * call of the C library.
 */
#include <stdarg.h>
#include <stddef.h>

#include "../format.h"
#include "system_call.h"

#define EXPORT __declspec(dllexport)

/* Of kernel32.dll; <windows.h> brings declarations of what is defined here. */
#define HEAP_ZERO_MEMORY 8u
void *__stdcall HeapAlloc(void *heap, uint32_t flags, size_t bytes);
void *__stdcall HeapReAlloc(void *heap, uint32_t flags, void *block, size_t bytes);
int __stdcall HeapFree(void *heap, uint32_t flags, void *block);
void *__stdcall GetProcessHeap(void);
struct section {
    void *info;
    int32_t count, depth; /* as kernel32.dll leaves them when nobody is inside: -1, 0 */
    void *owner, *semaphore;
    uint32_t spins;
};
void __stdcall EnterCriticalSection(struct section *section);
void __stdcall LeaveCriticalSection(struct section *section);
void __stdcall __attribute__((noreturn)) ExitProcess(uint32_t status);

typedef struct {
    char reserved[32];
} file; /* msvcrt's FILE has 32 bytes; stdin, stdout, stderr are the first three of _iob */

EXPORT file _iob[20];

EXPORT void *memcpy(void *to, const void *from, size_t bytes)
{
    char *t = to;
    const char *f = from;

    while (bytes-- > 0) {
        *t++ = *f++;
    }
    return to;
}

EXPORT void *memset(void *to, int value, size_t bytes)
{
    char *t = to;

    while (bytes-- > 0) {
        *t++ = (char)value;
    }
    return to;
}

EXPORT size_t strlen(const char *text)
{
    size_t length = 0;

    while (text[length] != '\0') {
        length++;
    }
    return length;
}

EXPORT int strncmp(const char *a, const char *b, size_t length)
{
    for (; length > 0; length--, a++, b++) {
        if (*a != *b || *a == '\0') {
            return (unsigned char)*a - (unsigned char)*b;
        }
    }
    return 0;
}

EXPORT int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, (size_t)-1);
}

EXPORT char *strchr(const char *text, int c)
{
    for (; *text != (char)c; text++) {
        if (*text == '\0') {
            return NULL;
        }
    }
    return (char *)text;
}

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'z' ? c - 'a' + 10
           : c >= 'A' && c <= 'Z' ? c - 'A' + 10
                                  : 99;
}

EXPORT unsigned long strtoul(const char *text, char **end, int base)
{
    unsigned long value = 0;
    const char *start = text;

    while (*text == ' ' || *text == '\t') {
        text++;
    }
    if ((base == 0 || base == 16) && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') &&
        digit(text[2]) < 16) {
        text += 2;
        base = 16;
    }
    base = base == 0 ? 10 : base;
    if (digit(*text) >= base) {
        text = start;
    }
    for (; digit(*text) < base; text++) {
        value = value * (unsigned)base + (unsigned)digit(*text);
    }
    if (end != NULL) {
        *end = (char *)text;
    }
    return value;
}

EXPORT void *malloc(size_t bytes)
{
    return HeapAlloc(GetProcessHeap(), 0, bytes);
}

EXPORT void *calloc(size_t count, size_t bytes)
{
    return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, count * bytes);
}

EXPORT void free(void *block)
{
    if (block != NULL) {
        HeapFree(GetProcessHeap(), 0, block);
    }
}

EXPORT void *realloc(void *block, size_t bytes)
{
    if (block == NULL) {
        return malloc(bytes);
    }
    return HeapReAlloc(GetProcessHeap(), 0, block, bytes);
}

static void write_text(const char *text, size_t length)
{
    SYSTEM_CALL(SYS_WRITE, (uint32_t)text, length);
}

EXPORT int vfprintf(file *stream, const char *format, va_list args)
{
    char text[512];
    int length = format_text(text, sizeof text, format, args);

    (void)stream;
    write_text(text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
    return length;
}

EXPORT int fprintf(file *stream, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = vfprintf(stream, format, args);
    va_end(args);
    return length;
}

EXPORT int printf(const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = vfprintf(&_iob[1], format, args);
    va_end(args);
    return length;
}

EXPORT size_t fwrite(const void *data, size_t size, size_t count, file *stream)
{
    (void)stream;
    write_text(data, size * count);
    return count;
}

EXPORT int fputs(const char *text, file *stream)
{
    (void)stream;
    write_text(text, strlen(text));
    return 0;
}

EXPORT int puts(const char *text)
{
    fputs(text, &_iob[1]);
    write_text("\n", 1);
    return 0;
}

EXPORT int putchar(int c)
{
    char byte = (char)c;

    write_text(&byte, 1);
    return c;
}

EXPORT int fputc(int c, file *stream)
{
    (void)stream;
    return putchar(c);
}

EXPORT int fflush(file *stream)
{
    (void)stream;
    return 0;
}

EXPORT void exit(int status)
{
    ExitProcess((uint32_t)status);
}

EXPORT void _amsg_exit(int number)
{
    exit(255 + 0 * number);
}

EXPORT void _cexit(void)
{
}

EXPORT void _initterm(void (**first)(void), void (**last)(void))
{
    for (; first < last; first++) {
        if (*first != NULL) {
            (*first)();
        }
    }
}

/* Its locks by number; one does for all. */
static struct section locks = {NULL, -1, 0, NULL, NULL, 0};

EXPORT void _lock(int number)
{
    (void)number;
    EnterCriticalSection(&locks);
}

EXPORT void _unlock(int number)
{
    (void)number;
    LeaveCriticalSection(&locks);
}

EXPORT void *_onexit(void *function)
{
    return function;
}

EXPORT void *signal(int number, void *handler)
{
    (void)number, (void)handler;
    return NULL;
}

/* What the start files of mingw-w64 ask for: C++ programs have them. */
EXPORT char **__initenv;

EXPORT void abort(void)
{
    exit(3);
}

EXPORT void __setusermatherr(void *handler)
{
    (void)handler;
}

static int mode;

EXPORT int *__p__fmode(void)
{
    return &mode;
}

EXPORT int *__p__commode(void)
{
    return &mode;
}

EXPORT char **__p__acmdln(void)
{
    static char *line;

    line = ((struct process_parameters *)USER_PARAMETERS)->command_line;
    return &line;
}

EXPORT void __set_app_type(int type)
{
    (void)type;
}

/* Splits the command line at blanks; double quotes keep blanks. */
EXPORT int __getmainargs(int *argc, char ***argv, char ***environment, int wildcards, void *info)
{
    static char text[256];
    static char *arguments[32];
    static char *no_environment[1];
    char *to = text;
    const char *at = ((struct process_parameters *)USER_PARAMETERS)->command_line;
    int count = 0;

    (void)wildcards, (void)info;
    while (*at != '\0' && count < 31) {
        int quoted = 0;

        while (*at == ' ') {
            at++;
        }
        if (*at == '\0') {
            break;
        }
        arguments[count++] = to;
        for (; *at != '\0' && (quoted || *at != ' '); at++) {
            if (*at == '"') {
                quoted = !quoted;
            } else {
                *to++ = *at;
            }
        }
        *to++ = '\0';
    }
    *argc = count;
    *argv = arguments;
    *environment = no_environment;
    __initenv = no_environment;
    return 0;
}
