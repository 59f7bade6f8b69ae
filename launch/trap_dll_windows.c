/* SPDX-License-Identifier: MIT
 *
 * Finds userport-trap.dll for a program's bitness: beside the caller, in the folders amd64 and i386
 * there or beside that folder, as the packages have them, and in the system's folder. See launch.h.
 */
#include "launch.h"

#include "version.h"

#define FIXED_INFO_SIGNATURE 0xFEEF04BDu

/* ---- paths ----------------------------------------------------------------------------------- */

/* Appends text. Result: false if it does not fit. */
static bool append(WCHAR path[MAX_PATH], const WCHAR *text)
{
    const int length = lstrlenW(path);

    if (length + lstrlenW(text) >= MAX_PATH) {
        return false;
    }
    (void)lstrcpyW(path + length, text);
    return true;
}

/* Cuts the last part and its backslash. Result: false if there is none. */
static bool cut(WCHAR *path)
{
    int at = lstrlenW(path) - 1;

    while (at > 0 && path[at] != L'\\' && path[at] != L'/') {
        at--;
    }
    if (at > 0) {
        path[at] = 0;
    }
    return at > 0;
}

static bool is_file(const WCHAR *path)
{
    const DWORD attributes = GetFileAttributesW(path);

    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

bool up_launch_windows_folder(WCHAR path[MAX_PATH])
{
    const UINT length = GetSystemDirectoryW(path, MAX_PATH);

    return length != 0 && length < MAX_PATH - UP_LAUNCH_NAME_MAX && cut(path);
}

/* ---- the places ------------------------------------------------------------------------------ */

/* Beside the caller, or in the folder of the other bitness: amd64 and i386, next to each other. */
static bool find_beside(HMODULE own, bool for_64_bit, WCHAR path[MAX_PATH])
{
    static const WCHAR *const folders[2] = {L"\\i386\\" UP_TRAP_FILE, L"\\amd64\\" UP_TRAP_FILE};
    const bool is_same = for_64_bit == (sizeof(void *) == 8);
    const DWORD length = GetModuleFileNameW(own, path, MAX_PATH);
    WCHAR folder[MAX_PATH];

    if (length == 0 || length >= MAX_PATH || !cut(path)) {
        return false;
    }
    (void)lstrcpyW(folder, path);
    if (is_same && append(path, L"\\" UP_TRAP_FILE) && is_file(path)) {
        return true;
    }
    (void)lstrcpyW(path, folder);
    if (append(path, folders[for_64_bit]) && is_file(path)) {
        return true;
    }
    (void)lstrcpyW(path, folder);
    return cut(path) && append(path, folders[for_64_bit]) && is_file(path);
}

/*
 * In the system's folder. A 32-bit program on 64-bit Windows sees the folder of 64-bit programs
 * under the name Sysnative alone, while the import has to name it as the 64-bit program sees it.
 */
static bool find_in_system(bool for_64_bit, WCHAR path[MAX_PATH])
{
    WCHAR seen[MAX_PATH];

    if (!up_launch_windows_folder(path)) {
        return false;
    }
    (void)lstrcpyW(seen, path);
    if (for_64_bit == (sizeof(void *) == 8)) {
        (void)append(path, L"\\System32\\" UP_TRAP_FILE);
        return is_file(path);
    }
    if (for_64_bit) {
        (void)append(seen, L"\\Sysnative\\" UP_TRAP_FILE);
        (void)append(path, L"\\System32\\" UP_TRAP_FILE);
        return is_file(seen);
    }
    (void)append(path, L"\\SysWOW64\\" UP_TRAP_FILE);
    return is_file(path);
}

/* ---- its release ----------------------------------------------------------------------------- */

static const VS_FIXEDFILEINFO *find_fixed_info(const uint8_t *resource, DWORD bytes)
{
    DWORD at;

    for (at = 0; at + sizeof(VS_FIXEDFILEINFO) <= bytes; at += sizeof(DWORD)) {
        const VS_FIXEDFILEINFO *info = (const VS_FIXEDFILEINFO *)(const void *)(resource + at);

        if (info->dwSignature == FIXED_INFO_SIGNATURE) {
            return info;
        }
    }
    return NULL;
}

/* Has the file the version of this program? */
static bool is_of_this_release(const WCHAR *path)
{
    const HMODULE file = LoadLibraryExW(path, NULL, LOAD_LIBRARY_AS_DATAFILE);
    const HRSRC place =
        file != NULL ? FindResourceW(file, MAKEINTRESOURCEW(VS_VERSION_INFO), (LPCWSTR)RT_VERSION)
                     : NULL;
    const HGLOBAL loaded = place != NULL ? LoadResource(file, place) : NULL;
    const VS_FIXEDFILEINFO *info =
        loaded != NULL ? find_fixed_info(LockResource(loaded), SizeofResource(file, place)) : NULL;
    const bool is_same = info != NULL &&
                         info->dwFileVersionMS == ((UP_VERSION_NUMBER >> 24) << 16 |
                                                   (UP_VERSION_NUMBER >> 16 & 0xFFu)) &&
                         info->dwFileVersionLS >> 16 == (UP_VERSION_NUMBER & 0xFFFFu);

    if (file != NULL) {
        FreeLibrary(file);
    }
    return is_same;
}

/*
 * In 8-bit characters. Of a path that these cannot express the short form is taken, if the disk has
 * one.
 */
static bool to_8_bit(const WCHAR *path, char name[MAX_PATH])
{
    WCHAR short_path[MAX_PATH];
    BOOL is_inexact = FALSE;
    DWORD length;

    if (WideCharToMultiByte(CP_ACP, 0, path, -1, name, MAX_PATH, NULL, &is_inexact) != 0 &&
        !is_inexact) {
        return true;
    }
    length = GetShortPathNameW(path, short_path, MAX_PATH);
    return length != 0 && length < MAX_PATH &&
           WideCharToMultiByte(CP_ACP, 0, short_path, -1, name, MAX_PATH, NULL, &is_inexact) != 0 &&
           !is_inexact;
}

enum up_launch_problem up_launch_find_dll(HMODULE own, bool for_64_bit, WCHAR path[MAX_PATH],
                                          char name[MAX_PATH])
{
    if (!find_beside(own, for_64_bit, path) && !find_in_system(for_64_bit, path)) {
        return UP_LAUNCH_NO_DLL;
    }
    if (!to_8_bit(path, name)) {
        return UP_LAUNCH_NO_DLL;
    }
    return is_of_this_release(path) ? UP_LAUNCH_OK : UP_LAUNCH_OTHER_DLL;
}
