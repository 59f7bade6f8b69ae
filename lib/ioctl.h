/* SPDX-License-Identifier: MIT
 *
 * Communication with userport.sys: the wire form of docs/protocol.md over three system calls, which
 * tests can replace. The functions have the types of struct up_backend.
 */
#ifndef UP_LIB_IOCTL_H
#define UP_LIB_IOCTL_H

#include "backend.h"

/*
 * How the device is reached. Functions that return uint32_t return 0 or the system's error code, in
 * Windows' numbers.
 */
struct up_device {
    uint32_t (*open)(void **handle);
    uint32_t (*control)(void *handle, uint32_t code, void *in, uint32_t in_bytes, void *out,
                        uint32_t out_bytes, uint32_t *returned);
    void (*close)(void *handle);
};

extern const struct up_device up_device_windows;

/*
 * Opens the device. Keeps it open if the driver has this library's interface and the given
 * UP_MECHANISM_...
 */
up_error up_ioctl_open(up_handle *handle, const struct up_device *device, uint32_t mechanism,
                       struct up_failure_detail *detail);
void up_ioctl_close(up_handle *handle);

up_error up_ioctl_access(up_handle *handle, up_operation *operation,
                         struct up_failure_detail *detail);
up_error up_ioctl_block(up_handle *handle, up_operation *operation,
                        struct up_failure_detail *detail);

/*
 * Moves the rest of a block after moved elements were moved by other means; at least one element is
 * left. detail->moved counts both parts.
 */
up_error up_ioctl_rest(up_handle *handle, const up_operation *block, uint32_t moved,
                       struct up_failure_detail *detail);
up_error up_ioctl_run(up_handle *handle, up_operation *operations, uint32_t count,
                      uint32_t data_bytes, uint32_t *done, struct up_failure_detail *detail);
up_error up_ioctl_map(up_handle *handle, uint8_t map[UP_MAP_BYTES],
                      struct up_failure_detail *detail);
up_error up_ioctl_info(up_handle *handle, struct up_info *info, struct up_failure_detail *detail);

#endif
