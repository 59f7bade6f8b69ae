/* SPDX-License-Identifier: MIT
 *
 * Wraps Windows (winutil.h). Newer functions are looked up at run time, since NT 4.0 has none of
 * IsWow64Process2 (Windows 10), GetNativeSystemInfo, GetSystemWow64DirectoryW (XP) and
 * Wow64DisableWow64FsRedirection (XP x64).
 */
#include "winutil.h"

#include <string.h>

#include "core/text.h"

/* LOAD_LIBRARY_SEARCH_SYSTEM32: Windows 8, and Windows 7 with an update. */
#define SYSTEM32_ONLY 0x0800u
#define MAX_EXE_BYTES 0x40000000u /* a gigabyte, more than any driver or DLL */

void up_utf8_copy(char *text, uint32_t size, const char *from)
{
    size_t length = strlen(from);

    if (size == 0) {
        return;
    }
    if (length >= size) {
        length = up_utf8_whole(from, size - 1);
    }
    memmove(text, from, length);
    text[length] = '\0';
}

/*
 * Converts one character or surrogate pair at a time, since WideCharToMultiByte writes nothing
 * usable if the room is too short.
 */
void up_utf8(const WCHAR *wide, char *text, uint32_t size)
{
    uint32_t at = 0;
    char bytes[8];
    int units, count;

    if (size == 0) {
        return;
    }
    while (*wide != L'\0') {
        units = *wide >= 0xD800 && *wide < 0xDC00 && wide[1] >= 0xDC00 && wide[1] < 0xE000 ? 2 : 1;
        count = WideCharToMultiByte(CP_UTF8, 0, wide, units, bytes, sizeof bytes, NULL, NULL);
        if (count <= 0 || at + (uint32_t)count >= size) {
            break;
        }
        memcpy(text + at, bytes, (size_t)count);
        at += (uint32_t)count;
        wide += units;
    }
    text[at] = '\0';
}

bool up_wide(const char *text, WCHAR *wide, uint32_t room)
{
    /*
     * The flags are 0, since NT 4.0 does not accept MB_ERR_INVALID_CHARS with UTF-8. Text that is
     * not UTF-8 becomes a name that does not exist.
     */
    if (MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, (int)room) > 0) {
        return true;
    }
    if (GetLastError() == ERROR_INSUFFICIENT_BUFFER) {
        SetLastError(ERROR_FILENAME_EXCED_RANGE);
    }
    return false;
}

bool up_path_join(WCHAR path[MAX_PATH], const WCHAR *folder, const WCHAR *name)
{
    const size_t length = wcslen(folder);
    const bool needs = length > 0 && folder[length - 1] != L'\\';
    const size_t rest = wcslen(name) + 1;

    if (length + needs + rest > MAX_PATH) {
        SetLastError(ERROR_FILENAME_EXCED_RANGE);
        return false;
    }
    memmove(path, folder, length * sizeof *path);
    if (needs) {
        path[length] = L'\\';
    }
    memcpy(path + length + needs, name, rest * sizeof *path);
    return true;
}

up_function up_system_function(const WCHAR *dll, const char *name)
{
    HMODULE module = GetModuleHandleW(dll);

    return module != NULL ? (up_function)GetProcAddress(module, name) : NULL;
}

HMODULE up_system_dll(const WCHAR *name)
{
    WCHAR path[MAX_PATH];

    return up_system_folder(path) && up_path_join(path, path, name)
               ? LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH)
               : NULL;
}

void up_system_harden(void)
{
    typedef BOOL(WINAPI * set_directories)(DWORD flags);
    typedef BOOL(WINAPI * set_directory)(const WCHAR *path);
    set_directories directories =
        (set_directories)up_system_function(L"kernel32.dll", "SetDefaultDllDirectories");
    set_directory directory =
        (set_directory)up_system_function(L"kernel32.dll", "SetDllDirectoryW");

    if (directories != NULL && directories(SYSTEM32_ONLY)) {
        return;
    }
    if (directory != NULL) {
        directory(L"");
    }
}

