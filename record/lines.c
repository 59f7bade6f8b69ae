/* SPDX-License-Identifier: MIT
 *
 * The lines of a printer port. See lines.h.
 */
#include "lines.h"

const struct up_line_facts up_lines[UP_LINES] = {
    {"nSTROBE", 1, UP_LINES_CONTROL, 0, true},    {"D0", 2, UP_LINES_DATA, 0, false},
    {"D1", 3, UP_LINES_DATA, 1, false},           {"D2", 4, UP_LINES_DATA, 2, false},
    {"D3", 5, UP_LINES_DATA, 3, false},           {"D4", 6, UP_LINES_DATA, 4, false},
    {"D5", 7, UP_LINES_DATA, 5, false},           {"D6", 8, UP_LINES_DATA, 6, false},
    {"D7", 9, UP_LINES_DATA, 7, false},           {"nACK", 10, UP_LINES_STATUS, 6, false},
    {"BUSY", 11, UP_LINES_STATUS, 7, true},       {"PAPER_END", 12, UP_LINES_STATUS, 5, false},
    {"SELECT", 13, UP_LINES_STATUS, 4, false},    {"nAUTOFEED", 14, UP_LINES_CONTROL, 1, true},
    {"nERROR", 15, UP_LINES_STATUS, 3, false},    {"nINIT", 16, UP_LINES_CONTROL, 2, false},
    {"nSELECTIN", 17, UP_LINES_CONTROL, 3, true},
};

/* Takes the value of one register. Result: its lines. */
static uint32_t take_register(struct up_line_levels *levels, unsigned offset, uint32_t value)
{
    uint32_t told = 0, high = 0;
    unsigned i;

    for (i = 0; i < UP_LINES; i++) {
        if (up_lines[i].offset == offset) {
            told |= 1u << i;
            high |= ((value >> up_lines[i].bit & 1u) ^ up_lines[i].is_inverted) << i;
        }
    }
    levels->known |= told;
    levels->high = (levels->high & ~told) | high;
    return told;
}

uint32_t up_lines_take(struct up_line_levels *levels, uint16_t base, const struct up_record *record)
{
    const bool is_write = (record->flags & UP_RECORD_WRITE) != 0;
    uint32_t told = 0;
    unsigned i;

    if ((record->flags & UP_RECORD_DENIED) != 0) {
        return 0;
    }
    for (i = 0; i < record->width && i < 4; i++) {
        const uint32_t offset = (uint32_t)record->port + i - base;

        if (offset <= UP_LINES_CONTROL && !(is_write && offset == UP_LINES_STATUS)) {
            told |= take_register(levels, offset, record->value >> 8u * i);
        }
    }
    return told;
}
