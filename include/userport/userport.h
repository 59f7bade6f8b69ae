/* SPDX-License-Identifier: MIT
 *
 * The C interface of userport.dll (Windows) and libuserport.so (Linux): reads and writes of x86 I/O ports, limited to
 * the ports that the administrator granted. One handle stands for one way to the ports, its back end:
 *
 *   direct   the program runs IN and OUT itself, through the processor's permission map: 32-bit Windows with the driver;
 *            Linux, when userportctl run has started the program; and Wine on Linux likewise, 32-bit or 64-bit, without
 *            the driver
 *   ioctl    the driver runs them, each checked against the same map: every Windows with the driver, 64-bit too
 *   devport  Linux's kernel runs them, 8 bits each, by the file /dev/port: for root, and every port
 *   fake     nobody runs them: for tests of a program without hardware; plays values back and keeps a journal
 *
 * Every function may be called from any thread; handles know nothing of each other. A handle must not be used any more
 * once up_close was called for it. Nothing is printed and nothing exits. Ports are 0 to FFFF; an access of width bytes
 * touches the ports port to port + width - 1, and each of them has to be granted.
 *
 * The static library libuserport.a in a 32-bit program of Visual C++ needs the linker's /SAFESEH:NO: its back end direct
 * has a handler of exceptions, and no table that names it.
 */
#ifndef USERPORT_H
#define USERPORT_H

#include <stdint.h>

#include "userport_abi.h"

#ifdef _WIN32
#define UP_CALL __stdcall /* so that Visual Basic and Delphi declare these as they do Windows' own */
#else
#define UP_CALL
#endif
#ifndef UP_API
#define UP_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* An open way to the ports. */
typedef struct up_handle up_handle;

/* What a function returns. */
typedef uint32_t up_error;
#define UP_OK              0u
#define UP_ERR_ARGUMENT    1u  /* an argument that makes no sense */
#define UP_ERR_DENIED      2u  /* the port is not granted: nothing was executed from there on */
#define UP_ERR_NOT_RUNNING 3u  /* the driver is not there, or not started */
#define UP_ERR_NO_ACCESS   4u  /* the system lets this user not open the driver */
#define UP_ERR_VERSION     5u  /* driver and library do not understand each other: one is of another release */
#define UP_ERR_UNSUPPORTED 6u  /* this system, back end or driver cannot do that */
#define UP_ERR_TIMED_OUT   7u  /* a wait was in vain */
#define UP_ERR_CANCELLED   8u  /* the request was cancelled, or the handle closed, before the list was done */
#define UP_ERR_MEMORY      9u  /* memory is short */
#define UP_ERR_SYSTEM      10u /* the system refused; up_failure.system_error has its code */

/* Back ends, for up_open and from up_backend. */
#define UP_BACKEND_DIRECT  0x1u
#define UP_BACKEND_IOCTL   0x2u
#define UP_BACKEND_FAKE    0x4u
#define UP_BACKEND_DEVPORT 0x8u
#define UP_BACKEND_ANY     (UP_BACKEND_DIRECT | UP_BACKEND_IOCTL | UP_BACKEND_DEVPORT) /* not the fake: ask for that one */

/*
 * Opens the ports. backends: which may be used, UP_BACKEND_... or-ed; the fastest of them that works is chosen, and
 * up_backend says which. *ports: the handle, NULL on failure.
 * UP_ERR_NOT_RUNNING, UP_ERR_NO_ACCESS, UP_ERR_VERSION, UP_ERR_UNSUPPORTED, UP_ERR_MEMORY, UP_ERR_ARGUMENT,
 * UP_ERR_SYSTEM.
 * On Windows with Scope 1 the calling process has the granted ports from here to up_close.
 */
UP_API up_error UP_CALL up_open(uint32_t backends, up_handle **handle);

/* Closes the handle. NULL is allowed and does nothing. */
UP_API void UP_CALL up_close(up_handle *handle);

/* The back end that serves this handle: one UP_BACKEND_...; 0 for NULL. */
UP_API uint32_t UP_CALL up_backend(const up_handle *handle);

/* Its name: "direct", "ioctl", "devport", "fake", or "none" for anything else. Never NULL. */
UP_API const char *UP_CALL up_backend_name(uint32_t backend);

