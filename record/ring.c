/* SPDX-License-Identifier: MIT
 *
 * The recorder's ring. See ring.h.
 *
 * A writer takes a number by an atomic exchange, fills the slot of that number, and stores number +
 * 1 as its sequence last. Slots begin as 0, and number + 1 differs from what the slot had a round
 * before, so the reader sees by the sequence alone whether the slot is complete.
 */
#include "ring.h"

_Static_assert(sizeof(struct up_ring_slot) == 64, "a slot is a line of the cache");
_Static_assert(sizeof(struct up_ring) == 128 + 64 * UP_RING_SLOTS, "the same at 32 and 64 bits");

void up_ring_init(struct up_ring *ring, uint64_t frequency, uint64_t now)
{
    ring->version = UP_RING_VERSION;
    ring->slots = UP_RING_SLOTS;
    ring->frequency = frequency;
    ring->begun = now;
}

bool up_ring_is_valid(const struct up_ring *ring)
{
    return ring->version == UP_RING_VERSION && ring->slots == UP_RING_SLOTS;
}

struct up_ring_slot *up_ring_begin(struct up_ring *ring, bool is_access, uint32_t *number)
{
    uint32_t next = ring->written;

    do {
        if (next - __atomic_load_n(&ring->read, __ATOMIC_ACQUIRE) >= UP_RING_SLOTS) {
            if (is_access) {
                (void)__atomic_fetch_add(&ring->lost, 1u, __ATOMIC_RELAXED);
            }
            return NULL;
        }
    } while (!__atomic_compare_exchange_n(&ring->written, &next, next + 1u, false, __ATOMIC_ACQ_REL,
                                          __ATOMIC_RELAXED));
    *number = next;
    return &ring->slot[next % UP_RING_SLOTS];
}

void up_ring_commit(struct up_ring_slot *slot, uint32_t number)
{
    __atomic_store_n(&slot->sequence, number + 1u, __ATOMIC_RELEASE);
}

bool up_ring_put(struct up_ring *ring, const struct up_ring_slot *filled)
{
    uint32_t number;
    struct up_ring_slot *slot = up_ring_begin(ring, filled->kind == UP_RING_ACCESS, &number);

    if (slot == NULL) {
        return false;
    }
    slot->kind = filled->kind;
    slot->width = filled->width;
    slot->flags = filled->flags;
    slot->process = filled->process;
    slot->thread = filled->thread;
    slot->what = filled->what;
    up_ring_commit(slot, number);
    return true;
}

bool up_ring_take(struct up_ring *ring, struct up_ring_slot *copy)
{
    const uint32_t number = ring->read;
    const struct up_ring_slot *slot = &ring->slot[number % UP_RING_SLOTS];

    if (number == ring->written ||
        __atomic_load_n(&slot->sequence, __ATOMIC_ACQUIRE) != number + 1u) {
        return false;
    }
    *copy = *slot;
    __atomic_store_n(&ring->read, number + 1u, __ATOMIC_RELEASE);
    return true;
}

bool up_ring_is_stuck(const struct up_ring *ring)
{
    return ring->read != ring->written;
}

void up_ring_skip(struct up_ring *ring)
{
    const uint32_t waiting = ring->written - ring->read;

    /* A count that no writer can have made leaves nothing that could be taken. */
    __atomic_store_n(&ring->read, waiting > UP_RING_SLOTS ? ring->written : ring->read + 1u,
                     __ATOMIC_RELEASE);
}
