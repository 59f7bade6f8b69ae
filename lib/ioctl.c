/* SPDX-License-Identifier: MIT
 *
 * Accesses, lists, the map and the driver's state by DeviceIoControl. A single access has a control
 * code of its own and uses the fast form of userport_abi.h if the system supports it: one call, no
 * memory, no copies. The only field of a handle that changes records that the system does not
 * support the fast form, so threads need no lock. The system runs the requests of one open file one
 * after the other.
 */
#include "ioctl.h"

#include "core/portset.h"
#include "system.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* Windows' error codes, from winerror.h. */
#define INVALID_FUNCTION    1u
#define FILE_NOT_FOUND      2u
#define PATH_NOT_FOUND      3u
#define ACCESS_DENIED       5u
#define NOT_ENOUGH_MEMORY   8u
#define OUTOFMEMORY         14u
#define NOT_READY           21u
#define BAD_LENGTH          24u
#define DEV_NOT_EXIST       55u
#define INSUFFICIENT_BUFFER 122u
#define NO_SUCH_DEVICE      433u
#define OPERATION_ABORTED   995u
#define NOT_CONNECTED       1167u
#define CANCELLED           1223u
#define REVISION_MISMATCH   1306u
#define NO_SYSTEM_RESOURCES 1450u
#define INVALID_USER_BUFFER 1784u

struct translation {
    uint32_t system_error;
    up_error error;
};

static const struct translation open_errors[] = {
    {FILE_NOT_FOUND, UP_ERR_NOT_RUNNING}, {PATH_NOT_FOUND, UP_ERR_NOT_RUNNING},
    {NOT_READY, UP_ERR_NOT_RUNNING},      {DEV_NOT_EXIST, UP_ERR_NOT_RUNNING},
    {NO_SUCH_DEVICE, UP_ERR_NOT_RUNNING}, {NOT_CONNECTED, UP_ERR_NOT_RUNNING},
    {ACCESS_DENIED, UP_ERR_NO_ACCESS},    {NOT_ENOUGH_MEMORY, UP_ERR_MEMORY},
    {OUTOFMEMORY, UP_ERR_MEMORY},         {NO_SYSTEM_RESOURCES, UP_ERR_MEMORY},
};

static const struct translation control_errors[] = {
    {FILE_NOT_FOUND, UP_ERR_NOT_RUNNING},   {NOT_READY, UP_ERR_NOT_RUNNING},
    {DEV_NOT_EXIST, UP_ERR_NOT_RUNNING},    {NO_SUCH_DEVICE, UP_ERR_NOT_RUNNING},
    {NOT_CONNECTED, UP_ERR_NOT_RUNNING},    {REVISION_MISMATCH, UP_ERR_VERSION},
    {INVALID_FUNCTION, UP_ERR_UNSUPPORTED}, {OPERATION_ABORTED, UP_ERR_CANCELLED},
    {CANCELLED, UP_ERR_CANCELLED},          {NOT_ENOUGH_MEMORY, UP_ERR_MEMORY},
    {OUTOFMEMORY, UP_ERR_MEMORY},           {NO_SYSTEM_RESOURCES, UP_ERR_MEMORY},
};

/* Errors that INFO returns if the driver of this name is not UserPort or has another INFO. */
static const struct translation info_errors[] = {
    {INVALID_FUNCTION, UP_ERR_VERSION},
    {BAD_LENGTH, UP_ERR_VERSION},
    {INSUFFICIENT_BUFFER, UP_ERR_VERSION},
    {INVALID_USER_BUFFER, UP_ERR_VERSION},
};

/* Result: UP_OK if the table has no entry for the code. */
static up_error look_up(const struct translation *table, size_t length, uint32_t system_error)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (table[i].system_error == system_error) {
            return table[i].error;
        }
    }
    return UP_OK;
}

static up_error control_failed(uint32_t system_error, struct up_failure_detail *detail)
{
    up_error error = look_up(control_errors, LENGTH(control_errors), system_error);

    detail->system_error = system_error;
    if (error == UP_ERR_UNSUPPORTED) {
        detail->why = "the driver is older than this library and cannot do that";
    }
    return error != UP_OK ? error : UP_ERR_SYSTEM;
}

