/* SPDX-License-Identifier: MIT
 *
 * The interface between userport.sys and user mode: the device's name, the control codes and the structures that cross.
 * Only fixed-width integers: no pointer, enum, bool, bit-field or padding, so that a 32-bit program talks to a 64-bit
 * driver as it is. All codes are METHOD_BUFFERED and have exact lengths. docs/protocol.md explains each.
 */
#ifndef USERPORT_ABI_H
#define USERPORT_ABI_H

#include <stddef.h>
#include <stdint.h>

#define UP_ABI_VERSION 1u

/* CreateFile("\\\\.\\UserPort", ...); a trailing backslash is accepted too. */
#define UP_DEVICE_WIN32_NAME "\\\\.\\UserPort"

/* CTL_CODE of the DDK's devioctl.h: device type << 16 | access << 14 | function << 2 | method (0 = METHOD_BUFFERED). */
#define UP_DEVICE_TYPE            0x8350u /* 0x8000 and above are free for vendors */
#define UP_ACCESS_READ            1u      /* the handle needs FILE_READ_DATA */
#define UP_ACCESS_WRITE           2u      /* the handle needs FILE_WRITE_DATA */
#define UP_CODE(function, access) ((UP_DEVICE_TYPE << 16) | ((access) << 14) | ((function) << 2))

/* No input. Output: struct up_info; the effective map, UP_MAP_BYTES, 0 = granted. */
#define UP_IOCTL_INFO UP_CODE(0x800u, UP_ACCESS_READ)
#define UP_IOCTL_MAP  UP_CODE(0x801u, UP_ACCESS_READ)

/* 802 is kept for lists of operations. */

/* Administrators; no input, no output. RELOAD reads the policy again; SUSPEND denies every port until RESUME. */
#define UP_IOCTL_RELOAD  UP_CODE(0x803u, UP_ACCESS_WRITE)
#define UP_IOCTL_SUSPEND UP_CODE(0x804u, UP_ACCESS_WRITE)
#define UP_IOCTL_RESUME  UP_CODE(0x805u, UP_ACCESS_WRITE)

#define UP_MAP_BYTES 8192u

/* up_info.processor */
#define UP_PROCESSOR_I386  1u
#define UP_PROCESSOR_AMD64 2u

/* up_info.mechanisms */
#define UP_MECHANISM_IOPM 0x1u /* programs run IN and OUT themselves */
#define UP_MECHANISM_LIST 0x2u /* the driver runs lists of operations */

/* up_info.state */
#define UP_STATE_RUNNING   1u
#define UP_STATE_SUSPENDED 2u
#define UP_STATE_FAULT     3u /* the map could not be installed on every processor: every port is denied */

/* up_info.flags */
#define UP_FLAG_FOREIGN_MAP 0x1u /* at the start another driver's map was there, with foreign_ports open */
#define UP_FLAG_OVERWRITTEN 0x2u /* the processor that answers holds a map that is not ours */

struct up_info {
    uint32_t abi_version;       /* UP_ABI_VERSION of the driver */
    uint32_t driver_version;    /* major << 24 | minor << 16 | patch */
    uint32_t processor;         /* UP_PROCESSOR_... */
    uint32_t mechanisms;        /* UP_MECHANISM_... */
    uint32_t state;             /* UP_STATE_... */
    uint32_t flags;             /* UP_FLAG_... */
    uint32_t policy_problems;   /* why the map is what it is: UP_POLICY_... of core/policy.h */
    uint32_t scope;             /* 0: every process, 1: processes that open the device */
    uint32_t sticky;            /* scope 1: 1 = access lasts until the process ends */
    uint32_t ports_granted;     /* ports that the policy grants, 0 to 65536 */
    uint32_t processors;        /* that hold the map */
    uint32_t foreign_ports;     /* ports that were open in the map which the driver found at its start */
    uint32_t processes;         /* that the driver knows */
    uint32_t processes_granted; /* of these, how many have the map */
    uint32_t files;             /* open handles to the device, as opens by CreateFile */
    uint32_t reloads;           /* successful RELOADs since the start */
    uint32_t opens;             /* successful opens since the start */
    uint32_t opens_refused;     /* by the driver: a name behind the device's, or the access list */
    uint32_t controls_refused;  /* RELOAD, SUSPEND, RESUME by callers who are not administrators */
    uint32_t processes_missed;  /* processes that got no record, so no ports: memory was short */
    uint32_t reserved[12];      /* 0 */
};

#ifdef __cplusplus
#define UP_ABI_ASSERT static_assert
#else
#define UP_ABI_ASSERT _Static_assert
#endif
UP_ABI_ASSERT(sizeof(struct up_info) == 128, "struct up_info has 128 bytes");
UP_ABI_ASSERT(offsetof(struct up_info, state) == 16, "state at 16");
UP_ABI_ASSERT(offsetof(struct up_info, ports_granted) == 36, "ports_granted at 36");
UP_ABI_ASSERT(offsetof(struct up_info, reserved) == 80, "reserved at 80");
UP_ABI_ASSERT(UP_IOCTL_INFO == 0x83506000u, "INFO is 83506000");
UP_ABI_ASSERT(UP_IOCTL_MAP == 0x83506004u, "MAP is 83506004");
UP_ABI_ASSERT(UP_IOCTL_RELOAD == 0x8350A00Cu, "RELOAD is 8350A00C");
UP_ABI_ASSERT(UP_IOCTL_SUSPEND == 0x8350A010u, "SUSPEND is 8350A010");
UP_ABI_ASSERT(UP_IOCTL_RESUME == 0x8350A014u, "RESUME is 8350A014");

#endif
