/* SPDX-License-Identifier: MIT
 *
 * What userportctl run and UserPort.exe have for a program whose ports are simulated or recorded:
 * its routes' devices, the ring of the recorder with a thread that empties it into sinks, and the
 * program's accesses to the devices, whichever way they come: from the DLLs in the program by a
 * pipe (Windows), or from the program's debugger (Linux).
 */
#ifndef UP_SESSION_SESSION_H
#define UP_SESSION_SESSION_H

#include <stddef.h>

#include "control/error_detail.h"
#include "core/portset.h"
#include "core/routes.h"
#include "record/record.h"
#include "record/ring.h"

struct up_session;

struct up_session_start {
    const char *program;              /* its file name, for the recording; UTF-8 */
    const struct up_routes *routes;   /* copied */
    const struct up_portset *granted; /* by the driver or the system; NULL: not known */
    const char *trace;                /* the file to record into; NULL: none */
    struct up_sink *watch;            /* another sink, which the session closes; NULL: none */
    struct up_ring *ring; /* memory for the ring, all 0; NULL: the session allocates it */
    /* Says something while the program runs; NULL: nobody listens. From any thread. */
    void (*note)(void *context, const char *text);
    void *context;
};

/*
 * Opens devices and sinks, and starts the thread that empties the ring. Result: NULL with
 * *problem; then nothing was left behind, and watch is still the caller's.
 */
struct up_session *up_session_open(const struct up_session_start *start,
                                   struct up_error_detail *problem);

/* The ring, for who puts accesses in. NULL: nothing is recorded. */
struct up_ring *up_session_ring(struct up_session *session);

/*
 * Runs one access to a device, of any thread. Result: false if no device has these ports.
 */
bool up_session_access(struct up_session *session, bool is_output, uint16_t port, unsigned width,
                       uint32_t *value);

/* How many accesses came, and how many of them were lost. */
struct up_session_counts {
    uint64_t recorded, lost;
};

/*
 * Ends it, when the program has ended: what is in the ring goes to the sinks, and devices and sinks
 * are closed. counts may be NULL. Result: false with *problem if a file is not whole.
 */
bool up_session_close(struct up_session *session, struct up_session_counts *counts,
                      struct up_error_detail *problem);

#endif
