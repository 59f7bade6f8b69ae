/* SPDX-License-Identifier: MIT
 *
 * Lists of operations where no driver runs them: in the process itself, for the back ends of Linux and of Wine.
 */
#ifndef UP_LIB_INPROCESS_H
#define UP_LIB_INPROCESS_H

#include "backend.h"

struct up_inprocess {
    /* May this access, or one element of this block, be made? Nothing is executed. UP_OK, or why not, with *cause. */
    up_error (*check)(const up_ports *ports, const up_operation *operation, struct up_cause *cause);
    /* Runs one read or write. */
    up_error (*access)(up_ports *ports, up_operation *operation, struct up_cause *cause);
};

/* up_backend.run: the whole list is checked before its first operation runs, as the driver does. */
up_error up_inprocess_run(const struct up_inprocess *how, up_ports *ports, up_operation *operations, uint32_t count,
                          uint32_t *done, struct up_cause *cause);

#endif
