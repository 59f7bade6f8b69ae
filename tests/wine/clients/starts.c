/* SPDX-License-Identifier: MIT
 *
 * starts PROGRAM ARGUMENT...: starts the program, waits for it and ends as it does. A 64-bit Wine
 * that is to begin with a 32-bit program begins with its start.exe, which loads the shell and takes
 * three times as long (tests/linux/lib_wine.sh).
 */
#include <stdio.h>
#include <windows.h>

/* The command line without its first word, which has no quotes. */
static char *rest_of(char *line)
{
    while (*line != '\0' && *line != ' ') {
        line++;
    }
    while (*line == ' ') {
        line++;
    }
    return line;
}

int main(void)
{
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    DWORD code = 1;
    char *const line = rest_of(GetCommandLineA());

    if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process)) {
        printf("starts: cannot start %s: error %lu\n", line, GetLastError());
        return 1;
    }
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    return (int)code;
}
