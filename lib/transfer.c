/* SPDX-License-Identifier: MIT
 *
 * Lists of operations: the checks that need no driver, and the wire form of userport_abi.h. The
 * driver checks everything again; an error found here costs no call, and comes with its operation
 * and a reason.
 */
#include <string.h>

#include "backend.h"

static bool is_block(const up_operation *operation)
{
    return operation->kind == UP_IO_READ_BLOCK || operation->kind == UP_IO_WRITE_BLOCK;
}

static bool is_timed(const up_operation *operation)
{
    return operation->kind == UP_IO_DELAY || operation->kind == UP_IO_WAIT;
}

/* ---- the check ------------------------------------------------------------------------------- */

/* Returns what is wrong with an operation by itself; NULL: nothing. */
static const char *fault_of(const up_operation *operation)
{
    if (operation->kind < UP_IO_READ || operation->kind > UP_IO_WAIT) {
        return "there is no such kind of operation";
    }
    if (operation->kind != UP_IO_DELAY && operation->width != 1 && operation->width != 2 &&
        operation->width != 4) {
        return "the width is not 1, 2 or 4 bytes";
    }
    if (is_block(operation) && operation->count == 0) {
        return "the block has no elements";
    }
    if (is_block(operation) && operation->buffer == NULL) {
        return "the block has no buffer";
    }
    return NULL;
}

/*
 * Subtracts what an operation takes from what the list has left. There is no sum that could
 * overflow.
 */
static const char *take(const up_operation *operation, uint32_t *bytes_left,
                        uint32_t *microseconds_left)
{
    if (is_block(operation)) {
        if (operation->count > *bytes_left / operation->width) {
            return "operations and blocks are more than 65536 bytes";
        }
        *bytes_left -= operation->count * operation->width;
    }
    if (is_timed(operation)) {
        if (operation->microseconds > *microseconds_left) {
            return "delays and time-outs are more than 100000 microseconds";
        }
        *microseconds_left -= operation->microseconds;
    }
    return NULL;
}

up_error up_list_check(const up_operation *operations, uint32_t count, uint32_t *data_bytes,
                       struct up_failure_detail *detail)
{
    uint32_t microseconds_left = UP_IO_MICROSECONDS_MAX;
    uint32_t room, bytes_left, i;

    if (count > UP_IO_OPERATIONS_MAX) {
        detail->index = UP_IO_OPERATIONS_MAX;
        detail->why = "a list has at most 4096 operations";
        return UP_ERR_ARGUMENT;
    }
    room = bytes_left = UP_IO_BYTES_MAX - count * (uint32_t)sizeof(struct up_io_operation);
    for (i = 0; i < count; i++) {
        detail->why = fault_of(&operations[i]);
        if (detail->why == NULL) {
            detail->why = take(&operations[i], &bytes_left, &microseconds_left);
        }
        if (detail->why != NULL) {
            detail->index = i;
            return UP_ERR_ARGUMENT;
        }
    }
    *data_bytes = room - bytes_left;
    return UP_OK;
}

/* ---- the wire form --------------------------------------------------------------------------- */

uint32_t up_list_bytes(uint32_t count, uint32_t data_bytes)
{
    return (uint32_t)sizeof(struct up_io_header) +
           count * (uint32_t)sizeof(struct up_io_operation) + data_bytes;
}

static void encode_one(struct up_io_operation *wire, const up_operation *operation, uint8_t *data,
                       uint32_t *offset)
{
    memset(wire, 0, sizeof *wire);
    wire->kind = operation->kind;
    if (operation->kind != UP_IO_DELAY) {
        wire->width = operation->width;
        wire->port = operation->port;
    }
    if (is_timed(operation)) {
        wire->microseconds = operation->microseconds;
    }
    if (operation->kind == UP_IO_WRITE || operation->kind == UP_IO_WAIT) {
        wire->value = operation->value;
    }
    if (operation->kind == UP_IO_WAIT) {
        wire->mask = operation->mask;
    }
    if (is_block(operation)) {
        wire->offset = *offset;
        wire->count = operation->count;
        *offset += operation->count * operation->width;
        if (operation->kind == UP_IO_WRITE_BLOCK) {
            memcpy(data + wire->offset, operation->buffer, operation->count * operation->width);
        } else {
            memset(data + wire->offset, 0xFF, operation->count * operation->width);
        }
    }
}

