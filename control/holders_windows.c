/* SPDX-License-Identifier: MIT
 *
 * Finds the programs that have the device open. It reads the system's table of all handles
 * (NtQuerySystemInformation, class 64 since Windows XP, class 16 before), duplicates the handles of
 * files and asks what they are.
 *
 * Such a question can take forever: the system admits one request at a time to a file that was
 * opened for synchronous use, and a pipe's reader may be waiting in its own. So another thread
 * asks, and is given up if it does not return in time. The processes that Windows itself consists
 * of are not opened. None of them opens the device, and security software reports a program that
 * takes handles out of lsass.exe as a thief of passwords.
 */
#include "control.h"

#include <string.h>

#include "holders.h"
#include "service.h"

#define PROCESSES_CLASS  5u
#define HANDLES_CLASS    16u
#define HANDLES_CLASS_EX 64u
/* NtQueryObject: ObjectNameInformation. */
#define NAME_CLASS 1u
/* NtQueryVolumeInformationFile: FileFsDeviceInformation. */
#define VOLUME_CLASS       4u
#define LENGTH_MISMATCH    ((LONG)0xC0000004)
#define NO_SUCH_REQUEST    ((LONG)0xC0000010)
#define TABLE_BYTES_FIRST  (1u << 20)
#define TABLE_BYTES_MAX    (1u << 28)
#define ANSWER_MS          250u
#define SEARCH_MS          3000u
#define QUERY_THREAD_STACK 65536u
/* The search ends after this many threads have been given up. */
#define LOST_MAX 8u
/* Process ids up to this one are the system's own: 4, 8 in Windows 2000, 2 in NT 4.0. */
#define SYSTEM_IDS 8u
/* FILE_DEVICE_PARALLEL_PORT; driver/main.c says why. */
#define OUR_DEVICE_TYPE 22u
#define DEVICE_NAME     L"\\Device\\UserPort"

struct handle_16 { /* SYSTEM_HANDLE_TABLE_ENTRY_INFO of winternl.h */
    USHORT process_id, trace;
    UCHAR type, attributes;
    USHORT handle;
    PVOID object;
    ULONG access;
};
struct handle_64 { /* SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX */
    PVOID object;
    ULONG_PTR process_id, handle;
    ULONG access;
    USHORT trace, type;
    ULONG attributes, reserved;
};
struct table_16 {
    ULONG count;
    struct handle_16 handles[];
};
struct table_64 {
    ULONG_PTR count, reserved;
    struct handle_64 handles[];
};
struct counted_text { /* UNICODE_STRING */
    USHORT length, room;
    WCHAR *text;
};
struct volume_device { /* FILE_FS_DEVICE_INFORMATION */
    ULONG type, characteristics;
};
struct process { /* SYSTEM_PROCESS_INFORMATION */
    ULONG next, threads;
    LARGE_INTEGER times[6];
    struct counted_text name; /* without a folder */
    LONG priority;
    ULONG_PTR id;
};

/* ---- the thread that asks -------------------------------------------------------------------- */

struct query_thread {
    const struct up_holder_queries *queries;
    HANDLE thread, question, answer;
    HANDLE handle; /* NULL: the thread shall end */
    bool is_ours;
};

/*
 * Finds out whether a handle is the device. It runs in the other thread, and takes no memory and no
 * lock, so that it can be given up anywhere. It asks for the type first, since that does not reach
 * any driver, and then for the name. Wine does not know device types of drivers.
 */
static bool is_our_device(const struct up_holder_queries *queries, HANDLE handle)
{
    struct {
        struct counted_text name;
        WCHAR text[64];
    } name;
    struct volume_device device;
    struct up_io_status io;
    ULONG bytes;
    const LONG status = queries->volume(handle, &io, &device, sizeof device, VOLUME_CLASS);

    if (status < 0 ? status != NO_SUCH_REQUEST : device.type != OUR_DEVICE_TYPE) {
        return false;
    }
    return queries->object(handle, NAME_CLASS, &name, sizeof name, &bytes) >= 0 &&
           name.name.length == sizeof DEVICE_NAME - sizeof(WCHAR) &&
           _wcsnicmp(name.name.text, DEVICE_NAME, sizeof DEVICE_NAME / sizeof(WCHAR) - 1) == 0;
}

