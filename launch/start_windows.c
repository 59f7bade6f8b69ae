/* SPDX-License-Identifier: MIT
 *
 * Starts a program and waits for its end. See start.h.
 */
#include "start.h"

#include "core/program_settings.h"

/*
 * Attributes of a new process that old headers lack (Microsoft's UpdateProcThreadAttribute): no
 * shadow stack, on which a handler may not change where the program goes on, and generated code.
 */
#define MITIGATION_POLICY    0x20007u
#define DYNAMIC_CODE_OFF     (UINT64_C(2) << 36) /* PROHIBIT_DYNAMIC_CODE_ALWAYS_OFF */
#define SHADOW_STACKS_OFF    (UINT64_C(2) << 28) /* in the second word: CET_USER_SHADOW_STACKS */
#define ATTRIBUTES_BYTES_MAX 256u
#define KILLED               ((UINT)0xC0000001)

typedef BOOL WINAPI initialize_attributes(void *list, DWORD count, DWORD flags, SIZE_T *bytes);
typedef BOOL WINAPI update_attribute(void *list, DWORD flags, DWORD_PTR attribute, void *value,
                                     SIZE_T bytes, void *previous, SIZE_T *returned);

struct extended_start {
    STARTUPINFOW start;
    void *attributes;
};

/* Ctrl-C and Ctrl-Break are the program's. */
static BOOL WINAPI leave_to_program(DWORD event)
{
    return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;
}

/* Fills a list of attributes, where this Windows has them. */
static bool make_attributes(void *list, uint64_t policy[2])
{
    const HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    union {
        FARPROC any;
        initialize_attributes *function;
    } initialize = {.any = GetProcAddress(kernel, "InitializeProcThreadAttributeList")};
    union {
        FARPROC any;
        update_attribute *function;
    } update = {.any = GetProcAddress(kernel, "UpdateProcThreadAttribute")};
    SIZE_T bytes = ATTRIBUTES_BYTES_MAX;

    policy[0] = DYNAMIC_CODE_OFF;
    policy[1] = SHADOW_STACKS_OFF;
    return initialize.any != NULL && update.any != NULL &&
           initialize.function(list, 1, 0, &bytes) &&
           update.function(list, 0, MITIGATION_POLICY, policy, 2 * sizeof policy[0], NULL, NULL);
}

static bool create(const struct up_start *start, WCHAR *line, STARTUPINFOW *info, DWORD flags,
                   PROCESS_INFORMATION *made)
{
    return CreateProcessW(start->program, line, NULL, NULL, TRUE, flags, NULL, NULL, info, made);
}

/* Creates the process, with the policy if it is served. A Windows without the policy refuses it. */
static bool create_process(const struct up_start *start, WCHAR *line, DWORD flags,
                           PROCESS_INFORMATION *made)
{
    union {
        uint64_t align;
        uint8_t bytes[ATTRIBUTES_BYTES_MAX];
    } list;
    uint64_t policy[2];
    struct extended_start extended = {
        .start = {.dwFlags = STARTF_USESTDHANDLES,
                  .hStdInput = GetStdHandle(STD_INPUT_HANDLE),
                  .hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE),
                  .hStdError = GetStdHandle(STD_ERROR_HANDLE)},
        .attributes = &list,
    };

    extended.start.cb = sizeof extended;
    if (flags != 0 && make_attributes(&list, policy) &&
        create(start, line, &extended.start, flags | EXTENDED_STARTUPINFO_PRESENT, made)) {
        return true;
    }
    extended.start.cb = sizeof extended.start;
    return create(start, line, &extended.start, flags, made);
}

bool up_start_create(const struct up_start *start, DWORD flags, PROCESS_INFORMATION *made)
{
    const size_t bytes = ((size_t)lstrlenW(start->line) + 1) * sizeof *start->line;
    WCHAR *const line = HeapAlloc(GetProcessHeap(), 0, bytes); /* CreateProcessW may write there */
    DWORD error = ERROR_NOT_ENOUGH_MEMORY;
    bool done = false;

    if (line != NULL) {
        memcpy(line, start->line, bytes);
        done = create_process(start, line, flags, made);
        error = GetLastError();
        (void)HeapFree(GetProcessHeap(), 0, line);
    }
    if (done) {
        (void)SetConsoleCtrlHandler(leave_to_program, TRUE);
    }
    SetLastError(error);
    return done;
}

static void end_process(const PROCESS_INFORMATION *made)
{
    (void)TerminateProcess(made->hProcess, KILLED);
    (void)WaitForSingleObject(made->hProcess, INFINITE);
}

/* Prepares the suspended process and lets it run. began: signalled when the DLL is at work. */
static bool let_run(const struct up_start *start, const PROCESS_INFORMATION *made,
                    struct up_start_result *result)
{
    result->stage = UP_START_PREPARE;
    result->problem =
        up_launch_prepare(made->hProcess, made->dwProcessId, NULL, start->settings, &result->error);
    if (result->problem != UP_LAUNCH_OK) {
        return false;
    }
    result->stage = UP_START_RESUME;
    if (ResumeThread(made->hThread) == (DWORD)-1) {
        result->error = GetLastError();
        return false;
    }
    return true;
}

static void wait_for_end(const struct up_start *start, const PROCESS_INFORMATION *made,
                         HANDLE began, struct up_start_result *result)
{
    (void)WaitForSingleObject(made->hProcess, INFINITE);
    (void)GetExitCodeProcess(made->hProcess, &result->status);
    result->stage =
        start->has_trap && began != NULL && WaitForSingleObject(began, 0) != WAIT_OBJECT_0
            ? UP_START_EARLY
            : UP_START_DONE;
}

void up_start_program(const struct up_start *start, struct up_start_result *result)
{
    WCHAR name[UP_LAUNCH_EVENT_MAX];
    PROCESS_INFORMATION made;
    HANDLE began = NULL;

    *result = (struct up_start_result){.stage = UP_START_CREATE};
    if (!up_start_create(start, start->has_trap ? CREATE_SUSPENDED : 0, &made)) {
        result->error = GetLastError();
        return;
    }
    up_launch_event_name(made.dwProcessId, name);
    began = start->has_trap ? CreateEventW(NULL, TRUE, FALSE, name) : NULL;
    if (!start->has_trap || let_run(start, &made, result)) {
        wait_for_end(start, &made, began, result);
    } else {
        end_process(&made);
    }
    if (began != NULL) {
        (void)CloseHandle(began);
    }
    (void)CloseHandle(made.hThread);
    (void)CloseHandle(made.hProcess);
}
