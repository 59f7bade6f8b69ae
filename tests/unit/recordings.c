/* SPDX-License-Identifier: MIT
 *
 * What the tests of recordings have in common. See recordings.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "recordings.h"

static char folder[] = "/tmp/userport-recording-XXXXXX";
const char *const endings[ENDINGS] = {"csv", "vcd"};

const char *path_of(const char *ending)
{
    static char path[100];

    (void)snprintf(path, sizeof path, "%s/one.%s", folder, ending);
    return path;
}

int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path_of("csv"));
    (void)unlink(path_of("vcd"));
    (void)unlink(path_of("svg"));
    (void)unlink(path_of("other"));
    return rmdir(folder);
}

static struct item *next_item(struct seen *seen)
{
    if (seen->count == seen->size) {
        seen->size = 2 * seen->size + 16;
        seen->items = realloc(seen->items, seen->size * sizeof *seen->items);
        assert_non_null(seen->items);
    }
    memset(&seen->items[seen->count], 0, sizeof *seen->items);
    return &seen->items[seen->count++];
}

static bool add_seen(struct up_sink *sink, const struct up_record *record)
{
    struct item *item = next_item((struct seen *)sink);

    item->record = *record;
    if (record->module != NULL) {
        assert_true(strlen(record->module) < sizeof item->module);
        (void)snprintf(item->module, sizeof item->module, "%s", record->module);
    }
    return true;
}

static bool lost_seen(struct up_sink *sink, uint64_t time, uint64_t count)
{
    struct item *item = next_item((struct seen *)sink);

    item->record.time = time;
    item->lost = count;
    return true;
}

void forget(struct seen *seen)
{
    free(seen->items);
    *seen = (struct seen){.sink = {add_seen, lost_seen, NULL, NULL}};
}

struct result read_file(const char *path, struct seen *seen)
{
    struct result result = {.end = 0};
    struct up_recording *recording = up_recording_open(path, &result.info, &result.problem);

    result.is_open = recording != NULL;
    if (recording != NULL) {
        result.is_whole =
            up_recording_read(recording, &seen->sink, &result.end, &result.is_cut, &result.problem);
        up_recording_close(recording);
    }
    return result;
}

void check_same(const struct item *got, const struct item *wanted)
{
    assert_int_equal(got->record.time, wanted->record.time);
    assert_int_equal(got->lost, wanted->lost);
    assert_int_equal(got->record.address, wanted->record.address);
    assert_int_equal(got->record.offset, wanted->record.offset);
    assert_string_equal(got->module, wanted->module);
    assert_true((got->record.module == NULL) == (wanted->module[0] == '\0'));
    assert_int_equal(got->record.process, wanted->record.process);
    assert_int_equal(got->record.thread, wanted->record.thread);
    assert_int_equal(got->record.value, wanted->record.value);
    assert_int_equal(got->record.port, wanted->record.port);
    assert_int_equal(got->record.width, wanted->record.width);
    assert_int_equal(got->record.flags, wanted->record.flags);
}

uint32_t random_state;

uint32_t random32(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

uint64_t random64(void)
{
    return (uint64_t)random32() << 32 | random32();
}

void fill_random(struct item *item, uint64_t time)
{
    static const char *const modules[] = {"probe.exe",
                                          "inpout32.dll",
                                          "a, \"quoted\" name.dll",
                                          "two\nlines\r\n.dll",
                                          "  spaces  ",
                                          "-",
                                          "\"x\".dll",
                                          "x\"",
                                          "$end",
                                          "#1",
                                          "\\backslash\\20",
                                          "\xC3\xA4.exe",
                                          "\x01\x7F$comment end"};
    static const uint8_t widths[] = {1, 2, 4};
    struct up_record *record = &item->record;

    memset(item, 0, sizeof *item);
    record->time = time;
    if (random32() % 50 == 0) {
        item->lost = 1 + (random32() % 2 == 0 ? random64() % 1000000 : random32() % 9);
        return;
    }
    if (random32() % 4 != 0) {
        record->module = modules[random32() % (sizeof modules / sizeof modules[0])];
        (void)snprintf(item->module, sizeof item->module, "%s", record->module);
        record->offset = random32() % 3 == 0 ? 0 : random64();
    }
    record->address = random32() % 4 == 0 ? 0 : random64();
    record->process = random32();
    record->thread = random32() % 2 == 0 ? 0xFFFFFFFFu : random32() % 3;
    record->port = (uint16_t)(random32() % 2 == 0 ? 0x378 + random32() % 3 : random32());
    record->width = widths[random32() % 3];
    record->value = random32() & (0xFFFFFFFFu >> (32u - 8u * record->width));
    record->flags = (uint8_t)(random32() % 16);
}

void write_items(const char *path, const struct up_record_info *info, const struct item *items,
                 uint32_t count, uint64_t end)
{
    struct up_error_detail problem = {.code = 0};
    struct up_sink *sink = up_recording_create(path, info, &problem);
    uint32_t i;

    if (sink == NULL) {
        fail_msg("%s", problem.text);
    }
    for (i = 0; i < count; i++) {
        if (items[i].lost > 0) {
            assert_true(sink->lost(sink, items[i].record.time, items[i].lost));
        } else {
            assert_true(sink->add(sink, &items[i].record));
        }
    }
    assert_true(sink->close(sink, end, &problem));
}

const struct up_record_info some_info = {
    .program = "b\\a\nd, \"\xC3\xA4\".exe",
    .begun = "2026-11-29 21:05:03 UTC",
    .printers = 2,
    .printer = {0x378, 0xD010},
};

char *load(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *bytes = calloc(1, (1u << 20) + 1u);

    assert_true(file != NULL && bytes != NULL);
    *length = fread(bytes, 1, 1u << 20, file);
    assert_int_equal(fclose(file), 0);
    return bytes;
}

void save(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}
