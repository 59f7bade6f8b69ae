/* SPDX-License-Identifier: MIT
 *
 * The functions of system.h for Windows, limited to what NT 4.0's kernel32 has. Before Vista a
 * compiler's thread variables do not work in a DLL that a program loads with LoadLibrary, so the
 * blocks use TlsAlloc. The slot and the heap of the blocks are made at the first failure, so the
 * entry point makes nothing. The blocks have a heap of their own, so that all threads' blocks can
 * be freed at once.
 */
#include "system.h"

#include <windows.h>

struct up_system_lock {
    CRITICAL_SECTION section;
};

static HANDLE volatile block_heap;
static LONG volatile slot_and_one; /* 0: no slot yet */

void *up_system_allocate(size_t size)
{
    return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);
}

void up_system_free(void *memory)
{
    if (memory != NULL) { /* NT 4.0's HeapFree does not accept NULL */
        HeapFree(GetProcessHeap(), 0, memory);
    }
}

struct up_system_lock *up_system_lock_new(void)
{
    struct up_system_lock *lock = up_system_allocate(sizeof *lock);

    if (lock != NULL) {
        InitializeCriticalSection(&lock->section);
    }
    return lock;
}

void up_system_lock_delete(struct up_system_lock *lock)
{
    if (lock != NULL) {
        DeleteCriticalSection(&lock->section);
        up_system_free(lock);
    }
}

void up_system_lock_take(struct up_system_lock *lock)
{
    EnterCriticalSection(&lock->section);
}

void up_system_lock_release(struct up_system_lock *lock)
{
    LeaveCriticalSection(&lock->section);
}

/*
 * The heap of the blocks, made if necessary. If two threads make it at once, one destroys its own.
 * NULL: no memory.
 */
static HANDLE heap_of_blocks(void)
{
    HANDLE made;

    if (block_heap == NULL) {
        made = HeapCreate(0, 0, 0);
        if (made != NULL &&
            InterlockedCompareExchangePointer((void *volatile *)&block_heap, made, NULL) != NULL) {
            HeapDestroy(made);
        }
    }
    return block_heap;
}

/*
 * The slot in which each thread keeps its block, made in the same way. TLS_OUT_OF_INDEXES: no slot.
 */
static DWORD slot_of_blocks(void)
{
    DWORD made;

    if (slot_and_one == 0) {
        made = TlsAlloc();
        if (made == TLS_OUT_OF_INDEXES) {
            return made;
        }
        if (InterlockedCompareExchange(&slot_and_one, (LONG)made + 1, 0) != 0) {
            TlsFree(made);
        }
    }
    return (DWORD)slot_and_one - 1;
}

static void *make_block(void)
{
    HANDLE heap = heap_of_blocks();
    DWORD slot = slot_of_blocks();
    void *block;

    if (heap == NULL || slot == TLS_OUT_OF_INDEXES) {
        return NULL;
    }
    block = HeapAlloc(heap, HEAP_ZERO_MEMORY, UP_SYSTEM_THREAD_BYTES);
    if (block != NULL && !TlsSetValue(slot, block)) {
        HeapFree(heap, 0, block);
        block = NULL;
    }
    return block;
}

void *up_system_thread_block(int create)
{
    const DWORD last_error = GetLastError(); /* TlsGetValue sets it to 0 */
    void *block = slot_and_one != 0 ? TlsGetValue((DWORD)slot_and_one - 1) : NULL;

    if (block == NULL && create) {
        block = make_block();
    }
    SetLastError(last_error);
    return block;
}

void up_system_thread_ends(void)
{
    void *block = up_system_thread_block(0);

    if (block != NULL) {
        TlsSetValue((DWORD)slot_and_one - 1, NULL);
        HeapFree(block_heap, 0, block);
    }
}

void up_system_library_ends(void)
{
    if (slot_and_one != 0) {
        TlsFree((DWORD)slot_and_one - 1);
        slot_and_one = 0;
    }
    if (block_heap != NULL) {
        HeapDestroy(block_heap);
        block_heap = NULL;
    }
}

/* ---- which Windows --------------------------------------------------------------------------- */

int up_system_is_wine(void)
{
    const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");

    return ntdll != NULL && GetProcAddress(ntdll, "wine_get_version") != NULL;
}
