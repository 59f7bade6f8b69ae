/* SPDX-License-Identifier: MIT
 *
 * Serves programs as their debugger. See debugger.h. Windows stops all threads of a process while
 * its debugger looks at an event, and reports one event at a time.
 */
#include "debugger.h"

#include <stdlib.h>

#include "serve.h"
#include "stopped.h"
#include "trap.h"

#define WOW64_BREAKPOINT ((DWORD)0x4000001F) /* STATUS_WX86_BREAKPOINT */

struct thread {
    struct thread *next;
    DWORD id;
    HANDLE handle; /* Windows closes it when the thread has ended */
    uint64_t block;
};

struct process {
    struct process *next;
    struct thread *threads;
    DWORD id;
    HANDLE handle; /* likewise */
    bool is_wow64;
    bool has_begun, has_begun_32; /* the loader's breakpoints have come */
};

struct debugger {
    const struct up_program_settings *settings;
    struct process *processes;
    DWORD first;  /* the identifier of the first process */
    DWORD status; /* and its exit status */
};

/* ---- processes and threads ------------------------------------------------------------------- */

static struct process *find_process(const struct debugger *debugger, DWORD id)
{
    struct process *process = debugger->processes;

    while (process != NULL && process->id != id) {
        process = process->next;
    }
    return process;
}

/* A thread that is not remembered, for lack of memory, is not served. */
static void add_thread(struct process *process, DWORD id, HANDLE handle, const void *block)
{
    struct thread *thread = malloc(sizeof *thread);

    if (thread != NULL) {
        *thread = (struct thread){process->threads, id, handle, (uintptr_t)block};
        process->threads = thread;
    }
}

static void remove_thread(struct process *process, DWORD id)
{
    struct thread **link = &process->threads, *thread;

    while (*link != NULL && (*link)->id != id) {
        link = &(*link)->next;
    }
    thread = *link;
    if (thread != NULL) {
        *link = thread->next;
        free(thread);
    }
}

static void add_process(struct debugger *debugger, DWORD id, DWORD thread_id,
                        const CREATE_PROCESS_DEBUG_INFO *info)
{
    struct process *process = malloc(sizeof *process);

    if (info->hFile != NULL) {
        (void)CloseHandle(info->hFile);
    }
    if (process == NULL) {
        (void)TerminateProcess(info->hProcess, ERROR_NOT_ENOUGH_MEMORY);
        return;
    }
    *process = (struct process){
        .next = debugger->processes,
        .id = id,
        .handle = info->hProcess,
        .is_wow64 = sizeof(void *) == 8 && !up_launch_is_64_bit(info->hProcess),
    };
    add_thread(process, thread_id, info->hThread, info->lpThreadLocalBase);
    debugger->processes = process;
}

static void remove_process(struct debugger *debugger, DWORD id)
{
    struct process **link = &debugger->processes, *process;

    while (*link != NULL && (*link)->id != id) {
        link = &(*link)->next;
    }
    process = *link;
    if (process != NULL) {
        *link = process->next;
        while (process->threads != NULL) {
            remove_thread(process, process->threads->id);
        }
        free(process);
    }
}

/* ---- one instruction ------------------------------------------------------------------------- */

/* The context of the ways to ports and to the process's memory. */
struct target {
    struct up_served from;
    HANDLE process;
};

static enum up_trap_result access_port(void *context, bool is_output, uint16_t port, unsigned width,
                                       uint32_t *value)
{
    const struct target *target = context;

    return up_serve_access(&target->from, is_output, port, width, value);
}

static enum up_trap_result move_block(void *context, bool is_output, uint16_t port, unsigned width,
                                      void *buffer, uint32_t count, uint32_t *moved)
{
    const struct target *target = context;

    return up_serve_block(&target->from, is_output, port, width, buffer, count, moved);
}

