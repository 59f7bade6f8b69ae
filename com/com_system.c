/* SPDX-License-Identifier: MIT
 *
 * oleaut32 and advapi32 by LoadLibrary with the full path in the system's directory, so that no other DLL of that name
 * is taken. They are never freed: who calls in has COM in his process anyway, and a count too many costs nothing.
 */
#include "com.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static const char *const oleaut32_names[] = {
    "SysAllocStringLen",  "LoadTypeLib",          "CreateErrorInfo",       "SetErrorInfo",    "SafeArrayCreateVector",
    "SafeArrayDestroy",   "SafeArrayAccessData",  "SafeArrayUnaccessData", "SafeArrayGetDim", "SafeArrayGetLBound",
    "SafeArrayGetUBound", "SafeArrayGetElemsize", "VariantChangeType",
};

static const char *const advapi32_names[] = {
    "RegCreateKeyExW", "RegOpenKeyExW",    "RegCloseKey",     "RegDeleteKeyW",
    "RegSetValueExW",  "RegQueryValueExW", "RegDeleteValueW", "RegQueryInfoKeyW",
};

static union {
    FARPROC addresses[LENGTH(oleaut32_names)];
    struct up_oleaut32 functions;
} oleaut32;

static union {
    FARPROC addresses[LENGTH(advapi32_names)];
    struct up_advapi32 functions;
} advapi32;

_Static_assert(sizeof(struct up_oleaut32) == sizeof oleaut32.addresses, "a name for each function of oleaut32");
_Static_assert(sizeof(struct up_advapi32) == sizeof advapi32.addresses, "a name for each function of advapi32");

static LONG volatile oleaut32_ready, advapi32_ready;

/* The last error says why it is NULL. */
static HMODULE load_system_dll(const WCHAR *name)
{
    WCHAR path[MAX_PATH + 16];
    UINT length = GetSystemDirectoryW(path, MAX_PATH);
    UINT i;

    if (length == 0) {
        return NULL;
    }
    if (length >= MAX_PATH) {
        SetLastError(ERROR_FILENAME_EXCED_RANGE);
        return NULL;
    }
    path[length++] = L'\\';
    for (i = 0; name[i] != L'\0'; i++) {
        path[length + i] = name[i];
    }
    path[length + i] = L'\0';
    return LoadLibraryW(path);
}

/* Of two threads that do this at once, both write the same. */
static bool load_functions(const WCHAR *dll, const char *const *names, FARPROC *addresses, size_t count)
{
    HMODULE module = load_system_dll(dll);
    size_t i;

    if (module == NULL) {
        return false;
    }
    for (i = 0; i < count; i++) {
        addresses[i] = GetProcAddress(module, names[i]);
        if (addresses[i] == NULL) {
            return false;
        }
    }
    return true;
}

const struct up_oleaut32 *up_com_oleaut32(void)
{
    if (oleaut32_ready == 0) {
        if (!load_functions(L"oleaut32.dll", oleaut32_names, oleaut32.addresses, LENGTH(oleaut32_names))) {
            return NULL;
        }
        InterlockedExchange(&oleaut32_ready, 1);
    }
    return &oleaut32.functions;
}

const struct up_advapi32 *up_com_advapi32(void)
{
    if (advapi32_ready == 0) {
        if (!load_functions(L"advapi32.dll", advapi32_names, advapi32.addresses, LENGTH(advapi32_names))) {
            return NULL;
        }
        InterlockedExchange(&advapi32_ready, 1);
    }
    return &advapi32.functions;
}

/* The linker's name for the DLL's first byte, which is its handle: no need of an entry point that keeps it. */
extern IMAGE_DOS_HEADER __ImageBase;

DWORD up_com_own_path(WCHAR path[MAX_PATH])
{
    DWORD length = GetModuleFileNameW((HMODULE)&__ImageBase, path, MAX_PATH);

    if (length == 0) {
        return GetLastError();
    }
    return length < MAX_PATH ? 0 : ERROR_FILENAME_EXCED_RANGE;
}
