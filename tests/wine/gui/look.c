/* SPDX-License-Identifier: MIT
 *
 * The witness of the GUI's tests: another process that looks at UserPort.exe's window by messages,
 * and at the registry, the service and the driver by themselves. It answers a command on each line
 * of its input with one line; it presses nothing. What it does are things of the system, since no
 * program of Wine's can: a process without rights, drives as subst makes them, the end of a
 * session. screen.py is its caller.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>
#include <commctrl.h>
#include <winternl.h>

#include "core/portlist.h"
#include "userport/userport_abi.h"

#define KEY L"System\\CurrentControlSet\\Services\\UserPort"

static HWND main_window(void)
{
    return FindWindowW(L"UserPort", NULL);
}

/* On one line: LF is \n, a backslash \\. */
static void answer(const wchar_t *wide)
{
    static char bytes[40000];
    int length = WideCharToMultiByte(CP_UTF8, 0, wide, -1, bytes, sizeof bytes, NULL, NULL);

    for (int i = 0; i < length - 1; i++) {
        if (bytes[i] == '\n') {
            fputs("\\n", stdout);
        } else if (bytes[i] == '\\') {
            fputs("\\\\", stdout);
        } else if (bytes[i] != '\r') {
            putchar(bytes[i]);
        }
    }
    putchar('\n');
}

/* ---- windows --------------------------------------------------------------------------------- */

static BOOL CALLBACK find_box(HWND window, LPARAM result)
{
    DWORD of_main = 0, of_window;
    wchar_t name[32], title[32];

    GetWindowThreadProcessId(main_window(), &of_main);
    GetWindowThreadProcessId(window, &of_window);
    GetClassNameW(window, name, 32);
    GetWindowTextW(window, title, 32);
    if (IsWindowVisible(window) &&
        (of_main == of_window || (of_main == 0 && wcscmp(title, L"UserPort") == 0)) &&
        wcscmp(name, L"#32770") == 0) {
        *(HWND *)result = window;
        return FALSE;
    }
    return TRUE;
}

static HWND box(void)
{
    HWND window = NULL;

    EnumWindows(find_box, (LPARAM)&window);
    return window;
}

/* A control of the main window, or of the dialog before it: "1004", "b1101". */
static HWND item(const char *id)
{
    return id[0] == 'b' ? GetDlgItem(box(), (int)strtol(id + 1, NULL, 10))
                        : GetDlgItem(main_window(), (int)strtol(id, NULL, 10));
}

static void say_text(HWND window)
{
    static wchar_t text[20000];

    text[0] = L'\0';
    SendMessageW(window, WM_GETTEXT, sizeof text / sizeof text[0], (LPARAM)text);
    answer(window != NULL ? text : L"(none)");
}

static void say_box(void)
{
    HWND window = box(), text = GetDlgItem(window, 0xFFFF);

    if (window == NULL) {
        puts("none");
    } else if (GetForegroundWindow() != window) {
        puts("behind");
    } else {
        say_text(text != NULL && GetWindowTextLengthW(text) > 0 ? text : GetDlgItem(window, 1100));
    }
}

/* Which window of the program has the keyboard: "main", "box", or "none". */
static void say_foreground(void)
{
    HWND window = GetForegroundWindow();

    puts(window == NULL            ? "none"
         : window == main_window() ? "main"
         : window == box()         ? "box"
                                   : "none");
}

static void say_process(void)
{
    DWORD id = 0;

    GetWindowThreadProcessId(main_window(), &id);
    printf("%lu\n", id);
}

static void say_focus(void)
{
    GUITHREADINFO info;

    memset(&info, 0, sizeof info);
    info.cbSize = sizeof info;
    GetGUIThreadInfo(GetWindowThreadProcessId(main_window(), NULL), &info);
    /* the field inside a combo box has no number of its own that counts */
    printf("%d\n", info.hwndFocus == NULL                      ? 0
                   : GetParent(info.hwndFocus) == item("1025") ? 1025
                                                               : GetDlgCtrlID(info.hwndFocus));
}

