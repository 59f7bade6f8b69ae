/* SPDX-License-Identifier: MIT
 *
 * Finds what drives stand for (drive.h): QueryDosDevice tells the folder of a subst drive,
 * WNetGetConnection the share of a network drive. mpr.dll is loaded only for a network drive.
 */
#include "drive.h"

#include "winutil/winutil.h"
#include "drivepath.h"

/* A subst of a subst of a network drive, and one more. */
#define STEPS_MAX   4u
#define TEXT_MAX    (3u * MAX_PATH)
#define NETWORK_DLL L"mpr.dll"

static bool find_share(const wchar_t *drive, wchar_t share[MAX_PATH])
{
    typedef DWORD(WINAPI * get_connection)(LPCWSTR, LPWSTR, LPDWORD);
    HMODULE network = up_system_dll(NETWORK_DLL);
    get_connection get =
        network != NULL ? (get_connection)(up_function)GetProcAddress(network, "WNetGetConnectionW")
                        : NULL;
    DWORD room = MAX_PATH;

    return get != NULL && get(drive, share, &room) == NO_ERROR;
}

/*
 * Finds what the drive stands for. A subst of a network drive counts as a network drive, but no
 * share is known for it.
 */
static bool find_root(const wchar_t *drive, const wchar_t *folder, wchar_t root[MAX_PATH])
{
    return (GetDriveTypeW(folder) == DRIVE_REMOTE && find_share(drive, root)) ||
           QueryDosDeviceW(drive, root, MAX_PATH) != 0;
}

void up_drive_resolve(wchar_t path[MAX_PATH])
{
    wchar_t drive[] = L"X:", folder[] = L"X:\\", root[MAX_PATH];
    char path_text[TEXT_MAX], root_text[TEXT_MAX], resolved[TEXT_MAX];

    for (unsigned step = 0; step < STEPS_MAX && path[0] != L'\0' && path[1] == L':'; step++) {
        drive[0] = folder[0] = path[0];
        if (!find_root(drive, folder, root)) {
            return;
        }
        up_utf8(path, path_text, sizeof path_text);
        up_utf8(root, root_text, sizeof root_text);
        if (!up_path_without_drive(path_text, root_text, resolved, sizeof resolved) ||
            !up_wide(resolved, root, MAX_PATH)) {
            return;
        }
        wcscpy(path, root);
    }
}

bool up_drive_is_there(const wchar_t *path)
{
    wchar_t folder[] = L"X:\\";

    if (path[0] == L'\0' || path[1] != L':') {
        return true;
    }
    folder[0] = path[0];
    return GetDriveTypeW(folder) != DRIVE_NO_ROOT_DIR;
}
