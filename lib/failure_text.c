/* SPDX-License-Identifier: MIT
 *
 * Writes failures as sentences: what could not be done, why, with the system's code, and what to
 * do. Ports and values are hexadecimal, as is usual in this field. The DLLs have no C library, so
 * printf is not used.
 */
#include "core/text.h"
#include "backend.h"
#include "system.h"
#include "version.h"

/* ---- what could not be done ------------------------------------------------------------------ */

static void put_index(struct up_writer *text, const struct up_failure_record *record)
{
    if (record->doing == UP_RUNNING_LIST && record->has_operation) {
        up_writer_text(text, "operations[");
        up_writer_decimal(text, record->failure.index);
        up_writer_text(text, "]: ");
    }
}

static void put_access(struct up_writer *text, const up_operation *operation)
{
    switch (operation->kind) {
    case UP_IO_READ:
        up_writer_text(text, "cannot read ");
        break;
    case UP_IO_WRITE:
        up_writer_text(text, "cannot write ");
        break;
    case UP_IO_READ_BLOCK:
        up_writer_text(text, "cannot read a block from ");
        break;
    case UP_IO_WRITE_BLOCK:
        up_writer_text(text, "cannot write a block to ");
        break;
    case UP_IO_WAIT:
        up_writer_text(text, "cannot wait for ");
        break;
    default:
        up_writer_text(text, operation->kind == UP_IO_DELAY ? "cannot delay: " : "cannot run it: ");
        return;
    }
    up_writer_text(text, "port ");
    up_writer_hex(text, operation->port, 1);
    up_writer_text(text, ": ");
}

/* True if a failure to open concerns the device; false if the library did not get that far. */
static bool is_about_device(up_error error)
{
    return error == UP_ERR_NOT_RUNNING || error == UP_ERR_NO_ACCESS || error == UP_ERR_VERSION ||
           error == UP_ERR_SYSTEM;
}

static void put_doing(struct up_writer *text, const struct up_failure_record *record)
{
    switch (record->doing) {
    case UP_OPENING:
        up_writer_text(text, "cannot open ");
        up_writer_text(text,
                       is_about_device(record->failure.error) ? up_strings.device : "the ports");
        up_writer_text(text, ": ");
        break;
    case UP_ACCESSING:
    case UP_MOVING_BLOCK:
        put_access(text, &record->operation);
        break;
    case UP_RUNNING_LIST:
        if (record->has_operation) {
            put_access(text, &record->operation);
        } else {
            up_writer_text(text, "cannot run the list: ");
        }
        break;
    case UP_QUERYING_MAP:
        up_writer_text(text, "cannot read the map of granted ports: ");
        break;
    case UP_QUERYING_INFO:
        up_writer_text(text, "cannot read the driver's state: ");
        break;
    case UP_FAKING:
        up_writer_text(text, "cannot use the fake: ");
        break;
    }
}

/* ---- how far it came ------------------------------------------------------------------------- */

/* "the first 3 operations", "the first element" */
static void put_first(struct up_writer *text, uint32_t count, const char *one, const char *many)
{
    up_writer_text(text, "the first ");
    if (count > 1) {
        up_writer_decimal(text, count);
    }
    up_writer_text(text, count > 1 ? many : one);
}

/* "the first 3 operations were executed, and of operations[3] the first element was transferred" */
static void put_done(struct up_writer *text, const struct up_failure_record *record)
{
    if (record->done > 0) {
        put_first(text, record->done, "operation was executed", " operations were executed");
        up_writer_text(text, record->failure.moved > 0 ? ", and " : "");
    }
    if (record->failure.moved > 0) {
        if (record->doing == UP_RUNNING_LIST) {
            up_writer_text(text, "of operations[");
            up_writer_decimal(text, record->done);
            up_writer_text(text, "] ");
        }
        put_first(text, record->failure.moved, "element was transferred",
                  " elements were transferred");
    }
}

static bool is_anything_executed(const struct up_failure_record *record)
{
    return record->done > 0 || record->failure.moved > 0;
}

