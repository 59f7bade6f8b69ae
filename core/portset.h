/* SPDX-License-Identifier: MIT
 *
 * The port set: one bit for each of the 65,536 x86 I/O ports, in the processor's own form. Bit n %
 * 8 of byte n / 8 stands for port n; 0 = granted, 1 = denied (Intel SDM vol. 1, 19.5.2). The
 * registry value IOPM has the same form. Pure C without allocation or OS headers: the driver, the
 * tools and the tests share this source.
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

/* A range of ports, including both ends. */
struct up_port_range {
    uint16_t first;
    uint16_t last;
};

/* Denies every port. */
void up_portset_deny_all(struct up_portset *set);

/* Grant or deny the ports from first to last inclusive. If first > last nothing changes. */
void up_portset_grant(struct up_portset *set, uint16_t first, uint16_t last);
void up_portset_deny(struct up_portset *set, uint16_t first, uint16_t last);

/* True if this one port is granted. Inline, because lists of operations ask it for each access. */
static inline bool up_portset_has(const struct up_portset *set, uint16_t port)
{
    return ((unsigned)set->map[port / 8u] >> port % 8u & 1u) == 0;
}

/*
 * True if an access of width bytes (1, 2 or 4) at port is allowed: every port of it has to be
 * granted, and it must not extend past port FFFF. False for any other width. This is the
 * processor's rule for IN and OUT (Intel SDM vol. 1, 19.5.2).
 */
bool up_portset_allows(const struct up_portset *set, uint16_t port, unsigned width);

/*
 * Returns the first port of an access of width bytes at port that is not granted. UP_PORT_COUNT:
 * the access extends past port FFFF. UP_PORTSET_NONE_DENIED: every port of it is granted.
 */
#define UP_PORTSET_NONE_DENIED UINT32_MAX
uint32_t up_portset_first_denied(const struct up_portset *set, uint16_t port, unsigned width);

/*
 * Finds the first run of granted ports at or after from (0 to 65536). Returns true and in *range
 * the longest run that starts there, or false if there is none. To iterate, start with 0 and
 * continue with range.last + 1u.
 */
bool up_portset_next(const struct up_portset *set, uint32_t from, struct up_port_range *range);

/* Grant in set, or deny in set, every port that other grants. */
void up_portset_add(struct up_portset *set, const struct up_portset *other);
void up_portset_remove(struct up_portset *set, const struct up_portset *other);

/* True if both sets grant the same ports. */
bool up_portset_equal(const struct up_portset *a, const struct up_portset *b);

/* The number of granted ports, 0 to 65536. */
uint32_t up_portset_count(const struct up_portset *set);

#endif
