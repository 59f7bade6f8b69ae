/* SPDX-License-Identifier: MIT
 *
 * A fake advapi32.dll for the test machine: the registry's one key and the service manager's one
 * service, to be read; the service can be stopped by an administrator, and nothing else can be
 * changed through it.
 */
#include "kernel32.h"

#define SERVICE_PATH "system\\currentcontrolset\\services\\userport"
#define KEY          ((HKEY)0x7000)
#define MANAGER      ((SC_HANDLE)0x7004)
#define SERVICE      ((SC_HANDLE)0x7008)
#define DRIVER_PATH  L"\\SystemRoot\\system32\\drivers\\userport.sys"

static char lower(WCHAR letter)
{
    return (char)(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
}

static BOOL is_text(const WCHAR *text, const char *wanted)
{
    for (; *wanted != '\0'; text++, wanted++) {
        if (lower(*text) != *wanted) {
            return FALSE;
        }
    }
    return *text == 0;
}

EXPORT LONG WINAPI RegOpenKeyExW(HKEY root, LPCWSTR path, DWORD options, REGSAM access, PHKEY key)
{
    (void)options;
    if (access & (KEY_SET_VALUE | KEY_CREATE_SUB_KEY)) {
        return ERROR_ACCESS_DENIED;
    }
    if (root != HKEY_LOCAL_MACHINE || !is_text(path, SERVICE_PATH) ||
        SYSTEM_CALL(SYS_SERVICE) == 0) {
        return ERROR_FILE_NOT_FOUND;
    }
    *key = KEY;
    return ERROR_SUCCESS;
}

EXPORT LONG WINAPI RegQueryValueExW(HKEY key, LPCWSTR name, LPDWORD reserved, LPDWORD type,
                                    LPBYTE data, LPDWORD length)
{
    char text[16];
    uint32_t found[2], room = data != NULL ? *length : 0, i, status;

    (void)reserved;
    if (key != KEY) {
        return ERROR_INVALID_HANDLE;
    }
    for (i = 0; i < sizeof text - 1 && name[i] != 0; i++) {
        text[i] = (char)name[i];
    }
    text[i] = '\0';
    status = SYSTEM_CALL(SYS_REGISTRY, (uint32_t)text, (uint32_t)data, room, (uint32_t)found);
    if ((LONG)status < 0) {
        /* no such name */
        return status == 0xC0000034 ? ERROR_FILE_NOT_FOUND : ERROR_REGISTRY_IO_FAILED;
    }
    if (type != NULL) {
        *type = found[0];
    }
    if (length != NULL) {
        *length = found[1];
    }
    return data != NULL && found[1] > room ? ERROR_MORE_DATA : ERROR_SUCCESS;
}

EXPORT LONG WINAPI RegCloseKey(HKEY key)
{
    return key == KEY ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
}

EXPORT SC_HANDLE WINAPI OpenSCManagerW(LPCWSTR machine, LPCWSTR database, DWORD access)
{
    (void)machine, (void)database, (void)access;
    return MANAGER;
}

EXPORT SC_HANDLE WINAPI OpenServiceW(SC_HANDLE manager, LPCWSTR name, DWORD access)
{
    (void)access;
    if (manager != MANAGER || !is_text(name, "userport") || SYSTEM_CALL(SYS_SERVICE) == 0) {
        SetLastError(ERROR_SERVICE_DOES_NOT_EXIST);
        return NULL;
    }
    return SERVICE;
}

/* What the service manager says of a driver in a stop: it takes no second one. */
EXPORT BOOL WINAPI ControlService(SC_HANDLE service, DWORD control, LPSERVICE_STATUS status)
{
    const DWORD state = SYSTEM_CALL(SYS_SERVICE);
    uint32_t result;

    if (service != SERVICE || control != SERVICE_CONTROL_STOP) {
        SetLastError(service != SERVICE ? ERROR_INVALID_HANDLE : ERROR_INVALID_SERVICE_CONTROL);
        return FALSE;
    }
    if (state != SERVICE_RUNNING) {
        SetLastError(state == SERVICE_STOPPED ? ERROR_SERVICE_NOT_ACTIVE
                                              : ERROR_SERVICE_CANNOT_ACCEPT_CTRL);
        return FALSE;
    }
    result = SYSTEM_CALL(SYS_STOP_SERVICE);
    if ((LONG)result < 0) {
        SetLastError(ERROR_ACCESS_DENIED);
        return FALSE;
    }
    return QueryServiceStatus(service, status);
}

EXPORT BOOL WINAPI CloseServiceHandle(SC_HANDLE handle)
{
    (void)handle;
    return TRUE;
}

EXPORT BOOL WINAPI QueryServiceStatus(SC_HANDLE service, LPSERVICE_STATUS status)
{
    DWORD *words = (DWORD *)status;
    unsigned i;

    if (service != SERVICE) {
        SetLastError(ERROR_INVALID_HANDLE);
        return FALSE;
    }
    for (i = 0; i < sizeof *status / sizeof *words; i++) {
        words[i] = 0;
    }
    status->dwServiceType = SERVICE_KERNEL_DRIVER;
    status->dwCurrentState = SYSTEM_CALL(SYS_SERVICE);
    status->dwControlsAccepted =
        status->dwCurrentState == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0;
    return TRUE;
}

/* The path stands behind the structure, as NT does it. */
EXPORT BOOL WINAPI QueryServiceConfigW(SC_HANDLE service, LPQUERY_SERVICE_CONFIGW config,
                                       DWORD bytes, LPDWORD needed)
{
    static const WCHAR path[] = DRIVER_PATH, empty[] = L"";
    WCHAR *to = (WCHAR *)(config + 1);
    unsigned i;

    *needed = sizeof *config + sizeof path;
    if (service != SERVICE || bytes < *needed) {
        SetLastError(service != SERVICE ? ERROR_INVALID_HANDLE : ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    for (i = 0; i < sizeof path / sizeof path[0]; i++) {
        to[i] = path[i];
    }
    config->dwServiceType = SERVICE_KERNEL_DRIVER;
    config->dwStartType = SERVICE_DEMAND_START;
    config->dwErrorControl = SERVICE_ERROR_NORMAL;
    config->lpBinaryPathName = to;
    config->lpLoadOrderGroup = config->lpDependencies = config->lpServiceStartName =
        config->lpDisplayName = (WCHAR *)empty;
    config->dwTagId = 0;
    return TRUE;
}

/* ---- the access list of a file, which this machine does not look at -------------------------- */

EXPORT BOOL WINAPI AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY authority, BYTE count,
                                            DWORD s0, DWORD s1, DWORD s2, DWORD s3, DWORD s4,
                                            DWORD s5, DWORD s6, DWORD s7, PSID *sid)
{
    static SID some;

    (void)authority, (void)count, (void)s0, (void)s1, (void)s2, (void)s3, (void)s4, (void)s5,
        (void)s6, (void)s7;
    *sid = &some;
    return TRUE;
}

EXPORT PVOID WINAPI FreeSid(PSID sid)
{
    (void)sid;
    return NULL;
}

EXPORT BOOL WINAPI InitializeAcl(PACL acl, DWORD bytes, DWORD revision)
{
    (void)acl, (void)bytes, (void)revision;
    return TRUE;
}

EXPORT BOOL WINAPI AddAccessAllowedAce(PACL acl, DWORD revision, DWORD access, PSID sid)
{
    (void)acl, (void)revision, (void)access, (void)sid;
    return TRUE;
}

EXPORT BOOL WINAPI InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, DWORD revision)
{
    (void)descriptor, (void)revision;
    return TRUE;
}

EXPORT BOOL WINAPI SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR descriptor, BOOL present,
                                             PACL acl, BOOL defaulted)
{
    (void)descriptor, (void)present, (void)acl, (void)defaulted;
    return TRUE;
}
