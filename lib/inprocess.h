/* SPDX-License-Identifier: MIT
 *
 * Lists of operations where no driver runs them: in the process itself, for the back ends of Linux and of Wine.
 */
#ifndef UP_LIB_INPROCESS_H
#define UP_LIB_INPROCESS_H

#include "backend.h"

/* May this access, or one element of this block, be made? Nothing is executed. Result: UP_OK, or why not, with *cause. */
typedef up_error up_inprocess_check(const up_handle *handle, const up_operation *operation, struct up_cause *cause);

/* up_backend.run, with the back end's check: the whole list is checked before its first operation runs, as the driver does. */
up_error up_inprocess_run(up_handle *handle, up_operation *operations, uint32_t count, up_inprocess_check *check,
                          uint32_t *done, struct up_cause *cause);

/* ---- for back ends whose state is the set of the process's ports: struct up_portset, from up_system_allocate ------------- */

/*
 * up_portset_first_denied of an access, or of a block's element; a delay has no ports.
 */
uint32_t up_inprocess_first_denied(const up_handle *handle, const up_operation *operation);

/* up_backend.close, up_backend.map. */
void up_inprocess_close(up_handle *handle);
up_error up_inprocess_map(up_handle *handle, uint8_t map[UP_MAP_BYTES], struct up_cause *cause);

#endif