void up_list_encode(struct up_io_header *list, const up_operation *operations, uint32_t count,
                    uint32_t data_bytes)
{
    struct up_io_operation *wire = (struct up_io_operation *)(list + 1);
    uint32_t offset = 0;
    uint32_t i;

    memset(list, 0, sizeof *list);
    list->abi_version = UP_ABI_VERSION;
    list->operations = count;
    list->data_bytes = data_bytes;
    for (i = 0; i < count; i++) {
        encode_one(&wire[i], &operations[i], (uint8_t *)(wire + count), &offset);
    }
}

/*
 * Reads one result. The driver is not trusted with the place of a block's data, so offset is
 * computed again.
 */
static void decode_one(const struct up_io_operation *wire, up_operation *operation,
                       const uint8_t *data, uint32_t offset)
{
    if (operation->kind == UP_IO_READ) {
        operation->value = wire->value;
    } else if (operation->kind == UP_IO_WAIT) {
        operation->last = wire->value;
    } else if (operation->kind == UP_IO_READ_BLOCK) {
        memcpy(operation->buffer, data + offset, operation->count * operation->width);
    }
}

static void decode_results(const struct up_io_operation *wire, up_operation *operations,
                           uint32_t results, uint32_t count)
{
    uint32_t offset = 0;
    uint32_t i;

    for (i = 0; i < results; i++) {
        decode_one(&wire[i], &operations[i], (const uint8_t *)(wire + count), offset);
        offset += is_block(&operations[i]) ? operations[i].count * operations[i].width : 0;
    }
}

static up_error nonsense(struct up_failure_detail *detail, const char *why)
{
    detail->why = why;
    return UP_ERR_SYSTEM;
}

/*
 * True if moved fits the operations: only a block that was cut short may have moved some elements.
 * done is below count.
 */
static bool fits_moved(const struct up_io_header *list, const up_operation *operations)
{
    const up_operation *cut = &operations[list->done];

    return list->moved == 0 || (is_block(cut) && list->moved < cut->count);
}

/* True if the result fits how far the list came. */
static bool is_consistent(const struct up_io_header *list, uint32_t count,
                          const up_operation *operations)
{
    switch (list->result) {
    case UP_IO_DONE:
        return list->done == count && list->moved == 0;
    case UP_IO_BAD:
    case UP_IO_TOO_LONG:
        return list->done == 0 && list->index < count && list->moved == 0;
    /*
     * After a change of the grants the rest is checked as a whole, so index may be greater than
     * done.
     */
    case UP_IO_DENIED:
        return list->done <= list->index && list->index < count && list->port <= 0x10000u &&
               fits_moved(list, operations);
    case UP_IO_TIMED_OUT:
        return list->done == list->index && list->index < count &&
               operations[list->index].kind == UP_IO_WAIT && list->moved == 0;
    case UP_IO_CANCELLED:
        return list->done == list->index && list->index < count && fits_moved(list, operations);
    default:
        return false;
    }
}

/*
 * True if the operation that did not run to its end has a result. Elements that a block did not
 * read are all ones.
 */
static bool has_partial_result(const struct up_io_header *list, const up_operation *operations)
{
    return list->result == UP_IO_TIMED_OUT ||
           (list->result != UP_IO_DONE && operations[list->done].kind == UP_IO_READ_BLOCK);
}

up_error up_list_decode(const struct up_io_header *list, uint32_t length, up_operation *operations,
                        uint32_t count, uint32_t data_bytes, uint32_t *done,
                        struct up_failure_detail *detail)
{
    static const up_error errors[] = {
        [UP_IO_DONE] = UP_OK,
        [UP_IO_DENIED] = UP_ERR_DENIED,
        [UP_IO_BAD] = UP_ERR_ARGUMENT,
        [UP_IO_TOO_LONG] = UP_ERR_ARGUMENT,
        [UP_IO_TIMED_OUT] = UP_ERR_TIMED_OUT,
        [UP_IO_CANCELLED] = UP_ERR_CANCELLED,
    };

    if (length != up_list_bytes(count, data_bytes)) {
        return nonsense(detail, "the driver's answer has the wrong length");
    }
    if (!is_consistent(list, count, operations)) {
        return nonsense(detail, "the driver's answer makes no sense");
    }
    *done = list->done;
    decode_results((const struct up_io_operation *)(list + 1), operations,
                   list->done + has_partial_result(list, operations), count);
    if (list->result != UP_IO_DONE) {
        detail->index = list->index;
        detail->moved = list->moved;
        detail->port = list->result == UP_IO_DENIED ? list->port : 0;
        detail->why = errors[list->result] == UP_ERR_ARGUMENT
                          ? "the driver does not accept the operation"
                          : NULL;
    }
    return errors[list->result];
}
