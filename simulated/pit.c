/* SPDX-License-Identifier: MIT
 *
 * One channel of the interval timer. See pit.h. The modes are those of Intel's data sheet of the
 * 8254: 0 interrupt on terminal count, 1 one-shot, 2 rate generator, 3 square wave, 4 and 5
 * strobes.
 */
#include "pit.h"

#include <string.h>

#define LOW  1u
#define HIGH 2u

void up_pit_init(struct up_pit *pit)
{
    memset(pit, 0, sizeof *pit);
    pit->mode = 3;
    pit->access = LOW | HIGH;
    pit->is_loaded = true;
    pit->count = 0x10000;
}

static bool is_periodic(const struct up_pit *pit)
{
    return pit->mode == 2 || pit->mode == 3;
}

/* Modes 1 and 5 begin when the gate rises, and then it may fall. */
static bool is_one_shot(const struct up_pit *pit)
{
    return pit->mode == 1 || pit->mode == 5;
}

static bool is_running(const struct up_pit *pit)
{
    return pit->is_loaded && (is_one_shot(pit) ? pit->is_triggered : pit->gate);
}

/* How many ticks it has counted. */
static uint64_t counted(const struct up_pit *pit, uint64_t tick)
{
    if (!is_one_shot(pit) && !pit->gate) {
        tick = pit->stopped;
    }
    return tick - pit->begun;
}

static uint32_t high_half(const struct up_pit *pit)
{
    return (pit->count + 1u) / 2u;
}

/* ---- the count ------------------------------------------------------------------------------- */

static uint16_t to_bcd(uint32_t value)
{
    uint32_t bcd = 0;
    unsigned digit;

    for (digit = 0; digit < 4; digit++) {
        bcd |= value % 10u << (4u * digit);
        value /= 10u;
    }
    return (uint16_t)bcd;
}

static uint32_t from_bcd(uint32_t bcd)
{
    return (bcd >> 12) * 1000u + (bcd >> 8 & 15u) * 100u + (bcd >> 4 & 15u) * 10u + (bcd & 15u);
}

/* The counting element, as a program reads it. */
static uint16_t value_at(const struct up_pit *pit, uint64_t tick)
{
    const uint32_t modulus = pit->is_bcd ? 10000u : 0x10000u;
    const uint64_t done = counted(pit, tick);
    const uint32_t half = high_half(pit);
    uint32_t at, value;

    if (!pit->is_loaded || (is_one_shot(pit) && !pit->is_triggered)) {
        value = pit->count;
    } else if (pit->mode == 2) {
        value = pit->count - (uint32_t)(done % pit->count);
    } else if (pit->mode == 3) {
        /* It counts by two, once for each half; an odd count begins one lower. */
        at = (uint32_t)(done % pit->count);
        value = (pit->count & ~1u) - 2u * (at < half ? at : at - half);
    } else {
        value = pit->count + modulus - (uint32_t)(done % modulus);
    }
    return pit->is_bcd ? to_bcd(value % modulus) : (uint16_t)value;
}

uint64_t up_pit_next(const struct up_pit *pit)
{
    return pit->has_next && is_periodic(pit) && pit->gate ? pit->next_at : UINT64_MAX;
}

void up_pit_advance(struct up_pit *pit, uint64_t tick)
{
    bool is_low_half;

    if (up_pit_next(pit) > tick) {
        return;
    }
    is_low_half = pit->mode == 3 && (pit->next_at - pit->begun) % pit->count != 0;
    pit->count = pit->next;
    pit->begun = pit->next_at;
    pit->has_next = false;
    if (is_low_half) {
        /* The half that begins is the low one: as if the high one had had the new length too. */
        pit->begun -= high_half(pit);
    }
}

/* A count for a channel that counts in periods already. */
static void load_next(struct up_pit *pit, uint32_t count, uint64_t tick)
{
    const uint64_t done = counted(pit, tick);
    const uint64_t at = done % pit->count;
    const uint32_t half = high_half(pit);

    pit->has_next = true;
    pit->next = count;
    pit->next_at = pit->begun + (done - at) +
                   (pit->mode == 3 && at < half && half < pit->count ? half : pit->count);
}

static void load(struct up_pit *pit, uint32_t raw, uint64_t tick)
{
    uint32_t count = pit->is_bcd ? from_bcd(raw) : raw;

    if (count == 0) {
        count = pit->is_bcd ? 10000u : 0x10000u;
    }
    if (is_one_shot(pit) && pit->is_triggered) {
        pit->has_next = true;
        pit->next = count;
    } else if (is_periodic(pit) && pit->is_loaded && pit->gate) {
        load_next(pit, count, tick);
    } else {
        pit->count = count;
        pit->begun = tick;
        pit->stopped = tick;
        pit->has_next = false;
    }
    pit->is_loaded = true;
}

/* ---- registers ------------------------------------------------------------------------------- */

