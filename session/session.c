/* SPDX-License-Identifier: MIT
 *
 * A session: the devices of a program's routes, and the thread that empties the recorder's ring.
 * See session.h.
 */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/system.h"
#include "record/recording.h"
#include "simulated/simulated.h"
#include "modules.h"
#include "printers.h"
#include "system.h"

#define NANOSECONDS 1000000000u
#define IDLE_MS     2u          /* between two looks into an empty ring */
#define FLUSH_NS    100000000u  /* between two flushes */
#define STUCK_NS    1000000000u /* an access that a thread began this long ago is given up */
#define SINKS       2u

struct device {
    uint16_t text; /* where its text is in routes.devices */
    struct up_simulated *simulated;
};

struct up_session {
    struct up_routes routes;
    struct up_system_lock *lock; /* of the devices */
    struct device devices[UP_ROUTES_MAX];
    uint32_t device_count;
    uint64_t frequency, begun; /* of the clock */

    struct up_ring *ring;
    bool owns_ring;
    struct up_sink *sinks[SINKS]; /* NULL: none */
    bool has_failed[SINKS];
    struct up_modules modules;
    uint64_t last_record; /* its time */
    uint32_t lost_before; /* the ring's count at the last look */
    struct up_session_counts counts;
    struct up_thread *thread;
    volatile bool ends;

    void (*note)(void *context, const char *text);
    void *context;
};

/* ---- time ------------------------------------------------------------------------------------ */

/* Ticks since the session began as ns. The seconds go first: a product of both would not fit. */
static uint64_t as_time(const struct up_session *session, uint64_t ticks)
{
    const uint64_t passed = ticks > session->begun ? ticks - session->begun : 0;

    return passed / session->frequency * NANOSECONDS +
           passed % session->frequency * NANOSECONDS / session->frequency;
}

static uint64_t now(const struct up_session *session)
{
    return as_time(session, up_clock_ticks());
}

/* ---- devices --------------------------------------------------------------------------------- */

static void note(void *context, const char *text)
{
    const struct up_session *session = context;

    if (session->note != NULL) {
        session->note(session->context, text);
    }
}

static struct up_simulated *device_of(const struct up_session *session,
                                      const struct up_route *route)
{
    uint32_t i;

    for (i = 0; i < session->device_count; i++) {
        if (session->devices[i].text == route->to) {
            return session->devices[i].simulated;
        }
    }
    return NULL;
}

static bool open_devices(struct up_session *session, struct up_error_detail *problem)
{
    uint32_t i;

    for (i = 0; i < session->routes.count; i++) {
        const struct up_route *route = &session->routes.routes[i];
        struct device *device = &session->devices[session->device_count];

        if (route->target != UP_TARGET_DEVICE) {
            continue;
        }
        if (device_of(session, route) == NULL) {
            device->text = route->to;
            device->simulated =
                up_simulated_open(up_route_device(&session->routes, route), note, session, problem);
            if (device->simulated == NULL) {
                return false;
            }
            session->device_count++;
            device->simulated->kind->reset(device->simulated, 0);
        }
        up_simulated_covers(device_of(session, route), route->first, route->last);
    }
    return true;
}

/* Closes all devices. Result: false with the first one's *problem. */
static bool close_devices(struct up_session *session, struct up_error_detail *problem)
{
    const uint64_t time = now(session);
    bool done = true;
    uint32_t i;

    for (i = 0; i < session->device_count; i++) {
        struct up_simulated *device = session->devices[i].simulated;

        if (!device->kind->close(device, time, done ? problem : NULL)) {
            done = false;
        }
    }
    session->device_count = 0;
    return done;
}

static const struct up_route *route_of(const struct up_session *session, uint16_t port,
                                       unsigned width)
{
    uint16_t ignored;
    uint32_t i;

    if (up_routes_find(&session->routes, port, width, &ignored) != UP_ROUTED_TO_DEVICE) {
        return NULL;
    }
    for (i = 0; port > session->routes.routes[i].last; i++) {
    }
    return &session->routes.routes[i];
}

