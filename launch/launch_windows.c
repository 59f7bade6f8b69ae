/* SPDX-License-Identifier: MIT
 *
 * Puts userport-trap.dll into a suspended process. See launch.h. What it relies on: a process that
 * was created suspended has its image mapped and its loader has not run; its environment block
 * (PEB) has the image's address; the loader reads the import directory when it runs first.
 */
#include "launch.h"

#include <stddef.h>
#include <winternl.h>

#include "import_plan.h"

#define PEB_IMAGE_BASE                                                                             \
    (2 * sizeof(void *))             /* of a process of this bitness, or of WoW64's 64-bit half */
#define GRANULE             0x10000u /* what VirtualAllocEx aligns its memory to */
#define BLOCK_DISTANCE_MAX  0x7FFF0000u /* relative addresses stay below 2 GB */
#define CLASS_BASIC         0
#define CLASS_WOW64         26
#define HELPER_MILLISECONDS 60000u /* a start on a slow machine takes more than ten seconds */
#define KILLED              ((UINT)0xC0000001)

/* ---- the process ----------------------------------------------------------------------------- */

static ULONG_PTR query_wow64(HANDLE process)
{
    ULONG_PTR wow64 = 0;

    return NT_SUCCESS(NtQueryInformationProcess(process, (PROCESSINFOCLASS)CLASS_WOW64, &wow64,
                                                sizeof wow64, NULL))
               ? wow64
               : 0;
}

bool up_launch_is_64_bit(HANDLE process)
{
    const bool runs_in_wow64 = query_wow64(process) != 0;

    if (sizeof(void *) == 8) {
        return !runs_in_wow64;
    }
    return !runs_in_wow64 && query_wow64(GetCurrentProcess()) != 0;
}

/* The process, and the address of its image there. */
struct target {
    HANDLE process;
    uint8_t *image;
};

static bool find_image(struct target *target)
{
    PROCESS_BASIC_INFORMATION basic;
    SIZE_T got;

    return NT_SUCCESS(NtQueryInformationProcess(target->process, (PROCESSINFOCLASS)CLASS_BASIC,
                                                &basic, sizeof basic, NULL)) &&
           ReadProcessMemory(target->process, (uint8_t *)basic.PebBaseAddress + PEB_IMAGE_BASE,
                             &target->image, sizeof target->image, &got) &&
           target->image != NULL;
}

static bool read_image(void *context, uint32_t address, void *to, uint32_t length)
{
    const struct target *target = context;
    SIZE_T got = 0;

    return ReadProcessMemory(target->process, target->image + address, to, length, &got) &&
           got == length;
}

/* ---- the block ------------------------------------------------------------------------------- */

/* Allocates memory behind the image. Result: its relative address; 0 if there is none. */
static uint32_t allocate(const struct target *target, const struct up_import_plan *plan)
{
    uint64_t at = ((uint64_t)plan->image_bytes + GRANULE - 1) & ~(uint64_t)(GRANULE - 1);

    while (at + plan->block_bytes < BLOCK_DISTANCE_MAX) {
        uint8_t *const address = target->image + at;
        MEMORY_BASIC_INFORMATION region;

        if ((uintptr_t)address < (uintptr_t)target->image ||
            VirtualQueryEx(target->process, address, &region, sizeof region) == 0) {
            return 0;
        }
        if (region.State == MEM_FREE &&
            region.RegionSize - (size_t)(address - (uint8_t *)region.BaseAddress) >=
                plan->block_bytes &&
            VirtualAllocEx(target->process, address, plan->block_bytes, MEM_RESERVE | MEM_COMMIT,
                           PAGE_READWRITE) == address) {
            return (uint32_t)at;
        }
        if (region.State == MEM_FREE) {
            at += GRANULE;
        } else {
            const uint64_t end =
                (uint64_t)((uint8_t *)region.BaseAddress - target->image) + region.RegionSize;

            at = (end + GRANULE - 1) & ~(uint64_t)(GRANULE - 1);
        }
    }
    return 0;
}

