/* SPDX-License-Identifier: MIT
 *
 * The back end devport. It uses /dev/port, a kernel file whose bytes are the ports, and serves root
 * without userport-run. Each byte takes one system call. The kernel executes a larger read or write
 * as one byte of each port (drivers/char/mem.c), which is not what a device sees of a 16-bit
 * access, so larger accesses are refused. No grants are checked: whoever may open the file has
 * every port.
 */
#include "inprocess.h"
#include "linux.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define DEVPORT "/dev/port"

static int file_of(const up_handle *handle)
{
    return (int)(intptr_t)handle->state;
}

static up_error check(const up_handle *handle, const up_operation *operation,
                      struct up_failure_detail *detail)
{
    (void)handle;
    if (operation->width != 1) {
        detail->why = DEVPORT
            " has 8-bit accesses alone; others need the ports themselves, from userportctl run";
        return UP_ERR_UNSUPPORTED;
    }
    return UP_OK;
}

/* Moves one byte to or from a port. */
static up_error move(const up_handle *handle, bool is_read, uint16_t port, uint8_t *byte,
                     struct up_failure_detail *detail)
{
    ssize_t moved;

    do {
        moved = is_read ? pread(file_of(handle), byte, 1, port)
                        : pwrite(file_of(handle), byte, 1, port);
    } while (moved < 0 && errno == EINTR);
    if (moved == 1) {
        return UP_OK;
    }
    detail->system_error = moved < 0 ? (uint32_t)errno : 0;
    detail->why = DEVPORT " does not do it";
    return UP_ERR_SYSTEM;
}

static up_error run_access(up_handle *handle, up_operation *operation,
                           struct up_failure_detail *detail)
{
    const bool is_read = operation->kind == UP_IO_READ;
    uint8_t byte = is_read ? 0xFFu : (uint8_t)operation->value;
    up_error error = check(handle, operation, detail);

    if (error == UP_OK) {
        error = move(handle, is_read, operation->port, &byte, detail);
    }
    if (error == UP_OK && is_read) {
        operation->value = byte;
    }
    return error;
}

static up_error run_block(up_handle *handle, up_operation *block, struct up_failure_detail *detail)
{
    const bool is_read = block->kind == UP_IO_READ_BLOCK;
    uint8_t *at = block->buffer;
    up_error error = check(handle, block, detail);
    uint32_t i;

    for (i = 0; i < block->count && error == UP_OK; i++) {
        error = move(handle, is_read, block->port, &at[i], detail);
        detail->moved = error == UP_OK ? i + 1 : i;
    }
    if (error == UP_OK) {
        detail->moved = 0; /* moved is only for blocks that failed */
    } else if (is_read && block->width == 1) {
        memset(at + detail->moved, 0xFF, block->count - detail->moved);
    }
    return error;
}

static up_error run_list(up_handle *handle, up_operation *operations, uint32_t count,
                         uint32_t data_bytes, uint32_t *done, struct up_failure_detail *detail)
{
    (void)data_bytes;
    return up_inprocess_run(handle, operations, count, check, done, detail);
}

up_error up_devport_open(up_handle *handle, const char *path, struct up_failure_detail *detail)
{
    const int file = open(path, O_RDWR | O_CLOEXEC);

    if (file >= 0) {
        handle->state = (void *)(intptr_t)file;
        return UP_OK;
    }
    detail->system_error = (uint32_t)errno;
    switch (errno) {
    case EACCES:
    case EPERM:
        return UP_ERR_NO_ACCESS;
    case ENOENT:
    case ENXIO:
    case ENODEV:
        detail->why = "this program was started without ports, and there is no " DEVPORT;
        return UP_ERR_UNSUPPORTED;
    default:
        return UP_ERR_SYSTEM;
    }
}

static up_error open_devport(up_handle *handle, struct up_failure_detail *detail)
{
    return up_devport_open(handle, DEVPORT, detail);
}

static void close_devport(up_handle *handle)
{
    close(file_of(handle));
}

static up_error report_map(up_handle *handle, uint8_t map[UP_MAP_BYTES],
                           struct up_failure_detail *detail)
{
    (void)handle;
    (void)detail;
    memset(map, 0, UP_MAP_BYTES);
    return UP_OK;
}

const struct up_backend up_backend_devport = {
    .id = UP_BACKEND_DEVPORT,
    .open = open_devport,
    .close = close_devport,
    .access = run_access,
    .block = run_block,
    .run = run_list,
    .map = report_map,
    .info = up_linux_info,
};
