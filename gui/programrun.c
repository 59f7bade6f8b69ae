/* SPDX-License-Identifier: MIT
 *
 * Starts userportctl for a program (programrun.h). A program with a window gets no console, and
 * what userportctl says about it comes back by a pipe. A program for the console has one of its own
 * with all that is said; then only the exit status comes back. A thread waits for the end.
 */
#include "programrun.h"

#include <process.h>
#include <stdlib.h>
#include <string.h>

#include "desktop.h"
#include "winutil/winutil.h"

#define TOOL     L"userportctl.exe"
#define LINE_MAX (2u * UP_PROGRAM_PATH_MAX + 3u * MAX_PATH + 48u)
#define SAID_MAX 1000u

struct run {
    HWND window;
    HANDLE process;
    HANDLE pipe; /* to read what userportctl says; NULL: it has a console */
    char path[UP_PROGRAM_PATH_MAX];
};

struct start {
    WCHAR tool[MAX_PATH];
    WCHAR line[LINE_MAX];
    WCHAR folder[UP_PROGRAM_PATH_MAX]; /* of the program, in which it starts */
    STARTUPINFOW startup;
    DWORD flags;
};

/* ---- the end --------------------------------------------------------------------------------- */

/* Reads to the end, which comes when the program has ended too. Keeps the beginning. */
static void listen(HANDLE pipe, char said[SAID_MAX + 1])
{
    char bytes[256];
    DWORD count, used = 0;

    while (ReadFile(pipe, bytes, sizeof bytes, &count, NULL) && count > 0) {
        const DWORD kept = count < SAID_MAX - used ? count : SAID_MAX - used;

        memcpy(said + used, bytes, kept);
        used += kept;
    }
    said[used] = '\0';
}

static unsigned __stdcall wait_thread(void *context)
{
    struct up_error_detail *problem = calloc(1, sizeof *problem);
    struct run *run = context;
    char said[SAID_MAX + 1] = "";
    DWORD code = 0;

    if (run->pipe != NULL) {
        listen(run->pipe, said);
        CloseHandle(run->pipe);
    }
    WaitForSingleObject(run->process, INFINITE);
    GetExitCodeProcess(run->process, &code);
    CloseHandle(run->process);
    if (problem == NULL || !up_run_problem(run->path, code, said, problem) ||
        !PostMessageW(run->window, WM_UP_RAN, 0, (LPARAM)problem)) {
        free(problem);
    }
    free(run);
    return 0;
}

void up_programrun_ended(HWND owner, struct up_error_detail *problem)
{
    up_message_problem(owner, problem);
    free(problem);
}

/* ---- the start ------------------------------------------------------------------------------- */

static void no_memory(const char *path, struct up_error_detail *problem)
{
    up_error_detail_set(problem, ERROR_NOT_ENOUGH_MEMORY, NULL, "cannot run %s", path);
}

/* Fills in what is started, but for the pipe. */
static bool prepare(struct start *start, const char *path, const char *trace,
                    struct up_error_detail *problem)
{
    char tool[3 * MAX_PATH], line[LINE_MAX];
    WCHAR folder[MAX_PATH], *name;

    memset(start, 0, sizeof *start);
    start->startup.cb = sizeof start->startup;
    if (!up_own_folder(folder) || !up_path_join(start->tool, folder, TOOL)) {
        up_error_detail_set(problem, GetLastError(), NULL, "cannot run %s", path);
        return false;
    }
    up_utf8(start->tool, tool, sizeof tool);
    if (!up_file_exists(start->tool)) {
        up_error_detail_set(problem, ERROR_FILE_NOT_FOUND,
                            "userportctl.exe belongs beside UserPort.exe: copy it there.",
                            "cannot run %s: %s", path, tool);
        return false;
    }
    if (!up_run_line(tool, trace, path, line, sizeof line) ||
        !up_wide(line, start->line, LINE_MAX) ||
        !up_wide(path, start->folder, UP_PROGRAM_PATH_MAX)) {
        up_error_detail_set(problem, ERROR_FILENAME_EXCED_RANGE, NULL, "cannot run %s", path);
        return false;
    }
    name = wcsrchr(start->folder, L'\\');
    if (name != NULL && name > start->folder && name[-1] != L':') {
        *name = L'\0';
    } else if (name != NULL) {
        name[1] = L'\0'; /* "C:\" */
    }
    return true;
}

/* Is the program one for the console? A file that cannot be read is userportctl's to talk about. */
static bool has_console(const char *path)
{
    WCHAR wide[UP_PROGRAM_PATH_MAX];
    struct up_exe_file file;

    return up_wide(path, wide, UP_PROGRAM_PATH_MAX) && up_read_exe(wide, &file) &&
           file.kind == UP_EXE_PE && file.subsystem == UP_EXE_SUBSYSTEM_CONSOLE;
}

