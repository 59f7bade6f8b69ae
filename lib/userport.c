/* SPDX-License-Identifier: MIT
 *
 * The functions of userport.h, except those of the fake. Each checks its arguments, calls the
 * handle's back end and records a failure.
 */
#include <string.h>

#include "core/portset.h"
#include "backend.h"
#include "program_settings.h"
#include "recorder.h"
#include "system.h"
#include "version.h"

_Static_assert(UP_PORTSET_BYTES == UP_MAP_BYTES, "a port set is a map");

/* ---- open and close -------------------------------------------------------------------------- */

static up_error open_one(const struct up_backend *backend, const struct up_routes *routes,
                         up_handle **handle, struct up_failure_detail *detail)
{
    up_handle *made = up_system_allocate(sizeof *made);
    up_error error;

    if (made == NULL) {
        return UP_ERR_MEMORY;
    }
    memset(detail, 0, sizeof *detail);
    made->backend = backend;
    error = backend->open(made, detail);
    if (error != UP_OK) {
        up_system_free(made);
        return error;
    }
    made->routes = *routes;
    *handle = made;
    return UP_OK;
}

/*
 * Is this back end left out? In a program that is recorded the driver runs the accesses: what the
 * processor runs, nobody sees.
 */
static bool is_left_out(const struct up_backend *backend, uint32_t backends)
{
    return backend->id == UP_BACKEND_DIRECT && backends != UP_BACKEND_DIRECT && up_recorder_is_on();
}

/* Can a program with these routes do without the ports that could not be opened? */
static bool has_devices(const struct up_routes *routes, uint32_t backends)
{
    return (backends & UP_BACKEND_ANY) != 0 && up_routes_have(routes, UP_TARGET_DEVICE) &&
           up_recorder_has_devices();
}

up_error up_open_among(const struct up_backend *const *among, uint32_t backends, up_handle **handle)
{
    struct up_failure_detail detail = {.why = up_backends_missing}, ignored;
    struct up_program_settings settings;
    up_error error = UP_ERR_UNSUPPORTED;

    if (handle == NULL) {
        return up_fail_argument(UP_OPENING, NULL, "there is no place for the handle");
    }
    *handle = NULL;
    if (backends == 0 || (backends & ~(UP_BACKEND_ANY | UP_BACKEND_FAKE)) != 0) {
        return up_fail_argument(UP_OPENING, NULL,
                                "backends is not a combination of UP_BACKEND_ constants");
    }
    up_program_settings_of_process(&settings);
    up_recorder_begin(&settings);
    for (; *among != NULL && error == UP_ERR_UNSUPPORTED; among++) {
        if (((*among)->id & backends) != 0 && !is_left_out(*among, backends)) {
            error = open_one(*among, &settings.routes, handle, &detail);
        }
    }
    if (error != UP_OK && error != UP_ERR_MEMORY && has_devices(&settings.routes, backends) &&
        open_one(&up_backend_simulated, &settings.routes, handle, &ignored) == UP_OK) {
        error = UP_OK;
    }
    return error == UP_OK ? UP_OK : up_fail(error, UP_OPENING, NULL, 0, &detail);
}

up_error UP_CALL up_open(uint32_t backends, up_handle **handle)
{
    return up_open_among(up_backends, backends, handle);
}

void UP_CALL up_close(up_handle *handle)
{
    if (handle != NULL) {
        handle->backend->close(handle);
        up_system_free(handle);
    }
}

uint32_t UP_CALL up_backend(const up_handle *handle)
{
    return handle != NULL ? handle->backend->id : 0;
}

const char *UP_CALL up_backend_name(uint32_t backend)
{
    switch (backend) {
    case UP_BACKEND_DIRECT:
        return "direct";
    case UP_BACKEND_IOCTL:
        return "ioctl";
    case UP_BACKEND_FAKE:
        return "fake";
    case UP_BACKEND_DEVPORT:
        return "devport";
    case UP_BACKEND_SIMULATED:
        return "simulated";
    default:
        return "none";
    }
}

/* ---- one access ------------------------------------------------------------------------------ */

/* Where the public function that uses this returns to: the program's call. */
#define CALLER __builtin_return_address(0)

up_error up_access_from(up_handle *handle, up_operation *operation, const char *why,
                        const void *caller)
{
    struct up_failure_detail detail = {0};
    up_error error;

    if (handle == NULL || why != NULL) {
        return up_fail_argument(UP_ACCESSING, operation,
                                handle == NULL ? "the handle is NULL" : why);
    }
    error = handle->routes.count == 0 ? handle->backend->access(handle, operation, &detail)
                                      : up_routed_access(handle, operation, &detail);
    if (up_recorder_is_on()) {
        up_recorder_add(operation, operation->port, error, caller);
    }
    return error == UP_OK ? UP_OK : up_fail(error, UP_ACCESSING, operation, 0, &detail);
}

