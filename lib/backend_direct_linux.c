/* SPDX-License-Identifier: MIT
 *
 * The back end direct of programs that userport-run has started. They execute IN and OUT
 * themselves. Each access is first looked up in the map of ports that the kernel reported at
 * up_open. Nobody but the program can take a port from it while it runs. If the kernel does not
 * report the map (granted_linux.c), the variable USERPORT_PORTS is used instead, which userport-run
 * sets. So it is in a program whose port instructions userportctl run carries out
 * (followed_linux.c). If the variable were wrong, an access would end the program by SIGSEGV, as an
 * IN of the program's own would.
 */
#include "inprocess.h"
#include "linux.h"

#include <stdlib.h>
#include <string.h>
#include <sys/io.h>

#include "core/portlist.h"
#include "core/ports_variable.h"
#include "system.h"

/* ---- accesses -------------------------------------------------------------------------------- */

static up_error check(const up_handle *handle, const up_operation *operation,
                      struct up_failure_detail *detail)
{
    const uint32_t denied = up_inprocess_first_denied(handle, operation);

    if (denied == UP_PORTSET_NONE_DENIED) {
        return UP_OK;
    }
    detail->port = denied;
    return UP_ERR_DENIED;
}

static up_error run_access(up_handle *handle, up_operation *operation,
                           struct up_failure_detail *detail)
{
    const up_error error = check(handle, operation, detail);

    if (error != UP_OK) {
        return error;
    }
    if (operation->kind == UP_IO_READ) {
        operation->value = operation->width == 1   ? inb(operation->port)
                           : operation->width == 2 ? inw(operation->port)
                                                   : inl(operation->port);
    } else if (operation->width == 1) {
        outb((uint8_t)operation->value, operation->port);
    } else if (operation->width == 2) {
        outw((uint16_t)operation->value, operation->port);
    } else {
        outl(operation->value, operation->port);
    }
    return UP_OK;
}

static up_error run_block(up_handle *handle, up_operation *block, struct up_failure_detail *detail)
{
    const up_error error = check(handle, block, detail);

    if (error != UP_OK) {
        return error;
    }
    if (block->kind == UP_IO_READ_BLOCK) {
        block->width == 1   ? insb(block->port, block->buffer, block->count)
        : block->width == 2 ? insw(block->port, block->buffer, block->count)
                            : insl(block->port, block->buffer, block->count);
    } else {
        block->width == 1   ? outsb(block->port, block->buffer, block->count)
        : block->width == 2 ? outsw(block->port, block->buffer, block->count)
                            : outsl(block->port, block->buffer, block->count);
    }
    return UP_OK;
}

static up_error run_list(up_handle *handle, up_operation *operations, uint32_t count,
                         uint32_t data_bytes, uint32_t *done, struct up_failure_detail *detail)
{
    (void)data_bytes;
    return up_inprocess_run(handle, operations, count, check, done, detail);
}

/* ---- the back end ---------------------------------------------------------------------------- */

static void read_variable(struct up_portset *ports)
{
    const char *list = getenv(UP_ENVIRONMENT_PORTS);

    up_portset_deny_all(ports);
    if (list != NULL) {
        (void)up_portlist_parse(list, strlen(list), ports, NULL);
    }
}

static up_error open_direct(up_handle *handle, struct up_failure_detail *detail)
{
    struct up_portset *granted = up_system_allocate(sizeof *granted);

    if (granted == NULL) {
        return UP_ERR_MEMORY;
    }
    if (up_linux_is_followed() || !up_linux_granted(granted)) {
        read_variable(granted);
    }
    if (up_portset_count(granted) == 0) {
        up_system_free(granted);
        detail->why = "this program was started without ports";
        return UP_ERR_UNSUPPORTED;
    }
    handle->state = granted;
    return UP_OK;
}

const struct up_backend up_backend_direct = {
    .id = UP_BACKEND_DIRECT,
    .open = open_direct,
    .close = up_inprocess_close,
    .access = run_access,
    .block = run_block,
    .run = run_list,
    .map = up_inprocess_map,
    .info = up_linux_info,
};
