/* SPDX-License-Identifier: MIT
 *
 * Puts the accesses of followed tasks into the recorder's ring. The task has stopped meanwhile, so
 * a full ring is waited for: no access is lost unless its reader stands still.
 */
#ifndef UP_FOLLOW_RING_LINUX_H
#define UP_FOLLOW_RING_LINUX_H

#include "record/record.h"
#include "record/ring.h"
#include "tasks_linux.h"

/*
 * Puts one access in, at this instruction of the task. flags: UP_RECORD_... ring: NULL: nothing is
 * recorded.
 */
void up_follow_record(struct up_ring *ring, const struct up_task *task, uint64_t address,
                      uint16_t port, unsigned width, uint32_t value, unsigned flags);

#endif
