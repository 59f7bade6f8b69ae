/* SPDX-License-Identifier: MIT
 *
 * The processes that the program starts get the DLL too. Each is created suspended, prepared as
 * the launcher does it, and then runs. A program that cannot be prepared, one for .NET for
 * instance, runs without the DLL.
 */
#include "trap.h"

#include "launch/launch.h"
#include "record/client.h"

/* Prepares a child that was created suspended, and lets it run if its parent wants that. */
static void start(const PROCESS_INFORMATION *made, bool stays_suspended)
{
    const DWORD last_error = GetLastError();
    DWORD error;

    (void)up_launch_prepare(made->hProcess, made->dwProcessId, up_trap_module, up_trap_given,
                            &error);
    up_client_announce(made->hProcess);
    if (!stays_suspended) {
        (void)ResumeThread(made->hThread);
    }
    SetLastError(last_error);
}

BOOL WINAPI up_trap_create_process_a(LPCSTR program, LPSTR line, LPSECURITY_ATTRIBUTES process,
                                     LPSECURITY_ATTRIBUTES thread, BOOL inherit, DWORD flags,
                                     LPVOID environment, LPCSTR folder, LPSTARTUPINFOA start_info,
                                     LPPROCESS_INFORMATION made)
{
    const BOOL done =
        CreateProcessA(program, line, process, thread, inherit, flags | CREATE_SUSPENDED,
                       environment, folder, start_info, made);

    if (done) {
        start(made, (flags & CREATE_SUSPENDED) != 0);
    }
    return done;
}

BOOL WINAPI up_trap_create_process_w(LPCWSTR program, LPWSTR line, LPSECURITY_ATTRIBUTES process,
                                     LPSECURITY_ATTRIBUTES thread, BOOL inherit, DWORD flags,
                                     LPVOID environment, LPCWSTR folder, LPSTARTUPINFOW start_info,
                                     LPPROCESS_INFORMATION made)
{
    const BOOL done =
        CreateProcessW(program, line, process, thread, inherit, flags | CREATE_SUSPENDED,
                       environment, folder, start_info, made);

    if (done) {
        start(made, (flags & CREATE_SUSPENDED) != 0);
    }
    return done;
}

/* WinExec's results: above 31 for success; otherwise an error, 0 for those without a number. */
UINT WINAPI up_trap_win_exec(LPCSTR line, UINT show)
{
    STARTUPINFOA start_info = {
        .cb = sizeof start_info, .dwFlags = STARTF_USESHOWWINDOW, .wShowWindow = (WORD)show};
    PROCESS_INFORMATION made;
    char copy[MAX_PATH * 4];

    if (line == NULL || lstrlenA(line) >= (int)sizeof copy) {
        return WinExec(line, show);
    }
    (void)lstrcpyA(copy, line);
    if (!up_trap_create_process_a(NULL, copy, NULL, NULL, FALSE, 0, NULL, NULL, &start_info,
                                  &made)) {
        const DWORD error = GetLastError();

        return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? error
               : error == ERROR_BAD_EXE_FORMAT                                ? ERROR_BAD_FORMAT
                                                                              : 0;
    }
    CloseHandle(made.hThread);
    CloseHandle(made.hProcess);
    return 33;
}
