/* SPDX-License-Identifier: MIT
 *
 * Routes: where the accesses of one program go. A route sends a range of the program's ports to
 * another address, or to nothing. A route never opens a port: who runs the access asks the grant
 * list for the address where it really goes. Pure C without allocation or OS headers.
 *
 * The text form is "378-37F=D100, 3BC=none": items with a comma or blanks between them. Left of the
 * equals sign is a port, a range, or a known name of one range, and right of it the address of the
 * range's first port, or the word none.
 */
#ifndef UP_CORE_ROUTES_H
#define UP_CORE_ROUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "portset.h"

#define UP_ROUTES_MAX 16u

struct up_route {
    uint16_t first, last; /* the program's ports */
    uint16_t to;          /* where first goes; the other ports follow it */
    bool is_nowhere;      /* reads give ones, writes have no effect; to is 0 */
};

/* Ordered by first; no two have a port in common. All bytes 0: no route. */
struct up_routes {
    uint32_t count;
    struct up_route routes[UP_ROUTES_MAX];
};

/* What is wrong with a text, and where. */
struct up_routes_error {
    const char *why; /* a clause: "the target range runs past FFFF" */
    size_t offset;   /* in bytes from the start of the text */
    size_t length;   /* in bytes */
};

/*
 * Reads length bytes of text. An empty text has no routes. Result: false with *error, which may be
 * NULL, and *routes without any route.
 */
bool up_routes_parse(const char *text, size_t length, struct up_routes *routes,
                     struct up_routes_error *error);

/*
 * Writes the canonical text: "378-37F=D100, 3BC=none". NUL-terminated if size is not 0.
 * UP_ROUTES_TEXT_MAX bytes hold all routes. Returns the length of the whole text, as snprintf does.
 */
#define UP_ROUTES_TEXT_MAX (UP_ROUTES_MAX * 16u)
size_t up_routes_format(const struct up_routes *routes, char *text, size_t size);

/*
 * Writes the message about a wrong text: `"378=10000" at column 5: the port is above FFFF`. Returns
 * the length of the whole message, as snprintf does.
 */
size_t up_routes_error_text(const char *text, size_t length, const struct up_routes_error *error,
                            char *out, size_t size);

enum up_routed {
    UP_ROUTED_TO_PORT, /* *to is the address, with or without a route */
    UP_ROUTED_NOWHERE,
    UP_ROUTED_APART /* parts of the access would go to different places: it must not run */
};

/*
 * Finds where an access of width bytes (1, 2 or 4) at port goes. An access that runs past FFFF and
 * begins at no route keeps its address, and the driver denies it.
 */
enum up_routed up_routes_find(const struct up_routes *routes, uint16_t port, unsigned width,
                              uint16_t *to);

/* Grants in targets the addresses to which the ports go: what has to be granted for all of them. */
void up_routes_targets(const struct up_routes *routes, struct up_portset *targets);

/*
 * Finds the addresses to which ports go and that granted does not grant. Result: are there any? A
 * route opens no port, so these accesses are denied.
 */
bool up_routes_denied(const struct up_routes *routes, const struct up_portset *granted,
                      struct up_portset *denied);

#endif
