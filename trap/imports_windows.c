/* SPDX-License-Identifier: MIT
 *
 * Replaces functions in the import tables of the program and its modules. An entry is known by its
 * value, the function's address, so that bound imports, ordinals and forwarded names are found too.
 * Modules that are loaded later are done when the loader announces them (from Windows Vista on), or
 * after a call of LoadLibrary.
 */
#include "trap.h"

#include <winternl.h>

#define LOADED 1u /* LDR_DLL_NOTIFICATION_REASON_LOADED */

/* What the loader announces (ntdll, LdrRegisterDllNotification in Microsoft's documentation). */
struct dll_notification {
    ULONG flags;
    const UNICODE_STRING *path, *name;
    void *base;
    ULONG size;
};
typedef VOID NTAPI notified(ULONG reason, const struct dll_notification *data, void *context);
typedef NTSTATUS NTAPI register_notification(ULONG flags, notified *function, void *context,
                                             void **cookie);

/* The loader's lock, for Windows XP, whose loader announces nothing. */
typedef NTSTATUS NTAPI lock_loader(ULONG flags, ULONG *disposition, ULONG_PTR *cookie);
typedef NTSTATUS NTAPI unlock_loader(ULONG flags, ULONG_PTR cookie);

static bool is_announced;

/* ---- one module ------------------------------------------------------------------------------ */

static void *find_ours(const void *theirs)
{
    unsigned i;

    for (i = 0; i < up_trap_wrapper_count; i++) {
        const struct up_trap_wrapper *wrapper = &up_trap_wrappers[i];

        if (theirs != NULL && (theirs == wrapper->theirs[0] || theirs == wrapper->theirs[1])) {
            return wrapper->ours;
        }
    }
    return NULL;
}

static void replace(void **entry, void *ours)
{
    DWORD protection, ignored;

    if (VirtualProtect(entry, sizeof *entry, PAGE_READWRITE, &protection)) {
        (void)InterlockedExchangePointer(entry, ours);
        (void)VirtualProtect(entry, sizeof *entry, protection, &ignored);
    }
}

/* Replaces what one table of addresses has of the wrapped functions. */
static void wrap_table(uint8_t *base, DWORD image_bytes, DWORD table)
{
    for (; table <= image_bytes - sizeof(void *); table += (DWORD)sizeof(void *)) {
        void **const entry = (void **)(void *)(base + table);
        void *ours;

        if (*entry == NULL) {
            break;
        }
        ours = find_ours(*entry);
        if (ours != NULL) {
            replace(entry, ours);
        }
    }
}

static const IMAGE_NT_HEADERS *headers_of(const uint8_t *base)
{
    const IMAGE_DOS_HEADER *mz = (const IMAGE_DOS_HEADER *)(const void *)base;
    const IMAGE_NT_HEADERS *headers;

    if (mz->e_magic != IMAGE_DOS_SIGNATURE) {
        return NULL;
    }
    headers = (const IMAGE_NT_HEADERS *)(const void *)(base + mz->e_lfanew);
    return headers->Signature == IMAGE_NT_SIGNATURE &&
                   headers->OptionalHeader.NumberOfRvaAndSizes > IMAGE_DIRECTORY_ENTRY_IMPORT
               ? headers
               : NULL;
}

static void wrap_module(uint8_t *base)
{
    const IMAGE_NT_HEADERS *headers = base != NULL ? headers_of(base) : NULL;
    const DWORD bytes = headers != NULL ? headers->OptionalHeader.SizeOfImage : 0;
    const DWORD address =
        headers != NULL
            ? headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress
            : 0;
    const IMAGE_IMPORT_DESCRIPTOR *descriptor;

    if (address == 0 || address >= bytes || base == (uint8_t *)up_trap_module) {
        return;
    }
    descriptor = (const IMAGE_IMPORT_DESCRIPTOR *)(const void *)(base + address);
    for (; descriptor->Name != 0 && descriptor->FirstThunk != 0; descriptor++) {
        if (descriptor->FirstThunk < bytes) {
            wrap_table(base, bytes, descriptor->FirstThunk);
        }
    }
}

/* ---- all modules ----------------------------------------------------------------------------- */

/* Is it a module whose own calls are the functions themselves? */
static bool is_system_core(const void *base)
{
    return base == (void *)GetModuleHandleW(L"ntdll.dll") ||
           base == (void *)GetModuleHandleW(L"kernel32.dll") ||
           base == (void *)GetModuleHandleW(L"kernelbase.dll");
}

/*
 * Wraps every module of the process. The loader's list may change only under its lock, which is
 * held while a DLL's entry point runs, and taken otherwise.
 */
static void wrap_modules(void)
{
    const PEB_LDR_DATA *loader = NtCurrentTeb()->ProcessEnvironmentBlock->Ldr;
    const LIST_ENTRY *const head = &loader->InMemoryOrderModuleList, *at;

    for (at = head->Flink; at != head; at = at->Flink) {
        const LDR_DATA_TABLE_ENTRY *entry =
            CONTAINING_RECORD(at, LDR_DATA_TABLE_ENTRY, InMemoryOrderLinks);

        if (!is_system_core(entry->DllBase)) {
            wrap_module(entry->DllBase);
        }
    }
}

static VOID NTAPI loaded(ULONG reason, const struct dll_notification *data, void *context)
{
    (void)context;
    if (reason == LOADED && !is_system_core(data->base)) {
        wrap_module(data->base);
    }
}

static FARPROC ntdll_function(const char *name)
{
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), name);
}

static void look_up(struct up_trap_wrapper *wrapper)
{
    static const WCHAR *const dlls[2] = {L"kernel32.dll", L"kernelbase.dll"};
    unsigned i;

    for (i = 0; i < 2; i++) {
        const HMODULE dll = GetModuleHandleW(dlls[i]);
        union {
            FARPROC function;
            void *address;
        } found = {.address = NULL};

        if (dll != NULL) {
            found.function = GetProcAddress(dll, wrapper->name);
        }
        wrapper->theirs[i] = found.address;
    }
}

void up_trap_imports_begin(void)
{
    union {
        FARPROC any;
        register_notification *function;
    } announce = {.any = ntdll_function("LdrRegisterDllNotification")};
    void *cookie;
    unsigned i;

    for (i = 0; i < up_trap_wrapper_count; i++) {
        look_up(&up_trap_wrappers[i]);
    }
    wrap_modules();
    is_announced = announce.any != NULL && NT_SUCCESS(announce.function(0, loaded, NULL, &cookie));
}

void *up_trap_imports_ours(const void *theirs)
{
    return find_ours(theirs);
}

void up_trap_imports_loaded(void)
{
    union {
        FARPROC any;
        lock_loader *function;
    } lock = {.any = ntdll_function("LdrLockLoaderLock")};
    union {
        FARPROC any;
        unlock_loader *function;
    } unlock = {.any = ntdll_function("LdrUnlockLoaderLock")};
    ULONG_PTR cookie;

    if (!is_announced && lock.any != NULL && unlock.any != NULL &&
        NT_SUCCESS(lock.function(0, NULL, &cookie))) {
        wrap_modules();
        (void)unlock.function(0, cookie);
    }
}
