/* SPDX-License-Identifier: MIT
 *
 * The kernel around the driver's files when they run on this host: what a test sets, what it is
 * told, what it can count. Whatever the driver does that NT does not allow ends the test: see
 * kernel.c and ports.c.
 */
#ifndef UP_HOST_KERNEL_H
#define UP_HOST_KERNEL_H

#include "driver/driver.h"

/*
 * Where something else may happen in the system: another processor, another thread of the caller.
 */
enum host_moment {
    HOST_BEFORE_LOCK, /* the map's lock is about to be taken */
    HOST_AFTER_LOCK,  /* it was released */
    HOST_CLOCK,       /* the performance counter is about to be read */
    HOST_THREAD,      /* the driver asks whether the thread is being ended */
};

/*
 * One port access, as it happens. value: what is written, or where what is read goes. memory: NULL
 * if not a block.
 */
struct host_access {
    bool is_write;
    uint16_t port;
    uint32_t width;
    uint32_t *value;
};

struct host {
    /*
     * Set by the test. NULL: nothing happens. A moment's function may call the driver; no moments
     * happen meanwhile.
     */
    void (*at)(enum host_moment moment);
    void (*access)(const struct host_access *access);
    LONGLONG now, step; /* the clock, and what each look at it adds */
    LONGLONG frequency;
    bool thread_ends;
    bool threads;     /* there are several: the lock is a real one, and nothing is counted here */
    const void *list; /* the memory that blocks and operations must lie in */
    size_t list_bytes;
    const struct up_settings *registry; /* what is read from there */
    NTSTATUS open_allowed, control_allowed;
    NTSTATUS install_status; /* of the next up_grant_install, then STATUS_SUCCESS again */
    NTSTATUS opened_status;
    NTSTATUS renounce_status;
    bool no_record; /* up_process_of finds no memory */

    /* Counted here. */
    /* looks at the clock and takings of the lock: a list that never ends has too many */
    uint32_t turns;
    uint32_t turns_max;        /* 0: a million */
    uint32_t looks;            /* at the clock */
    uint32_t thread_looks;     /* whether the thread is being ended */
    uint32_t holds;            /* of the map's lock with port accesses in them */
    uint32_t accesses;         /* of ports */
    uint32_t most_in_one_hold; /* bytes accessed */
    uint32_t under_this_hold;  /* bytes accessed */
    uint32_t logged;           /* entries, once-only ones counted each time */
    NTSTATUS last_logged;
    uint32_t last_number;
    int32_t files; /* opened and not closed */
    KIRQL irql;
    bool in_moment;
    uint32_t in_keeper; /* the work of the driver's keeper is running */
};
extern struct host host;

/* A fresh kernel, and the driver's state as at its start: nothing granted. */
void host_reset(void);

/* Says what was not so, and ends the program. */
void host_fail(const char *file, int line, const char *text) __attribute__((noreturn));

#define HOST_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (__builtin_expect(!(condition), 0)) {                                                   \
            host_fail(__FILE__, __LINE__, #condition);                                             \
        }                                                                                          \
    } while (0)

/* Does what the driver did leave no lock, no mutex and no IRQL behind? */
void host_check_idle(void);

#endif
