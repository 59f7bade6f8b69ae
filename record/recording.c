/* SPDX-License-Identifier: MIT
 *
 * Recordings as files (recording.h): which format, by the name's ending, and what all formats have
 * in common.
 */
#include "recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "formats.h"

static const struct up_format *const formats[] = {&up_format_vcd, &up_format_csv, &up_format_svg};

#define FORMATS (sizeof formats / sizeof formats[0])

static bool ends_with(const char *path, const char *ending)
{
    const size_t length = strlen(path), end = strlen(ending);
    size_t i;

    for (i = 0; length > end && i < end; i++) {
        const char c = path[length - end + i];

        if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != ending[i]) {
            return false;
        }
    }
    return length > end;
}

static const struct up_format *format_of(const char *path)
{
    size_t i;

    for (i = 0; i < FORMATS; i++) {
        if (ends_with(path, formats[i]->ending)) {
            return formats[i];
        }
    }
    return NULL;
}

bool up_recording_is_name(const char *path)
{
    return format_of(path) != NULL;
}

bool up_recording_can_read(const char *path)
{
    const struct up_format *format = format_of(path);

    return format != NULL && format->open != NULL;
}

void up_record_no_memory(struct up_error_detail *problem)
{
    up_error_detail_set(problem, 0, "Close other programs.", "there is not enough memory");
}

struct up_sink *up_recording_create(const char *path, const struct up_record_info *info,
                                    struct up_error_detail *problem)
{
    const struct up_format *format = format_of(path);

    if (format == NULL) {
        up_error_detail_set(problem, 0, "End the name with .vcd, .csv or .svg.",
                            "cannot write %s: its ending is that of no recording", path);
        return NULL;
    }
    return format->create(path, info, problem);
}

/* ---- reading --------------------------------------------------------------------------------- */

struct up_recording *up_recording_open(const char *path, struct up_record_info *info,
                                       struct up_error_detail *problem)
{
    const struct up_format *format = format_of(path);
    struct up_recording *recording;

    memset(info, 0, sizeof *info);
    if (format == NULL || format->open == NULL) {
        up_error_detail_set(problem, 0, "Give a recording whose name ends with .vcd or .csv.",
                            "cannot read %s: %s", path,
                            format == NULL ? "its ending is that of no recording"
                                           : "a picture has not all of the accesses");
        return NULL;
    }
    recording = calloc(1, sizeof *recording);
    if (recording == NULL) {
        up_record_no_memory(problem);
        return NULL;
    }
    if (!up_in_file_open(&recording->in, path, problem)) {
        free(recording);
        return NULL;
    }
    if (!format->open(recording, info, problem)) {
        up_recording_close(recording);
        return NULL;
    }
    return recording;
}

bool up_recording_read(struct up_recording *recording, struct up_sink *sink, uint64_t *end,
                       bool *is_cut, struct up_error_detail *problem)
{
    struct up_record record = {.time = 0};
    uint64_t count = 0;

    *is_cut = false;
    for (;;) {
        const enum up_next next = recording->next(recording, &record, &count, problem);

        *end = recording->time;
        switch (next) {
        case UP_NEXT_ACCESS:
            (void)sink->add(sink, &record);
            break;
        case UP_NEXT_LOST:
            (void)sink->lost(sink, recording->time, count);
            break;
        case UP_NEXT_CUT:
            *is_cut = true;
            return true;
        default:
            return next == UP_NEXT_END;
        }
    }
}

bool up_recording_next(struct up_recording *recording, struct up_record *record)
{
    uint64_t count;
    enum up_next next;

    do {
        next = recording->next(recording, record, &count, NULL);
    } while (next == UP_NEXT_LOST);
    return next == UP_NEXT_ACCESS;
}

bool up_recording_is_file(const struct up_recording *recording, const char *path)
{
    return up_raw_is_file(recording->in.file, path);
}

void up_recording_close(struct up_recording *recording)
{
    up_in_file_close(&recording->in);
    up_names_free(&recording->modules);
    free(recording->format);
    free(recording);
}

