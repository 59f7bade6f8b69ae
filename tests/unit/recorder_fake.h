/* SPDX-License-Identifier: MIT
 *
 * A fake of lib/recorder.h: what the library records goes into a list, and its devices are 16 bytes
 * of memory at any port.
 */
#ifndef UP_TEST_RECORDER_FAKE_H
#define UP_TEST_RECORDER_FAKE_H

#include "lib/recorder.h"

#define FAKE_RECORDS_MAX 64u

struct fake_record {
    up_operation operation;
    up_error error;
    const void *caller;
};

struct fake_recorder {
    bool is_on, has_devices, device_is_gone;
    uint32_t count;
    struct fake_record records[FAKE_RECORDS_MAX];
    uint32_t list_count, list_done, list_index; /* of the last up_recorder_add_list */
    up_error list_error;
    const void *list_caller;
    uint32_t device_accesses;
    uint8_t memory[16];
};
extern struct fake_recorder fake_recorder;

#endif
