/* SPDX-License-Identifier: MIT
 *
 * The live view of run --watch. See watch.h.
 */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "formats.h"
#include "statistics.h"
#include "summary.h"
#include "words.h"

#define DRAW_MS 200u  /* between two pictures */
#define RATE_MS 1000u /* that a rate is taken over */
#define LINE    200u

struct watch {
    struct up_sink sink;
    struct up_watch_output output;
    struct up_statistics *statistics;
    uint32_t drawn_at, rated_at;
    bool is_terminal, has_drawn;
    /* on a terminal */
    unsigned lines;           /* of the picture that is there */
    uint64_t before[0x10000]; /* accesses to each port when the rates were taken */
    uint32_t rate[0x10000];
    /* elsewhere */
    unsigned budget;    /* lines that may still be written in this second */
    uint64_t unchanged; /* reads that were not shown because they changed nothing */
    uint64_t too_many;  /* accesses that were not shown because there were too many */
};

static uint32_t now(const struct watch *watch)
{
    return watch->output.clock(watch->output.context);
}

static void write_text(const struct watch *watch, const char *text)
{
    watch->output.write(watch->output.context, text);
}

static uint64_t total_of(const struct up_port_statistics *port)
{
    return port->reads + port->writes + port->denied;
}

/* ---- on a terminal --------------------------------------------------------------------------- */

/* Takes the rates anew, once in a second. */
static void take_rates(struct watch *watch)
{
    const struct up_statistics *statistics = watch->statistics;
    const uint32_t ms = now(watch) - watch->rated_at;
    uint32_t i;

    if (ms < RATE_MS) {
        return;
    }
    for (i = 0; i < statistics->count; i++) {
        const struct up_port_statistics *port = statistics->list[i];
        const uint64_t more = total_of(port) - watch->before[port->port];

        watch->rate[port->port] =
            more < UINT32_MAX ? (uint32_t)((more * 1000u + ms / 2u) / ms) : UINT32_MAX;
        watch->before[port->port] += more;
    }
    watch->rated_at += ms;
}

/* Writes a line, cut to the terminal's width. */
static void draw_line(struct watch *watch, char *line, unsigned columns)
{
    up_utf8_cut(line, columns < LINE - 1u ? columns - 1u : LINE - 2u);
    line[strlen(line) + 1u] = '\0';
    line[strlen(line)] = '\n';
    write_text(watch, line);
    watch->lines++;
}

static void write_value(struct up_writer *writer, uint32_t value, unsigned width, size_t end)
{
    if (width > 0) {
        up_words_hex(writer, value, 2u * width);
    } else {
        up_writer_char(writer, '-');
    }
    up_words_pad(writer, 0, end);
}

static void write_right(struct up_writer *writer, uint64_t number, size_t end)
{
    struct up_writer text;
    char digits[32];

    up_writer_init(&text, digits, sizeof digits);
    up_words_count(&text, number);
    if (writer->length + text.length < end) {
        up_words_pad(writer, 0, end - text.length);
    }
    up_writer_text(writer, digits);
}

static void draw_port(struct watch *watch, const struct up_port_statistics *port, unsigned columns)
{
    struct up_writer writer;
    char line[LINE + 1u];

    up_writer_init(&writer, line, LINE - 1u);
    up_words_hex(&writer, port->port, 1);
    up_words_pad(&writer, 0, 6);
    up_writer_text(&writer, up_words_name(port->port));
    up_words_pad(&writer, 0, 15);
    write_value(&writer, port->value_written, port->width_written, 25);
    write_value(&writer, port->value_read, port->width_read, 35);
    write_right(&writer, watch->rate[port->port], 45);
    write_right(&writer, total_of(port), 61);
    if (port->denied > 0) {
        up_writer_text(&writer, "  ");
        up_words_count(&writer, port->denied);
        up_writer_text(&writer, " denied");
    }
    draw_line(watch, line, columns);
}

/* How many ports had an access after this one's last? */
static uint32_t newer_than(const struct up_statistics *statistics, uint32_t at)
{
    const uint64_t last = statistics->list[at]->last;
    uint32_t i, count = 0;

    for (i = 0; i < statistics->count; i++) {
        count += statistics->list[i]->last > last || (i < at && statistics->list[i]->last == last);
    }
    return count;
}

static void draw_total(struct watch *watch, uint32_t hidden, unsigned columns)
{
    const struct up_statistics *statistics = watch->statistics;
    struct up_writer writer;
    char line[LINE + 1u];

    up_writer_init(&writer, line, LINE - 1u);
    up_words_counted(&writer, statistics->reads + statistics->writes + statistics->denied, "access",
                     "accesses");
    if (hidden > 0 || statistics->others > 0) {
        up_writer_text(&writer, "; more ports than there are lines: ");
        up_words_count(&writer, hidden);
        up_writer_text(&writer, statistics->others > 0 ? " and others" : "");
    }
    if (statistics->lost > 0) {
        up_writer_text(&writer, "; ");
        up_words_counted(&writer, statistics->lost, "more was LOST", "more were LOST");
    }
    draw_line(watch, line, columns);
}

static void go_back(struct watch *watch)
{
    struct up_writer writer;
    char text[40];

    if (watch->lines > 0 && watch->output.go_back != NULL) {
        watch->output.go_back(watch->output.context, watch->lines);
    } else if (watch->lines > 0) {
        up_writer_init(&writer, text, sizeof text);
        up_writer_text(&writer, "\x1B[");
        up_words_decimal(&writer, watch->lines);
        up_writer_text(&writer, "F\x1B[J");
        write_text(watch, text);
    }
    watch->lines = 0;
}

