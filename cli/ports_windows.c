/* SPDX-License-Identifier: MIT
 *
 * The Windows part of the command ports (ports.h): the granted ports are those of the list in the
 * registry.
 */
#include "ports.h"

#include "control/settings_store.h"
#include "devices/printers.h"

/* The printer port that programs know best, and the others of a PC. */
#define LPT1 0x378u
#define LPT2 0x278u
#define LPT3 0x3BCu

bool up_ports_granted(struct up_portset *granted, struct up_error_detail *problem)
{
    static struct up_stored_settings settings;

    if (!up_store_read(&settings, problem)) {
        return false;
    }
    *granted = settings.values.ports;
    return true;
}

bool up_ports_route(const struct up_device_ports *device, char *text, size_t size)
{
    const struct up_port_range *range = &device->range;
    const struct up_routes route = up_printer_lpt1_route(range);
    char label[UP_PRINTER_LABEL_MAX];

    if (range->first == LPT1 || range->first == LPT2 || range->first == LPT3 ||
        !up_printer_label(device, label, sizeof label)) {
        return false;
    }
    (void)up_routes_format(&route, text, size);
    return true;
}

const char up_ports_text[] = "Prints the known ports with the names that lists take, and the ports "
                             "that the system has given to devices: "
                             "there is the address of a PCI or PCIe printer port card, which is "
                             "not 378. Region 0 of a card that has printer "
                             "ports alone is the port as a rule, and region 1 its ECP registers, "
                             "whichever address is lower; a second port has "
                             "the regions 2 and 3.\n";
const char up_ports_no_devices[] =
    "Device Manager may know more:\nthe device's Properties, Resources, I/O Range.\n";
