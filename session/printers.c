/* SPDX-License-Identifier: MIT
 *
 * Finds a program's printer ports. See printers.h.
 */
#include "printers.h"

#include <string.h>

#include "core/device_names.h"

/* Does an access of the three registers from base on reach a printer port? */
static bool is_printer(const struct up_routes *routes, const struct up_portset *granted,
                       uint16_t base)
{
    uint16_t to;
    uint32_t i;

    for (i = 0; i < 3; i++) {
        switch (up_routes_find(routes, (uint16_t)(base + i), 1, &to)) {
        case UP_ROUTED_TO_DEVICE:
            break;
        case UP_ROUTED_TO_PORT:
            if (granted == NULL || !up_portset_has(granted, to)) {
                return false;
            }
            break;
        default:
            return false;
        }
    }
    return true;
}

static void add_printer(struct up_record_info *info, uint16_t base)
{
    uint32_t i;

    for (i = 0; i < info->printers; i++) {
        if (info->printer[i] == base) {
            return;
        }
    }
    if (info->printers < UP_RECORD_PRINTERS_MAX) {
        info->printer[info->printers++] = base;
    }
}

void up_session_find_printers(const struct up_routes *routes, const struct up_portset *granted,
                              struct up_record_info *info)
{
    static const uint16_t usual[] = {0x378, 0x278, 0x3BC};
    size_t ignored, i;

    for (i = 0; i < routes->count; i++) {
        const struct up_route *route = &routes->routes[i];
        const char *device = up_route_device(routes, route);

        if (route->target == UP_TARGET_DEVICE && route->last - route->first >= 2 &&
            up_device_name_find(device, strlen(device), &ignored)->ports == 3) {
            add_printer(info, route->first);
        }
    }
    for (i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        if (is_printer(routes, granted, usual[i])) {
            add_printer(info, usual[i]);
        }
    }
}
