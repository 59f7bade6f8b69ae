/* SPDX-License-Identifier: MIT
 *
 * Talks to the service manager and the device (service.h).
 */
#include "service.h"

#include <string.h>

#include "registry.h"

#define POLL_MS 20u

uint32_t up_service_open(struct up_service *service, DWORD access)
{
    uint32_t error = 0;

    service->handle = NULL;
    service->manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    if (service->manager == NULL) {
        return GetLastError();
    }
    service->handle = OpenServiceW(service->manager, UP_SERVICE_NAME, access);
    if (service->handle == NULL) {
        error = GetLastError();
        up_service_close(service);
    }
    return error;
}

void up_service_close(struct up_service *service)
{
    if (service->handle != NULL) {
        CloseServiceHandle(service->handle);
    }
    if (service->manager != NULL) {
        CloseServiceHandle(service->manager);
    }
    service->handle = service->manager = NULL;
}

bool up_service_image(const struct up_service *service, WCHAR file[MAX_PATH])
{
    QUERY_SERVICE_CONFIGW *config = up_service_config(service);
    bool done = false;

    file[0] = L'\0';
    if (config != NULL) {
        done = up_service_file(config->lpBinaryPathName != NULL ? config->lpBinaryPathName : L"",
                               UP_SERVICE_NAME, file);
        HeapFree(GetProcessHeap(), 0, config);
    }
    return done;
}

/*
 * Is the driver still in the kernel? It is searched under the file name of the service, or under
 * our own if this user's handle does not tell.
 */
static bool is_still_loaded(const struct up_service *service)
{
    WCHAR file[MAX_PATH];
    char path[UP_PATH_MAX];

    up_service_image(service, file);
    up_utf8(file, path, sizeof path);
    return up_driver_is_loaded(path);
}

enum up_service_state up_service_query(const struct up_service *service)
{
    SERVICE_STATUS status;

    if (!QueryServiceStatus(service->handle, &status)) {
        return UP_SERVICE_UNKNOWN;
    }
    switch (status.dwCurrentState) {
    case SERVICE_STOPPED:
        return is_still_loaded(service) ? UP_SERVICE_STOPPING : UP_SERVICE_STOPPED;
    case SERVICE_START_PENDING:
        return UP_SERVICE_STARTING;
    case SERVICE_STOP_PENDING:
        return UP_SERVICE_STOPPING;
    default: /* a driver is never paused */
        return UP_SERVICE_RUNNING;
    }
}

enum up_service_state up_service_wait_while(const struct up_service *service,
                                            enum up_service_state state, uint32_t milliseconds)
{
    const DWORD began = GetTickCount();
    enum up_service_state now;

    for (;;) {
        now = up_service_query(service);
        if (now != state || GetTickCount() - began >= milliseconds) {
            return now;
        }
        Sleep(POLL_MS);
    }
}

QUERY_SERVICE_CONFIGW *up_service_config(const struct up_service *service)
{
    QUERY_SERVICE_CONFIGW *config = NULL;
    DWORD bytes = 0, error;

    /* It may have grown meanwhile. */
    while (!QueryServiceConfigW(service->handle, config, bytes, &bytes)) {
        error = GetLastError();
        if (config != NULL) {
            HeapFree(GetProcessHeap(), 0, config);
            config = NULL;
        }
        if (error == ERROR_INSUFFICIENT_BUFFER) {
            config = HeapAlloc(GetProcessHeap(), 0, bytes);
            error = ERROR_NOT_ENOUGH_MEMORY;
        }
        if (config == NULL) {
            SetLastError(error);
            return NULL;
        }
    }
    return config;
}

HANDLE up_device_open(DWORD access)
{
    /*
     * If something else has taken this name, such as a pipe, it may identify the caller but not
     * impersonate it.
     */
    return CreateFileA(UP_DEVICE_WIN32_NAME, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       OPEN_EXISTING, SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
}

uint32_t up_device_control(HANDLE device, uint32_t code, void *out, uint32_t bytes)
{
    DWORD returned = 0;

    if (!DeviceIoControl(device, code, NULL, 0, out, bytes, &returned, NULL)) {
        return GetLastError();
    }
    return returned == bytes ? 0 : ERROR_INVALID_DATA;
}

uint32_t up_device_info(HANDLE device, struct up_info *info, bool *is_other_version)
{
    const uint32_t error = up_device_control(device, UP_IOCTL_INFO, info, sizeof *info);
    const uint32_t abi_version = info->abi_version, driver_version = info->driver_version;

    *is_other_version = false;
    if (error != 0) {
        memset(info, 0, sizeof *info);
    } else if (abi_version != UP_ABI_VERSION) { /* these two fields never move */
        memset(info, 0, sizeof *info);
        info->abi_version = abi_version;
        info->driver_version = driver_version;
        *is_other_version = true;
    }
    return error;
}
