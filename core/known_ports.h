/* SPDX-License-Identifier: MIT
 *
 * The known ports: what sits where on a PC, under which name the list syntax knows it, and what can go wrong.
 * The facts are those of the ISA and PC/AT port assignments; a name is never a hexadecimal number.
 */
#ifndef UP_CORE_KNOWN_PORTS_H
#define UP_CORE_KNOWN_PORTS_H

#include <stddef.h>

#include "portset.h"

#define UP_KNOWN_RANGES_MAX 4u

struct up_known_ports {
    const char *name;   /* lower case, usable in a list; NULL: known, but has no name of its own */
    const char *what;   /* one short phrase for people: "printer port LPT1" */
    const char *hazard; /* NULL, or what granting it can do: "can damage data on the IDE disks" */
    bool preset;        /* a choice of several things, as "default" is, and not one device */
    uint8_t range_count;
    struct up_port_range ranges[UP_KNOWN_RANGES_MAX]; /* ascending, none touches the next */
};

/* The table, ordered for people: what is usually granted first, the hazards last. */
extern const struct up_known_ports up_known_ports[];
extern const size_t up_known_ports_count;

/* The entry of that name (letters compared without case), or NULL. */
const struct up_known_ports *up_known_ports_find(const char *name, size_t length);

/*
 * The entry, the most particular one, that covers port, or NULL: the one with the fewest ports, and of two with as many
 * the one with a hazard. Never a preset.
 */
const struct up_known_ports *up_known_ports_at(uint16_t port);

/* Grants in set the ports of an entry. */
void up_known_ports_grant(const struct up_known_ports *entry, struct up_portset *set);

/*
 * Iterates over the hazards that a set grants at least one port of: returns the next entry with a hazard from
 * *cursor on (start with 0) and moves the cursor, or NULL at the end. *granted, if not NULL, is the first granted port
 * of it.
 */
const struct up_known_ports *up_known_ports_next_hazard(const struct up_portset *set, size_t *cursor,
                                                        uint16_t *granted);

#endif
