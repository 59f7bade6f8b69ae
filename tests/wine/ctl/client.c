/* SPDX-License-Identifier: MIT
 *
 * What the tests of userportctl and of the setup under Wine need of Windows itself, and Wine's own
 * programs do not do. Arguments:
 *
 * - volatile KEY NAME HEX: a value REG_RESOURCE_LIST below HKLM, in keys that are not kept, as
 *   HARDWARE's are
 * - saved KEY: prints a branch of HKLM (clients/saved.h)
 * - control PROGRAM EVENT: gives the one process of that name a console's event, as Windows does:
 *   by a thread that begins in kernel32's CtrlRoutine; then waits for its end, and prints its exit
 *   status
 * - suspend, resume: the driver, without a word to anybody else
 * - past: a list that reads two ports from FFFF on: what the driver's header says of it
 * - hold: has the device open, says "held", and closes it at the end of its input
 * - load DLL: as a program does that thinks nothing of it
 * - run PROGRAM LINE: starts it with a command line as it stands here (without a program Wine would
 *   put quotes around it in the line); its exit status is this one's
 * - values KEY: those of a key below HKLM, a line each: "TYPE HEX NAME"
 * - put KEY NAME TYPE HEX, drop KEY NAME: a value below HKLM, in a key that is there
 * - serve: does any of these for each line of its input, whose arguments are in UTF-8, with a tab
 *   between them, and says "exit STATUS" at the end of each: a start of Wine costs as much as a
 *   hundred of them
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

#include <tlhelp32.h>

#include "tests/wine/clients/saved.h"
#include "userport/userport_abi.h"

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
    if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, NULL, REG_OPTION_VOLATILE, KEY_SET_VALUE, NULL,
                        &key, NULL) != 0 ||
        RegSetValueExW(key, name, 0, 8, data, length) != 0) {
        return failed("cannot make the key");
    }
    RegCloseKey(key);
    return 0;
}

static HKEY open_key(const WCHAR *path, REGSAM access)
{
    HKEY key = NULL;
    const LSTATUS status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, access, &key);

    SetLastError((DWORD)status);
    return status == 0 ? key : NULL;
}

static int print_values(const WCHAR *path)
{
    static WCHAR name[16384];
    static BYTE data[65536];
    const HKEY key = open_key(path, KEY_QUERY_VALUE);
    DWORD index, i, name_length, length, type;

    if (key == NULL) {
        return failed("cannot open the key");
    }
    for (index = 0;; index++) {
        name_length = sizeof name / sizeof *name;
        length = sizeof data;
        if (RegEnumValueW(key, index, name, &name_length, NULL, &type, data, &length) != 0) {
            break;
        }
        printf("%lu ", (unsigned long)type);
        for (i = 0; i < length; i++) {
            printf("%02x", data[i]);
        }
        printf(" %ls\n", name);
    }
    RegCloseKey(key);
    return 0;
}

static int put_value(const WCHAR *path, const WCHAR *name, DWORD type, const WCHAR *hex)
{
    static BYTE data[65536];
    const HKEY key = open_key(path, KEY_SET_VALUE);
    DWORD length = 0;
    unsigned byte;
    LSTATUS status;

    if (key == NULL) {
        return failed("cannot open the key");
    }
    while (length < sizeof data && swscanf(hex + (size_t)2 * length, L"%2x", &byte) == 1) {
        data[length++] = (BYTE)byte;
    }
    status = RegSetValueExW(key, name, 0, type, data, length);
    RegCloseKey(key);
    SetLastError((DWORD)status);
    return status == 0 ? 0 : failed("cannot write the value");
}

static int drop_value(const WCHAR *path, const WCHAR *name)
{
    const HKEY key = open_key(path, KEY_SET_VALUE);
    LSTATUS status;

    if (key == NULL) {
        return failed("cannot open the key");
    }
    status = RegDeleteValueW(key, name);
    RegCloseKey(key);
    SetLastError((DWORD)status);
    return status == 0 ? 0 : failed("cannot delete the value");
}

static DWORD find_process(const WCHAR *name)
{
    PROCESSENTRY32W entry = {.dwSize = sizeof entry};
    const HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    DWORD id = 0;
    BOOL more;

    for (more = Process32FirstW(all, &entry); more; more = Process32NextW(all, &entry)) {
        if (_wcsicmp(entry.szExeFile, name) == 0) {
            id = entry.th32ProcessID;
        }
    }
    CloseHandle(all);
    return id;
}

static int send_control(const WCHAR *program, DWORD event)
{
    const HANDLE process = OpenProcess(PROCESS_ALL_ACCESS, FALSE, find_process(program));
    const FARPROC routine = GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "CtrlRoutine");
    HANDLE thread;
    DWORD status;

    if (process == NULL || routine == NULL) {
        return failed("cannot find the process, or CtrlRoutine");
    }
    thread = CreateRemoteThread(process, NULL, 0, (LPTHREAD_START_ROUTINE)(void (*)(void))routine,
                                (void *)(ULONG_PTR)event, 0, NULL);
    if (thread == NULL || WaitForSingleObject(process, 10000) != WAIT_OBJECT_0 ||
        !GetExitCodeProcess(process, &status)) {
        return failed("the process does not end");
    }
    CloseHandle(thread);
    CloseHandle(process);
    printf("ended with %lu\n", (unsigned long)status);
    return 0;
}

static int control(DWORD code, void *data, DWORD bytes)
{
    const HANDLE device = CreateFileA(UP_DEVICE_WIN32_NAME, GENERIC_READ | GENERIC_WRITE, 3, NULL,
                                      OPEN_EXISTING, 0, NULL);
    DWORD returned;
    int status = 0;

    if (device == INVALID_HANDLE_VALUE) {
        return failed("cannot open the device");
    }
    if (!DeviceIoControl(device, code, data, bytes, data, bytes, &returned, NULL)) {
        status = failed("the driver does not take it");
    }
    CloseHandle(device);
    return status;
}

static int hold(void)
{
    const HANDLE device =
        CreateFileW(L"\\\\.\\UserPort", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);

    if (device == INVALID_HANDLE_VALUE) {
        return failed("cannot open the device");
    }
    puts("held");
    fflush(stdout);
    while (getchar() != EOF) {
    }
    return CloseHandle(device) ? 0 : 1;
}

static int read_past(void)
{
    struct {
        struct up_io_header header;
        struct up_io_operation operation;
    } list = {{.abi_version = UP_ABI_VERSION, .operations = 1},
              {.kind = UP_IO_READ, .width = 2, .port = 0xFFFF}};
    const int status = control(UP_IOCTL_IO, &list, sizeof list);

    printf("result %lu port %lX\n", (unsigned long)list.header.result,
           (unsigned long)list.header.port);
    return status;
}

static int run(const WCHAR *program, WCHAR *line)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    DWORD status = 99;

    if (!CreateProcessW(program, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process)) {
        return failed("cannot start it");
    }
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &status);
    return (int)status;
}

static int print_saved(const WCHAR *path)
{
    char name[300], *text;

    snprintf(name, sizeof name, "%ls", path);
    text = saved_keys(name);
    if (text == NULL) {
        return failed("cannot save the key");
    }
    fwrite(text, 1, strlen(text), stdout);
    free(text);
    return 0;
}

static int serve(void);

static int command(int argc, WCHAR **argv)
{
    if (argc == 5 && wcscmp(argv[1], L"volatile") == 0) {
        return make_volatile(argv[2], argv[3], argv[4]);
    }
    if (argc == 3 && wcscmp(argv[1], L"saved") == 0) {
        return print_saved(argv[2]);
    }
    if (argc == 4 && wcscmp(argv[1], L"control") == 0) {
        return send_control(argv[2], wcstoul(argv[3], NULL, 10));
    }
    if (argc == 2 && wcscmp(argv[1], L"suspend") == 0) {
        return control(UP_IOCTL_SUSPEND, NULL, 0);
    }
    if (argc == 2 && wcscmp(argv[1], L"resume") == 0) {
        return control(UP_IOCTL_RESUME, NULL, 0);
    }
    if (argc == 2 && wcscmp(argv[1], L"past") == 0) {
        return read_past();
    }
    if (argc == 2 && wcscmp(argv[1], L"hold") == 0) {
        return hold();
    }
    if (argc == 3 && wcscmp(argv[1], L"load") == 0) {
        return LoadLibraryW(argv[2]) != NULL ? 0 : failed("cannot load it");
    }
    if (argc == 4 && wcscmp(argv[1], L"run") == 0) {
        return run(argv[2], argv[3]);
    }
    if (argc == 3 && wcscmp(argv[1], L"values") == 0) {
        return print_values(argv[2]);
    }
    if (argc == 6 && wcscmp(argv[1], L"put") == 0) {
        return put_value(argv[2], argv[3], wcstoul(argv[4], NULL, 10), argv[5]);
    }
    if (argc == 4 && wcscmp(argv[1], L"drop") == 0) {
        return drop_value(argv[2], argv[3]);
    }
    if (argc == 2 && wcscmp(argv[1], L"serve") == 0) {
        return serve();
    }
    fputs("usage: ctl_client volatile KEY NAME HEX | saved KEY | control PROGRAM EVENT | suspend | "
          "resume | past | hold | load DLL | run PROGRAM LINE | values KEY | "
          "put KEY NAME TYPE HEX | drop KEY NAME | serve\n",
          stderr);
    return 99;
}

static int serve(void)
{
    static char line[65536];
    static WCHAR words[65536];
    WCHAR *argv[8] = {L"ctl_client"}, *word;
    int argc, status;

    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        MultiByteToWideChar(CP_UTF8, 0, line, -1, words, sizeof words / sizeof *words);
        for (argc = 1, word = words; argc < 8 && word != NULL; argc++) {
            argv[argc] = word;
            word = wcschr(word, L'\t');
            if (word != NULL) {
                *word++ = L'\0';
            }
        }
        status = command(argc, argv);
        fflush(stderr);
        printf("exit %d\n", status);
        fflush(stdout);
    }
    return 0;
}

int wmain(int argc, WCHAR **argv);

int wmain(int argc, WCHAR **argv)
{
    return command(argc, argv);
}
