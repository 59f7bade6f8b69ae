/* SPDX-License-Identifier: MIT
 *
 * Follows a program and all that it starts, as their debugger, by ptrace(2): sees the port
 * instructions that the kernel refuses them, and carries them out in their place, by routes, on
 * simulated devices or on the ports of this process. Without a session nothing is carried out, and
 * the refusals are only told. Signals, stops, exec and ends reach the program as without a
 * debugger. For x86-64; 32-bit programs too.
 */
#ifndef UP_FOLLOW_FOLLOW_H
#define UP_FOLLOW_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/portset.h"
#include "core/routes.h"
#include "session/session.h"

/* A port instruction that is refused, and so ends by a signal. */
struct up_follow_refusal {
    pid_t task;
    uint16_t port; /* the first one that is not granted; with routes where it goes */
    bool is_output;
};

struct up_follow {
    struct up_session *session;       /* NULL: nothing is carried out */
    const struct up_routes *routes;   /* used with a session alone, as granted */
    const struct up_portset *granted; /* the ports that this process has */
    bool ignore_cli_sti;              /* CLI and STI are skipped */
    bool stays;                       /* until all have ended that the program has started */
    /* A task is about to get its signal for a refused instruction. NULL: nobody listens. */
    void (*refused)(void *context, const struct up_follow_refusal *refusal);
    /* A task has ended with this status of waitpid. NULL: nobody listens. */
    void (*ended)(void *context, pid_t task, int status);
    void *context;
};

/* A program that is to be started. */
struct up_follow_program {
    char **words; /* its full path, its arguments and a NULL */
    /*
     * Runs in the child before it executes the program, after it has given up its ports; NULL:
     * nothing, and it keeps them. Result: false with errno.
     */
    bool (*ready)(void *context);
    void *context;
    pid_t id; /* of its process, from up_follow_prepare on */
    int go, failure;
};

/*
 * Makes the process, which waits to become the program: it gets no file and no thread that this
 * process opens afterwards. Result: false with errno.
 */
bool up_follow_prepare(struct up_follow_program *program);

/*
 * Becomes its debugger. serves: up_follow_run will have a session; then the program and all others
 * end when this process does. Result: 0, or the errno with which the kernel refuses that.
 */
int up_follow_seize(const struct up_follow_program *program, bool serves);

/* Ends a process that has been prepared and not run. */
void up_follow_cancel(struct up_follow_program *program);

/* Where following a program has ended. */
enum up_follow_end {
    UP_FOLLOW_ENDED,     /* the program has ended, with *status of waitpid */
    UP_FOLLOW_NOT_RUN,   /* it could not be executed, *status is an errno */
    UP_FOLLOW_NOT_READY, /* ready has failed, likewise */
    UP_FOLLOW_HAS_PORTS  /* it could not give up the ports of this process */
};

/*
 * Lets the program run, and follows it until it ends. Signals that somebody sends to this process
 * meanwhile are passed on to it. If it has not been seized, it runs unseen.
 */
enum up_follow_end up_follow_run(struct up_follow_program *program, const struct up_follow *follow,
                                 int *status);

/*
 * Ends this process as a program has ended, with this status of waitpid. It writes no core file,
 * since a core file would be the program's. Result: the exit status to end with.
 */
int up_follow_end_as(int status);

/*
 * The ports of a program as it sees them: those of granted to which its accesses go, and those that
 * go to a device or to nothing.
 */
void up_follow_ports(const struct up_routes *routes, const struct up_portset *granted,
                     struct up_portset *ports);

#endif
