/* SPDX-License-Identifier: MIT
 *
 * What the back ends of Linux share: which ports the kernel lets this process use, and that there is no driver.
 */
#ifndef UP_LIB_LINUX_H
#define UP_LIB_LINUX_H

#include "core/portset.h"
#include "backend.h"

/*
 * Asks the kernel which ports the calling thread may use by IN and OUT, and so the threads and processes that it makes
 * from now on. No port is touched, and the program notices nothing. Result: false: the kernel does not say.
 */
bool up_linux_granted(struct up_portset *ports);

/* up_backend.info: there is no driver. */
up_error up_linux_info(up_handle *handle, struct up_info *info, struct up_cause *cause);

/* The back end devport over any file; up_backend_devport has /dev/port. */
up_error up_devport_open(up_handle *handle, const char *path, struct up_cause *cause);

#endif
