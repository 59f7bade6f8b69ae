/* SPDX-License-Identifier: MIT
 *
 * A program for the machine's own tests: dllcheck PART checks one part of what the fake
 * kernel32.dll and the loader do, in ring 3, and ends with the number of failures; it says each.
 * (Exceptions: sehcheck.c.)
 */
#include <windows.h>

#include "check.h"
#include "testdll.h"

#define ADDRESS 0x10000000u /* that all test DLLs prefer */
#define COUNTS  50000u
#define THREADS 4u

static volatile uint32_t shared;
static volatile BOOL entered;
static CRITICAL_SECTION section;
static DWORD slot;

static BOOL same(const char *a, const char *b)
{
    for (; *a != '\0' && *a == *b; a++, b++) {
    }
    return *a == *b;
}

static DWORD WINAPI return_at_once(void *argument)
{
    return (DWORD)argument;
}

static DWORD WINAPI exit_at_once(void *argument)
{
    ExitThread((DWORD)argument);
}

static void run_thread(LPTHREAD_START_ROUTINE function, uint32_t argument)
{
    DWORD id = 0, status = 0;
    HANDLE thread = CreateThread(NULL, 0, function, (void *)argument, 0, &id);

    CHECK(id != 0 && id != GetCurrentThreadId());
    CHECK(WaitForSingleObject(thread, INFINITE) == WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &status) && status == argument);
    CHECK(CloseHandle(thread));
    CHECK(WaitForSingleObject(thread, 0) == WAIT_FAILED && GetLastError() == ERROR_INVALID_HANDLE);
}

/* The rest is in the journal that testdll_base.dll writes. */
static void check_reasons(void)
{
    run_thread(return_at_once, 5);
    run_thread(exit_at_once, 6);
}

static DWORD WINAPI count_long(void *unused)
{
    (void)unused;
    while (shared != UINT32_MAX) {
        shared++;
    }
    return 0;
}

static DWORD WINAPI wait_for_ever(void *unused)
{
    (void)unused;
    EnterCriticalSection(&section);
    entered = TRUE;
    Sleep(INFINITE);
    return 0;
}

/* One thread in ring 3, one asleep: none goes on, and none is told to its DLLs. */
static void check_end(void)
{
    HANDLE thread = CreateThread(NULL, 0, count_long, NULL, 0, NULL);

    CHECK(WaitForSingleObject(thread, 10) == WAIT_TIMEOUT);
    CreateThread(NULL, 0, wait_for_ever, NULL, 0, NULL);
    while (shared == 0 || !entered) {
        Sleep(1);
    }
    base_watch(&shared);
}

static void check_places(void)
{
    uint32_t base = (uint32_t)GetModuleHandleA("testdll_base.dll");
    uint32_t user = (uint32_t)GetModuleHandleA("TESTDLL_USER");

    CHECK(base != 0 && user != 0 && base != user);
    CHECK((base == ADDRESS) + (user == ADDRESS) == 1); /* both want it */
    CHECK(base % 0x10000 == 0 && user % 0x10000 == 0);
    CHECK(same(base_word(1), "one") && same(user_word(2), "zwei"));
}

static void check_ordinals(void)
{
    CHECK(base_seven() == 7);
    CHECK(user_fourteen() == 14);
    CHECK(same(user_forward_by_name(2), "two"));
    CHECK(user_forward_by_ordinal() == 7);
}

