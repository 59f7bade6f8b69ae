/* SPDX-License-Identifier: MIT
 *
 * The port set, in the processor's polarity: a set bit denies. The file calls no function but
 * memset, which every kernel and C library has.
 */
#include "portset.h"

#include <stddef.h>

#define ALL_DENIED 0xFFu

static bool is_denied(const struct up_portset *set, uint32_t port)
{
    return !up_portset_has(set, (uint16_t)port);
}

static void change_bits(uint8_t *byte, unsigned mask, bool grant)
{
    *byte = (uint8_t)(grant ? *byte & ~mask : *byte | mask);
}

static void change_range(struct up_portset *set, uint16_t first, uint16_t last, bool grant)
{
    size_t first_byte = first / 8u;
    size_t last_byte = last / 8u;
    unsigned head = 0xFFu << (first % 8u) & 0xFFu;
    unsigned tail = 0xFFu >> (7u - last % 8u);

    if (first > last) {
        return;
    }
    if (first_byte == last_byte) {
        change_bits(&set->map[first_byte], head & tail, grant);
        return;
    }
    change_bits(&set->map[first_byte], head, grant);
    __builtin_memset(&set->map[first_byte + 1u], grant ? 0 : (int)ALL_DENIED,
                     last_byte - first_byte - 1u);
    change_bits(&set->map[last_byte], tail, grant);
}

void up_portset_deny_all(struct up_portset *set)
{
    __builtin_memset(set->map, (int)ALL_DENIED, sizeof set->map);
}

void up_portset_grant(struct up_portset *set, uint16_t first, uint16_t last)
{
    change_range(set, first, last, true);
}

void up_portset_deny(struct up_portset *set, uint16_t first, uint16_t last)
{
    change_range(set, first, last, false);
}

uint32_t up_portset_first_denied(const struct up_portset *set, uint16_t port, unsigned width)
{
    const uint32_t end = (uint32_t)port + width;

    for (uint32_t each = port; each < end; each++) {
        if (each == UP_PORT_COUNT || is_denied(set, each)) {
            return each;
        }
    }
    return UP_PORTSET_NONE_DENIED;
}

bool up_portset_allows(const struct up_portset *set, uint16_t port, unsigned width)
{
    return (width == 1 || width == 2 || width == 4) &&
           up_portset_first_denied(set, port, width) == UP_PORTSET_NONE_DENIED;
}

/*
 * Returns the first port at or after from that is denied, or granted, as requested. UP_PORT_COUNT:
 * there is none.
 */
static uint32_t find_next(const struct up_portset *set, uint32_t from, bool denied)
{
    const unsigned nothing_here = denied ? 0 : ALL_DENIED;
    uint32_t port = from;

    while (port < UP_PORT_COUNT) {
        if (port % 8u == 0 && set->map[port / 8u] == nothing_here) {
            port += 8u;
        } else if (is_denied(set, port) == denied) {
            return port;
        } else {
            port++;
        }
    }
    return UP_PORT_COUNT;
}

bool up_portset_next(const struct up_portset *set, uint32_t from, struct up_port_range *range)
{
    uint32_t first = find_next(set, from, false);

    if (first == UP_PORT_COUNT) {
        return false;
    }
    range->first = (uint16_t)first;
    range->last = (uint16_t)(find_next(set, first, true) - 1u);
    return true;
}

void up_portset_add(struct up_portset *set, const struct up_portset *other)
{
    for (size_t i = 0; i < UP_PORTSET_BYTES; i++) {
        set->map[i] = (uint8_t)(set->map[i] & other->map[i]);
    }
}

void up_portset_remove(struct up_portset *set, const struct up_portset *other)
{
    for (size_t i = 0; i < UP_PORTSET_BYTES; i++) {
        set->map[i] = (uint8_t)(set->map[i] | (other->map[i] ^ 0xFFu));
    }
}

bool up_portset_equal(const struct up_portset *a, const struct up_portset *b)
{
    for (size_t i = 0; i < UP_PORTSET_BYTES; i++) {
        if (a->map[i] != b->map[i]) {
            return false;
        }
    }
    return true;
}

uint32_t up_portset_count(const struct up_portset *set)
{
    uint32_t count = 0;

    for (size_t i = 0; i < UP_PORTSET_BYTES; i++) {
        /*
         * Each round clears one bit. __builtin_popcount would become a call into libgcc on
         * processors without such an instruction.
         */
        for (unsigned granted = set->map[i] ^ 0xFFu; granted != 0; granted &= granted - 1u) {
            count++;
        }
    }
    return count;
}
