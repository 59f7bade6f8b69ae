/* SPDX-License-Identifier: MIT
 *
 * Routes: where the accesses of one program go. A route sends a range of the program's ports to
 * another address, to a simulated device, or to nothing. A route never opens a port: who runs the
 * access asks the grant list for the address where it really goes. Pure C without allocation or OS
 * headers.
 *
 * The text form is "378-37F=D100, 3BC=none, 278=printer:out.txt": items with a comma or blanks
 * between them. Left of the equals sign is a port, a range, or a known name, and right of it the
 * address of the range's first port, the word none, or a device (device_names.h). A device whose
 * file has a blank, a comma or a semicolon in its name is written in quotation marks:
 * 278="printer:my file.txt". A device may have several routes, if the known name has several
 * ranges; routes with the same text are to the same device.
 */
#ifndef UP_CORE_ROUTES_H
#define UP_CORE_ROUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "portset.h"

#define UP_ROUTES_MAX 16u
#define UP_ROUTES_DEVICES_MAX                                                                      \
    1024u /* bytes of all devices' texts, each with its NUL, and a NUL                             \
           */

enum up_target {
    UP_TARGET_PORT,
    UP_TARGET_NOTHING, /* reads give ones, writes have no effect */
    UP_TARGET_DEVICE   /* who has started the program simulates it */
};

struct up_route {
    uint16_t first, last; /* the program's ports */
    /*
     * A port: where first goes; the other ports follow it. A device: where its text begins in
     * devices. Nothing: 0.
     */
    uint16_t to;
    uint16_t target; /* enum up_target */
};

/*
 * Ordered by first; no two have a port in common. Routes of one device have the same to. All bytes
 * 0: no route.
 */
struct up_routes {
    uint32_t count;
    struct up_route routes[UP_ROUTES_MAX];
    char devices[UP_ROUTES_DEVICES_MAX];
};

/* The text of a route's device: "printer:out.txt". */
const char *up_route_device(const struct up_routes *routes, const struct up_route *route);

/* Is any of the routes one to this target? */
bool up_routes_have(const struct up_routes *routes, enum up_target target);

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
#define UP_ROUTES_TEXT_MAX (UP_ROUTES_MAX * 16u + UP_ROUTES_DEVICES_MAX)
size_t up_routes_format(const struct up_routes *routes, char *text, size_t size);

/* As up_routes_format, for one of them. */
size_t up_route_format(const struct up_routes *routes, const struct up_route *route, char *text,
                       size_t size);

/*
 * Writes the message about a wrong text: `"378=10000" at column 5: the port is above FFFF`. Returns
 * the length of the whole message, as snprintf does.
 */
size_t up_routes_error_text(const char *text, size_t length, const struct up_routes_error *error,
                            char *out, size_t size);

enum up_routed {
    UP_ROUTED_TO_PORT, /* *to is the address, with or without a route */
    UP_ROUTED_NOWHERE,
    UP_ROUTED_TO_DEVICE,
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
