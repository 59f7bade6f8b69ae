/* SPDX-License-Identifier: MIT
 *
 * What up_failure_text says on Linux alone. userport.conf(5) is docs/userport.conf.md.
 */
#include "backend.h"

#define RUN                                                                                                            \
    " Run the program by userportctl run, which gives it the ports that are granted to its user: userport.conf(5)."

const struct up_strings up_strings = {
    .device = "/dev/port",
    .to_start = RUN, /* no back end of Linux says that nothing runs */
    .to_start_in_wine = RUN,
    .no_access = "it is for root alone, and closed where the kernel is locked down",
    .who_has_access = RUN,
    .no_way = RUN,
    .to_grant = " Root grants it by userportctl grant, to programs that userportctl run starts from then on.",
};
