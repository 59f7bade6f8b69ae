/* SPDX-License-Identifier: MIT
 *
 * The internal interface of the library: what a back end is, and what the library's files share.
 * userport.c has the public functions and checks their arguments. A back end runs the accesses.
 * failure.c keeps the error detail of each thread's last failed call, and failure_text.c turns it
 * into a sentence. The parts that differ between systems are in system_*.c, backends_*.c and
 * strings_*.c.
 */
#ifndef UP_LIB_BACKEND_H
#define UP_LIB_BACKEND_H

#include <stdbool.h>
#include <stddef.h>

#include "core/routes.h"
#include "userport/userport.h"

#define UP_BLOCK_BYTES_MAX (UP_IO_BYTES_MAX - (uint32_t)sizeof(struct up_io_operation))

/* ---- back ends ------------------------------------------------------------------------------- */

/*
 * The details of a failure that a back end reports besides its error. All fields are 0 when the
 * back end is called.
 */
struct up_failure_detail {
    uint32_t system_error;
    uint32_t port;  /* UP_ERR_DENIED */
    uint32_t index; /* in a list: the operation that failed */
    /*
     * Elements that the block had moved; in a list, those of the block that did not run to its end.
     */
    uint32_t moved;
    uint32_t state;          /* UP_ERR_DENIED: the driver's UP_STATE_..., 0 if not known */
    uint32_t abi_version;    /* UP_ERR_VERSION: the driver's, 0 if not known */
    uint32_t driver_version; /* likewise */
    /*
     * A clause for the sentence, as a constant string. NULL: the text of the error is enough. For
     * UP_ERR_DENIED it is the advice instead, as sentences that begin with a blank.
     */
    const char *why;
    /* Set by routed.c: where the access goes that failed, or that it would go to several places. */
    bool is_routed;
    bool is_apart;
    uint16_t to; /* is_routed: where the first port of the access goes */
};

/*
 * A way to reach the ports. The arguments of its functions have been checked, and their ports are
 * those to which the program's ports go. The caller records every result but UP_OK.
 * open sets handle->state.
 * access runs one read or write: kind, width, port and value of the operation are set, and a read
 * that succeeds writes value.
 * block runs one block of at most UP_BLOCK_BYTES_MAX bytes.
 * run runs a list that up_list_check has accepted, with the data_bytes that it returned. *done is 0
 * and becomes the number of operations that ran to their end, also on failure.
 */
struct up_backend {
    uint32_t id; /* UP_BACKEND_... */
    up_error (*open)(up_handle *handle, struct up_failure_detail *detail);
    void (*close)(up_handle *handle);
    up_error (*access)(up_handle *handle, up_operation *operation,
                       struct up_failure_detail *detail);
    up_error (*block)(up_handle *handle, up_operation *operation, struct up_failure_detail *detail);
    up_error (*run)(up_handle *handle, up_operation *operations, uint32_t count,
                    uint32_t data_bytes, uint32_t *done, struct up_failure_detail *detail);
    up_error (*map)(up_handle *handle, uint8_t map[UP_MAP_BYTES], struct up_failure_detail *detail);
    up_error (*info)(up_handle *handle, struct up_info *info, struct up_failure_detail *detail);
};

/* The object behind a handle. Only has_no_fast_form changes between up_open and up_close. */
struct up_handle {
    const struct up_backend *backend;
    const struct up_device *device; /* direct and ioctl: how the device is reached, see ioctl.h */
    /*
     * direct and ioctl: the device's handle; wine and direct on Linux: struct up_portset with the
     * granted ports; devport: the file descriptor; fake: struct fake.
     */
    void *state;
    /* direct and ioctl: the system has refused the fast form (ioctl.c). */
    volatile bool has_no_fast_form;
    struct up_routes routes; /* of the program; count 0: its ports are the addresses */
};

extern const struct up_backend up_backend_direct;
extern const struct up_backend up_backend_ioctl;
extern const struct up_backend up_backend_devport;
extern const struct up_backend up_backend_fake;

/*
 * For programs whose ports are simulated where no other back end can be opened: every port that has
 * no route to a device or to nothing is denied.
 */
extern const struct up_backend up_backend_simulated;

/* The back ends of this system, fastest first, with a NULL at the end: backends_*.c. */
extern const struct up_backend *const up_backends[];

/* Explains for up_failure_text why other back ends are not among them. */
extern const char *const up_backends_missing;

/*
 * The parts of up_failure_text's sentences that differ between systems: strings_*.c. Advice begins
 * with a blank.
 */
struct up_strings {
    const char *device;           /* what back ends open */
    const char *to_start;         /* advice: UP_ERR_NOT_RUNNING */
    const char *to_start_in_wine; /* advice: UP_ERR_NOT_RUNNING under Wine */
    const char *no_access;        /* UP_ERR_NO_ACCESS, as a clause */
    const char *who_has_access;   /* advice: UP_ERR_NO_ACCESS */
    const char *no_way;           /* advice: no back end can be used here */
    const char *to_grant;         /* advice: UP_ERR_DENIED */
};
extern const struct up_strings up_strings;

