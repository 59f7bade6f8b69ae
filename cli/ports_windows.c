/* SPDX-License-Identifier: MIT
 *
 * The Windows part of the command ports (ports.h): the granted ports are those of the list in the
 * registry.
 */
#include "ports.h"

#include "control/settings_store.h"

static struct up_stored_settings settings;

bool up_ports_granted(struct up_portset *granted, struct up_error_detail *problem)
{
    if (!up_store_read(&settings, problem)) {
        return false;
    }
    *granted = settings.values.ports;
    return true;
}

const char *up_ports_first(void)
{
    return settings.is_there ? NULL
                             : "UserPort is not installed. Before the commands for the card: "
                               "userportctl install, then\nuserportctl start.\n";
}

const char up_ports_text[] =
    "Prints, first of all, the printer ports of PCI and PCIe cards that are known, with the "
    "commands that make programs use them; then the known ports with the names that lists take, "
    "and the ports that the system has given to devices. Of a card that is not known, and has "
    "printer ports alone, region 0 is the port as a rule, and region 1 its ECP registers, "
    "whichever address is lower; a second port has the regions 2 and 3.\n";
const char up_ports_no_devices[] =
    "Device Manager may know more:\nthe device's Properties, Resources, I/O Range.\n";
