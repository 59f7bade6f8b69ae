/* SPDX-License-Identifier: MIT
 *
 * The fake back end, which touches no port. Reads return what a test has fed, writes are kept byte
 * by byte, and every access goes to a journal. Ports that the test does not grant are denied as the
 * driver would deny them. A lock protects the fake, since many threads may use one handle.
 */
#include <string.h>

#include "core/portset.h"
#include "inprocess.h"
#include "system.h"

#define ROOM_AT_FIRST 16u

/* The values that reads of one width from one port return. */
struct feed {
    struct feed *next;
    uint16_t port;
    uint32_t width;
    uint32_t *values;
    uint32_t count, room;
    uint32_t at; /* the next value to return */
};

struct fake {
    struct up_system_lock *lock;
    struct up_portset granted;
    uint8_t written[UP_PORT_COUNT]; /* by port; all ones at first */
    struct feed *feeds;
    up_access *journal;
    uint32_t journal_count, journal_room;
};

static uint32_t low_bytes(uint32_t value, uint32_t width)
{
    return value & 0xFFFFFFFFu >> (32u - 8u * width);
}

/*
 * Makes room for one more element in an array. Result: the array, which may have moved; NULL if
 * there is no memory, and nothing has changed.
 */
static void *with_room(void *array, uint32_t count, uint32_t *room, size_t element)
{
    uint32_t wanted = *room == 0 ? ROOM_AT_FIRST : *room * 2u;
    void *larger;

    if (count < *room) {
        return array;
    }
    if (wanted <= *room || wanted > SIZE_MAX / 2u / element) {
        return NULL;
    }
    larger = up_system_allocate(wanted * element);
    if (larger != NULL) {
        if (count > 0) {
            memcpy(larger, array, count * element);
        }
        up_system_free(array);
        *room = wanted;
    }
    return larger;
}

/* ---- the journal and the values that are fed ------------------------------------------------- */

static bool journal_has_room(struct fake *fake)
{
    up_access *journal =
        with_room(fake->journal, fake->journal_count, &fake->journal_room, sizeof *journal);

    if (journal != NULL) {
        fake->journal = journal;
    }
    return journal != NULL;
}

static void note(struct fake *fake, uint8_t kind, uint8_t width, uint16_t port, uint32_t value)
{
    const up_access access = {kind, width, port, value};

    fake->journal[fake->journal_count++] = access;
}

static struct feed *find_feed(const struct fake *fake, uint16_t port, uint32_t width)
{
    struct feed *feed = fake->feeds;

    while (feed != NULL && (feed->port != port || feed->width != width)) {
        feed = feed->next;
    }
    return feed;
}

static struct feed *add_feed(struct fake *fake, uint16_t port, uint32_t width)
{
    struct feed *feed = up_system_allocate(sizeof *feed);

    if (feed != NULL) {
        feed->port = port;
        feed->width = width;
        feed->next = fake->feeds;
        fake->feeds = feed;
    }
    return feed;
}

static bool is_fed(const struct fake *fake, const up_operation *operation)
{
    const struct feed *feed = find_feed(fake, operation->port, operation->width);

    return feed != NULL && feed->at < feed->count;
}

static void forget(struct fake *fake)
{
    struct feed *feed;

    while ((feed = fake->feeds) != NULL) {
        fake->feeds = feed->next;
        up_system_free(feed->values);
        up_system_free(feed);
    }
    up_system_free(fake->journal);
    fake->journal = NULL;
    fake->journal_count = fake->journal_room = 0;
    memset(fake->written, 0xFF, sizeof fake->written);
}

/* ---- accesses; the lock is held, and every port is granted ----------------------------------- */

static up_error read_port(struct fake *fake, const up_operation *operation, uint32_t *value)
{
    struct feed *feed;
    uint32_t i;

    if (!journal_has_room(fake)) {
        return UP_ERR_MEMORY;
    }
    *value = 0;
    if (is_fed(fake, operation)) {
        feed = find_feed(fake, operation->port, operation->width);
        *value = feed->values[feed->at++];
    } else {
        for (i = 0; i < operation->width; i++) {
            *value |= (uint32_t)fake->written[operation->port + i] << (8u * i);
        }
    }
    note(fake, UP_IO_READ, operation->width, operation->port, *value);
    return UP_OK;
}

static up_error write_port(struct fake *fake, const up_operation *operation, uint32_t value)
{
    uint32_t i;

    if (!journal_has_room(fake)) {
        return UP_ERR_MEMORY;
    }
    value = low_bytes(value, operation->width);
    for (i = 0; i < operation->width; i++) {
        fake->written[operation->port + i] = (uint8_t)(value >> (8u * i));
    }
    note(fake, UP_IO_WRITE, operation->width, operation->port, value);
    return UP_OK;
}

