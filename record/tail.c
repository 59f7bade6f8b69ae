/* SPDX-License-Identifier: MIT
 *
 * A recording that is still being written (tail.h): the reader of .csv, for which the buffer of its
 * file is filled here, with whole lines alone. The file itself is never opened, since it is always
 * at its end.
 */
#include "tail.h"

#include <stdlib.h>
#include <string.h>

#include "csv.h"

struct up_tail {
    struct up_recording recording;
    struct up_record_info info;
    size_t filled;     /* of the recording's buffer; its length ends with the last whole line */
    bool is_open;      /* the headings were read */
    enum up_next last; /* UP_NEXT_CUT: more may come */
    struct up_error_detail problem; /* if last is UP_NEXT_INVALID */
    char path[];
};

struct up_tail *up_tail_new(const char *path)
{
    const size_t length = strlen(path) + 1u;
    struct up_tail *tail = calloc(1, sizeof *tail + length);

    if (tail != NULL) {
        memcpy(tail->path, path, length);
        tail->recording.in.path = tail->path;
        tail->recording.in.line = 1;
        tail->recording.in.is_at_end = true;
        tail->last = UP_NEXT_CUT;
    }
    return tail;
}

void up_tail_free(struct up_tail *tail)
{
    if (tail != NULL) {
        up_names_free(&tail->recording.modules);
        free(tail->recording.format);
        free(tail);
    }
}

/* How many of the bytes are whole lines? */
static size_t whole_lines(const char *bytes, size_t length)
{
    while (length > 0 && bytes[length - 1u] != '\n') {
        length--;
    }
    return length;
}

size_t up_tail_give(struct up_tail *tail, const char *bytes, size_t length)
{
    struct up_in_file *in = &tail->recording.in;
    size_t room;

    tail->filled -= in->next;
    memmove(in->buffer, in->buffer + in->next, tail->filled);
    in->next = 0;
    room = sizeof in->buffer - tail->filled;
    length = length < room ? length : room;
    memcpy(in->buffer + tail->filled, bytes, length);
    tail->filled += length;
    in->length = whole_lines(in->buffer, tail->filled);
    if (in->length == 0 && tail->filled == sizeof in->buffer) {
        in->length = tail->filled; /* a line that is too long, which the reader says */
    }
    return length;
}

const struct up_record_info *up_tail_info(const struct up_tail *tail)
{
    return tail->is_open ? &tail->info : NULL;
}

uint64_t up_tail_time(const struct up_tail *tail)
{
    return tail->recording.time;
}

/* Takes what the comments that come next say of the recording. The reader passes over them. */
static void read_comments(struct up_tail *tail)
{
    const struct up_in_file *in = &tail->recording.in;
    const char *at = in->buffer + in->next, *end = in->buffer + in->length;
    char text[1200];

    while (at < end && *at == '#') {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        const size_t length = (size_t)((line_end != NULL ? line_end : end) - at);

        if (length < sizeof text) {
            memcpy(text, at, length);
            text[length] = '\0';
            text[strcspn(text, "\r")] = '\0';
            up_info_read(&tail->info, text + strspn(text, "# "));
        }
        at += length + (line_end != NULL);
    }
}

static enum up_next read_on(struct up_tail *tail, struct up_record *record, uint64_t *count)
{
    struct up_in_file *in = &tail->recording.in;
    const size_t begin = in->next;
    const uint64_t line = in->line;
    const enum up_next next = tail->recording.next(&tail->recording, record, count, &tail->problem);

    if (next == UP_NEXT_CUT && in->next == in->length && in->length > 0 && begin < in->next) {
        /* It may have ended within quotes, whose end has not come yet. Comments do no harm. */
        in->next = begin;
        in->line = line;
    }
    return next;
}

enum up_next up_tail_next(struct up_tail *tail, struct up_record *record, uint64_t *count,
                          struct up_error_detail *problem)
{
    enum up_next next;

    if (tail->last == UP_NEXT_CUT && !tail->is_open && tail->recording.in.length > 0) {
        if (up_csv_open(&tail->recording, &tail->info, &tail->problem)) {
            tail->is_open = true;
        } else {
            tail->last = UP_NEXT_INVALID;
        }
    }
    if (tail->last == UP_NEXT_CUT && tail->is_open) {
        read_comments(tail);
        next = read_on(tail, record, count);
        if (next == UP_NEXT_ACCESS || next == UP_NEXT_LOST) {
            return next;
        }
        tail->last = next;
    }
    if (tail->last == UP_NEXT_INVALID && problem != NULL) {
        *problem = tail->problem;
    }
    return tail->last;
}
