/* SPDX-License-Identifier: MIT
 *
 * The port set: one bit for each of the 65,536 x86 I/O ports, in the processor's own form.
 * Bit n % 8 of byte n / 8 is port n; 0 = granted, 1 = denied (Intel SDM vol. 1, 19.5.2), which is also the form of the
 * registry value IOPM. Pure C, no allocation, no OS header: the same source is in the driver, the tools and the tests.
 */
#ifndef UP_CORE_PORTSET_H
#define UP_CORE_PORTSET_H

#include <stdbool.h>
#include <stdint.h>

#define UP_PORT_COUNT    65536u
#define UP_PORTSET_BYTES (UP_PORT_COUNT / 8u)

struct up_portset {
    uint8_t map[UP_PORTSET_BYTES];
};

/* A run of ports, inclusive at both ends. */
struct up_port_range {
    uint16_t first;
    uint16_t last;
};

/* Denies every port. */
void up_portset_deny_all(struct up_portset *set);

/* Grants, or denies, the ports from first to last inclusive. first > last changes nothing. */
void up_portset_grant(struct up_portset *set, uint16_t first, uint16_t last);
void up_portset_deny(struct up_portset *set, uint16_t first, uint16_t last);

/* Is this one port granted? Inline: lists of operations ask it for each access. */
static inline bool up_portset_has(const struct up_portset *set, uint16_t port)
{
    return ((unsigned)set->map[port / 8u] >> port % 8u & 1u) == 0;
}

/*
 * May an access of width bytes (1, 2 or 4) at port be made? Every byte port of it must be granted, and it must not run
 * past port FFFF. Any other width: false. This is the processor's rule for IN and OUT (Intel SDM vol. 1, 19.5.2).
 */
bool up_portset_allows(const struct up_portset *set, uint16_t port, unsigned width);

/*
 * The first port of an access of width bytes at port that is not granted. UP_PORT_COUNT: it runs past port FFFF;
 * UP_PORTSET_NONE_DENIED: every port of it is granted.
 */
#define UP_PORTSET_NONE_DENIED UINT32_MAX
uint32_t up_portset_first_denied(const struct up_portset *set, uint16_t port, unsigned width);

/*
 * Finds the first run of granted ports at or after from (0 to 65536). Result: true and *range, the longest run that
 * starts there; false when there is none. To iterate: from = 0, then range.last + 1u.
 */
bool up_portset_next(const struct up_portset *set, uint32_t from, struct up_port_range *range);

/* Grants in set everything that other grants; denies in set everything that other grants. */
void up_portset_add(struct up_portset *set, const struct up_portset *other);
void up_portset_remove(struct up_portset *set, const struct up_portset *other);

bool up_portset_equal(const struct up_portset *a, const struct up_portset *b);

/* The number of granted ports, 0 to 65536. */
uint32_t up_portset_count(const struct up_portset *set);

#endif
