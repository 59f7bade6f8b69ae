/* SPDX-License-Identifier: MIT
 *
 * Port accesses by userport.sys, for the handler: by ntdll's own calls, which leave the program's
 * last error alone. docs/protocol.md has the control codes.
 *
 * The device is open while the driver runs and is not suspended. A handle that has become useless
 * is closed as soon as no thread can be using it: the driver cannot stop before. In a process that
 * has given its map up it stays open: a driver that starts anew would know nothing of that, and IN
 * and OUT would reach the ports themselves.
 */
#include "trap.h"

#include <winternl.h>

#include "lock.h"
#include "userport/userport_abi.h"

#define RETRY_MILLISECONDS 100u
#define DEVICE_NAME        L"\\??\\UserPort"

#define STATUS_INFO_LENGTH_MISMATCH_ ((NTSTATUS)0xC0000004)
#define STATUS_BUFFER_TOO_SMALL_     ((NTSTATUS)0xC0000023)
#define STATUS_ACCESS_DENIED_        ((NTSTATUS)0xC0000022)
#define STATUS_INVALID_BUFFER_SIZE_  ((NTSTATUS)0xC0000206)

static HANDLE volatile device;  /* NULL: not open */
static HANDLE volatile retired; /* out of use, to be closed when users is 0 */
static LONG volatile users;     /* threads that may have read device */
static up_lock lock;            /* held by who opens, retires or closes */
static bool volatile has_tried, has_no_fast_form;
static bool gives_map_up;        /* does not change once the device may be open */
static bool volatile stays_open; /* also while the driver is suspended */
static DWORD volatile last_try;  /* GetTickCount */

/* ---- the device ------------------------------------------------------------------------------ */

/* Sends a control code and waits for its end. */
static NTSTATUS control(HANDLE handle, ULONG code, void *in, ULONG in_bytes, void *out,
                        ULONG out_bytes, ULONG_PTR *returned)
{
    IO_STATUS_BLOCK result = {.Information = 0};
    NTSTATUS status = NtDeviceIoControlFile(handle, NULL, NULL, NULL, &result, code, in, in_bytes,
                                            out, out_bytes);

    if (status == STATUS_PENDING) {
        (void)NtWaitForSingleObject(handle, FALSE, NULL);
        status = result.Status;
    }
    *returned = result.Information;
    return status;
}

static bool query_info(HANDLE handle, struct up_info *info)
{
    ULONG_PTR returned = 0;

    return NT_SUCCESS(control(handle, UP_IOCTL_INFO, NULL, 0, info, sizeof *info, &returned)) &&
           returned == sizeof *info && info->abi_version == UP_ABI_VERSION;
}

/*
 * Opens the device for a driver that this DLL can work with. If the name belongs to another object,
 * such as a pipe, that may identify the caller but not act for it.
 */
static HANDLE open_device(void)
{
    static const WCHAR text[] = DEVICE_NAME;
    SECURITY_QUALITY_OF_SERVICE quality = {.Length = sizeof quality,
                                           .ImpersonationLevel = SecurityIdentification};
    UNICODE_STRING name = {sizeof text - sizeof *text, sizeof text, (WCHAR *)(uintptr_t)text};
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK result;
    struct up_info info;
    HANDLE handle = NULL;

    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    attributes.SecurityQualityOfService = &quality;
    if (!NT_SUCCESS(NtOpenFile(&handle, FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE, &attributes,
                               &result, FILE_SHARE_READ | FILE_SHARE_WRITE,
                               FILE_SYNCHRONOUS_IO_NONALERT))) {
        return NULL;
    }
    if (!query_info(handle, &info)) {
        (void)NtClose(handle);
        return NULL;
    }
    if (gives_map_up && (info.mechanisms & UP_MECHANISM_IOPM) != 0) {
        ULONG_PTR returned;

        (void)control(handle, UP_IOCTL_RENOUNCE, NULL, 0, NULL, 0, &returned);
        stays_open = true;
    }
    return handle;
}

/* Closes the retired handle if no thread can be using it. The caller holds the lock. */
static void close_retired(void)
{
    if (retired != NULL && users == 0) {
        (void)NtClose(retired);
        retired = NULL;
    }
}

/* Opens the device, at most once in RETRY_MILLISECONDS. */
static void try_to_open(void)
{
    up_lock_take(&lock);
    close_retired();
    if (device == NULL && (!has_tried || GetTickCount() - last_try >= RETRY_MILLISECONDS)) {
        (void)InterlockedExchangePointer((void *volatile *)&device, open_device());
        has_tried = true;
        last_try = GetTickCount();
    }
    up_lock_release(&lock);
}

void up_trap_driver_begin(bool renounces)
{
    gives_map_up = renounces;
    try_to_open();
}

/* Gets the device for one access. Result: NULL if there is none; then no end is due. */
static HANDLE begin(void)
{
    HANDLE handle;

    (void)InterlockedIncrement(&users); /* before device is read */
    handle = device;
    if (handle == NULL) {
        (void)InterlockedDecrement(&users);
        try_to_open();
        (void)InterlockedIncrement(&users);
        handle = device;
    }
    if (handle == NULL) {
        (void)InterlockedDecrement(&users);
    }
    return handle;
}

