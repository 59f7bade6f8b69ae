/* SPDX-License-Identifier: MIT
 *
 * The reader of .csv recordings (csv.c). It also takes what a spreadsheet makes of them: line ends
 * of Windows, a byte order mark, quotes around any field, empty fields at the end of a comment.
 */
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "formats.h"

#define LINE_MAX_BYTES 2048u

/* In the order of up_csv_headings */
enum { TIME, PROCESS, THREAD, ADDRESS, MODULE, OFFSET, PORT, WIDTH, DIRECTION, VALUE, RESULT };

enum line { LINE_FIELDS, LINE_COMMENT, LINE_END, LINE_CUT, LINE_INVALID };

struct csv {
    uint64_t number;            /* of the line, from 1 on */
    const char *why;            /* it is not valid */
    char *field[UP_CSV_FIELDS]; /* in text; a comment is one field, without its # */
    char text[LINE_MAX_BYTES];
    size_t length;
    uint32_t fields;
    bool has_line; /* it has been read, but not been used */
    bool is_over;  /* the end was read */
};

/* ---- lines ----------------------------------------------------------------------------------- */

/* Appends a byte to the text. Result: false if there is no room. */
static bool put(struct csv *csv, int byte)
{
    if (csv->length == sizeof csv->text) {
        csv->why = "it is too long";
        return false;
    }
    csv->text[csv->length++] = (char)byte;
    return true;
}

/* Is the next byte the end of a line? Takes a carriage return that belongs to it. */
static bool is_line_end(struct up_in_file *in, int *byte)
{
    if (*byte == '\r' && up_in_file_peek(in) == '\n') {
        *byte = up_in_file_byte(in);
    }
    return *byte == '\n';
}

/* Reads what is between quotes, behind the first one. Result: false at the end, or if too long. */
static bool read_quoted(struct up_in_file *in, struct csv *csv)
{
    int byte;

    for (;;) {
        byte = up_in_file_byte(in);
        if (byte == '"') {
            if (up_in_file_peek(in) != '"') {
                return true;
            }
            byte = up_in_file_byte(in);
        }
        if (byte < 0 || !put(csv, byte)) {
            return false;
        }
    }
}

/*
 * Reads one field and what ends it, which becomes *byte: a comma, the end of the line, or -1.
 */
static bool read_field(struct up_in_file *in, struct csv *csv, bool is_comment, int *byte)
{
    const bool is_quoted = !is_comment && up_in_file_peek(in) == '"';

    csv->field[csv->fields++] = csv->text + csv->length;
    *byte = -1;
    if (is_quoted) {
        (void)up_in_file_byte(in);
        if (!read_quoted(in, csv)) {
            return false;
        }
    }
    for (;;) {
        *byte = up_in_file_byte(in);
        if (*byte < 0 || is_line_end(in, byte) || (*byte == ',' && !is_comment)) {
            return put(csv, '\0');
        }
        if (is_quoted) {
            csv->why = "something follows a quoted field";
            return false;
        }
        if (!put(csv, *byte)) {
            return false;
        }
    }
}

/* Takes away the empty fields that a spreadsheet has put behind a comment. */
static void trim_comment(struct csv *csv)
{
    static const char empty[UP_CSV_FIELDS] = ",,,,,,,,,,";
    const size_t length = strlen(csv->field[0]);

    if (length >= sizeof empty - 1u &&
        strcmp(csv->field[0] + length - (sizeof empty - 1u), empty) == 0) {
        csv->field[0][length - (sizeof empty - 1u)] = '\0';
    }
}

static enum line read_line(struct up_in_file *in, struct csv *csv)
{
    bool is_comment;
    int byte = ',';

    do { /* empty lines are none */
        byte = up_in_file_peek(in);
        if (byte == '\r' || byte == '\n') {
            (void)up_in_file_byte(in);
        }
    } while (byte == '\r' || byte == '\n');
    csv->number = in->line;
    csv->length = csv->fields = 0;
    csv->why = NULL;
    if (byte < 0) {
        return in->code == 0 ? LINE_END : LINE_INVALID;
    }
    is_comment = byte == '#';
    if (is_comment) {
        (void)up_in_file_byte(in);
    }
    do {
        if (csv->fields == UP_CSV_FIELDS) {
            csv->why = "it has too many fields";
            return LINE_INVALID;
        }
        if (!read_field(in, csv, is_comment, &byte)) {
            return csv->why != NULL || in->code != 0 ? LINE_INVALID : LINE_CUT;
        }
    } while (byte == ',');
    if (byte < 0) {
        return in->code == 0 ? LINE_CUT : LINE_INVALID;
    }
    if (is_comment) {
        trim_comment(csv);
    }
    return is_comment ? LINE_COMMENT : LINE_FIELDS;
}

