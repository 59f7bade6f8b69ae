/* SPDX-License-Identifier: MIT
 *
 * Puts the accesses of followed tasks into the recorder's ring. See ring_linux.h.
 */
#include "ring_linux.h"

#include <string.h>
#include <time.h>

#include "session/system.h"

#define WAIT_NS   500000
#define WAITS_MAX 4000u /* two seconds: a disk may be that slow */

/* Begins a slot; waits for one while the ring is full. */
static struct up_ring_slot *begin(struct up_ring *ring, bool is_access, uint32_t *number)
{
    const struct timespec moment = {.tv_nsec = WAIT_NS};
    unsigned waits;

    for (waits = 0; waits < WAITS_MAX &&
                    ring->written - __atomic_load_n(&ring->read, __ATOMIC_ACQUIRE) >= UP_RING_SLOTS;
         waits++) {
        (void)nanosleep(&moment, NULL);
    }
    return up_ring_begin(ring, is_access, number);
}

static void fill(struct up_ring_slot *slot, unsigned kind, const struct up_task *task)
{
    slot->kind = (uint8_t)kind;
    slot->width = slot->flags = 0;
    slot->process = (uint32_t)task->process->id;
    slot->thread = (uint32_t)task->id;
}

/* Tells where the code's file begins and what its name is, once. */
static void tell_module(struct up_ring *ring, const struct up_task *task,
                        struct up_code_range *code)
{
    struct up_ring_slot *slot;
    uint32_t number;

    if (code->is_told || code->base == 0) {
        return;
    }
    slot = begin(ring, false, &number);
    if (slot == NULL) {
        return;
    }
    fill(slot, UP_RING_MODULE, task);
    slot->what.module.base = code->base;
    memset(slot->what.module.name, 0, sizeof slot->what.module.name);
    _Static_assert(sizeof code->name == sizeof slot->what.module.name, "the same names");
    memcpy(slot->what.module.name, code->name, sizeof code->name);
    up_ring_commit(slot, number);
    code->is_told = true;
}

void up_follow_record(struct up_ring *ring, const struct up_task *task, uint64_t address,
                      uint16_t port, unsigned width, uint32_t value, unsigned flags)
{
    struct up_code_range *code;
    struct up_ring_slot *slot;
    uint32_t number;

    if (ring == NULL) {
        return;
    }
    code = up_code_find(&task->process->code, task->process->id, address);
    if (code != NULL) {
        tell_module(ring, task, code);
    }
    slot = begin(ring, true, &number);
    if (slot == NULL) {
        return;
    }
    fill(slot, UP_RING_ACCESS, task);
    slot->width = (uint8_t)width;
    slot->flags = (uint8_t)flags;
    slot->what.access.time = up_clock_ticks();
    slot->what.access.address = address;
    slot->what.access.base = code != NULL ? code->base : 0;
    slot->what.access.value = value;
    slot->what.access.port = port;
    up_ring_commit(slot, number);
}
