/* SPDX-License-Identifier: MIT
 *
 * The command ports: shows which devices are known to be at which ports, which of these ports are
 * granted, and which ports the system has given to its devices.
 */
#include <stdio.h>

#include "devices/devices.h"
#include "core/portlist.h"
#include "command.h"
#include "describe.h"
#include "ports.h"

static const char *granted_word(const struct up_portset *granted,
                                const struct up_port_range *ranges, unsigned count)
{
    uint32_t port, yes = 0, all = 0;
    unsigned i;

    for (i = 0; i < count; i++) {
        for (port = ranges[i].first; port <= ranges[i].last; port++) {
            yes += up_portset_has(granted, (uint16_t)port);
            all++;
        }
    }
    return yes == 0 ? "no" : yes == all ? "yes" : "partly";
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void add_range(struct up_json *json, const struct up_port_range *range)
{
    char text[UP_RANGE_TEXT];

    up_range_text(range, text);
    up_json_text(json, "ports", text);
    up_json_number(json, "first", range->first);
    up_json_number(json, "last", range->last);
}

static void add_known(struct up_json *json, const struct up_known_ports *known,
                      const struct up_portset *granted)
{
    unsigned i;

    up_json_object(json, NULL);
    up_json_text(json, "name", known->name);
    up_json_text(json, "what", known->what);
    up_json_text(json, "hazard", known->hazard);
    up_json_bool(json, "preset", known->preset);
    up_json_text(json, "granted", granted_word(granted, known->ranges, known->range_count));
    up_json_array(json, "ranges");
    for (i = 0; i < known->range_count; i++) {
        up_json_object(json, NULL);
        add_range(json, &known->ranges[i]);
        up_json_end(json);
    }
    up_json_end(json);
    up_json_end(json);
}

static void print_json(const struct up_portset *granted, const struct up_devices *devices)
{
    struct up_json *json = up_out_json();
    uint32_t i;

    up_json_object(json, NULL);
    up_json_array(json, "known");
    for (i = 0; i < up_known_ports_count; i++) {
        add_known(json, &up_known_ports[i], granted);
    }
    up_json_end(json);
    up_json_array(json, "devices");
    for (i = 0; i < devices->count; i++) {
        up_json_object(json, NULL);
        up_json_text(json, "name", devices->list[i].name);
        up_json_text(json, "id", devices->list[i].id);
        if (devices->list[i].region != UP_NO_REGION) {
            up_json_number(json, "region", (uint32_t)devices->list[i].region);
        } else {
            up_json_text(json, "region", NULL);
        }
        add_range(json, &devices->list[i].range);
        up_json_text(json, "granted", granted_word(granted, &devices->list[i].range, 1));
        up_json_end(json);
    }
    up_json_end(json);
    up_json_end(json);
    up_out_json_end();
}

/* ---- text ------------------------------------------------------------------------------------ */

static void ranges_text(const struct up_known_ports *known, char *text, size_t size)
{
    struct up_portset ports;

    up_portset_deny_all(&ports);
    up_known_ports_grant(known, &ports);
    up_portlist_format(&ports, text, size);
}

static void print_known(const struct up_portset *granted)
{
    char text[64];
    size_t i;

    up_out("%-8s %-8s %-26s %s\n", "GRANTED", "NAME", "PORTS", "WHAT IS KNOWN TO BE THERE");
    for (i = 0; i < up_known_ports_count; i++) {
        const struct up_known_ports *known = &up_known_ports[i];

        ranges_text(known, text, sizeof text);
        up_out("%-8s %-8s %-26s %s\n", granted_word(granted, known->ranges, known->range_count),
               known->name != NULL ? known->name : "", text, known->what);
        if (known->hazard != NULL) {
            up_out("%-17s hazard: ", "");
            up_out_wrapped(26, 26, known->hazard);
            up_out_text("\n");
        }
    }
}

static void print_devices(const struct up_portset *granted, const struct up_devices *devices)
{
    char text[UP_RANGE_TEXT], region[16], route[UP_PORTS_ROUTE_MAX];
    uint32_t i;

    if (devices->count == 0) {
        up_out("\nThe system says of no device which ports it has. %s", up_ports_no_devices);
        return;
    }
    up_out("\n%-8s %-10s %-7s %s\n", "GRANTED", "PORTS", "REGION",
           "DEVICE THAT THE SYSTEM GAVE THEM TO");
    for (i = 0; i < devices->count; i++) {
        const struct up_device_ports *device = &devices->list[i];

        up_range_text(&device->range, text);
        region[0] = '\0';
        if (device->region != UP_NO_REGION) {
            (void)snprintf(region, sizeof region, "%d", (int)device->region);
        }
        up_out("%-8s %-10s %-7s %s", granted_word(granted, &device->range, 1), text, region,
               device->name);
        up_out("  [%s]\n", device->id);
        if (up_ports_route(device, route, sizeof route)) {
            up_out("%-27s if it is the printer port: userportctl run --map %s PROGRAM\n", "",
                   route);
        }
    }
    if (devices->is_cut) {
        up_out("and more: these are the first %u\n", UP_DEVICES_MAX);
    }
}

static int run_ports(const struct up_invocation *line)
{
    static struct up_devices devices;
    static struct up_portset granted;
    struct up_error_detail problem = {.code = 0};

    (void)line;
    if (!up_ports_granted(&granted, &problem)) {
        return up_failed(&problem);
    }
    up_devices_find(&devices);
    if (up_out_is_json) {
        print_json(&granted, &devices);
    } else {
        print_known(&granted);
        print_devices(&granted, &devices);
    }
    if (devices.is_hidden) {
        up_note("the system tells root alone which ports drivers hold: sudo userportctl ports");
    }
    return UP_EXIT_DONE;
}

const struct up_command up_command_ports = {
    .name = "ports",
    .synopsis = "",
    .summary = "what is where: known names, hazards, this machine's devices",
    .text = up_ports_text,
    .run = run_ports,
};
