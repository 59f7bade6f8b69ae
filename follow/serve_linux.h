/* SPDX-License-Identifier: MIT
 *
 * Serves one fault of a task that is being followed: if it is a port instruction that was refused,
 * it is carried out in the task's place.
 */
#ifndef UP_FOLLOW_SERVE_LINUX_H
#define UP_FOLLOW_SERVE_LINUX_H

#include "follow.h"
#include "tasks_linux.h"

/* What becomes of the signal. */
enum up_served {
    UP_SERVED_DONE,    /* the instruction was carried out: no signal */
    UP_SERVED_REFUSED, /* a port that is not granted: the signal as it is */
    UP_SERVED_MEMORY,  /* the signal, changed to the one of a memory access */
    UP_SERVED_OTHER    /* not a port instruction, or one that cannot be served: as it is */
};

/*
 * The task has stopped because it is to get SIGSEGV. *refusal is filled for UP_SERVED_REFUSED.
 * without a session of *follow, nothing is carried out.
 */
enum up_served up_serve_fault(const struct up_follow *follow, const struct up_task *task,
                              struct up_follow_refusal *refusal);

#endif
