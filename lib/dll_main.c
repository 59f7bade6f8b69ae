/* SPDX-License-Identifier: MIT
 *
 * The entry point of userport.dll and userport_com.dll. It loads, opens and installs nothing. It
 * only frees what the library has allocated for a thread that ends, or for itself when it is
 * unloaded. When the process ends (reserved is not NULL) the system frees everything by itself, and
 * another thread may hold the heap's lock.
 */
#include "system.h"

#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    (void)instance;
    if (reason == DLL_THREAD_DETACH) {
        up_system_thread_ends();
    } else if (reason == DLL_PROCESS_DETACH && reserved == NULL) {
        up_system_library_ends();
    }
    return TRUE;
}