bool up_session_access(struct up_session *session, bool is_output, uint16_t port, unsigned width,
                       uint32_t *value)
{
    const struct up_route *route = route_of(session, port, width);
    struct up_simulated *device = route != NULL ? device_of(session, route) : NULL;
    struct up_device_access access = {.port = port, .width = (uint8_t)width};

    if (device == NULL) {
        return false;
    }
    access.offset = (uint16_t)(port - route->first);
    up_system_lock_take(session->lock);
    access.time = now(session);
    if (is_output) {
        access.value = *value;
        device->kind->write(device, &access);
    } else {
        *value = device->kind->read(device, &access);
    }
    up_system_lock_release(session->lock);
    return true;
}

static void flush_devices(struct up_session *session)
{
    uint32_t i;

    up_system_lock_take(session->lock);
    for (i = 0; i < session->device_count; i++) {
        session->devices[i].simulated->kind->flush(session->devices[i].simulated);
    }
    up_system_lock_release(session->lock);
}

/* ---- from the ring to the sinks -------------------------------------------------------------- */

static void add(struct up_session *session, const struct up_ring_slot *slot)
{
    const uint64_t time = as_time(session, slot->what.access.time);
    const uint64_t base = slot->what.access.base, address = slot->what.access.address;
    const uint8_t width = slot->width == 2 || slot->width == 4 ? slot->width : 1;
    struct up_record record = {
        .address = address,
        .offset = base != 0 && address >= base ? address - base : 0,
        .module = up_modules_find(&session->modules, slot->process, base),
        .process = slot->process,
        .thread = slot->thread,
        .value = slot->what.access.value & (0xFFFFFFFFu >> 8u * (4u - width)),
        .port = slot->what.access.port,
        .width = width,
        .flags = slot->flags,
    };
    size_t i;

    /* Two threads may have read the clock in another order than they took their numbers. */
    session->last_record = time > session->last_record ? time : session->last_record;
    record.time = session->last_record;
    for (i = 0; i < SINKS; i++) {
        if (session->sinks[i] != NULL && !session->has_failed[i]) {
            session->has_failed[i] = !session->sinks[i]->add(session->sinks[i], &record);
        }
    }
    session->counts.recorded++;
}

static void add_lost(struct up_session *session, uint64_t count)
{
    size_t i;

    for (i = 0; i < SINKS; i++) {
        if (session->sinks[i] != NULL && !session->has_failed[i]) {
            session->has_failed[i] =
                !session->sinks[i]->lost(session->sinks[i], session->last_record, count);
        }
    }
    session->counts.lost += count;
}

/* Takes everything out of the ring that is complete. Result: false if there was nothing. */
static bool drain(struct up_session *session)
{
    struct up_ring_slot slot;
    bool has_any = false;
    uint32_t lost;

    while (up_ring_take(session->ring, &slot)) {
        has_any = true;
        if (slot.kind == UP_RING_MODULE) {
            up_modules_add(&session->modules, slot.process, slot.what.module.base,
                           slot.what.module.name, sizeof slot.what.module.name);
        } else {
            add(session, &slot);
        }
        /* Lost accesses came after what filled the ring, and before what comes now. */
        lost = session->ring->lost;
        if (lost != session->lost_before) {
            const uint32_t more = lost - session->lost_before;

            session->lost_before = lost;
            add_lost(session, more);
        }
    }
    return has_any;
}

static void skip_stuck(struct up_session *session)
{
    up_ring_skip(session->ring);
    add_lost(session, 1);
}

static void flush_sinks(struct up_session *session)
{
    size_t i;

    for (i = 0; i < SINKS; i++) {
        if (session->sinks[i] != NULL && !session->has_failed[i]) {
            session->has_failed[i] = !session->sinks[i]->flush(session->sinks[i]);
        }
    }
}

/* The thread: until the session ends. */
static void empty_ring(void *context)
{
    struct up_session *session = context;
    uint64_t time = now(session), went_on = time, flushed = time;

    while (!session->ends) {
        /* A ring that was empty for long is not stuck when an access comes. */
        if (session->ring == NULL || drain(session) || !up_ring_is_stuck(session->ring)) {
            went_on = time;
        } else if (time - went_on >= STUCK_NS) {
            skip_stuck(session);
            went_on = time;
        }
        up_sleep(IDLE_MS); /* which may take much longer */
        time = now(session);
        if (time - flushed >= FLUSH_NS) {
            flushed = time;
            flush_sinks(session);
            flush_devices(session);
        }
    }
    while (session->ring != NULL) {
        (void)drain(session);
        if (!up_ring_is_stuck(session->ring)) {
            break;
        }
        skip_stuck(session);
    }
}

