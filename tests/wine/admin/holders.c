/* SPDX-License-Identifier: MIT
 *
 * Who has the driver's device open: other processes of this program hold it; and systems that
 * answer late, never, or otherwise than most, by functions in the place of ntdll.dll's.
 */
#include "admin.h"

#include <stdio.h>
#include <winternl.h>

#include "control/holders.h"
#include "winutil/winutil.h"
#include "control/service.h"

static struct up_error_detail problem;
static struct up_holders holders;

static void driver_there(void)
{
    file_copy(FAKE, DRIVERS "userport.sys");
    EXPECT_EQ(service_create(DRIVERS "userport.sys", SERVICE_DEMAND_START), 0);
    EXPECT_DONE(up_driver_start(&problem));
}

static void say_holders(void)
{
    uint32_t i;

    for (i = 0; i < holders.count && i < UP_HOLDERS_MAX; i++) {
        tap_note("held by %s, process %lu, handles: %lu", holders.list[i].program,
                 (unsigned long)holders.list[i].process_id, (unsigned long)holders.list[i].handles);
    }
}

/*
 * Wine's winedevice.exe, in which the driver runs, has a handle of each file that is being opened,
 * and may close it only after the program that opens the file goes on. (In Windows the driver's
 * process is System.) So this looks until it has none.
 */
static void find_holders(void)
{
    const DWORD began = GetTickCount();
    uint32_t i;

    do {
        up_driver_find_holders(&holders);
        for (i = 0; i < holders.count && i < UP_HOLDERS_MAX &&
                    strstr(holders.list[i].program, "winedevice") == NULL;) {
            i++;
        }
    } while (i < holders.count && i < UP_HOLDERS_MAX && GetTickCount() - began < 10000);
    EXPECT(holders.is_known);
}

/* So many processes hold it; if not, it says who they are. */
#define EXPECT_HOLDERS(wanted) (EXPECT_EQ(holders.count, wanted) ? (void)0 : say_holders())

static void driver_gone(void)
{
    service_delete();
    EXPECT_MSG(DeleteFileA(DRIVERS "userport.sys"), "error %lu", GetLastError());
}

void test_holders(void)
{
    HANDLE device, one, other;
    char path[MAX_PATH];

    find_holders();
    EXPECT_HOLDERS(0);
    driver_there();
    device = up_device_open(GENERIC_READ);
    find_holders();
    EXPECT_HOLDERS(0); /* its own are not counted */
    one = child_start("hold=1");
    other = child_start("hold=3");
    find_holders();
    EXPECT_HOLDERS(2);
    EXPECT_EQ(holders.list[0].handles + holders.list[1].handles, 4);
    EXPECT(holders.list[0].process_id == GetProcessId(one) ||
           holders.list[1].process_id == GetProcessId(one));
    GetModuleFileNameA(NULL, path, sizeof path);
    EXPECT_MSG(_stricmp(holders.list[0].program, path) == 0, "\"%s\", not \"%s\"",
               holders.list[0].program, path);
    EXPECT_MSG(_stricmp(holders.list[1].program, path) == 0, "\"%s\", not \"%s\"",
               holders.list[1].program, path);
    EXPECT_EQ(child_finish(one), 0);
    find_holders();
    EXPECT_HOLDERS(1);
    EXPECT_EQ(holders.list[0].process_id, GetProcessId(other));
    EXPECT_EQ(holders.list[0].handles, 3);
    EXPECT_EQ(child_finish(other), 0);
    CloseHandle(device);
    find_holders();
    EXPECT_HOLDERS(0);
    driver_gone();
}

static struct up_holder_queries real;
static LONG volatile to_sleep; /* so many questions are never answered */

static LONG NTAPI sleepy_volume(HANDLE file, struct up_io_status *io, void *out, ULONG bytes,
                                ULONG class)
{
    if (InterlockedDecrement(&to_sleep) >= 0) {
        Sleep(INFINITE);
    }
    return real.volume(file, io, out, bytes, class);
}

static LONG NTAPI old_system(ULONG class, void *out, ULONG bytes, ULONG *needed)
{
    /* STATUS_INVALID_INFO_CLASS */
    return class == 64 ? (LONG)0xC0000003 : real.system(class, out, bytes, needed);
}

static LONG NTAPI silent_system(ULONG class, void *out, ULONG bytes, ULONG *needed)
{
    (void)class, (void)out, (void)bytes, (void)needed;
    return (LONG)0xC0000022; /* STATUS_ACCESS_DENIED */
}

static LONG volatile asked;

static LONG NTAPI slow_volume(HANDLE file, struct up_io_status *io, void *out, ULONG bytes,
                              ULONG class)
{
    InterlockedIncrement(&asked);
    Sleep(200);
    return real.volume(file, io, out, bytes, class);
}