/* *moved: the number of elements moved, on failure too. */
static up_error run_block(struct fake *fake, const up_operation *block, uint32_t *moved)
{
    uint8_t *at = block->buffer;
    up_error error = UP_OK;
    uint32_t value;

    for (*moved = 0; *moved < block->count && error == UP_OK; at += block->width) {
        value = 0;
        if (block->kind == UP_IO_READ_BLOCK) {
            error = read_port(fake, block, &value);
            if (error == UP_OK) {
                /* little-endian, like every processor that has ports */
                memcpy(at, &value, block->width);
            }
        } else {
            memcpy(&value, at, block->width);
            error = write_port(fake, block, value);
        }
        *moved += error == UP_OK;
    }
    return error;
}

/*
 * Reads until the value comes or no fed value is left. Each fed value is one read; after the last
 * one the wait times out.
 */
static up_error run_wait(struct fake *fake, up_operation *wait)
{
    bool again;
    up_error error;

    do {
        error = read_port(fake, wait, &wait->last);
        if (error != UP_OK || ((wait->last ^ wait->value) & wait->mask) == 0) {
            return error;
        }
        again = wait->microseconds != 0 && is_fed(fake, wait);
    } while (again);
    return UP_ERR_TIMED_OUT;
}

static up_error run_delay(struct fake *fake, const up_operation *delay)
{
    if (!journal_has_room(fake)) {
        return UP_ERR_MEMORY;
    }
    note(fake, UP_IO_DELAY, 0, 0, delay->microseconds);
    return UP_OK;
}

static up_error run_one(struct fake *fake, up_operation *operation, uint32_t *moved)
{
    switch (operation->kind) {
    case UP_IO_READ:
        return read_port(fake, operation, &operation->value);
    case UP_IO_WRITE:
        return write_port(fake, operation, operation->value);
    case UP_IO_DELAY:
        return run_delay(fake, operation);
    case UP_IO_WAIT:
        return run_wait(fake, operation);
    default:
        return run_block(fake, operation, moved);
    }
}

/* ---- the back end ---------------------------------------------------------------------------- */

static up_error check_ports(const struct fake *fake, const up_operation *operations, uint32_t count,
                            struct up_failure_detail *detail)
{
    uint32_t denied, i;

    for (i = 0; i < count; i++) {
        denied =
            operations[i].kind == UP_IO_DELAY
                ? UP_PORTSET_NONE_DENIED
                : up_portset_first_denied(&fake->granted, operations[i].port, operations[i].width);
        if (denied != UP_PORTSET_NONE_DENIED) {
            detail->index = i;
            detail->port = denied;
            detail->state = UP_STATE_RUNNING;
            return UP_ERR_DENIED;
        }
    }
    return UP_OK;
}

static up_error run_fake(up_handle *handle, up_operation *operations, uint32_t count,
                         uint32_t data_bytes, uint32_t *done, struct up_failure_detail *detail)
{
    struct fake *fake = handle->state;
    up_error error;

    (void)data_bytes;
    up_system_lock_take(fake->lock);
    error = check_ports(fake, operations, count, detail);
    while (error == UP_OK && *done < count) {
        detail->moved = 0;
        error = run_one(fake, &operations[*done], &detail->moved);
        detail->index = *done;
        *done += error == UP_OK;
    }
    up_system_lock_release(fake->lock);
    return error;
}

static up_error run_single(up_handle *handle, up_operation *operation,
                           struct up_failure_detail *detail)
{
    uint32_t done = 0;

    return run_fake(handle, operation, 1, 0, &done, detail);
}

static up_error open_fake(up_handle *handle, struct up_failure_detail *detail)
{
    struct fake *fake = up_system_allocate(sizeof *fake);

    (void)detail;
    if (fake == NULL) {
        return UP_ERR_MEMORY;
    }
    fake->lock = up_system_lock_new();
    if (fake->lock == NULL) {
        up_system_free(fake);
        return UP_ERR_MEMORY;
    }
    forget(fake); /* granted is all 0: every port is granted */
    handle->state = fake;
    return UP_OK;
}

static void close_fake(up_handle *handle)
{
    struct fake *fake = handle->state;

    forget(fake);
    up_system_lock_delete(fake->lock);
    up_system_free(fake);
}

static up_error report_map(up_handle *handle, uint8_t map[UP_MAP_BYTES],
                           struct up_failure_detail *detail)
{
    struct fake *fake = handle->state;

    (void)detail;
    up_system_lock_take(fake->lock);
    memcpy(map, fake->granted.map, UP_MAP_BYTES);
    up_system_lock_release(fake->lock);
    return UP_OK;
}