/* Makes the pipe for stderr and stdout. Result: its end to read; NULL with GetLastError. */
static HANDLE make_pipe(struct start *start)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    HANDLE to_read, to_write;

    if (!CreatePipe(&to_read, &to_write, &inherited, 0)) {
        return NULL;
    }
    SetHandleInformation(to_read, HANDLE_FLAG_INHERIT, 0);
    start->startup.dwFlags = STARTF_USESTDHANDLES;
    start->startup.hStdOutput = start->startup.hStdError = to_write;
    start->flags = CREATE_NO_WINDOW;
    return to_read;
}

/* The rights of the user of the desktop; NULL: they are not known. */
static HANDLE desktop_token(void)
{
    typedef HWND(WINAPI * get_shell)(void);
    typedef BOOL(WINAPI * duplicate)(HANDLE, DWORD, SECURITY_ATTRIBUTES *, int, int, HANDLE *);
    get_shell shell = (get_shell)up_system_function(L"user32.dll", "GetShellWindow");
    duplicate copy = (duplicate)up_system_function(L"advapi32.dll", "DuplicateTokenEx");
    HWND window = shell != NULL ? shell() : NULL;
    HANDLE process, token = NULL, primary = NULL;
    DWORD id = 0;

    if (window == NULL || copy == NULL || GetWindowThreadProcessId(window, &id) == 0) {
        return NULL;
    }
    process = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, id);
    if (process != NULL && OpenProcessToken(process, TOKEN_DUPLICATE | TOKEN_QUERY, &token)) {
        if (!copy(token, MAXIMUM_ALLOWED, NULL, SecurityImpersonation, TokenPrimary, &primary)) {
            primary = NULL;
        }
        CloseHandle(token);
    }
    if (process != NULL) {
        CloseHandle(process);
    }
    return primary;
}

/* Starts it with the rights of the user of the desktop, which Windows Vista and later can. */
static bool start_as_user(struct start *start, PROCESS_INFORMATION *process)
{
    typedef BOOL(WINAPI * create)(HANDLE, DWORD, LPCWSTR, LPWSTR, DWORD, LPVOID, LPCWSTR,
                                  STARTUPINFOW *, PROCESS_INFORMATION *);
    create with_token = (create)up_system_function(L"advapi32.dll", "CreateProcessWithTokenW");
    HANDLE token = with_token != NULL && up_desktop_version() >= 6 ? desktop_token() : NULL;
    bool is_done;

    if (token == NULL) {
        return false;
    }
    is_done = with_token(token, 0, start->tool, start->line, start->flags, NULL, start->folder,
                         &start->startup, process);
    CloseHandle(token);
    return is_done;
}

static void wait_for(struct run *run)
{
    HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, wait_thread, run, 0, NULL);

    if (thread != NULL) {
        CloseHandle(thread);
        return;
    }
    /* The program runs; nobody will say how it ends. */
    CloseHandle(run->process);
    if (run->pipe != NULL) {
        CloseHandle(run->pipe);
    }
    free(run);
}

/* A handle of a process beside the one that the thread closes; NULL: there is none. */
static HANDLE copy_of(HANDLE process)
{
    HANDLE copy;

    return DuplicateHandle(GetCurrentProcess(), process, GetCurrentProcess(), &copy, 0, FALSE,
                           DUPLICATE_SAME_ACCESS)
               ? copy
               : NULL;
}

bool up_programrun_start(HWND window, const char *path, const char *trace, bool is_administrator,
                         HANDLE *handle, struct up_error_detail *problem)
{
    static struct start start;
    PROCESS_INFORMATION process;
    struct run *run;
    bool is_done;

    if (!prepare(&start, path, trace, problem)) {
        return false;
    }
    run = calloc(1, sizeof *run);
    if (run == NULL) {
        no_memory(path, problem);
        return false;
    }
    run->window = window;
    strcpy(run->path, path);
    run->pipe = has_console(path) ? NULL : make_pipe(&start);
    is_done = (is_administrator && start_as_user(&start, &process)) ||
              CreateProcessW(start.tool, start.line, NULL, NULL, run->pipe != NULL, start.flags,
                             NULL, start.folder, &start.startup, &process);
    if (!is_done) {
        up_error_detail_set(problem, GetLastError(), NULL, "cannot start userportctl for %s", path);
    }
    if (run->pipe != NULL) {
        CloseHandle(start.startup.hStdError);
    }
    if (!is_done) {
        if (run->pipe != NULL) {
            CloseHandle(run->pipe);
        }
        free(run);
        return false;
    }
    CloseHandle(process.hThread);
    if (handle != NULL) {
        *handle = copy_of(process.hProcess);
    }
    run->process = process.hProcess;
    wait_for(run);
    return true;
}
