/* SPDX-License-Identifier: MIT
 *
 * What a script of the device "script:FILE" says, as it was read (docs/script-devices.md has the
 * language). Everything has a fixed size: a script that needs more is refused.
 */
#ifndef UP_SIMULATED_SCRIPT_H
#define UP_SIMULATED_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "simulated.h"

#define UP_SCRIPT_BYTES_MAX   0x10000u /* of the file */
#define UP_SCRIPT_PORTS_MAX   64u
#define UP_SCRIPT_LINES_MAX   512u  /* that do something */
#define UP_SCRIPT_VALUES_MAX  4096u /* in answers, together */
#define UP_SCRIPT_WRITES_MAX  8u    /* that one condition waits for */
#define UP_SCRIPT_AND_MAX     4u    /* in one condition */
#define UP_SCRIPT_SECONDS_MAX 3600u /* of a delay */
#define UP_SCRIPT_NO_PORT     0xFFu

/* A port that the script names: a register, of as many bytes as the longest value for it has. */
struct up_script_port {
    uint16_t port;
    uint8_t width; /* 1, 2 or 4 */
    uint32_t line; /* where it is named first */
};

/* A value that a write is compared with, in the bits of the mask. */
struct up_script_match {
    uint32_t value, mask;
};

/* The last write to another port. */
struct up_script_and {
    uint8_t port; /* its number in ports */
    struct up_script_match match;
};

struct up_script_value {
    uint64_t delay; /* in ns, after the value before it has come; 0: reads end that one */
    uint32_t value;
};

enum up_script_answer {
    UP_SCRIPT_KEEP,   /* what was last written to the register, or to another one: from */
    UP_SCRIPT_LIST,   /* values, one after the other */
    UP_SCRIPT_COUNT,  /* each number from one to another, again and again */
    UP_SCRIPT_ADVANCE /* no answer: the next value of the present one */
};

/* A line: an answer, and when it begins to hold. */
struct up_script_line {
    uint8_t when; /* the number of the port that has to be written to; NO_PORT: from the start */
    uint8_t write_count;
    uint8_t other_count;
    uint8_t port; /* the number of the port that answers */
    uint8_t answer;
    uint8_t from;          /* of UP_SCRIPT_KEEP */
    bool advances_itself;  /* with each read; otherwise by UP_SCRIPT_ADVANCE alone */
    bool repeats;          /* after the last value the first one follows */
    uint16_t first, count; /* its values, of UP_SCRIPT_LIST */
    uint32_t low, high;    /* of UP_SCRIPT_COUNT */
    struct up_script_match writes[UP_SCRIPT_WRITES_MAX]; /* the oldest one first */
    struct up_script_and others[UP_SCRIPT_AND_MAX];
};

struct up_script {
    uint32_t port_count, line_count, value_count;
    struct up_script_port ports[UP_SCRIPT_PORTS_MAX];
    struct up_script_line lines[UP_SCRIPT_LINES_MAX];
    struct up_script_value values[UP_SCRIPT_VALUES_MAX];
};

/*
 * Reads length bytes of text. name: the file's, for the messages: "out.txt line 3, column 5: ...".
 * Result: false with *problem, which may be NULL.
 */
bool up_script_read(const char *text, size_t length, const char *name, struct up_script *script,
                    struct up_error_detail *problem);

/* The device of a text, as that of a file. Result: NULL with *problem. */
struct up_simulated *up_script_open(const char *text, size_t length, const char *name,
                                    struct up_error_detail *problem);

#endif
