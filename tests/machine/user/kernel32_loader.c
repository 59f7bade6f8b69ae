/* SPDX-License-Identifier: MIT
 *
 * The fake kernel32.dll's loader: the kernel maps DLLs and says which needs which (the list in the
 * process parameters); here are DllMain's calls, in the order of need and back, reference counts,
 * and look-ups. All under one lock, as on NT.
 */
#include "kernel32.h"

typedef BOOL WINAPI dll_main(HINSTANCE, DWORD, LPVOID);

CRITICAL_SECTION loader_lock = UNLOCKED;

static struct module *const modules = PARAMETERS->modules;
static uint32_t last_order;

void attach_program(void);

static BOOL call(const struct module *module, DWORD reason, LPVOID reserved)
{
    return module->entry == 0 ||
           ((dll_main *)module->entry)((HINSTANCE)module->base, reason, reserved);
}

/* First what it needs, then itself. FALSE: a DllMain refused. */
static BOOL attach(struct module *module, LPVOID reserved)
{
    unsigned i;
    BOOL ok = TRUE;

    if (module->state != MODULE_NEW) {
        return TRUE; /* done, or under way in a circle */
    }
    module->state = MODULE_ATTACHING;
    for (i = 0; ok && i < USER_MODULES; i++) {
        if (module->imports & 1u << i) {
            ok = attach(&modules[i], reserved);
        }
    }
    if (!ok) {
        module->state = MODULE_NEW;
        return FALSE;
    }
    ok = call(module, DLL_PROCESS_ATTACH, reserved);
    module->state = MODULE_READY;
    module->order = ++last_order;
    return ok;
}

static struct module *module_of_order(uint32_t order)
{
    unsigned i;

    for (i = 0; i < USER_MODULES; i++) {
        if (modules[i].state == MODULE_READY && modules[i].order == order) {
            return &modules[i];
        }
    }
    return NULL;
}

void __attribute__((used)) attach_program(void)
{
    EnterCriticalSection(&loader_lock);
    if (!attach(&modules[PARAMETERS->program], (LPVOID)1)) {
        end_process(0xC0000142); /* STATUS_DLL_INIT_FAILED */
    }
    LeaveCriticalSection(&loader_lock);
}

void __attribute__((used)) call_modules_for_thread(DWORD reason)
{
    uint32_t i;

    EnterCriticalSection(&loader_lock);
    for (i = 1; i <= last_order; i++) {
        struct module *module =
            module_of_order(reason == DLL_THREAD_ATTACH ? i : last_order + 1 - i);

        if (module != NULL && !module->no_thread_calls) {
            call(module, reason, NULL);
        }
    }
    LeaveCriticalSection(&loader_lock);
}

void detach_modules(void)
{
    uint32_t order;

    for (order = last_order; order > 0; order--) {
        struct module *module = module_of_order(order);

        if (module != NULL) {
            module->state = MODULE_NONE;
            call(module, DLL_PROCESS_DETACH, (LPVOID)1);
        }
    }
}

static void retain(struct module *module)
{
    unsigned i;

    if (module->references == MODULE_PINNED || module->references++ != 0) {
        return;
    }
    for (i = 0; i < USER_MODULES; i++) {
        if (module->imports & 1u << i) {
            retain(&modules[i]);
        }
    }
}

static void release(struct module *module)
{
    uint32_t imports = module->imports;
    unsigned i;

    if (module->references == MODULE_PINNED || --module->references != 0) {
        return;
    }
    if (module->state == MODULE_READY) {
        call(module, DLL_PROCESS_DETACH, NULL);
    }
    SYSTEM_CALL(SYS_UNLOAD_LIBRARY, (uint32_t)(module - modules));
    for (i = 0; i < USER_MODULES; i++) {
        if (imports & 1u << i) {
            release(&modules[i]);
        }
    }
}

static struct module *module_at(HMODULE handle)
{
    unsigned i;

