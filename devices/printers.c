/* SPDX-License-Identifier: MIT
 *
 * Recognizes printer ports by their names and by PCI identifiers (printers.h). Windows adds the
 * name of the port, such as LPT3, to the name of each printer port that has a driver, in every
 * language. The table of cards is for those without a driver, and tells which of a card's ranges is
 * the printer port.
 */
#include "printers.h"

#include <string.h>

#include "core/text.h"

#define LPT1        0x378u
#define LPT1_ECP    0x778u
#define ECP_PORTS   3u
#define LEAST_PORTS 3u /* data, status, control */
#define NO_ENTRY    UP_DEVICES_MAX

/* The devices of this vendor have the numbers of their chips. */
static const char moschip[] = "VEN_9710&DEV_";

/* Words in the names of printer ports; "parport" is the name of Linux and of Windows' driver. */
static const char *const words[] = {"lpt", "printer", "parallel", "parport"};

/* Finds a word in a text, whatever its letter case. Result: what follows it; NULL: not there. */
static const char *behind(const char *text, const char *word)
{
    for (; *text != '\0'; text++) {
        size_t i = 0;

        while (word[i] != '\0' && up_ascii_lower(text[i]) == up_ascii_lower(word[i])) {
            i++;
        }
        if (word[i] == '\0') {
            return text + i;
        }
    }
    return NULL;
}

static bool has_a_word(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (behind(name, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static void write_range(struct up_writer *text, const struct up_port_range *range)
{
    up_writer_hex(text, range->first, 1);
    if (range->last != range->first) {
        up_writer_char(text, '-');
        up_writer_hex(text, range->last, 1);
    }
}

/* ---- the ranges of a card -------------------------------------------------------------------- */

static bool is_same_device(const struct up_device_ports *one, const struct up_device_ports *other)
{
    return strcmp(one->id, other->id) == 0;
}

/* The range of the device of this entry that has a place; NO_ENTRY: none that can be one. */
static uint32_t entry_at(const struct up_devices *devices, uint32_t index, int32_t place)
{
    const struct up_device_ports *device = &devices->list[index];
    uint32_t i = index;

    if (place < 0) {
        return NO_ENTRY;
    }
    while (i > 0 && is_same_device(&devices->list[i - 1u], device)) {
        i--;
    }
    for (; i < devices->count && is_same_device(&devices->list[i], device); i++) {
        const struct up_port_range *range = &devices->list[i].range;

        if (devices->list[i].place == place && range->last - range->first + 1u >= LEAST_PORTS) {
            return i;
        }
    }
    return NO_ENTRY;
}

/* Has the device all the printer ports that its table says? */
static bool is_as_told(const struct up_devices *devices, uint32_t index, const struct up_card *card,
                       uint32_t count)
{
    uint32_t i;

    for (i = 0; i < count; i++) {
        if (entry_at(devices, index, card->at[i].port) == NO_ENTRY) {
            return false;
        }
    }
    return count > 0;
}

enum up_printer_role up_printer_role(const struct up_devices *devices, uint32_t index)
{
    const struct up_device_ports *device = &devices->list[index];
    const struct up_card *card = up_card_find(&device->pci);
    uint32_t i, count;

    if (card == NULL) {
        return has_a_word(device->name) ? UP_PRINTER_MAYBE : UP_PRINTER_NOT;
    }
    count = up_card_ports(card, &device->pci);
    if (!is_as_told(devices, index, card, count)) {
        return UP_PRINTER_MAYBE;
    }
    for (i = 0; i < count; i++) {
        if (index == entry_at(devices, index, card->at[i].port)) {
            return UP_PRINTER_PORT;
        }
        if (index == entry_at(devices, index, card->at[i].ecp)) {
            return UP_PRINTER_ECP;
        }
    }
    return UP_PRINTER_NOT;
}

static struct up_port_range at_most(const struct up_port_range *range, uint32_t ports)
{
    struct up_port_range cut = *range;

    if (cut.last - cut.first + 1u > ports) {
        cut.last = (uint16_t)(cut.first + ports - 1u);
    }
    return cut;
}

static void describe(const struct up_devices *devices, uint32_t index, struct up_printer *printer)
{
    const struct up_device_ports *device = &devices->list[index];
    const struct up_card *card = up_card_find(&device->pci);
    uint32_t i, ecp;

    memset(printer, 0, sizeof *printer);
    printer->card = card;
    printer->device = device;
    printer->of = up_card_ports(card, &device->pci);
    printer->ports = at_most(&device->range, UP_PRINTER_PORTS);
    for (i = 0; i < printer->of; i++) {
        if (entry_at(devices, index, card->at[i].port) == index) {
            printer->number = i + 1u;
            ecp = entry_at(devices, index, card->at[i].ecp);
            printer->has_ecp = ecp != NO_ENTRY;
            if (printer->has_ecp) {
                printer->ecp = at_most(&devices->list[ecp].range, ECP_PORTS);
            }
        }
    }
}

uint32_t up_printers_find(const struct up_devices *devices, struct up_printer list[UP_PRINTERS_MAX])
{
    uint32_t i, count = 0;

    for (i = 0; i < devices->count && count < UP_PRINTERS_MAX; i++) {
        if (up_printer_role(devices, i) == UP_PRINTER_PORT) {
            describe(devices, i, &list[count++]);
        }
    }
    return count;
}

/* ---- texts and routes ------------------------------------------------------------------------ */

static void write_chip(struct up_writer *text, const struct up_device_ports *device)
{
    const struct up_card *card = up_card_find(&device->pci);
    const char *number = behind(device->id, moschip);

    if (card != NULL) {
        up_writer_text(text, card->name);
    } else if (number != NULL && strcspn(number, "&\\") == 4) {
        up_writer_text(text, "MosChip MCS");
        up_writer_bytes(text, number, 4);
    } else {
        up_writer_text(text, device->name);
    }
}

bool up_printer_label(const struct up_devices *devices, uint32_t index, char *text, size_t size)
{
    const struct up_device_ports *device = &devices->list[index];
    const enum up_printer_role role = up_printer_role(devices, index);
    struct up_writer writer;

    up_writer_init(&writer, text, size);
    if (role != UP_PRINTER_MAYBE && role != UP_PRINTER_PORT) {
        return false;
    }
    up_writer_text(&writer, "LPT at ");
    write_range(&writer, &device->range);
    up_writer_text(&writer, ", ");
    write_chip(&writer, device);
    if (role == UP_PRINTER_PORT) {
        up_writer_text(&writer, ", printer port");
    } else if (device->region != UP_NO_REGION) {
        up_writer_text(&writer, ", region ");
        up_writer_decimal(&writer, (size_t)device->region);
    }
    return true;
}

struct up_routes up_printer_lpt1_route(const struct up_port_range *there)
{
    const uint32_t ports = (uint32_t)(there->last - there->first) + 1u;
    struct up_route *route;
    struct up_routes routes = {.count = 1};

    route = &routes.routes[0];
    route->first = LPT1;
    route->last = (uint16_t)(LPT1 + (ports < UP_PRINTER_PORTS ? ports : UP_PRINTER_PORTS) - 1u);
    route->to = there->first;
    return routes;
}

struct up_routes up_printer_routes(const struct up_printer *printer)
{
    struct up_routes routes = up_printer_lpt1_route(&printer->ports);

    if (printer->has_ecp) {
        struct up_route *route = &routes.routes[routes.count++];

        route->first = LPT1_ECP;
        route->last = (uint16_t)(LPT1_ECP + (printer->ecp.last - printer->ecp.first));
        route->to = printer->ecp.first;
    }
    return routes;
}
