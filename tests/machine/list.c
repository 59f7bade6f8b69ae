/* SPDX-License-Identifier: MIT
 *
 * Lists of operations for the suites: list.h says what each does.
 */
#include "list.h"

struct list list;
HANDLE list_handle;

void list_clear(void)
{
    memset(&list, 0, sizeof list);
    list.header.abi_version = UP_ABI_VERSION;
}

struct up_io_operation *list_add(uint8_t kind, uint8_t width, uint16_t port, uint32_t value)
{
    struct up_io_operation *operation = &list.operations[list.header.operations++];

    operation->kind = kind;
    operation->width = width;
    operation->port = port;
    operation->value = value;
    return operation;
}

struct up_io_operation *list_wait(uint16_t port, uint32_t value, uint32_t mask,
                                  uint32_t microseconds)
{
    struct up_io_operation *operation = list_add(UP_IO_WAIT, 1, port, value);

    operation->mask = mask;
    operation->microseconds = microseconds;
    return operation;
}

uint8_t *list_data(void)
{
    return (uint8_t *)&list.operations[list.header.operations];
}

uint32_t list_length(void)
{
    return (uint32_t)(sizeof list.header + list.header.operations * sizeof list.operations[0] +
                      list.header.data_bytes);
}

uint32_t list_run(void)
{
    uint32_t length = list_length();
    uint32_t returned;

    EXPECT_EQ(io_control(system_process, list_handle, UP_IOCTL_IO, &list, length, &list, length,
                         &returned),
              STATUS_SUCCESS);
    EXPECT_EQ(returned, length);
    return list.header.result;
}

struct puppet_slot *list_begin(struct process *puppet, unsigned thread, uint32_t puppet_handle,
                               uint32_t command)
{
    struct puppet_slot *slot = &puppet->mail->slots[thread];

    memcpy(puppet->mail->buffer, &list, list_length());
    slot->b = UP_IOCTL_IO;
    slot->c = slot->d = list_length();
    return puppet_begin(puppet, thread, command, puppet_handle);
}

const struct up_io_header *answer_of(const struct process *puppet)
{
    return (const struct up_io_header *)puppet->mail->scan;
}

void wait_for_rounds(const struct puppet_slot *slot, uint32_t more)
{
    uint32_t rounds = slot->rounds;
    uint64_t until = ticks + 10u * TICKS_PER_SECOND;

    while (slot->rounds - rounds < more && ticks < until) {
        sched_yield();
    }
    EXPECT(slot->rounds - rounds >= more);
}

void list_open(const char *ports)
{
    start_with(ports, UP_SCOPE_ALL, 0);
    EXPECT_EQ(io_open(system_process, DEVICE, GENERIC_READ | GENERIC_WRITE, &list_handle),
              STATUS_SUCCESS);
}

void list_close(void)
{
    handle_close(&system_process->handles, list_handle);
    stop();
}
