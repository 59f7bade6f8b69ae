/* SPDX-License-Identifier: MIT
 *
 * The parts of up_failure_text's sentences that are specific to Linux. userport.conf(5) is
 * docs/userport.conf.md.
 */
#include "backend.h"

#define RUN                                                                                        \
    " Run the program by userportctl run, which gives it the ports that are granted to its user: " \
    "userport.conf(5)."

const struct up_strings up_strings = {
    .device = "/dev/port",
    .to_start = RUN, /* no back end on Linux reports UP_ERR_NOT_RUNNING */
    .to_start_in_wine = RUN,
    .no_access = "it is for root alone, and closed where the kernel is locked down",
    .who_has_access = RUN,
    .no_way = RUN,
    .to_grant = " Root grants it by userportctl grant, to programs that userportctl run starts "
                "from then on.",
};