/* Two lines of the terminal are for heading and total, and one is where the cursor stays. */
static void draw(struct watch *watch)
{
    const struct up_statistics *statistics = watch->statistics;
    char heading[LINE + 1u] = "PORT  NAME     WRITTEN   READ      PER SECOND           TOTAL";
    unsigned columns = 80, rows = 24;
    uint32_t i, room, hidden;

    watch->output.size(watch->output.context, &columns, &rows);
    room = rows > 4 ? rows - 3u : 1u;
    hidden = statistics->count > room ? statistics->count - room : 0;
    take_rates(watch);
    go_back(watch);
    draw_line(watch, heading, columns);
    for (i = 0; i < statistics->count; i++) {
        if (hidden == 0 || newer_than(statistics, i) < room) {
            draw_port(watch, statistics->list[i], columns);
        }
    }
    draw_total(watch, hidden, columns);
}

/* ---- elsewhere ------------------------------------------------------------------------------- */

static void say_hidden(struct watch *watch)
{
    struct up_writer writer;
    char line[LINE];

    if (watch->unchanged + watch->too_many == 0) {
        return;
    }
    up_writer_init(&writer, line, sizeof line);
    up_writer_text(&writer, "... not shown: ");
    if (watch->unchanged > 0) {
        up_words_counted(&writer, watch->unchanged, "read", NULL);
        up_writer_text(&writer, " without a change");
    }
    if (watch->too_many > 0) {
        up_writer_text(&writer, watch->unchanged > 0 ? ", and " : "");
        up_words_counted(&writer, watch->too_many, "access", "accesses");
        up_writer_text(&writer, " of too many in a second");
    }
    up_writer_char(&writer, '\n');
    write_text(watch, line);
    watch->unchanged = watch->too_many = 0;
}

/* Is it what was read from this port last? before: its statistics before this access. */
static bool is_unchanged(const struct up_port_statistics *before, const struct up_record *record)
{
    return before->port == record->port && before->width_read == record->width &&
           before->value_read == record->value &&
           (record->flags & (UP_RECORD_WRITE | UP_RECORD_DENIED)) == 0;
}

static void show(struct watch *watch, const struct up_record *record, bool is_same)
{
    char line[UP_RAW_LINE];

    if (is_same) {
        watch->unchanged++;
    } else if (watch->budget == 0) {
        watch->too_many++;
    } else {
        watch->budget--;
        say_hidden(watch);
        up_raw_line(record, line);
        write_text(watch, line);
    }
}

/* ---- the sink -------------------------------------------------------------------------------- */

static bool add(struct up_sink *sink, const struct up_record *record)
{
    struct watch *watch = (struct watch *)sink;
    const struct up_port_statistics *before = up_statistics_find(watch->statistics, record->port);
    const bool is_same = before != NULL && is_unchanged(before, record);

    (void)up_statistics_add(watch->statistics, record);
    if (!watch->is_terminal) {
        show(watch, record, is_same);
    }
    return true;
}

static bool lost(struct up_sink *sink, uint64_t time, uint64_t count)
{
    struct watch *watch = (struct watch *)sink;
    struct up_writer writer;
    char line[LINE];

    (void)time;
    watch->statistics->lost += count;
    if (!watch->is_terminal) {
        up_writer_init(&writer, line, sizeof line);
        up_words_counted(&writer, count, "access was", "accesses were");
        up_writer_text(&writer, " LOST here: there were more than could be recorded\n");
        write_text(watch, line);
    }
    return true;
}

static void end_second(struct watch *watch)
{
    if (now(watch) - watch->rated_at >= RATE_MS) {
        watch->rated_at = now(watch);
        watch->budget = UP_WATCH_LINES;
        say_hidden(watch);
    }
}

static bool flush(struct up_sink *sink)
{
    struct watch *watch = (struct watch *)sink;

    if (!watch->is_terminal) {
        end_second(watch);
    } else if (!watch->has_drawn || now(watch) - watch->drawn_at >= DRAW_MS) {
        watch->has_drawn = true;
        watch->drawn_at = now(watch);
        draw(watch);
    }
    return true;
}

static bool close(struct up_sink *sink, uint64_t time, struct up_error_detail *problem)
{
    struct watch *watch = (struct watch *)sink;

    (void)time;
    (void)problem;
    if (watch->is_terminal) {
        draw(watch);
    } else {
        say_hidden(watch);
        draw_total(watch, 0, LINE);
    }
    up_statistics_free(watch->statistics);
    free(watch);
    return true;
}

struct up_sink *up_watch_new(const struct up_watch_output *output, struct up_error_detail *problem)
{
    struct watch *watch = calloc(1, sizeof *watch);
    unsigned columns = 0, rows = 0;

    if (watch != NULL) {
        watch->sink = (struct up_sink){add, lost, flush, close};
        watch->output = *output;
        watch->budget = UP_WATCH_LINES;
        watch->statistics = up_statistics_new();
    }
    if (watch == NULL || watch->statistics == NULL) {
        free(watch);
        up_record_no_memory(problem);
        return NULL;
    }
    output->size(output->context, &columns, &rows);
    watch->is_terminal = columns > 0 && rows > 0;
    watch->rated_at = now(watch);
    return &watch->sink;
}
