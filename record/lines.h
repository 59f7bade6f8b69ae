/* SPDX-License-Identifier: MIT
 *
 * The 17 lines of a printer port's connector, and what an access says of them. Data bits are on the
 * port's base, status bits on base + 1, control bits on base + 2. Four bits are inverted between
 * register and pin: BUSY (status 7), nSTROBE, nAUTOFEED and nSELECTIN (control 0, 1, 3). A leading
 * n names a line that is active while low. These are the facts of IEEE 1284's compatibility mode.
 */
#ifndef UP_RECORD_LINES_H
#define UP_RECORD_LINES_H

#include "record.h"

#define UP_LINES 17u

/* The registers, by their distance from the base. */
enum { UP_LINES_DATA, UP_LINES_STATUS, UP_LINES_CONTROL };

/* In the order of up_lines. */
enum up_line {
    UP_LINE_STROBE,
    UP_LINE_D0,
    UP_LINE_D7 = UP_LINE_D0 + 7,
    UP_LINE_ACK,
    UP_LINE_BUSY,
    UP_LINE_PAPER_END,
    UP_LINE_SELECT,
    UP_LINE_AUTOFEED,
    UP_LINE_ERROR,
    UP_LINE_INIT,
    UP_LINE_SELECT_IN
};

struct up_line_facts {
    const char *name;
    uint8_t pin, offset, bit;
    bool is_inverted; /* the pin carries the inverse of the bit */
};

/* In the order of their pins, 1 to 17. */
extern const struct up_line_facts up_lines[UP_LINES];

/* The levels of the pins: bit 0 is the first line's. All bytes 0: nothing is known. */
struct up_line_levels {
    uint32_t known, high;
};

/*
 * Takes what an access to the port at base tells: what was written to data or control, and what was
 * read from any of the three, also by a part of a wider access. A denied access tells nothing.
 * Result: the lines that it told of, whether they changed or not.
 */
uint32_t up_lines_take(struct up_line_levels *levels, uint16_t base,
                       const struct up_record *record);

/* The byte on the data lines; only where all of them are known. */
static inline uint8_t up_lines_data(const struct up_line_levels *levels)
{
    return (uint8_t)(levels->high >> UP_LINE_D0);
}

#define UP_LINES_DATA_MASK (0xFFu << UP_LINE_D0)

#endif
