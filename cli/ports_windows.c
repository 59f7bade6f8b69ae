/* SPDX-License-Identifier: MIT
 *
 * What the command ports has to itself on Windows: the list of the registry is what is granted.
 */
#include "ports.h"

#include "../admin/settings.h"

bool up_ports_granted(struct up_portset *granted, struct up_problem *problem)
{
    static struct up_settings settings;

    if (!up_settings_read(&settings, problem)) {
        return false;
    }
    *granted = settings.policy.ports;
    return true;
}

const char up_ports_text[] =
    "Prints the known ports with the names that lists take, and the ports that the system has given to devices: "
    "there is the address of a PCI or PCIe printer port card, which is not 378. Such a card has two ranges as a "
    "rule, of which the one with 8 ports is the printer port's and the one with 4 its ECP registers.\n";
const char up_ports_no_devices[] = "Device Manager may know more:\nthe device's Properties, Resources, I/O Range.\n";
