/* SPDX-License-Identifier: MIT
 *
 * A fake user32.dll: what programs of Free Pascal ask it before their first line. There is no
 * screen.
 */
#include <windows.h>

__declspec(dllexport) int WINAPI GetSystemMetrics(int which)
{
    (void)which;
    return 0;
}
