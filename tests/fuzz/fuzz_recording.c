/* SPDX-License-Identifier: MIT
 *
 * libFuzzer target for the readers of recordings (record/csv_read.c, record/vcd_read.c): the input
 * is a file, a .vcd if it begins with a dollar. Every record that is read is valid, times ascend,
 * and what was read is the same again after it was written in the other format. The summary and
 * the picture of it stay bounded, and are whole.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/error_detail.h"
#include "record/recording.h"
#include "record/summary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) check((condition), #condition, __LINE__)
#define PICTURE_MAX      2000000L

static void check(bool condition, const char *text, int line)
{
    if (!condition) {
        (void)fprintf(stderr, "fuzz_recording.c:%d: not so: %s\n", line, text);
        abort();
    }
}

/* ---- files of this process ------------------------------------------------------------------- */

static char folder[] = "/tmp/userport-fuzz-XXXXXX";
static char paths[3][64]; /* .csv, .vcd, .svg */

static void remove_files(void)
{
    (void)unlink(paths[0]);
    (void)unlink(paths[1]);
    (void)unlink(paths[2]);
    (void)rmdir(folder);
}

static void make_files(void)
{
    static const char *const endings[] = {"csv", "vcd", "svg"};
    unsigned i;

    CHECK(mkdtemp(folder) != NULL);
    for (i = 0; i < 3; i++) {
        (void)snprintf(paths[i], sizeof paths[i], "%s/one.%s", folder, endings[i]);
    }
    CHECK(atexit(remove_files) == 0);
}

static void save(const char *path, const uint8_t *data, size_t size)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    CHECK(file >= 0 && write(file, data, size) == (ssize_t)size && close(file) == 0);
}

/* ---- what was read, as a number -------------------------------------------------------------- */

struct sum {
    struct up_sink sink;
    struct up_sink *others[3]; /* that get it too */
    uint64_t time, hash, count;
};

static void mix(struct sum *sum, uint64_t value)
{
    sum->hash = (sum->hash ^ value) * 1099511628211u;
    sum->hash ^= sum->hash >> 29;
}

static bool add(struct up_sink *sink, const struct up_record *record)
{
    struct sum *sum = (struct sum *)sink;
    const char *at;
    unsigned i;

    CHECK(record->time >= sum->time);
    CHECK(record->width == 1 || record->width == 2 || record->width == 4);
    CHECK(record->width == 4 || record->value >> 8 * record->width == 0);
    CHECK((record->flags & ~15u) == 0);
    CHECK(record->module == NULL || (record->module[0] != '\0' && strlen(record->module) < 260));
    sum->time = record->time;
    sum->count++;
    mix(sum, record->time);
    mix(sum, record->address);
    mix(sum, record->offset);
    mix(sum, (uint64_t)record->process << 32 | record->thread);
    mix(sum, (uint64_t)record->value << 32 | (uint64_t)record->port << 16 |
                 (uint64_t)record->width << 8 | record->flags);
    for (at = record->module; at != NULL && *at != '\0'; at++) {
        mix(sum, (uint8_t)*at);
    }
    for (i = 0; i < 3; i++) {
        CHECK(sum->others[i] == NULL || sum->others[i]->add(sum->others[i], record));
    }
    return true;
}

static bool lost(struct up_sink *sink, uint64_t time, uint64_t count)
{
    struct sum *sum = (struct sum *)sink;
    unsigned i;

    CHECK(time >= sum->time);
    sum->time = time;
    if (count > 0) { /* none is not worth a line of .vcd */
        mix(sum, ~time);
        mix(sum, count);
    }
    for (i = 0; i < 3; i++) {
        CHECK(sum->others[i] == NULL || sum->others[i]->lost(sum->others[i], time, count));
    }
    return true;
}

/* Reads the file. Result: is it whole, as far as it goes? */
static bool read_all(const char *path, struct sum *sum, struct up_record_info *info, bool *is_cut,
                     uint64_t *end)
{
    struct up_error_detail problem = {.code = 0};
    struct up_recording *recording = up_recording_open(path, info, &problem);
    bool is_whole = false;

    if (recording != NULL) {
        is_whole = up_recording_read(recording, &sum->sink, end, is_cut, &problem);
        CHECK(*end >= sum->time);
        up_recording_close(recording);
    }
    CHECK(is_whole || problem.text[0] != '\0');
    return is_whole;
}

static void count_text(void *context, const char *text)
{
    const size_t length = strlen(text);

    CHECK(length == 0 || text[length - 1u] == '\n');
    CHECK(length < 1000);
    *(uint64_t *)context += length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const unsigned format = size > 0 && data[0] == '$';
    struct sum first = {.sink = {add, lost, NULL, NULL}}, second = first;
    struct up_record_info info, again;
    uint64_t end = 0, text = 0;
    bool is_cut = false, is_whole;
    struct up_text_output output = {count_text, &text};
    FILE *picture;
    unsigned i;

    if (paths[0][0] == '\0') {
        make_files();
    }
    save(paths[format], data, size);
    if (!read_all(paths[format], &first, &info, &is_cut, &end) && first.count == 0) {
        return 0;
    }
    /* once more, for the other format, the summary, and the picture */
    second.others[0] = up_recording_create(paths[1 - format], &info, NULL);
    second.others[1] = up_summary_new(&output, &info, NULL);
    second.others[2] = up_recording_create(paths[2], &info, NULL);
    CHECK(second.others[0] != NULL && second.others[1] != NULL && second.others[2] != NULL);
    (void)read_all(paths[format], &second, &again, &is_cut, &end);
    CHECK(first.hash == second.hash && memcmp(&info, &again, sizeof info) == 0);
    for (i = 0; i < 3; i++) {
        CHECK(second.others[i]->close(second.others[i], end, NULL));
        second.others[i] = NULL;
    }
    CHECK(text > 0);
    picture = fopen(paths[2], "rb");
    CHECK(picture != NULL && fseek(picture, 0, SEEK_END) == 0);
    CHECK(ftell(picture) > 500 && ftell(picture) < PICTURE_MAX);
    CHECK(fclose(picture) == 0);
    /* a stamp of .vcd has no room behind the last of all times */
    if (end < UINT64_MAX - 2u * first.count - 1000u) {
        const uint64_t before = end;

        second = (struct sum){.sink = {add, lost, NULL, NULL}};
        is_whole = read_all(paths[1 - format], &second, &again, &is_cut, &end);
        CHECK(is_whole && !is_cut && end == before);
        CHECK(first.hash == second.hash && first.count == second.count);
        CHECK(memcmp(&info, &again, sizeof info) == 0);
    }
    return 0;
}
