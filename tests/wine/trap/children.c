/* SPDX-License-Identifier: MIT
 *
 * Cases: the program's own image, the processes that it starts, and the libraries in it.
 */
#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "core/program_settings.h"
#include "userport/userport.h"

#define CHILD_READS 0x5Du /* what a child reads, and ends with */

static char own_path[MAX_PATH];

/* The program looks at its headers as they are in its file. */
void case_headers(void)
{
    const uint8_t *image = (const uint8_t *)GetModuleHandleW(NULL);
    const IMAGE_NT_HEADERS *headers =
        (const IMAGE_NT_HEADERS *)(image + ((const IMAGE_DOS_HEADER *)image)->e_lfanew);
    uint8_t file[0x1000];
    const IMAGE_NT_HEADERS *in_file;
    DWORD got = 0;
    HANDLE handle;

    GetModuleFileNameA(NULL, own_path, sizeof own_path);
    handle = CreateFileA(own_path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    EXPECT(ReadFile(handle, file, sizeof file, &got, NULL) && got == sizeof file);
    CloseHandle(handle);
    in_file = (const IMAGE_NT_HEADERS *)(file + ((const IMAGE_DOS_HEADER *)file)->e_lfanew);
    EXPECT(memcmp(headers->OptionalHeader.DataDirectory, in_file->OptionalHeader.DataDirectory,
                  sizeof in_file->OptionalHeader.DataDirectory) == 0);
}

void case_variable(void)
{
    char text[400] = "";

    GetEnvironmentVariableA(UP_PROGRAM_VARIABLE, text, sizeof text);
    EXPECT_MSG(strstr(text, "278-27F=D100") != NULL, "the variable is \"%s\"", text);
}

/* ---- processes ------------------------------------------------------------------------------- */

static DWORD end_of(HANDLE process)
{
    DWORD status = 0;

    EXPECT_EQ(WaitForSingleObject(process, 60000), WAIT_OBJECT_0);
    GetExitCodeProcess(process, &status);
    CloseHandle(process);
    return status;
}

typedef BOOL WINAPI create_process_a(LPCSTR, LPSTR, LPSECURITY_ATTRIBUTES, LPSECURITY_ATTRIBUTES,
                                     BOOL, DWORD, LPVOID, LPCSTR, LPSTARTUPINFOA,
                                     LPPROCESS_INFORMATION);

static DWORD run_a(create_process_a *create, const char *program, DWORD flags, void *environment)
{
    STARTUPINFOA start = {.cb = sizeof start};
    PROCESS_INFORMATION made;
    char line[MAX_PATH + 40];

    snprintf(line, sizeof line, "\"%s\" child", program);
    if (!create(NULL, line, NULL, NULL, FALSE, flags, environment, NULL, &start, &made)) {
        return GetLastError();
    }
    if (flags & CREATE_SUSPENDED) {
        EXPECT_EQ(WaitForSingleObject(made.hProcess, 200), WAIT_TIMEOUT);
        ResumeThread(made.hThread);
    }
    CloseHandle(made.hThread);
    return end_of(made.hProcess);
}

static DWORD run_w(void)
{
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION made;
    WCHAR line[MAX_PATH + 40];

    MultiByteToWideChar(CP_ACP, 0, own_path, -1, line, MAX_PATH);
    wcscat(line, L" child");
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &made)) {
        return GetLastError();
    }
    CloseHandle(made.hThread);
    return end_of(made.hProcess);
}

void case_children(void)
{
    static char environment[] = "SystemRoot=C:\\windows\0OWN=1\0";
    union {
        FARPROC any;
        create_process_a *function;
    } found = {.any = GetProcAddress(GetModuleHandleA("kernel32.dll"), "CreateProcessA")};
    unsigned i;
    char line[MAX_PATH + 40];

    GetModuleFileNameA(NULL, own_path, sizeof own_path);
    EXPECT_EQ(run_a(CreateProcessA, own_path, 0, NULL), CHILD_READS);
    EXPECT_EQ(run_w(), CHILD_READS);
    EXPECT_EQ(run_a(CreateProcessA, own_path, CREATE_SUSPENDED, NULL), CHILD_READS);
    EXPECT_EQ(run_a(CreateProcessA, own_path, 0, environment), CHILD_READS);
    EXPECT_EQ(run_a(found.function, own_path, 0, NULL), CHILD_READS);
    snprintf(line, sizeof line, "%s child", own_path);
    EXPECT_EQ(system(line), CHILD_READS);

    reset_ports();
    snprintf(line, sizeof line, "%s write", own_path);
    EXPECT(WinExec(line, SW_HIDE) > 31);
    for (i = 0; i < 600 && in8(TARGET + 3) != CHILD_READS; i++) {
        Sleep(50);
    }
    EXPECT_EQ(in8(TARGET + 3), CHILD_READS);
    EXPECT_EQ(WinExec("C:\\nowhere\\nothing.exe", SW_HIDE), ERROR_FILE_NOT_FOUND);
}

/* The same program of the other bitness lies beside this one, if it can run here. */
void case_other_bits(void)
{
    char *name;

    GetModuleFileNameA(NULL, own_path, sizeof own_path);
    name = strrchr(own_path, '\\') + 1;
    strcpy(name, sizeof(void *) == 8 ? "trap32.exe" : "trap64.exe");
    if (GetFileAttributesA(own_path) == INVALID_FILE_ATTRIBUTES) {
        tap_note("%s is not there", own_path);
        return;
    }
    EXPECT_EQ(run_a(CreateProcessA, own_path, 0, NULL), CHILD_READS);
}

/* ---- modules --------------------------------------------------------------------------------- */

typedef DWORD started(const char *program);

/* A DLL that is loaded later starts processes by its own import table. */
void case_later_module(void)
{
    const HMODULE module =
        LoadLibraryA(sizeof(void *) == 8 ? "trap_module64.dll" : "trap_module32.dll");
    union {
        FARPROC any;
        started *function;
    } start = {.any = NULL};

    EXPECT(module != NULL);
    if (module != NULL) {
        start.any = GetProcAddress(module, "start");
        GetModuleFileNameA(NULL, own_path, sizeof own_path);
        EXPECT_EQ(start.function(own_path), CHILD_READS);
    }
}

/* userport.dll in the same program follows the same routes. */
void case_library(void)
{
    typedef up_error UP_CALL open_function(uint32_t, up_handle **);
    typedef up_error UP_CALL in_function(up_handle *, uint16_t, uint8_t *);
    const HMODULE library = LoadLibraryA("userport.dll");
    union {
        FARPROC any;
        open_function *function;
    } open = {.any = GetProcAddress(library, "up_open")};
    union {
        FARPROC any;
        in_function *function;
    } in = {.any = GetProcAddress(library, "up_in8")};
    up_handle *handle = NULL;
    uint8_t value = 0;

    EXPECT(library != NULL);
    if (library == NULL) {
        return;
    }
    reset_ports();
    out8(TARGET + 1, 0x6E);
    EXPECT_EQ(open.function(UP_BACKEND_ANY, &handle), UP_OK);
    EXPECT_EQ(in.function(handle, ROUTED + 1, &value), UP_OK);
    EXPECT_EQ(value, 0x6E);
}