/* ---- fields ---------------------------------------------------------------------------------- */

static bool read_number(struct csv *csv, unsigned field, unsigned base, uint64_t most,
                        uint64_t *number)
{
    static const char *const why[] = {
        "its time is not a decimal number",
        "its process is not a decimal number",
        "its thread is not a decimal number",
        "its address is not a hexadecimal number",
        "",
        "its offset is not a hexadecimal number",
        "its port is not a hexadecimal number",
        "its width is not a decimal number",
        "",
        "its value is not a hexadecimal number of its width",
        "its result is not the number of what is lost",
    };
    const char *end;

    if (!up_number_read(csv->field[field], base, most, number, &end) || *end != '\0') {
        csv->why = why[field];
    }
    return csv->why == NULL;
}

/* Reads an address or an offset, which may be empty. */
static bool read_place(struct csv *csv, unsigned field, uint64_t *number)
{
    *number = 0;
    return csv->field[field][0] == '\0' || read_number(csv, field, 16, UINT64_MAX, number);
}

static bool read_result(struct csv *csv, uint8_t *flags)
{
    const char *at = csv->field[RESULT];

    if (strcmp(at, "granted") == 0) {
        return true;
    }
    do {
        const size_t length = strcspn(at, " ");
        unsigned i = 0;

        while (i < UP_CSV_FLAGS && (strlen(up_csv_flag_names[i]) != length ||
                                    memcmp(up_csv_flag_names[i], at, length) != 0)) {
            i++;
        }
        if (i == UP_CSV_FLAGS) {
            csv->why = "its result is none that is known";
            return false;
        }
        *flags |= up_csv_flags[i];
        at += length;
    } while (*at++ == ' ');
    return true;
}

static bool read_direction(struct csv *csv, uint8_t *flags)
{
    if (strcmp(csv->field[DIRECTION], "write") == 0) {
        *flags |= UP_RECORD_WRITE;
    } else if (strcmp(csv->field[DIRECTION], "read") != 0) {
        csv->why = "its direction is neither read nor write";
    }
    return csv->why == NULL;
}

static bool read_access(struct up_recording *recording, struct csv *csv, struct up_record *record)
{
    uint64_t process, thread, port, width, value;

    record->flags = 0;
    if (!read_number(csv, PROCESS, 10, UINT32_MAX, &process) ||
        !read_number(csv, THREAD, 10, UINT32_MAX, &thread) ||
        !read_place(csv, ADDRESS, &record->address) || !read_place(csv, OFFSET, &record->offset) ||
        !read_number(csv, PORT, 16, 0xFFFF, &port) || !read_number(csv, WIDTH, 10, 32, &width)) {
        return false;
    }
    if (width != 8 && width != 16 && width != 32) {
        csv->why = "its width is neither 8 nor 16 nor 32 bits";
        return false;
    }
    if (!read_direction(csv, &record->flags) ||
        !read_number(csv, VALUE, 16, UINT32_MAX >> (32u - width), &value) ||
        !read_result(csv, &record->flags)) {
        return false;
    }
    record->module = up_names_name(&recording->modules,
                                   up_names_number(&recording->modules, csv->field[MODULE]));
    record->process = (uint32_t)process;
    record->thread = (uint32_t)thread;
    record->port = (uint16_t)port;
    record->width = (uint8_t)(width / 8u);
    record->value = (uint32_t)value;
    return true;
}

/* ---- the recording --------------------------------------------------------------------------- */

static enum up_next invalid(struct up_recording *recording, const struct csv *csv,
                            struct up_error_detail *problem)
{
    if (recording->in.code != 0) {
        up_error_detail_set(problem, recording->in.code, NULL, "cannot read all of %s",
                            recording->in.path);
    } else {
        up_error_detail_set(problem, 0,
                            "Take the line out of the file, or make the recording again.",
                            "cannot read line %lu of %s: %s", (unsigned long)csv->number,
                            recording->in.path, csv->why);
    }
    return UP_NEXT_INVALID;
}

