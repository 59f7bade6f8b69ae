/* SPDX-License-Identifier: MIT
 *
 * The interface between userport.sys and user mode: the device's name, the control codes and the
 * structures that are exchanged. The structures have fixed-width integers only: no pointer, enum,
 * bool, bit-field or padding, so a 32-bit program can talk to a 64-bit driver without conversion.
 * All codes are METHOD_BUFFERED and have exact lengths. docs/protocol.md explains each of them.
 *
 * All numbers are little-endian, as on every processor that has I/O ports.
 */
#ifndef USERPORT_ABI_H
#define USERPORT_ABI_H

#include <stddef.h>
#include <stdint.h>

#define UP_ABI_VERSION 1u

/* For CreateFile("\\\\.\\UserPort", ...). A trailing backslash is accepted too. */
#define UP_DEVICE_WIN32_NAME "\\\\.\\UserPort"

/*
 * CTL_CODE of the DDK's devioctl.h: device type << 16 | access << 14 | function << 2 | method,
 * where the method METHOD_BUFFERED is 0.
 */
#define UP_DEVICE_TYPE            0x8350u /* 0x8000 and above are free for vendors */
#define UP_ACCESS_READ            1u      /* the handle needs FILE_READ_DATA */
#define UP_ACCESS_WRITE           2u      /* the handle needs FILE_WRITE_DATA */
#define UP_CODE(function, access) ((UP_DEVICE_TYPE << 16) | ((access) << 14) | ((function) << 2))

/*
 * No input. Output of INFO: struct up_info. Output of MAP: the effective map of UP_MAP_BYTES bytes,
 * where a bit of 0 means granted.
 */
#define UP_IOCTL_INFO UP_CODE(0x800u, UP_ACCESS_READ)
#define UP_IOCTL_MAP  UP_CODE(0x801u, UP_ACCESS_READ)

/*
 * Runs a list of operations. Input: struct up_io_header, the operations, the data. Output: the same
 * bytes, so of the same length, with the results in their places.
 */
#define UP_IOCTL_IO UP_CODE(0x802u, UP_ACCESS_READ | UP_ACCESS_WRITE)

/*
 * Runs one access (IN or OUT) of 1, 2 or 4 bytes. Input of a read: UP_ACCESS(port, width), 4 bytes.
 * Input of a write: struct up_write. Output of a read: the value, 4 bytes, with the upper ones 0.
 * The fast form has no buffers, and both lengths are 0: the input's address is the number
 * UP_ACCESS(port, width), the output's address is the value to write, and the value of a read is
 * returned as the number of bytes returned. A system that does not support the fast form (Wine)
 * reports a wrong length, and nothing has run.
 */
#define UP_IOCTL_READ  UP_CODE(0x806u, UP_ACCESS_READ)
#define UP_IOCTL_WRITE UP_CODE(0x807u, UP_ACCESS_WRITE)

#define UP_ACCESS(port, width)  ((uint32_t)(port) | (uint32_t)(width) << 16)
#define UP_ACCESS_PORT(access)  ((uint16_t)(access))
#define UP_ACCESS_WIDTH(access) ((uint8_t)((access) >> 16))

struct up_write {
    uint32_t where; /* UP_ACCESS(port, width) */
    uint32_t value; /* the bits above the width are ignored */
};

/*
 * For administrators; no input, no output. RELOAD reads the settings again. SUSPEND denies every
 * port until RESUME.
 */
#define UP_IOCTL_RELOAD  UP_CODE(0x803u, UP_ACCESS_WRITE)
#define UP_IOCTL_SUSPEND UP_CODE(0x804u, UP_ACCESS_WRITE)
#define UP_IOCTL_RESUME  UP_CODE(0x805u, UP_ACCESS_WRITE)

/*
 * The calling process gives up the I/O permission map of 32-bit Windows until it ends, in every
 * scope: its own IN and OUT raise an exception from then on. So do those of the processes that it
 * starts afterwards, and of their children. It cannot be undone. READ, WRITE and IO go on as
 * before. No input, no output. On 64-bit Windows there is no such map, and nothing changes.
 */
#define UP_IOCTL_RENOUNCE UP_CODE(0x808u, UP_ACCESS_READ)

