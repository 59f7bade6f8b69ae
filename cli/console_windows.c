/* SPDX-License-Identifier: MIT
 *
 * The console of Windows (console.h). A console gets UTF-16; a file or a pipe gets UTF-8. stdio is
 * not used, since it converts text to the ANSI code page.
 */
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "winutil/command_line.h"
#include "winutil/winutil.h"
#include "core/text.h"
#include "console.h"

#define CHUNK      2048u /* NT 4.0's console takes less than 64 KiB at a time */
#define CLOSING_MS 4500u

/* An event that is set from the first Ctrl-C on. NULL while Ctrl-C is not caught. */
static HANDLE interrupted;

/* ---- arguments ------------------------------------------------------------------------------- */

static char *utf8_of(const WCHAR *wide)
{
    const int size = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
    char *text = malloc(size > 0 ? (size_t)size : 1);

    if (text != NULL && WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, size, NULL, NULL) <= 0) {
        text[0] = '\0';
    }
    return text;
}

int wmain(int argc, WCHAR **wide);

int wmain(int argc, WCHAR **wide)
{
    char **argv = calloc((size_t)argc + 1, sizeof *argv);
    const WCHAR *rest;
    const int own = up_own_path_words(&rest);
    int i;

    up_system_harden();
    argc -= own - 1;
    wide += own - 1;
    for (i = 0; argv != NULL && i < argc; i++) {
        argv[i] = utf8_of(wide[i]);
        if (argv[i] == NULL) {
            return 1;
        }
    }
    return argv != NULL ? up_main(argc, argv) : 1;
}

/* ---- output ---------------------------------------------------------------------------------- */

static bool write_bytes(HANDLE handle, const char *text, size_t length)
{
    DWORD written;

    while (length > 0) {
        if (!WriteFile(handle, text, (DWORD)length, &written, NULL)) {
            return false;
        }
        text += written;
        length -= written;
    }
    return true;
}

/* Writes at most CHUNK bytes, which end with a whole character. */
static bool write_to_console(HANDLE handle, const char *text, size_t length)
{
    WCHAR wide[CHUNK];
    const int count = MultiByteToWideChar(CP_UTF8, 0, text, (int)length, wide, CHUNK);
    DWORD written;

    return count <= 0 || WriteConsoleW(handle, wide, (DWORD)count, &written, NULL);
}

/* How many bytes of text to write at once: up to CHUNK, ending with a whole character. */
static size_t whole_characters(const char *text, size_t length)
{
    return length > CHUNK ? up_utf8_whole(text, CHUNK) : length;
}

bool up_console_write(bool is_error, const char *text, size_t length, uint32_t *code)
{
    const HANDLE handle = GetStdHandle(is_error ? STD_ERROR_HANDLE : STD_OUTPUT_HANDLE);
    DWORD mode;
    const bool is_console =
        handle != NULL && handle != INVALID_HANDLE_VALUE && GetConsoleMode(handle, &mode);
    const char *newline;
    size_t part;

    while (handle != NULL && handle != INVALID_HANDLE_VALUE && length > 0) {
        newline = memchr(text, '\n', length);
        part = whole_characters(text, newline != NULL ? (size_t)(newline - text) : length);
        if (part > 0 && !(is_console ? write_to_console : write_bytes)(handle, text, part)) {
            *code = GetLastError();
            return false;
        }
        text += part;
        length -= part;
        if (length > 0 && text[0] == '\n') {
            if (!(is_console ? write_to_console : write_bytes)(handle, "\r\n", 2)) {
                *code = GetLastError();
                return false;
            }
            text++;
            length--;
        }
    }
    return true;
}

void up_console_size(unsigned *columns, unsigned *rows)
{
    CONSOLE_SCREEN_BUFFER_INFO info;

    *columns = *rows = 0;
    if (GetConsoleScreenBufferInfo(GetStdHandle(STD_ERROR_HANDLE), &info)) {
        *columns = (unsigned)(info.srWindow.Right - info.srWindow.Left + 1);
        *rows = (unsigned)(info.srWindow.Bottom - info.srWindow.Top + 1);
    }
}

void up_console_go_back(unsigned lines)
{
    const HANDLE handle = GetStdHandle(STD_ERROR_HANDLE);
    CONSOLE_SCREEN_BUFFER_INFO info;
    COORD to = {0, 0};
    DWORD cells, written;

    if (!GetConsoleScreenBufferInfo(handle, &info)) {
        return;
    }
    to.Y = (SHORT)(info.dwCursorPosition.Y > (SHORT)lines ? info.dwCursorPosition.Y - (SHORT)lines
                                                          : 0);
    cells = (DWORD)(info.dwCursorPosition.Y - to.Y + 1) * (DWORD)info.dwSize.X;
    (void)FillConsoleOutputCharacterW(handle, L' ', cells, to, &written);
    (void)SetConsoleCursorPosition(handle, to);
}

