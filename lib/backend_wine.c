/* SPDX-License-Identifier: MIT
 *
 * The back end of programs that userport-run has started under Wine: Linux gave the ports to the process, and the program
 * runs IN and OUT itself, 32-bit or 64-bit, without a driver. Which ports those are it knows from userport-run; another is
 * denied without trying, and one that the process lacks all the same (a program that a Wine without ports started, with
 * the variable) is refused by the processor, and denied as well.
 */
#include <string.h>

#include "direct.h"
#include "system.h"
#include "version.h"
#include "inprocess.h"
#include "wine.h"

static const struct up_portset *granted_of(const up_ports *ports)
{
    return ports->state;
}

/* ---- one access: a port that is not granted goes where a refused one does, to deny ---------------------------------- */

static up_error UP_CALL wine_in8(up_ports *ports, uint16_t port, uint8_t *value)
{
    return up_portset_has(granted_of(ports), port) ? up_direct_in8(ports, port, value)
                                                   : up_access_in8(ports, port, value);
}

static up_error UP_CALL wine_in16(up_ports *ports, uint16_t port, uint16_t *value)
{
    return up_portset_allows(granted_of(ports), port, 2) ? up_direct_in16(ports, port, value)
                                                         : up_access_in16(ports, port, value);
}

static up_error UP_CALL wine_in32(up_ports *ports, uint16_t port, uint32_t *value)
{
    return up_portset_allows(granted_of(ports), port, 4) ? up_direct_in32(ports, port, value)
                                                         : up_access_in32(ports, port, value);
}

static up_error UP_CALL wine_out8(up_ports *ports, uint16_t port, uint8_t value)
{
    return up_portset_has(granted_of(ports), port) ? up_direct_out8(ports, port, value)
                                                   : up_access_out8(ports, port, value);
}

static up_error UP_CALL wine_out16(up_ports *ports, uint16_t port, uint16_t value)
{
    return up_portset_allows(granted_of(ports), port, 2) ? up_direct_out16(ports, port, value)
                                                         : up_access_out16(ports, port, value);
}

static up_error UP_CALL wine_out32(up_ports *ports, uint16_t port, uint32_t value)
{
    return up_portset_allows(granted_of(ports), port, 4) ? up_direct_out32(ports, port, value)
                                                         : up_access_out32(ports, port, value);
}

/* ---- blocks and lists --------------------------------------------------------------------------------------------------- */

/* Of an access that the map or the processor does not allow. */
static up_error deny(const up_ports *ports, const up_operation *operation, struct up_cause *cause)
{
    const uint32_t denied = up_inprocess_first_denied(ports, operation);

    cause->state = UP_STATE_RUNNING;
    if (denied != UP_PORTSET_NONE_DENIED) {
        cause->port = denied;
        cause->why = " On the Linux side: userportctl grant, as root; then start the program anew, by userportctl run.";
    } else {
        cause->port = operation->port;
        cause->why =
            " The variable USERPORT_PORTS names it, but this process was not given it: the first program of this "
            "Wine prefix, which starts the others, has to be started by userportctl run.";
    }
    return UP_ERR_DENIED;
}

static up_error run_block(up_ports *ports, up_operation *block, struct up_cause *cause)
{
    uint32_t left = block->count;

    if (up_inprocess_first_denied(ports, block) == UP_PORTSET_NONE_DENIED) {
        left = up_direct_move(block);
    }
    if (left == 0) {
        return UP_OK;
    }
    cause->moved = block->count - left;
    return deny(ports, block, cause);
}

/* What the library asks when one of the six functions above could not run its access. */
static up_error refuse(up_ports *ports, up_operation *operation, struct up_cause *cause)
{
    return deny(ports, operation, cause);
}

static up_error check(const up_ports *ports, const up_operation *operation, struct up_cause *cause)
{
    return up_inprocess_first_denied(ports, operation) == UP_PORTSET_NONE_DENIED ? UP_OK
                                                                                 : deny(ports, operation, cause);
}

/* One read or write, and why not. */
static up_error run_access(up_ports *ports, up_operation *operation, struct up_cause *cause)
{
    const struct up_backend *backend = ports->backend;
    const bool is_read = operation->kind == UP_IO_READ;
    uint8_t byte = 0;
    uint16_t word = 0;
    up_error error;

    switch (operation->width) {
    case 1:
        error = is_read ? backend->in8(ports, operation->port, &byte)
                        : backend->out8(ports, operation->port, (uint8_t)operation->value);
        break;
    case 2:
        error = is_read ? backend->in16(ports, operation->port, &word)
                        : backend->out16(ports, operation->port, (uint16_t)operation->value);
        break;
    default:
        error = is_read ? backend->in32(ports, operation->port, &operation->value)
                        : backend->out32(ports, operation->port, operation->value);
        break;
    }
    if (error != UP_OK) {
        return deny(ports, operation, cause);
    }
    if (is_read && operation->width != 4) {
        operation->value = operation->width == 1 ? byte : word;
    }
    return UP_OK;
}

static up_error run_list(up_ports *ports, up_operation *operations, uint32_t count, uint32_t data_bytes, uint32_t *done,
                         struct up_cause *cause)
{
    static const struct up_inprocess here = {check, run_access};

    (void)data_bytes;
    return up_inprocess_run(&here, ports, operations, count, done, cause);
}

/* ---- the back end -------------------------------------------------------------------------------------------------------- */

static up_error open_wine(up_ports *ports, struct up_cause *cause)
{
    struct up_portset *granted = up_system_allocate(sizeof *granted);
    up_error error;

    if (granted == NULL) {
        return UP_ERR_MEMORY;
    }
    error = up_wine_granted(granted);
    if (error != UP_OK) {
        up_system_free(granted);
        cause->why = up_backends_missing;
        return error;
    }
    ports->state = granted;
    return UP_OK;
}

/* As a driver would that lets this process have its ports until it ends. */
static up_error query_info(up_ports *ports, struct up_info *info, struct up_cause *cause)
{
    (void)cause;
    memset(info, 0, sizeof *info);
    info->abi_version = UP_ABI_VERSION;
    info->driver_version = UP_VERSION_NUMBER;
    info->processor = sizeof(void *) == 8 ? UP_PROCESSOR_AMD64 : UP_PROCESSOR_I386;
    info->mechanisms = UP_MECHANISM_IOPM | UP_MECHANISM_LIST;
    info->state = UP_STATE_RUNNING;
    info->scope = info->sticky = 1;
    info->processors = info->processes = info->processes_granted = info->files = info->opens = 1;
    info->ports_granted = up_portset_count(granted_of(ports));
    return UP_OK;
}

const struct up_backend up_backend_wine = {
    .in8 = wine_in8,
    .in16 = wine_in16,
    .in32 = wine_in32,
    .out8 = wine_out8,
    .out16 = wine_out16,
    .out32 = wine_out32,
    .id = UP_BACKEND_DIRECT,
    .open = open_wine,
    .close = up_inprocess_close,
    .access = refuse,
    .block = run_block,
    .run = run_list,
    .query_map = up_inprocess_query_map,
    .query_info = query_info,
};