/*
 * A read or write whose call has come from caller, for the recorder. why: what is wrong with the
 * arguments; NULL if nothing is. The functions of userport.h that move one value are this.
 */
up_error up_access_from(up_handle *handle, up_operation *operation, const char *why,
                        const void *caller);

/* up_open with a given list of back ends. */
up_error up_open_among(const struct up_backend *const *among, uint32_t backends,
                       up_handle **handle);

/* ---- transfer.c: lists of operations --------------------------------------------------------- */

/*
 * Checks a list by all rules of up_run that need no driver. *data_bytes: the bytes that its blocks
 * need together. Result: UP_OK or UP_ERR_ARGUMENT, with detail->index and detail->why.
 */
up_error up_list_check(const up_operation *operations, uint32_t count, uint32_t *data_bytes,
                       struct up_failure_detail *detail);

/* The length in bytes of the wire form of a list that was checked. */
uint32_t up_list_bytes(uint32_t count, uint32_t data_bytes);

/*
 * Writes the wire form of a list that was checked, up_list_bytes long. The data of blocks to read
 * is filled with ones.
 */
void up_list_encode(struct up_io_header *list, const up_operation *operations, uint32_t count,
                    uint32_t data_bytes);

/*
 * Reads the driver's answer, length bytes long, back into the operations that have run, and into
 * the block or wait that was begun. *done is as for up_run. Result: the outcome of the list, with
 * detail->index, detail->port and detail->moved; UP_ERR_SYSTEM with detail->why for an answer that
 * is not valid.
 */
up_error up_list_decode(const struct up_io_header *list, uint32_t length, up_operation *operations,
                        uint32_t count, uint32_t data_bytes, uint32_t *done,
                        struct up_failure_detail *detail);

/* What a read of width bytes gives where nothing answers: all ones. */
static inline uint32_t up_ones_of(uint8_t width)
{
    return width == 4 ? 0xFFFFFFFFu : (1u << 8u * width) - 1u;
}

/* ---- routed.c: accesses by a handle with routes --------------------------------------------- */

/* up_routes_find for an operation. A delay goes to the back end. */
enum up_routed up_routed_find(const up_handle *handle, const up_operation *operation, uint16_t *to);

/*
 * up_backend's access and run for the program's ports. operations keep them. run's list has been
 * checked; it has no data_bytes, because those of the operations that go nowhere are left out.
 */
up_error up_routed_access(up_handle *handle, up_operation *operation,
                          struct up_failure_detail *detail);
up_error up_routed_run(up_handle *handle, up_operation *operations, uint32_t count, uint32_t *done,
                       struct up_failure_detail *detail);

/*
 * Finds where a block goes, *to for a port. Result: UP_ERR_DENIED with *detail if its elements
 * would go to several places.
 */
up_error up_routed_block(const up_handle *handle, const up_operation *block, uint16_t *to,
                         enum up_routed *routed, struct up_failure_detail *detail);

/* Writes into *detail of a failed access where it went, if that is another port than its own. */
void up_routed_failed(const up_operation *operation, uint16_t to, struct up_failure_detail *detail);

/* ---- routed_devices.c: accesses to simulated devices ----------------------------------------- */

/* Runs an access, or a block, on the device to which it goes; *done: the elements moved. */
up_error up_routed_device(up_operation *operation, struct up_failure_detail *detail);
up_error up_routed_device_block(const up_operation *block, uint32_t *done,
                                struct up_failure_detail *detail);

/* Goes any of these operations to a device? */
bool up_routed_has_devices(const up_handle *handle, const up_operation *operations, uint32_t count);

/*
 * up_routed_run for a list some of whose operations go to devices: one operation after the other,
 * in this process. All have been looked at before the first one runs.
 */
up_error up_routed_run_mixed(up_handle *handle, up_operation *operations, uint32_t count,
                             uint32_t *done, struct up_failure_detail *detail);

/* Turns a map of granted addresses into one of the program's ports. */
void up_routed_map(const struct up_routes *routes, uint8_t map[UP_MAP_BYTES]);

/* ---- failure.c: the last failure of each thread ---------------------------------------------- */

/* What the library was doing when a call failed. */
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
    up_operation operation; /* the access, or the operation of the list */
    uint32_t done;          /* operations of the list that were executed for certain */
    const char *why;
    bool is_routed, is_apart; /* as in struct up_failure_detail */
    uint16_t to;
};

/* Records a failure for this thread. operation: NULL if there is none. Result: error. */
up_error up_fail(up_error error, enum up_doing doing, const up_operation *operation, uint32_t done,
                 const struct up_failure_detail *detail);

/* up_fail with UP_ERR_ARGUMENT and the reason. */
up_error up_fail_argument(enum up_doing doing, const up_operation *operation, const char *why);

/* This thread's record; NULL if none of its calls failed. */
const struct up_failure_record *up_failure_of_thread(void);

#endif