/*
 * One read, or one write, of 8, 16 or 32 bits. A read that fails gives all ones, as an empty bus does.
 * UP_ERR_DENIED: one of the ports is not granted; up_last_failure says which. Nothing was executed.
 * UP_ERR_UNSUPPORTED: devport has 8-bit accesses alone.
 * UP_ERR_ARGUMENT, UP_ERR_NOT_RUNNING (the driver is gone), UP_ERR_SYSTEM. NT stops a driver when its last handle is
 * closed and lets it answer until then: who stops UserPort suspends it first, and a caller then sees UP_ERR_DENIED with
 * UP_STATE_SUSPENDED in up_failure.state. A program that runs for long should close its handle at that.
 */
UP_API up_error UP_CALL up_in8(up_handle *handle, uint16_t port, uint8_t *value);
UP_API up_error UP_CALL up_in16(up_handle *handle, uint16_t port, uint16_t *value);
UP_API up_error UP_CALL up_in32(up_handle *handle, uint16_t port, uint32_t *value);
UP_API up_error UP_CALL up_out8(up_handle *handle, uint16_t port, uint8_t value);
UP_API up_error UP_CALL up_out16(up_handle *handle, uint16_t port, uint16_t value);
UP_API up_error UP_CALL up_out32(up_handle *handle, uint16_t port, uint32_t value);

/*
 * count reads from, or writes to, one and the same port, as the processor's INS and OUTS. count 0 does nothing. Blocks
 * of more than 65,520 bytes take several steps, and the grants may change in the midst of any block: up_failure.moved and
 * up_failure_text tell how many elements were moved before a failure. Elements of a read that were not read are all ones.
 * Errors as for single accesses, and UP_ERR_CANCELLED.
 */
UP_API up_error UP_CALL up_in8_block(up_handle *handle, uint16_t port, uint8_t *values, uint32_t count);
UP_API up_error UP_CALL up_in16_block(up_handle *handle, uint16_t port, uint16_t *values, uint32_t count);
UP_API up_error UP_CALL up_in32_block(up_handle *handle, uint16_t port, uint32_t *values, uint32_t count);
UP_API up_error UP_CALL up_out8_block(up_handle *handle, uint16_t port, const uint8_t *values, uint32_t count);
UP_API up_error UP_CALL up_out16_block(up_handle *handle, uint16_t port, const uint16_t *values, uint32_t count);
UP_API up_error UP_CALL up_out32_block(up_handle *handle, uint16_t port, const uint32_t *values, uint32_t count);

/* One operation of a list for up_run. Fields that the kind does not need are ignored. */
typedef struct up_operation {
    uint8_t kind;  /* UP_IO_READ, _WRITE, _READ_BLOCK, _WRITE_BLOCK, _DELAY or _WAIT of userport_abi.h */
    uint8_t width; /* 1, 2 or 4 bytes */
    uint16_t port;
    uint32_t value;        /* read: result. write: what to write. wait: what is waited for */
    uint32_t mask;         /* wait: the bits of value that count */
    uint32_t count;        /* blocks: elements */
    uint32_t microseconds; /* delay; wait: the time-out */
    uint32_t last;         /* wait: result, what was read last */
    void *buffer;          /* blocks: count * width bytes, to read into or to write from */
} up_operation;

/*
 * Runs a list of operations in one call, without a system call between two of them. The whole list is checked before
 * its first operation runs: at most UP_IO_OPERATIONS_MAX operations, UP_IO_BYTES_MAX bytes (16 for each operation, and
 * the blocks' data) and UP_IO_MICROSECONDS_MAX of delays and time-outs; every port granted. count 0 does nothing. *done:
 * how many operations ran to their end; may be NULL.
 * UP_ERR_ARGUMENT (an operation that makes no sense, or too much in one list), UP_ERR_DENIED: nothing was executed,
 * unless the grants changed meanwhile, which *done and up_failure.moved tell. UP_ERR_TIMED_OUT: the wait that
 * up_last_failure names was in vain, and what follows it did not run. UP_ERR_CANCELLED, UP_ERR_NOT_RUNNING, UP_ERR_SYSTEM.
 * Only value of reads, last of waits and blocks' buffers are written: the list can be run again as it is. No other
 * thread may change the list meanwhile.
 */
UP_API up_error UP_CALL up_run(up_handle *handle, up_operation *operations, uint32_t count, uint32_t *done);

