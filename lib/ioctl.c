/* SPDX-License-Identifier: MIT
 *
 * Lists, the map and the state by DeviceIoControl. A single access is a list of one operation on the stack: one call of
 * the system, no memory taken. Nothing in a handle changes, so that threads need no lock; the system runs the requests
 * of one open file one after the other.
 */
#include "ioctl.h"

#include "system.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* Windows' codes, winerror.h. */
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
    {FILE_NOT_FOUND, UP_ERR_NOT_RUNNING}, {PATH_NOT_FOUND, UP_ERR_NOT_RUNNING}, {NOT_READY, UP_ERR_NOT_RUNNING},
    {DEV_NOT_EXIST, UP_ERR_NOT_RUNNING},  {NO_SUCH_DEVICE, UP_ERR_NOT_RUNNING}, {NOT_CONNECTED, UP_ERR_NOT_RUNNING},
    {ACCESS_DENIED, UP_ERR_NO_ACCESS},    {NOT_ENOUGH_MEMORY, UP_ERR_MEMORY},   {OUTOFMEMORY, UP_ERR_MEMORY},
    {NO_SYSTEM_RESOURCES, UP_ERR_MEMORY},
};

static const struct translation control_errors[] = {
    {FILE_NOT_FOUND, UP_ERR_NOT_RUNNING},   {NOT_READY, UP_ERR_NOT_RUNNING},       {DEV_NOT_EXIST, UP_ERR_NOT_RUNNING},
    {NO_SUCH_DEVICE, UP_ERR_NOT_RUNNING},   {NOT_CONNECTED, UP_ERR_NOT_RUNNING},   {REVISION_MISMATCH, UP_ERR_VERSION},
    {INVALID_FUNCTION, UP_ERR_UNSUPPORTED}, {OPERATION_ABORTED, UP_ERR_CANCELLED}, {CANCELLED, UP_ERR_CANCELLED},
    {NOT_ENOUGH_MEMORY, UP_ERR_MEMORY},     {OUTOFMEMORY, UP_ERR_MEMORY},          {NO_SYSTEM_RESOURCES, UP_ERR_MEMORY},
};

/* What INFO is answered with by a driver of this name that is not ours, or has another INFO. */
static const struct translation info_errors[] = {
    {INVALID_FUNCTION, UP_ERR_VERSION},
    {BAD_LENGTH, UP_ERR_VERSION},
    {INSUFFICIENT_BUFFER, UP_ERR_VERSION},
    {INVALID_USER_BUFFER, UP_ERR_VERSION},
};

/* 0: the table has no word for it. */
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

static up_error control_failed(uint32_t system_error, struct up_cause *cause)
{
    up_error error = look_up(control_errors, LENGTH(control_errors), system_error);

    cause->system_error = system_error;
    if (error == UP_ERR_UNSUPPORTED) {
        cause->why = "the driver is older than this library and cannot do that";
    }
    return error != UP_OK ? error : UP_ERR_SYSTEM;
}

/* Asks for exactly bytes of output. */
static up_error query(const up_ports *ports, uint32_t code, void *out, uint32_t bytes, struct up_cause *cause)
{
    uint32_t returned = 0;
    uint32_t system_error = ports->device->control(ports->state, code, NULL, 0, out, bytes, &returned);

    if (system_error != 0) {
        return control_failed(system_error, cause);
    }
    if (returned != bytes) {
        cause->why = "the driver's answer has the wrong length";
        return UP_ERR_SYSTEM;
    }
    return UP_OK;
}

up_error up_ioctl_query_map(up_ports *ports, uint8_t map[UP_MAP_BYTES], struct up_cause *cause)
{
    return query(ports, UP_IOCTL_MAP, map, UP_MAP_BYTES, cause);
}

up_error up_ioctl_query_info(up_ports *ports, struct up_info *info, struct up_cause *cause)
{
    return query(ports, UP_IOCTL_INFO, info, sizeof *info, cause);
}

/* ---- open and close ------------------------------------------------------------------------------------------------ */

