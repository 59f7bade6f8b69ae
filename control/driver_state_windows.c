/* SPDX-License-Identifier: MIT
 *
 * Asks for the state of the driver, as far as this user may know it (control.h). control_windows.c
 * starts and stops it.
 */
#include "control.h"

#include <string.h>

#include "registry.h"
#include "service.h"

#define SETTLE_MS 100u

static void query_config(const struct up_service *service, struct up_driver_status *status)
{
    QUERY_SERVICE_CONFIGW *config = up_service_config(service);
    WCHAR file[MAX_PATH];

    if (config == NULL) {
        return;
    }
    status->startup = config->dwStartType <= SERVICE_DISABLED ? (enum up_startup)config->dwStartType
                                                              : UP_STARTUP_DEMAND;
    if (up_service_file(config->lpBinaryPathName != NULL ? config->lpBinaryPathName : L"",
                        UP_SERVICE_NAME, file)) {
        status->has_file = up_file_exists(file);
        up_utf8(file, status->file, sizeof status->file);
    }
    HeapFree(GetProcessHeap(), 0, config);
}

static void query_service(struct up_driver_status *status)
{
    struct up_service service;

    status->service_code = up_service_open(&service, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);
    if (status->service_code == ERROR_SERVICE_DOES_NOT_EXIST) {
        status->service = UP_SERVICE_ABSENT;
        status->service_code = 0;
        return;
    }
    status->service = UP_SERVICE_UNKNOWN;
    if (status->service_code == 0) {
        status->service = up_service_query(&service);
        status->service_code = status->service == UP_SERVICE_UNKNOWN ? GetLastError() : 0;
        query_config(&service, status);
        up_service_close(&service);
    }
}

static void query_device(struct up_driver_status *status)
{
    HANDLE device = up_device_open(GENERIC_READ);

    if (device == INVALID_HANDLE_VALUE) {
        status->device_code = GetLastError();
        return;
    }
    status->device_code = up_device_info(device, &status->info, &status->is_other_version);
    if (status->device_code == 0 && !status->is_other_version) {
        status->device_code =
            up_device_control(device, UP_IOCTL_MAP, status->map, sizeof status->map);
    }
    if (status->device_code != 0) {
        memset(&status->info, 0, sizeof status->info);
    }
    if (status->device_code != 0 || status->is_other_version) {
        memset(status->map, 0xFF, sizeof status->map);
    }
    status->answers = status->device_code == 0;
    CloseHandle(device);
}

static void query(struct up_driver_status *status)
{
    memset(status, 0, sizeof *status);
    memset(status->map, 0xFF, sizeof status->map);
    status->startup = UP_STARTUP_DEMAND;
    query_service(status);
    query_device(status);
}

/*
 * Is there no device, but still a driver in the kernel? The service manager shows at most that a
 * stop is waiting.
 */
static bool is_left_loaded(const struct up_driver_status *status)
{
    return !status->answers && status->device_code == ERROR_FILE_NOT_FOUND &&
           (status->service == UP_SERVICE_STOPPING ||
            (status->service != UP_SERVICE_STARTING && up_driver_is_loaded(status->file)));
}

void up_driver_query(struct up_driver_status *status)
{
    query(status);
    if (is_left_loaded(status)) {
        Sleep(SETTLE_MS); /* it may just be starting or ending */
        query(status);
        status->may_be_open = is_left_loaded(status);
    }
}

/*
 * Examines the groups of the token. If the SID of Administrators is not enabled, it is not in
 * force; a filtered token has it for denials only. CheckTokenMembership would tell the same, but
 * came with Windows 2000.
 */
bool up_driver_is_administrator(void)
{
    SID_IDENTIFIER_AUTHORITY authority = {SECURITY_NT_AUTHORITY};
    TOKEN_GROUPS *groups = NULL;
    PSID administrators = NULL;
    bool found = false;
    DWORD bytes = 0, i;
    HANDLE token;

    if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token) &&
        !OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
        return false;
    }
    GetTokenInformation(token, TokenGroups, NULL, 0, &bytes);
    groups = bytes > 0 ? HeapAlloc(GetProcessHeap(), 0, bytes) : NULL;
    if (groups != NULL && GetTokenInformation(token, TokenGroups, groups, bytes, &bytes) &&
        AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID,
                                 DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0, &administrators)) {
        for (i = 0; i < groups->GroupCount; i++) {
            found =
                found || ((groups->Groups[i].Attributes &
                           (SE_GROUP_ENABLED | SE_GROUP_USE_FOR_DENY_ONLY)) == SE_GROUP_ENABLED &&
                          EqualSid(groups->Groups[i].Sid, administrators));
        }
        FreeSid(administrators);
    }
    if (groups != NULL) {
        HeapFree(GetProcessHeap(), 0, groups);
    }
    CloseHandle(token);
    return found;
}
