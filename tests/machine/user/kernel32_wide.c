/* SPDX-License-Identifier: MIT
 *
 * The fake kernel32.dll's functions with UTF-16: the narrow ones do the work, so that only names of
 * ASCII have a meaning. There are no files but the machine's devices, the driver's where the
 * service has it, and the lock that administrators' programs take, which is always free.
 */
#include "kernel32.h"

#define NAME_MAX    256u
#define SYSTEM_ROOT L"C:\\WINDOWS"
#define DRIVER_FILE "C:\\WINDOWS\\system32\\drivers\\userport.sys"
#define LOCK_FILE   "C:\\WINDOWS\\system32\\drivers\\UserPort.lock"

static BOOL to_narrow(LPCWSTR wide, char text[NAME_MAX])
{
    unsigned i;

    for (i = 0; wide[i] != 0; i++) {
        if (wide[i] > 0x7E || i + 1 == NAME_MAX) {
            SetLastError(ERROR_INVALID_NAME);
            return FALSE;
        }
        text[i] = (char)wide[i];
    }
    text[i] = '\0';
    return TRUE;
}

/* The length of the text, or the room that it needs with its final 0. */
static UINT give_wide(LPCWSTR text, LPWSTR out, UINT room)
{
    UINT length = 0, i;

    while (text[length] != 0) {
        length++;
    }
    if (length >= room) {
        return length + 1;
    }
    for (i = 0; i <= length; i++) {
        out[i] = text[i];
    }
    return length;
}

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static BOOL is_same(const char *a, const char *b)
{
    for (; lower(*a) == lower(*b); a++, b++) {
        if (*a == '\0') {
            return TRUE;
        }
    }
    return FALSE;
}

EXPORT HANDLE WINAPI CreateFileW(LPCWSTR name, DWORD access, DWORD share,
                                 LPSECURITY_ATTRIBUTES security, DWORD disposition, DWORD flags,
                                 HANDLE template)
{
    char text[NAME_MAX];

    if (!to_narrow(name, text)) {
        return INVALID_HANDLE_VALUE;
    }
    return is_same(text, LOCK_FILE)
               ? LOCK_HANDLE
               : CreateFileA(text, access, share, security, disposition, flags, template);
}

EXPORT DWORD WINAPI GetFileAttributesW(LPCWSTR name)
{
    char text[NAME_MAX];

    if (!to_narrow(name, text)) {
        return INVALID_FILE_ATTRIBUTES;
    }
    if (!is_same(text, DRIVER_FILE) || SYSTEM_CALL(SYS_SERVICE) == 0) {
        SetLastError(ERROR_FILE_NOT_FOUND);
        return INVALID_FILE_ATTRIBUTES;
    }
    return FILE_ATTRIBUTE_NORMAL;
}

EXPORT HMODULE WINAPI GetModuleHandleW(LPCWSTR name)
{
    char text[NAME_MAX];

    if (name == NULL) {
        return GetModuleHandleA(NULL);
    }
    if (!to_narrow(name, text)) {
        return NULL;
    }
    /* which has its part */
    return GetModuleHandleA(is_same(text, "ntdll.dll") ? "kernel32.dll" : text);
}

EXPORT HMODULE WINAPI LoadLibraryW(LPCWSTR name)
{
    char text[NAME_MAX];

    return to_narrow(name, text) ? LoadLibraryA(text) : NULL;
}

EXPORT HMODULE WINAPI LoadLibraryExW(LPCWSTR name, HANDLE file, DWORD flags)
{
    char text[NAME_MAX];

    return to_narrow(name, text) ? LoadLibraryExA(text, file, flags) : NULL;
}

EXPORT DWORD WINAPI GetModuleFileNameW(HMODULE handle, LPWSTR out, DWORD size)
{
    char text[NAME_MAX];
    const DWORD length = GetModuleFileNameA(handle, text, sizeof text);
    DWORD i;

    for (i = 0; i < size && i <= length; i++) {
        out[i] = (WCHAR)text[i];
    }
    return length < size ? length : size;
}

EXPORT LPWSTR WINAPI GetCommandLineW(VOID)
{
    static WCHAR line[sizeof PARAMETERS->command_line];
    unsigned i;

    for (i = 0; i < sizeof PARAMETERS->command_line; i++) {
        line[i] = (WCHAR)(unsigned char)PARAMETERS->command_line[i];
    }
    return line;
}

/*
 * ntdll.dll's. Class 11, the images in the kernel: its own, and the driver's while that is loaded.
 */
EXPORT LONG WINAPI NtQuerySystemInformation(ULONG class, PVOID out, ULONG bytes, PULONG needed)
{
    static const char *const paths[] = {"\\WINNT\\System32\\ntoskrnl.exe",
                                        "\\SystemRoot\\system32\\drivers\\userport.sys"};
    struct {
        ULONG count;
        struct {
            ULONG words[5];
            USHORT shorts[4];
            char path[256];
        } images[2];
    } *answer = out;
    unsigned i, at;

    *needed = sizeof *answer;
    if (class != 11 || bytes < sizeof *answer) {
        /* STATUS_INVALID_INFO_CLASS, ..._INFO_LENGTH_MISMATCH */
        return (LONG)(class != 11 ? 0xC0000003 : 0xC0000004);
    }
    answer->count = SYSTEM_CALL(SYS_DRIVER_IMAGE) != 0 ? 2 : 1;
    for (i = 0; i < answer->count; i++) {
        for (at = 0; at < sizeof answer->images[i].path; at++) {
            answer->images[i].path[at] = '\0';
        }
        for (at = 0; paths[i][at] != '\0'; at++) {
            answer->images[i].path[at] = paths[i][at];
        }
    }
    return 0;
}

