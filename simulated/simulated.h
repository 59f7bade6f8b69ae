/* SPDX-License-Identifier: MIT
 *
 * Simulated devices, as targets of routes (core/device_names.h). They live in the process that has
 * started the program, userportctl or UserPort.exe, and get the program's accesses one after the
 * other. Each device is one file behind struct up_device_kind.
 */
#ifndef UP_SIMULATED_SIMULATED_H
#define UP_SIMULATED_SIMULATED_H

#include <stdbool.h>
#include <stdint.h>

#include "control/error_detail.h"

/* One access to a device. */
struct up_device_access {
    uint64_t time;   /* in ns since the devices were opened; never descends */
    uint32_t value;  /* a write's; only the lower width bytes count */
    uint16_t port;   /* the program's */
    uint16_t offset; /* of port in its route */
    uint8_t width;   /* 1, 2 or 4 bytes */
};

/*
 * Says something to the user while the program runs, such as what a replay expected: a sentence
 * without its period.
 */
typedef void up_device_note(void *context, const char *text);

struct up_simulated; /* a device's own state, which begins with its kind */

struct up_device_kind {
    const char *name;
    /*
     * Makes a device. argument: what stands behind the colon, UTF-8; "" without one. Result: NULL
     * with *problem.
     */
    struct up_simulated *(*open)(const char *argument, up_device_note *note, void *context,
                                 struct up_error_detail *problem);
    /*
     * Says which ports are routed to it, before the first access: a replay leaves out what its
     * recording has of others. NULL: it does not matter.
     */
    void (*covers)(struct up_simulated *device, uint16_t first, uint16_t last);
    void (*reset)(struct up_simulated *device, uint64_t time); /* as at power-on */
    uint32_t (*read)(struct up_simulated *device, const struct up_device_access *access);
    void (*write)(struct up_simulated *device, const struct up_device_access *access);
    /* Writes what came so far into its file; called a few times a second. */
    void (*flush)(struct up_simulated *device);
    /* Ends it and frees it. Result: false with *problem if its file is not whole. */
    bool (*close)(struct up_simulated *device, uint64_t time, struct up_error_detail *problem);
};

/* What each device's state begins with. */
struct up_simulated {
    const struct up_device_kind *kind;
};

extern const struct up_device_kind up_device_printer, up_device_loopback, up_device_memory,
    up_device_speaker, up_device_script, up_device_replay;

/* Opens the device of a route's text: "printer:out.txt". Result: NULL with *problem. */
struct up_simulated *up_simulated_open(const char *text, up_device_note *note, void *context,
                                       struct up_error_detail *problem);

/*
 * Says that these ports are routed to it. To be called for each of its routes, before the first
 * access.
 */
void up_simulated_covers(struct up_simulated *device, uint16_t first, uint16_t last);

#endif
