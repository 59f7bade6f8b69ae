/* SPDX-License-Identifier: MIT
 *
 * What the accesses of a recording come to, port by port. The memory is bounded: of ports beyond
 * the first UP_STATISTICS_PORTS only the accesses are counted.
 */
#ifndef UP_RECORD_STATISTICS_H
#define UP_RECORD_STATISTICS_H

#include "record.h"

#define UP_STATISTICS_PORTS 4096u
#define UP_STATISTICS_WIDE  32u /* different values of more than 8 bits that are told apart */

struct up_port_statistics {
    uint16_t port;
    uint8_t width_read, width_written; /* of the last one, in bytes; 0: none */
    uint64_t reads, writes;            /* that were carried out */
    uint64_t denied;
    uint64_t first, last; /* times of all of them */
    uint32_t value_read, value_written;
    uint32_t values; /* how many different ones were read or written */
    bool has_more;   /* there were more */
    uint32_t wide[UP_STATISTICS_WIDE];
    uint32_t wide_count;
    uint8_t seen[32]; /* which values of 8 bits */
};

struct up_statistics {
    uint64_t reads, writes, denied, lost;
    uint64_t others; /* accesses to ports that are not in the list */
    uint32_t count;
    struct up_port_statistics *list[UP_STATISTICS_PORTS]; /* ascending by their ports */
};

/* Result: NULL without memory. */
struct up_statistics *up_statistics_new(void);
void up_statistics_free(struct up_statistics *statistics);

/* Adds an access. Result: its port's; NULL if the port is not in the list. */
struct up_port_statistics *up_statistics_add(struct up_statistics *statistics,
                                             const struct up_record *record);

/* Result: NULL: the port is not in the list. */
const struct up_port_statistics *up_statistics_find(const struct up_statistics *statistics,
                                                    uint16_t port);

/* How many accesses a second there were between the first and the last; 0: not to be told. */
uint64_t up_statistics_rate(const struct up_port_statistics *port);

#endif