/* ---- what is said of a recording ------------------------------------------------------------- */

bool up_number_read(const char *text, unsigned base, uint64_t most, uint64_t *number,
                    const char **end)
{
    const char *at = text;

    *number = 0;
    for (;; at++) {
        unsigned digit = 16;

        if (*at >= '0' && *at <= '9') {
            digit = (unsigned)(*at - '0');
        } else if (*at >= 'A' && *at <= 'F') {
            digit = (unsigned)(*at - 'A') + 10u;
        } else if (*at >= 'a' && *at <= 'f') {
            digit = (unsigned)(*at - 'a') + 10u;
        }
        if (digit >= base) {
            *end = at;
            return at > text;
        }
        if (*number > (most - digit) / base) {
            *end = at;
            return false;
        }
        *number = *number * base + digit;
    }
}

/*
 * A text in one line and one field: control characters, the comma and the backslash become \XX.
 */
static void write_plain(struct up_writer *writer, const char *text)
{
    for (; *text != '\0'; text++) {
        if ((uint8_t)*text < ' ' || strchr("\x7F,\\", *text) != NULL) {
            up_writer_char(writer, '\\');
            up_writer_hex(writer, (uint8_t)*text, 2);
        } else {
            up_writer_char(writer, *text);
        }
    }
}

void up_info_read_plain(const char *text, char *out, size_t size)
{
    struct up_writer writer;
    const char *end;
    uint64_t byte;

    up_writer_init(&writer, out, size);
    while (*text != '\0') {
        const char digits[3] = {text[0] == '\\' ? text[1] : '\0',
                                text[0] == '\\' && text[1] != '\0' ? text[2] : '\0', '\0'};

        if (up_number_read(digits, 16, 0xFF, &byte, &end) && end == digits + 2 && byte != 0) {
            up_writer_char(&writer, (char)byte);
            text += 3;
        } else {
            up_writer_char(&writer, *text++);
        }
    }
}

static void read_printers(struct up_record_info *info, const char *text)
{
    uint64_t base;

    while (info->printers < UP_RECORD_PRINTERS_MAX &&
           up_number_read(text, 16, 0xFFFF, &base, &text)) {
        info->printer[info->printers++] = (uint16_t)base;
        text += *text == ' ';
    }
}

void up_info_read(struct up_record_info *info, const char *text)
{
    static const char program[] = "program: ", begun[] = "begun: ", printers[] = "printers: ";

    if (strncmp(text, program, sizeof program - 1u) == 0) {
        memset(info->program, 0, sizeof info->program);
        up_info_read_plain(text + sizeof program - 1u, info->program, sizeof info->program);
    } else if (strncmp(text, begun, sizeof begun - 1u) == 0) {
        memset(info->begun, 0, sizeof info->begun);
        up_info_read_plain(text + sizeof begun - 1u, info->begun, sizeof info->begun);
    } else if (strncmp(text, printers, sizeof printers - 1u) == 0) {
        info->printers = 0;
        memset(info->printer, 0, sizeof info->printer);
        read_printers(info, text + sizeof printers - 1u);
    }
}

void up_info_write(const struct up_record_info *info,
                   void (*write)(void *context, const char *text), void *context)
{
    char text[3u * sizeof info->program + 16u];
    struct up_writer writer;
    uint32_t i;

    if (info->program[0] != '\0') {
        up_writer_init(&writer, text, sizeof text);
        up_writer_text(&writer, "program: ");
        write_plain(&writer, info->program);
        write(context, text);
    }
    if (info->begun[0] != '\0') {
        up_writer_init(&writer, text, sizeof text);
        up_writer_text(&writer, "begun: ");
        write_plain(&writer, info->begun);
        write(context, text);
    }
    if (info->printers > 0) {
        up_writer_init(&writer, text, sizeof text);
        up_writer_text(&writer, "printers:");
        for (i = 0; i < info->printers && i < UP_RECORD_PRINTERS_MAX; i++) {
            up_writer_char(&writer, ' ');
            up_writer_hex(&writer, info->printer[i], 1);
        }
        write(context, text);
    }
}
