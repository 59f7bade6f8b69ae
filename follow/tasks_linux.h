/* SPDX-License-Identifier: MIT
 *
 * The tasks (threads) that are being followed, and their processes.
 */
#ifndef UP_FOLLOW_TASKS_LINUX_H
#define UP_FOLLOW_TASKS_LINUX_H

#include <stddef.h>
#include <sys/types.h>

#include "modules_linux.h"

struct up_process {
    pid_t id;
    size_t tasks; /* how many of its tasks are known */
    struct up_code code;
};

struct up_task {
    pid_t id;
    struct up_process *process;
};

/* All bytes 0: none. */
struct up_tasks {
    struct up_task *tasks; /* ordered by id */
    size_t count, room;
};

/* Finds a task, which is added if it is new. Result: NULL if there is not enough memory. */
struct up_task *up_tasks_get(struct up_tasks *tasks, pid_t id);

/* It has ended, with its process if it was the last one of it. */
void up_tasks_remove(struct up_tasks *tasks, pid_t id);

/* The process has executed another program: former is the task that has called it. */
void up_tasks_exec(struct up_tasks *tasks, pid_t process, pid_t former);

void up_tasks_free(struct up_tasks *tasks);

#endif