static DWORD WINAPI ask(void *context)
{
    struct query_thread *query_thread = context;

    while (WaitForSingleObject(query_thread->question, INFINITE) == WAIT_OBJECT_0 &&
           query_thread->handle != NULL) {
        query_thread->is_ours = is_our_device(query_thread->queries, query_thread->handle);
        SetEvent(query_thread->answer);
    }
    return 0;
}

static void query_thread_free(struct query_thread *query_thread)
{
    if (query_thread->thread != NULL) {
        CloseHandle(query_thread->thread);
    }
    if (query_thread->question != NULL) {
        CloseHandle(query_thread->question);
    }
    if (query_thread->answer != NULL) {
        CloseHandle(query_thread->answer);
    }
    HeapFree(GetProcessHeap(), 0, query_thread);
}

static struct query_thread *query_thread_new(const struct up_holder_queries *queries)
{
    struct query_thread *query_thread =
        HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *query_thread);
    DWORD id;

    if (query_thread == NULL) {
        return NULL;
    }
    query_thread->queries = queries;
    query_thread->question = CreateEventW(NULL, FALSE, FALSE, NULL);
    query_thread->answer = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (query_thread->question != NULL && query_thread->answer != NULL) {
        query_thread->thread = CreateThread(NULL, QUERY_THREAD_STACK, ask, query_thread,
                                            STACK_SIZE_PARAM_IS_A_RESERVATION, &id);
        if (query_thread->thread == NULL) { /* NT 4.0 and 2000 do not know this flag */
            query_thread->thread =
                CreateThread(NULL, QUERY_THREAD_STACK, ask, query_thread, 0, &id);
        }
    }
    if (query_thread->thread == NULL) {
        query_thread_free(query_thread);
        return NULL;
    }
    return query_thread;
}

static void query_thread_end(struct query_thread *query_thread)
{
    if (query_thread != NULL) {
        query_thread->handle = NULL;
        SetEvent(query_thread->question);
        WaitForSingleObject(query_thread->thread, INFINITE);
        query_thread_free(query_thread);
    }
}

/*
 * Gives up the thread. It waits in the kernel, in a wait that the termination of a thread
 * interrupts, and it holds nothing. If it does not end, its memory is not freed.
 */
static void query_thread_give_up(struct query_thread *query_thread)
{
    /* cppcheck-suppress TerminateThreadCalled */
    TerminateThread(query_thread->thread, 0);
    if (WaitForSingleObject(query_thread->thread, ANSWER_MS) == WAIT_OBJECT_0) {
        query_thread_free(query_thread);
    }
}

struct search {
    const struct up_holder_queries *queries;
    struct up_holders *holders;
    struct query_thread *query_thread;
    unsigned lost;
    DWORD began; /* GetTickCount */
    bool is_late;
    const BYTE *processes; /* struct process, one after the other */
    USHORT file_type;      /* the system's type number of files, if has_file_type */
    bool has_file_type;
    /*
     * The process process_id, opened with the right to duplicate handles; NULL if it cannot or must
     * not be opened.
     */
    HANDLE process;
    DWORD process_id;
    /* The last process that was counted but has no place in the list. */
    DWORD uncounted;
};

static bool ask_other_thread(struct search *search, HANDLE handle)
{
    if (search->query_thread == NULL) {
        search->query_thread = query_thread_new(search->queries);
    }
    if (search->query_thread == NULL) {
        search->lost = LOST_MAX;
        return false;
    }
    search->query_thread->handle = handle;
    search->query_thread->is_ours = false;
    SetEvent(search->query_thread->question);
    if (WaitForSingleObject(search->query_thread->answer, ANSWER_MS) == WAIT_OBJECT_0) {
        return search->query_thread->is_ours;
    }
    query_thread_give_up(search->query_thread);
    search->query_thread = NULL;
    search->lost++;
    return false;
}

/* ---- programs -------------------------------------------------------------------------------- */