EXPORT UINT WINAPI GetSystemDirectoryW(LPWSTR out, UINT room)
{
    return give_wide(SYSTEM_ROOT L"\\system32", out, room);
}

EXPORT UINT WINAPI GetWindowsDirectoryW(LPWSTR out, UINT room)
{
    return give_wide(SYSTEM_ROOT, out, room);
}

/*
 * Everybody may set a variable: here one says that Wine gives every port. This is no Wine, so that
 * it must mean nothing.
 */
EXPORT DWORD WINAPI GetEnvironmentVariableW(LPCWSTR name, LPWSTR out, DWORD room)
{
    static const WCHAR ports[] = L"USERPORT_PORTS";
    unsigned i = 0;

    while (i < sizeof ports / sizeof *ports - 1 && name[i] == ports[i]) {
        i++;
    }
    if (name[i] == ports[i]) {
        return give_wide(L"0-FFFF", out, room);
    }
    SetLastError(ERROR_ENVVAR_NOT_FOUND);
    return 0;
}

EXPORT VOID WINAPI GetStartupInfoW(LPSTARTUPINFOW info)
{
    GetStartupInfoA((LPSTARTUPINFOA)info); /* as long, and all 0 as well */
}

EXPORT BOOL WINAPI GetVersionExW(LPOSVERSIONINFOW info)
{
    info->dwMajorVersion = PARAMETERS->version & 0xFF;
    info->dwMinorVersion = PARAMETERS->version >> 8 & 0xFF;
    info->dwBuildNumber = PARAMETERS->version >> 16;
    info->dwPlatformId = VER_PLATFORM_WIN32_NT;
    info->szCSDVersion[0] = 0;
    return TRUE;
}

/* ---- code pages: UTF-8, of which the machine knows ASCII ------------------------------------- */

static int length_of_wide(LPCWSTR text)
{
    int length = 0;

    while (text[length] != 0) {
        length++;
    }
    return length + 1;
}

EXPORT int WINAPI WideCharToMultiByte(UINT page, DWORD flags, LPCWCH from, int length, LPSTR to,
                                      int room, LPCCH substitute, LPBOOL substituted)
{
    int i;

    (void)page, (void)flags, (void)substitute, (void)substituted;
    length = length < 0 ? length_of_wide(from) : length;
    for (i = 0; i < length && room != 0; i++) {
        if (i == room) {
            SetLastError(ERROR_INSUFFICIENT_BUFFER);
            return 0;
        }
        to[i] = from[i] > 0x7E ? '?' : (char)from[i];
    }
    return length;
}

EXPORT int WINAPI MultiByteToWideChar(UINT page, DWORD flags, LPCCH from, int length, LPWSTR to,
                                      int room)
{
    int i;

    (void)page, (void)flags;
    for (i = 0; length < 0 ? i == 0 || from[i - 1] != '\0' : i < length; i++) {
        if (room != 0 && i == room) {
            SetLastError(ERROR_INSUFFICIENT_BUFFER);
            return 0;
        }
        if (room != 0) {
            to[i] = (unsigned char)from[i];
        }
    }
    return i;
}

/* ---- what a console program has -------------------------------------------------------------- */

/* standard output and errors: what the machine keeps of a program */
#define STANDARD_HANDLE ((HANDLE)0x7777)

EXPORT HANDLE WINAPI GetStdHandle(DWORD which)
{
    return which == STD_INPUT_HANDLE ? NULL : STANDARD_HANDLE;
}

EXPORT BOOL WINAPI GetConsoleMode(HANDLE handle, LPDWORD mode)
{
    (void)handle, (void)mode;
    SetLastError(ERROR_INVALID_HANDLE);
    return FALSE; /* it is no console */
}

EXPORT BOOL WINAPI WriteFile(HANDLE handle, LPCVOID data, DWORD bytes, LPDWORD written,
                             LPOVERLAPPED overlapped)
{
    (void)overlapped;
    if (handle != STANDARD_HANDLE) {
        SetLastError(ERROR_INVALID_HANDLE);
        return FALSE;
    }
    SYSTEM_CALL(SYS_WRITE, (uint32_t)data, bytes);
    *written = bytes;
    return TRUE;
}

/* There are no events: who asks for one has to do without. */
EXPORT HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES security, BOOL manual, BOOL set,
                                  LPCWSTR name)
{
    (void)security, (void)manual, (void)set, (void)name;
    SetLastError(ERROR_NOT_SUPPORTED);
    return NULL;
}

/*
 * Nor semaphores: the C++ run-time makes one for each of its locks, and waits for it when two
 * threads want the lock.
 */
EXPORT HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum,
                                      LPCWSTR name)
{
    (void)security, (void)initial, (void)maximum, (void)name;
    SetLastError(ERROR_NOT_SUPPORTED);
    return NULL;
}

EXPORT VOID WINAPI GetSystemInfo(LPSYSTEM_INFO info)
{
    char *at = (char *)info;
    unsigned i;

    for (i = 0; i < sizeof *info; i++) {
        at[i] = 0;
    }
    info->wProcessorArchitecture = PROCESSOR_ARCHITECTURE_INTEL;
    info->dwPageSize = 4096;
}