static bool write_protected(const struct target *target, uint32_t address, const void *from,
                            uint32_t length)
{
    uint8_t *const at = target->image + address;
    DWORD protection, ignored;
    SIZE_T wrote = 0;
    bool done;

    if (!VirtualProtectEx(target->process, at, length, PAGE_READWRITE, &protection)) {
        return false;
    }
    done = WriteProcessMemory(target->process, at, from, length, &wrote) && wrote == length;
    return VirtualProtectEx(target->process, at, length, protection, &ignored) && done;
}

/*
 * Writes the three data directories in one call: from the imports to the address tables, as far as
 * the image has them.
 */
static bool write_directories(const struct target *target, const struct up_import_plan *plan,
                              uint32_t block)
{
    struct up_data_directory directories[UP_DIRECTORY_TABLES - UP_DIRECTORY_IMPORTS + 1];
    const uint32_t at = plan->directories + UP_DIRECTORY_IMPORTS * (uint32_t)sizeof directories[0];
    const uint32_t there = plan->directory_count - UP_DIRECTORY_IMPORTS;
    const uint32_t count = there < sizeof directories / sizeof directories[0]
                               ? there
                               : sizeof directories / sizeof directories[0];
    const uint32_t bytes = count * (uint32_t)sizeof directories[0];

    if (!read_image((void *)(uintptr_t)target, at, directories, bytes)) {
        return false;
    }
    directories[0] = up_import_directory(plan, block);
    if (count > UP_DIRECTORY_BOUND - UP_DIRECTORY_IMPORTS) {
        directories[UP_DIRECTORY_BOUND - UP_DIRECTORY_IMPORTS] = (struct up_data_directory){0, 0};
    }
    if (count > UP_DIRECTORY_TABLES - UP_DIRECTORY_IMPORTS) {
        directories[UP_DIRECTORY_TABLES - UP_DIRECTORY_IMPORTS] = plan->new_tables;
    }
    return write_protected(target, at, directories, bytes);
}

static enum up_launch_problem launch_problem(enum up_plan_problem problem)
{
    switch (problem) {
    case UP_PLAN_OK:
        return UP_LAUNCH_OK;
    case UP_PLAN_UNREADABLE:
        return UP_LAUNCH_SYSTEM;
    case UP_PLAN_PROCESSOR:
        return UP_LAUNCH_PROCESSOR;
    case UP_PLAN_DOTNET:
        return UP_LAUNCH_DOTNET;
    default:
        return UP_LAUNCH_IMAGE;
    }
}

/* Writes the block, which bytes has memory for, into the process, and the new directories. */
static enum up_launch_problem write_block(const struct target *target,
                                          const struct up_import_plan *plan, const char *dll,
                                          const char *settings, uint8_t *bytes)
{
    const struct up_image image = {read_image, (void *)(uintptr_t)target};
    const uint32_t block = allocate(target, plan);
    enum up_plan_problem problem;
    SIZE_T wrote = 0;

    if (block == 0) {
        return UP_LAUNCH_NO_ROOM;
    }
    problem = up_import_block(&image, plan, dll, settings, block, bytes);
    if (problem == UP_PLAN_OK && (!WriteProcessMemory(target->process, target->image + block, bytes,
                                                      plan->block_bytes, &wrote) ||
                                  !write_directories(target, plan, block))) {
        problem = UP_PLAN_UNREADABLE;
    }
    return launch_problem(problem);
}