static void find_program(DWORD process_id, char program[UP_PATH_MAX])
{
    typedef BOOL(WINAPI * query_name)(HANDLE, DWORD, LPWSTR, PDWORD);
    typedef DWORD(WINAPI * module_name)(HANDLE, HMODULE, LPWSTR, DWORD);
    query_name query =
        (query_name)up_system_function(L"kernel32.dll", "QueryFullProcessImageNameW");
    const DWORD access = query != NULL ? PROCESS_QUERY_LIMITED_INFORMATION
                                       : PROCESS_QUERY_INFORMATION | PROCESS_VM_READ;
    HANDLE process = OpenProcess(access, FALSE, process_id);
    WCHAR path[MAX_PATH];
    DWORD length = MAX_PATH;
    module_name name;
    HMODULE psapi;

    program[0] = '\0';
    if (process == NULL) {
        return;
    }
    if (query != NULL) { /* Windows Vista and later */
        if (query(process, 0, path, &length)) {
            up_utf8(path, program, UP_PATH_MAX);
        }
    } else {
        psapi = up_system_dll(L"psapi.dll");
        name = psapi != NULL
                   ? (module_name)(up_function)GetProcAddress(psapi, "GetModuleFileNameExW")
                   : NULL;
        length = name != NULL ? name(process, NULL, path, MAX_PATH) : 0;
        if (length > 0 && length < MAX_PATH) {
            up_utf8(path, program, UP_PATH_MAX);
        }
    }
    CloseHandle(process);
}

static void add_holder(struct search *search, DWORD process_id)
{
    struct up_holders *holders = search->holders;
    uint32_t i;

    for (i = 0; i < holders->count && i < UP_HOLDERS_MAX; i++) {
        if (holders->list[i].process_id == process_id) {
            holders->list[i].handles++;
            return;
        }
    }
    if (i < UP_HOLDERS_MAX) {
        holders->list[i].process_id = process_id;
        holders->list[i].handles = 1;
        find_program(process_id, holders->list[i].program);
    } else if (search->uncounted == process_id) {
        return; /* the handles of a process are together in the table */
    } else {
        search->uncounted = process_id;
    }
    holders->count++;
}

/* ---- the processes of Windows itself --------------------------------------------------------- */

static bool is_windows_own(const struct counted_text *name)
{
    static const WCHAR *const own[] = {
        L"csrss.exe",   L"lsaiso.exe", L"lsass.exe",     L"Memory Compression",
        L"MsMpEng.exe", L"Registry",   L"Secure System", L"services.exe",
        L"smss.exe",    L"System",     L"wininit.exe",   L"winlogon.exe"};
    const size_t length = name->length / sizeof(WCHAR);
    size_t i;

    for (i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (wcslen(own[i]) == length && _wcsnicmp(own[i], name->text, length) == 0) {
            return true;
        }
    }
    return length == 0; /* the idle process */
}

/*
 * May this process be opened? A process that is not in the table has ended since the handles were
 * read.
 */
static bool may_open(const struct search *search, DWORD process_id)
{
    const struct process *process = (const struct process *)(const void *)search->processes;

    while (process->id != process_id && process->next != 0) {
        process = (const struct process *)(const void *)((const BYTE *)process + process->next);
    }
    return process->id == process_id && !is_windows_own(&process->name);
}

/* ---- the table of handles -------------------------------------------------------------------- */

static void look_at(struct search *search, DWORD process_id, ULONG_PTR handle, USHORT type)
{
    HANDLE duplicate;

    search->is_late = search->is_late || GetTickCount() - search->began >= SEARCH_MS;
    if (search->is_late || search->lost >= LOST_MAX || process_id <= SYSTEM_IDS ||
        process_id == GetCurrentProcessId() ||
        (search->has_file_type && type != search->file_type)) {
        return;
    }
    if (search->process_id != process_id) { /* the handles of a process are together in the table */
        if (search->process != NULL) {
            CloseHandle(search->process);
        }
        search->process = may_open(search, process_id)
                              ? OpenProcess(PROCESS_DUP_HANDLE, FALSE, process_id)
                              : NULL;
        search->process_id = process_id;
    }
    if (search->process != NULL &&
        DuplicateHandle(search->process, (HANDLE)handle, GetCurrentProcess(), &duplicate, 0, FALSE,
                        DUPLICATE_SAME_ACCESS)) {
        if (ask_other_thread(search, duplicate)) {
            add_holder(search, process_id);
        }
        CloseHandle(duplicate);
    }
}

static void table_free(void *table)
{
    if (table != NULL) {
        VirtualFree(table, 0, MEM_RELEASE);
    }
}

