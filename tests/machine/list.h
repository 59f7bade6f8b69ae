/* SPDX-License-Identifier: MIT
 *
 * Lists of operations for the suites: built in place, sent from the kernel's own process or by a
 * puppet's thread.
 */
#ifndef MACHINE_LIST_H
#define MACHINE_LIST_H

#include "test.h"

#define DATA 0x378 /* QEMU's parallel port: its data register remembers */

/* The list that the test builds, and what came back. */
struct list {
    struct up_io_header header;
    union {
        struct up_io_operation operations[UP_IO_OPERATIONS_MAX];
        uint8_t bytes[UP_IO_BYTES_MAX + 16];
    };
};
extern struct list list;
extern HANDLE list_handle; /* the system process's */

void list_clear(void);
struct up_io_operation *list_add(uint8_t kind, uint8_t width, uint16_t port, uint32_t value);
struct up_io_operation *list_wait(uint16_t port, uint32_t value, uint32_t mask,
                                  uint32_t microseconds);
uint8_t *list_data(void);
uint32_t list_length(void);

/* Starts the driver in scope 0 and opens it; closes it and stops. */
void list_open(const char *ports);
void list_close(void);

/* Sends it from the kernel's own process. Result: the header's. */
uint32_t list_run(void);

/* Gives it to a puppet's thread: it runs until puppet_finish, and the answer is in the mailbox. */
struct puppet_slot *list_begin(struct process *puppet, unsigned thread, uint32_t puppet_handle,
                               uint32_t command);
const struct up_io_header *answer_of(const struct process *puppet);

/* Waits until a looping thread has gone round so many times more. */
void wait_for_rounds(const struct puppet_slot *slot, uint32_t more);

#endif
