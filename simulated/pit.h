/* SPDX-License-Identifier: MIT
 *
 * One channel of the interval timer (Intel 8254), with its output as a function of time, so that a
 * long time costs no more than a short one. Time is in ticks of the timer's clock, 1.193182 MHz.
 * Pure C.
 *
 * Two simplifications: a count is there with its last write, rather than one tick after it, and a
 * change of the mode takes effect at once.
 */
#ifndef UP_SIMULATED_PIT_H
#define UP_SIMULATED_PIT_H

#include <stdbool.h>
#include <stdint.h>

/* Parts of a tick: 6250 of them are one sample of 44,100 Hz, exactly. */
#define UP_PIT_PARTS        231u
#define UP_PIT_SAMPLE_PARTS 6250u

/* Ticks in a time in ns, at the clock of a PC, 105/88 MHz: 14.318 MHz divided by 12. */
static inline uint64_t up_pit_ticks(uint64_t ns)
{
    return ns / 88000u * 105u + ns % 88000u * 105u / 88000u;
}

struct up_pit {
    uint8_t mode;   /* 0 to 5 */
    uint8_t access; /* 1: the low byte, 2: the high byte, 3: one after the other */
    bool is_bcd;
    bool gate;
    bool writes_high, reads_high; /* the high byte is next */
    uint8_t low;                  /* was written, and waits for the high byte */

    bool is_loaded;    /* there was a count since the mode was set */
    bool is_triggered; /* modes 1 and 5: the gate rose since then */
    uint32_t count;    /* 1 to 65,536 */
    /* When the count began. It may be before 0, and be a number near 2^64: only differences count.
     */
    uint64_t begun;
    uint64_t stopped; /* when the gate went low */
    bool has_next;    /* modes 2, 3: a count that comes at next_at; 1, 5: with the next trigger */
    uint32_t next;
    uint64_t next_at;

    bool has_latch, has_status;
    uint16_t latch;
    uint8_t status;
};

/* As a PC's BIOS leaves channel 2: mode 3, 65,536, gate low. */
void up_pit_init(struct up_pit *pit);

/*
 * What is written to port 43 for this channel: a mode, or a command to latch the count; and the
 * 8254's other command, to read back.
 */
void up_pit_command(struct up_pit *pit, uint8_t value, uint64_t tick);
void up_pit_read_back(struct up_pit *pit, bool latches_count, bool latches_status, uint64_t tick);

void up_pit_write(struct up_pit *pit, uint8_t value, uint64_t tick);
uint8_t up_pit_read(struct up_pit *pit, uint64_t tick);
void up_pit_gate(struct up_pit *pit, bool gate, uint64_t tick);

/*
 * A new count of modes 2 and 3 begins where a period, or a half of it, ends. up_pit_next gives that
 * time, or UINT64_MAX, and up_pit_advance lets the count begin if it is not after tick. What asks
 * for a later time has to advance first.
 */
uint64_t up_pit_next(const struct up_pit *pit);
void up_pit_advance(struct up_pit *pit, uint64_t tick);

/* For how many parts of a tick the output is high, from one time to another, in parts. */
uint64_t up_pit_high(const struct up_pit *pit, uint64_t from, uint64_t to);

/* Does the output keep its level from this tick on, if nothing is written? */
bool up_pit_is_constant(const struct up_pit *pit, uint64_t tick);

#endif