/* A row's cells; the list is another process's, and writes into memory of its own. */
static void say_rows(HWND list)
{
    int count = (int)SendMessageW(list, LVM_GETITEMCOUNT, 0, 0);
    HWND header = (HWND)SendMessageW(list, LVM_GETHEADER, 0, 0);
    int columns = (int)SendMessageW(header, HDM_GETITEMCOUNT, 0, 0);
    DWORD id;
    HANDLE process;
    char *there;
    wchar_t text[200];

    GetWindowThreadProcessId(list, &id);
    process = OpenProcess(PROCESS_VM_OPERATION | PROCESS_VM_READ | PROCESS_VM_WRITE, FALSE, id);
    there = VirtualAllocEx(process, NULL, 4096, MEM_COMMIT, PAGE_READWRITE);
    for (int row = 0; row < count && row < 100; row++) {
        for (int column = 0; column < columns; column++) {
            LVITEMW cell;

            memset(&cell, 0, sizeof cell);
            cell.iSubItem = column;
            cell.pszText = (wchar_t *)(there + 1024);
            cell.cchTextMax = 199;
            WriteProcessMemory(process, there, &cell, sizeof cell, NULL);
            SendMessageW(list, LVM_GETITEMTEXTW, (WPARAM)row, (LPARAM)there);
            ReadProcessMemory(process, there + 1024, text, sizeof text, NULL);
            printf("%ls%s", text, column < columns - 1 ? "|" : "");
        }
        printf(SendMessageW(list, LVM_GETITEMSTATE, (WPARAM)row, LVIS_SELECTED) != 0 ? "*;" : ";");
    }
    VirtualFreeEx(process, there, 0, MEM_RELEASE);
    CloseHandle(process);
    putchar('\n');
}

static void say_rect(HWND window)
{
    RECT rect = {0, 0, 0, 0};

    GetWindowRect(window, &rect);
    printf("%ld %ld %ld %ld\n", rect.left, rect.top, rect.right - rect.left,
           rect.bottom - rect.top);
}

/* What each visible control covers, for a look whether any is cut off or lies over another. */
static BOOL CALLBACK say_child(HWND child, LPARAM parent)
{
    RECT rect;

    if (GetParent(child) == (HWND)parent && IsWindowVisible(child)) {
        GetWindowRect(child, &rect);
        MapWindowPoints(NULL, (HWND)parent, (POINT *)&rect, 2);
        printf("%d %ld %ld %ld %ld;", GetDlgCtrlID(child), rect.left, rect.top, rect.right,
               rect.bottom);
    }
    return TRUE;
}

static void say_children(HWND window)
{
    RECT client;

    GetClientRect(window, &client);
    printf("0 0 0 %ld %ld;", client.right, client.bottom);
    EnumChildWindows(window, say_child, (LPARAM)window);
    putchar('\n');
}

static void say_selection(HWND field)
{
    DWORD first = 0, last = 0;

    SendMessageW(field, EM_GETSEL, (WPARAM)&first, (LPARAM)&last);
    printf("%lu %lu\n", first, last);
}

/* ---- the system ------------------------------------------------------------------------------ */

static void say_ports(const uint8_t *map)
{
    static struct up_portset ports;
    static char list[UP_PORTLIST_TEXT_MAX];

    memcpy(ports.map, map, sizeof ports.map);
    up_portlist_format(&ports, list, sizeof list);
    puts(list);
}

static void say_stored(void)
{
    uint8_t map[UP_MAP_BYTES];
    DWORD size = sizeof map, type = 0;
    HKEY key;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, KEY, 0, KEY_READ, &key);

    memset(map, 0xFF, sizeof map);
    if (error == ERROR_SUCCESS) {
        error = RegQueryValueExW(key, L"IOPM", NULL, &type, map, &size);
        RegCloseKey(key);
    }
    if (error != ERROR_SUCCESS || type != REG_BINARY) {
        puts("absent");
    } else {
        say_ports(map);
    }
}

static void say_number(const char *name)
{
    DWORD value = 0, size = sizeof value;
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, KEY, 0, KEY_READ, &key) == ERROR_SUCCESS) {
        if (RegQueryValueExA(key, name, NULL, NULL, (BYTE *)&value, &size) == ERROR_SUCCESS) {
            printf("%lu\n", value);
        } else {
            puts("absent");
        }
        RegCloseKey(key);
    } else {
        puts("no key");
    }
}

