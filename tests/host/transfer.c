/* SPDX-License-Identifier: MIT */
#include "transfer.h"

#include <stdlib.h>

#define EVENTS_MAX 8u

struct list list;
struct list_access list_record[LIST_RECORD_MAX];
uint32_t list_recorded;
uint32_t (*list_answer)(const struct host_access *access);

static struct up_settings registry;
static uint32_t reads;
static struct {
    enum host_moment moment;
    uint32_t left;
    void (*happen)(void);
} events[EVENTS_MAX];
static uint32_t event_count;

static void at(enum host_moment moment)
{
    for (uint32_t i = 0; i < event_count; i++) {
        if (events[i].moment == moment && events[i].left != 0 && --events[i].left == 0) {
            events[i].happen();
        }
    }
}

static void access_port(const struct host_access *access)
{
    if (!access->is_write) {
        reads++;
        *access->value = list_answer != NULL
                             ? list_answer(access)
                             : (reads & 0xFFu) * (access->width == 1   ? 1u
                                                  : access->width == 2 ? 0x0101u
                                                                       : 0x01010101u);
    }
    HOST_CHECK(list_recorded < LIST_RECORD_MAX);
    list_record[list_recorded++] = (struct list_access){
        access->is_write, access->port, access->width, *access->value, host.holds, host.now};
}

void list_registry(const struct up_port_range *ranges, size_t count)
{
    up_portset_deny_all(&registry.ports);
    for (size_t i = 0; i < count; i++) {
        up_portset_grant(&registry.ports, ranges[i].first, ranges[i].last);
    }
}

void list_reset(const struct up_port_range *ranges, size_t count)
{
    static IO_STACK_LOCATION create;
    static IRP irp;

    host_reset();
    host.access = access_port;
    host.registry = &registry;
    list_registry(ranges, count);
    HOST_CHECK(up_state_reload() == STATUS_SUCCESS);
    host.logged = 0;
    event_count = 0;
    reads = 0;
    list_answer = NULL;
    host.turns_max = 0;
    list_free();
    memset(&list, 0, sizeof list);
    create = (IO_STACK_LOCATION){.FileObject = &list.file};
    irp = (IRP){.stack = &create};
    HOST_CHECK(up_device_create(NULL, &irp) == STATUS_SUCCESS);
}

void list_new(uint32_t operations, uint32_t data_bytes)
{
    list_free();
    list.length =
        (uint32_t)sizeof *list.header + operations * (uint32_t)sizeof *list.operations + data_bytes;
    list.header = malloc(list.length);
    HOST_CHECK(list.header != NULL);
    memset(list.header, 0, list.length);
    list.operations = (struct up_io_operation *)(list.header + 1);
    list.data = (uint8_t *)(list.operations + operations);
    memset(list.data, 0xA5, data_bytes);
    list.header->abi_version = UP_ABI_VERSION;
    list.header->operations = operations;
    list.header->data_bytes = data_bytes;
    list.header->result = list.header->index = list.header->port = list.header->done = 0xDEADBEEF;
}

void list_free(void)
{
    free(list.header);
    list.header = NULL;
}

void list_new_one(struct up_io_operation operation, uint32_t data_bytes, bool with_read)
{
    list_new(with_read ? 2 : 1, data_bytes);
    list.operations[0] = operation;
    if (with_read) {
        list.operations[1] =
            (struct up_io_operation){.kind = UP_IO_READ, .width = 1, .port = 0x107};
    }
}

struct up_io_operation list_delay(uint32_t microseconds)
{
    return (struct up_io_operation){.kind = UP_IO_DELAY, .microseconds = microseconds};
}

struct up_io_operation list_wait(uint32_t number, uint32_t microseconds)
{
    return (struct up_io_operation){.kind = UP_IO_WAIT,
                                    .width = 2,
                                    .port = 0x102,
                                    .value = number,
                                    .mask = 0xFF00FFFF,
                                    .microseconds = microseconds};
}

void list_when(enum host_moment moment, uint32_t which, void (*happen)(void))
{
    HOST_CHECK(event_count < EVENTS_MAX && which != 0);
    events[event_count].moment = moment;
    events[event_count].left = which;
    events[event_count++].happen = happen;
}

void list_suspend(void)
{
    HOST_CHECK(up_state_suspend() == STATUS_SUCCESS);
}

void list_resume(void)
{
    HOST_CHECK(up_state_resume() == STATUS_SUCCESS);
}

void list_reload(void)
{
    HOST_CHECK(up_state_reload() == STATUS_SUCCESS);
}

void list_cancel(void)
{
    list.irp.Cancel = TRUE;
}

void list_close(void)
{
    IO_STACK_LOCATION stack = {.FileObject = &list.file};
    IRP irp = {.stack = &stack};

    HOST_CHECK(up_device_cleanup(NULL, &irp) == STATUS_SUCCESS && irp.completed == 1);
}

void list_end_thread(void)
{
    host.thread_ends = true;
}

NTSTATUS list_send_lengths(uint32_t code, uint32_t in, uint32_t out)
{
    const BOOLEAN is_cancelled = list.irp.Cancel;
    NTSTATUS status;

    list.stack = (IO_STACK_LOCATION){.Parameters = {{out, in, code}},
                                     .FileObject = list.without_file ? NULL : &list.file};
    list.irp = (IRP){.stack = &list.stack, .AssociatedIrp = {list.header}, .Cancel = is_cancelled};
    host.list = list.header;
    host.list_bytes = list.length;
    host.turns = host.looks = host.thread_looks = host.holds = host.accesses =
        host.most_in_one_hold = 0;
    list_recorded = 0;
    host.at = at;
    status = up_device_control(NULL, &list.irp);
    host.at = NULL;
    event_count = 0;
    host_check_idle();
    HOST_CHECK(list.irp.completed == 1 && list.irp.IoStatus.Status == status);
    HOST_CHECK(list.irp.IoStatus.Information == (NT_SUCCESS(status) ? out : 0));
    return status;
}

NTSTATUS list_send(void)
{
    return list_send_lengths(UP_IOCTL_IO, list.length, list.length);
}
