/* SPDX-License-Identifier: MIT
 *
 * The program's side of a session on Windows. See client.h.
 *
 * A record names the module of its address by the address where the module begins, and the ring
 * gets the name of each module once. VirtualQuery and NtQueryVirtualMemory know both without the
 * loader's lock, which another thread may hold while it waits for this one.
 */
#include "client.h"

#include <windows.h>

#include "core/text.h"
#include "record.h"
#include "ring.h"

#define NAME_CHARS   64u
#define MODULES_MAX  32u /* whose names the ring has; further ones are told again and again */
#define PIPE_TRIES   20u
#define PIPE_WAIT_MS 500u
#define PAGES        64u /* of code, whose modules are known */
#define PAGE_BYTES   4096u
#define MAPPED_FILE  2 /* MemoryMappedFilenameInformation */
#define PATH_BYTES   600u
#define BEGINNING    1
#define BEGUN        2

typedef LONG WINAPI query_memory(HANDLE process, const void *address, int what, void *out,
                                 SIZE_T bytes, SIZE_T *returned);

static LONG volatile state; /* 0: up_client_begin was not called */
static struct up_ring *ring;
static HANDLE pipe, pipe_lock; /* NULL: no pipe */
static WCHAR pipe_name[NAME_CHARS];
static query_memory *query; /* NULL: no names of modules */
static uintptr_t volatile modules[MODULES_MAX];
static LONG volatile module_count;

/* ---- connecting ------------------------------------------------------------------------------ */

static void make_name(const WCHAR *prefix, const char *session, WCHAR name[NAME_CHARS])
{
    unsigned length = 0, i;

    for (; prefix[length] != 0; length++) {
        name[length] = prefix[length];
    }
    for (i = 0; session[i] != '\0' && length < NAME_CHARS - 1; i++) {
        name[length++] = (uint8_t)session[i];
    }
    name[length] = 0;
}

static void open_ring(const char *session)
{
    struct up_ring *mapped = NULL;
    WCHAR name[NAME_CHARS];
    HANDLE section;

    make_name(UP_CLIENT_RING, session, name);
    section = OpenFileMappingW(FILE_MAP_READ | FILE_MAP_WRITE, FALSE, name);
    if (section != NULL) {
        mapped = MapViewOfFile(section, FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, sizeof *mapped);
        (void)CloseHandle(section);
    }
    if (mapped != NULL && !up_ring_is_valid(mapped)) {
        (void)UnmapViewOfFile(mapped);
        mapped = NULL;
    }
    ring = mapped;
}

