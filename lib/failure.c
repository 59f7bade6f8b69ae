/* SPDX-License-Identifier: MIT
 *
 * Keeps the error detail of each thread's last failure. A call that succeeds changes nothing here.
 * failure_text.c makes a sentence of the details on request.
 */
#include "backend.h"
#include "system.h"

_Static_assert(sizeof(struct up_failure_record) <= UP_SYSTEM_THREAD_BYTES,
               "a thread's block holds its record");

/* If there is no memory for the record, the call still returns its error. */
up_error up_fail(up_error error, enum up_doing doing, const up_operation *operation, uint32_t done,
                 const struct up_failure_detail *detail)
{
    static const up_operation none;
    struct up_failure_record *record = up_system_thread_block(1);

    if (record != NULL) {
        record->failure.error = error;
        record->failure.system_error = detail->system_error;
        record->failure.port = detail->port;
        record->failure.index = detail->index;
        record->failure.moved = detail->moved;
        record->failure.state = detail->state;
        record->failure.abi_version = detail->abi_version;
        record->failure.driver_version = detail->driver_version;
        record->doing = doing;
        record->has_operation = operation != NULL;
        record->operation = operation != NULL ? *operation : none;
        record->done = done;
        record->why = detail->why;
        record->is_routed = detail->is_routed;
        record->is_apart = detail->is_apart;
        record->to = detail->to;
    }
    return error;
}

up_error up_fail_argument(enum up_doing doing, const up_operation *operation, const char *why)
{
    const struct up_failure_detail detail = {.why = why};

    return up_fail(UP_ERR_ARGUMENT, doing, operation, 0, &detail);
}

const struct up_failure_record *up_failure_of_thread(void)
{
    return up_system_thread_block(0);
}

void UP_CALL up_last_failure(up_failure *failure)
{
    static const up_failure none;
    const struct up_failure_record *record = up_failure_of_thread();

    if (failure != NULL) {
        *failure = record != NULL ? record->failure : none;
    }
}

uint32_t UP_CALL up_system_error(void)
{
    const struct up_failure_record *record = up_failure_of_thread();

    return record != NULL ? record->failure.system_error : 0;
}
