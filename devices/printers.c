/* SPDX-License-Identifier: MIT
 *
 * Recognizes printer ports by their names and by PCI identifiers (printers.h). Windows adds the
 * name of the port, such as LPT3, to the name of each printer port that has a driver, in every
 * language. The identifiers are for cards without a driver; they are those of Linux' parport_serial
 * and of pci_ids.h.
 */
#include "printers.h"

#include <string.h>

#include "core/text.h"

#define LPT1 0x378u

static const struct {
    const char *id;
    const char *chip;
} chips[] = {
    {"VEN_1C00&DEV_3050", "WCH CH382"},
    {"VEN_1C00&DEV_3250", "WCH CH382"},
    {"VEN_4348&DEV_5053", "WCH CH353"},
    {"VEN_4348&DEV_7053", "WCH CH353"},
};

/* The devices of this vendor have the numbers of their chips. */
static const char moschip[] = "VEN_9710&DEV_";

/* Words in the names of printer ports; "parport" is the name of Linux and of Windows' driver. */
static const char *const words[] = {"lpt", "printer", "parallel", "parport"};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Finds a word in a text, whatever its letter case. Result: what follows it; NULL: not there. */
static const char *behind(const char *text, const char *word)
{
    for (; *text != '\0'; text++) {
        size_t i = 0;

        while (word[i] != '\0' && lower(text[i]) == lower(word[i])) {
            i++;
        }
        if (word[i] == '\0') {
            return text + i;
        }
    }
    return NULL;
}

static const char *known_chip(const char *id)
{
    size_t i;

    for (i = 0; i < sizeof chips / sizeof chips[0]; i++) {
        if (behind(id, chips[i].id) != NULL) {
            return chips[i].chip;
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

static void write_chip(struct up_writer *text, const struct up_device_ports *device)
{
    const char *chip = known_chip(device->id), *number = behind(device->id, moschip);

    if (chip != NULL) {
        up_writer_text(text, chip);
    } else if (number != NULL && strcspn(number, "&\\") == 4) {
        up_writer_text(text, "MosChip MCS");
        up_writer_bytes(text, number, 4);
    } else {
        up_writer_text(text, device->name);
    }
}

bool up_printer_label(const struct up_device_ports *device, char *text, size_t size)
{
    struct up_writer writer;

    up_writer_init(&writer, text, size);
    if (known_chip(device->id) == NULL && !has_a_word(device->name)) {
        return false;
    }
    up_writer_text(&writer, "LPT at ");
    write_range(&writer, &device->range);
    up_writer_text(&writer, ", ");
    write_chip(&writer, device);
    if (device->region != UP_NO_REGION) {
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
