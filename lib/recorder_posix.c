/* SPDX-License-Identifier: MIT
 *
 * On Linux userportctl run follows the program, and sees and serves its accesses from outside. See
 * recorder.h.
 */
#include "recorder.h"

void up_recorder_begin(const struct up_program_settings *settings)
{
    (void)settings;
}

bool up_recorder_is_on(void)
{
    return false;
}

void up_recorder_add(const up_operation *operation, uint16_t port, up_error error,
                     const void *caller)
{
    (void)operation, (void)port, (void)error, (void)caller;
}

uint64_t up_recorder_time(void)
{
    return 0;
}

void up_recorder_add_list(const up_operation *operations, uint32_t count, uint32_t done,
                          up_error error, const struct up_failure_detail *detail, uint64_t begun,
                          const void *caller)
{
    (void)operations, (void)count, (void)done, (void)error, (void)detail, (void)begun, (void)caller;
}

bool up_recorder_has_devices(void)
{
    return false;
}

bool up_recorder_device(up_operation *operation)
{
    (void)operation;
    return false;
}