/* The settings of a program: Path|Routes|IgnoreCliSti|Fast, and |Trace if it is there. */
static void say_program(const char *name)
{
    static const char *const values[] = {"Path", "Routes", "IgnoreCliSti", "Fast", "Trace"};
    char path[200], text[300];
    wchar_t wide[sizeof text + 64];
    DWORD size, type, number;
    HKEY key;

    snprintf(path, sizeof path, "%ls\\Programs\\%s", KEY, name);
    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, path, 0, KEY_READ, &key) != ERROR_SUCCESS) {
        puts("absent");
        return;
    }
    wide[0] = L'\0';
    for (int i = 0; i < 5; i++) {
        size = sizeof text - 1;
        memset(text, 0, sizeof text);
        if (RegQueryValueExA(key, values[i], NULL, &type, (BYTE *)text, &size) != ERROR_SUCCESS) {
            if (i == 4) {
                break;
            }
            strcpy(text, "absent");
        } else if (type == REG_DWORD) {
            memcpy(&number, text, sizeof number);
            snprintf(text, sizeof text, "%lu", number);
        }
        swprintf(wide + wcslen(wide), sizeof wide / sizeof wide[0] - wcslen(wide), L"%ls%hs",
                 i > 0 ? L"|" : L"", text);
    }
    RegCloseKey(key);
    answer(wide);
}

static void say_service(void)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = OpenServiceW(manager, L"UserPort", SERVICE_QUERY_STATUS);
    SERVICE_STATUS status;

    if (service != NULL && QueryServiceStatus(service, &status)) {
        puts(status.dwCurrentState == SERVICE_RUNNING   ? "running"
             : status.dwCurrentState == SERVICE_STOPPED ? "stopped"
                                                        : "between");
    } else {
        puts("absent");
    }
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
}

static HANDLE device(void)
{
    return CreateFileW(L"\\\\.\\UserPort", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0,
                       NULL);
}

static void say_map(void)
{
    uint8_t map[UP_MAP_BYTES];
    HANDLE handle = device();
    DWORD size = 0;

    if (handle == INVALID_HANDLE_VALUE ||
        !DeviceIoControl(handle, UP_IOCTL_MAP, NULL, 0, map, sizeof map, &size, NULL)) {
        puts("absent");
    } else {
        say_ports(map);
    }
    CloseHandle(handle);
}

static void say_port(const char *port)
{
    struct {
        struct up_io_header header;
        struct up_io_operation operation;
    } list;
    HANDLE handle = device();
    DWORD size = 0;

    memset(&list, 0, sizeof list);
    list.header.abi_version = UP_ABI_VERSION;
    list.header.operations = 1;
    list.operation.kind = UP_IO_READ;
    list.operation.width = 1;
    list.operation.port = (uint16_t)strtoul(port, NULL, 16);
    if (handle != INVALID_HANDLE_VALUE &&
        DeviceIoControl(handle, UP_IOCTL_IO, &list, sizeof list, &list, sizeof list, &size, NULL) &&
        list.header.result == UP_IO_DONE) {
        printf("%02X\n", (unsigned)list.operation.value);
    } else {
        puts("denied");
    }
    CloseHandle(handle);
}

/*
 * Starts a program as somebody who is no administrator: the group is disabled in its token, as
 * Windows does since Vista.
 */
static void start_restricted(const char *program)
{
    SID_IDENTIFIER_AUTHORITY authority = {SECURITY_NT_AUTHORITY};
    STARTUPINFOA startup = {.cb = sizeof startup};
    SID_AND_ATTRIBUTES administrators = {NULL, 0};
    HANDLE token = NULL, restricted = NULL;
    PROCESS_INFORMATION process;
    char line[300];

    snprintf(line, sizeof line, "%s", program);
    AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_ADMINS, 0,
                             0, 0, 0, 0, 0, &administrators.Sid);
    OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token);
    if (CreateRestrictedToken(token, DISABLE_MAX_PRIVILEGE, 1, &administrators, 0, NULL, 0, NULL,
                              &restricted) &&
        CreateProcessAsUserA(restricted, NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup,
                             &process)) {
        puts("started");
    } else {
        printf("failed %lu\n", GetLastError());
    }
}

/*
 * Starts the program that the line begins with, up to ".exe". The line stays as it is: alone, Wine
 * would put quotes into it.
 */
