/* SPDX-License-Identifier: MIT
 *
 * What the back ends of Linux share: which ports the kernel lets this process use, and lists of operations, which no
 * driver runs here.
 */
#ifndef UP_LIB_LINUX_H
#define UP_LIB_LINUX_H

#include "../core/portset.h"
#include "backend.h"

/*
 * Asks the kernel which ports the calling thread may use by IN and OUT, and so the threads and processes that it makes
 * from now on. No port is touched, and the program notices nothing. Result: false: the kernel does not say.
 */
bool up_linux_granted(struct up_portset *ports);

/* May this access, or one element of this block, be made? Nothing is executed. Result: UP_OK, or why not, with *cause. */
typedef up_error up_linux_check(const up_ports *ports, const up_operation *operation, struct up_cause *cause);

/* up_backend.run by the back end's own access and block; check is asked for the whole list first. */
up_error up_linux_run(up_ports *ports, up_operation *operations, uint32_t count, uint32_t *done, up_linux_check *check,
                      struct up_cause *cause);

/* up_backend.query_info: there is no driver. */
up_error up_linux_query_info(up_ports *ports, struct up_info *info, struct up_cause *cause);

/* The back end devport over any file; up_backend_devport has /dev/port. */
up_error up_devport_open(up_ports *ports, const char *path, struct up_cause *cause);

#endif