/* A guard page cannot be touched from outside as the instruction would do it. */
static bool probe(void *context, uint64_t address, uint32_t length, bool for_writing)
{
    const struct target *target = context;
    MEMORY_BASIC_INFORMATION region;

    (void)length;
    return VirtualQueryEx(target->process, (const void *)(uintptr_t)address, &region,
                          sizeof region) != 0 &&
           region.State == MEM_COMMIT && (region.Protect & PAGE_GUARD) == 0 &&
           up_serve_can_access(region.Protect, for_writing);
}

static bool read_memory(void *context, uint64_t address, void *buffer, uint32_t length)
{
    const struct target *target = context;
    SIZE_T got = 0;

    return ReadProcessMemory(target->process, (const void *)(uintptr_t)address, buffer, length,
                             &got) &&
           got == length;
}

static bool write_memory(void *context, uint64_t address, const void *buffer, uint32_t length)
{
    const struct target *target = context;
    SIZE_T wrote = 0;

    return WriteProcessMemory(target->process, (void *)(uintptr_t)address, buffer, length,
                              &wrote) &&
           wrote == length;
}

/*
 * Carries an instruction out. Result: has something changed, so that the program has to go on with
 * these registers? An instruction that has stopped in its middle is executed again, for the rest,
 * and is refused again: its exception then has these registers too.
 */
static bool carry_out(const struct debugger *debugger, const struct up_trap_ways *ways,
                      const struct up_stopped *stopped, struct up_trap_registers *registers)
{
    struct up_io_instruction instruction;
    uint8_t code[UP_IO_INSTRUCTION_MAX];
    const uint32_t length = up_serve_read_code(ways, registers->ip, code);
    const struct up_trap_registers before = *registers;
    bool fault_writes;
    uint64_t fault;

    if (!up_io_instruction_read(code, length, registers->is_64_bit, &instruction)) {
        registers->ip += up_serve_skips(debugger->settings, code, length);
        return registers->ip != before.ip;
    }
    if (!up_stopped_set_bases(stopped, registers, instruction.segment)) {
        return false;
    }
    return up_trap_emulate(&instruction, registers, ways, &fault, &fault_writes) == UP_TRAP_DONE ||
           registers->si != before.si || registers->di != before.di;
}

/* Serves an exception. Result: false: it is the program's. */
static bool serve(const struct debugger *debugger, const struct process *process,
                  const struct thread *thread, const EXCEPTION_RECORD *record)
{
    struct target target = {.from = {.routes = &debugger->settings->routes,
                                     .process = process->id,
                                     .thread = thread->id,
                                     .address = (uintptr_t)record->ExceptionAddress},
                            .process = process->handle};
    const struct up_trap_ways ways = {
        .access = access_port,
        .block = move_block,
        .probe = probe,
        .read = read_memory,
        .write = write_memory,
        .context = &target,
    };
    struct up_stopped stopped = {
        .thread = thread->handle,
        .block = thread->block,
        .is_wow64 = process->is_wow64,
    };
    struct up_trap_registers registers;

    return up_stopped_read(&stopped, &registers) &&
           registers.ip == (uintptr_t)record->ExceptionAddress &&
           carry_out(debugger, &ways, &stopped, &registers) &&
           up_stopped_write(&stopped, &registers);
}

/* ---- events ---------------------------------------------------------------------------------- */

/* Is it a breakpoint of the loader, which tells a debugger that the process begins? */
static bool is_loaders(struct process *process, DWORD code)
{
    bool *const has_begun = code == EXCEPTION_BREAKPOINT ? &process->has_begun
                            : code == WOW64_BREAKPOINT   ? &process->has_begun_32
                                                         : NULL;

    if (has_begun == NULL || *has_begun) {
        return false;
    }
    *has_begun = true;
    return true;
}

static bool handle_exception(const struct debugger *debugger, const DEBUG_EVENT *event)
{
    struct process *const process = find_process(debugger, event->dwProcessId);
    const EXCEPTION_DEBUG_INFO *info = &event->u.Exception;
    const struct thread *thread = process != NULL ? process->threads : NULL;

    while (thread != NULL && thread->id != event->dwThreadId) {
        thread = thread->next;
    }
    if (thread == NULL || !info->dwFirstChance) {
        return false;
    }
    return is_loaders(process, info->ExceptionRecord.ExceptionCode) ||
           (up_serve_is_refusal(&info->ExceptionRecord) &&
            serve(debugger, process, thread, &info->ExceptionRecord));
}

