/* SPDX-License-Identifier: MIT
 *
 * Requests to the driver's dispatcher, for fuzz_dispatch.c. Each is checked: completed once, with
 * the status, the answer and the state of the driver that docs/protocol.md wants; lists by
 * dispatch_model.c.
 */
#ifndef UP_FUZZ_DISPATCH_REQUESTS_H
#define UP_FUZZ_DISPATCH_REQUESTS_H

#include "dispatch_model.h"

#define REQUESTS_FILES      4u
#define REQUESTS_RANGES     7u
#define REQUESTS_EVENTS     3u
#define REQUESTS_LENGTH_MAX 70000u /* of a buffer */

/* What goes wrong with a request. */
#define FAULT_ACCESS    0x01u /* the access list says no */
#define FAULT_INSTALL   0x02u /* the map cannot be installed */
#define FAULT_RECORD    0x04u /* memory is short for a record */
#define FAULT_OPENED    0x08u /* the process cannot be given the map */
#define FAULT_CANCELLED 0x10u /* cancelled before it comes */
#define FAULT_ENDING    0x20u /* the thread is being ended before it comes */
#define FAULT_CLOSED    0x40u /* the file's last handle is closed before it comes */

/* What happens while a list runs. */
struct requests_event {
    enum host_moment moment;
    uint32_t left; /* moments of this kind until then; 0: it has happened */
    uint8_t action, number;
};

struct requests {
    struct up_port_range ranges[REQUESTS_RANGES]; /* what a settings can grant */
    uint32_t range_count;
    FILE_OBJECT files[REQUESTS_FILES];
    struct requests_event events[REQUESTS_EVENTS];
};
extern struct requests requests;

struct requests_counts {
    uint64_t calls; /* of the dispatcher */
    uint64_t lists, done, denied_later, cancelled, accesses;
};
extern struct requests_counts requests_counts;

/* A driver that has just started, with all ranges granted. */
void requests_start(void);

/* What the next RELOAD will find: the ranges whose bits are set; bit 7 is the scope. */
void requests_registry(uint8_t which);

void requests_open(FILE_OBJECT *file, uint8_t faults, uint8_t name);
void requests_close(FILE_OBJECT *file, bool is_cleanup);

/* READ or WRITE, in the fast form or with buffers: what access it is, and a value to be written. */
void requests_access(FILE_OBJECT *file, bool is_write, bool is_fast, uint32_t where,
                     uint32_t value);

/* A code that is not IO, READ or WRITE, or that will be refused. */
void requests_control(uint32_t code, FILE_OBJECT *file, uint32_t in, uint32_t out, uint8_t faults);

/* IO, with a block that has exactly the longer of both lengths. */
void requests_list(FILE_OBJECT *file, uint8_t *buffer, uint32_t in, uint32_t out, uint8_t faults,
                   uint8_t seed);

/* All files are closed; the counters agree. */
void requests_end(void);

#endif
