/* SPDX-License-Identifier: MIT
 *
 * Accesses by a handle with routes: the back end gets the addresses to which the program's ports
 * go, and the program sees its own ports. What goes nowhere does not reach the back end: reads give
 * ones, as an empty bus does, and writes do nothing.
 */
#include <string.h>

#include "core/portset.h"
#include "backend.h"
#include "system.h"

enum up_routed up_routed_find(const up_handle *handle, const up_operation *operation, uint16_t *to)
{
    if (operation->kind == UP_IO_DELAY) {
        *to = operation->port;
        return UP_ROUTED_TO_PORT;
    }
    return up_routes_find(&handle->routes, operation->port, operation->width, to);
}

static up_error deny_apart(const up_operation *operation, struct up_failure_detail *detail)
{
    detail->port = operation->port;
    detail->is_apart = true;
    return UP_ERR_DENIED;
}

void up_routed_failed(const up_operation *operation, uint16_t to, struct up_failure_detail *detail)
{
    detail->is_routed = operation->kind != UP_IO_DELAY && to != operation->port;
    detail->to = to;
}

/* ---- an access, a block ---------------------------------------------------------------------- */

up_error up_routed_access(up_handle *handle, up_operation *operation,
                          struct up_failure_detail *detail)
{
    up_operation there = *operation;
    up_error error;

    switch (up_routed_find(handle, operation, &there.port)) {
    case UP_ROUTED_APART:
        return deny_apart(operation, detail);
    case UP_ROUTED_NOWHERE:
        if (operation->kind == UP_IO_READ) {
            operation->value = up_ones_of(operation->width);
        }
        return UP_OK;
    case UP_ROUTED_TO_DEVICE:
        return up_routed_device(operation, detail);
    default:
        error = handle->backend->access(handle, &there, detail);
        operation->value = there.value;
        if (error != UP_OK) {
            up_routed_failed(operation, there.port, detail);
        }
        return error;
    }
}

up_error up_routed_block(const up_handle *handle, const up_operation *block, uint16_t *to,
                         enum up_routed *routed, struct up_failure_detail *detail)
{
    *routed = up_routed_find(handle, block, to);
    return *routed == UP_ROUTED_APART ? deny_apart(block, detail) : UP_OK;
}

/* ---- lists ----------------------------------------------------------------------------------- */

/*
 * A list as the back end gets it: without the operations that go nowhere. A wait that goes nowhere
 * and does not want ones ends the list, as a delay until its time-out.
 */
struct routed_list {
    up_operation *operations; /* room for count */
    uint32_t *places;         /* of each operation in the program's list; likewise */
    uint32_t count;
    uint32_t end; /* how many of the program's operations these stand for, without that wait */
    bool ends_in_wait;
};

static bool wants_ones(const up_operation *wait)
{
    return ((up_ones_of(wait->width) ^ wait->value) & wait->mask) == 0;
}

static void keep(struct routed_list *list, const up_operation *operation, uint16_t to,
                 uint32_t place)
{
    list->operations[list->count] = *operation;
    list->operations[list->count].port = to;
    list->places[list->count] = place;
    list->count++;
}

/*
 * Makes the list for the back end. Every operation is looked at before the first one runs, also
 * those after a wait that ends the list.
 */
static up_error route_list(const up_handle *handle, const up_operation *operations, uint32_t count,
                           struct routed_list *list, struct up_failure_detail *detail)
{
    uint32_t i;
    uint16_t to;

    for (i = 0; i < count; i++) {
        const enum up_routed routed = up_routed_find(handle, &operations[i], &to);

        if (routed == UP_ROUTED_APART) {
            detail->index = i;
            return deny_apart(&operations[i], detail);
        }
        if (list->ends_in_wait) {
            continue;
        }
        if (routed == UP_ROUTED_TO_PORT) {
            keep(list, &operations[i], to, i);
        } else if (operations[i].kind == UP_IO_WAIT && !wants_ones(&operations[i])) {
            const up_operation delay = {.kind = UP_IO_DELAY,
                                        .microseconds = operations[i].microseconds};

            keep(list, &delay, 0, i);
            list->ends_in_wait = true;
            continue;
        }
        list->end = i + 1u;
    }
    return UP_OK;
}