/* value: width bytes, which become all ones if the read fails. */
static up_error read_port(up_handle *handle, uint8_t width, uint16_t port, void *value,
                          const void *caller)
{
    up_operation operation = {.kind = UP_IO_READ, .width = width, .port = port};
    const up_error error =
        up_access_from(handle, &operation, value == NULL ? "value is NULL" : NULL, caller);

    if (error != UP_OK) {
        operation.value = 0xFFFFFFFFu;
    }
    if (value != NULL) {
        /* little-endian, like every processor that has ports */
        memcpy(value, &operation.value, width);
    }
    return error;
}

static up_error write_port(up_handle *handle, uint8_t width, uint16_t port, uint32_t value,
                           const void *caller)
{
    up_operation operation = {.kind = UP_IO_WRITE, .width = width, .port = port, .value = value};

    return up_access_from(handle, &operation, NULL, caller);
}

up_error UP_CALL up_in8(up_handle *handle, uint16_t port, uint8_t *value)
{
    return read_port(handle, 1, port, value, CALLER);
}

up_error UP_CALL up_in16(up_handle *handle, uint16_t port, uint16_t *value)
{
    return read_port(handle, 2, port, value, CALLER);
}

up_error UP_CALL up_in32(up_handle *handle, uint16_t port, uint32_t *value)
{
    return read_port(handle, 4, port, value, CALLER);
}

up_error UP_CALL up_out8(up_handle *handle, uint16_t port, uint8_t value)
{
    return write_port(handle, 1, port, value, CALLER);
}

up_error UP_CALL up_out16(up_handle *handle, uint16_t port, uint16_t value)
{
    return write_port(handle, 2, port, value, CALLER);
}

