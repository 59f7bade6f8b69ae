/* SPDX-License-Identifier: MIT
 *
 * Recordings as text (summary.h): the lines of steps and loops (steps.h), which say what was done
 * and not how often it had to be tried, and the table at the end (statistics.h).
 */
#include "summary.h"

#include <stdlib.h>
#include <string.h>

#include "core/known_ports.h"
#include "formats.h"
#include "statistics.h"
#include "steps.h"
#include "words.h"

#define LINE_SIZE    600u
#define TIME_COLUMNS 14u
#define PORT_COLUMNS 7u
#define NAME_COLUMNS 9u
#define PLACE_COLUMN 66u

struct summary {
    struct up_sink sink;
    struct up_text_output output;
    struct up_folder *folder;
    struct up_statistics *statistics;
    struct up_record last; /* the last one that has a line: whose process and place are known */
    char place[UP_NAME_SIZE + 40u]; /* of the last line; "" none */
    bool has_line;
};

static void write_line(struct summary *summary, char *line)
{
    const size_t length = strlen(line); /* it may have been cut */

    line[length] = '\n';
    line[length + 1u] = '\0';
    summary->output.write(summary->output.context, line);
}

/* ---- the words for a step -------------------------------------------------------------------- */

static uint32_t mask_of(const struct up_step *step)
{
    return UINT32_MAX >> (32u - up_record_bits(&step->first));
}

static void write_value(struct up_writer *writer, const struct up_step *step, uint32_t value)
{
    up_words_hex(writer, value & mask_of(step), up_record_bits(&step->first) / 4u);
}

static void write_values(struct up_writer *writer, const struct up_step *step)
{
    uint64_t i;

    for (i = 0; i < step->count && i < UP_STEP_VALUES; i++) {
        up_writer_text(writer, i > 0 ? " " : "");
        write_value(writer, step, step->values[i]);
    }
    if (step->count > UP_STEP_VALUES) {
        up_writer_text(writer, " ...");
    }
}

/* "5 times", of a step in a loop perhaps "1 to 5 times" */
static void write_times(struct up_writer *writer, const struct up_step *step, const char *what)
{
    if (step->least < step->most) {
        up_words_count(writer, step->least);
        up_writer_text(writer, " to ");
    }
    up_words_count(writer, step->most);
    up_writer_text(writer, what);
}

/*
 * Was it read until it changed? The values before the last one have to be nearly always the same;
 * those of a counter or of a block are not.
 */
static bool is_polling(const struct up_step *step, uint64_t rounds)
{
    return (step->first.flags & (UP_RECORD_WRITE | UP_RECORD_DENIED | UP_RECORD_WAIT)) == 0 &&
           ((step->set | step->cleared) & mask_of(step)) != 0 &&
           step->changes_before <= (step->count - rounds) / 4u;
}

static void write_until(struct up_writer *writer, const struct up_step *step, uint64_t rounds)
{
    const uint32_t set = step->set & mask_of(step), cleared = step->cleared & mask_of(step);
    const uint32_t bits = set | cleared;
    unsigned bit = 0;

    up_writer_text(writer, " until ");
    if ((bits & (bits - 1u)) == 0) {
        while (bits >> bit != 1u) {
            bit++;
        }
        up_writer_text(writer, "bit ");
        up_words_decimal(writer, bit);
        up_writer_text(writer, set != 0 ? " was 1" : " was 0");
    } else if (rounds == 1) {
        up_writer_text(writer, "it was ");
        write_value(writer, step, step->last);
    } else {
        up_writer_text(writer, "it changed");
    }
}

/* What was done: "write C8", "read 1,204 times until bit 7 was 1". */
static void write_action(struct up_writer *writer, const struct up_step *step, uint64_t rounds)
{
    const bool is_write = (step->first.flags & UP_RECORD_WRITE) != 0;
    const bool is_wait = (step->first.flags & UP_RECORD_WAIT) != 0;

    up_writer_text(writer, is_wait ? "wait, last read " : is_write ? "write " : "read ");
    if (step->most == 1 && step->changes == 0) {
        write_value(writer, step, step->last);
    } else if (step->most == 1) { /* of a loop, once in each round */
        write_values(writer, step);
    } else if (step->changes == 0) {
        write_value(writer, step, step->last);
        up_writer_char(writer, ' ');
        write_times(writer, step, " times");
    } else if (is_polling(step, rounds)) {
        write_times(writer, step, " times");
        write_until(writer, step, rounds);
    } else if (is_write || step->changes >= step->count / 2u) {
        write_times(writer, step, " values: ");
        write_values(writer, step);
    } else {
        write_times(writer, step, " times, first ");
        write_value(writer, step, step->first.value);
        up_writer_text(writer, ", last ");
        write_value(writer, step, step->last);
    }
}

