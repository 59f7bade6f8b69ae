/* SPDX-License-Identifier: MIT
 *
 * One port access in one request, without a list, as programs that do not know about lists make it.
 * The access is checked and executed under the map lock, so that no access uses the old map once a
 * revoke has returned.
 *
 * The same control codes arrive in two ways. The I/O manager tries the fast path first (DDK:
 * FAST_IO_DISPATCH). That is a call with the caller's own arguments, without an IRP, memory or
 * copies. There the buffer addresses are used as plain numbers and are never dereferenced. In an
 * IRP, which a filter driver or Wine makes of the call, the numbers lie in the system buffer.
 */
#include "driver.h"

/*
 * Runs a read or a write. IRQL: PASSIVE_LEVEL. STATUS_CANCELLED: the file's last handle has been
 * closed.
 */
static NTSTATUS run(struct up_io_operation *operation, const FILE_OBJECT *file)
{
    uint32_t denied;
    KIRQL irql;

    if (!up_io_width_is_good(operation->width)) {
        return STATUS_INVALID_PARAMETER;
    }
    if (file->FsContext == NULL) {
        return STATUS_CANCELLED;
    }
    up_map_lock(&irql); /* under the lock the map cannot change */
    denied = up_portset_first_denied(&up_state.installed, operation->port, operation->width);
    if (denied == UP_PORTSET_NONE_DENIED) {
        up_ports_run(operation, 1, operation->width);
    }
    up_map_unlock(irql);
    if (denied == UP_PORTSET_NONE_DENIED) {
        return STATUS_SUCCESS;
    }
    up_io_count_denied(denied);
    return STATUS_ACCESS_DENIED;
}

NTSTATUS up_access_read(uint32_t where, const FILE_OBJECT *file, uint32_t *value)
{
    struct up_io_operation operation = {
        .kind = UP_IO_READ, .width = UP_ACCESS_WIDTH(where), .port = UP_ACCESS_PORT(where)};
    NTSTATUS status = UP_ACCESS(operation.port, operation.width) == where
                          ? run(&operation, file)
                          : STATUS_INVALID_PARAMETER;

    *value = operation.value;
    return status;
}

NTSTATUS up_access_write(uint32_t where, const FILE_OBJECT *file, uint32_t value)
{
    struct up_io_operation operation = {.kind = UP_IO_WRITE,
                                        .width = UP_ACCESS_WIDTH(where),
                                        .port = UP_ACCESS_PORT(where),
                                        .value = value};

    return UP_ACCESS(operation.port, operation.width) == where ? run(&operation, file)
                                                               : STATUS_INVALID_PARAMETER;
}

/*
 * DDK: FAST_IO_DEVICE_CONTROL. IRQL: PASSIVE_LEVEL, in the caller's thread. The I/O manager has
 * checked the access rights of the control code against those of the handle, as before an IRP.
 * Returns FALSE to make the I/O manager send an IRP instead.
 */
static BOOLEAN NTAPI fast_control(FILE_OBJECT *file, BOOLEAN wait, void *user_in, ULONG in_length,
                                  void *user_out, ULONG out_length, ULONG code,
                                  IO_STATUS_BLOCK *result, DEVICE_OBJECT *device)
{
    const uintptr_t where = (uintptr_t)user_in;
    uint32_t value = 0;

    UNREFERENCED_PARAMETER(wait);
    UNREFERENCED_PARAMETER(device);
    if (in_length != 0 || out_length != 0 || where > 0xFFFFFFFFu) {
        return FALSE;
    }
    if (code == UP_IOCTL_READ) {
        result->Status = up_access_read((uint32_t)where, file, &value);
    } else if (code == UP_IOCTL_WRITE && (uintptr_t)user_out <= 0xFFFFFFFFu) {
        result->Status = up_access_write((uint32_t)where, file, (uint32_t)(uintptr_t)user_out);
    } else {
        return FALSE;
    }
    result->Information = NT_SUCCESS(result->Status) ? value : 0;
    return TRUE;
}

FAST_IO_DISPATCH up_access_fast = {.SizeOfFastIoDispatch = sizeof(FAST_IO_DISPATCH),
                                   .FastIoDeviceControl = fast_control};
