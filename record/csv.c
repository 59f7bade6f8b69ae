/* SPDX-License-Identifier: MIT
 *
 * Recordings as .csv: a line of headings, lines that begin with # with what is known of the
 * recording, and one line for each access, quoted by RFC 4180. Times, processes and threads are
 * decimal, everything else is hexadecimal. csv_read.c reads it again; docs/recording.md describes
 * it.
 */
#include "csv.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "formats.h"

const char up_csv_headings[] =
    "time_ns,process,thread,address,module,offset,port,width,direction,value,result";

const char *const up_csv_flag_names[UP_CSV_FLAGS] = {"denied", "wait", "simulated"};
const uint8_t up_csv_flags[UP_CSV_FLAGS] = {UP_RECORD_DENIED, UP_RECORD_WAIT, UP_RECORD_SIMULATED};

struct csv {
    struct up_sink sink;
    uint64_t time; /* of the last line */
    struct up_out_file out;
};

static void comment(void *context, const char *text)
{
    struct csv *csv = context;

    up_out_file_text(&csv->out, "# ");
    up_out_file_text(&csv->out, text);
    up_out_file_char(&csv->out, '\n');
}

/* A time that descends, which the one before does not allow, becomes that of the line before. */
static void write_time(struct csv *csv, uint64_t time)
{
    csv->time = time > csv->time ? time : csv->time;
    up_out_file_decimal(&csv->out, csv->time);
}

static void write_module(struct up_out_file *out, const char *module)
{
    char name[UP_NAME_SIZE], *text = name;
    struct up_writer writer;

    up_writer_init(&writer, name, sizeof name);
    up_writer_text(&writer, module);
    if (strpbrk(text, ",\"\r\n#") == NULL) {
        up_out_file_text(out, text);
        return;
    }
    up_out_file_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            up_out_file_char(out, '"');
        }
        up_out_file_char(out, *text);
    }
    up_out_file_char(out, '"');
}

static void write_result(struct up_out_file *out, uint8_t flags)
{
    bool is_first = true;
    unsigned i;

    for (i = 0; i < UP_CSV_FLAGS; i++) {
        if ((flags & up_csv_flags[i]) != 0) {
            up_out_file_text(out, is_first ? "" : " ");
            up_out_file_text(out, up_csv_flag_names[i]);
            is_first = false;
        }
    }
    if (is_first) {
        up_out_file_text(out, "granted");
    }
}

static bool add(struct up_sink *sink, const struct up_record *record)
{
    struct csv *csv = (struct csv *)sink;
    struct up_out_file *out = &csv->out;
    const bool has_module = record->module != NULL && record->module[0] != '\0';

    write_time(csv, record->time);
    up_out_file_char(out, ',');
    up_out_file_decimal(out, record->process);
    up_out_file_char(out, ',');
    up_out_file_decimal(out, record->thread);
    up_out_file_char(out, ',');
    up_out_file_hex(out, record->address, record->address != 0);
    up_out_file_char(out, ',');
    if (has_module) {
        write_module(out, record->module);
    }
    up_out_file_char(out, ',');
    up_out_file_hex(out, record->offset, has_module);
    up_out_file_char(out, ',');
    up_out_file_hex(out, record->port, 1);
    up_out_file_char(out, ',');
    up_out_file_decimal(out, up_record_bits(record));
    up_out_file_text(out, (record->flags & UP_RECORD_WRITE) != 0 ? ",write," : ",read,");
    up_out_file_hex(out, up_record_value(record), up_record_bits(record) / 4u);
    up_out_file_char(out, ',');
    write_result(out, record->flags);
    up_out_file_char(out, '\n');
    return out->code == 0;
}

static bool lost(struct up_sink *sink, uint64_t time, uint64_t count)
{
    struct csv *csv = (struct csv *)sink;

    write_time(csv, time);
    up_out_file_text(&csv->out, ",,,,,,,,,,");
    up_out_file_decimal(&csv->out, count);
    up_out_file_text(&csv->out, " lost\n");
    return csv->out.code == 0;
}

static bool flush(struct up_sink *sink)
{
    return up_out_file_flush(&((struct csv *)sink)->out);
}

static bool close(struct up_sink *sink, uint64_t time, struct up_error_detail *problem)
{
    struct csv *csv = (struct csv *)sink;
    bool is_whole;

    up_out_file_text(&csv->out, "# end: ");
    write_time(csv, time);
    up_out_file_char(&csv->out, '\n');
    is_whole = up_out_file_close(&csv->out, problem);
    free(csv);
    return is_whole;
}

static struct up_sink *create(const char *path, const struct up_record_info *info,
                              struct up_error_detail *problem)
{
    struct csv *csv = malloc(sizeof *csv);

    if (csv == NULL) {
        up_record_no_memory(problem);
        return NULL;
    }
    if (!up_out_file_open(&csv->out, path, problem)) {
        free(csv);
        return NULL;
    }
    csv->sink = (struct up_sink){add, lost, flush, close};
    csv->time = 0;
    up_out_file_text(&csv->out, up_csv_headings);
    up_out_file_char(&csv->out, '\n');
    up_info_write(info, comment, csv);
    return &csv->sink;
}

const struct up_format up_format_csv = {".csv", create, up_csv_open};
