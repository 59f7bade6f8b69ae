/* SPDX-License-Identifier: MIT
 *
 * What the library needs from the system besides ports: memory, a lock, and a block of memory for
 * each thread (system_windows.c, system_posix.c).
 */
#ifndef UP_LIB_SYSTEM_H
#define UP_LIB_SYSTEM_H

#include <stddef.h>

/*
 * Allocates size bytes, all 0; NULL if there is no memory. size must not be 0. NULL may be freed.
 */
void *up_system_allocate(size_t size);
void up_system_free(void *memory);

/* A lock that one thread at a time holds. NULL: no memory. */
struct up_system_lock;
struct up_system_lock *up_system_lock_new(void);
void up_system_lock_delete(struct up_system_lock *lock);
void up_system_lock_take(struct up_system_lock *lock);
void up_system_lock_release(struct up_system_lock *lock);

/*
 * This thread's block of UP_SYSTEM_THREAD_BYTES bytes, all 0 at first. It is made if create is not
 * 0. NULL: there is none, or no memory. The system's last error does not change.
 */
#define UP_SYSTEM_THREAD_BYTES 128u
void *up_system_thread_block(int create);

/* True under Wine, whose ntdll.dll has a function that Windows' has not. */
int up_system_is_wine(void);

/*
 * For a DLL's entry point: a thread ends; the library is unloaded while the process continues. A
 * program with the static library need not call them. Without them one block remains for each ended
 * thread in which a call failed.
 */
void up_system_thread_ends(void);
void up_system_library_ends(void);

#endif
