/* SPDX-License-Identifier: MIT
 *
 * The known ports of a PC: which device has which ports, its name in the list syntax, and what can
 * go wrong if a program accesses it. The source is the ISA and PC/AT port assignments. No name is a
 * hexadecimal number.
 */
#ifndef UP_CORE_KNOWN_PORTS_H
#define UP_CORE_KNOWN_PORTS_H

#include <stddef.h>

#include "portset.h"

#define UP_KNOWN_RANGES_MAX 4u

struct up_known_ports {
    const char *name; /* lower case, for lists; NULL: the entry has no name */
    const char *what; /* a short phrase for people: "printer port LPT1" */
    /* What granting it can do: "can damage data on the IDE disks"; NULL: no hazard. */
    const char *hazard;
    bool preset; /* a choice of several devices, such as "default", not one device */
    uint8_t range_count;
    struct up_port_range ranges[UP_KNOWN_RANGES_MAX]; /* ascending, with gaps between them */
};

/* The table, ordered for people: first what is usually granted, then the hazards. */
extern const struct up_known_ports up_known_ports[];
extern const size_t up_known_ports_count;

/* Returns the entry of that name, or NULL. Letter case does not matter. */
const struct up_known_ports *up_known_ports_find(const char *name, size_t length);

/*
 * Returns the most specific entry that covers port, or NULL. That is the entry with the fewest
 * ports; of two with equally many, the one with a hazard. Never a preset.
 */
const struct up_known_ports *up_known_ports_at(uint16_t port);

/* Grants the ports of an entry in set. */
void up_known_ports_grant(const struct up_known_ports *entry, struct up_portset *set);

/*
 * Iterates over the hazards of which a set grants at least one port. Returns the next entry with a
 * hazard from *cursor on and moves the cursor, or returns NULL at the end. *cursor starts at 0. If
 * granted is not NULL, *granted becomes the first granted port of the entry.
 */
const struct up_known_ports *up_known_ports_next_hazard(const struct up_portset *set,
                                                        size_t *cursor, uint16_t *granted);

#endif