#define UP_MAP_BYTES 8192u

/* up_info.processor */
#define UP_PROCESSOR_I386  1u
#define UP_PROCESSOR_AMD64 2u

/* up_info.mechanisms */
#define UP_MECHANISM_IOPM 0x1u /* programs execute IN and OUT themselves */
#define UP_MECHANISM_LIST 0x2u /* the driver runs lists of operations */

/* up_info.state */
#define UP_STATE_RUNNING   1u
#define UP_STATE_SUSPENDED 2u
#define UP_STATE_FAULT     3u /* a processor did not take the map: every port is denied */

/* up_info.flags */
#define UP_FLAG_FOREIGN_MAP 0x1u /* the driver found another driver's map at its start */
/* the processor that answers holds a map that is not UserPort's */
#define UP_FLAG_OVERWRITTEN 0x2u

struct up_info {
    uint32_t abi_version;    /* UP_ABI_VERSION of the driver */
    uint32_t driver_version; /* major << 24 | minor << 16 | patch */
    uint32_t processor;      /* UP_PROCESSOR_... */
    uint32_t mechanisms;     /* UP_MECHANISM_... */
    uint32_t state;          /* UP_STATE_... */
    uint32_t flags;          /* UP_FLAG_... */
    /* why the settings grant less than expected: UP_SETTINGS_... of core/settings.h */
    uint32_t settings_problems;
    uint32_t scope;             /* 0: every process, 1: processes that open the device */
    uint32_t sticky;            /* scope 1: 1 = access lasts until the process ends */
    uint32_t ports_granted;     /* ports that the settings grant, 0 to 65536 */
    uint32_t processors;        /* processors that hold the map */
    uint32_t foreign_ports;     /* ports open in the map that the driver found at its start */
    uint32_t processes;         /* processes that the driver knows */
    uint32_t processes_granted; /* of these, the number that have the map */
    uint32_t files;             /* open handles to the device, one for each CreateFile */
    uint32_t reloads;           /* successful RELOADs since the start */
    uint32_t opens;             /* successful opens since the start */
    uint32_t opens_refused;     /* opens refused by the driver: by name or by access list */
    uint32_t controls_refused;  /* RELOAD, SUSPEND, RESUME by callers who are not administrators */
    uint32_t processes_missed;  /* processes left without ports because memory was short */
    uint32_t transfers_denied;  /* lists and single accesses refused for a port not granted */
    uint32_t port_denied;       /* the last such port; 0 while transfers_denied is 0 */
    uint32_t aliases;           /* names in the value Aliases that the device answers to */
    uint32_t processes_renounced; /* processes, of those known, that have renounced the map */
    uint32_t reserved[8];         /* always 0 */
};

/* ---- lists of operations --------------------------------------------------------------------- */

#define UP_IO_OPERATIONS_MAX   4096u
#define UP_IO_BYTES_MAX        65536u  /* operations and data together, without the header */
#define UP_IO_MICROSECONDS_MAX 100000u /* all delays and time-outs of a list together */
/* UP_IO_BYTES_MAX also limits what the blocks of a list move together, even if they overlap. */

/*
 * The whole list is checked before its first operation runs. Nothing runs if one operation is not
 * valid or one port is not granted. Success of DeviceIoControl means that the driver took the list;
 * result tells the outcome.
 */
struct up_io_header {
    uint32_t abi_version; /* in: UP_ABI_VERSION */
    uint32_t operations;  /* in: number of operations that follow, 1 to UP_IO_OPERATIONS_MAX */
    uint32_t data_bytes;  /* in: number of data bytes that follow them, for the block operations */
    uint32_t moved;       /* in: 0. out: elements that the unfinished block at done moved */
    uint32_t result;      /* out: UP_IO_... */
    uint32_t index;       /* out: the operation that result is about; if all ran, operations */
    /*
     * out, UP_IO_DENIED: the port that is not granted; 10000 (hexadecimal) is one past the last
     * port
     */
    uint32_t port;
    uint32_t done; /* out: number of operations, from the first, that ran to their end */
};

