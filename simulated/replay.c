/* SPDX-License-Identifier: MIT
 *
 * The device "replay:RECORDING": answers as it was recorded (record/recording.h), and says where
 * the program does something else than in the recording. Accesses of ports that are not routed to
 * it are left out, and so are those that were denied.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/portset.h"
#include "core/text.h"
#include "follow.h"
#include "parts.h"
#include "record/recording.h"

#define NOTES_MAX 50u /* differences that are said one by one */

struct replay {
    struct up_simulated base;
    char *path;
    up_device_note *note;
    void *context;
    struct up_recording *recording; /* NULL: it cannot be read any more */
    uint64_t number;                /* of the record that was read last, from 1 on */
    struct up_portset ports;        /* those that are routed to it, granted */
    bool knows_ports;               /* else it is all of them */
    uint64_t differences;
    uint64_t said; /* the number of the record of the last difference */
    bool has_said;
    uint32_t notes;
    struct up_follow follow;
};

static uint32_t mask(unsigned width)
{
    return width >= 4 ? 0xFFFFFFFFu : (1u << (8u * width)) - 1u;
}

/* Is it an access to the ports that are routed here? */
static bool is_ours(const struct replay *replay, const struct up_record *record)
{
    return (record->flags & UP_RECORD_DENIED) == 0 &&
           (!replay->knows_ports || up_portset_has(&replay->ports, record->port));
}

static bool next_access(void *context, struct up_follow_access *access)
{
    struct replay *replay = context;
    struct up_record record;

    while (replay->recording != NULL && up_recording_next(replay->recording, &record)) {
        replay->number++;
        if (is_ours(replay, &record)) {
            *access = (struct up_follow_access){.number = replay->number,
                                                .value = record.value & mask(record.width),
                                                .port = record.port,
                                                .width = record.width,
                                                .is_write = (record.flags & UP_RECORD_WRITE) != 0};
            return true;
        }
    }
    return false;
}

/* ---- what is said ---------------------------------------------------------------------------- */

static void begin_note(const struct replay *replay, struct up_writer *writer, char *text,
                       size_t size)
{
    up_writer_init(writer, text, size);
    up_writer_text(writer, "replay ");
    up_writer_text(writer, replay->path);
    up_writer_text(writer, ": ");
}

static void say(const struct replay *replay, const char *text)
{
    if (replay->note != NULL) {
        replay->note(replay->context, text);
    }
}

static void write_number(struct up_writer *writer, uint64_t number)
{
    char digits[20];
    size_t first = sizeof digits;

    do {
        digits[--first] = (char)('0' + number % 10u);
        number /= 10u;
    } while (number > 0);
    up_writer_bytes(writer, digits + first, sizeof digits - first);
}

/* "writes 0C to 37A", or "a write of 0C to 37A". */
static void write_access(struct up_writer *writer, const struct up_follow_access *access,
                         bool is_program)
{
    if (access->is_write) {
        up_writer_text(writer, is_program ? "writes " : "a write of ");
        up_writer_hex(writer, access->value, 2u * access->width);
        up_writer_text(writer, " to ");
    } else {
        up_writer_text(writer, is_program ? "reads " : "a read of ");
    }
    up_writer_hex(writer, access->port, 1);
    if (access->width > 1) {
        up_writer_text(writer, " with ");
        up_writer_decimal(writer, 8u * access->width);
        up_writer_text(writer, " bits");
    }
}

/* Counts a difference, and says it. expected: NULL at the recording's end. */
static void say_difference(struct replay *replay, const struct up_follow_access *access,
                           const struct up_follow_access *expected)
{
    const uint64_t place = expected != NULL ? expected->number : replay->number + 1u;
    struct up_writer writer;
    char text[640];

    replay->differences++;
    if ((replay->has_said && place == replay->said) || replay->notes >= NOTES_MAX) {
        return;
    }
    replay->has_said = true;
    replay->said = place;
    begin_note(replay, &writer, text, sizeof text);
    if (expected != NULL) {
        up_writer_text(&writer, "access ");
        write_number(&writer, place);
        up_writer_text(&writer, ": ");
    }
    up_writer_text(&writer, "the program ");
    write_access(&writer, access, true);
    up_writer_text(&writer, ", ");
    if (expected == NULL) {
        up_writer_text(&writer, "and the recording has ended");
    } else if (expected->is_write && access->is_write && expected->port == access->port &&
               expected->width == access->width) {
        up_writer_text(&writer, "the recording has ");
        up_writer_hex(&writer, expected->value, 2u * expected->width);
    } else {
        up_writer_text(&writer, "the recording has ");
        write_access(&writer, expected, false);
    }
    say(replay, text);
    if (++replay->notes == NOTES_MAX) {
        begin_note(replay, &writer, text, sizeof text);
        up_writer_text(&writer, "there are more differences, which are only counted");
        say(replay, text);
    }
}