static void check_lookups(HMODULE late)
{
    const char *(*word)(unsigned) =
        (const char *(*)(unsigned))(void *)GetProcAddress(late, "late_forward");
    int (*count)(void) = (int (*)(void))(void *)GetProcAddress(late, "late_count");
    DWORD(WINAPI * id)(void);

    CHECK(count != NULL && (void *)count == (void *)GetProcAddress(late, (LPCSTR)1));
    CHECK(GetProcAddress(late, (LPCSTR)2) == GetProcAddress(late, "late_counter"));
    CHECK(count() == 1 && count() == 2);
    CHECK(word != NULL && same(word(0), "zero"));
    CHECK(GetProcAddress(late, "Late_count") == NULL && GetLastError() == ERROR_PROC_NOT_FOUND);
    CHECK(GetProcAddress(late, (LPCSTR)3) != NULL && GetProcAddress(late, (LPCSTR)4) == NULL);
    CHECK(GetProcAddress(late, (LPCSTR)0xFFFF) == NULL && GetLastError() == ERROR_PROC_NOT_FOUND);
    id = (DWORD(WINAPI *)(void))(void *)GetProcAddress(GetModuleHandleA("kernel32.dll"),
                                                       "GetCurrentThreadId");
    CHECK(id() == GetCurrentThreadId());
    CHECK(GetProcAddress((HMODULE)0x12345, "Sleep") == NULL &&
          GetLastError() == ERROR_MOD_NOT_FOUND);
}

static volatile BOOL faulted;

static LONG WINAPI skip_read(EXCEPTION_POINTERS *pointers)
{
    faulted = pointers->ExceptionRecord->ExceptionCode == EXCEPTION_ACCESS_VIOLATION;
    pointers->ContextRecord->Eip += 2;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static BOOL is_readable(const void *address)
{
    faulted = FALSE;
    SetUnhandledExceptionFilter(skip_read);
    __asm__ volatile(".byte 0x8A, 0x00" : "+a"(address)::"memory"); /* mov al, [eax] */
    SetUnhandledExceptionFilter(NULL);
    return !faulted;
}

static void check_load(void)
{
    HMODULE late, again;

    CHECK(LoadLibraryA("nowhere.dll") == NULL && GetLastError() == ERROR_MOD_NOT_FOUND);
    CHECK(LoadLibraryA("puppet.exe") == NULL && GetLastError() == ERROR_BAD_EXE_FORMAT);
    CHECK(GetModuleHandleA("testdll_late.dll") == NULL && GetLastError() == ERROR_MOD_NOT_FOUND);
    CHECK(GetModuleHandleA(NULL) == GetModuleHandleA("dllcheck.exe"));
    late = LoadLibraryA("testdll_late");
    CHECK(late != NULL && GetModuleHandleA("TestDll_Late.dll") == late && is_readable(late));
    check_lookups(late);
    again = LoadLibraryA("C:\\Folder.x\\testdll_late.dll");
    CHECK(again == late && FreeLibrary(again));
    CHECK(GetModuleHandleA("testdll_late.dll") == late); /* one reference is left */
    CHECK(FreeLibrary(late));
    CHECK(GetModuleHandleA("testdll_late.dll") == NULL);
    CHECK(!FreeLibrary(late) && GetLastError() == ERROR_MOD_NOT_FOUND);
    CHECK(!is_readable(late)); /* its pages are gone */
    late = LoadLibraryA("testdll_late.dll");
    CHECK(((int (*)(void))(void *)GetProcAddress(late, "late_count"))() == 1); /* new data */
    /* the program itself imports it: it stays */
    CHECK(FreeLibrary(GetModuleHandleA("testdll_base.dll")));
    CHECK(base_seven() == 7);
}

static void check_refusal(void)
{
    base_refuse = 1;
    CHECK(LoadLibraryA("testdll_late.dll") == NULL && GetLastError() == ERROR_DLL_INIT_FAILED);
    CHECK(GetModuleHandleA("testdll_late.dll") == NULL);
}

static DWORD WINAPI use_own(void *argument)
{
    CHECK(TlsGetValue(slot) == NULL && GetLastError() == ERROR_SUCCESS);
    CHECK(TlsSetValue(slot, argument));
    SetLastError((DWORD)argument);
    shared++;
    while (shared < THREADS) {
        Sleep(1);
    }
    CHECK(GetLastError() == (DWORD)argument);
    CHECK(TlsGetValue(slot) == argument && GetLastError() == ERROR_SUCCESS);
    return 0;
}

static void run_threads(LPTHREAD_START_ROUTINE function)
{
    HANDLE threads[THREADS];
    unsigned i;

    for (i = 0; i < THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, function, (void *)(i + 1), 0, NULL);
    }
    for (i = 0; i < THREADS; i++) {
        CHECK(WaitForSingleObject(threads[i], INFINITE) == WAIT_OBJECT_0);
        CloseHandle(threads[i]);
    }
}

