/* SPDX-License-Identifier: MIT
 *
 * userport.dll in the system's folder, and its automation object: install_parts.h. A DLL registers itself, in a process of
 * its own bitness: this one, or the system's regsvr32 of the other.
 */
#include "install_parts.h"

#include <stdio.h>

#define DLL_FILE L"userport.dll"
#define ADVICE                                                                                                         \
    "Only scripts miss it; all else is installed. Install again to try again; regsvr32 /n /i:machine with the path "   \
    "of "                                                                                                              \
    "userport.dll says more."
#define REGSVR32_MS  60000u
#define OWN_BITS     ((unsigned)sizeof(void *) * 8u)
#define COMMAND_ROOM (2u * MAX_PATH + 64u)

unsigned up_libraries(struct up_library libraries[2])
{
    const bool is_64 = up_system_machine() == UP_EXE_MACHINE_AMD64;

    libraries[0] = (struct up_library){.bits = is_64 ? 64 : 32, .file_step = UP_STEP_LIBRARY, .com_step = UP_STEP_COM};
    if (!up_system_folder(libraries[0].place) || !up_path_join(libraries[0].place, libraries[0].place, DLL_FILE)) {
        libraries[0].place[0] = L'\0';
    }
    if (!is_64) {
        return 1;
    }
    libraries[1] = (struct up_library){.bits = 32, .file_step = UP_STEP_LIBRARY_32, .com_step = UP_STEP_COM_32};
    if (!up_system_folder_32(libraries[1].place) || !up_path_join(libraries[1].place, libraries[1].place, DLL_FILE)) {
        libraries[1].place[0] = L'\0'; /* a Windows without 32-bit programs */
    }
    return 2;
}

/* A DLL of ours that this bitness' programs can load. */
static bool is_ours(const WCHAR *path, unsigned bits)
{
    struct up_exe_file file;

    return up_read_exe(path, &file) && up_exe_fit(&file, bits) == UP_FIT_YES;
}

bool up_library_find(const struct up_library *library, WCHAR path[MAX_PATH])
{
    WCHAR folder[MAX_PATH];

    if (!up_own_folder(folder)) {
        return false;
    }
    if (up_path_join(path, folder, DLL_FILE) && is_ours(path, library->bits)) {
        return true;
    }
    return up_path_join(path, folder, library->bits == 64 ? L"amd64\\" DLL_FILE : L"i386\\" DLL_FILE) &&
           is_ours(path, library->bits);
}

bool up_library_is_foreign(const struct up_library *library)
{
    struct up_exe_file file;

    return up_file_exists(library->place) && !(up_read_exe(library->place, &file) && file.is_userport);
}

/* ---- the automation object ------------------------------------------------------------------------------------------------ */

static bool register_here(const struct up_library *library, struct up_problem *problem)
{
    typedef HRESULT(WINAPI * dll_install)(BOOL, LPCWSTR);
    HMODULE module = LoadLibraryExW(library->place, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    dll_install install;
    HRESULT result;

    if (module == NULL) {
        up_problem_set(problem, GetLastError(), ADVICE, "cannot load userport.dll from the system's folder");
        return false;
    }
    install = (dll_install)(up_function)GetProcAddress(module, "DllInstall");
    result = install != NULL ? install(TRUE, L"machine") : HRESULT_FROM_WIN32(ERROR_PROC_NOT_FOUND);
    FreeLibrary(module);
    if (FAILED(result)) {
        up_problem_set(problem,
                       HRESULT_FACILITY(result) == FACILITY_WIN32 ? (uint32_t)HRESULT_CODE(result) : (uint32_t)result,
                       ADVICE, "cannot register UserPort.Ports");
        return false;
    }
    return true;
}

/* The regsvr32 for programs of that bitness, by its full path. false: there is none. */
static bool find_regsvr32(unsigned bits, WCHAR path[MAX_PATH])
{
    return (bits == 32 && up_system_machine() == UP_EXE_MACHINE_AMD64 ? up_system_folder_32(path)
                                                                      : up_system_folder(path)) &&
           up_path_join(path, path, L"regsvr32.exe") && up_file_exists(path);
}

static bool run(const WCHAR *program, WCHAR *command, struct up_problem *problem)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    void *cookie = up_redirection_off(); /* a 32-bit program that runs system32's: by its own name, not another one's */
    const BOOL started =
        CreateProcessW(program, command, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &startup, &process);
    DWORD code = GetLastError();

    up_redirection_on(cookie);
    if (!started) {
        up_problem_set(problem, code, ADVICE, "cannot run regsvr32.exe for UserPort.Ports");
        return false;
    }
    CloseHandle(process.hThread);
    if (WaitForSingleObject(process.hProcess, REGSVR32_MS) != WAIT_OBJECT_0) {
        TerminateProcess(process.hProcess, 1);
        code = WAIT_TIMEOUT;
    } else if (!GetExitCodeProcess(process.hProcess, &code)) {
        code = GetLastError();
    }
    CloseHandle(process.hProcess);
    if (code != 0) {
        up_problem_say(problem, code, ADVICE, "cannot register UserPort.Ports: regsvr32.exe failed");
        return false;
    }
    return true;
}

bool up_library_can_register(const struct up_library *library)
{
    WCHAR program[MAX_PATH];

    return library->bits == OWN_BITS || find_regsvr32(library->bits, program);
}

bool up_library_register(const struct up_library *library, struct up_problem *problem)
{
    WCHAR program[MAX_PATH], command[COMMAND_ROOM];

    if (library->bits == OWN_BITS) {
        return register_here(library, problem);
    }
    if (!find_regsvr32(library->bits, program)) {
        up_problem_say(problem, ERROR_FILE_NOT_FOUND, NULL,
                       "cannot register UserPort.Ports for %u-bit programs: there is no regsvr32.exe", library->bits);
        return false;
    }
    wcscpy(command, L"regsvr32.exe /s /n /i:machine \"");
    wcscat(command, library->place);
    wcscat(command, L"\"");
    return run(program, command, problem);
}
