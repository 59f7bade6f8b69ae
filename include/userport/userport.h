/* SPDX-License-Identifier: MIT
 *
 * The C interface of userport.dll (Windows) and libuserport.so (Linux). It reads and writes x86 I/O
 * ports, limited to the ports that the administrator granted. A handle stands for one way to reach
 * the ports, called its back end:
 *
 *   direct   the program executes IN and OUT itself, through the processor's I/O permission map:
 *            on 32-bit Windows with the driver; on Linux if userportctl run started the program;
 *            under Wine on Linux likewise, for 32-bit and 64-bit programs, without the driver
 *   ioctl    the driver executes each access and checks it against the same map: on every
 *            Windows with the driver, including 64-bit Windows
 *   devport  the Linux kernel executes 8-bit accesses through the file /dev/port: for root only,
 *            and for every port
 *   fake     nothing is executed: for tests of a program without hardware; it plays back values
 *            and keeps a journal
 *
 * Every function may be called from any thread. Handles are independent of each other. A handle
 * must not be used after up_close was called for it. The library prints nothing and never ends the
 * program. Ports are 0 to FFFF (hexadecimal). An access of width bytes touches the ports port to
 * port + width - 1, and each of them has to be granted.
 *
 * A 32-bit Visual C++ program that links the static library libuserport.a needs the linker option
 * /SAFESEH:NO, because the direct back end has an exception handler that no SafeSEH table lists.
 */
#ifndef USERPORT_H
#define USERPORT_H

#include <stdint.h>

#include "userport_abi.h"

#ifdef _WIN32
/* The calling convention of Windows itself, for declarations in Visual Basic and Delphi. */
#define UP_CALL __stdcall
#else
#define UP_CALL
#endif
#ifndef UP_API
#define UP_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* An open way to reach the ports. */
typedef struct up_handle up_handle;

/* The result of a function. */
typedef uint32_t up_error;
#define UP_OK              0u
#define UP_ERR_ARGUMENT    1u  /* an argument is not valid */
#define UP_ERR_DENIED      2u  /* the port is not granted: nothing was executed from there on */
#define UP_ERR_NOT_RUNNING 3u  /* the driver is not installed or not started */
#define UP_ERR_NO_ACCESS   4u  /* the system does not let this user open the driver */
#define UP_ERR_VERSION     5u  /* driver and library are of incompatible releases */
#define UP_ERR_UNSUPPORTED 6u  /* this system, back end or driver cannot do that */
#define UP_ERR_TIMED_OUT   7u  /* a wait operation timed out */
#define UP_ERR_CANCELLED   8u  /* cancelled, or the handle closed, before the list was done */
#define UP_ERR_MEMORY      9u  /* out of memory */
#define UP_ERR_SYSTEM      10u /* the system refused; its code is in up_failure.system_error */

/* Back ends: up_open takes a combination of them, up_backend returns one. */
#define UP_BACKEND_DIRECT  0x1u
#define UP_BACKEND_IOCTL   0x2u
#define UP_BACKEND_FAKE    0x4u
#define UP_BACKEND_DEVPORT 0x8u
/*
 * What up_backend returns if userportctl run has given the program simulated devices, and none of
 * the back ends that were asked for could be opened: the other ports are denied.
 */
#define UP_BACKEND_SIMULATED 0x10u
/* All but the fake, which has to be asked for by name. */
#define UP_BACKEND_ANY (UP_BACKEND_DIRECT | UP_BACKEND_IOCTL | UP_BACKEND_DEVPORT)

/*
 * Opens the ports.
 * backends: the back ends that may be used, UP_BACKEND_... combined with |. The fastest of them
 * that works is chosen; up_backend returns which one that is.
 * *handle: the handle, or NULL on failure.
 * Errors: UP_ERR_NOT_RUNNING, UP_ERR_NO_ACCESS, UP_ERR_VERSION, UP_ERR_UNSUPPORTED, UP_ERR_MEMORY,
 * UP_ERR_ARGUMENT, UP_ERR_SYSTEM.
 * On Windows with Scope 1 the calling process has access to the granted ports from this call until
 * up_close.
 */
UP_API up_error UP_CALL up_open(uint32_t backends, up_handle **handle);

/* Closes the handle. NULL is allowed and does nothing. */
UP_API void UP_CALL up_close(up_handle *handle);

/* Returns the back end that serves this handle, one UP_BACKEND_..., or 0 for NULL. */
UP_API uint32_t UP_CALL up_backend(const up_handle *handle);

/*
 * Returns a back end's name: "direct", "ioctl", "devport", "fake" or "simulated"; "none" for any
 * other value. Never NULL.
 */
UP_API const char *UP_CALL up_backend_name(uint32_t backend);

