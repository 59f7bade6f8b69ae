/* SPDX-License-Identifier: MIT
 *
 * The Linux part of the command ports (ports.h): the granted ports are those that this user gets
 * for any program.
 */
#include "ports.h"

#include "run/policy_answer.h"
#include "output.h"

bool up_ports_granted(struct up_portset *granted, struct up_error_detail *problem)
{
    static struct up_policy_answer answer;

    (void)problem;
    up_policy_ask(&answer, NULL, NULL, false);
    if (!answer.is_known) {
        up_note("which ports you get is not known: %s. %s", answer.problem.text,
                answer.problem.advice);
    } else if (answer.verdict == UP_POLICY_UNUSABLE) {
        up_note("no port is given to anybody: %s", answer.reason);
    } else if (answer.user == 0) {
        up_note("GRANTED is what rules give to root; userportctl check says who gets what");
    }
    *granted = answer.ports; /* empty if nothing is given */
    return true;
}

const char *up_ports_first(void)
{
    return NULL;
}

const char up_ports_text[] =
    "Prints, first of all, the printer ports of PCI and PCIe cards that are known, with the "
    "commands that make programs use them; then the known ports with the names that lists take, "
    "whether you get them for any program, and the ports that drivers (/proc/ioports) and PCI "
    "cards (/sys/bus/pci) have. Of a card that is not known, and has printer ports alone, region "
    "0 is the port as a rule, and region 1 its ECP registers, whichever address is lower; a "
    "second port has the regions 2 and 3. The kernel tells root alone where the drivers' ports "
    "are.\n";
const char up_ports_no_devices[] = "Root may see more:\nsudo userportctl ports\n";
