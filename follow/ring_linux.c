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

/* Puts it in; waits while the ring is full. Result: false if that takes too long. */
static bool put(struct up_ring *ring, struct up_ring_slot *filled, const struct up_task *task)
{
    const struct timespec moment = {.tv_nsec = WAIT_NS};
    unsigned waits;

    for (waits = 0; waits < WAITS_MAX &&
                    ring->written - __atomic_load_n(&ring->read, __ATOMIC_ACQUIRE) >= UP_RING_SLOTS;
         waits++) {
        (void)nanosleep(&moment, NULL);
    }
    filled->process = (uint32_t)task->process->id;
    filled->thread = (uint32_t)task->id;
    return up_ring_put(ring, filled);
}

/* Tells where the code's file begins and what its name is, once. */
static void tell_module(struct up_ring *ring, const struct up_task *task,
                        struct up_code_range *code)
{
    struct up_ring_slot module = {.kind = UP_RING_MODULE, .what = {.module = {.base = code->base}}};

    if (code->is_told || code->base == 0) {
        return;
    }
    _Static_assert(sizeof code->name == sizeof module.what.module.name, "the same names");
    memcpy(module.what.module.name, code->name, sizeof code->name);
    code->is_told = put(ring, &module, task);
}

void up_follow_record(struct up_ring *ring, const struct up_task *task, uint64_t address,
                      uint16_t port, unsigned width, uint32_t value, unsigned flags)
{
    struct up_ring_slot access = {
        .kind = UP_RING_ACCESS,
        .width = (uint8_t)width,
        .flags = (uint8_t)flags,
        .what = {.access = {.address = address, .value = value, .port = port}},
    };
    struct up_code_range *code;

    if (ring == NULL) {
        return;
    }
    code = up_code_find(&task->process->code, task->process->id, address);
    if (code != NULL) {
        access.what.access.base = code->base;
        tell_module(ring, task, code);
    }
    access.what.access.time = up_clock_ticks();
    (void)put(ring, &access, task);
}