/* ---- folders --------------------------------------------------------------------------------- */

typedef BOOL(WINAPI *disable_redirection)(PVOID *old);
typedef BOOL(WINAPI *revert_redirection)(PVOID old);

#define NOTHING_TO_REVERT ((void *)~(uintptr_t)0)

void *up_redirection_off(void)
{
    disable_redirection disable = sizeof(void *) == 4
                                      ? (disable_redirection)up_system_function(
                                            L"kernel32.dll", "Wow64DisableWow64FsRedirection")
                                      : NULL;
    const DWORD last_error = GetLastError();
    PVOID old = NULL;
    /* It fails on 32-bit Windows, where there is nothing to disable. */
    bool done = disable != NULL && disable(&old);

    SetLastError(last_error);
    return done ? old : NOTHING_TO_REVERT;
}

void up_redirection_on(void *cookie)
{
    const DWORD last_error = GetLastError();
    revert_redirection revert;

    if (cookie != NOTHING_TO_REVERT) {
        revert = (revert_redirection)up_system_function(L"kernel32.dll",
                                                        "Wow64RevertWow64FsRedirection");
        if (revert != NULL) {
            revert(cookie);
        }
    }
    SetLastError(last_error);
}

static bool fits(UINT length)
{
    if (length >= MAX_PATH) {
        SetLastError(ERROR_FILENAME_EXCED_RANGE);
    }
    return length > 0 && length < MAX_PATH;
}

bool up_system_folder(WCHAR path[MAX_PATH])
{
    return fits(GetSystemDirectoryW(path, MAX_PATH));
}

static void cut_last_part(WCHAR *path)
{
    WCHAR *backslash = wcsrchr(path, L'\\');

    if (backslash != NULL) {
        *(backslash == path + 2 ? backslash + 1 : backslash) = L'\0'; /* C:\ keeps its backslash */
    }
}

/*
 * GetWindowsDirectory is not used, since it gives each user of a terminal server a folder of their
 * own.
 */
bool up_windows_folder(WCHAR path[MAX_PATH])
{
    if (!up_system_folder(path)) {
        return false;
    }
    cut_last_part(path);
    return true;
}

bool up_system_folder_32(WCHAR path[MAX_PATH])
{
    typedef UINT(WINAPI * get_folder)(LPWSTR, UINT);
    get_folder function =
        (get_folder)up_system_function(L"kernel32.dll", "GetSystemWow64DirectoryW");

    return up_system_machine() == UP_EXE_MACHINE_AMD64 && function != NULL &&
           fits(function(path, MAX_PATH)) && up_file_exists(path);
}

bool up_own_path(WCHAR path[MAX_PATH])
{
    return fits(GetModuleFileNameW(NULL, path, MAX_PATH));
}

bool up_own_folder(WCHAR path[MAX_PATH])
{
    if (!up_own_path(path)) {
        return false;
    }
    cut_last_part(path);
    return true;
}

/* ---- the system and its files ---------------------------------------------------------------- */

uint16_t up_system_machine(void)
{
    typedef BOOL(WINAPI * is_wow64_2)(HANDLE, USHORT *, USHORT *);
    typedef void(WINAPI * get_info)(SYSTEM_INFO *);
    is_wow64_2 ask = (is_wow64_2)up_system_function(L"kernel32.dll", "IsWow64Process2");
    get_info get = (get_info)up_system_function(L"kernel32.dll", "GetNativeSystemInfo");
    USHORT process, machine = 0;
    SYSTEM_INFO info;

    if (ask != NULL && ask(GetCurrentProcess(), &process, &machine)) {
        return machine;
    }
    if (get != NULL) {
        get(&info);
    } else {
        GetSystemInfo(&info);
    }
    switch (info.wProcessorArchitecture) {
    case PROCESSOR_ARCHITECTURE_INTEL:
        return UP_EXE_MACHINE_I386;
    case PROCESSOR_ARCHITECTURE_AMD64:
        return UP_EXE_MACHINE_AMD64;
    default:
        return 0;
    }
}

