/* SPDX-License-Identifier: MIT
 *
 * The library's part in recorders and simulated devices: whoever has started the program records
 * its accesses and has devices for its routes (record/client.h). recorder_windows.c; on Linux
 * the program is followed from outside, and recorder_posix.c has nothing to do.
 */
#ifndef UP_LIB_RECORDER_H
#define UP_LIB_RECORDER_H

#include "backend.h"
#include "core/program_settings.h"

/* Connects with the session of the settings. */
void up_recorder_begin(const struct up_program_settings *settings);

/* Is the program recorded? Then the three that follow are called, and otherwise not. */
bool up_recorder_is_on(void);

/*
 * Records a read or write that has ended. error: its result. caller: where the library's function
 * returns to.
 */
void up_recorder_add(const up_operation *operation, uint16_t port, up_error error,
                     const void *caller);

/* The clock, for up_recorder_add_list. */
uint64_t up_recorder_time(void);

/*
 * Records a list: what ran of it, and the operation that was denied. The accesses between begun
 * and now get times by the delays of the list. detail: of a failure.
 */
void up_recorder_add_list(const up_operation *operations, uint32_t count, uint32_t done,
                          up_error error, const struct up_failure_detail *detail, uint64_t begun,
                          const void *caller);

/* Has the program devices? */
bool up_recorder_has_devices(void);

/* Runs one read or write on a device. Result: false if there is none for its ports. */
bool up_recorder_device(up_operation *operation);

#endif