/* Handles an event. Result: false: an exception that the program's own handlers shall get. */
static bool handle_event(struct debugger *debugger, const DEBUG_EVENT *event)
{
    struct process *const process = find_process(debugger, event->dwProcessId);

    switch (event->dwDebugEventCode) {
    case EXCEPTION_DEBUG_EVENT:
        return handle_exception(debugger, event);
    case OUTPUT_DEBUG_STRING_EVENT:
        return false; /* it is an exception, which then leads to who else looks at such texts */
    case CREATE_PROCESS_DEBUG_EVENT:
        add_process(debugger, event->dwProcessId, event->dwThreadId, &event->u.CreateProcessInfo);
        break;
    case EXIT_PROCESS_DEBUG_EVENT:
        if (event->dwProcessId == debugger->first) {
            debugger->status = event->u.ExitProcess.dwExitCode;
        }
        remove_process(debugger, event->dwProcessId);
        break;
    case CREATE_THREAD_DEBUG_EVENT:
        if (process != NULL) {
            add_thread(process, event->dwThreadId, event->u.CreateThread.hThread,
                       event->u.CreateThread.lpThreadLocalBase);
        }
        break;
    case EXIT_THREAD_DEBUG_EVENT:
        if (process != NULL) {
            remove_thread(process, event->dwThreadId);
        }
        break;
    case LOAD_DLL_DEBUG_EVENT:
        if (event->u.LoadDll.hFile != NULL) {
            (void)CloseHandle(event->u.LoadDll.hFile);
        }
        break;
    default:
        break;
    }
    return true;
}

/* Serves until the last process has ended. Result: false with GetLastError. */
static bool debug(struct debugger *debugger)
{
    DEBUG_EVENT event;

    do {
        if (!WaitForDebugEvent(&event, INFINITE) ||
            !ContinueDebugEvent(event.dwProcessId, event.dwThreadId,
                                handle_event(debugger, &event) ? DBG_CONTINUE
                                                               : DBG_EXCEPTION_NOT_HANDLED)) {
            return false;
        }
    } while (debugger->processes != NULL);
    return true;
}

/* ---- the start ------------------------------------------------------------------------------- */

/*
 * If this process is ended, the programs shall go on, without ports, and not end with it (from
 * Windows XP on).
 */
static void keep_programs(void)
{
    typedef BOOL WINAPI set_kill(BOOL kill);
    union {
        FARPROC any;
        set_kill *function;
    } set = {.any = GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "DebugSetProcessKillOnExit")};

    if (set.any != NULL) {
        (void)set.function(FALSE);
    }
}

void up_debug_program(const struct up_start *start, const struct up_program_settings *settings,
                      struct up_start_result *result)
{
    struct debugger debugger = {.settings = settings};
    PROCESS_INFORMATION made;

    *result = (struct up_start_result){.stage = UP_START_CREATE};
    if (start->settings[0] != '\0') {
        (void)SetEnvironmentVariableA(UP_PROGRAM_VARIABLE, start->settings);
    }
    /* Otherwise Windows gives a program that has a debugger a slower heap. */
    (void)SetEnvironmentVariableA("_NO_DEBUG_HEAP", "1");
    up_trap_driver_begin(false);
    if (!up_start_create(start, DEBUG_PROCESS, &made)) {
        result->error = GetLastError();
        return;
    }
    keep_programs();
    debugger.first = made.dwProcessId;
    if (debug(&debugger)) {
        result->stage = UP_START_DONE;
        result->status = debugger.status;
    } else {
        result->stage = UP_START_RESUME;
        result->error = GetLastError();
        (void)TerminateProcess(made.hProcess, ERROR_GEN_FAILURE);
    }
    (void)CloseHandle(made.hThread);
    (void)CloseHandle(made.hProcess);
}
