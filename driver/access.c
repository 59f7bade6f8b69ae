/* SPDX-License-Identifier: MIT
 *
 * One port access in one request, without a list: what programs that know nothing of lists do all day. It is checked and
 * run under the lock of the map, so that no access runs by an old map once a revoke has returned.
 *
 * The same codes come in two ways. The I/O manager tries the fast one first (DDK: FAST_IO_DISPATCH): a call with the
 * caller's own arguments, no request, no memory, no copies. There the arguments are numbers, where a buffer's address
 * would be; none is ever used as an address. In a request, which a filter driver or Wine makes of it, the numbers lie in a
 * buffer of the system.
 */
#include "driver.h"

/* Runs a read or a write. IRQL: PASSIVE_LEVEL. STATUS_CANCELLED: the file's last handle has been closed. */
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
    up_map_lock(&irql); /* the answer holds as long as the map does */
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
    NTSTATUS status =
        UP_ACCESS(operation.port, operation.width) == where ? run(&operation, file) : STATUS_INVALID_PARAMETER;

    *value = operation.value;
    return status;
}

NTSTATUS up_access_write(uint32_t where, const FILE_OBJECT *file, uint32_t value)
{
    struct up_io_operation operation = {
        .kind = UP_IO_WRITE, .width = UP_ACCESS_WIDTH(where), .port = UP_ACCESS_PORT(where), .value = value};

    return UP_ACCESS(operation.port, operation.width) == where ? run(&operation, file) : STATUS_INVALID_PARAMETER;
}

/*
 * DDK: FAST_IO_DEVICE_CONTROL. IRQL: PASSIVE_LEVEL, in the caller's thread; the I/O manager has checked the rights of the
 * code against the handle's, as before a request. FALSE: it makes a request of it.
 */
static BOOLEAN NTAPI fast_control(FILE_OBJECT *file, BOOLEAN wait, void *user_in, ULONG in_length, void *user_out,
                                  ULONG out_length, ULONG code, IO_STATUS_BLOCK *result, DEVICE_OBJECT *device)
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
