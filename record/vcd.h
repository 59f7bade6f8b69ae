/* SPDX-License-Identifier: MIT
 *
 * What the writer and the reader of .vcd have in common: the variables of an access. Numbers and
 * names are strings and not vectors, because sigrok's reader stops at the first vector, and passes
 * over strings. For the same reason no identifier begins as a value does: with 0, 1, x, z, b, r, #
 * or $.
 */
#ifndef UP_RECORD_VCD_H
#define UP_RECORD_VCD_H

#include "record.h"

struct up_recording;
struct up_error_detail;

#define UP_VCD_FIRST "UserPort recording 1" /* the first comment */
#define UP_VCD_END   "end: "                /* the last one, before the time */

/* The wires. Each access changes the first one, as the last of its values. */
enum { UP_VCD_ACCESS, UP_VCD_WRITE, UP_VCD_DENIED, UP_VCD_WAIT, UP_VCD_SIMULATED, UP_VCD_WIRES };

/*
 * The strings. LATE: by how many ns the access is shown later than it was, because no two may be at
 * the same time. LOST: all that were lost so far.
 */
enum {
    UP_VCD_PORT,
    UP_VCD_VALUE,
    UP_VCD_WIDTH,
    UP_VCD_MODULE,
    UP_VCD_OFFSET,
    UP_VCD_ADDRESS,
    UP_VCD_PROCESS,
    UP_VCD_THREAD,
    UP_VCD_LATE,
    UP_VCD_LOST,
    UP_VCD_STRINGS
};

struct up_vcd_variable {
    char id;
    const char *name;
    uint8_t flag; /* of a wire: UP_RECORD_...; 0: none */
};

extern const struct up_vcd_variable up_vcd_wires[UP_VCD_WIRES];
extern const struct up_vcd_variable up_vcd_strings[UP_VCD_STRINGS];

#define UP_VCD_UNKNOWN "-" /* as the value of a string */

/* The longest value of a string, which is a module's name with each byte as \XX, and its NUL. */
#define UP_VCD_STRING_SIZE (3u * 260u)

/* As of struct up_format (formats.h). */
bool up_vcd_open(struct up_recording *recording, struct up_record_info *info,
                 struct up_error_detail *problem);

#endif
