/* SPDX-License-Identifier: MIT
 *
 * What the window of a watched program shows: the lines of its printer port over the last seconds,
 * the ports that it uses, and every sentence about it. Records go in, and what is to be drawn comes
 * out. The memory is the same for a recording of any length. Pure C without OS headers.
 * watchwindow.c shows it; watchfile.c reads the records.
 *
 * The lines are kept as slots of 8 ms, each of which is one column of the picture. A slot knows at
 * which levels a line was in it, so that no pulse is too short to be seen.
 */
#ifndef UP_GUI_MODEL_WATCH_H
#define UP_GUI_MODEL_WATCH_H

#include <stddef.h>

#include "record/lines.h"

#define UP_WATCHING_SLOT_NS  8000000u
#define UP_WATCHING_SLOTS    2048u
#define UP_WATCHING_PORTS    256u /* in the table; of others only the accesses are counted */
#define UP_WATCHING_QUARTERS 8u
/*
 * The picture is so much behind the present: userportctl writes what happens ten times a second,
 * and by then everything that is to be drawn has come.
 */
#define UP_WATCHING_DELAY_NS 250000000u

/* The lines that were high at some time, and low. A line that was neither is unknown. */
struct up_watching_slot {
    uint32_t high, low;
};
#define UP_WATCHING_LOST 0x80000000u /* in high: accesses are missing here */

/* Accesses, counted by quarters of a second. */
struct up_watching_rate {
    uint64_t quarter; /* the newest */
    uint32_t counts[UP_WATCHING_QUARTERS];
};

/* One printer port. */
struct up_wave {
    uint16_t base;
    uint8_t known;     /* bit 0: values[0] is known, ... */
    uint8_t values[3]; /* of data, status and control, as read or written last */
    uint64_t accesses;
    struct up_line_levels levels; /* at the end of the newest slot */
    uint64_t newest;              /* the number of that slot, from the beginning on */
    struct up_watching_rate rate;
    struct up_watching_slot slots[UP_WATCHING_SLOTS];
};

/* One port of the table. */
struct up_watching_port {
    uint16_t port;
    uint8_t width_read, width_written; /* of the last one, in bytes; 0: none */
    uint32_t value_read, value_written;
    uint64_t total, denied;
    struct up_watching_rate rate;
};

enum up_watching_state {
    UP_WATCHING_RUNS,
    UP_WATCHING_ENDED,
    UP_WATCHING_FAILED /* it was not started */
};

struct up_watching {
    enum up_watching_state state;
    uint32_t exit_code;
    char problem[1100]; /* why it was not started, or why the recording cannot be read on */

    uint64_t total, denied, lost, others;
    uint64_t newest; /* the time of the newest access, in ns since the recording began */
    bool is_over;    /* the recording has come to its end, which is newest */

    /* The present of the picture, and what is taken from the clock for it. */
    uint64_t now;
    int64_t offset;
    bool has_offset, has_more; /* something came since the last tick */

    uint32_t port_count;
    struct up_watching_port ports[UP_WATCHING_PORTS]; /* ascending */
    uint32_t wave_count;
    struct up_wave waves[UP_RECORD_PRINTERS_MAX];

    bool is_paused, has_paused;
    uint64_t paused_now;
    struct up_wave paused; /* if has_paused: the picture that stands still */
};

/* ---- what comes in --------------------------------------------------------------------------- */

/* Initializes it: nothing has come yet. */
void up_watching_init(struct up_watching *watching);

/* The recording says which printer ports it has. Before the first access. */
void up_watching_begin(struct up_watching *watching, const struct up_record_info *info);

void up_watching_add(struct up_watching *watching, const struct up_record *record);
void up_watching_lose(struct up_watching *watching, uint64_t time, uint64_t count);

/* The recording is at its end; or it cannot be read on, for which why is a clause. */
void up_watching_end(struct up_watching *watching, uint64_t time);
void up_watching_spoil(struct up_watching *watching, const char *why);

/* userportctl has ended with this status. After everything has been read. */
void up_watching_exit(struct up_watching *watching, uint32_t exit_code);

/* The program was not started, for which why is one or more sentences. */
void up_watching_fail(struct up_watching *watching, const char *why);

/*
 * Time has passed. clock: in ms, from any beginning. After what was read then. Result: has the
 * picture changed, for which columns move or what came last is newer?
 */
bool up_watching_tick(struct up_watching *watching, uint64_t clock);

/* The picture stands still, or moves again. Everything else goes on. */
void up_watching_pause(struct up_watching *watching, bool is_paused);

/* ---- what is drawn --------------------------------------------------------------------------- */

/*
 * The printer port to be drawn: the one that is used most. *now becomes the time at the right edge.
 * NULL: no printer port was used.
 */
const struct up_wave *up_watching_wave(const struct up_watching *watching, uint64_t *now);

/*
 * The slot that is so many columns to the left of the right edge. Result: false where nothing is
 * drawn: before the beginning, or longer ago than is kept.
 */
bool up_wave_slot(const struct up_wave *wave, uint64_t now, uint32_t column,
                  struct up_watching_slot *slot);

/* How a line is drawn in a slot. */
enum up_wave_look { UP_WAVE_UNKNOWN, UP_WAVE_HIGH, UP_WAVE_LOW, UP_WAVE_BOTH };
static inline enum up_wave_look up_wave_look(const struct up_watching_slot *slot, unsigned line)
{
    return (enum up_wave_look)((slot->high >> line & 1u) | (slot->low >> line & 1u) << 1u);
}

/*
 * Is the beginning of a second at this column? *second becomes its number since the recording
 * began.
 */
bool up_wave_second(uint64_t now, uint32_t column, uint32_t *second);

/* How many accesses there were in the second before now, to a quarter of a second. */
uint64_t up_watching_rate(const struct up_watching *watching, const struct up_watching_rate *rate);

/* The words above the picture: "Printer port at 378: data 48, status DF, control 0C. ..." */
void up_watching_headline(const struct up_watching *watching, char *out, size_t size);

enum up_watching_column {
    UP_WATCHING_PORT,
    UP_WATCHING_NAME,
    UP_WATCHING_READ,
    UP_WATCHING_WRITTEN,
    UP_WATCHING_RATE,
    UP_WATCHING_TOTAL,
    UP_WATCHING_DENIED,
    UP_WATCHING_COLUMNS
};
void up_watching_cell(const struct up_watching *watching, uint32_t row,
                      enum up_watching_column column, char *out, size_t size);

/* The words below the table: how it stands with the program, and what is missing. */
void up_watching_text(const struct up_watching *watching, char *out, size_t size);

/* The window's title for the program with this path. */
void up_watching_title(const char *path, char *out, size_t size);

#endif
