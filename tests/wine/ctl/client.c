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
    return 0;
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
    printf("exit %lu\n", (unsigned long)status);
    return 0;
}

static int control(DWORD code, void *data, DWORD bytes)
{
    const HANDLE device = CreateFileA(UP_DEVICE_WIN32_NAME, GENERIC_READ | GENERIC_WRITE, 3, NULL,
                                      OPEN_EXISTING, 0, NULL);
    DWORD returned;

    return device != INVALID_HANDLE_VALUE &&
                   DeviceIoControl(device, code, data, bytes, data, bytes, &returned, NULL)
               ? 0
               : failed("the driver does not take it");
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

int wmain(int argc, WCHAR **argv);

int wmain(int argc, WCHAR **argv)
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
    fputs("usage: ctl_client volatile KEY NAME HEX | saved KEY | control PROGRAM EVENT | suspend | "
          "resume | past | hold | load DLL | run PROGRAM LINE\n",
          stderr);
    return 99;
}