/*
 * up_io_operation.kind. All kinds but UP_IO_DELAY have a width of 1, 2 or 4 bytes, and port is the
 * first of as many ports.
 */
#define UP_IO_READ        1u /* value = IN, the upper bits 0 */
#define UP_IO_WRITE       2u /* OUT value; the bits above the width are ignored */
#define UP_IO_READ_BLOCK  3u /* IN count times from one port into the data at offset (INS) */
#define UP_IO_WRITE_BLOCK 4u /* OUT count times to one port from the data at offset (OUTS) */
#define UP_IO_DELAY       5u /* waits at least the given microseconds */
#define UP_IO_WAIT        6u /* IN until (read & mask) == (value & mask); value = the last read */

/* C11 brought unnamed unions. GNU compilers accept them in older modes with __extension__. */
#ifdef __GNUC__
#define UP_UNNAMED __extension__
#else
#define UP_UNNAMED
#endif

struct up_io_operation {
    uint8_t kind;
    uint8_t width;
    uint16_t port;
    UP_UNNAMED union {
        uint32_t value;
        uint32_t offset; /* blocks: byte offset from the start of the data */
    };
    UP_UNNAMED union {
        uint32_t mask;
        uint32_t count; /* blocks: elements, 1 or more; count * width bytes lie in the data */
    };
    uint32_t microseconds; /* UP_IO_DELAY: its length; UP_IO_WAIT: the time-out, 0 reads once */
};

/* up_io_header.result */
#define UP_IO_DONE      0u
#define UP_IO_DENIED    1u /* port is not granted; nothing ran unless the grants changed */
#define UP_IO_BAD       2u /* the operation at index is not valid; nothing ran */
#define UP_IO_TOO_LONG  3u /* at index a limit of times or of blocks is exceeded; nothing ran */
#define UP_IO_TIMED_OUT 4u /* the wait at index timed out; the operations after it did not run */
#define UP_IO_CANCELLED 5u /* the caller ended, cancelled or closed: see done and moved */

