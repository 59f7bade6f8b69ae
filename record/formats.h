/* SPDX-License-Identifier: MIT
 *
 * The formats of recordings, for recording.c: each has a writer, and two have a reader. And what
 * the formats have in common.
 */
#ifndef UP_RECORD_FORMATS_H
#define UP_RECORD_FORMATS_H

#include "control/error_detail.h"
#include "file.h"
#include "names.h"
#include "record.h"

/* What comes next in a recording. */
enum up_next {
    UP_NEXT_ACCESS,
    UP_NEXT_LOST,   /* accesses that are missing: time and count */
    UP_NEXT_END,    /* time is that of the end */
    UP_NEXT_CUT,    /* the file ends before the recording did */
    UP_NEXT_INVALID /* or it could not be read: *problem says it */
};

struct up_recording {
    struct up_in_file in;
    struct up_names modules;
    uint64_t time; /* of what came last */
    enum up_next (*next)(struct up_recording *recording, struct up_record *record, uint64_t *count,
                         struct up_error_detail *problem);
    void *format; /* the reader's own; freed with the recording */
};

struct up_format {
    const char *ending; /* ".csv" */
    struct up_sink *(*create)(const char *path, const struct up_record_info *info,
                              struct up_error_detail *problem);
    /* Reads up to the first access. NULL: the format cannot be read. */
    bool (*open)(struct up_recording *recording, struct up_record_info *info,
                 struct up_error_detail *problem);
};

extern const struct up_format up_format_csv, up_format_vcd, up_format_svg;

/* "there is not enough memory", as *problem. */
void up_record_no_memory(struct up_error_detail *problem);

/* The width of an access in bits, also of a record whose width is not valid. */
static inline unsigned up_record_bits(const struct up_record *record)
{
    return record->width == 4 ? 32u : record->width == 2 ? 16u : 8u;
}

/* Its value, without bits above the width. */
static inline uint32_t up_record_value(const struct up_record *record)
{
    return record->value & (0xFFFFFFFFu >> (32u - up_record_bits(record)));
}

/*
 * What a comment of a file says of the recording: text is "program: probe.exe". Sets the field of
 * info that it names; other texts are ignored. And the other way: calls write for each field that
 * is known.
 */
void up_info_read(struct up_record_info *info, const char *text);
void up_info_write(const struct up_record_info *info,
                   void (*write)(void *context, const char *text), void *context);

/* Takes back the form \XX of bytes in a text. */
void up_info_read_plain(const char *text, char *out, size_t size);

/*
 * Reads a number of digits alone, decimal or hexadecimal, up to most. end: where it ends, not
 * NULL. Result: false if there is no digit or too large a number.
 */
bool up_number_read(const char *text, unsigned base, uint64_t most, uint64_t *number,
                    const char **end);

#endif
