/* SPDX-License-Identifier: MIT
 *
 * Parts of sentences about routes. See model_programs_words.h.
 */
#include "model_programs_words.h"

#include "model_text.h"

void up_page_add_range(struct up_writer *text, uint16_t first, uint16_t last)
{
    up_writer_hex(text, first, 1);
    if (last != first) {
        up_writer_char(text, '-');
        up_writer_hex(text, last, 1);
    }
}

static uint16_t target_last(const struct up_route *route)
{
    return (uint16_t)(route->to + (route->last - route->first));
}

void up_page_add_target(struct up_writer *text, const struct up_routes *routes,
                        const struct up_route *route)
{
    if (route->target == UP_TARGET_NOTHING) {
        up_writer_text(text, "nowhere");
    } else if (route->target == UP_TARGET_DEVICE) {
        up_writer_text(text, up_route_device(routes, route));
    } else {
        up_page_add_range(text, route->to, target_last(route));
    }
}

void up_page_add_denied(struct up_writer *text, const char *between, const struct up_routes *routes,
                        const struct up_portset *granted)
{
    struct up_portset denied;

    if (up_routes_denied(routes, granted, &denied)) {
        up_writer_text(text, between);
        up_text_add_ports(text, &denied);
        up_writer_text(text, up_portset_count(&denied) == 1
                                 ? " is not granted: add it to the list of ports too."
                                 : " are not granted: add them to the list of ports too.");
    }
}