#if defined(__cplusplus)
#define UP_ABI_ASSERT static_assert
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define UP_ABI_ASSERT _Static_assert
#else /* an array of -1 elements is an error in every C */
#define UP_ABI_ASSERT(condition, text) extern char up_abi_assertion[(condition) ? 1 : -1]
#endif
UP_ABI_ASSERT(sizeof(struct up_info) == 128, "struct up_info has 128 bytes");
UP_ABI_ASSERT(offsetof(struct up_info, abi_version) == 0, "abi_version at 0");
UP_ABI_ASSERT(offsetof(struct up_info, driver_version) == 4, "driver_version at 4");
UP_ABI_ASSERT(offsetof(struct up_info, processor) == 8, "processor at 8");
UP_ABI_ASSERT(offsetof(struct up_info, mechanisms) == 12, "mechanisms at 12");
UP_ABI_ASSERT(offsetof(struct up_info, state) == 16, "state at 16");
UP_ABI_ASSERT(offsetof(struct up_info, flags) == 20, "flags at 20");
UP_ABI_ASSERT(offsetof(struct up_info, settings_problems) == 24, "settings_problems at 24");
UP_ABI_ASSERT(offsetof(struct up_info, scope) == 28, "scope at 28");
UP_ABI_ASSERT(offsetof(struct up_info, sticky) == 32, "sticky at 32");
UP_ABI_ASSERT(offsetof(struct up_info, ports_granted) == 36, "ports_granted at 36");
UP_ABI_ASSERT(offsetof(struct up_info, processors) == 40, "processors at 40");
UP_ABI_ASSERT(offsetof(struct up_info, foreign_ports) == 44, "foreign_ports at 44");
UP_ABI_ASSERT(offsetof(struct up_info, processes) == 48, "processes at 48");
UP_ABI_ASSERT(offsetof(struct up_info, processes_granted) == 52, "processes_granted at 52");
UP_ABI_ASSERT(offsetof(struct up_info, files) == 56, "files at 56");
UP_ABI_ASSERT(offsetof(struct up_info, reloads) == 60, "reloads at 60");
UP_ABI_ASSERT(offsetof(struct up_info, opens) == 64, "opens at 64");
UP_ABI_ASSERT(offsetof(struct up_info, opens_refused) == 68, "opens_refused at 68");
UP_ABI_ASSERT(offsetof(struct up_info, controls_refused) == 72, "controls_refused at 72");
UP_ABI_ASSERT(offsetof(struct up_info, processes_missed) == 76, "processes_missed at 76");
UP_ABI_ASSERT(offsetof(struct up_info, transfers_denied) == 80, "transfers_denied at 80");
UP_ABI_ASSERT(offsetof(struct up_info, port_denied) == 84, "port_denied at 84");
UP_ABI_ASSERT(offsetof(struct up_info, aliases) == 88, "aliases at 88");
UP_ABI_ASSERT(offsetof(struct up_info, processes_renounced) == 92, "processes_renounced at 92");
UP_ABI_ASSERT(offsetof(struct up_info, reserved) == 96, "reserved at 96");
UP_ABI_ASSERT(sizeof(struct up_io_header) == 32, "struct up_io_header has 32 bytes");
UP_ABI_ASSERT(offsetof(struct up_io_header, abi_version) == 0, "abi_version at 0");
UP_ABI_ASSERT(offsetof(struct up_io_header, operations) == 4, "operations at 4");
UP_ABI_ASSERT(offsetof(struct up_io_header, data_bytes) == 8, "data_bytes at 8");
UP_ABI_ASSERT(offsetof(struct up_io_header, moved) == 12, "moved at 12");
UP_ABI_ASSERT(offsetof(struct up_io_header, result) == 16, "result at 16");
UP_ABI_ASSERT(offsetof(struct up_io_header, index) == 20, "index at 20");
UP_ABI_ASSERT(offsetof(struct up_io_header, port) == 24, "port at 24");
UP_ABI_ASSERT(offsetof(struct up_io_header, done) == 28, "done at 28");
UP_ABI_ASSERT(sizeof(struct up_io_operation) == 16, "struct up_io_operation has 16 bytes");
UP_ABI_ASSERT(offsetof(struct up_io_operation, kind) == 0, "kind at 0");
UP_ABI_ASSERT(offsetof(struct up_io_operation, width) == 1, "width at 1");
UP_ABI_ASSERT(offsetof(struct up_io_operation, port) == 2, "port at 2");
UP_ABI_ASSERT(offsetof(struct up_io_operation, value) == 4, "value at 4");
UP_ABI_ASSERT(offsetof(struct up_io_operation, offset) == 4, "offset at 4");
UP_ABI_ASSERT(offsetof(struct up_io_operation, mask) == 8, "mask at 8");
UP_ABI_ASSERT(offsetof(struct up_io_operation, count) == 8, "count at 8");
UP_ABI_ASSERT(offsetof(struct up_io_operation, microseconds) == 12, "microseconds at 12");
UP_ABI_ASSERT(UP_IOCTL_INFO == 0x83506000u, "INFO is 83506000");
UP_ABI_ASSERT(UP_IOCTL_MAP == 0x83506004u, "MAP is 83506004");
UP_ABI_ASSERT(UP_IOCTL_IO == 0x8350E008u, "IO is 8350E008");
UP_ABI_ASSERT(sizeof(struct up_write) == 8, "struct up_write has 8 bytes");
UP_ABI_ASSERT(offsetof(struct up_write, where) == 0, "where at 0");
UP_ABI_ASSERT(offsetof(struct up_write, value) == 4, "value at 4");
UP_ABI_ASSERT(UP_IOCTL_READ == 0x83506018u, "READ is 83506018");
UP_ABI_ASSERT(UP_IOCTL_WRITE == 0x8350A01Cu, "WRITE is 8350A01C");
UP_ABI_ASSERT(UP_IOCTL_RELOAD == 0x8350A00Cu, "RELOAD is 8350A00C");
UP_ABI_ASSERT(UP_IOCTL_SUSPEND == 0x8350A010u, "SUSPEND is 8350A010");
UP_ABI_ASSERT(UP_IOCTL_RESUME == 0x8350A014u, "RESUME is 8350A014");
UP_ABI_ASSERT(UP_IOCTL_RENOUNCE == 0x83506020u, "RENOUNCE is 83506020");

#endif
