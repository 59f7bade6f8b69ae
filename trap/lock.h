/* SPDX-License-Identifier: MIT
 *
 * A lock that needs nothing to be made, and takes nothing of the program's: for short works.
 */
#ifndef UP_TRAP_LOCK_H
#define UP_TRAP_LOCK_H

#include <windows.h>

typedef volatile LONG up_lock; /* 0: free */

static inline void up_lock_take(up_lock *lock)
{
    while (InterlockedExchange(lock, 1) != 0) {
        Sleep(0);
    }
}

static inline void up_lock_release(up_lock *lock)
{
    (void)InterlockedExchange(lock, 0);
}

#endif