/*
 * The effective map at this moment: UP_MAP_BYTES bytes, bit n % 8 of byte n / 8 is port n, 0 = granted. With direct on
 * Linux it is that of up_open's moment, and nobody takes ports away; with devport it has every port. On a failure the
 * map is all ones. UP_ERR_ARGUMENT, UP_ERR_NOT_RUNNING, UP_ERR_SYSTEM.
 */
UP_API up_error UP_CALL up_query_map(up_handle *handle, uint8_t map[UP_MAP_BYTES]);

/* Is an access of width bytes (1, 2, 4) at port granted at this moment? 1 yes, 0 no, or not known. */
UP_API int UP_CALL up_granted(up_handle *handle, uint16_t port, uint32_t width);

/*
 * What the driver says of itself; from the fake, and from direct under Wine: a driver that runs. UP_ERR_UNSUPPORTED on
 * Linux, which has none. UP_ERR_ARGUMENT, UP_ERR_NOT_RUNNING, UP_ERR_SYSTEM.
 */
UP_API up_error UP_CALL up_query_info(up_handle *handle, struct up_info *info);

/* Why the last call of this thread that failed did so. */
typedef struct up_failure {
    up_error error;          /* UP_OK: none has failed yet */
    uint32_t system_error;   /* the system's code (GetLastError, errno), 0: none */
    uint32_t port;           /* UP_ERR_DENIED: the port that is not granted; 10000: one behind the last */
    uint32_t index;          /* up_run: the operation that the failure is about */
    uint32_t moved;          /* elements of a block that were moved before; up_run: of the block behind *done's */
    uint32_t state;          /* UP_ERR_DENIED: the driver's UP_STATE_..., 0: not known */
    uint32_t abi_version;    /* UP_ERR_VERSION: the driver's; the library's is UP_ABI_VERSION */
    uint32_t driver_version; /* UP_ERR_VERSION: as in struct up_info, 0 if it cannot be had */
} up_failure;

/* Copies it. Each thread has its own; a call that succeeds leaves it as it is. */
UP_API void UP_CALL up_last_failure(up_failure *failure);

/* The system's code of the last failure of this thread, 0: none. */
UP_API uint32_t UP_CALL up_system_error(void);

/* A few words about an error: "the port is not granted". Never NULL. */
UP_API const char *UP_CALL up_error_text(up_error error);

/*
 * The last failure of this thread as a sentence that says what could not be done, why, and what to do, ASCII, cut to
 * size bytes with its final 0. Result: the length of the whole sentence without the 0. size 0 writes nothing.
 */
UP_API uint32_t UP_CALL up_failure_text(char *text, uint32_t size);

/* The library's version: major << 24 | minor << 16 | patch. */
UP_API uint32_t UP_CALL up_library_version(void);

/* ---- the fake back end ------------------------------------------------------------------------------------------- */

/*
 * These work on handles of UP_BACKEND_FAKE alone; others get UP_ERR_UNSUPPORTED. A new fake grants every port; a read
 * gives the next value that was fed for this port and width, else what was last written there byte by byte, else all
 * ones. Delays take no time; a wait looks at what it is fed until that has ended.
 */

/* What is granted from now on, in the form of up_query_map. */
UP_API up_error UP_CALL up_fake_grant(up_handle *handle, const uint8_t map[UP_MAP_BYTES]);

/* Appends values that reads of this width from this port will give, one after the other. UP_ERR_MEMORY. */
UP_API up_error UP_CALL up_fake_feed(up_handle *handle, uint16_t port, uint32_t width, const uint32_t *values,
                                     uint32_t count);

/* One access that the fake has seen. */
typedef struct up_access {
    uint8_t kind; /* UP_IO_READ, UP_IO_WRITE, UP_IO_DELAY; blocks and waits are one READ or WRITE for each access */
    uint8_t width;
    uint16_t port;
    uint32_t value; /* delay: microseconds */
} up_access;

/*
 * Copies the journal's accesses first to first + room - 1, oldest first. *count: how many the journal has in all. Denied
 * accesses are not in it.
 */
UP_API up_error UP_CALL up_fake_journal(up_handle *handle, uint32_t first, up_access *accesses, uint32_t room,
                                        uint32_t *count);

/* Forgets the journal, what was fed and what was written. */
UP_API up_error UP_CALL up_fake_reset(up_handle *handle);

#ifdef __cplusplus
}
#endif

#endif
