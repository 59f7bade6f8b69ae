/* SPDX-License-Identifier: MIT
 *
 * Finds out which ports userport-run has granted to a program under Wine. On Windows itself the
 * variable is ignored: anybody may set it, and it opens no port there.
 */
#include "wine.h"

#include <windows.h>

#include "core/portlist.h"
#include "system.h"

#define VARIABLE L"USERPORT_PORTS" /* core/ports_variable.h */

static up_error read_list(const WCHAR *wide, DWORD length, struct up_portset *granted)
{
    char *list = up_system_allocate(length + 1u);
    up_error error = UP_ERR_UNSUPPORTED;
    DWORD i;

    if (list == NULL) {
        return UP_ERR_MEMORY;
    }
    for (i = 0; i < length; i++) {
        list[i] = wide[i] < 0x80 ? (char)wide[i] : '?'; /* '?' is in no valid list */
    }
    if (up_portlist_parse(list, length, granted, NULL) && up_portset_count(granted) != 0) {
        error = UP_OK;
    }
    up_system_free(list);
    return error;
}

up_error up_wine_granted(struct up_portset *granted)
{
    const DWORD last_error = GetLastError();
    const DWORD size = up_system_is_wine() ? GetEnvironmentVariableW(VARIABLE, NULL, 0) : 0;
    up_error error = UP_ERR_UNSUPPORTED;
    WCHAR *wide;
    DWORD length;

    up_portset_deny_all(granted);
    if (size != 0) {
        wide = up_system_allocate(size * sizeof *wide);
        length = wide != NULL ? GetEnvironmentVariableW(VARIABLE, wide, size) : 0;
        if (wide == NULL) {
            error = UP_ERR_MEMORY;
        } else if (length < size) { /* else it has grown meanwhile */
            error = read_list(wide, length, granted);
        }
        up_system_free(wide);
    }
    SetLastError(last_error);
    return error;
}