    for (i = 0; i < USER_MODULES; i++) {
        if (modules[i].base != 0 && modules[i].base == (uint32_t)handle) {
            return &modules[i];
        }
    }
    return NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* A path's last part; ".dll" may be left out. */
static BOOL is_named(const struct module *module, const char *name)
{
    const char *a = module->name;
    const char *b = name;

    for (; *name != '\0'; name++) {
        if (*name == '\\' || *name == '/') {
            b = name + 1;
        }
    }
    for (; *a != '\0' && lower(*a) == lower(*b); a++, b++) {
    }
    return *b == '\0' && (*a == '\0' || (lower(a[0]) == '.' && lower(a[1]) == 'd' &&
                                         lower(a[2]) == 'l' && lower(a[3]) == 'l'));
}

static BOOL found(const void *module, DWORD error)
{
    if (module == NULL) {
        SetLastError(error);
    }
    return module != NULL;
}

EXPORT HMODULE WINAPI LoadLibraryA(LPCSTR name)
{
    HMODULE result = NULL;
    uint32_t number;

    EnterCriticalSection(&loader_lock);
    number = SYSTEM_CALL(SYS_LOAD_LIBRARY, (uint32_t)name);
    if ((LONG)number < 0) {
        fail(number);
    } else {
        retain(&modules[number]);
        if (attach(&modules[number], NULL)) {
            result = (HMODULE)modules[number].base;
        } else {
            release(&modules[number]);
            SetLastError(ERROR_DLL_INIT_FAILED);
        }
    }
    LeaveCriticalSection(&loader_lock);
    return result;
}

EXPORT HMODULE WINAPI LoadLibraryExA(LPCSTR name, HANDLE file, DWORD flags)
{
    (void)file;
    if (flags & ~(DWORD)LOAD_WITH_ALTERED_SEARCH_PATH) {
        SYSTEM_CALL(SYS_COMPLAIN, (uint32_t) "LoadLibraryEx with flags that are not here");
    }
    return LoadLibraryA(name);
}

EXPORT BOOL WINAPI FreeLibrary(HMODULE handle)
{
    struct module *module;
    BOOL ok;

    EnterCriticalSection(&loader_lock);
    module = module_at(handle);
    ok = found(module, ERROR_MOD_NOT_FOUND);
    if (ok) {
        release(module);
    }
    LeaveCriticalSection(&loader_lock);
    return ok;
}

EXPORT HMODULE WINAPI GetModuleHandleA(LPCSTR name)
{
    HMODULE result = NULL;
    unsigned i;

    if (name == NULL) {
        return (HMODULE)PARAMETERS->image_base;
    }
    EnterCriticalSection(&loader_lock);
    for (i = 0; i < USER_MODULES; i++) {
        if (modules[i].base != 0 && is_named(&modules[i], name)) {
            result = (HMODULE)modules[i].base;
        }
    }
    LeaveCriticalSection(&loader_lock);
    found(result, ERROR_MOD_NOT_FOUND);
    return result;
}

/* name: a text, or an ordinal below 10000h. */
EXPORT FARPROC WINAPI GetProcAddress(HMODULE handle, LPCSTR name)
{
    BOOL by_ordinal = (uint32_t)name < 0x10000;
    struct module *module;
    uint32_t address = 0;
    unsigned i;

    EnterCriticalSection(&loader_lock);
    module = module_at(handle != NULL ? handle : (HMODULE)PARAMETERS->image_base);
    if (found(module, ERROR_MOD_NOT_FOUND)) {
        address = SYSTEM_CALL(SYS_PROC_ADDRESS, (uint32_t)(module - modules),
                              by_ordinal ? 0 : (uint32_t)name, (uint32_t)name);
        found((void *)address, ERROR_PROC_NOT_FOUND);
        for (i = 0; i < USER_MODULES; i++) { /* a forwarder may have brought something */
            attach(&modules[i], NULL);
        }
    }
    LeaveCriticalSection(&loader_lock);
    return (FARPROC)address;
}

EXPORT DWORD WINAPI GetModuleFileNameA(HMODULE handle, LPSTR text, DWORD size)
{
    static const char folder[] = "C:\\";
    const struct module *module =
        module_at(handle != NULL ? handle : (HMODULE)PARAMETERS->image_base);
    DWORD length = 0;
    const char *at;

    if (!found(module, ERROR_MOD_NOT_FOUND)) {
        return 0;
    }
    for (at = folder; *at != '\0' && length < size; at++) {
        text[length++] = *at;
    }
    for (at = module->name; *at != '\0' && length < size; at++) {
        text[length++] = *at;
    }
    if (length < size) {
        text[length] = '\0';
    }
    return length;
}

EXPORT BOOL WINAPI DisableThreadLibraryCalls(HMODULE handle)
{
    struct module *module = module_at(handle);

    if (!found(module, ERROR_INVALID_HANDLE)) {
        return FALSE;
    }
    module->no_thread_calls = 1;
    return TRUE;
}
