/* SPDX-License-Identifier: MIT
 *
 * A DLL that the test program loads when it runs already. It starts a process.
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) DWORD start(const char *program);

DWORD start(const char *program)
{
    STARTUPINFOA info = {.cb = sizeof info};
    PROCESS_INFORMATION made;
    char line[MAX_PATH + 40];
    DWORD status = 0;

    snprintf(line, sizeof line, "\"%s\" child", program);
    if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &info, &made)) {
        return GetLastError();
    }
    WaitForSingleObject(made.hProcess, 60000);
    GetExitCodeProcess(made.hProcess, &status);
    return status;
}
