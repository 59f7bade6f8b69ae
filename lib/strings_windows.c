/* SPDX-License-Identifier: MIT
 *
 * The parts of up_failure_text's sentences that are specific to Windows.
 */
#include "backend.h"

const struct up_strings up_strings = {
    .device = UP_DEVICE_WIN32_NAME,
    .to_start = " Start it, as an administrator: userportctl start, or UserPort.exe.",
    .to_start_in_wine = " On the Linux side: start the program by userportctl run.",
    .no_access = "the system does not let this program open the driver",
    .who_has_access = " It is for administrators, the account SYSTEM, and users who are logged on "
                      "at the machine or by "
                      "Remote Desktop; not for other users over the network, services of other "
                      "accounts, or programs of "
                      "low integrity.",
    .no_way = "",
    .to_grant = " Add it to UserPort's grant list as an administrator.",
};