/* Is the driver one that this library can work with? */
static up_error greet(up_ports *ports, uint32_t mechanism, struct up_cause *cause)
{
    struct up_info info;
    up_error error = up_ioctl_query_info(ports, &info, cause);

    if (error != UP_OK) {
        if (cause->why != NULL || look_up(info_errors, LENGTH(info_errors), cause->system_error) != UP_OK) {
            cause->why = "a driver of this name is there that does not answer as UserPort 3 does";
            return UP_ERR_VERSION;
        }
        return error;
    }
    if (info.abi_version != UP_ABI_VERSION) {
        cause->abi_version = info.abi_version;
        cause->driver_version = info.driver_version;
        return UP_ERR_VERSION;
    }
    if ((info.mechanisms & mechanism) == 0) {
        cause->why = mechanism == UP_MECHANISM_LIST ? "the driver does not run lists of operations"
                                                    : "the driver cannot let programs run IN and OUT themselves here";
        return UP_ERR_UNSUPPORTED;
    }
    return UP_OK;
}

up_error up_ioctl_open(up_ports *ports, const struct up_device *device, uint32_t mechanism, struct up_cause *cause)
{
    up_error error;

    cause->system_error = device->open(&ports->state);
    if (cause->system_error != 0) {
        error = look_up(open_errors, LENGTH(open_errors), cause->system_error);
        return error != UP_OK ? error : UP_ERR_SYSTEM;
    }
    ports->device = device;
    error = greet(ports, mechanism, cause);
    if (error != UP_OK) {
        device->close(ports->state);
    }
    return error;
}

void up_ioctl_close(up_ports *ports)
{
    ports->device->close(ports->state);
}

/* ---- lists --------------------------------------------------------------------------------------------------------- */

/* On the way out of a failure one more call to the driver costs nothing, and tells the user what to do. */
static void ask_why(up_ports *ports, up_error error, struct up_cause *cause)
{
    struct up_cause ignored = {0};
    struct up_info info;

    if ((error != UP_ERR_DENIED && error != UP_ERR_VERSION) || up_ioctl_query_info(ports, &info, &ignored) != UP_OK) {
        return;
    }
    if (error == UP_ERR_DENIED) {
        cause->state = info.state;
    } else {
        cause->abi_version = info.abi_version;
        cause->driver_version = info.driver_version;
    }
}

/* Sends a list that lies in memory of up_list_bytes. */
static up_error send_list(up_ports *ports, struct up_io_header *list, up_operation *operations, uint32_t count,
                          uint32_t data_bytes, uint32_t *done, struct up_cause *cause)
{
    const uint32_t bytes = up_list_bytes(count, data_bytes);
    uint32_t returned = 0;
    uint32_t system_error;
    up_error error;

    up_list_encode(list, operations, count, data_bytes);
    system_error = ports->device->control(ports->state, UP_IOCTL_IO, list, bytes, list, bytes, &returned);
    error = system_error != 0 ? control_failed(system_error, cause)
                              : up_list_decode(list, returned, operations, count, data_bytes, done, cause);
    ask_why(ports, error, cause);
    return error;
}

up_error up_ioctl_access(up_ports *ports, up_operation *operation, struct up_cause *cause)
{
    struct {
        struct up_io_header header;
        struct up_io_operation operation;
    } list = {0};
    uint32_t done = 0;

    return send_list(ports, &list.header, operation, 1, 0, &done, cause);
}

up_error up_ioctl_run(up_ports *ports, up_operation *operations, uint32_t count, uint32_t data_bytes, uint32_t *done,
                      struct up_cause *cause)
{
    struct up_io_header *list = up_system_allocate(up_list_bytes(count, data_bytes));
    up_error error;

    if (list == NULL) {
        return UP_ERR_MEMORY;
    }
    error = send_list(ports, list, operations, count, data_bytes, done, cause);
    up_system_free(list);
    return error;
}

up_error up_ioctl_block(up_ports *ports, up_operation *operation, struct up_cause *cause)
{
    uint32_t done = 0;

    return up_ioctl_run(ports, operation, 1, operation->count * operation->width, &done, cause);
}

up_error up_ioctl_rest(up_ports *ports, const up_operation *block, uint32_t moved, struct up_cause *cause)
{
    up_operation rest = *block;
    up_error error;

    rest.count -= moved;
    rest.buffer = (uint8_t *)block->buffer + moved * block->width;
    error = up_ioctl_block(ports, &rest, cause);
    if (error != UP_OK) {
        cause->moved += moved;
    }
    return error;
}
