/* SPDX-License-Identifier: MIT
 *
 * The library from the inside: what a back end is, and what its files share. ports.c has the public functions and checks
 * their arguments, a back end runs accesses, failure.c remembers for each thread why its last call failed, and
 * failure_text.c says so in a sentence. What differs by system is in files of its own: system_*.c, backends_*.c,
 * words_*.c.
 */
#ifndef UP_LIB_BACKEND_H
#define UP_LIB_BACKEND_H

#include <stdbool.h>
#include <stddef.h>

#include "userport/userport.h"

#define UP_BLOCK_BYTES_MAX (UP_IO_BYTES_MAX - (uint32_t)sizeof(struct up_io_operation))

/* ---- back ends ---------------------------------------------------------------------------------------------------- */

/* What a back end says of a failure, beside its error. All 0 when it is called. */
struct up_cause {
    uint32_t system_error;
    uint32_t port;           /* UP_ERR_DENIED */
    uint32_t index;          /* in a list: the operation that it is about */
    uint32_t moved;          /* elements that the block had moved, in a list the one that did not run to its end */
    uint32_t state;          /* UP_ERR_DENIED: the driver's UP_STATE_..., 0 if not known */
    uint32_t abi_version;    /* UP_ERR_VERSION: the driver's, 0 if not known */
    uint32_t driver_version; /* likewise */
    const char *why;         /* a clause for the sentence, a constant; NULL: what the error's number says is enough.
                                UP_ERR_DENIED: what to do, as sentences with a blank before them */
};

/*
 * A way to the ports. The arguments of its functions were checked; what they return but UP_OK is recorded by their caller.
 * open sets ports->state. access runs one read or write: operation->kind, width, port and value are set, and value is
 * written by a read that succeeds. block runs one block of at most UP_BLOCK_BYTES_MAX bytes. run runs a list that
 * up_list_check has passed, with the data_bytes it gave, and stores in *done, which is 0, how many operations ran to
 * their end, also when it fails.
 */
struct up_backend {
    uint32_t id; /* UP_BACKEND_... */
    up_error (*open)(up_handle *handle, struct up_cause *cause);
    void (*close)(up_handle *handle);
    up_error (*access)(up_handle *handle, up_operation *operation, struct up_cause *cause);
    up_error (*block)(up_handle *handle, up_operation *operation, struct up_cause *cause);
    up_error (*run)(up_handle *handle, up_operation *operations, uint32_t count, uint32_t data_bytes, uint32_t *done,
                    struct up_cause *cause);
    up_error (*map)(up_handle *handle, uint8_t map[UP_MAP_BYTES], struct up_cause *cause);
    up_error (*info)(up_handle *handle, struct up_info *info, struct up_cause *cause);
};

/* What a handle points to. Nothing here changes between up_open and up_close. */
struct up_handle {
    const struct up_backend *backend;
    const struct up_device *device; /* direct and ioctl: how the device is reached, ioctl.h */
    void *state; /* direct and ioctl: the device's handle; wine and Linux's direct: struct up_portset, what is granted;
                    devport: the file's number; fake: struct fake */
    volatile bool has_no_fast_form; /* direct and ioctl: the system was seen not to take it (ioctl.c) */
};

extern const struct up_backend up_backend_direct;
extern const struct up_backend up_backend_ioctl;
extern const struct up_backend up_backend_devport;
extern const struct up_backend up_backend_fake;

/* Those of this system, the fastest first, with a NULL at the end: backends_*.c. */
extern const struct up_backend *const up_backends[];

/* Why others are not among them, for up_failure_text. */
extern const char *const up_backends_missing;

/* The parts of up_failure_text's sentences that each system has of its own: words_*.c. Advice begins with a blank. */
struct up_strings {
    const char *device;           /* what back ends open */
    const char *to_start;         /* advice: UP_ERR_NOT_RUNNING */
    const char *to_start_in_wine; /* advice: likewise, under Wine */
    const char *no_access;        /* UP_ERR_NO_ACCESS, as a clause */
    const char *who_has_access;   /* advice: likewise */
    const char *no_way;           /* advice: no back end can be used here */
    const char *to_grant;         /* advice: UP_ERR_DENIED */
};
extern const struct up_strings up_strings;

/* up_open with the back ends to choose from. */
up_error up_open_among(const struct up_backend *const *among, uint32_t backends, up_handle **handle);

/* ---- list.c: lists of operations ---------------------------------------------------------------------------------- */

/*
 * Checks a list by all rules of up_run that need no driver. *data_bytes: what its blocks need together.
 * Result: UP_OK or UP_ERR_ARGUMENT, with cause->index and cause->why.
 */
up_error up_list_check(const up_operation *operations, uint32_t count, uint32_t *data_bytes, struct up_cause *cause);

/* The length of the wire form of a list that was checked. */
uint32_t up_list_bytes(uint32_t count, uint32_t data_bytes);

/* Writes the wire form of a list that was checked, up_list_bytes long. Blocks to be read are all ones until they are. */
void up_list_encode(struct up_io_header *list, const up_operation *operations, uint32_t count, uint32_t data_bytes);

/*
 * Reads the driver's answer, length bytes of it, back into the operations that have run, and the block or wait that was
 * begun. *done as for up_run. Result: what became of the list, with cause->index, cause->port and cause->moved;
 * UP_ERR_SYSTEM with cause->why for an answer that makes no sense.
 */
up_error up_list_decode(const struct up_io_header *list, uint32_t length, up_operation *operations, uint32_t count,
                        uint32_t data_bytes, uint32_t *done, struct up_cause *cause);

/* ---- failure.c: the last failure of each thread -------------------------------------------------------------------- */

/* What was being done when a call failed. */
enum up_doing {
    UP_OPENING,
    UP_ACCESSING,
    UP_MOVING_BLOCK,
    UP_RUNNING_LIST,
    UP_QUERYING_MAP,
    UP_QUERYING_INFO,
    UP_FAKING
};

struct up_failure_record {
    up_failure failure;
    enum up_doing doing;
    bool has_operation;
    up_operation operation; /* the access, or the one of the list */
    uint32_t done;          /* operations of the list that were executed for sure */
    const char *why;
};

/* Remembers a failure for this thread. operation: NULL if there is none. Result: error. */
up_error up_fail(up_error error, enum up_doing doing, const up_operation *operation, uint32_t done,
                 const struct up_cause *cause);

/* up_fail with UP_ERR_ARGUMENT, and why. */
up_error up_fail_argument(enum up_doing doing, const up_operation *operation, const char *why);

/* This thread's record, NULL if none of its calls failed. */
const struct up_failure_record *up_failure_of_thread(void);

#endif