static void start_by_line(const char *program)
{
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    char line[300], file[300];

    snprintf(line, sizeof line, "%s", program);
    snprintf(file, sizeof file, "%.*s.exe", (int)strcspn(line, "."), line);
    if (CreateProcessA(file, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process)) {
        puts("started");
    } else {
        printf("failed %lu\n", GetLastError());
    }
}

/* "S: \\??\\C:\\folder": a drive's link, which stays as long as this program. */
static void make_drive(const char *arguments)
{
    typedef LONG(NTAPI * create_link)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, UNICODE_STRING *);
    create_link create = (create_link)(void (*)(void))GetProcAddress(GetModuleHandleW(L"ntdll.dll"),
                                                                     "NtCreateSymbolicLinkObject");
    wchar_t link[8], folder[100];
    UNICODE_STRING name = {0, sizeof link, link}, target = {0, sizeof folder, folder};
    OBJECT_ATTRIBUTES attributes = {
        .Length = sizeof attributes, .ObjectName = &name, .Attributes = OBJ_CASE_INSENSITIVE};
    HANDLE handle;

    name.Length = (USHORT)(swprintf(link, 8, L"\\??\\%.2hs", arguments) * 2);
    target.Length = (USHORT)(swprintf(folder, 100, L"%hs", arguments + 3) * 2);
    puts(create(&handle, GENERIC_ALL, &attributes, &target) >= 0 ? "done" : "failed");
}

int main(void)
{
    static const struct {
        const char *name;
        void (*say)(void);
    } plain[] = {{"box", say_box},         {"focus", say_focus},   {"foreground", say_foreground},
                 {"process", say_process}, {"stored", say_stored}, {"service", say_service},
                 {"map", say_map}};
    char line[400], *argument;

    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        argument = strchr(line, ' ');
        if (argument != NULL) {
            *argument++ = '\0';
        }
        if (argument == NULL) {
            bool is_known = false;

            for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
                if (strcmp(line, plain[i].name) == 0) {
                    plain[i].say();
                    is_known = true;
                }
            }
            if (strcmp(line, "window") == 0) {
                puts(main_window() != NULL && IsWindowVisible(main_window()) ? "there" : "none");
            } else if (!is_known) {
                puts("what?");
            }
        } else if (strcmp(line, "text") == 0) {
            say_text(item(argument));
        } else if (strcmp(line, "enabled") == 0) {
            puts(IsWindowEnabled(item(argument)) ? "yes" : "no");
        } else if (strcmp(line, "visible") == 0) {
            puts(IsWindowVisible(item(argument)) ? "yes" : "no");
        } else if (strcmp(line, "checked") == 0) {
            puts(SendMessageW(item(argument), BM_GETCHECK, 0, 0) == BST_CHECKED ? "yes" : "no");
        } else if (strcmp(line, "readonly") == 0) {
            puts((GetWindowLongPtrW(item(argument), GWL_STYLE) & ES_READONLY) != 0 ? "yes" : "no");
        } else if (strcmp(line, "rows") == 0) {
            say_rows(item(argument));
        } else if (strcmp(line, "rect") == 0) {
            say_rect(argument[0] == '0'           ? main_window()
                     : strcmp(argument, "b") == 0 ? box()
                                                  : item(argument));
        } else if (strcmp(line, "children") == 0) {
            say_children(strcmp(argument, "b") == 0 ? box() : main_window());
        } else if (strcmp(line, "selection") == 0) {
            say_selection(item(argument));
        } else if (strcmp(line, "number") == 0) {
            say_number(argument);
        } else if (strcmp(line, "program") == 0) {
            say_program(argument);
        } else if (strcmp(line, "port") == 0) {
            say_port(argument);
        } else if (strcmp(line, "restricted") == 0) {
            start_restricted(argument);
        } else if (strcmp(line, "start") == 0) {
            start_by_line(argument);
        } else if (strcmp(line, "logoff") == 0) {
            SendMessageW(box(), WM_ENDSESSION, TRUE, (LPARAM)ENDSESSION_LOGOFF);
            say_port(argument);
        } else if (strcmp(line, "subst") == 0) {
            make_drive(argument);
        } else {
            puts("what?");
        }
        fflush(stdout);
    }
    return 0;
}
