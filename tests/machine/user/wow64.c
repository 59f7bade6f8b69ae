/* SPDX-License-Identifier: MIT
 *
 * ../../../examples/c/resetlpt.c as it finds itself in 64-bit Windows, which the machine is not:
 * its kernel32.dll has an IsWow64Process, and that says yes. For LPT2 it says no, as on 32-bit
 * Windows from XP SP2 on; for LPT3 it fails.
 */
#include <windows.h>

#include <string.h>

static BOOL WINAPI is_wow64_process(HANDLE process, BOOL *answer)
{
    const char *arguments = strchr(GetCommandLineA(), ' ');

    *answer = arguments == NULL || strcmp(arguments, " 2") != 0;
    return process == GetCurrentProcess() && (arguments == NULL || strcmp(arguments, " 3") != 0);
}

static FARPROC look_up(HMODULE module, const char *name)
{
    if (module == GetModuleHandleA("kernel32.dll") && strcmp(name, "IsWow64Process") == 0)
        return (FARPROC)(void (*)(void))is_wow64_process;
    return NULL;
}

#define GetProcAddress look_up
#include "../../../examples/c/resetlpt.c"
