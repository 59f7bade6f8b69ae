/* SPDX-License-Identifier: MIT
 *
 * Finds out whether the driver is still loaded in the kernel. The service manager may not know:
 * ReactOS, told to stop a driver that programs have open, removes the name of its device at once
 * and reports "stopped", but the driver stays. The list of loaded images, class 11 of
 * NtQuerySystemInformation, shows it. Every user may read that list, except at low integrity since
 * Windows 8.1.
 */
#include <string.h>

#include "holders.h"
#include "service.h"

#define MODULES_CLASS   11u /* SystemModuleInformation */
#define LENGTH_MISMATCH ((LONG)0xC0000004)
#define BYTES_FIRST     (1u << 15) /* enough for a hundred images */
#define BYTES_MAX       (1u << 22)

struct module { /* RTL_PROCESS_MODULE_INFORMATION */
    PVOID section, mapped, base;
    ULONG bytes, flags;
    USHORT load_order, init_order, load_count, name_at;
    /* For example "\\SystemRoot\\system32\\drivers\\userport.sys"; not always with a folder. */
    char path[256];
};
struct modules {
    ULONG count;
    struct module list[];
};

static const char *name_of(const char *path)
{
    const char *backslash = strrchr(path, '\\');

    return backslash != NULL ? backslash + 1 : path;
}

/*
 * Reads the list of images, to be freed with HeapFree; NULL if the system does not give it. NT 4.0
 * does not return the length that is needed.
 */
static struct modules *read_modules(up_query_system query)
{
    struct modules *modules;
    ULONG bytes, needed;
    LONG status = LENGTH_MISMATCH;

    for (bytes = BYTES_FIRST; bytes <= BYTES_MAX && status == LENGTH_MISMATCH; bytes *= 2) {
        modules = HeapAlloc(GetProcessHeap(), 0, bytes);
        status = modules != NULL ? query(MODULES_CLASS, modules, bytes, &needed) : 0;
        if (modules == NULL || status >= 0) {
            return modules;
        }
        HeapFree(GetProcessHeap(), 0, modules);
    }
    return NULL;
}

bool up_image_is_loaded(up_query_system query, const char *file)
{
    struct modules *modules = read_modules(query);
    bool found = false;
    ULONG i;

    for (i = 0; modules != NULL && i < modules->count && !found; i++) {
        modules->list[i].path[sizeof modules->list[i].path - 1] = '\0';
        found = _stricmp(name_of(modules->list[i].path), name_of(file)) == 0;
    }
    if (modules != NULL) {
        HeapFree(GetProcessHeap(), 0, modules);
    }
    return found;
}

bool up_driver_is_loaded(const char *file)
{
    const up_query_system query =
        (up_query_system)up_system_function(L"ntdll.dll", "NtQuerySystemInformation");

    return query != NULL && up_image_is_loaded(query, file[0] != '\0' ? file : "userport.sys");
}
