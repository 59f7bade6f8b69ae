/* SPDX-License-Identifier: MIT
 *
 * The functions of system.h for POSIX systems.
 */
#include "system.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

struct up_system_lock {
    pthread_mutex_t mutex;
};

void *up_system_allocate(size_t size)
{
    return calloc(1, size);
}

void up_system_free(void *memory)
{
    free(memory);
}

struct up_system_lock *up_system_lock_new(void)
{
    struct up_system_lock *lock = calloc(1, sizeof *lock);

    if (lock != NULL && pthread_mutex_init(&lock->mutex, NULL) != 0) {
        free(lock);
        lock = NULL;
    }
    return lock;
}

void up_system_lock_delete(struct up_system_lock *lock)
{
    if (lock != NULL) {
        pthread_mutex_destroy(&lock->mutex);
        free(lock);
    }
}

void up_system_lock_take(struct up_system_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
}

void up_system_lock_release(struct up_system_lock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}

void *up_system_thread_block(int create)
{
    static _Thread_local struct {
        _Alignas(max_align_t) uint8_t bytes[UP_SYSTEM_THREAD_BYTES];
        int made;
    } block;

    if (create) {
        block.made = 1;
    }
    return block.made ? block.bytes : NULL;
}

void up_system_thread_ends(void)
{
}

void up_system_library_ends(void)
{
}

/* ---- which Windows: none --------------------------------------------------------------------- */

int up_system_is_wine(void)
{
    return 0;
}