static uint8_t status_at(const struct up_pit *pit, uint64_t tick)
{
    const bool is_null = !pit->is_loaded || pit->has_next;
    const uint64_t at = tick * UP_PIT_PARTS;

    return (uint8_t)((up_pit_high(pit, at, at + 1u) != 0 ? 0x80u : 0u) | (is_null ? 0x40u : 0u) |
                     (unsigned)pit->access << 4 | (unsigned)pit->mode << 1 | pit->is_bcd);
}

void up_pit_read_back(struct up_pit *pit, bool latches_count, bool latches_status, uint64_t tick)
{
    /* What is latched stays until it is read. */
    if (latches_count && !pit->has_latch) {
        pit->has_latch = true;
        pit->latch = value_at(pit, tick);
    }
    if (latches_status && !pit->has_status) {
        pit->has_status = true;
        pit->status = status_at(pit, tick);
    }
}

void up_pit_command(struct up_pit *pit, uint8_t value, uint64_t tick)
{
    const uint8_t access = value >> 4 & 3u;
    const uint8_t mode = value >> 1 & 7u;

    if (access == 0) {
        up_pit_read_back(pit, true, false, tick);
        return;
    }
    pit->count = value_at(pit, tick);
    if (pit->count == 0) {
        pit->count = 0x10000;
    }
    pit->access = access;
    pit->mode = mode > 5 ? (uint8_t)(mode - 4u) : mode;
    pit->is_bcd = (value & 1u) != 0;
    pit->writes_high = pit->reads_high = access == HIGH;
    pit->is_loaded = pit->is_triggered = pit->has_next = false;
    pit->has_latch = pit->has_status = false;
}

void up_pit_write(struct up_pit *pit, uint8_t value, uint64_t tick)
{
    switch (pit->access) {
    case LOW:
        load(pit, value, tick);
        break;
    case HIGH:
        load(pit, (uint32_t)value << 8, tick);
        break;
    default:
        if (!pit->writes_high) {
            pit->low = value;
            if (pit->mode == 0) {
                pit->is_loaded = false; /* it stops, and the output goes low */
            }
        } else {
            load(pit, (uint32_t)value << 8 | pit->low, tick);
        }
        pit->writes_high = !pit->writes_high;
    }
}

uint8_t up_pit_read(struct up_pit *pit, uint64_t tick)
{
    const bool reads_high = pit->reads_high;
    uint16_t value;

    if (pit->has_status) {
        pit->has_status = false;
        return pit->status;
    }
    value = pit->has_latch ? pit->latch : value_at(pit, tick);
    if (pit->access == (LOW | HIGH)) {
        pit->reads_high = !reads_high;
    }
    if (pit->access != (LOW | HIGH) || reads_high) {
        pit->has_latch = false;
    }
    return (uint8_t)(reads_high ? value >> 8 : value);
}

void up_pit_gate(struct up_pit *pit, bool gate, uint64_t tick)
{
    if (gate == pit->gate) {
        return;
    }
    pit->gate = gate;
    if (!gate) {
        pit->stopped = tick;
        return;
    }
    if (!is_periodic(pit) && !is_one_shot(pit)) {
        pit->begun += tick - pit->stopped;
        return;
    }
    if (pit->has_next) {
        pit->count = pit->next;
        pit->has_next = false;
    }
    pit->begun = tick;
    pit->is_triggered = pit->is_loaded;
}

/* ---- the output ------------------------------------------------------------------------------ */

/* For how many parts it was high in the first length parts of a count. */
static uint64_t high_of(const struct up_pit *pit, uint64_t length)
{
    const uint64_t count = (uint64_t)pit->count * UP_PIT_PARTS;
    uint64_t high, at;

    switch (pit->mode) {
    case 0:
    case 1:
        return length > count ? length - count : 0;
    case 2:
    case 3:
        high = (uint64_t)(pit->mode == 3 ? high_half(pit) : pit->count - 1u) * UP_PIT_PARTS;
        at = length % count;
        return length / count * high + (at < high ? at : high);
    default:
        at = length > count ? length - count : 0;
        return length - (at < UP_PIT_PARTS ? at : UP_PIT_PARTS);
    }
}

uint64_t up_pit_high(const struct up_pit *pit, uint64_t from, uint64_t to)
{
    const uint64_t begun = pit->begun * UP_PIT_PARTS;
    uint64_t stopped;

    if (is_running(pit)) {
        return high_of(pit, to - begun) - high_of(pit, from - begun);
    }
    if (pit->is_loaded && (pit->mode == 0 || pit->mode == 4)) {
        /* The gate holds it where it is. */
        stopped = counted(pit, 0) * UP_PIT_PARTS;
        return high_of(pit, stopped + 1u) > high_of(pit, stopped) ? to - from : 0;
    }
    return pit->mode == 0 ? 0 : to - from;
}

bool up_pit_is_constant(const struct up_pit *pit, uint64_t tick)
{
    if (!is_running(pit)) {
        return true;
    }
    return !is_periodic(pit) && counted(pit, tick) > pit->count;
}
