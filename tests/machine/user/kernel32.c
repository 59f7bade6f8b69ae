/* SPDX-License-Identifier: MIT
 *
 * A fake kernel32.dll for the test machine: the few calls that the example programs and the puppet make, over the
 * machine's system calls, and what is ntdll's part on Windows: the start of a thread, and the dispatch of exceptions to
 * handlers.
 */
#include <windows.h>

#include "system_call.h"

#define EXPORT __declspec(dllexport)

void MachineProcessStart(void);
void MachineThreadStart(void);
void KiUserExceptionDispatcher(void);

/* EAX: the program's entry point. */
__asm__(".globl _MachineProcessStart\n"
        "_MachineProcessStart:\n"
        "  call *%eax\n"
        "  pushl %eax\n"
        "  call _ExitProcess@4\n"
        ".globl _MachineThreadStart\n"
        "_MachineThreadStart:\n"
        "  popl %eax\n" /* function; its argument is on the stack */
        "  call *%eax\n"
        "  pushl %eax\n"
        "  call _ExitThread@4\n"
        ".globl _KiUserExceptionDispatcher\n"
        "_KiUserExceptionDispatcher:\n"
        "  popl %ecx\n" /* EXCEPTION_RECORD */
        "  popl %ebx\n" /* CONTEXT */
        "  pushl %ebx\n"
        "  pushl %ecx\n"
        "  call _dispatch_exception@8\n"
        ".section .drectve\n"
        "  .ascii \" -export:MachineProcessStart -export:MachineThreadStart -export:KiUserExceptionDispatcher\"\n"
        ".text\n");

struct registration { /* a frame of the chain at FS:[0] */
    struct registration *next;
    EXCEPTION_DISPOSITION(__cdecl *handler)(EXCEPTION_RECORD *, void *, CONTEXT *, void *);
};

static LPTOP_LEVEL_EXCEPTION_FILTER unhandled_filter;
static volatile LONG last_error; /* one for all threads: nobody here reads it late */

static void __attribute__((noreturn)) resume(const CONTEXT *context)
{
    SYSTEM_CALL(SYS_CONTINUE, (uint32_t)context);
    for (;;) {
    }
}

void __attribute__((stdcall, noreturn, used)) dispatch_exception(EXCEPTION_RECORD *record, CONTEXT *context)
{
    struct registration *frame;
    EXCEPTION_POINTERS pointers = {record, context};

    __asm__("movl %%fs:0, %0" : "=r"(frame));
    for (; frame != (struct registration *)-1; frame = frame->next) {
        if (frame->handler(record, frame, context, NULL) == ExceptionContinueExecution) {
            resume(context);
        }
    }
    if (unhandled_filter != NULL && unhandled_filter(&pointers) == EXCEPTION_CONTINUE_EXECUTION) {
        resume(context);
    }
    ExitProcess(record->ExceptionCode);
}

EXPORT VOID WINAPI ExitProcess(UINT status)
{
    SYSTEM_CALL(SYS_EXIT_PROCESS, status);
    for (;;) {
    }
}

EXPORT VOID WINAPI ExitThread(DWORD status)
{
    SYSTEM_CALL(SYS_EXIT_THREAD, status);
    for (;;) {
    }
}

EXPORT HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack, LPTHREAD_START_ROUTINE function,
                                  LPVOID argument, DWORD flags, LPDWORD id)
{
    uint32_t thread = SYSTEM_CALL(SYS_CREATE_THREAD, (uint32_t)function, (uint32_t)argument);

    (void)security, (void)stack, (void)flags;
    if (id != NULL) {
        *id = thread;
    }
    return (HANDLE)thread;
}

EXPORT VOID WINAPI Sleep(DWORD milliseconds)
{
    SYSTEM_CALL(SYS_SLEEP, milliseconds);
}

EXPORT DWORD WINAPI GetTickCount(VOID)
{
    return SYSTEM_CALL(SYS_TICKS);
}

EXPORT DWORD WINAPI GetLastError(VOID)
{
    return (DWORD)last_error;
}