static void put_what_was_executed(struct up_writer *text, const struct up_failure_record *record)
{
    if (!is_anything_executed(record)) {
        up_writer_text(text, "nothing was executed");
    } else {
        up_writer_text(text, "only ");
        put_done(text, record);
    }
}

/* ---- why ------------------------------------------------------------------------------------- */

static void put_code(struct up_writer *text, uint32_t system_error)
{
    if (system_error != 0) {
        up_writer_text(text, " (");
        up_writer_decimal(text, system_error);
        up_writer_text(text, ")");
    }
}

static void put_what_was_before(struct up_writer *text, const struct up_failure_record *record)
{
    if (is_anything_executed(record)) {
        up_writer_text(text, " Before that, ");
        put_done(text, record);
        up_writer_text(text, ".");
    }
}

static void put_why(struct up_writer *text, const struct up_failure_record *record,
                    const char *otherwise)
{
    up_writer_text(text, record->why != NULL ? record->why : otherwise);
    put_code(text, record->failure.system_error);
    up_writer_text(text, ".");
    put_what_was_before(text, record);
}

static void put_release(struct up_writer *text, uint32_t version, uint32_t abi_version)
{
    up_writer_text(text, " (release ");
    up_writer_decimal(text, version >> 24);
    up_writer_text(text, ".");
    up_writer_decimal(text, version >> 16 & 0xFFu);
    up_writer_text(text, ".");
    up_writer_decimal(text, version & 0xFFFFu);
    up_writer_text(text, ", interface ");
    up_writer_decimal(text, abi_version);
    up_writer_text(text, ")");
}

static void put_versions(struct up_writer *text, const struct up_failure_record *record)
{
    if (record->failure.abi_version == 0) {
        put_why(text, record, "the driver is of another release than this library");
        up_writer_text(text, " This library");
        put_release(text, UP_VERSION_NUMBER, UP_ABI_VERSION);
        up_writer_text(text, " needs the driver of its own release.");
        return;
    }
    up_writer_text(text, "the driver");
    put_release(text, record->failure.driver_version, record->failure.abi_version);
    up_writer_text(text, " and this library");
    put_release(text, UP_VERSION_NUMBER, UP_ABI_VERSION);
    up_writer_text(text, " do not understand each other");
    put_code(text, record->failure.system_error);
    up_writer_text(text, ". Install both from one release.");
    put_what_was_before(text, record);
}

static void put_apart(struct up_writer *text, const struct up_failure_record *record)
{
    up_writer_text(text, "the access of ");
    up_writer_decimal(text, record->operation.width);
    up_writer_text(text, " bytes to port ");
    up_writer_hex(text, record->operation.port, 1);
    up_writer_text(text, " has ports that this program's routes send to different places: ");
    put_what_was_executed(text, record);
    up_writer_text(text, ".");
}

/* ", to which port 378 goes," behind the denied port: the program knows only its own. */
static void put_routed(struct up_writer *text, const struct up_failure_record *record)
{
    if (record->is_routed) {
        up_writer_text(text, ", to which port ");
        up_writer_hex(text, record->operation.port + record->failure.port - record->to, 1);
        up_writer_text(text, " goes,");
    }
}

static void put_denied(struct up_writer *text, const struct up_failure_record *record)
{
    const uint32_t state = record->failure.state;
    const bool all = state == UP_STATE_SUSPENDED || state == UP_STATE_FAULT;

    if (record->is_apart) {
        put_apart(text, record);
        return;
    }
    if (record->failure.port > 0xFFFFu) {
        up_writer_text(text, "the access to port ");
        up_writer_hex(text, record->operation.port, 1);
        up_writer_text(text, " runs past FFFF, the last port: ");
        put_what_was_executed(text, record);
        up_writer_text(text, ".");
        return;
    }
    up_writer_text(text, "port ");
    up_writer_hex(text, record->failure.port, 1);
    put_routed(text, record);
    up_writer_text(text, all ? " is denied: " : " is not granted: ");
    put_what_was_executed(text, record);
    up_writer_text(text, ".");
    up_writer_text(
        text,
        state == UP_STATE_SUSPENDED
            ? " An administrator has suspended UserPort: all ports are denied until it is resumed."
        : state == UP_STATE_FAULT ? " UserPort could not put its grant list in force: all ports "
                                    "are denied. The system's event log "
                                    "says why."
                                  : "");
    if (!all) {
        up_writer_text(text, record->why != NULL ? record->why : up_strings.to_grant);
    }
}