up_error UP_CALL up_out32(up_handle *handle, uint16_t port, uint32_t value)
{
    return write_port(handle, 4, port, value, CALLER);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Moves a block, which goes to the port to, in steps that the driver accepts. */
static up_error move_in_steps(up_handle *handle, const up_operation *block, uint16_t to,
                              uint32_t *done)
{
    const uint32_t step_max = UP_BLOCK_BYTES_MAX / block->width;
    up_operation step = *block;
    uint32_t left = block->count;
    up_error error;

    step.port = to;
    while (left != 0) {
        struct up_failure_detail detail = {0};

        step.count = left < step_max ? left : step_max;
        error = handle->backend->block(handle, &step, &detail);
        if (error != UP_OK) {
            detail.moved += block->count - left;
            *done = detail.moved;
            up_routed_failed(block, to, &detail);
            return up_fail(error, UP_MOVING_BLOCK, block, 0, &detail);
        }
        step.buffer = (uint8_t *)step.buffer + (size_t)step.count * step.width;
        left -= step.count;
    }
    *done = block->count;
    return UP_OK;
}

/* Moves a block to where its route leads. *done: the elements that were moved. */
static up_error move_routed(up_handle *handle, const up_operation *block, uint32_t *done)
{
    struct up_failure_detail detail = {0};
    enum up_routed routed;
    uint16_t to;
    up_error error = up_routed_block(handle, block, &to, &routed, &detail);

    *done = 0;
    if (error == UP_OK && routed == UP_ROUTED_TO_PORT) {
        return move_in_steps(handle, block, to, done);
    }
    if (error == UP_OK && routed == UP_ROUTED_TO_DEVICE) {
        error = up_routed_device_block(block, done, &detail);
    } else if (error == UP_OK) {
        *done = block->count;
    }
    return error == UP_OK ? UP_OK : up_fail(error, UP_MOVING_BLOCK, block, 0, &detail);
}

static void record_block(const up_operation *block, uint32_t moved, up_error error,
                         const void *caller)
{
    const struct up_failure_detail detail = {.moved = moved};
    up_operation list = *block;

    up_recorder_add_list(&list, 1, error == UP_OK ? 1 : 0, error, &detail, up_recorder_time(),
                         caller);
}

static up_error move_block(up_handle *handle, const up_operation *block, const void *caller)
{
    uint32_t moved;
    up_error error;

    if (handle == NULL) {
        return up_fail_argument(UP_MOVING_BLOCK, block, "the handle is NULL");
    }
    if (block->count == 0) {
        return UP_OK;
    }
    if (block->buffer == NULL) {
        return up_fail_argument(UP_MOVING_BLOCK, block, "values is NULL");
    }
    if (block->count > SIZE_MAX / block->width) {
        return up_fail_argument(UP_MOVING_BLOCK, block,
                                "the block is larger than the memory of a program");
    }
    if (block->kind == UP_IO_READ_BLOCK) {
        /* elements that are not read are all ones */
        memset(block->buffer, 0xFF, (size_t)block->count * block->width);
    }
    error = move_routed(handle, block, &moved);
    if (up_recorder_is_on()) {
        record_block(block, moved, error, caller);
    }
    return error;
}

static up_error read_block(up_handle *handle, uint8_t width, uint16_t port, void *values,
                           uint32_t count, const void *caller)
{
    const up_operation block = {
        .kind = UP_IO_READ_BLOCK, .width = width, .port = port, .count = count, .buffer = values};

    return move_block(handle, &block, caller);
}

/* Back ends only read the buffer of a write block, so the cast is safe. */
static up_error write_block(up_handle *handle, uint8_t width, uint16_t port, const void *values,
                            uint32_t count, const void *caller)
{
    const up_operation block = {.kind = UP_IO_WRITE_BLOCK,
                                .width = width,
                                .port = port,
                                .count = count,
                                .buffer = (void *)(uintptr_t)values};

    return move_block(handle, &block, caller);
}

up_error UP_CALL up_in8_block(up_handle *handle, uint16_t port, uint8_t *values, uint32_t count)
{
    return read_block(handle, 1, port, values, count, CALLER);
}

up_error UP_CALL up_in16_block(up_handle *handle, uint16_t port, uint16_t *values, uint32_t count)
{
    return read_block(handle, 2, port, values, count, CALLER);
}

up_error UP_CALL up_in32_block(up_handle *handle, uint16_t port, uint32_t *values, uint32_t count)
{
    return read_block(handle, 4, port, values, count, CALLER);
}

up_error UP_CALL up_out8_block(up_handle *handle, uint16_t port, const uint8_t *values,
                               uint32_t count)
{
    return write_block(handle, 1, port, values, count, CALLER);
}

up_error UP_CALL up_out16_block(up_handle *handle, uint16_t port, const uint16_t *values,
                                uint32_t count)
{
    return write_block(handle, 2, port, values, count, CALLER);
}

up_error UP_CALL up_out32_block(up_handle *handle, uint16_t port, const uint32_t *values,
                                uint32_t count)
{
    return write_block(handle, 4, port, values, count, CALLER);
}

/* ---- lists ----------------------------------------------------------------------------------- */

up_error UP_CALL up_run(up_handle *handle, up_operation *operations, uint32_t count, uint32_t *done)
{
    struct up_failure_detail detail = {0};
    uint32_t ignored, data_bytes;
    uint64_t begun = 0;
    up_error error;

    if (done == NULL) {
        done = &ignored;
    }
    *done = 0;
    if (handle == NULL) {
        return up_fail_argument(UP_RUNNING_LIST, NULL, "the handle is NULL");
    }
    if (count == 0) {
        return UP_OK;
    }
    if (operations == NULL) {
        return up_fail_argument(UP_RUNNING_LIST, NULL, "operations is NULL");
    }
    error = up_list_check(operations, count, &data_bytes, &detail);
    if (error == UP_OK) {
        begun = up_recorder_is_on() ? up_recorder_time() : 0;
        error = handle->routes.count == 0
                    ? handle->backend->run(handle, operations, count, data_bytes, done, &detail)
                    : up_routed_run(handle, operations, count, done, &detail);
        if (up_recorder_is_on()) {
            up_recorder_add_list(operations, count, *done, error, &detail, begun, CALLER);
        }
    }
    return error == UP_OK
               ? UP_OK
               : up_fail(error, UP_RUNNING_LIST, &operations[detail.index], *done, &detail);
}

/* ---- the map and the driver's state ---------------------------------------------------------- */

/* Reads the map of granted addresses. */
static up_error query_map(up_handle *handle, uint8_t map[UP_MAP_BYTES])
{
    struct up_failure_detail detail = {0};
    up_error error;

    memset(map, 0xFF, UP_MAP_BYTES);
    if (handle == NULL) {
        return up_fail_argument(UP_QUERYING_MAP, NULL, "the handle is NULL");
    }
    error = handle->backend->map(handle, map, &detail);
    if (error != UP_OK) {
        memset(map, 0xFF, UP_MAP_BYTES);
        up_fail(error, UP_QUERYING_MAP, NULL, 0, &detail);
    }
    return error;
}

up_error UP_CALL up_query_map(up_handle *handle, uint8_t map[UP_MAP_BYTES])
{
    up_error error;

    if (map == NULL) {
        return up_fail_argument(UP_QUERYING_MAP, NULL, "map is NULL");
    }
    error = query_map(handle, map);
    if (error == UP_OK && handle->routes.count != 0) {
        up_routed_map(&handle->routes, map);
    }
    return error;
}

int UP_CALL up_granted(up_handle *handle, uint16_t port, uint32_t width)
{
    struct up_portset granted;
    uint16_t to;

    if (query_map(handle, granted.map) != UP_OK || (width != 1 && width != 2 && width != 4)) {
        return 0;
    }
    switch (up_routes_find(&handle->routes, port, width, &to)) {
    case UP_ROUTED_NOWHERE:
    case UP_ROUTED_TO_DEVICE:
        return 1;
    case UP_ROUTED_APART:
        return 0;
    default:
        return up_portset_allows(&granted, to, width);
    }
}

up_error UP_CALL up_query_info(up_handle *handle, struct up_info *info)
{
    struct up_failure_detail detail = {0};
    up_error error;

    if (handle == NULL || info == NULL) {
        return up_fail_argument(UP_QUERYING_INFO, NULL,
                                handle == NULL ? "the handle is NULL" : "info is NULL");
    }
    error = handle->backend->info(handle, info, &detail);
    return error == UP_OK ? UP_OK : up_fail(error, UP_QUERYING_INFO, NULL, 0, &detail);
}

uint32_t UP_CALL up_library_version(void)
{
    return UP_VERSION_NUMBER;
}
