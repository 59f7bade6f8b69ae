/* SPDX-License-Identifier: MIT
 *
 * For the unit tests of lists: one list in a block of exactly its length, sent through the driver's
 * dispatcher; a record of what happened at the ports; and something that happens to it at a moment.
 */
#ifndef UP_HOST_LIST_H
#define UP_HOST_LIST_H

#include "kernel.h"

#define LIST_RECORD_MAX 70000u

struct list {
    struct up_io_header *header;
    struct up_io_operation *operations;
    uint8_t *data;
    uint32_t length;
    FILE_OBJECT file;
    bool without_file; /* as another driver may send it */
    IRP irp;
    IO_STACK_LOCATION stack;
};
extern struct list list;

/* What happened at the ports since list_send, and when. */
struct list_access {
    bool is_write;
    uint16_t port;
    uint32_t width, value;
    uint32_t hold; /* the holds of the lock before this one */
    LONGLONG time;
};
extern struct list_access list_record[LIST_RECORD_MAX];
extern uint32_t list_recorded;

/*
 * The answer of the ports: NULL for 1, 2, 3 ... from the first read of the test on, in each byte
 * the same number.
 */
extern uint32_t (*list_answer)(const struct host_access *access);

/* A fresh kernel, a file that is open, and these ranges granted. */
void list_reset(const struct up_port_range *ranges, size_t count);

/* The ranges that the next RELOAD will find. */
void list_registry(const struct up_port_range *ranges, size_t count);

/*
 * A list of so many operations (to be filled in) and bytes of data (A5h each). list_free ends it.
 */
void list_new(uint32_t operations, uint32_t data_bytes);
void list_free(void);

/* A list of one operation; with_read: and a read of 8 bits from 107 behind it. */
void list_new_one(struct up_io_operation operation, uint32_t data_bytes, bool with_read);

/* A delay; a wait for these 16 bits from 102. */
struct up_io_operation list_delay(uint32_t microseconds);
struct up_io_operation list_wait(uint32_t number, uint32_t microseconds);

/* The next time that this moment comes, or one of the later ones: let that happen. */
void list_when(enum host_moment moment, uint32_t which, void (*happen)(void));

/* What can happen. */
void list_suspend(void);
void list_resume(void);
void list_reload(void);
void list_cancel(void);
void list_close(void);
void list_end_thread(void);

/*
 * Sends the list. Result: the status of the request. What NT demands of a driver has been checked.
 */
NTSTATUS list_send(void);

/* The same with lengths that may not be the list's. */
NTSTATUS list_send_lengths(uint32_t code, uint32_t in, uint32_t out);

#endif