static void check_tls(void)
{
    unsigned count;

    slot = TlsAlloc();
    CHECK(slot != TLS_OUT_OF_INDEXES && TlsGetValue(slot) == NULL);
    CHECK(TlsSetValue(slot, &slot));
    run_threads(use_own);
    CHECK(TlsGetValue(slot) == &slot);
    CHECK(TlsFree(slot) && !TlsFree(slot) && GetLastError() == ERROR_INVALID_PARAMETER);
    /* the same one, and nothing of the old */
    CHECK(TlsAlloc() == slot && TlsGetValue(slot) == NULL);
    for (count = 1; TlsAlloc() != TLS_OUT_OF_INDEXES; count++) {
    }
    CHECK(count == TLS_MINIMUM_AVAILABLE);
    CHECK(!TlsSetValue(TLS_MINIMUM_AVAILABLE, NULL) && GetLastError() == ERROR_INVALID_PARAMETER);
}

/* On both processors; a read and a write that are far apart. */
static DWORD WINAPI count_up(void *argument)
{
    uint32_t i;
    volatile uint32_t pause;

    SetThreadAffinityMask(GetCurrentThread(), 1u << (uint32_t)argument % 2);
    for (i = 0; i < COUNTS; i++) {
        uint32_t before;

        EnterCriticalSection(&section);
        EnterCriticalSection(&section); /* a second time, by the same thread */
        LeaveCriticalSection(&section);
        before = shared;
        for (pause = 0; pause < 3; pause++) {
        }
        shared = before + 1;
        LeaveCriticalSection(&section);
    }
    return 0;
}

static DWORD WINAPI try_in_vain(void *unused)
{
    (void)unused;
    return (DWORD)TryEnterCriticalSection(&section);
}

static void check_sections(void)
{
    InitializeCriticalSection(&section);
    run_threads(count_up);
    CHECK(shared == THREADS * COUNTS);
    CHECK(TryEnterCriticalSection(&section) && TryEnterCriticalSection(&section));
    LeaveCriticalSection(&section);
    run_thread(try_in_vain, FALSE);
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
}

static void check_heap(void)
{
    unsigned char *block = HeapAlloc(GetProcessHeap(), 0, 1000);
    unsigned char *zeroed = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 100000);
    unsigned i, dirty = 0;
    HANDLE heap;

    CHECK(block != NULL && zeroed != NULL && (uint32_t)block % 8 == 0);
    for (i = 0; i < 100000; i++) {
        dirty |= zeroed[i];
    }
    CHECK(dirty == 0 && block[0] != 0 && block[999] != 0);
    block[999] = 42;
    block = HeapReAlloc(GetProcessHeap(), 0, block, 5000);
    CHECK(block[999] == 42 && HeapSize(GetProcessHeap(), 0, block) == 5000);
    CHECK(HeapFree(GetProcessHeap(), 0, block) && block[999] != 42);
    heap = HeapCreate(0, 0, 0);
    block = HeapAlloc(heap, HEAP_ZERO_MEMORY, 10);
    CHECK(heap != NULL && block[0] == 0 && HeapDestroy(heap) && block[0] != 0);
    CHECK(GetCurrentProcessId() == PARAMETERS->process_id);
    CHECK((BYTE)GetVersion() == 4 || (BYTE)GetVersion() == 5);
}

static void check_absent(void)
{
    CHECK(LoadLibraryA("testdll_absent.dll") == NULL && GetLastError() == ERROR_MOD_NOT_FOUND);
    absent_function(); /* does not return */
}

static const struct part parts[] = {
    {"reasons", check_reasons},
    {"end", check_end},
    {"places", check_places},
    {"ordinals", check_ordinals},
    {"load", check_load},
    {"refusal", check_refusal},
    {"tls", check_tls},
    {"sections", check_sections},
    {"heap", check_heap},
    {"absent", check_absent},
    {NULL, NULL},
};

int start(void) __asm__("_start");

int start(void)
{
    InitializeCriticalSection(&section);
    return run_part(parts);
}