/* Is a comment the one that ends the recording? */
static bool reads_end(struct up_recording *recording, const struct csv *csv)
{
    static const char end_word[] = " end: ";
    const char *end;
    uint64_t time;

    if (strncmp(csv->field[0], end_word, sizeof end_word - 1u) != 0 ||
        !up_number_read(csv->field[0] + sizeof end_word - 1u, 10, UINT64_MAX, &time, &end) ||
        time < recording->time) {
        return false;
    }
    recording->time = time;
    return true;
}

static bool is_lost(const struct csv *csv)
{
    const char *word = strchr(csv->field[RESULT], ' ');

    return csv->field[PORT][0] == '\0' && word != NULL && strcmp(word, " lost") == 0;
}

static enum up_next read_fields(struct up_recording *recording, struct csv *csv,
                                struct up_record *record, uint64_t *count,
                                struct up_error_detail *problem)
{
    uint64_t time;

    if (csv->fields != UP_CSV_FIELDS) {
        csv->why = "it has too few fields";
    } else if (read_number(csv, TIME, 10, UINT64_MAX, &time) && time < recording->time) {
        csv->why = "its time is before that of the line before";
    }
    if (csv->why != NULL) {
        return invalid(recording, csv, problem);
    }
    if (is_lost(csv)) {
        *strchr(csv->field[RESULT], ' ') = '\0';
        if (!read_number(csv, RESULT, 10, UINT64_MAX, count)) {
            return invalid(recording, csv, problem);
        }
        recording->time = time;
        return UP_NEXT_LOST;
    }
    if (!read_access(recording, csv, record)) {
        return invalid(recording, csv, problem);
    }
    record->time = recording->time = time;
    return UP_NEXT_ACCESS;
}

static enum up_next next(struct up_recording *recording, struct up_record *record, uint64_t *count,
                         struct up_error_detail *problem)
{
    struct csv *csv = recording->format;

    while (!csv->is_over) {
        const enum line line = csv->has_line ? LINE_FIELDS : read_line(&recording->in, csv);

        csv->has_line = false;
        switch (line) {
        case LINE_FIELDS:
            return read_fields(recording, csv, record, count, problem);
        case LINE_COMMENT:
            csv->is_over = reads_end(recording, csv);
            break;
        case LINE_INVALID:
            return invalid(recording, csv, problem);
        default:
            return UP_NEXT_CUT;
        }
    }
    return UP_NEXT_END;
}

static bool has_headings(struct up_recording *recording, struct csv *csv)
{
    const char *heading = up_csv_headings;
    uint32_t i;

    if (up_in_file_peek(&recording->in) == 0xEF) {
        for (i = 0; i < 3; i++) {
            (void)up_in_file_byte(&recording->in);
        }
    }
    if (read_line(&recording->in, csv) != LINE_FIELDS || csv->fields != UP_CSV_FIELDS) {
        return false;
    }
    for (i = 0; i < UP_CSV_FIELDS; i++) {
        const size_t length = strcspn(heading, ",");

        if (strlen(csv->field[i]) != length || memcmp(csv->field[i], heading, length) != 0) {
            return false;
        }
        heading += length + 1u;
    }
    return true;
}

bool up_csv_open(struct up_recording *recording, struct up_record_info *info,
                 struct up_error_detail *problem)
{
    struct csv *csv = calloc(1, sizeof *csv);
    enum line line;

    if (csv == NULL) {
        up_record_no_memory(problem);
        return false;
    }
    recording->format = csv;
    recording->next = next;
    if (!has_headings(recording, csv)) {
        if (recording->in.code != 0) {
            (void)invalid(recording, csv, problem);
        } else {
            up_error_detail_set(problem, 0, "Give a file that userportctl has written.",
                                "cannot read %s: it is no recording, which begins with %s",
                                recording->in.path, up_csv_headings);
        }
        return false;
    }
    while ((line = read_line(&recording->in, csv)) == LINE_COMMENT) {
        csv->is_over = csv->is_over || reads_end(recording, csv);
        up_info_read(info, csv->field[0] + (csv->field[0][0] == ' '));
    }
    if (line == LINE_INVALID) {
        (void)invalid(recording, csv, problem);
        return false;
    }
    csv->has_line = line == LINE_FIELDS;
    return true;
}
