/* SPDX-License-Identifier: MIT
 *
 * A fake kernel32.dll for the test machine: what programs and DLLs call of it, over the machine's
 * system calls. Here: files and what is small; threads, heap, loader and exceptions have files of
 * their own.
 */
#include "kernel32.h"

/* The Win32 code of an NT status, for those that the machine has. */
BOOL fail(uint32_t status)
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
        {0xC0000059, ERROR_REVISION_MISMATCH},
        {0xC00000BB, ERROR_NOT_SUPPORTED},
        {0xC0000056, ERROR_ACCESS_DENIED},
        {0xC0000061, ERROR_PRIVILEGE_NOT_HELD},
        {0xC00000A5, ERROR_BAD_IMPERSONATION_LEVEL},
        {0xC0000120, ERROR_OPERATION_ABORTED},
        {0xC00000A3, ERROR_NOT_READY},
        {0xC0000135, ERROR_MOD_NOT_FOUND},
        {0xC000007B, ERROR_BAD_EXE_FORMAT},
    };
    unsigned i;

    SetLastError(ERROR_MR_MID_NOT_FOUND);
    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].status == status) {
            SetLastError(table[i].error);
        }
    }
    return FALSE;
}

EXPORT HANDLE WINAPI CreateFileA(LPCSTR name, DWORD access, DWORD share,
                                 LPSECURITY_ATTRIBUTES security, DWORD disposition, DWORD flags,
                                 HANDLE template)
{
    HANDLE handle;
    uint32_t status = SYSTEM_CALL(SYS_OPEN, (uint32_t)name,
                                  access | SYNCHRONIZE | FILE_READ_ATTRIBUTES, (uint32_t)&handle);

    (void)share, (void)security, (void)disposition, (void)flags, (void)template;
    if ((LONG)status < 0) {
        fail(status);
        return INVALID_HANDLE_VALUE;
    }
    return handle;
}

EXPORT BOOL WINAPI CloseHandle(HANDLE handle)
{
    uint32_t status = handle == LOCK_HANDLE ? 0 : SYSTEM_CALL(SYS_CLOSE, (uint32_t)handle);

    return (LONG)status < 0 ? fail(status) : TRUE;
}

EXPORT BOOL WINAPI DeviceIoControl(HANDLE handle, DWORD code, LPVOID in, DWORD in_length,
                                   LPVOID out, DWORD out_length, LPDWORD returned,
                                   LPOVERLAPPED overlapped)
{
    uint32_t status = SYSTEM_CALL(SYS_CONTROL, (uint32_t)handle, code, (uint32_t)in, in_length,
                                  (uint32_t)out, out_length, (uint32_t)returned);

    (void)overlapped;
    return (LONG)status < 0 ? fail(status) : TRUE;
}

EXPORT DWORD WINAPI GetTickCount(VOID)
{
    return SYSTEM_CALL(SYS_TICKS);
}

EXPORT BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER *frequency)
{
    frequency->QuadPart = 1000;
    return TRUE;
}

EXPORT BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER *count)
{
    count->QuadPart = GetTickCount();
    return TRUE;
}

EXPORT DWORD WINAPI GetVersion(VOID)
{
    return PARAMETERS->version;
}

EXPORT LPSTR WINAPI GetCommandLineA(VOID)
{
    return PARAMETERS->command_line;
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

/* Compilers make these inline; older programs import them. */
#undef InterlockedIncrement
#undef InterlockedDecrement
#undef InterlockedExchange
#undef InterlockedExchangeAdd
#undef InterlockedCompareExchange

EXPORT LONG WINAPI InterlockedIncrement(LONG volatile *value)
{
    return __sync_add_and_fetch(value, 1);
}

EXPORT LONG WINAPI InterlockedDecrement(LONG volatile *value)
{
    return __sync_sub_and_fetch(value, 1);
}

EXPORT LONG WINAPI InterlockedExchange(LONG volatile *value, LONG new)
{
    return __sync_lock_test_and_set(value, new);
}

EXPORT LONG WINAPI InterlockedExchangeAdd(LONG volatile *value, LONG more)
{
    return __sync_fetch_and_add(value, more);
}

EXPORT LONG WINAPI InterlockedCompareExchange(LONG volatile *value, LONG new, LONG old)
{
    return __sync_val_compare_and_swap(value, old, new);
}
