/* SPDX-License-Identifier: MIT
 *
 * What the tests of userportctl under Wine need of Windows itself. Arguments:
 *
 *   volatile KEY NAME HEX     a value REG_RESOURCE_LIST below HKLM, in keys that are not kept, as HARDWARE's are
 *   console COMMAND...        runs COMMAND with a console's screen as its standard output; prints what the screen shows, in UTF-8
 *   interrupt MS COMMAND...   runs COMMAND, interrupts it by Ctrl-Break after MS milliseconds, and ends with its status
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

#define COLUMNS  120
#define LINES    100
#define LINE_MAX 32768

static int failed(const char *what)
{
    fprintf(stderr, "ctl_client: %s (%lu)\n", what, (unsigned long)GetLastError());
    return 99;
}

static int make_volatile(const WCHAR *path, const WCHAR *name, const WCHAR *hex)
{
    static BYTE data[4096];
    DWORD length = 0;
    unsigned byte;
    HKEY key;

    while (length < sizeof data && swscanf(hex + (size_t)2 * length, L"%2x", &byte) == 1) {
        data[length++] = (BYTE)byte;
    }
    if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, NULL, REG_OPTION_VOLATILE, KEY_SET_VALUE, NULL, &key, NULL) != 0 ||
        RegSetValueExW(key, name, 0, 8, data, length) != 0) {
        return failed("cannot make the key");
    }
    return 0;
}

/* The arguments from the n-th on, as a command line: each in quotes. */
static WCHAR *command_line(int argc, WCHAR **argv, int n)
{
    static WCHAR line[LINE_MAX];

    for (; n < argc; n++) {
        wcscat(line, L"\"");
        wcscat(line, argv[n]);
        wcscat(line, L"\" ");
    }
    return line;
}

static void print_wide(const WCHAR *text, int length)
{
    char bytes[4 * COLUMNS];
    const int count = WideCharToMultiByte(CP_UTF8, 0, text, length, bytes, sizeof bytes, NULL, NULL);

    fwrite(bytes, 1, (size_t)count, stdout);
    putchar('\n');
}

static int run_on_console(WCHAR *line)
{
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    WCHAR text[COLUMNS];
    DWORD status, read;
    HANDLE screen;
    COORD at = {0, 0};
    int length;

    FreeConsole();
    if (!AllocConsole()) {
        return failed("there is no console");
    }
    screen = CreateConsoleScreenBuffer(GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherit,
                                       CONSOLE_TEXTMODE_BUFFER, NULL);
    if (screen == INVALID_HANDLE_VALUE || !SetConsoleScreenBufferSize(screen, (COORD){COLUMNS, LINES})) {
        return failed("there is no screen");
    }
    startup.hStdOutput = startup.hStdError = screen;
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process)) {
        return failed("cannot run it");
    }
    WaitForSingleObject(process.hProcess, 30000);
    GetExitCodeProcess(process.hProcess, &status);
    for (at.Y = 0; at.Y < LINES; at.Y++) {
        if (!ReadConsoleOutputCharacterW(screen, text, COLUMNS, at, &read)) {
            return failed("cannot read the screen");
        }
        for (length = (int)read; length > 0 && (text[length - 1] == L' ' || text[length - 1] == 0); length--) {
        }
        if (length > 0) {
            print_wide(text, length);
        }
    }
    return (int)status;
}

static int interrupt(DWORD milliseconds, WCHAR *line)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    DWORD status;

    FreeConsole();
    if (!AllocConsole()) {
        return failed("there is no console");
    }
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, CREATE_NEW_PROCESS_GROUP, NULL, NULL, &startup, &process)) {
        return failed("cannot run it");
    }
    Sleep(milliseconds);
    if (WaitForSingleObject(process.hProcess, 0) != WAIT_TIMEOUT) {
        return failed("it has ended by itself");
    }
    if (!GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, process.dwProcessId)) {
        return failed("cannot interrupt it");
    }
    if (WaitForSingleObject(process.hProcess, 10000) != WAIT_OBJECT_0) {
        TerminateProcess(process.hProcess, 98);
        return failed("it does not end");
    }
    GetExitCodeProcess(process.hProcess, &status);
    return (int)status;
}

int wmain(int argc, WCHAR **argv);

int wmain(int argc, WCHAR **argv)
{
    if (argc == 5 && wcscmp(argv[1], L"volatile") == 0) {
        return make_volatile(argv[2], argv[3], argv[4]);
    }
    if (argc > 2 && wcscmp(argv[1], L"console") == 0) {
        return run_on_console(command_line(argc, argv, 2));
    }
    if (argc > 3 && wcscmp(argv[1], L"interrupt") == 0) {
        return interrupt((DWORD)wcstoul(argv[2], NULL, 10), command_line(argc, argv, 3));
    }
    fputs("usage: ctl_client volatile KEY NAME HEX | console COMMAND... | interrupt MS COMMAND...\n", stderr);
    return 99;
}
