/* SPDX-License-Identifier: MIT
 *
 * A DLL that somebody put beside userportctl.exe under the name of one of Windows' own: when it is
 * loaded it makes a file of its own name with ".loaded" behind it.
 */
#include <wchar.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, void *reserved)
{
    WCHAR path[MAX_PATH + 8];
    DWORD length;

    (void)reserved;
    length = reason == DLL_PROCESS_ATTACH ? GetModuleFileNameW(self, path, MAX_PATH) : 0;
    if (length > 0) {
        lstrcpyW(path + length, L".loaded");
        CloseHandle(CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
    }
    return TRUE;
}
