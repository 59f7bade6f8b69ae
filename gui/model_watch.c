/* SPDX-License-Identifier: MIT
 *
 * What the window of a watched program shows (model_watch.h): what comes in, and how it is kept.
 * model_watch_text.c has the words.
 */
#include "model_watch.h"

#include <string.h>

#include "core/text.h"

#define QUARTER_NS 250000000u
#define SECOND_NS  1000000000u
#define ALL_LINES  ((1u << UP_LINES) - 1u)

/* ---- accesses a second ----------------------------------------------------------------------- */

static void count(struct up_watching_rate *rate, uint64_t time)
{
    const uint64_t quarter = time / QUARTER_NS;
    const uint64_t passed = quarter > rate->quarter ? quarter - rate->quarter : 0;

    for (uint64_t i = 1; i <= passed && i <= UP_WATCHING_QUARTERS; i++) {
        rate->counts[(rate->quarter + i) % UP_WATCHING_QUARTERS] = 0;
    }
    rate->quarter += passed;
    rate->counts[rate->quarter % UP_WATCHING_QUARTERS]++;
}

uint64_t up_watching_rate(const struct up_watching *watching, const struct up_watching_rate *rate)
{
    const uint64_t end = watching->now / QUARTER_NS;
    uint64_t sum = 0;

    if (watching->is_over && watching->now >= watching->newest) {
        return 0;
    }
    for (uint64_t i = end > 4u ? end - 4u : 0; i < end; i++) {
        if (i <= rate->quarter && rate->quarter - i < UP_WATCHING_QUARTERS) {
            sum += rate->counts[i % UP_WATCHING_QUARTERS];
        }
    }
    return sum;
}

/* ---- the lines ------------------------------------------------------------------------------- */

static struct up_watching_slot slot_of(const struct up_line_levels *levels)
{
    const uint32_t known = levels->known & ALL_LINES;
    const struct up_watching_slot slot = {known & levels->high, known & ~levels->high};

    return slot;
}

/* Goes on to the slot of a time. In those between the levels stay as they are. */
static struct up_watching_slot *slot_at(struct up_wave *wave, uint64_t time)
{
    const uint64_t number = time / UP_WATCHING_SLOT_NS;
    const uint64_t passed = number > wave->newest ? number - wave->newest : 0;

    for (uint64_t i = 1; i <= passed && i <= UP_WATCHING_SLOTS; i++) {
        wave->slots[(wave->newest + i) % UP_WATCHING_SLOTS] = slot_of(&wave->levels);
    }
    wave->newest += passed;
    return &wave->slots[wave->newest % UP_WATCHING_SLOTS];
}

static void take_values(struct up_wave *wave, const struct up_record *record)
{
    for (unsigned i = 0; i < record->width && i < 4; i++) {
        const uint32_t offset = (uint32_t)record->port + i - wave->base;

        if (offset <= UP_LINES_CONTROL &&
            !((record->flags & UP_RECORD_WRITE) != 0 && offset == UP_LINES_STATUS)) {
            wave->values[offset] = (uint8_t)(record->value >> 8u * i);
            wave->known |= (uint8_t)(1u << offset);
        }
    }
}

static void add_to_wave(struct up_wave *wave, const struct up_record *record)
{
    struct up_watching_slot *slot, now;

    if ((uint32_t)record->port + record->width <= wave->base ||
        record->port > wave->base + UP_LINES_CONTROL) {
        return;
    }
    wave->accesses++;
    count(&wave->rate, record->time);
    if ((record->flags & UP_RECORD_DENIED) != 0) {
        return;
    }
    slot = slot_at(wave, record->time);
    (void)up_lines_take(&wave->levels, wave->base, record);
    take_values(wave, record);
    now = slot_of(&wave->levels);
    slot->high |= now.high;
    slot->low |= now.low;
}

/* ---- the ports ------------------------------------------------------------------------------- */

/* The port's row, which is made if there is room; NULL: there is none. */
static struct up_watching_port *port_of(struct up_watching *watching, uint16_t port)
{
    uint32_t first = 0, end = watching->port_count;
    struct up_watching_port *row;

    while (first < end) {
        const uint32_t middle = first + (end - first) / 2u;

        if (watching->ports[middle].port < port) {
            first = middle + 1u;
        } else {
            end = middle;
        }
    }
    row = &watching->ports[first];
    if (first < watching->port_count && row->port == port) {
        return row;
    }
    if (watching->port_count == UP_WATCHING_PORTS) {
        return NULL;
    }
    memmove(row + 1, row, (watching->port_count - first) * sizeof *row);
    watching->port_count++;
    memset(row, 0, sizeof *row);
    row->port = port;
    return row;
}

static void add_to_port(struct up_watching_port *row, const struct up_record *record)
{
    row->total++;
    count(&row->rate, record->time);
    if ((record->flags & UP_RECORD_DENIED) != 0) {
        row->denied++;
    } else if ((record->flags & UP_RECORD_WRITE) != 0) {
        row->value_written = record->value;
        row->width_written = record->width;
    } else {
        row->value_read = record->value;
        row->width_read = record->width;
    }
}

/* ---- what comes in --------------------------------------------------------------------------- */

void up_watching_init(struct up_watching *watching)
{
    memset(watching, 0, sizeof *watching);
}

void up_watching_begin(struct up_watching *watching, const struct up_record_info *info)
{
    watching->wave_count = 0;
    for (uint32_t i = 0; i < info->printers && i < UP_RECORD_PRINTERS_MAX; i++) {
        struct up_wave *wave = &watching->waves[watching->wave_count++];

        memset(wave, 0, sizeof *wave);
        wave->base = info->printer[i];
    }
}

