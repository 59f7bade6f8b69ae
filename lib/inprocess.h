/* SPDX-License-Identifier: MIT
 *
 * Lists of operations that no driver runs: the process runs them itself, in the back ends for Linux
 * and Wine, and where some of them go to simulated devices.
 */
#ifndef UP_LIB_INPROCESS_H
#define UP_LIB_INPROCESS_H

#include "backend.h"

/*
 * Checks whether this access, or one element of this block, is allowed. Executes nothing. Result:
 * UP_OK, or the error with *detail.
 */
typedef up_error up_inprocess_check(const up_handle *handle, const up_operation *operation,
                                    struct up_failure_detail *detail);

/*
 * up_backend.run with the back end's check. The whole list is checked before its first operation
 * runs, as the driver does.
 */
up_error up_inprocess_run(up_handle *handle, up_operation *operations, uint32_t count,
                          up_inprocess_check *check, uint32_t *done,
                          struct up_failure_detail *detail);

/* How one read or write runs, or one block: as of struct up_backend. */
typedef up_error up_inprocess_operation(up_handle *handle, up_operation *operation,
                                        struct up_failure_detail *detail);

/* Runs a list that has been checked, one operation after the other. */
up_error up_inprocess_run_checked(up_handle *handle, up_operation *operations, uint32_t count,
                                  up_inprocess_operation *access, up_inprocess_operation *block,
                                  uint32_t *done, struct up_failure_detail *detail);

/* Reports what a driver would that runs and serves this process alone, by mechanisms. */
void up_inprocess_info(struct up_info *info, uint32_t mechanisms);

/* ---- for back ends whose state is the process's struct up_portset ---------------------------- */

/* up_portset_first_denied for an access or for an element of a block. A delay has no ports. */
uint32_t up_inprocess_first_denied(const up_handle *handle, const up_operation *operation);

/* up_backend.close and up_backend.map. The state was allocated with up_system_allocate. */
void up_inprocess_close(up_handle *handle);
up_error up_inprocess_map(up_handle *handle, uint8_t map[UP_MAP_BYTES],
                          struct up_failure_detail *detail);

#endif