static void put_timed_out(struct up_writer *text, const struct up_failure_record *record)
{
    const up_operation *wait = &record->operation;

    up_writer_text(text, "port ");
    up_writer_hex(text, wait->port, 1);
    up_writer_text(text, " did not give ");
    up_writer_hex(text, wait->value & wait->mask, 1);
    up_writer_text(text, " under the mask ");
    up_writer_hex(text, wait->mask, 1);
    up_writer_text(text, " in ");
    up_writer_decimal(text, wait->microseconds);
    up_writer_text(text, " microseconds, and ");
    up_writer_hex(text, wait->last, 1);
    up_writer_text(text, " at last. What follows it was not executed.");
}

static void put_reason(struct up_writer *text, const struct up_failure_record *record)
{
    switch (record->failure.error) {
    case UP_ERR_NOT_RUNNING:
        if (record->doing == UP_OPENING) {
            put_why(text, record, "the driver is not running");
            up_writer_text(text,
                           up_system_is_wine() ? up_strings.to_start_in_wine : up_strings.to_start);
        } else {
            put_why(text, record, "the driver is being stopped");
        }
        break;
    case UP_ERR_NO_ACCESS:
        put_why(text, record, up_strings.no_access);
        up_writer_text(text, up_strings.who_has_access);
        break;
    case UP_ERR_VERSION:
        put_versions(text, record);
        break;
    case UP_ERR_SYSTEM:
        put_why(text, record, "the system refused");
        break;
    case UP_ERR_UNSUPPORTED:
        put_why(text, record, up_error_text(UP_ERR_UNSUPPORTED));
        up_writer_text(text, record->doing == UP_OPENING ? up_strings.no_way : "");
        break;
    default:
        put_why(text, record, up_error_text(record->failure.error));
        break;
    }
}

static void put_sentence(struct up_writer *text, const struct up_failure_record *record)
{
    if (record == NULL) {
        up_writer_text(text, "no call of this thread has failed.");
        return;
    }
    put_index(text, record);
    if (record->failure.error == UP_ERR_DENIED) {
        put_denied(text, record);
    } else if (record->failure.error == UP_ERR_TIMED_OUT) {
        put_timed_out(text, record);
    } else {
        put_doing(text, record);
        put_reason(text, record);
    }
}

uint32_t UP_CALL up_failure_text(char *text, uint32_t size)
{
    struct up_writer sentence;

    up_writer_init(&sentence, text, text != NULL ? size : 0);
    put_sentence(&sentence, up_failure_of_thread());
    return (uint32_t)sentence.length;
}

const char *UP_CALL up_error_text(up_error error)
{
    static const char *const texts[] = {
        [UP_OK] = "no error",
        [UP_ERR_ARGUMENT] = "an argument makes no sense",
        [UP_ERR_DENIED] = "the port is not granted",
        [UP_ERR_NOT_RUNNING] = "the driver is not running",
        [UP_ERR_NO_ACCESS] = "the system does not let this user open the driver",
        [UP_ERR_VERSION] = "driver and library do not understand each other",
        [UP_ERR_UNSUPPORTED] = "this system, back end or driver cannot do that",
        [UP_ERR_TIMED_OUT] = "what was waited for did not come",
        [UP_ERR_CANCELLED] = "the request was cancelled",
        [UP_ERR_MEMORY] = "memory is short",
        [UP_ERR_SYSTEM] = "the system refused",
    };

    return error < sizeof texts / sizeof texts[0] ? texts[error] : "an unknown error";
}
