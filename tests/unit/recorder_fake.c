/* SPDX-License-Identifier: MIT
 *
 * The fake recorder and devices of the tests of lib/. See recorder_fake.h.
 */
#include "recorder_fake.h"

#include <string.h>

struct fake_recorder fake_recorder;

void up_recorder_begin(const struct up_program_settings *settings)
{
    (void)settings;
}

bool up_recorder_is_on(void)
{
    return fake_recorder.is_on;
}

void up_recorder_add(const up_operation *operation, uint16_t port, up_error error,
                     const void *caller)
{
    struct fake_record *record = &fake_recorder.records[fake_recorder.count];

    if (fake_recorder.count < FAKE_RECORDS_MAX) {
        *record = (struct fake_record){.operation = *operation, .error = error, .caller = caller};
        record->operation.port = port;
        fake_recorder.count++;
    }
}

uint64_t up_recorder_time(void)
{
    return 0;
}

void up_recorder_add_list(const up_operation *operations, uint32_t count, uint32_t done,
                          up_error error, const struct up_failure_detail *detail, uint64_t begun,
                          const void *caller)
{
    uint32_t i;

    (void)begun;
    for (i = 0; i < done; i++) {
        up_recorder_add(&operations[i], operations[i].port, UP_OK, caller);
    }
    fake_recorder.list_count = count;
    fake_recorder.list_done = done;
    fake_recorder.list_index = detail->index;
    fake_recorder.list_error = error;
    fake_recorder.list_caller = caller;
}

bool up_recorder_has_devices(void)
{
    return fake_recorder.has_devices;
}

bool up_recorder_device(up_operation *operation)
{
    uint8_t *at = &fake_recorder.memory[operation->port % 8u];

    if (fake_recorder.device_is_gone) {
        return false;
    }
    fake_recorder.device_accesses++;
    if (operation->kind == UP_IO_WRITE) {
        memcpy(at, &operation->value, operation->width);
    } else {
        operation->value = 0;
        memcpy(&operation->value, at, operation->width);
    }
    return true;
}
