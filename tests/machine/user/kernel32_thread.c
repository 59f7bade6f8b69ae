/* SPDX-License-Identifier: MIT
 *
 * The fake kernel32.dll's threads: start and end, waiting, what each has for itself (last error,
 * TLS), and critical sections with NT's fields: LockCount is -1 when nobody is inside.
 */
#include "kernel32.h"

static volatile LONG tls_used[TLS_SLOTS];

static void __attribute__((noreturn)) complain_and_end(const char *what)
{
    SYSTEM_CALL(SYS_COMPLAIN, (uint32_t)what);
    end_process(0xC0000005);
}

void end_process(uint32_t status)
{
    SYSTEM_CALL(SYS_EXIT_PROCESS, status);
    for (;;) {
    }
}

/*
 * As on NT: the other threads end first, not while they hold what DllMain needs; then the DLLs are
 * told, then the process ends.
 */
EXPORT VOID WINAPI ExitProcess(UINT status)
{
    EnterCriticalSection(&loader_lock);
    EnterCriticalSection(&heap_lock);
    SYSTEM_CALL(SYS_END_OTHERS);
    LeaveCriticalSection(&heap_lock);
    detach_modules();
    end_process(status);
}

EXPORT VOID WINAPI ExitThread(DWORD status)
{
    if (SYSTEM_CALL(SYS_IS_LAST_THREAD)) {
        ExitProcess(status);
    }
    call_modules_for_thread(DLL_THREAD_DETACH);
    SYSTEM_CALL(SYS_EXIT_THREAD, status);
    for (;;) {
    }
}

EXPORT HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack,
                                  LPTHREAD_START_ROUTINE function, LPVOID argument, DWORD flags,
                                  LPDWORD id)
{
    DWORD unwanted;

    (void)security, (void)stack;
    if (flags & CREATE_SUSPENDED) {
        complain_and_end("CreateThread with CREATE_SUSPENDED, which is not here");
    }
    return (HANDLE)SYSTEM_CALL(SYS_CREATE_THREAD, (uint32_t)function, (uint32_t)argument,
                               (uint32_t)(id != NULL ? id : &unwanted));
}

EXPORT DWORD WINAPI WaitForSingleObject(HANDLE handle, DWORD milliseconds)
{
    uint32_t status = SYSTEM_CALL(SYS_WAIT, (uint32_t)handle, milliseconds);

    if ((LONG)status < 0) {
        fail(status);
        return WAIT_FAILED;
    }
    return status; /* WAIT_OBJECT_0 and WAIT_TIMEOUT are NT's numbers */
}

EXPORT BOOL WINAPI GetExitCodeThread(HANDLE handle, LPDWORD status)
{
    *status = SYSTEM_CALL(SYS_THREAD_STATUS, (uint32_t)handle);
    return *status == 0xC0000008 ? fail(*status) : TRUE;
}

EXPORT VOID WINAPI Sleep(DWORD milliseconds)
{
    SYSTEM_CALL(SYS_SLEEP, milliseconds);
}

EXPORT HANDLE WINAPI GetCurrentThread(VOID)
{
    return (HANDLE)-2;
}

EXPORT HANDLE WINAPI GetCurrentProcess(VOID)
{
    return (HANDLE)-1;
}

EXPORT DWORD WINAPI GetCurrentThreadId(VOID)
{
    return teb()->thread_id;
}

EXPORT DWORD WINAPI GetCurrentProcessId(VOID)
{
    return teb()->process_id;
}

EXPORT DWORD_PTR WINAPI SetThreadAffinityMask(HANDLE thread, DWORD_PTR mask)
{
    (void)thread;
    SYSTEM_CALL(SYS_AFFINITY, mask);
    return 3;
}

EXPORT DWORD WINAPI GetLastError(VOID)
{
    return teb()->last_error;
}

EXPORT VOID WINAPI SetLastError(DWORD error)
{
    teb()->last_error = error;
}

EXPORT DWORD WINAPI TlsAlloc(VOID)
{
    DWORD slot;

    for (slot = 0; slot < TLS_SLOTS; slot++) {
        if (!__sync_lock_test_and_set(&tls_used[slot], 1)) {
            SYSTEM_CALL(SYS_CLEAR_TLS, slot);
            return slot;
        }
    }
    SetLastError(ERROR_NO_MORE_ITEMS);
    return TLS_OUT_OF_INDEXES;
}

static BOOL is_slot(DWORD slot)
{
    if (slot >= TLS_SLOTS) {
        SetLastError(ERROR_INVALID_PARAMETER);
    }
    return slot < TLS_SLOTS;
}

EXPORT BOOL WINAPI TlsFree(DWORD slot)
{
    if (!is_slot(slot)) {
        return FALSE;
    }
    if (!tls_used[slot]) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    SYSTEM_CALL(SYS_CLEAR_TLS, slot);
    __sync_lock_release(&tls_used[slot]);
    return TRUE;
}

/*
 * Clears the last error, so that a stored 0 can be told from a failure; callers that keep an error
 * must mind that.
 */
EXPORT LPVOID WINAPI TlsGetValue(DWORD slot)
{
    if (!is_slot(slot)) {
        return NULL;
    }
    SetLastError(ERROR_SUCCESS);
    return (LPVOID)teb()->tls[slot];
}

EXPORT BOOL WINAPI TlsSetValue(DWORD slot, LPVOID value)
{
    if (!is_slot(slot)) {
        return FALSE;
    }
    teb()->tls[slot] = (uint32_t)value;
    return TRUE;
}

EXPORT VOID WINAPI InitializeCriticalSection(LPCRITICAL_SECTION section)
{
    section->DebugInfo = NULL;
    section->LockCount = -1;
    section->RecursionCount = 0;
    section->OwningThread = NULL;
    section->LockSemaphore = NULL;
    section->SpinCount = 0;
}

EXPORT BOOL WINAPI InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION section, DWORD spins)
{
    (void)spins;
    InitializeCriticalSection(section);
    return TRUE;
}

EXPORT VOID WINAPI DeleteCriticalSection(LPCRITICAL_SECTION section)
{
    if (section->LockCount != -1) {
        complain_and_end(
            "DeleteCriticalSection of one that a thread is in, or that was not initialized");
    }
    section->LockCount = 0; /* not initialized any more */
}

EXPORT BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION section)
{
    HANDLE me = (HANDLE)teb()->thread_id;

    if (section->OwningThread != me) {
        if (!__sync_bool_compare_and_swap(&section->LockCount, -1, 0)) {
            return FALSE;
        }
        section->OwningThread = me;
    }
    section->RecursionCount++;
    return TRUE;
}

EXPORT VOID WINAPI EnterCriticalSection(LPCRITICAL_SECTION section)
{
    while (!TryEnterCriticalSection(section)) {
        SYSTEM_CALL(SYS_YIELD);
    }
}

EXPORT VOID WINAPI LeaveCriticalSection(LPCRITICAL_SECTION section)
{
    if (section->OwningThread != (HANDLE)teb()->thread_id) {
        complain_and_end("LeaveCriticalSection of one that the thread is not in");
    }
    if (--section->RecursionCount == 0) {
        section->OwningThread = NULL;
        __sync_synchronize();
        __sync_lock_test_and_set(&section->LockCount, -1);
    }
}
