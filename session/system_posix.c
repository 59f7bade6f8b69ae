/* SPDX-License-Identifier: MIT
 *
 * Threads and the clock of a session on Linux. See system.h.
 */
#include "system.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define NANOSECONDS 1000000000u

struct up_thread {
    pthread_t thread;
    void (*run)(void *context);
    void *context;
};

static void *begin(void *context)
{
    const struct up_thread *thread = context;

    thread->run(thread->context);
    return NULL;
}

struct up_thread *up_thread_start(void (*run)(void *context), void *context, uint32_t *code)
{
    struct up_thread *thread = calloc(1, sizeof *thread);
    int error = ENOMEM;

    if (thread != NULL) {
        thread->run = run;
        thread->context = context;
        error = pthread_create(&thread->thread, NULL, begin, thread);
    }
    if (error != 0) {
        free(thread);
        *code = (uint32_t)error;
        return NULL;
    }
    return thread;
}

void up_thread_join(struct up_thread *thread)
{
    (void)pthread_join(thread->thread, NULL);
    free(thread);
}

uint64_t up_clock_ticks(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

uint64_t up_clock_frequency(void)
{
    return NANOSECONDS;
}

void up_sleep(uint32_t milliseconds)
{
    const struct timespec time = {.tv_sec = milliseconds / 1000u,
                                  .tv_nsec = (long)(milliseconds % 1000u) * 1000000};

    (void)nanosleep(&time, NULL);
}