/*
 * Reads or writes 8, 16 or 32 bits once. A read that fails gives all ones, as an empty bus does.
 * UP_ERR_DENIED: one of the ports is not granted, and nothing was executed. up_last_failure tells
 * which port.
 * UP_ERR_UNSUPPORTED: the devport back end has 8-bit accesses only.
 * Other errors: UP_ERR_ARGUMENT, UP_ERR_NOT_RUNNING (the driver is gone), UP_ERR_SYSTEM.
 * NT unloads a driver only when its last handle is closed, and until then the driver answers.
 * Whoever stops UserPort therefore suspends it first: a caller then gets UP_ERR_DENIED with
 * UP_STATE_SUSPENDED in up_failure.state. A long-running program should close its handle when it
 * sees that.
 */
UP_API up_error UP_CALL up_in8(up_handle *handle, uint16_t port, uint8_t *value);
UP_API up_error UP_CALL up_in16(up_handle *handle, uint16_t port, uint16_t *value);
UP_API up_error UP_CALL up_in32(up_handle *handle, uint16_t port, uint32_t *value);
UP_API up_error UP_CALL up_out8(up_handle *handle, uint16_t port, uint8_t value);
UP_API up_error UP_CALL up_out16(up_handle *handle, uint16_t port, uint16_t value);
UP_API up_error UP_CALL up_out32(up_handle *handle, uint16_t port, uint32_t value);

/*
 * Reads count elements from, or writes them to, one port, as the processor's INS and OUTS do. A
 * count of 0 does nothing. A block of more than 65,520 bytes takes several steps. The grants may
 * change in the middle of any block: up_failure.moved and up_failure_text tell how many elements
 * were moved before a failure. Elements that a read could not fetch are all ones. The errors are
 * those of single accesses, and UP_ERR_CANCELLED.
 */
UP_API up_error UP_CALL up_in8_block(up_handle *handle, uint16_t port, uint8_t *values,
                                     uint32_t count);
UP_API up_error UP_CALL up_in16_block(up_handle *handle, uint16_t port, uint16_t *values,
                                      uint32_t count);
UP_API up_error UP_CALL up_in32_block(up_handle *handle, uint16_t port, uint32_t *values,
                                      uint32_t count);
UP_API up_error UP_CALL up_out8_block(up_handle *handle, uint16_t port, const uint8_t *values,
                                      uint32_t count);
UP_API up_error UP_CALL up_out16_block(up_handle *handle, uint16_t port, const uint16_t *values,
                                       uint32_t count);
UP_API up_error UP_CALL up_out32_block(up_handle *handle, uint16_t port, const uint32_t *values,
                                       uint32_t count);

/* One operation of a list for up_run. Fields that the kind does not need are ignored. */
typedef struct up_operation {
    /*
     * UP_IO_READ, UP_IO_WRITE, UP_IO_READ_BLOCK, UP_IO_WRITE_BLOCK, UP_IO_DELAY or UP_IO_WAIT, from
     * userport_abi.h
     */
    uint8_t kind;
    uint8_t width; /* 1, 2 or 4 bytes */
    uint16_t port;
    uint32_t value;        /* read: the result; write: what to write; wait: what to wait for */
    uint32_t mask;         /* wait: the bits of value that are compared */
    uint32_t count;        /* blocks: the number of elements */
    uint32_t microseconds; /* delay: its length; wait: its time-out */
    uint32_t last;         /* wait: result, the value that was read last */
    void *buffer;          /* blocks: count * width bytes, to read into or to write from */
} up_operation;

/*
 * Runs a list of operations in one call, without a system call between two of them. The whole list
 * is checked before its first operation runs. A list has at most UP_IO_OPERATIONS_MAX operations,
 * UP_IO_BYTES_MAX bytes (16 for each operation, and the data of the blocks) and
 * UP_IO_MICROSECONDS_MAX of delays and time-outs, and every port has to be granted. A count of 0
 * does nothing.
 * *done: the number of operations that ran to their end. done may be NULL.
 * UP_ERR_ARGUMENT: an operation is not valid, or the list exceeds a limit; nothing was executed.
 * UP_ERR_DENIED: a port is not granted; nothing was executed, unless the grants changed while the
 * list ran, which *done and up_failure.moved show.
 * UP_ERR_TIMED_OUT: the wait that up_last_failure names timed out, and the operations after it did
 * not run.
 * Other errors: UP_ERR_CANCELLED, UP_ERR_NOT_RUNNING, UP_ERR_SYSTEM.
 * Only the value of reads, the last of waits and the buffers of read blocks are written, so the
 * list can be run again as it is. No other thread may change the list meanwhile.
 */
UP_API up_error UP_CALL up_run(up_handle *handle, up_operation *operations, uint32_t count,
                               uint32_t *done);