static void write_result(struct up_writer *writer, const struct up_record *record)
{
    if ((record->flags & UP_RECORD_SIMULATED) != 0) {
        up_writer_text(writer, ", simulated");
    }
    if ((record->flags & UP_RECORD_DENIED) != 0) {
        up_writer_text(writer, ", DENIED: ");
        up_words_denied(writer, record->port, record->width);
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Says which process and thread it is, if it is another one. */
static void write_process(struct summary *summary, const struct up_record *record)
{
    struct up_writer writer;
    char line[LINE_SIZE];

    if (summary->has_line
            ? record->process == summary->last.process && record->thread == summary->last.thread
            : record->process == 0 && record->thread == 0) {
        return;
    }
    up_writer_init(&writer, line, LINE_SIZE - 1u);
    up_writer_text(&writer, "process ");
    up_words_decimal(&writer, record->process);
    up_writer_text(&writer, ", thread ");
    up_words_decimal(&writer, record->thread);
    up_writer_char(&writer, ':');
    write_line(summary, line);
}

/* Says where the access was, if it is another place than that of the line before. */
static void write_place(struct summary *summary, struct up_writer *writer,
                        const struct up_record *record)
{
    char place[sizeof summary->place];
    struct up_writer text;

    up_writer_init(&text, place, sizeof place);
    up_words_place(&text, record->module, record->offset, record->address);
    if (place[0] != '\0' && strcmp(place, summary->place) != 0) {
        up_words_pad(writer, 0, PLACE_COLUMN);
        up_writer_text(writer, "  ");
        up_writer_text(writer, place);
    }
    memcpy(summary->place, place, sizeof place);
}

static void write_step(struct summary *summary, const struct up_step *step, uint64_t rounds)
{
    struct up_writer writer;
    char line[LINE_SIZE];
    size_t begin;

    write_process(summary, &step->first);
    up_writer_init(&writer, line, LINE_SIZE - 1u);
    if (rounds == 1) {
        up_words_pad(&writer, 0, 2);
        up_words_seconds(&writer, step->first.time, 6);
    }
    up_words_pad(&writer, 0, rounds == 1 ? TIME_COLUMNS : TIME_COLUMNS + 2u);
    begin = writer.length;
    up_words_port(&writer, step->first.port, step->first.width);
    up_words_pad(&writer, begin, PORT_COLUMNS);
    up_writer_text(&writer, up_words_name(step->first.port));
    up_words_pad(&writer, begin, PORT_COLUMNS + NAME_COLUMNS);
    write_action(&writer, step, rounds);
    if (rounds == 1 && step->count > 1) {
        up_writer_text(&writer, ", ");
        up_words_duration(&writer, step->end - step->first.time);
    }
    write_result(&writer, &step->first);
    write_place(summary, &writer, &step->first);
    write_line(summary, line);
    summary->last = step->first;
    summary->has_line = true;
}

static void give(void *context, const struct up_loop *loop)
{
    struct summary *summary = context;
    struct up_writer writer;
    char line[LINE_SIZE];
    unsigned i;

    if (loop->rounds > 1) {
        write_process(summary, &loop->steps[0].first);
        summary->last = loop->steps[0].first;
        summary->has_line = true;
        up_writer_init(&writer, line, LINE_SIZE - 1u);
        up_words_pad(&writer, 0, 2);
        up_words_seconds(&writer, loop->begin, 6);
        up_words_pad(&writer, 0, TIME_COLUMNS);
        up_words_count(&writer, loop->rounds);
        up_writer_text(&writer, " times, ");
        up_words_duration(&writer, loop->end - loop->begin);
        up_writer_text(&writer, " in all:");
        write_line(summary, line);
    }
    for (i = 0; i < loop->count; i++) {
        write_step(summary, &loop->steps[i], loop->rounds);
    }
}

/* ---- the end --------------------------------------------------------------------------------- */

static void write_number(struct up_writer *writer, uint64_t number, bool has_more, unsigned columns)
{
    struct up_writer text;
    char digits[40];

    up_writer_init(&text, digits, sizeof digits);
    up_words_count(&text, number);
    up_writer_text(&text, has_more ? "+" : "");
    up_words_pad(writer, 0, writer->length + (text.length < columns ? columns - text.length : 1u));
    up_writer_text(writer, digits);
}

static void write_port(struct summary *summary, const struct up_port_statistics *port)
{
    const struct up_known_ports *known = up_known_ports_at(port->port);
    struct up_writer writer;
    char line[LINE_SIZE];

    up_writer_init(&writer, line, LINE_SIZE - 1u);
    up_words_hex(&writer, port->port, 1);
    up_words_pad(&writer, 0, 5);
    write_number(&writer, port->reads, false, 12);
    write_number(&writer, port->writes, false, 12);
    write_number(&writer, port->denied, false, 10);
    write_number(&writer, port->values, port->has_more, 8);
    up_writer_text(&writer, "  ");
    up_words_seconds(&writer, port->first, 6);
    up_words_pad(&writer, 0, 60);
    up_writer_text(&writer, "  ");
    up_words_seconds(&writer, port->last, 6);
    up_words_pad(&writer, 0, 73);
    if (up_statistics_rate(port) > 0) {
        write_number(&writer, up_statistics_rate(port), false, 12);
    } else {
        up_writer_text(&writer, "           -");
    }
    up_writer_text(&writer, known != NULL ? "  " : "");
    up_writer_text(&writer, known != NULL ? known->what : "");
    write_line(summary, line);
}

static void write_total(struct summary *summary, uint64_t time)
{
    const struct up_statistics *statistics = summary->statistics;
    struct up_writer writer;
    char line[LINE_SIZE];

    up_writer_init(&writer, line, LINE_SIZE - 1u);
    up_words_counted(&writer, statistics->reads, "read", NULL);
    up_writer_text(&writer, " and ");
    up_words_counted(&writer, statistics->writes, "write", NULL);
    if (statistics->denied > 0) {
        up_writer_text(&writer, ", and ");
        up_words_counted(&writer, statistics->denied, "access that was denied",
                         "accesses that were denied");
    }
    up_writer_text(&writer, ", in ");
    up_words_duration(&writer, time);
    up_writer_char(&writer, '.');
    if (statistics->lost > 0) {
        up_writer_char(&writer, ' ');
        up_words_counted(&writer, statistics->lost, "more was lost.", "more were lost.");
    }
    write_line(summary, line);
}

static void write_end(struct summary *summary, uint64_t time)
{
    const struct up_statistics *statistics = summary->statistics;
    struct up_writer writer;
    char line[LINE_SIZE];
    uint32_t i;

    if (statistics->count > 0) {
        summary->output.write(summary->output.context,
                              "\nPORT        READS      WRITES    DENIED  VALUES  FIRST        "
                              "LAST         PER SECOND  WHAT IS KNOWN TO BE THERE\n");
    }
    for (i = 0; i < statistics->count; i++) {
        write_port(summary, statistics->list[i]);
    }
    if (statistics->others > 0) {
        up_writer_init(&writer, line, LINE_SIZE - 1u);
        up_writer_text(&writer, "and ");
        up_words_counted(&writer, statistics->others, "access to other ports",
                         "accesses to other ports");
        write_line(summary, line);
    }
    summary->output.write(summary->output.context, statistics->count > 0 ? "\n" : "");
    write_total(summary, time);
}

/* ---- the sink -------------------------------------------------------------------------------- */

static bool add(struct up_sink *sink, const struct up_record *record)
{
    struct summary *summary = (struct summary *)sink;

    up_folder_add(summary->folder, record);
    (void)up_statistics_add(summary->statistics, record);
    return true;
}

static bool lost(struct up_sink *sink, uint64_t time, uint64_t count)
{
    struct summary *summary = (struct summary *)sink;
    struct up_writer writer;
    char line[LINE_SIZE];

    up_folder_end(summary->folder);
    summary->statistics->lost += count;
    up_writer_init(&writer, line, LINE_SIZE - 1u);
    up_words_pad(&writer, 0, 2);
    up_words_seconds(&writer, time, 6);
    up_words_pad(&writer, 0, TIME_COLUMNS);
    up_words_counted(&writer, count, "access was", "accesses were");
    up_writer_text(&writer, " LOST here: there were more than could be recorded");
    write_line(summary, line);
    return true;
}

static bool flush(struct up_sink *sink)
{
    (void)sink;
    return true;
}

static void free_summary(struct summary *summary)
{
    up_folder_free(summary->folder);
    up_statistics_free(summary->statistics);
    free(summary);
}

static bool close(struct up_sink *sink, uint64_t time, struct up_error_detail *problem)
{
    struct summary *summary = (struct summary *)sink;

    (void)problem;
    up_folder_end(summary->folder);
    write_end(summary, time);
    free_summary(summary);
    return true;
}

static void write_title(struct summary *summary, const struct up_record_info *info)
{
    struct up_writer writer;
    char line[LINE_SIZE];

    if (info->program[0] != '\0' || info->begun[0] != '\0') {
        up_writer_init(&writer, line, LINE_SIZE - 1u);
        up_writer_text(&writer, "Recording");
        up_writer_text(&writer, info->program[0] != '\0' ? " of " : "");
        up_writer_text(&writer, info->program);
        up_writer_text(&writer, info->begun[0] != '\0' ? ", begun " : "");
        up_writer_text(&writer, info->begun);
        write_line(summary, line);
        summary->output.write(summary->output.context, "\n");
    }
}

struct up_sink *up_summary_new(const struct up_text_output *output,
                               const struct up_record_info *info, struct up_error_detail *problem)
{
    struct summary *summary = calloc(1, sizeof *summary);

    if (summary != NULL) {
        summary->sink = (struct up_sink){add, lost, flush, close};
        summary->output = *output;
        summary->folder = up_folder_new(give, summary);
        summary->statistics = up_statistics_new();
    }
    if (summary == NULL || summary->folder == NULL || summary->statistics == NULL) {
        if (summary != NULL) {
            free_summary(summary);
        }
        up_record_no_memory(problem);
        return NULL;
    }
    write_title(summary, info);
    return &summary->sink;
}