/* Gives the operations that ran and go nowhere their results. */
static void read_ones(const up_handle *handle, up_operation *operations, uint32_t done)
{
    uint32_t i;
    uint16_t to;

    for (i = 0; i < done; i++) {
        if (up_routed_find(handle, &operations[i], &to) != UP_ROUTED_NOWHERE) {
            continue;
        }
        if (operations[i].kind == UP_IO_READ) {
            operations[i].value = up_ones_of(operations[i].width);
        } else if (operations[i].kind == UP_IO_WAIT) {
            operations[i].last = up_ones_of(operations[i].width);
        } else if (operations[i].kind == UP_IO_READ_BLOCK) {
            memset(operations[i].buffer, 0xFF, (size_t)operations[i].count * operations[i].width);
        }
    }
}

static void copy_results(const struct routed_list *list, up_operation *operations)
{
    uint32_t i;

    for (i = 0; i < list->count; i++) {
        up_operation *operation = &operations[list->places[i]];

        if (list->operations[i].kind == UP_IO_READ) {
            operation->value = list->operations[i].value;
        } else if (list->operations[i].kind == UP_IO_WAIT) {
            operation->last = list->operations[i].last;
        }
    }
}

/* Says of a failure in the back end's list where it is in the program's. */
static void place_failure(const struct routed_list *list, const up_operation *operations,
                          up_error error, uint32_t *done, struct up_failure_detail *detail)
{
    const uint32_t at = detail->index < list->count ? detail->index : list->count - 1u;

    /* Nothing ran before the first one of these unless that one began. */
    if (*done > 0 || detail->moved > 0 || error == UP_ERR_TIMED_OUT) {
        *done = *done < list->count ? list->places[*done] : list->end;
    }
    detail->index = list->places[at];
    up_routed_failed(&operations[detail->index], list->operations[at].port, detail);
}

static up_error run_routed(up_handle *handle, up_operation *operations, struct routed_list *list,
                           uint32_t *done, struct up_failure_detail *detail)
{
    uint32_t data_bytes;
    up_error error = UP_OK;

    if (list->count > 0) {
        (void)up_list_check(list->operations, list->count, &data_bytes, detail);
        error =
            handle->backend->run(handle, list->operations, list->count, data_bytes, done, detail);
        copy_results(list, operations);
    }
    if (error != UP_OK) {
        place_failure(list, operations, error, done, detail);
    } else {
        *done = list->end;
    }
    read_ones(handle, operations, *done);
    if (error == UP_OK && list->ends_in_wait) {
        operations[list->end].last = up_ones_of(operations[list->end].width);
        detail->index = list->end;
        error = UP_ERR_TIMED_OUT;
    }
    return error;
}

up_error up_routed_run(up_handle *handle, up_operation *operations, uint32_t count, uint32_t *done,
                       struct up_failure_detail *detail)
{
    struct routed_list list = {
        .operations = up_system_allocate(count * sizeof *list.operations),
        .places = up_system_allocate(count * sizeof *list.places),
    };
    up_error error = UP_ERR_MEMORY;

    if (up_routed_has_devices(handle, operations, count)) {
        error = up_routed_run_mixed(handle, operations, count, done, detail);
    } else if (list.operations != NULL && list.places != NULL) {
        error = route_list(handle, operations, count, &list, detail);
        if (error == UP_OK) {
            error = run_routed(handle, operations, &list, done, detail);
        }
    }
    up_system_free(list.operations);
    up_system_free(list.places);
    return error;
}

/* ---- the map --------------------------------------------------------------------------------- */

void up_routed_map(const struct up_routes *routes, uint8_t map[UP_MAP_BYTES])
{
    struct up_portset addresses, *ports = (struct up_portset *)map;
    uint32_t i, port;

    addresses = *ports;
    for (i = 0; i < routes->count; i++) {
        const struct up_route *route = &routes->routes[i];

        for (port = route->first; port <= route->last; port++) {
            const uint16_t to = (uint16_t)(route->to + (port - route->first));

            if (route->target != UP_TARGET_PORT || up_portset_has(&addresses, to)) {
                up_portset_grant(ports, (uint16_t)port, (uint16_t)port);
            } else {
                up_portset_deny(ports, (uint16_t)port, (uint16_t)port);
            }
        }
    }
}