/* A new connection. Result: INVALID_HANDLE_VALUE if there is none. */
static HANDLE connect_pipe(void)
{
    HANDLE handle = INVALID_HANDLE_VALUE;
    unsigned tries;

    for (tries = 0; tries < PIPE_TRIES; tries++) {
        handle = CreateFileW(pipe_name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                             SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
        if (handle != INVALID_HANDLE_VALUE || GetLastError() != ERROR_PIPE_BUSY) {
            break;
        }
        (void)WaitNamedPipeW(pipe_name, PIPE_WAIT_MS);
    }
    return handle;
}

static void open_pipe(const char *session)
{
    DWORD mode = PIPE_READMODE_MESSAGE;
    HANDLE handle;

    make_name(UP_CLIENT_PIPE, session, pipe_name);
    handle = connect_pipe();
    if (handle == INVALID_HANDLE_VALUE) {
        return;
    }
    pipe_lock = CreateMutexW(NULL, FALSE, NULL);
    if (pipe_lock == NULL || !SetNamedPipeHandleState(handle, &mode, NULL, NULL)) {
        (void)CloseHandle(handle);
        return;
    }
    pipe = handle;
}

/* Sends a request and waits for the answer. */
static bool transact(HANDLE handle, struct up_client_request *request,
                     struct up_client_answer *answer)
{
    DWORD bytes = 0;

    return TransactNamedPipe(handle, request, sizeof *request, answer, sizeof *answer, &bytes,
                             NULL) &&
           bytes == sizeof *answer;
}

void up_client_announce(void *process)
{
    const DWORD last_error = GetLastError();
    const HANDLE handle = pipe != NULL ? connect_pipe() : INVALID_HANDLE_VALUE;
    struct up_client_request hello = {.version = UP_CLIENT_VERSION, .kind = UP_CLIENT_HELLO};
    struct up_client_answer answer;
    DWORD mode = PIPE_READMODE_MESSAGE;
    HANDLE theirs;

    /*
     * This process may end at once: the session has to know of the child before that. The child
     * itself never learns of the connection; Windows closes it with the process.
     */
    if (handle != INVALID_HANDLE_VALUE) {
        (void)(SetNamedPipeHandleState(handle, &mode, NULL, NULL) &&
               transact(handle, &hello, &answer));
        (void)DuplicateHandle(GetCurrentProcess(), handle, process, &theirs, 0, FALSE,
                              DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE);
    }
    SetLastError(last_error);
}

static void begin(const char *session)
{
    const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    union {
        FARPROC any;
        query_memory *query;
    } function = {.any = NULL};

    if (ntdll != NULL) {
        function.any = GetProcAddress(ntdll, "NtQueryVirtualMemory");
    }
    query = function.query;
    open_ring(session);
    open_pipe(session);
}

void up_client_begin(const char *session)
{
    const DWORD last_error = GetLastError();

    if (session[0] != '\0' && state != BEGUN) {
        if (InterlockedCompareExchange(&state, BEGINNING, 0) == 0) {
            begin(session);
            (void)InterlockedExchange(&state, BEGUN);
        }
        while (state != BEGUN) {
            Sleep(0);
        }
    }
    SetLastError(last_error);
}

bool up_client_records(void)
{
    return ring != NULL;
}

bool up_client_has_devices(void)
{
    return pipe != NULL;
}

/* ---- modules --------------------------------------------------------------------------------- */

/* Copies the name of the file that is mapped there, without its path. */
static bool read_name(const void *base, char name[UP_RING_NAME])
{
    union {
        struct {
            USHORT bytes, room;
            WCHAR *text;
        } path; /* UNICODE_STRING */
        uint8_t bytes[PATH_BYTES];
    } file;
    WCHAR last[PATH_BYTES / sizeof(WCHAR)];
    unsigned count, first, i;

    if (query == NULL ||
        query(GetCurrentProcess(), base, MAPPED_FILE, &file, sizeof file, NULL) < 0) {
        return false;
    }
    count = file.path.bytes / (unsigned)sizeof(WCHAR);
    first = count;
    while (first > 0 && file.path.text[first - 1] != '\\' && file.path.text[first - 1] != '/') {
        first--;
    }
    for (i = 0; first + i < count; i++) {
        last[i] = file.path.text[first + i];
    }
    last[i] = 0;
    (void)up_utf8_from_utf16((const uint16_t *)last, name, UP_RING_NAME);
    return name[0] != '\0';
}

static bool is_told(uintptr_t base)
{
    const LONG count = module_count;
    LONG i;

    for (i = 0; i < count && i < (LONG)MODULES_MAX; i++) {
        if (modules[i] == base) {
            return true;
        }
    }
    return false;
}

/* Puts the module's name into the ring. Two threads may do that at the same time. */
static void tell_module(uintptr_t base)
{
    struct up_ring_slot module = {
        .kind = UP_RING_MODULE,
        .process = GetCurrentProcessId(),
        .what = {.module = {.base = base}},
    };
    LONG place;

    if (!read_name((const void *)base, module.what.module.name) || !up_ring_put(ring, &module)) {
        return;
    }
    place = InterlockedIncrement(&module_count) - 1;
    if (place < (LONG)MODULES_MAX) {
        modules[place] = base;
    } else {
        (void)InterlockedDecrement(&module_count);
    }
}

/*
 * Finds where the address's module begins, without a system call if its page was asked for before.
 * A module that has come into the place of another one keeps the other's name. A writer makes the
 * place unusable first, so whoever finds its page there before and after has read its base.
 */
static struct {
    uintptr_t volatile page, base; /* page 0: not in use */
} known[PAGES];
static LONG volatile known_lock;

static uintptr_t base_of(uintptr_t address)
{
    const uintptr_t page = address & ~(uintptr_t)(PAGE_BYTES - 1u);
    const unsigned place = (unsigned)(page / PAGE_BYTES % PAGES);
    MEMORY_BASIC_INFORMATION region;
    uintptr_t base;

    if (known[place].page == page) {
        base = known[place].base;
        if (known[place].page == page) {
            return base;
        }
    }
    if (VirtualQuery((const void *)address, &region, sizeof region) == 0 ||
        region.Type != MEM_IMAGE) {
        return 0;
    }
    base = (uintptr_t)region.AllocationBase;
    if (InterlockedExchange(&known_lock, 1) == 0) {
        known[place].page = 0;
        known[place].base = base;
        known[place].page = page;
        (void)InterlockedExchange(&known_lock, 0);
    }
    return base;
}

/* Where the address's module begins; 0: it is in none. The ring has its name then. */
static uintptr_t module_of(uintptr_t address)
{
    const uintptr_t base = address != 0 ? base_of(address) : 0;

    if (base != 0 && !is_told(base)) {
        tell_module(base);
    }
    return base;
}

/* ---- an access ------------------------------------------------------------------------------- */

uint64_t up_client_time(void)
{
    LARGE_INTEGER time;

    (void)QueryPerformanceCounter(&time);
    return (uint64_t)time.QuadPart;
}

void up_client_record(uint64_t time, uint16_t port, unsigned width, uint32_t value, unsigned flags,
                      uintptr_t address)
{
    const DWORD last_error = GetLastError();

    (void)up_ring_put(ring,
                      &(struct up_ring_slot){
                          .kind = UP_RING_ACCESS,
                          .width = (uint8_t)width,
                          .flags = (uint8_t)flags,
                          .process = GetCurrentProcessId(),
                          .thread = GetCurrentThreadId(),
                          .what = {.access = {time, address, module_of(address), value, port}},
                      });
    SetLastError(last_error);
}

void up_client_record_of(uint32_t process, uint32_t thread, uint16_t port, unsigned width,
                         uint32_t value, unsigned flags, uint64_t address)
{
    (void)up_ring_put(ring, &(struct up_ring_slot){
                                .kind = UP_RING_ACCESS,
                                .width = (uint8_t)width,
                                .flags = (uint8_t)flags,
                                .process = process,
                                .thread = thread,
                                .what = {.access = {up_client_time(), address, 0, value, port}},
                            });
}

bool up_client_access(bool is_output, uint16_t port, unsigned width, uint32_t *value)
{
    const DWORD last_error = GetLastError();
    struct up_client_request request = {.version = UP_CLIENT_VERSION,
                                        .value = *value,
                                        .port = port,
                                        .width = (uint8_t)width,
                                        .kind = is_output ? UP_CLIENT_WRITE : UP_CLIENT_READ};
    struct up_client_answer answer = {0, 0};
    bool is_done = false;

    if (pipe != NULL) {
        /* One request at a time. A thread that is ended leaves the lock to the next one. */
        (void)WaitForSingleObject(pipe_lock, INFINITE);
        is_done = transact(pipe, &request, &answer) && answer.is_done != 0;
        (void)ReleaseMutex(pipe_lock);
    }
    if (is_done && !is_output) {
        *value = answer.value;
    }
    SetLastError(last_error);
    return is_done;
}
