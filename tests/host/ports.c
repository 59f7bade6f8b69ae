/* SPDX-License-Identifier: MIT
 *
 * Takes the place of driver/ports_x86.c on this host. Each access is looked at: the map's lock is
 * held, the map of this moment grants every byte port of it, no more than a batch of them happens
 * under one hold of the lock, and nothing outside the list is touched but the one operation that a
 * wait or a single access has on its stack. What is read comes from the test.
 */
#include "kernel.h"

/* docs/protocol.md: groups of up to 64 bytes; the last access may be wide */
#define BATCH_BYTES_MAX 67u

static void check_memory(const void *memory, size_t bytes)
{
    const uintptr_t at = (uintptr_t)memory;
    const uintptr_t list = (uintptr_t)host.list;

    HOST_CHECK(at >= list && at - list <= host.list_bytes &&
               bytes <= host.list_bytes - (at - list));
}

static void access_port(bool is_write, uint16_t port, uint32_t width, uint32_t *value)
{
    const struct host_access access = {
        .is_write = is_write, .port = port, .width = width, .value = value};
    uint32_t each;

    HOST_CHECK(up_state.map_lock == 1 && (host.threads || host.irql == DISPATCH_LEVEL));
    HOST_CHECK(width == 1 || width == 2 || width == 4);
    for (each = port; each < port + width; each++) {
        HOST_CHECK(each < UP_PORT_COUNT &&
                   (up_state.installed.map[each >> 3] & 1u << (each & 7u)) == 0);
    }
    if (!host.threads) {
        host.accesses++;
        host.under_this_hold += width;
        HOST_CHECK(host.under_this_hold <= BATCH_BYTES_MAX);
    }
    host.access(&access);
}

uint32_t up_ports_run(struct up_io_operation *operations, uint32_t count, uint32_t bytes)
{
    uint32_t moved = 0;
    uint32_t i;

    if (count != 1) {
        check_memory(operations, count * sizeof *operations);
    }
    for (i = 0; i < count && moved < bytes; moved += operations[i++].width) {
        if (operations[i].kind == UP_IO_READ) {
            uint32_t value = 0;

            access_port(false, operations[i].port, operations[i].width, &value);
            operations[i].value = value;
        } else if (operations[i].kind == UP_IO_WRITE) {
            uint32_t value = operations[i].value;

            access_port(true, operations[i].port, operations[i].width, &value);
        } else {
            break;
        }
    }
    return i;
}

void up_ports_read_block(uint16_t port, uint32_t width, void *data, uint32_t count)
{
    uint8_t *at = data;

    check_memory(data, (size_t)count * width);
    for (; count != 0; count--, at += width) {
        uint32_t value = 0;

        access_port(false, port, width, &value);
        memcpy(at, &value, width);
    }
}

void up_ports_write_block(uint16_t port, uint32_t width, const void *data, uint32_t count)
{
    const uint8_t *at = data;

    check_memory(data, (size_t)count * width);
    for (; count != 0; count--, at += width) {
        uint32_t value = 0;

        memcpy(&value, at, width);
        access_port(true, port, width, &value);
    }
}