bool up_file_exists(const WCHAR *path)
{
    void *cookie = up_redirection_off();
    const bool exists = GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;

    up_redirection_on(cookie);
    return exists;
}

static bool identify(const WCHAR *path, BY_HANDLE_FILE_INFORMATION *identity)
{
    HANDLE file = CreateFileW(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, 0, NULL);
    bool done;

    if (file == INVALID_HANDLE_VALUE) {
        return false;
    }
    done = GetFileInformationByHandle(file, identity);
    CloseHandle(file);
    return done;
}

bool up_same_file(const WCHAR *one, const WCHAR *other)
{
    BY_HANDLE_FILE_INFORMATION first, second;
    void *cookie = up_redirection_off();
    const bool both = identify(one, &first) && identify(other, &second);

    up_redirection_on(cookie);
    return both && first.dwVolumeSerialNumber == second.dwVolumeSerialNumber &&
           first.nFileIndexHigh == second.nFileIndexHigh &&
           first.nFileIndexLow == second.nFileIndexLow;
}

static bool read_part(void *context, uint32_t offset, void *to, uint32_t length)
{
    DWORD got = 0;

    return SetFilePointer(context, (LONG)offset, NULL, FILE_BEGIN) != INVALID_SET_FILE_POINTER &&
           ReadFile(context, to, length, &got, NULL) && got == length;
}

bool up_read_exe(const WCHAR *path, struct up_exe_file *file)
{
    struct up_exe_source source = {.read = read_part};
    void *cookie = up_redirection_off();
    HANDLE handle = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                                OPEN_EXISTING, 0, NULL);
    DWORD high = 0;
    bool done = false;

    up_redirection_on(cookie);
    if (handle == INVALID_HANDLE_VALUE) {
        return false;
    }
    SetLastError(ERROR_SUCCESS);
    source.context = handle;
    source.size = GetFileSize(handle, &high);
    if (high != 0 || source.size > MAX_EXE_BYTES) { /* INVALID_FILE_SIZE is larger too */
        SetLastError(GetLastError() != ERROR_SUCCESS ? GetLastError() : ERROR_FILE_INVALID);
    } else {
        done = up_exe_read(&source, file);
        if (!done && GetLastError() == ERROR_SUCCESS) {
            SetLastError(ERROR_READ_FAULT);
        }
    }
    high = GetLastError();
    CloseHandle(handle);
    SetLastError(high);
    return done;
}

/* Does path begin with these characters, in upper or lower case? */
static bool begins(const WCHAR *path, const WCHAR *with)
{
    return _wcsnicmp(path, with, wcslen(with)) == 0;
}

bool up_service_file(const WCHAR *image_path, const WCHAR *name, WCHAR file[MAX_PATH])
{
    WCHAR folder[MAX_PATH], path[MAX_PATH];
    const bool is_quoted = image_path[0] == L'"';
    size_t length;

    image_path += is_quoted;
    length = is_quoted ? wcscspn(image_path, L"\"") : wcslen(image_path);
    if (length >= MAX_PATH || !up_windows_folder(folder)) {
        SetLastError(ERROR_FILENAME_EXCED_RANGE);
        return false;
    }
    memcpy(path, image_path, length * sizeof *path);
    path[length] = L'\0';
    if (length == 0) {
        return up_path_join(path, folder, L"system32\\drivers") && up_path_join(path, path, name) &&
               wcslen(path) + 5 <= MAX_PATH && wcscat(wcscpy(file, path), L".sys") != NULL;
    }
    if (begins(path, L"\\SystemRoot\\")) {
        return up_path_join(file, folder, path + 12);
    }
    if (begins(path, L"%SystemRoot%\\")) {
        return up_path_join(file, folder, path + 13);
    }
    if (begins(path, L"\\??\\")) {
        wcscpy(file, path + 4);
        return true;
    }
    if (path[0] != L'\\' && path[1] != L':') {
        return up_path_join(file, folder, path);
    }
    wcscpy(file, path);
    return true;
}
