/* SPDX-License-Identifier: MIT
 *
 * The recorder: what a program does with its ports. The accesses come through a ring in memory
 * (ring.h), which the program fills, and whoever has started it passes them on to sinks: a file of
 * one of the formats, the lines of run --watch, the window's picture, the summary of
 * `userportctl trace`. This file says what one access is, and what a sink is.
 */
#ifndef UP_RECORD_RECORD_H
#define UP_RECORD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#define UP_RECORD_WRITE  1u /* OUT, else IN */
#define UP_RECORD_DENIED 2u /* refused, and nothing was executed; the value of a read is ones */
/*
 * The driver has read the port until it had the value that was waited for, or until a time-out;
 * value is what was read last.
 */
#define UP_RECORD_WAIT      4u
#define UP_RECORD_SIMULATED 8u /* a simulated device has answered */

/* One access. An element of a block is an access too. */
struct up_record {
    uint64_t time;    /* in ns since the recording began; ascending */
    uint64_t address; /* of the instruction, or where a library's function returns to; 0: unknown */
    uint64_t offset;  /* of address in its module */
    const char *module; /* the module's file name without its path; NULL: unknown */
    uint32_t process, thread;
    uint32_t value;
    uint16_t port; /* as the program has it, before any route */
    uint8_t width; /* 1, 2 or 4 bytes */
    uint8_t flags; /* UP_RECORD_... */
};

/* The printer ports whose lines have names in a recording. */
#define UP_RECORD_PRINTERS_MAX 4u

/* What is known when a recording begins. All bytes 0: nothing. */
struct up_record_info {
    char program[260];                        /* the program's file name; UTF-8 */
    char begun[32];                           /* the time of day: "2026-11-29 21:05:03 UTC" */
    uint32_t printers;                        /* how many; 0: no port is a printer port's */
    uint16_t printer[UP_RECORD_PRINTERS_MAX]; /* their base addresses */
};

/*
 * Where records go. add gets each record, in the order of time, and lost the number of accesses
 * that are missing here because the ring was full. flush makes what came so far readable by others;
 * it is called a few times a second. close ends it, with the time of its end, and frees the sink.
 * Result: false if a record could not be kept; then every later call but close may be left out, and
 * close says with *problem, which may be NULL, what went wrong.
 */
struct up_error_detail;
struct up_sink {
    bool (*add)(struct up_sink *sink, const struct up_record *record);
    bool (*lost)(struct up_sink *sink, uint64_t time, uint64_t count);
    bool (*flush)(struct up_sink *sink);
    bool (*close)(struct up_sink *sink, uint64_t time, struct up_error_detail *problem);
};

#endif
