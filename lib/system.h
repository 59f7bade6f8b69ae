/* SPDX-License-Identifier: MIT
 *
 * The little that the library needs of the system beside ports: memory, a lock, a block of memory for each thread.
 * system_windows.c and system_posix.c.
 */
#ifndef UP_LIB_SYSTEM_H
#define UP_LIB_SYSTEM_H

#include <stddef.h>

/* size bytes, all 0; NULL if there are none. Every size but 0 is fine; NULL may be freed. */
void *up_system_allocate(size_t size);
void up_system_free(void *memory);

/* A lock that one thread at a time holds. NULL: no memory. */
struct up_system_lock;
struct up_system_lock *up_system_lock_new(void);
void up_system_lock_delete(struct up_system_lock *lock);
void up_system_lock_take(struct up_system_lock *lock);
void up_system_lock_release(struct up_system_lock *lock);

/*
 * This thread's block, of UP_SYSTEM_THREAD_BYTES, all 0 at first: made if create is not 0. NULL: there is none, or no
 * memory. The system's last error stays as it is.
 */
#define UP_SYSTEM_THREAD_BYTES 128u
void *up_system_thread_block(int create);

/* Is this Windows' side Wine's? It has a function in its ntdll.dll that no other has. */
int up_system_is_wine(void);

/*
 * For a DLL's entry point: a thread ends; the library leaves the process, while the process goes on. A program with the
 * static library need not call them; what is left is a block for each thread that saw a call fail and has ended.
 */
void up_system_thread_ends(void);
void up_system_library_ends(void);

#endif