/* Queries the driver for an answer of exactly the given number of bytes. */
static up_error query(const up_handle *handle, uint32_t code, void *out, uint32_t bytes,
                      struct up_failure_detail *detail)
{
    uint32_t returned = 0;
    uint32_t system_error =
        handle->device->control(handle->state, code, NULL, 0, out, bytes, &returned);

    if (system_error != 0) {
        return control_failed(system_error, detail);
    }
    if (returned != bytes) {
        detail->why = "the driver's answer has the wrong length";
        return UP_ERR_SYSTEM;
    }
    return UP_OK;
}

up_error up_ioctl_map(up_handle *handle, uint8_t map[UP_MAP_BYTES],
                      struct up_failure_detail *detail)
{
    return query(handle, UP_IOCTL_MAP, map, UP_MAP_BYTES, detail);
}

up_error up_ioctl_info(up_handle *handle, struct up_info *info, struct up_failure_detail *detail)
{
    return query(handle, UP_IOCTL_INFO, info, sizeof *info, detail);
}

/* ---- open and close -------------------------------------------------------------------------- */

/* Checks whether this library can work with the driver. */
static up_error check_version(up_handle *handle, uint32_t mechanism,
                              struct up_failure_detail *detail)
{
    struct up_info info;
    up_error error = up_ioctl_info(handle, &info, detail);

    if (error != UP_OK) {
        if (detail->why != NULL ||
            look_up(info_errors, LENGTH(info_errors), detail->system_error) != UP_OK) {
            detail->why = "a driver of this name is there that does not answer as UserPort 3 does";
            return UP_ERR_VERSION;
        }
        return error;
    }
    if (info.abi_version != UP_ABI_VERSION) {
        detail->abi_version = info.abi_version;
        detail->driver_version = info.driver_version;
        return UP_ERR_VERSION;
    }
    if ((info.mechanisms & mechanism) == 0) {
        detail->why = mechanism == UP_MECHANISM_LIST
                          ? "the driver does not run lists of operations"
                          : "the driver cannot let programs run IN and OUT themselves here";
        return UP_ERR_UNSUPPORTED;
    }
    return UP_OK;
}

up_error up_ioctl_open(up_handle *handle, const struct up_device *device, uint32_t mechanism,
                       struct up_failure_detail *detail)
{
    up_error error;

    detail->system_error = device->open(&handle->state);
    if (detail->system_error != 0) {
        error = look_up(open_errors, LENGTH(open_errors), detail->system_error);
        return error != UP_OK ? error : UP_ERR_SYSTEM;
    }
    handle->device = device;
    error = check_version(handle, mechanism, detail);
    if (error != UP_OK) {
        device->close(handle->state);
    }
    return error;
}

void up_ioctl_close(up_handle *handle)
{
    handle->device->close(handle->state);
}

/*
 * Asks the driver for its state, to tell the user what to do. After a failure the cost of another
 * call does not matter.
 */
static void ask_why(up_handle *handle, up_error error, struct up_failure_detail *detail)
{
    struct up_failure_detail ignored = {0};
    struct up_info info;

    if ((error != UP_ERR_DENIED && error != UP_ERR_VERSION) ||
        up_ioctl_info(handle, &info, &ignored) != UP_OK) {
        return;
    }
    if (error == UP_ERR_DENIED) {
        detail->state = info.state;
    } else {
        detail->abi_version = info.abi_version;
        detail->driver_version = info.driver_version;
    }
}

/* ---- one access ------------------------------------------------------------------------------ */

/* Passes numbers in place of addresses (userport_abi.h). Result: the system's error. */
static uint32_t access_fast(up_handle *handle, uint32_t code, uint32_t where, uint32_t *value)
{
    uint32_t returned = 0;
    uint32_t system_error = handle->device->control(handle->state, code, (void *)(uintptr_t)where,
                                                    0, (void *)(uintptr_t)*value, 0, &returned);

    if (code == UP_IOCTL_READ) {
        *value = returned;
    }
    return system_error;
}

static uint32_t access_by_request(up_handle *handle, uint32_t code, uint32_t where, uint32_t *value)
{
    struct up_write in = {.where = where, .value = *value};
    const bool is_read = code == UP_IOCTL_READ;
    uint32_t returned = 0;

    return handle->device->control(handle->state, code, &in, is_read ? sizeof in.where : sizeof in,
                                   is_read ? value : NULL, is_read ? sizeof *value : 0, &returned);
}

