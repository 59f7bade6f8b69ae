/* SPDX-License-Identifier: MIT
 *
 * The back end ioctl on Windows, in which the driver runs the accesses, and the three system calls
 * that reach \\.\UserPort.
 */
#include "ioctl.h"

#include <windows.h>

static uint32_t open_device(void **handle)
{
    /*
     * If another object has that name, such as a pipe, it may identify the caller but not
     * impersonate it.
     */
    *handle = CreateFileA(UP_DEVICE_WIN32_NAME, GENERIC_READ | GENERIC_WRITE,
                          FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                          SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
    return *handle != INVALID_HANDLE_VALUE ? 0 : GetLastError();
}

static uint32_t control_device(void *handle, uint32_t code, void *in, uint32_t in_bytes, void *out,
                               uint32_t out_bytes, uint32_t *returned)
{
    DWORD bytes = 0;
    BOOL good = DeviceIoControl(handle, code, in, in_bytes, out, out_bytes, &bytes, NULL);

    *returned = bytes;
    return good ? 0 : GetLastError();
}

static void close_device(void *handle)
{
    CloseHandle(handle);
}

const struct up_device up_device_windows = {open_device, control_device, close_device};

static up_error open_ioctl(up_handle *handle, struct up_failure_detail *detail)
{
    return up_ioctl_open(handle, &up_device_windows, UP_MECHANISM_LIST, detail);
}

const struct up_backend up_backend_ioctl = {
    .id = UP_BACKEND_IOCTL,
    .open = open_ioctl,
    .close = up_ioctl_close,
    .access = up_ioctl_access,
    .block = up_ioctl_block,
    .run = up_ioctl_run,
    .map = up_ioctl_map,
    .info = up_ioctl_info,
};