static void came(struct up_watching *watching, uint64_t time)
{
    watching->newest = time > watching->newest ? time : watching->newest;
    watching->has_more = true;
}

void up_watching_add(struct up_watching *watching, const struct up_record *record)
{
    struct up_watching_port *row = port_of(watching, record->port);

    came(watching, record->time);
    watching->total++;
    watching->denied += (record->flags & UP_RECORD_DENIED) != 0;
    if (row != NULL) {
        add_to_port(row, record);
    } else {
        watching->others++;
    }
    for (uint32_t i = 0; i < watching->wave_count; i++) {
        add_to_wave(&watching->waves[i], record);
    }
}

void up_watching_lose(struct up_watching *watching, uint64_t time, uint64_t lost)
{
    came(watching, time);
    watching->lost += lost;
    for (uint32_t i = 0; i < watching->wave_count; i++) {
        slot_at(&watching->waves[i], time)->high |= UP_WATCHING_LOST;
    }
}

void up_watching_end(struct up_watching *watching, uint64_t time)
{
    came(watching, time);
    watching->is_over = true;
}

/* Copies one or more sentences, or a clause that becomes one. */
static void set_problem(struct up_watching *watching, const char *text)
{
    struct up_writer writer;
    const size_t length = strlen(text);
    const char first = length > 0 ? text[0] : '\0';

    up_writer_init(&writer, watching->problem, sizeof watching->problem);
    if (first != '\0') {
        up_writer_char(&writer, first >= 'a' && first <= 'z' ? (char)(first - 'a' + 'A') : first);
        up_writer_text(&writer, text + 1);
        up_writer_text(&writer, text[length - 1] == '.' ? "" : ".");
    }
}

void up_watching_spoil(struct up_watching *watching, const char *why)
{
    set_problem(watching, why);
}

void up_watching_exit(struct up_watching *watching, uint32_t exit_code)
{
    if (watching->state == UP_WATCHING_RUNS) {
        watching->state = UP_WATCHING_ENDED;
        watching->exit_code = exit_code;
    }
}

void up_watching_fail(struct up_watching *watching, const char *why)
{
    /* A program can end with the same status as userportctl when it starts none. */
    if (watching->total == 0) {
        watching->state = UP_WATCHING_FAILED;
        set_problem(watching, why);
    }
}

/* ---- the time -------------------------------------------------------------------------------- */

/*
 * The difference between the clock and the times of the recording is the least that was seen, since
 * what comes is late in different measure. It may grow slowly, since two clocks never agree.
 */
static void set_offset(struct up_watching *watching, int64_t clock)
{
    const int64_t offset = clock - (int64_t)watching->newest;

    if (!watching->has_offset || offset < watching->offset ||
        offset - watching->offset > (int64_t)SECOND_NS) {
        watching->offset = offset;
        watching->has_offset = true;
    } else {
        watching->offset += (offset - watching->offset) / 256;
    }
}

bool up_watching_tick(struct up_watching *watching, uint64_t clock)
{
    const int64_t present = (int64_t)(clock * 1000000u);
    const uint64_t before = watching->now;
    const bool has_more = watching->has_more;
    int64_t now;

    if (has_more && !(watching->is_over && watching->has_offset)) {
        set_offset(watching, present);
    }
    watching->has_more = false;
    if (!watching->has_offset) {
        return false;
    }
    now = present - watching->offset - (int64_t)UP_WATCHING_DELAY_NS;
    if (watching->is_over && now > (int64_t)watching->newest) {
        now = (int64_t)watching->newest;
    }
    if (now > (int64_t)watching->now) {
        watching->now = (uint64_t)now;
    }
    return has_more || watching->now / UP_WATCHING_SLOT_NS != before / UP_WATCHING_SLOT_NS;
}

void up_watching_pause(struct up_watching *watching, bool is_paused)
{
    const struct up_wave *wave;

    watching->is_paused = watching->has_paused = false;
    if (is_paused) {
        wave = up_watching_wave(watching, &watching->paused_now);
        if (wave != NULL) {
            watching->paused = *wave;
            watching->has_paused = true;
        }
    }
    watching->is_paused = is_paused;
}

/* ---- what is drawn --------------------------------------------------------------------------- */

const struct up_wave *up_watching_wave(const struct up_watching *watching, uint64_t *now)
{
    const struct up_wave *most = NULL;

    *now = watching->now;
    if (watching->is_paused && watching->has_paused) {
        *now = watching->paused_now;
        return &watching->paused;
    }
    for (uint32_t i = 0; i < watching->wave_count; i++) {
        const struct up_wave *wave = &watching->waves[i];

        if (wave->accesses > (most != NULL ? most->accesses : 0)) {
            most = wave;
        }
    }
    return most;
}

bool up_wave_slot(const struct up_wave *wave, uint64_t now, uint32_t column,
                  struct up_watching_slot *slot)
{
    const uint64_t at = now / UP_WATCHING_SLOT_NS;

    if (column > at) {
        return false;
    }
    if (at - column > wave->newest) {
        *slot = slot_of(&wave->levels);
        return true;
    }
    *slot = wave->slots[(at - column) % UP_WATCHING_SLOTS];
    return wave->newest - (at - column) < UP_WATCHING_SLOTS;
}

bool up_wave_second(uint64_t now, uint32_t column, uint32_t *second)
{
    const uint64_t at = now / UP_WATCHING_SLOT_NS;
    const uint64_t slots = SECOND_NS / UP_WATCHING_SLOT_NS;

    *second = column <= at ? (uint32_t)((at - column) / slots) : 0;
    return column <= at && (at - column) % slots == 0;
}