static up_error report_info(up_handle *handle, struct up_info *info,
                            struct up_failure_detail *detail)
{
    struct fake *fake = handle->state;

    (void)detail;
    up_inprocess_info(info, UP_MECHANISM_LIST);
    info->processes_granted = 1;
    up_system_lock_take(fake->lock);
    info->ports_granted = up_portset_count(&fake->granted);
    up_system_lock_release(fake->lock);
    return UP_OK;
}

const struct up_backend up_backend_fake = {
    .id = UP_BACKEND_FAKE,
    .open = open_fake,
    .close = close_fake,
    .access = run_single,
    .block = run_single,
    .run = run_fake,
    .map = report_map,
    .info = report_info,
};

/* ---- the functions of userport.h for the fake ------------------------------------------------ */

static up_error fail_fake(up_error error, const char *why)
{
    const struct up_failure_detail detail = {.why = why};

    return up_fail(error, UP_FAKING, NULL, 0, &detail);
}

/*
 * Takes the lock of a fake's handle. If the handle is not one of a fake, the failure is recorded,
 * *error has it and the result is NULL. Otherwise *error is UP_OK.
 */
static struct fake *take(up_handle *handle, up_error *error)
{
    struct fake *fake;

    if (handle == NULL) {
        *error = fail_fake(UP_ERR_ARGUMENT, "the handle is NULL");
        return NULL;
    }
    if (handle->backend->id != UP_BACKEND_FAKE) {
        *error = fail_fake(UP_ERR_UNSUPPORTED, "the handle is not one of the fake");
        return NULL;
    }
    fake = handle->state;
    up_system_lock_take(fake->lock);
    *error = UP_OK;
    return fake;
}

up_error UP_CALL up_fake_grant(up_handle *handle, const uint8_t map[UP_MAP_BYTES])
{
    struct fake *fake;
    up_error error;

    if (map == NULL) {
        return fail_fake(UP_ERR_ARGUMENT, "map is NULL");
    }
    fake = take(handle, &error);
    if (fake != NULL) {
        memcpy(fake->granted.map, map, UP_MAP_BYTES);
        up_system_lock_release(fake->lock);
    }
    return error;
}

static bool append(struct fake *fake, uint16_t port, uint32_t width, const uint32_t *values,
                   uint32_t count)
{
    struct feed *feed = find_feed(fake, port, width);
    uint32_t *room;
    uint32_t i;

    if (feed == NULL) {
        feed = add_feed(fake, port, width);
    }
    for (i = 0; feed != NULL && i < count; i++) {
        room = with_room(feed->values, feed->count, &feed->room, sizeof *room);
        if (room == NULL) {
            feed->count -= i; /* all values are added, or none */
            return false;
        }
        feed->values = room;
        feed->values[feed->count++] = low_bytes(values[i], width);
    }
    return feed != NULL;
}

up_error UP_CALL up_fake_feed(up_handle *handle, uint16_t port, uint32_t width,
                              const uint32_t *values, uint32_t count)
{
    struct fake *fake;
    up_error error;
    bool good;

    if (width != 1 && width != 2 && width != 4) {
        return fail_fake(UP_ERR_ARGUMENT, "the width is not 1, 2 or 4 bytes");
    }
    if (values == NULL && count > 0) {
        return fail_fake(UP_ERR_ARGUMENT, "values is NULL");
    }
    fake = take(handle, &error);
    if (fake == NULL) {
        return error;
    }
    good = append(fake, port, width, values, count);
    up_system_lock_release(fake->lock);
    return good ? UP_OK : fail_fake(UP_ERR_MEMORY, NULL);
}

up_error UP_CALL up_fake_journal(up_handle *handle, uint32_t first, up_access *accesses,
                                 uint32_t room, uint32_t *count)
{
    struct fake *fake;
    up_error error;
    uint32_t copied;

    if ((accesses == NULL && room > 0) || count == NULL) {
        return fail_fake(UP_ERR_ARGUMENT, count == NULL ? "count is NULL" : "accesses is NULL");
    }
    *count = 0;
    fake = take(handle, &error);
    if (fake == NULL) {
        return error;
    }
    *count = fake->journal_count;
    if (first < fake->journal_count && room > 0) {
        copied = fake->journal_count - first < room ? fake->journal_count - first : room;
        memcpy(accesses, fake->journal + first, copied * sizeof *accesses);
    }
    up_system_lock_release(fake->lock);
    return UP_OK;
}

up_error UP_CALL up_fake_reset(up_handle *handle)
{
    up_error error;
    struct fake *fake = take(handle, &error);

    if (fake != NULL) {
        forget(fake);
        up_system_lock_release(fake->lock);
    }
    return error;
}
