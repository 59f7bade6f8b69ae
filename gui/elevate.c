/* SPDX-License-Identifier: MIT
 *
 * Starts the program as administrator with the shell's verb "runas" (elevate.h), which asks for
 * consent since Windows Vista. Before Vista it asked for the name and password of another user, and
 * restricted the current one by default, which does not lead to an administrator.
 */
#include "elevate.h"

#include <shellapi.h>
#include <string.h>

#include "drive.h"

bool up_can_elevate(void)
{
    return up_desktop_version() >= 6;
}

bool up_elevate(HWND owner, const wchar_t *argument, DWORD *code)
{
    wchar_t program[MAX_PATH + 1], file[MAX_PATH], parameters[MAX_PATH + 16] = L"";
    DWORD length = GetModuleFileNameW(NULL, program, MAX_PATH);
    SHELLEXECUTEINFOW execute;

    if (length == 0 || length >= MAX_PATH || (argument != NULL && wcslen(argument) >= MAX_PATH)) {
        *code = ERROR_FILENAME_EXCED_RANGE;
        return false;
    }
    program[length] = L'\0';
    up_drive_resolve(program);
    if (argument != NULL) {
        wcscpy(file, argument);
        up_drive_resolve(file);
        wcscpy(parameters, L"\"");
        wcscat(parameters, file);
        wcscat(parameters, L"\" " UP_ELEVATED);
    }
    memset(&execute, 0, sizeof execute);
    execute.cbSize = sizeof execute;
    execute.hwnd = owner;
    execute.lpVerb = L"runas";
    execute.lpFile = program;
    execute.lpParameters = parameters;
    execute.nShow = SW_SHOWNORMAL;
    if (!ShellExecuteExW(&execute)) {
        *code = GetLastError();
        return false;
    }
    *code = 0;
    return true;
}

void up_elevate_problem(DWORD code, struct up_error_detail *problem)
{
    up_error_detail_set(
        problem, code,
        "Log on as an administrator, or start UserPort.exe by \"Run as administrator\".",
        "cannot restart UserPort.exe as administrator");
}
