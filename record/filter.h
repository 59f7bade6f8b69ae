/* SPDX-License-Identifier: MIT
 *
 * A sink that passes on a part of a recording: some time of it, and some ports.
 */
#ifndef UP_RECORD_FILTER_H
#define UP_RECORD_FILTER_H

#include "core/portset.h"
#include "record.h"

/* The other sink is not closed by it. */
struct up_filter {
    struct up_sink sink;
    struct up_sink *to;
    uint64_t first, last;           /* times, both inclusive */
    const struct up_portset *ports; /* an access to any of them; NULL: to all ports */
};

void up_filter_init(struct up_filter *filter, struct up_sink *to, uint64_t first, uint64_t last,
                    const struct up_portset *ports);

#endif