static enum up_launch_problem write_imports(const struct target *target, const char *dll,
                                            const char *settings)
{
    const struct up_image image = {read_image, (void *)(uintptr_t)target};
    struct up_import_plan plan;
    enum up_launch_problem problem = launch_problem(up_import_plan(&image, &plan));
    uint8_t *bytes;

    if (problem != UP_LAUNCH_OK) {
        return problem;
    }
    bytes = VirtualAlloc(NULL, plan.block_bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (bytes == NULL) {
        return UP_LAUNCH_SYSTEM;
    }
    problem = write_block(target, &plan, dll, settings, bytes);
    (void)VirtualFree(bytes, 0, MEM_RELEASE);
    return problem;
}

/* ---- a 64-bit process, from a 32-bit one ----------------------------------------------------- */

static WCHAR *append(WCHAR *at, const WCHAR *end, const WCHAR *text)
{
    while (at < end && *text != 0) {
        *at++ = *text++;
    }
    *at = 0;
    return at;
}

static WCHAR *append_decimal(WCHAR *at, const WCHAR *end, DWORD number)
{
    WCHAR digits[12];
    unsigned i = sizeof digits / sizeof digits[0] - 1;

    digits[i] = 0;
    do {
        digits[--i] = (WCHAR)(L'0' + number % 10);
        number /= 10;
    } while (number != 0);
    return append(at, end, digits + i);
}

/*
 * The helper's exit status, an up_launch_problem. One that takes too long is ended: the process
 * that it was to prepare may run from now on.
 */
static enum up_launch_problem end_of_helper(HANDLE helper)
{
    DWORD status = UP_LAUNCH_NO_HELPER;

    if (WaitForSingleObject(helper, HELPER_MILLISECONDS) != WAIT_OBJECT_0) {
        (void)TerminateProcess(helper, KILLED);
        (void)WaitForSingleObject(helper, HELPER_MILLISECONDS);
        return UP_LAUNCH_NO_HELPER;
    }
    (void)GetExitCodeProcess(helper, &status);
    return status <= UP_LAUNCH_NO_HELPER ? (enum up_launch_problem)status : UP_LAUNCH_NO_HELPER;
}

/* Runs `rundll32 "DLL",Prepare ID SETTINGS`, the 64-bit one, which ends with an up_launch_problem.
 */
static enum up_launch_problem prepare_by_helper(DWORD id, const WCHAR *dll, const char *settings,
                                                DWORD *error)
{
    WCHAR line[2 * MAX_PATH + UP_PROGRAM_TEXT_MAX + 40], *at = line;
    const WCHAR *const end = line + sizeof line / sizeof line[0] - 1;
    WCHAR program[MAX_PATH];
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION helper;
    enum up_launch_problem problem;

    if (!up_launch_windows_folder(program)) {
        *error = GetLastError();
        return UP_LAUNCH_NO_HELPER;
    }
    (void)append(program + lstrlenW(program), program + MAX_PATH - 1, L"\\sysnative\\rundll32.exe");
    at = append(at, end, L"\"");
    at = append(at, end, program);
    at = append(at, end, L"\" \"");
    at = append(at, end, dll);
    at = append(at, end, L"\",Prepare ");
    at = append_decimal(at, end, id);
    at = append(at, end, L" ");
    while (at < end && *settings != '\0') {
        *at++ = (uint8_t)*settings++;
    }
    *at = 0;
    if (!CreateProcessW(program, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &start,
                        &helper)) {
        *error = GetLastError();
        return UP_LAUNCH_NO_HELPER;
    }
    problem = end_of_helper(helper.hProcess);
    CloseHandle(helper.hThread);
    CloseHandle(helper.hProcess);
    return problem;
}

/* ---- for the callers ------------------------------------------------------------------------- */

enum up_launch_problem up_launch_prepare(HANDLE process, DWORD id, HMODULE own,
                                         const char *settings, DWORD *error)
{
    struct target target = {process, NULL};
    const bool is_64_bit = up_launch_is_64_bit(process);
    WCHAR path[MAX_PATH];
    char dll[MAX_PATH];
    enum up_launch_problem problem = up_launch_find_dll(own, is_64_bit, path, dll);

    *error = 0;
    if (problem != UP_LAUNCH_OK) {
        return problem;
    }
    if (is_64_bit && sizeof(void *) == 4) {
        return prepare_by_helper(id, path, settings, error);
    }
    problem = find_image(&target) ? write_imports(&target, dll, settings) : UP_LAUNCH_SYSTEM;
    if (problem == UP_LAUNCH_SYSTEM) {
        *error = GetLastError();
    }
    return problem;
}

void up_launch_event_name(DWORD id, WCHAR *name)
{
    const WCHAR *const end = name + UP_LAUNCH_EVENT_MAX - 1;

    (void)append_decimal(append(name, end, L"userport-trap-"), end, id);
}