/* The Win32 code of an NT status, for those that the machine has. */
static BOOL fail(uint32_t status)
{
    static const struct {
        uint32_t status;
        DWORD error;
    } table[] = {
        {0xC0000034, ERROR_FILE_NOT_FOUND},
        {0xC000003A, ERROR_PATH_NOT_FOUND},
        {0xC0000022, ERROR_ACCESS_DENIED},
        {0xC000000E, ERROR_FILE_NOT_FOUND},
        {0xC0000010, ERROR_INVALID_FUNCTION},
        {0xC0000023, ERROR_INSUFFICIENT_BUFFER},
        {0xC0000206, ERROR_INVALID_USER_BUFFER},
        {0xC000009A, ERROR_NO_SYSTEM_RESOURCES},
        {0xC0000008, ERROR_INVALID_HANDLE},
        {0xC0000001, ERROR_GEN_FAILURE},
        {0xC0000005, ERROR_NOACCESS},
        {0xC000000D, ERROR_INVALID_PARAMETER},
    };
    unsigned i;

    last_error = ERROR_MR_MID_NOT_FOUND;
    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].status == status) {
            last_error = (LONG)table[i].error;
        }
    }
    return FALSE;
}

EXPORT HANDLE WINAPI CreateFileA(LPCSTR name, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security,
                                 DWORD disposition, DWORD flags, HANDLE template)
{
    HANDLE handle;
    uint32_t status = SYSTEM_CALL(SYS_OPEN, (uint32_t)name, access, (uint32_t)&handle);

    (void)share, (void)security, (void)disposition, (void)flags, (void)template;
    if ((LONG)status < 0) {
        fail(status);
        return INVALID_HANDLE_VALUE;
    }
    return handle;
}

EXPORT BOOL WINAPI CloseHandle(HANDLE handle)
{
    uint32_t status = SYSTEM_CALL(SYS_CLOSE, (uint32_t)handle);

    return (LONG)status < 0 ? fail(status) : TRUE;
}

EXPORT BOOL WINAPI DeviceIoControl(HANDLE handle, DWORD code, LPVOID in, DWORD in_length, LPVOID out, DWORD out_length,
                                   LPDWORD returned, LPOVERLAPPED overlapped)
{
    uint32_t status = SYSTEM_CALL(SYS_CONTROL, (uint32_t)handle, code, (uint32_t)in, in_length, (uint32_t)out,
                                  out_length, (uint32_t)returned);

    (void)overlapped;
    return (LONG)status < 0 ? fail(status) : TRUE;
}

EXPORT LPTOP_LEVEL_EXCEPTION_FILTER WINAPI SetUnhandledExceptionFilter(LPTOP_LEVEL_EXCEPTION_FILTER filter)
{
    LPTOP_LEVEL_EXCEPTION_FILTER before = unhandled_filter;

    unhandled_filter = filter;
    return before;
}

EXPORT HANDLE WINAPI GetCurrentThread(VOID)
{
    return (HANDLE)-2;
}

EXPORT DWORD_PTR WINAPI SetThreadAffinityMask(HANDLE thread, DWORD_PTR mask)
{
    (void)thread;
    SYSTEM_CALL(SYS_AFFINITY, mask);
    return 3;
}

EXPORT LPSTR WINAPI GetCommandLineA(VOID)
{
    return ((struct process_parameters *)USER_PARAMETERS)->command_line;
}

EXPORT VOID WINAPI GetStartupInfoA(LPSTARTUPINFOA info)
{
    char *at = (char *)info;
    unsigned i;

    for (i = 0; i < sizeof *info; i++) {
        at[i] = 0;
    }
    info->cb = sizeof *info;
}

EXPORT HMODULE WINAPI GetModuleHandleA(LPCSTR name)
{
    return name == NULL ? (HMODULE)((struct process_parameters *)USER_PARAMETERS)->image_base : NULL;
}

EXPORT FARPROC WINAPI GetProcAddress(HMODULE module, LPCSTR name)
{
    (void)module, (void)name;
    return NULL;
}

EXPORT VOID WINAPI InitializeCriticalSection(LPCRITICAL_SECTION section)
{
    section->LockCount = 0;
}

EXPORT VOID WINAPI DeleteCriticalSection(LPCRITICAL_SECTION section)
{
    section->LockCount = 0;
}

EXPORT VOID WINAPI EnterCriticalSection(LPCRITICAL_SECTION section)
{
    while (__sync_lock_test_and_set(&section->LockCount, 1)) {
        SYSTEM_CALL(SYS_YIELD);
    }
}

EXPORT VOID WINAPI LeaveCriticalSection(LPCRITICAL_SECTION section)
{
    __sync_lock_release(&section->LockCount);
}

EXPORT LPVOID WINAPI TlsGetValue(DWORD index)
{
    (void)index;
    return NULL;
}
