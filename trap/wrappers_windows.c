/* SPDX-License-Identifier: MIT
 *
 * The functions of Windows that are wrapped in the program: those that start processes, that add
 * exception handlers before ours, that load modules, and that find functions by name.
 */
#include "trap.h"

/* A handler that is to be the first gets exceptions after ours. */
static PVOID WINAPI add_handler(ULONG is_first, PVECTORED_EXCEPTION_HANDLER handler)
{
    void *const added = AddVectoredExceptionHandler(is_first, handler);

    if (is_first != 0) {
        up_trap_handler_first();
    }
    return added;
}

static FARPROC WINAPI get_function(HMODULE dll, LPCSTR name)
{
    union {
        FARPROC function;
        void *address;
    } found = {.function = GetProcAddress(dll, name)};
    void *const ours = up_trap_imports_ours(found.address);

    if (ours != NULL) {
        found.address = ours;
    }
    return found.function;
}

static HMODULE loaded(HMODULE dll)
{
    const DWORD last_error = GetLastError();

    up_trap_imports_loaded();
    SetLastError(last_error);
    return dll;
}

static HMODULE WINAPI load_a(LPCSTR name)
{
    return loaded(LoadLibraryA(name));
}

static HMODULE WINAPI load_w(LPCWSTR name)
{
    return loaded(LoadLibraryW(name));
}

static HMODULE WINAPI load_ex_a(LPCSTR name, HANDLE file, DWORD flags)
{
    return loaded(LoadLibraryExA(name, file, flags));
}

static HMODULE WINAPI load_ex_w(LPCWSTR name, HANDLE file, DWORD flags)
{
    return loaded(LoadLibraryExW(name, file, flags));
}

/* clang-format off */
struct up_trap_wrapper up_trap_wrappers[] = {
    {.name = "CreateProcessA", .ours = (void *)(uintptr_t)up_trap_create_process_a},
    {.name = "CreateProcessW", .ours = (void *)(uintptr_t)up_trap_create_process_w},
    {.name = "WinExec", .ours = (void *)(uintptr_t)up_trap_win_exec},
    {.name = "AddVectoredExceptionHandler", .ours = (void *)(uintptr_t)add_handler},
    {.name = "GetProcAddress", .ours = (void *)(uintptr_t)get_function},
    {.name = "LoadLibraryA", .ours = (void *)(uintptr_t)load_a},
    {.name = "LoadLibraryW", .ours = (void *)(uintptr_t)load_w},
    {.name = "LoadLibraryExA", .ours = (void *)(uintptr_t)load_ex_a},
    {.name = "LoadLibraryExW", .ours = (void *)(uintptr_t)load_ex_w},
};
/* clang-format on */
const unsigned up_trap_wrapper_count = sizeof up_trap_wrappers / sizeof up_trap_wrappers[0];
