/* SPDX-License-Identifier: MIT
 *
 * What the command ports has to itself on Linux: granted is what this user gets for any program.
 */
#include "ports.h"

#include "policy/own_policy.h"
#include "output.h"

bool up_ports_granted(struct up_portset *granted, struct up_problem *problem)
{
    static struct up_own_policy own;

    (void)problem;
    up_own_policy_read(&own);
    if (own.message[0] != '\0') {
        up_note("no port is given to anybody: %s", own.message);
    } else if (own.user == 0) {
        up_note("GRANTED is what rules give to root; userportctl check says who gets what");
    }
    *granted = own.ports; /* none, if it has a mistake */
    return true;
}

const char up_ports_text[] =
    "Prints the known ports with the names that lists take, whether you get them for any program, and the ports that "
    "drivers (/proc/ioports) and PCI cards (/sys/bus/pci) have: there is the address of a PCI or PCIe printer port "
    "card, which is not 378. Region 0 of a card that has printer ports alone is the port as a rule, and region 1 its "
    "ECP registers, whichever address is lower; a second port has the regions 2 and 3. The kernel tells root alone "
    "where the drivers' ports are.\n";
const char up_ports_no_devices[] = "Root may see more:\nsudo userportctl ports\n";
