/* SPDX-License-Identifier: MIT
 *
 * What the back ends for Linux share: the ports that the kernel lets this process use, and the
 * report that there is no driver.
 */
#ifndef UP_LIB_LINUX_H
#define UP_LIB_LINUX_H

#include "core/portset.h"
#include "backend.h"

/*
 * Asks the kernel which ports the calling thread may use by IN and OUT, and with it the threads and
 * processes that it creates from now on. No port is touched, and the program notices nothing.
 * Result: false if the kernel does not tell.
 */
bool up_linux_granted(struct up_portset *ports);

/*
 * Does userportctl run follow this process and carry out its port instructions? The kernel grants
 * it no port then, and the variable USERPORT_PORTS has those that are served.
 */
bool up_linux_is_followed(void);

/* up_backend.info, which always fails because there is no driver. */
up_error up_linux_info(up_handle *handle, struct up_info *info, struct up_failure_detail *detail);

/* Opens the back end devport on a given file. up_backend_devport uses /dev/port. */
up_error up_devport_open(up_handle *handle, const char *path, struct up_failure_detail *detail);

#endif