/* ---- files ----------------------------------------------------------------------------------- */

static HANDLE open_file(const char *path)
{
    WCHAR wide[MAX_PATH];

    if (!up_wide(path, wide, MAX_PATH)) {
        return INVALID_HANDLE_VALUE;
    }
    return CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                       0, NULL);
}

static bool read_all(HANDLE handle, char *text, size_t room, size_t *length)
{
    DWORD bytes;

    *length = 0;
    do {
        if (!ReadFile(handle, text + *length, (DWORD)(room - *length), &bytes, NULL)) {
            return GetLastError() == ERROR_BROKEN_PIPE; /* the end of a pipe */
        }
        *length += bytes;
    } while (bytes > 0 && *length < room);
    if (*length == room) {
        SetLastError(ERROR_FILE_TOO_LARGE);
    }
    return *length < room;
}

/*
 * Converts that many bytes of UTF-16, with any NUL in them, to UTF-8. Result: NULL if there is not
 * enough memory.
 */
static char *utf8_of_bytes(const char *bytes, size_t *length)
{
    const WCHAR *wide = (const WCHAR *)(const void *)bytes;
    const int count = (int)(*length / sizeof *wide);
    const int size =
        count > 0 ? WideCharToMultiByte(CP_UTF8, 0, wide, count, NULL, 0, NULL, NULL) : 0;
    char *text = malloc((size_t)size + 1u);

    if (text != NULL) {
        *length = size > 0
                      ? (size_t)WideCharToMultiByte(CP_UTF8, 0, wide, count, text, size, NULL, NULL)
                      : 0;
        text[*length] = '\0';
    }
    return text;
}

/*
 * Converts what PowerShell's > and Notepad write: UTF-16 or UTF-8 with a byte order mark. Result:
 * NULL with *code; text is freed then.
 */
static char *without_mark(char *text, size_t *length, uint32_t *code)
{
    char *narrow = NULL;

    if (*length >= 2 && memcmp(text, "\xFF\xFE", 2) == 0) {
        *length -= 2;
        if (*length % sizeof(WCHAR) != 0) {
            /* Half a character: the file is incomplete, and so is the list in it. */
            *code = ERROR_NO_UNICODE_TRANSLATION;
        } else {
            narrow = utf8_of_bytes(text + 2, length);
            *code = narrow != NULL ? 0 : ERROR_NOT_ENOUGH_MEMORY;
        }
        free(text);
        return narrow;
    }
    if (*length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        *length -= 3;
        memmove(text, text + 3, *length);
    }
    text[*length] = '\0';
    return text;
}

bool up_console_read_file(const char *path, char **text, size_t *length, uint32_t *code)
{
    const bool is_input = strcmp(path, "-") == 0;
    const HANDLE handle = is_input ? GetStdHandle(STD_INPUT_HANDLE) : open_file(path);
    char *data = malloc(UP_CONSOLE_FILE_MAX + 1u);
    bool done = false;

    *code = data == NULL ? ERROR_NOT_ENOUGH_MEMORY : 0;
    if (handle == INVALID_HANDLE_VALUE || handle == NULL) {
        *code = is_input ? ERROR_INVALID_HANDLE : GetLastError();
    } else if (data != NULL) {
        done = read_all(handle, data, UP_CONSOLE_FILE_MAX, length);
        *code = done ? 0 : GetLastError();
    }
    if (handle != INVALID_HANDLE_VALUE && !is_input) {
        CloseHandle(handle);
    }
    if (!done) {
        free(data);
        return false;
    }
    *text = without_mark(data, length, code);
    return *text != NULL;
}

/* ---- time ------------------------------------------------------------------------------------ */

uint32_t up_console_clock(void)
{
    return GetTickCount();
}

/*
 * Handles console events, in a thread that the system makes for it. After Ctrl-C and Ctrl-Break the
 * program ends by itself. When the console is closed or the user logs off, the system ends the
 * program as soon as this function returns, and after five seconds in any case. The program needs
 * less to restore what it has changed, and its end also ends this thread.
 */
static BOOL WINAPI on_control(DWORD event)
{
    SetEvent(interrupted);
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) {
        Sleep(CLOSING_MS);
        return FALSE;
    }
    return TRUE;
}

void up_console_catch_interrupt(void)
{
    if (interrupted == NULL) {
        interrupted = CreateEventW(NULL, TRUE, FALSE, NULL);
        if (interrupted != NULL) {
            SetConsoleCtrlHandler(on_control, TRUE);
        }
    }
}

bool up_console_sleep(uint32_t milliseconds)
{
    if (interrupted != NULL) {
        return WaitForSingleObject(interrupted, milliseconds) == WAIT_TIMEOUT;
    }
    Sleep(milliseconds);
    return true;
}
