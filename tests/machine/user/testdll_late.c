/* SPDX-License-Identifier: MIT
 *
 * A DLL for the machine's own tests that no program imports: it comes with LoadLibrary, and refuses
 * when it is told to.
 */
#include <windows.h>

#include "testdll.h"

int late_counter = 1;

int late_count(void)
{
    return late_counter++;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    (void)instance, (void)reserved;
    base_note('l', reason);
    return !(reason == DLL_PROCESS_ATTACH && base_refuse);
}
