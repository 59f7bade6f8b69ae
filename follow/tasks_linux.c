/* SPDX-License-Identifier: MIT
 *
 * The tasks that are being followed, and their processes. See tasks_linux.h.
 */
#include "tasks_linux.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The process of a task: the number behind "Tgid:". The task itself if the kernel does not say. */
static pid_t process_of(pid_t task)
{
    char path[40], line[128];
    int process = (int)task;
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)task);
    file = fopen(path, "re");
    if (file == NULL) {
        return task;
    }
    while (fgets(line, sizeof line, file) != NULL && sscanf(line, "Tgid: %d", &process) != 1) {
    }
    (void)fclose(file);
    return process;
}

/* The place of the task, or where it would be. */
static size_t place_of(const struct up_tasks *tasks, pid_t id)
{
    size_t low = 0, high = tasks->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (tasks->tasks[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct up_task *find(const struct up_tasks *tasks, pid_t id)
{
    const size_t place = place_of(tasks, id);

    return place < tasks->count && tasks->tasks[place].id == id ? &tasks->tasks[place] : NULL;
}

static struct up_process *get_process(const struct up_tasks *tasks, pid_t id)
{
    struct up_process *process;
    size_t i;

    for (i = 0; i < tasks->count; i++) {
        if (tasks->tasks[i].process->id == id) {
            return tasks->tasks[i].process;
        }
    }
    process = calloc(1, sizeof *process);
    if (process != NULL) {
        process->id = id;
    }
    return process;
}

static bool make_room(struct up_tasks *tasks)
{
    const size_t room = tasks->room > 0 ? 2 * tasks->room : 64;
    struct up_task *more;

    if (tasks->count < tasks->room) {
        return true;
    }
    more = realloc(tasks->tasks, room * sizeof *more);
    if (more == NULL) {
        return false;
    }
    tasks->tasks = more;
    tasks->room = room;
    return true;
}

struct up_task *up_tasks_get(struct up_tasks *tasks, pid_t id)
{
    struct up_task *task = find(tasks, id);
    struct up_process *process;
    size_t place;

    if (task != NULL) {
        return task;
    }
    if (!make_room(tasks)) {
        return NULL;
    }
    process = get_process(tasks, process_of(id));
    if (process == NULL) {
        return NULL;
    }
    place = place_of(tasks, id);
    task = &tasks->tasks[place];
    memmove(task + 1, task, (tasks->count - place) * sizeof *task);
    tasks->count++;
    process->tasks++;
    *task = (struct up_task){id, process};
    return task;
}

void up_tasks_remove(struct up_tasks *tasks, pid_t id)
{
    struct up_task *task = find(tasks, id);
    struct up_process *process;

    if (task == NULL) {
        return;
    }
    process = task->process;
    tasks->count--;
    memmove(task, task + 1, (size_t)(tasks->tasks + tasks->count - task) * sizeof *task);
    if (--process->tasks == 0) {
        up_code_clear(&process->code);
        free(process);
    }
}

void up_tasks_exec(struct up_tasks *tasks, pid_t process, pid_t former)
{
    struct up_task *task;

    if (former != process) {
        up_tasks_remove(tasks, former);
    }
    task = find(tasks, process);
    if (task != NULL) {
        up_code_clear(&task->process->code);
    }
}

void up_tasks_free(struct up_tasks *tasks)
{
    while (tasks->count > 0) {
        up_tasks_remove(tasks, tasks->tasks[0].id);
    }
    free(tasks->tasks);
    *tasks = (struct up_tasks){.count = 0};
}
