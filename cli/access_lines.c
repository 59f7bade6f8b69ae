/* SPDX-License-Identifier: MIT
 *
 * The lines of run --watch. See access_lines.h. A line has the seconds since the beginning, the
 * access, and where it came from:
 *
 *        0.000152  OUT 378 = 5A  printlpt+11F9
 *        0.000167  IN 379 -> DF  printlpt+1202
 */
#include "access_lines.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NANOSECONDS  1000000000u
#define MICROSECONDS 1000000u

static void print_time(uint64_t time)
{
    (void)fprintf(stderr, "%6" PRIu32 ".%06" PRIu32 "  ", (uint32_t)(time / NANOSECONDS),
                  (uint32_t)(time % NANOSECONDS / (NANOSECONDS / MICROSECONDS)));
}

static bool add(struct up_sink *sink, const struct up_record *record)
{
    const bool is_write = (record->flags & UP_RECORD_WRITE) != 0;
    const char *width = record->width == 1 ? "" : record->width == 2 ? ".w" : ".l";

    (void)sink;
    print_time(record->time);
    (void)fprintf(stderr, "%s %" PRIX32 "%s", is_write ? "OUT" : "IN", (uint32_t)record->port,
                  width);
    if (is_write || (record->flags & UP_RECORD_DENIED) == 0) {
        (void)fprintf(stderr, " %s %0*" PRIX32, is_write ? "=" : "->", 2 * record->width,
                      record->value);
    }
    if ((record->flags & UP_RECORD_DENIED) != 0) {
        (void)fputs("  not granted", stderr);
    }
    if (record->module != NULL) {
        (void)fprintf(stderr, "  %s+%" PRIX64, record->module, record->offset);
    } else if (record->address != 0) {
        (void)fprintf(stderr, "  %" PRIX64, record->address);
    }
    (void)fputc('\n', stderr);
    return ferror(stderr) == 0;
}

static bool lost(struct up_sink *sink, uint64_t time, uint64_t count)
{
    (void)sink;
    print_time(time);
    (void)fprintf(stderr, "%" PRIu64 " accesses are missing here\n", count);
    return ferror(stderr) == 0;
}

static bool flush(struct up_sink *sink)
{
    (void)sink;
    return fflush(stderr) == 0;
}

/* Standard error may be closed, or a pipe that nobody reads: that is for who has done it. */
static bool close_lines(struct up_sink *sink, uint64_t time, struct up_error_detail *problem)
{
    (void)time;
    (void)problem;
    free(sink);
    return true;
}

struct up_sink *up_access_lines(void)
{
    struct up_sink *sink = malloc(sizeof *sink);

    if (sink != NULL) {
        *sink = (struct up_sink){.add = add, .lost = lost, .flush = flush, .close = close_lines};
    }
    return sink;
}
