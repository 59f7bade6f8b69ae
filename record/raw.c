/* SPDX-License-Identifier: MIT
 *
 * Recordings as text with a line for each access (summary.h): time, process and thread, the access,
 * the name of the port, where it was, and what is special about it.
 */
#include <stdlib.h>
#include <string.h>

#include "control/error_detail.h"
#include "formats.h"
#include "summary.h"
#include "words.h"

struct raw {
    struct up_sink sink;
    struct up_text_output output;
};

void up_raw_line(const struct up_record *record, char line[UP_RAW_LINE])
{
    struct up_writer writer;
    size_t begin;

    up_writer_init(&writer, line, UP_RAW_LINE - 1u);
    up_words_seconds(&writer, record->time, 9);
    up_writer_text(&writer, "  ");
    up_words_decimal(&writer, record->process);
    up_writer_char(&writer, '/');
    up_words_decimal(&writer, record->thread);
    up_writer_text(&writer, "  ");
    begin = writer.length;
    up_words_port(&writer, record->port, record->width);
    up_words_pad(&writer, begin, 7);
    up_writer_text(&writer, up_words_name(record->port));
    up_words_pad(&writer, begin, 16);
    up_writer_text(&writer, (record->flags & UP_RECORD_WAIT) != 0    ? "wait  "
                            : (record->flags & UP_RECORD_WRITE) != 0 ? "write "
                                                                     : "read  ");
    up_words_hex(&writer, up_record_value(record), up_record_bits(record) / 4u);
    if (record->address != 0 || record->module != NULL) {
        up_words_pad(&writer, begin, 31);
        up_writer_char(&writer, ' ');
        up_words_place(&writer, record->module, record->offset, record->address);
    }
    if ((record->flags & UP_RECORD_SIMULATED) != 0) {
        up_writer_text(&writer, "  simulated");
    }
    if ((record->flags & UP_RECORD_DENIED) != 0) {
        up_writer_text(&writer, "  denied: ");
        up_words_denied(&writer, record->port, record->width);
    }
    begin = strlen(line); /* it may have been cut */
    line[begin] = '\n';
    line[begin + 1u] = '\0';
}

static bool add(struct up_sink *sink, const struct up_record *record)
{
    struct raw *raw = (struct raw *)sink;
    char line[UP_RAW_LINE];

    up_raw_line(record, line);
    raw->output.write(raw->output.context, line);
    return true;
}

static bool lost(struct up_sink *sink, uint64_t time, uint64_t count)
{
    struct raw *raw = (struct raw *)sink;
    struct up_writer writer;
    char line[100];

    up_writer_init(&writer, line, sizeof line);
    up_words_seconds(&writer, time, 9);
    up_writer_text(&writer, "  ");
    up_words_counted(&writer, count, "access was", "accesses were");
    up_writer_text(&writer, " lost here\n");
    raw->output.write(raw->output.context, line);
    return true;
}

static bool flush(struct up_sink *sink)
{
    (void)sink;
    return true;
}

static bool close(struct up_sink *sink, uint64_t time, struct up_error_detail *problem)
{
    (void)time;
    (void)problem;
    free(sink);
    return true;
}

struct up_sink *up_raw_new(const struct up_text_output *output, struct up_error_detail *problem)
{
    struct raw *raw = malloc(sizeof *raw);

    if (raw == NULL) {
        up_record_no_memory(problem);
        return NULL;
    }
    raw->sink = (struct up_sink){add, lost, flush, close};
    raw->output = *output;
    return &raw->sink;
}
