/* SPDX-License-Identifier: MIT
 *
 * libFuzzer target for core/routes.c and core/program_settings.c: the input is the text of a
 * program's settings, or of routes alone. What is refused leaves nothing and is explained inside
 * the text. What is accepted survives being written and read again, and each access goes where a
 * slow model says, which looks at every port by itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/program_settings.h"
#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) check((condition), #condition, __LINE__)

static void check(bool condition, const char *text, int line)
{
    if (!condition) {
        (void)fprintf(stderr, "fuzz_routes.c:%d: not so: %s\n", line, text);
        abort();
    }
}

/* ---- the model: where each port goes, by itself ---------------------------------------------- */

#define PORTS 0x10000u

struct model {
    uint8_t route[PORTS]; /* 0: none, otherwise the number of its route from 1 on */
    uint16_t to[PORTS];
    uint16_t target[PORTS]; /* enum up_target */
};

static struct model model;

static void fill_model(const struct up_routes *routes)
{
    uint32_t i, port;

    for (port = 0; port < PORTS; port++) {
        model.route[port] = 0;
        model.to[port] = (uint16_t)port;
        model.target[port] = UP_TARGET_PORT;
    }
    for (i = 0; i < routes->count; i++) {
        const struct up_route *route = &routes->routes[i];

        CHECK(route->first <= route->last);
        CHECK(route->target != UP_TARGET_NOTHING || route->to == 0);
        CHECK(route->target != UP_TARGET_DEVICE || up_route_device(routes, route)[0] != '\0');
        for (port = route->first; port <= route->last; port++) {
            CHECK(model.route[port] == 0);
            CHECK(route->target != UP_TARGET_PORT || route->to + (port - route->first) < PORTS);
            model.route[port] = (uint8_t)(i + 1u);
            model.to[port] = (uint16_t)(route->to + (port - route->first));
            model.target[port] = route->target;
        }
    }
}

static void check_access(const struct up_routes *routes, uint16_t port, unsigned width)
{
    uint16_t to = 0x5A5A;
    const enum up_routed routed = up_routes_find(routes, port, width, &to);
    bool is_one = true;
    unsigned i;

    /* what is past the last port belongs to no route */
    for (i = 1; i < width; i++) {
        is_one = is_one && model.route[port] == (port + i < PORTS ? model.route[port + i] : 0);
    }
    CHECK(routed == (!is_one                                   ? UP_ROUTED_APART
                     : model.target[port] == UP_TARGET_NOTHING ? UP_ROUTED_NOWHERE
                     : model.target[port] == UP_TARGET_DEVICE  ? UP_ROUTED_TO_DEVICE
                                                               : UP_ROUTED_TO_PORT));
    for (i = 0; routed == UP_ROUTED_TO_PORT && i < width && port + i < PORTS; i++) {
        CHECK(to + i == model.to[port + i]);
    }
}

/* All ports of a small range of routes, otherwise those around each border. */
static void check_accesses(const struct up_routes *routes)
{
    static const unsigned widths[] = {1, 2, 4};
    uint32_t i, w, at;

    for (w = 0; w < 3; w++) {
        for (i = 0; i < routes->count; i++) {
            for (at = 0; at < 8; at++) {
                check_access(routes, (uint16_t)(routes->routes[i].first - 4u + at), widths[w]);
                check_access(routes, (uint16_t)(routes->routes[i].last - 4u + at), widths[w]);
            }
        }
        check_access(routes, 0, widths[w]);
        check_access(routes, 0xFFFF, widths[w]);
        for (at = 0; at < PORTS; at += 251) {
            check_access(routes, (uint16_t)at, widths[w]);
        }
    }
}

/* ---- texts ----------------------------------------------------------------------------------- */

static bool is_same(const struct up_routes *one, const struct up_routes *other)
{
    uint32_t i;

    for (i = 0; i < one->count && i < other->count; i++) {
        const struct up_route *a = &one->routes[i], *b = &other->routes[i];

        if (a->first != b->first || a->last != b->last || a->target != b->target ||
            (a->target == UP_TARGET_DEVICE
                 ? strcmp(up_route_device(one, a), up_route_device(other, b)) != 0
                 : a->to != b->to)) {
            return false;
        }
    }
    return one->count == other->count;
}

static void check_accepted(const struct up_routes *routes)
{
    char text[UP_ROUTES_TEXT_MAX], again[UP_ROUTES_TEXT_MAX];
    struct up_routes read;
    size_t length = up_routes_format(routes, text, sizeof text);

    CHECK(routes->count <= UP_ROUTES_MAX);
    CHECK(length < sizeof text && strlen(text) == length);
    CHECK(up_routes_parse(text, length, &read, NULL));
    CHECK(is_same(&read, routes));
    CHECK(up_routes_format(&read, again, sizeof again) == length && strcmp(text, again) == 0);
    fill_model(routes);
    check_accesses(routes);
}

static void check_refused(const char *text, size_t size, const struct up_routes *routes,
                          const struct up_routes_error *error)
{
    char message[300];
    size_t length, i;

    CHECK(routes->count == 0 && error->why != NULL);
    CHECK(error->length > 0 && error->offset < size && error->length <= size - error->offset);
    length = up_routes_error_text(text, size, error, message, sizeof message);
    CHECK(length < sizeof message && strlen(message) == length);
    for (i = 0; i < length; i++) {
        CHECK((uint8_t)message[i] >= ' ' && message[i] != 0x7F);
    }
    /* What is before the first mistake, without its comma, is a text of routes. */
    for (i = error->offset;
         i > 0 && strchr(" \t\r\n,", text[i - 1u]) != NULL && text[i - 1u] != 0;) {
        i--;
    }
    CHECK(up_routes_parse(text, i, &(struct up_routes){0}, NULL));
}

static void check_settings(const char *text, size_t size)
{
    struct up_program_settings settings, read;
    char written[UP_PROGRAM_TEXT_MAX];
    const bool is_valid = up_program_settings_parse(text, size, &settings);
    size_t length = up_program_settings_format(&settings, written, sizeof written);

    CHECK(length < sizeof written && strlen(written) == length);
    CHECK(is_valid || length == 0);
    CHECK(up_program_settings_parse(written, length, &read));
    CHECK(is_same(&read.routes, &settings.routes) && read.fast == settings.fast &&
          read.ignore_cli_sti == settings.ignore_cli_sti);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct up_routes_error error = {0};
    struct up_routes routes;
    char *text = malloc(size > 0 ? size : 1u);

    CHECK(text != NULL);
    memcpy(text, data, size);
    if (up_routes_parse(text, size, &routes, &error)) {
        check_accepted(&routes);
    } else {
        check_refused(text, size, &routes, &error);
    }
    check_settings(text, size);
    free(text);
    return 0;
}