static void end(void)
{
    if (InterlockedDecrement(&users) == 0 && retired != NULL) {
        up_lock_take(&lock);
        close_retired();
        up_lock_release(&lock);
    }
}

/*
 * Takes a handle out of use, unless an earlier one still waits to be closed. pause: the next
 * accesses do not try to open it at once.
 */
static void retire(HANDLE handle, bool pause)
{
    up_lock_take(&lock);
    if (retired == NULL && device == handle) {
        (void)InterlockedExchangePointer((void *volatile *)&device, NULL);
        retired = handle;
        has_tried = pause;
        last_try = GetTickCount();
    }
    up_lock_release(&lock);
}

/* ---- accesses -------------------------------------------------------------------------------- */

/* What a failed control code means for the program. */
static enum up_trap_result failed(HANDLE handle, NTSTATUS status)
{
    struct up_info info;

    if (status != STATUS_ACCESS_DENIED_ || !query_info(handle, &info)) {
        retire(handle, false);
        return UP_TRAP_FAILED;
    }
    if (info.state == UP_STATE_SUSPENDED && !stays_open) {
        retire(handle, true);
    }
    return UP_TRAP_DENIED;
}

static NTSTATUS access_fast(HANDLE handle, ULONG code, uint32_t where, uint32_t *value)
{
    ULONG_PTR returned = 0;
    const NTSTATUS status =
        control(handle, code, (void *)(uintptr_t)where, 0, (void *)(uintptr_t)*value, 0, &returned);

    if (code == UP_IOCTL_READ) {
        *value = (uint32_t)returned;
    }
    return status;
}

static NTSTATUS access_by_request(HANDLE handle, ULONG code, uint32_t where, uint32_t *value)
{
    struct up_write in = {.where = where, .value = *value};
    const bool is_read = code == UP_IOCTL_READ;
    ULONG_PTR returned = 0;

    return control(handle, code, &in, is_read ? sizeof in.where : sizeof in, is_read ? value : NULL,
                   is_read ? sizeof *value : 0, &returned);
}

static bool lacks_fast_form(NTSTATUS status)
{
    return status == STATUS_INVALID_BUFFER_SIZE_ || status == STATUS_BUFFER_TOO_SMALL_ ||
           status == STATUS_INFO_LENGTH_MISMATCH_;
}

enum up_trap_result up_trap_driver_access(bool is_output, uint16_t port, unsigned width,
                                          uint32_t *value)
{
    const ULONG code = is_output ? UP_IOCTL_WRITE : UP_IOCTL_READ;
    const uint32_t where = UP_ACCESS(port, width);
    const HANDLE handle = begin();
    NTSTATUS status = STATUS_INVALID_BUFFER_SIZE_;
    enum up_trap_result result = UP_TRAP_DONE;
    uint32_t copy = is_output ? *value : 0;

    if (handle == NULL) {
        return UP_TRAP_FAILED;
    }
    if (!has_no_fast_form) {
        status = access_fast(handle, code, where, &copy);
    }
    if (lacks_fast_form(status)) {
        has_no_fast_form = true;
        copy = is_output ? *value : 0;
        status = access_by_request(handle, code, where, &copy);
    }
    if (!NT_SUCCESS(status)) {
        result = failed(handle, status);
    } else if (!is_output) {
        *value = copy;
    }
    end();
    return result;
}

enum up_trap_result up_trap_driver_block(bool is_output, uint16_t port, unsigned width,
                                         void *buffer, uint32_t count, uint32_t *moved)
{
    struct {
        struct up_io_header header;
        struct up_io_operation operation;
        uint8_t data[UP_TRAP_CHUNK];
    } list = {
        .header = {.abi_version = UP_ABI_VERSION, .operations = 1, .data_bytes = count * width},
        .operation = {.kind = is_output ? UP_IO_WRITE_BLOCK : UP_IO_READ_BLOCK,
                      .width = (uint8_t)width,
                      .port = port,
                      .count = count}};
    const ULONG bytes = sizeof list.header + sizeof list.operation + count * width;
    const HANDLE handle = begin();
    enum up_trap_result result = UP_TRAP_DONE;
    ULONG_PTR returned = 0;
    NTSTATUS status;

    *moved = 0;
    if (handle == NULL) {
        return UP_TRAP_FAILED;
    }
    if (is_output) {
        memcpy(list.data, buffer, count * width);
    }
    status = control(handle, UP_IOCTL_IO, &list, bytes, &list, bytes, &returned);
    if (!NT_SUCCESS(status) || returned != bytes) {
        result = failed(handle, status);
    } else if (list.header.result == UP_IO_DONE) {
        *moved = count;
    } else {
        /* UP_IO_DENIED, or the thread is being ended: UP_IO_CANCELLED */
        *moved = list.header.moved <= count ? list.header.moved : 0;
        result = list.header.result == UP_IO_DENIED ? failed(handle, STATUS_ACCESS_DENIED_)
                                                    : UP_TRAP_FAILED;
    }
    if (!is_output) {
        memcpy(buffer, list.data, *moved * width);
    }
    end();
    return result;
}