/* ---- the recording --------------------------------------------------------------------------- */

static bool open_recording(struct up_session *session, const struct up_session_start *start,
                           struct up_error_detail *problem)
{
    struct up_record_info info = {.printers = 0};
    const time_t time_of_day = time(NULL);
    const struct tm *utc = gmtime(&time_of_day);

    if (start->trace == NULL) {
        return true;
    }
    (void)snprintf(info.program, sizeof info.program, "%s",
                   start->program != NULL ? start->program : "");
    if (utc != NULL) {
        (void)strftime(info.begun, sizeof info.begun, "%Y-%m-%d %H:%M:%S UTC", utc);
    }
    up_session_find_printers(&session->routes, start->granted, &info);
    session->sinks[0] = up_recording_create(start->trace, &info, problem);
    return session->sinks[0] != NULL;
}

/* ---- begin and end --------------------------------------------------------------------------- */

static bool no_memory(struct up_error_detail *problem)
{
    up_error_detail_set(problem, 0, NULL, "there is not enough memory to record or simulate ports");
    return false;
}

static bool make_ring(struct up_session *session, const struct up_session_start *start,
                      struct up_error_detail *problem)
{
    session->ring = start->ring;
    if (session->ring == NULL) {
        session->ring = calloc(1, sizeof *session->ring);
        session->owns_ring = true;
    }
    if (session->ring == NULL) {
        return no_memory(problem);
    }
    up_ring_init(session->ring, session->frequency, session->begun);
    return true;
}

static bool begin(struct up_session *session, const struct up_session_start *start,
                  struct up_error_detail *problem)
{
    uint32_t code;

    session->lock = up_system_lock_new();
    if (session->lock == NULL) {
        return no_memory(problem);
    }
    if (!open_devices(session, problem) || !open_recording(session, start, problem)) {
        return false;
    }
    if ((start->trace != NULL || start->watch != NULL) && !make_ring(session, start, problem)) {
        return false;
    }
    session->thread = up_thread_start(empty_ring, session, &code);
    if (session->thread == NULL) {
        up_error_detail_set(problem, code, NULL, "cannot start the recorder's thread");
        return false;
    }
    return true;
}

static bool close_sinks(struct up_session *session, struct up_error_detail *problem)
{
    const uint64_t time = now(session);
    bool done = true;
    size_t i;

    for (i = 0; i < SINKS; i++) {
        if (session->sinks[i] != NULL &&
            !session->sinks[i]->close(session->sinks[i],
                                      time > session->last_record ? time : session->last_record,
                                      done ? problem : NULL)) {
            done = false;
        }
    }
    return done;
}

static void free_session(struct up_session *session)
{
    up_system_lock_delete(session->lock);
    up_modules_free(&session->modules);
    if (session->owns_ring) {
        free(session->ring);
    }
    free(session);
}

struct up_session *up_session_open(const struct up_session_start *start,
                                   struct up_error_detail *problem)
{
    struct up_session *session = calloc(1, sizeof *session);

    if (session == NULL) {
        (void)no_memory(problem);
        return NULL;
    }
    session->routes = *start->routes;
    session->sinks[1] = start->watch;
    session->note = start->note;
    session->context = start->context;
    session->frequency = up_clock_frequency();
    session->begun = up_clock_ticks();
    if (!begin(session, start, problem)) {
        session->sinks[1] = NULL; /* it stays the caller's */
        (void)close_sinks(session, NULL);
        (void)close_devices(session, NULL);
        free_session(session);
        return NULL;
    }
    return session;
}

struct up_ring *up_session_ring(struct up_session *session)
{
    return session->ring;
}

bool up_session_close(struct up_session *session, struct up_session_counts *counts,
                      struct up_error_detail *problem)
{
    bool has_devices, has_sinks;

    session->ends = true;
    up_thread_join(session->thread);
    if (counts != NULL) {
        *counts = session->counts;
    }
    has_devices = close_devices(session, problem);
    has_sinks = close_sinks(session, has_devices ? problem : NULL);
    free_session(session);
    return has_devices && has_sinks;
}