static void say_summary(struct replay *replay)
{
    struct up_writer writer;
    uint64_t count, left;
    char text[640];

    up_follow_finish(&replay->follow, &count, &left);
    begin_note(replay, &writer, text, sizeof text);
    if (count == 0) {
        up_writer_text(&writer, "the recording has no access to these ports");
    } else if (replay->differences == 0 && left == 0) {
        up_writer_text(&writer, "the program did as recorded, all ");
        write_number(&writer, count);
        up_writer_text(&writer, count == 1 ? " access" : " accesses");
    } else {
        write_number(&writer, replay->differences);
        up_writer_text(&writer, replay->differences == 1 ? " difference; " : " differences; ");
        write_number(&writer, left);
        up_writer_text(&writer, " of ");
        write_number(&writer, count);
        up_writer_text(&writer, count == 1 ? " access " : " accesses ");
        up_writer_text(&writer, left == 1 ? "was not played" : "were not played");
    }
    say(replay, text);
}

/* ---- the device ------------------------------------------------------------------------------ */

static uint32_t run(struct up_simulated *device, const struct up_device_access *access,
                    bool is_write)
{
    struct replay *replay = (struct replay *)device;
    const struct up_follow_access now = {.value = access->value & mask(access->width),
                                         .port = access->port,
                                         .width = access->width,
                                         .is_write = is_write};
    struct up_follow_access expected;
    uint32_t value;

    switch (up_follow(&replay->follow, &now, &value, &expected)) {
    case UP_FOLLOWED_OTHER:
        say_difference(replay, &now, &expected);
        break;
    case UP_FOLLOWED_END:
        say_difference(replay, &now, NULL);
        break;
    default:
        break;
    }
    return value & mask(access->width);
}

static uint32_t read_device(struct up_simulated *device, const struct up_device_access *access)
{
    return run(device, access, false);
}

static void write_device(struct up_simulated *device, const struct up_device_access *access)
{
    (void)run(device, access, true);
}

static void cover(struct up_simulated *device, uint16_t first, uint16_t last)
{
    struct replay *replay = (struct replay *)device;

    replay->knows_ports = true;
    up_portset_grant(&replay->ports, first, last);
}

/* From the recording's beginning. Result: false with *problem. */
static bool start(struct replay *replay, struct up_error_detail *problem)
{
    struct up_record_info info;

    if (replay->recording != NULL) {
        up_recording_close(replay->recording);
    }
    replay->number = 0;
    replay->has_said = false;
    up_follow_start(&replay->follow, next_access, replay);
    replay->recording = up_recording_open(replay->path, &info, problem);
    return replay->recording != NULL;
}

static struct up_simulated *open_device(const char *argument, up_device_note *note, void *context,
                                        struct up_error_detail *problem)
{
    struct replay *replay = up_device_new(&up_device_replay, sizeof *replay, problem);

    if (replay == NULL) {
        return NULL;
    }
    replay->note = note;
    replay->context = context;
    up_portset_deny_all(&replay->ports);
    replay->path = up_device_copy(argument, problem);
    if (replay->path == NULL || !start(replay, problem)) {
        free(replay->path);
        free(replay);
        return NULL;
    }
    return &replay->base;
}

static void reset_device(struct up_simulated *device, uint64_t time)
{
    struct replay *replay = (struct replay *)device;
    struct up_error_detail problem;

    (void)time;
    if (!start(replay, &problem)) {
        say(replay, problem.text);
    }
}

static bool close_device(struct up_simulated *device, uint64_t time,
                         struct up_error_detail *problem)
{
    struct replay *replay = (struct replay *)device;

    (void)time;
    (void)problem;
    say_summary(replay);
    if (replay->recording != NULL) {
        up_recording_close(replay->recording);
    }
    free(replay->path);
    free(replay);
    return true;
}

const struct up_device_kind up_device_replay = {
    .name = "replay",
    .open = open_device,
    .covers = cover,
    .reset = reset_device,
    .read = read_device,
    .write = write_device,
    .flush = up_device_flush_nothing,
    .close = close_device,
};