/* Reads a table of the system, to be freed with HeapFree; NULL if the system does not give it. */
static void *read_table(const struct up_holder_queries *queries, ULONG class)
{
    ULONG bytes, needed;
    void *table;
    LONG status;

    /* NT 4.0 does not return the length that is needed, so the buffer grows until it suffices. */
    for (bytes = TABLE_BYTES_FIRST; bytes <= TABLE_BYTES_MAX; bytes *= 2) {
        table = VirtualAlloc(NULL, bytes, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
        if (table == NULL) {
            return NULL;
        }
        status = queries->system(class, table, bytes, &needed);
        if (status >= 0) {
            return table;
        }
        VirtualFree(table, 0, MEM_RELEASE);
        if (status != LENGTH_MISMATCH) {
            return NULL;
        }
    }
    return NULL;
}

/*
 * Calls look_at for each handle. If own is not NULL, it finds the type of that handle of this
 * program instead.
 */
static void walk(struct search *search, const struct table_64 *wide, const struct table_16 *narrow,
                 HANDLE own)
{
    const ULONG_PTR count = wide != NULL ? wide->count : narrow->count;
    ULONG_PTR i, handle;
    DWORD process_id;
    USHORT type;

    for (i = 0; i < count; i++) {
        process_id =
            wide != NULL ? (DWORD)wide->handles[i].process_id : narrow->handles[i].process_id;
        handle = wide != NULL ? wide->handles[i].handle : narrow->handles[i].handle;
        type = wide != NULL ? wide->handles[i].type : narrow->handles[i].type;
        if (own == NULL) {
            look_at(search, process_id, handle, type);
        } else if (process_id == GetCurrentProcessId() && handle == (ULONG_PTR)own) {
            search->file_type = type;
            search->has_file_type = true;
        }
    }
}

/*
 * Enables the debug privilege, with which an administrator may examine processes of others. *old
 * receives the former state, to be restored afterwards.
 */
static bool set_debug_privilege(HANDLE token, TOKEN_PRIVILEGES *old)
{
    TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1,
                               .Privileges = {{.Attributes = SE_PRIVILEGE_ENABLED}}};
    DWORD bytes = sizeof *old;

    return LookupPrivilegeValueW(NULL, L"SeDebugPrivilege", &wanted.Privileges[0].Luid) &&
           AdjustTokenPrivileges(token, FALSE, &wanted, sizeof wanted, old, &bytes);
}

static void look_at_all(struct search *search, const struct table_64 *wide,
                        const struct table_16 *narrow, HANDLE file)
{
    TOKEN_PRIVILEGES old;
    HANDLE token = NULL;
    bool has_privilege =
        OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES, &token) &&
        set_debug_privilege(token, &old);

    if (file != INVALID_HANDLE_VALUE) {
        walk(search, wide, narrow, file);
    }
    walk(search, wide, narrow, NULL);
    if (has_privilege) {
        AdjustTokenPrivileges(token, FALSE, &old, 0, NULL, NULL);
    }
    if (token != NULL) {
        CloseHandle(token);
    }
}

void up_holders_find(const struct up_holder_queries *queries, struct up_holders *holders)
{
    struct search search = {.queries = queries, .holders = holders, .began = GetTickCount()};
    struct table_64 *wide = NULL;
    struct table_16 *narrow = NULL;
    void *processes;
    HANDLE file;

    memset(holders, 0, sizeof *holders);
    file = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       OPEN_EXISTING, 0, NULL);
    wide = read_table(queries, HANDLES_CLASS_EX);
    narrow = wide == NULL ? read_table(queries, HANDLES_CLASS) : NULL;
    /* After the handles, so that their processes are in it. */
    processes = read_table(queries, PROCESSES_CLASS);
    if (processes != NULL && (wide != NULL || narrow != NULL)) {
        search.processes = processes;
        look_at_all(&search, wide, narrow, file);
        holders->is_known = search.lost < LOST_MAX && !search.is_late;
    }
    table_free(wide);
    table_free(narrow);
    table_free(processes);
    query_thread_end(search.query_thread);
    if (search.process != NULL) {
        CloseHandle(search.process);
    }
    if (file != INVALID_HANDLE_VALUE) {
        CloseHandle(file);
    }
}

void up_driver_find_holders(struct up_holders *holders)
{
    const struct up_holder_queries queries = {
        .system = (up_query_system)up_system_function(L"ntdll.dll", "NtQuerySystemInformation"),
        .object = (up_query_object)up_system_function(L"ntdll.dll", "NtQueryObject"),
        .volume = (up_query_volume)up_system_function(L"ntdll.dll", "NtQueryVolumeInformationFile"),
    };

    memset(holders, 0, sizeof *holders);
    if (queries.system != NULL && queries.object != NULL && queries.volume != NULL) {
        up_holders_find(&queries, holders);
    }
}