/*
 * Copies the effective map at this moment: UP_MAP_BYTES bytes, where bit n % 8 of byte n / 8 stands
 * for port n and 0 means granted. With direct on Linux it is the map at the time of up_open, since
 * nobody takes ports away from a running program there. With devport every port is granted. On
 * failure the map is all ones.
 * Errors: UP_ERR_ARGUMENT, UP_ERR_NOT_RUNNING, UP_ERR_SYSTEM.
 */
UP_API up_error UP_CALL up_query_map(up_handle *handle, uint8_t map[UP_MAP_BYTES]);

/*
 * Returns 1 if an access of width bytes (1, 2 or 4) at port is granted at this moment, 0 if it is
 * not or if that is unknown.
 */
UP_API int UP_CALL up_granted(up_handle *handle, uint16_t port, uint32_t width);

/*
 * Copies the driver's report on itself. The fake, and direct under Wine, report a running driver.
 * Errors: UP_ERR_UNSUPPORTED (Linux has no driver), UP_ERR_ARGUMENT, UP_ERR_NOT_RUNNING,
 * UP_ERR_SYSTEM.
 */
UP_API up_error UP_CALL up_query_info(up_handle *handle, struct up_info *info);

/* The error detail of this thread's last call that failed. */
typedef struct up_failure {
    up_error error;        /* UP_OK: no call has failed yet */
    uint32_t system_error; /* the system's code (GetLastError, errno), or 0 if there is none */
    /*
     * UP_ERR_DENIED: the port that is not granted, as an administrator has to grant it: where a
     * route sends the program's port, its target. 10000 (hexadecimal) is one past the last port
     */
    uint32_t port;
    uint32_t index; /* up_run: the operation that failed */
    /*
     * the elements of a block that were moved before the failure; up_run: of the block that follows
     * the *done operations
     */
    uint32_t moved;
    uint32_t state;          /* UP_ERR_DENIED: the driver's UP_STATE_..., or 0 if it is not known */
    uint32_t abi_version;    /* UP_ERR_VERSION: the driver's; the library's is UP_ABI_VERSION */
    uint32_t driver_version; /* UP_ERR_VERSION: as in struct up_info, or 0 if it is not known */
} up_failure;

/* Copies the error detail. Each thread has its own; a call that succeeds leaves it unchanged. */
UP_API void UP_CALL up_last_failure(up_failure *failure);

/* Returns the system's code of this thread's last failure, or 0 if there is none. */
UP_API uint32_t UP_CALL up_system_error(void);

/* Returns a short description of an error, such as "the port is not granted". Never NULL. */
UP_API const char *UP_CALL up_error_text(up_error error);

/*
 * Writes a sentence about this thread's last failure: what could not be done, why, and what to do.
 * It is ASCII, cut to size bytes including its final 0. Returns the length of the whole sentence
 * without the 0. A size of 0 writes nothing.
 */
UP_API uint32_t UP_CALL up_failure_text(char *text, uint32_t size);

/* Returns the library's version: major << 24 | minor << 16 | patch. */
UP_API uint32_t UP_CALL up_library_version(void);

/* ---- the fake back end ----------------------------------------------------------------------- */

/*
 * These functions work only on handles of UP_BACKEND_FAKE; other handles get UP_ERR_UNSUPPORTED. A
 * new fake grants every port. A read returns the next value that was fed for this port and width.
 * Without one it returns what was last written there, byte by byte, and otherwise all ones. Delays
 * take no time. A wait reads the values that were fed until none is left.
 */

/* Sets the granted ports from now on. The map has the form of up_query_map. */
UP_API up_error UP_CALL up_fake_grant(up_handle *handle, const uint8_t map[UP_MAP_BYTES]);

/*
 * Appends values that later reads of this width from this port return, one after the other. Errors:
 * UP_ERR_MEMORY.
 */
UP_API up_error UP_CALL up_fake_feed(up_handle *handle, uint16_t port, uint32_t width,
                                     const uint32_t *values, uint32_t count);

/* One access in the fake's journal. */
typedef struct up_access {
    /*
     * UP_IO_READ, UP_IO_WRITE or UP_IO_DELAY; blocks and waits are one READ or WRITE for each
     * access
     */
    uint8_t kind;
    uint8_t width;
    uint16_t port;
    uint32_t value; /* delay: microseconds */
} up_access;

/*
 * Copies the journal's accesses first to first + room - 1, oldest first. *count: the number of
 * accesses in the whole journal. Denied accesses are not in it.
 */
UP_API up_error UP_CALL up_fake_journal(up_handle *handle, uint32_t first, up_access *accesses,
                                        uint32_t room, uint32_t *count);

/* Discards the journal, the values that were fed and the values that were written. */
UP_API up_error UP_CALL up_fake_reset(up_handle *handle);

#ifdef __cplusplus
}
#endif

#endif