static ULONG_PTR renamed; /* a process that the system's table has as lsass.exe */

static LONG NTAPI renaming_system(ULONG class, void *out, ULONG bytes, ULONG *needed)
{
    static WCHAR name[] = L"LSASS.exe";
    const LONG status = real.system(class, out, bytes, needed);
    SYSTEM_PROCESS_INFORMATION *process = out;

    while (class == SystemProcessInformation && status >= 0) {
        if ((ULONG_PTR)process->UniqueProcessId == renamed) {
            process->ImageName.Buffer = name;
            process->ImageName.Length = sizeof name - sizeof name[0];
        }
        if (process->NextEntryOffset == 0) {
            break;
        }
        process =
            (SYSTEM_PROCESS_INFORMATION *)(void *)((BYTE *)process + process->NextEntryOffset);
    }
    return status;
}

static LONG NTAPI nameless_system(ULONG class, void *out, ULONG bytes, ULONG *needed)
{
    return class == SystemProcessInformation ? (LONG)0xC0000022
                                             : real.system(class, out, bytes, needed);
}

/*
 * Windows' own processes are left alone; without the processes' names nobody is looked into; a
 * search has an end.
 */
void test_holders_bounds(void)
{
    struct up_holder_queries queries;
    HANDLE child, other, files[30];
    DWORD began;
    unsigned i;

    real.system = (up_query_system)up_system_function(L"ntdll.dll", "NtQuerySystemInformation");
    real.object = (up_query_object)up_system_function(L"ntdll.dll", "NtQueryObject");
    real.volume = (up_query_volume)up_system_function(L"ntdll.dll", "NtQueryVolumeInformationFile");
    driver_there();
    child = child_start("hold=1");
    other = child_start("hold=2");
    find_holders();

    queries = real;
    queries.system = renaming_system;
    up_holders_find(&queries, &holders);
    EXPECT_HOLDERS(2);
    renamed = GetProcessId(child);
    up_holders_find(&queries, &holders);
    EXPECT(holders.is_known);
    EXPECT_HOLDERS(1);
    EXPECT_EQ(holders.list[0].process_id, GetProcessId(other));
    queries.system = nameless_system;
    up_holders_find(&queries, &holders);
    EXPECT(!holders.is_known);
    EXPECT_HOLDERS(0);

    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        DuplicateHandle(GetCurrentProcess(), GetStdHandle(STD_OUTPUT_HANDLE), child, &files[i], 0,
                        FALSE, DUPLICATE_SAME_ACCESS);
    }
    queries = real;
    queries.volume = slow_volume;
    began = GetTickCount();
    up_holders_find(&queries, &holders);
    EXPECT_MSG(GetTickCount() - began < 8000, "took %lu ms", GetTickCount() - began);
    EXPECT(!holders.is_known);
    EXPECT_MSG(asked > 2 && asked < 16, "%ld questions", asked);
    EXPECT_EQ(child_finish(child), 0);
    EXPECT_EQ(child_finish(other), 0);
    driver_gone();
}

/* The table of older systems; a system that does not tell; questions that are never answered. */
void test_holders_hang(void)
{
    struct up_holder_queries queries;
    HANDLE child;
    DWORD began;

    real.system = (up_query_system)up_system_function(L"ntdll.dll", "NtQuerySystemInformation");
    real.object = (up_query_object)up_system_function(L"ntdll.dll", "NtQueryObject");
    real.volume = (up_query_volume)up_system_function(L"ntdll.dll", "NtQueryVolumeInformationFile");
    driver_there();
    child = child_start("pipe");
    find_holders();
    EXPECT_HOLDERS(1);
    EXPECT_EQ(holders.list[0].process_id, GetProcessId(child));

    queries = real;
    queries.system = old_system;
    up_holders_find(&queries, &holders);
    EXPECT(holders.is_known);
    EXPECT_HOLDERS(1);
    EXPECT_EQ(holders.list[0].process_id, GetProcessId(child));
    queries.system = silent_system;
    up_holders_find(&queries, &holders);
    EXPECT(!holders.is_known);
    EXPECT_HOLDERS(0);

    queries = real;
    queries.volume = sleepy_volume;
    to_sleep = 3;
    began = GetTickCount();
    up_holders_find(&queries, &holders);
    EXPECT_MSG(GetTickCount() - began < 20000, "took %lu ms", GetTickCount() - began);
    EXPECT(holders.is_known);
    EXPECT(to_sleep <= 0);
    EXPECT_HOLDERS(1); /* what was asked first is lost, and is somebody else's */
    to_sleep = 1000000;
    up_holders_find(&queries, &holders);
    EXPECT(!holders.is_known); /* who finds that nobody answers does not say that nobody holds it */
    to_sleep = 0;
    child_kill(child);
    driver_gone();
}
