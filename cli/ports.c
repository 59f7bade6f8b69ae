/* SPDX-License-Identifier: MIT
 *
 * The command ports: shows which devices are known to be at which ports, which of these ports are
 * granted, and which ports the system has given to its devices.
 */
#include <stdio.h>

#include <string.h>

#include "devices/printers.h"
#include "core/portlist.h"
#include "command.h"
#include "describe.h"
#include "ports.h"

/* The printer ports that programs know. */
#define LPT1 0x378u
#define LPT2 0x278u
#define LPT3 0x3BCu

#define ROUTE_MAX 64u

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

static void add_card(struct up_json *json, const struct up_printer *printer,
                     const struct up_portset *granted)
{
    const struct up_routes routes = up_printer_routes(printer);
    char map[ROUTE_MAX];

    (void)up_routes_format(&routes, map, sizeof map);
    up_json_object(json, NULL);
    up_json_text(json, "name", printer->card->name);
    up_json_text(json, "id", printer->device->id);
    up_json_number(json, "number", printer->number);
    add_range(json, &printer->ports);
    up_json_text(json, "granted", granted_word(granted, &printer->ports, 1));
    if (printer->has_ecp) {
        up_json_object(json, "ecp");
        add_range(json, &printer->ecp);
        up_json_text(json, "granted", granted_word(granted, &printer->ecp, 1));
        up_json_end(json);
    } else {
        up_json_text(json, "ecp", NULL);
    }
    up_json_text(json, "map", map);
    up_json_text(json, "note", printer->card->note);
    up_json_end(json);
}

static void add_cards(struct up_json *json, const struct up_portset *granted,
                      const struct up_devices *devices)
{
    struct up_printer printers[UP_PRINTERS_MAX];
    const uint32_t count = up_printers_find(devices, printers);
    uint32_t i;

    up_json_array(json, "cards");
    for (i = 0; i < count; i++) {
        add_card(json, &printers[i], granted);
    }
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
    add_cards(json, granted, devices);
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

static void print_card(const struct up_printer *printer, const struct up_portset *granted)
{
    const struct up_routes route = up_printer_lpt1_route(&printer->ports);
    char ports[UP_RANGE_TEXT], map[ROUTE_MAX];

    up_range_text(&printer->ports, ports);
    (void)up_routes_format(&route, map, sizeof map);
    up_out("Printer port card: %s", printer->card->name);
    if (printer->of > 1) {
        up_out(", port %u of %u", (unsigned)printer->number, (unsigned)printer->of);
    }
    up_out(", at %s\n", ports);
    if (strcmp(granted_word(granted, &printer->ports, 1), "yes") != 0) {
        up_out("  grant it              userportctl grant %s\n", ports);
    }
    up_out("  test it               userportctl test lpt %X\n", printer->ports.first);
    if (printer->ports.first != LPT1) {
        up_out("  run what knows 378    userportctl run --map %s PROGRAM\n", map);
    }
    if (printer->has_ecp) {
        up_range_text(&printer->ecp, ports);
        up_out("  its ECP registers     %s; --map 778-77A=%X leads there\n", ports,
               printer->ecp.first);
    }
    if (printer->card->note != NULL) {
        up_out_text("  ");
        up_out_wrapped(2, 2, printer->card->note);
        up_out_text("\n");
    }
    up_out_text("\n");
}

/* The first that is printed: what somebody with a card looks for. */
static void print_cards(const struct up_portset *granted, const struct up_devices *devices)
{
    struct up_printer printers[UP_PRINTERS_MAX];
    const uint32_t count = up_printers_find(devices, printers);
    const char *first = up_ports_first();
    uint32_t i;

    if (count > 0 && first != NULL) {
        up_out("%s\n", first);
    }
    for (i = 0; i < count; i++) {
        print_card(&printers[i], granted);
    }
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

/* Is it where programs look for a printer port anyway? */
static bool is_at_home(const struct up_port_range *range)
{
    return range->first == LPT1 || range->first == LPT2 || range->first == LPT3;
}

/* What may be a printer port, and how a program that knows LPT1 would reach it. */
static void print_route(const struct up_devices *devices, uint32_t index)
{
    const struct up_device_ports *device = &devices->list[index];
    const enum up_printer_role role = up_printer_role(devices, index);
    const struct up_card *card = up_card_find(&device->pci);
    const struct up_routes route = up_printer_lpt1_route(&device->range);
    char map[ROUTE_MAX];

    if (role == UP_PRINTER_ECP) {
        up_out("%-27s the ECP registers of this %s\n", "", card->name);
    }
    if (role != UP_PRINTER_MAYBE && role != UP_PRINTER_PORT) {
        return;
    }
    (void)up_routes_format(&route, map, sizeof map);
    if (role == UP_PRINTER_PORT) {
        up_out("%-27s the printer port of this %s\n", "", card->name);
        return;
    }
    if (card != NULL) {
        up_out("%-27s a %s, whose printer port may be any of its ranges\n", "", card->name);
    } else if (device->pci.vendor != 0) {
        up_out("%-27s a card that is not known here, %04X:%04X\n", "", device->pci.vendor,
               device->pci.device);
    }
    if (!is_at_home(&device->range)) {
        up_out("%-27s if it is the printer port: userportctl run --map %s PROGRAM\n", "", map);
    }
}

static void print_devices(const struct up_portset *granted, const struct up_devices *devices)
{
    char text[UP_RANGE_TEXT], region[16];
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
        print_route(devices, i);
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
        print_cards(&granted, &devices);
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
