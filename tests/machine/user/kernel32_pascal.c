/* SPDX-License-Identifier: MIT
 *
 * The fake kernel32.dll's functions that programs of Free Pascal call at their start and end: its
 * run-time library asks for locale, code pages and version before the program's first line. There
 * is one locale here, and it says nothing.
 */
#include "kernel32.h"

EXPORT HLOCAL WINAPI LocalAlloc(UINT flags, SIZE_T bytes)
{
    return HeapAlloc(GetProcessHeap(), flags & LMEM_ZEROINIT ? HEAP_ZERO_MEMORY : 0, bytes);
}

EXPORT HLOCAL WINAPI LocalFree(HLOCAL memory)
{
    return memory == NULL || HeapFree(GetProcessHeap(), 0, memory) ? NULL : memory;
}

EXPORT HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES security, BOOL manual, BOOL set,
                                  LPCSTR name)
{
    (void)name;
    return CreateEventW(security, manual, set, NULL);
}

EXPORT BOOL WINAPI GetVersionExA(LPOSVERSIONINFOA info)
{
    info->dwMajorVersion = PARAMETERS->version & 0xFF;
    info->dwMinorVersion = PARAMETERS->version >> 8 & 0xFF;
    info->dwBuildNumber = PARAMETERS->version >> 16;
    info->dwPlatformId = VER_PLATFORM_WIN32_NT;
    info->szCSDVersion[0] = '\0';
    return TRUE;
}

EXPORT UINT WINAPI GetACP(VOID)
{
    return 1252;
}

EXPORT UINT WINAPI GetOEMCP(VOID)
{
    return 437;
}

EXPORT UINT WINAPI GetConsoleCP(VOID)
{
    return 437;
}

EXPORT UINT WINAPI GetConsoleOutputCP(VOID)
{
    return 437;
}

EXPORT BOOL WINAPI GetCPInfo(UINT page, LPCPINFO info)
{
    unsigned i;

    (void)page;
    info->MaxCharSize = 1;
    for (i = 0; i < MAX_DEFAULTCHAR; i++) {
        info->DefaultChar[i] = i == 0 ? '?' : 0;
    }
    for (i = 0; i < MAX_LEADBYTES; i++) {
        info->LeadByte[i] = 0;
    }
    return TRUE;
}

EXPORT LCID WINAPI GetThreadLocale(VOID)
{
    return MAKELCID(MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US), SORT_DEFAULT);
}

EXPORT BOOL WINAPI SetThreadLocale(LCID locale)
{
    return locale == GetThreadLocale();
}

EXPORT LCID WINAPI GetUserDefaultLCID(VOID)
{
    return GetThreadLocale();
}

EXPORT int WINAPI GetLocaleInfoA(LCID locale, LCTYPE what, LPSTR out, int room)
{
    (void)locale, (void)what, (void)out, (void)room;
    SetLastError(ERROR_INVALID_FLAGS);
    return 0;
}

EXPORT int WINAPI GetLocaleInfoW(LCID locale, LCTYPE what, LPWSTR out, int room)
{
    (void)out;
    return GetLocaleInfoA(locale, what, NULL, room);
}

EXPORT UINT WINAPI GetWindowsDirectoryA(LPSTR out, UINT room)
{
    WCHAR wide[MAX_PATH];
    const UINT length = GetWindowsDirectoryW(wide, MAX_PATH);
    UINT i;

    if (length >= room) {
        return length + 1;
    }
    for (i = 0; i <= length; i++) {
        out[i] = (char)wide[i];
    }
    return length;
}