/*
 * Returns the denied port of a refused access. It reads the current map, which may have changed
 * since; then the result is the first port.
 */
static uint32_t first_denied(up_handle *handle, const up_operation *operation)
{
    struct up_failure_detail ignored = {0};
    struct up_portset map;
    uint32_t denied;

    if (operation->width == 1 || up_ioctl_map(handle, map.map, &ignored) != UP_OK) {
        return operation->port;
    }
    denied = up_portset_first_denied(&map, operation->port, operation->width);
    return denied != UP_PORTSET_NONE_DENIED ? denied : operation->port;
}

/*
 * Error 5 means that the driver denied a port, or that the system refused a handle whose driver is
 * gone (Wine). In the second case INFO fails too, and its failure is the result.
 */
static up_error access_failed(up_handle *handle, const up_operation *operation,
                              uint32_t system_error, struct up_failure_detail *detail)
{
    struct up_info info;
    up_error error;

    if (system_error != ACCESS_DENIED) {
        error = control_failed(system_error, detail);
        ask_why(handle, error, detail);
        return error;
    }
    error = up_ioctl_info(handle, &info, detail);
    if (error == UP_OK) {
        error = UP_ERR_DENIED;
        detail->state = info.state;
        detail->port = first_denied(handle, operation);
    }
    return error;
}

up_error up_ioctl_access(up_handle *handle, up_operation *operation,
                         struct up_failure_detail *detail)
{
    const uint32_t code = operation->kind == UP_IO_READ ? UP_IOCTL_READ : UP_IOCTL_WRITE;
    const uint32_t where = UP_ACCESS(operation->port, operation->width);
    uint32_t value = operation->kind == UP_IO_READ ? 0 : operation->value;
    uint32_t system_error = INVALID_USER_BUFFER;

    if (!handle->has_no_fast_form) {
        system_error = access_fast(handle, code, where, &value);
    }
    if (system_error == INVALID_USER_BUFFER || system_error == INSUFFICIENT_BUFFER ||
        system_error == BAD_LENGTH) {
        handle->has_no_fast_form = true;
        system_error = access_by_request(handle, code, where, &value);
    }
    if (system_error != 0) {
        return access_failed(handle, operation, system_error, detail);
    }
    if (operation->kind == UP_IO_READ) {
        operation->value = value;
    }
    return UP_OK;
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* Sends a list; it has memory of up_list_bytes. */
static up_error send_list(up_handle *handle, struct up_io_header *list, up_operation *operations,
                          uint32_t count, uint32_t data_bytes, uint32_t *done,
                          struct up_failure_detail *detail)
{
    const uint32_t bytes = up_list_bytes(count, data_bytes);
    uint32_t returned = 0;
    uint32_t system_error;
    up_error error;

    up_list_encode(list, operations, count, data_bytes);
    system_error =
        handle->device->control(handle->state, UP_IOCTL_IO, list, bytes, list, bytes, &returned);
    error = system_error != 0
                ? control_failed(system_error, detail)
                : up_list_decode(list, returned, operations, count, data_bytes, done, detail);
    ask_why(handle, error, detail);
    return error;
}

up_error up_ioctl_run(up_handle *handle, up_operation *operations, uint32_t count,
                      uint32_t data_bytes, uint32_t *done, struct up_failure_detail *detail)
{
    struct up_io_header *list = up_system_allocate(up_list_bytes(count, data_bytes));
    up_error error;

    if (list == NULL) {
        return UP_ERR_MEMORY;
    }
    error = send_list(handle, list, operations, count, data_bytes, done, detail);
    up_system_free(list);
    return error;
}

up_error up_ioctl_block(up_handle *handle, up_operation *operation,
                        struct up_failure_detail *detail)
{
    uint32_t done = 0;

    return up_ioctl_run(handle, operation, 1, operation->count * operation->width, &done, detail);
}

up_error up_ioctl_rest(up_handle *handle, const up_operation *block, uint32_t moved,
                       struct up_failure_detail *detail)
{
    up_operation rest = *block;
    up_error error;

    rest.count -= moved;
    rest.buffer = (uint8_t *)block->buffer + moved * block->width;
    error = up_ioctl_block(handle, &rest, detail);
    if (error != UP_OK) {
        detail->moved += moved;
    }
    return error;
}
