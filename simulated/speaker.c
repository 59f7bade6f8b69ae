/* SPDX-License-Identifier: MIT
 *
 * The device "speaker:FILE": the PC speaker. Channel 2 of the timer makes the tone (ports 42 and
 * 43), bit 0 of port 61 lets it count, and bit 1 connects its output to the speaker. FILE becomes a
 * WAV file of what the speaker plays. Whatever else is routed here has no registers; commands for
 * the timer's channels 0 and 1 have no effect.
 */
#include <stdlib.h>

#include "parts.h"
#include "pit.h"
#include "wav.h"

#define COUNT   0x42u
#define COMMAND 0x43u
#define SPEAKER 0x61u

#define GATE     0x01u
#define CONNECT  0x02u
#define WRITABLE 0x0Fu /* 2 and 3 are of the memory's parity check, and kept */
#define REFRESH  0x10u /* changes with each refresh of the memory, every 18 ticks */
#define OUTPUT   0x20u

#define REFRESH_TICKS 18u

struct speaker {
    struct up_simulated base;
    struct up_wav wav;
    struct up_pit pit;
    uint8_t control;   /* of port 61 */
    uint64_t rendered; /* up to here the sound is done, in parts of a tick */
    uint32_t high;     /* parts of the sample that is not complete in which the speaker was on */
};

static struct up_simulated *open_device(const char *argument, up_device_note *note, void *context,
                                        struct up_error_detail *problem)
{
    struct speaker *speaker = up_device_new(&up_device_speaker, sizeof *speaker, problem);

    if (speaker != NULL && !up_wav_open(&speaker->wav, argument, note, context, problem)) {
        free(speaker);
        speaker = NULL;
    }
    if (speaker == NULL) {
        return NULL;
    }
    up_pit_init(&speaker->pit);
    return &speaker->base;
}

/* ---- sound ----------------------------------------------------------------------------------- */

static bool is_connected(const struct speaker *speaker)
{
    return (speaker->control & CONNECT) != 0;
}

static int32_t level(uint32_t high)
{
    return (int32_t)(high * (uint64_t)UP_WAV_LEVEL_MAX / UP_PIT_SAMPLE_PARTS);
}

/*
 * Adds whole samples at once while nothing moves, and leaves them out when the file is full.
 * Result: how many parts these are.
 */
static uint64_t skip_silence(struct speaker *speaker, uint64_t to)
{
    const uint64_t samples = (to - speaker->rendered) / UP_PIT_SAMPLE_PARTS;
    const uint64_t tick = speaker->rendered / UP_PIT_PARTS;
    uint64_t high = 0;

    if (samples == 0 || speaker->rendered % UP_PIT_SAMPLE_PARTS != 0) {
        return 0;
    }
    if (up_wav_is_over(&speaker->wav)) {
        return samples * UP_PIT_SAMPLE_PARTS;
    }
    if (is_connected(speaker)) {
        if (!up_pit_is_constant(&speaker->pit, tick)) {
            return 0;
        }
        high =
            up_pit_high(&speaker->pit, speaker->rendered, speaker->rendered + UP_PIT_SAMPLE_PARTS);
    }
    if (!up_wav_is_silent(&speaker->wav, level((uint32_t)high))) {
        return 0;
    }
    up_wav_add_silence(&speaker->wav, samples);
    return samples * UP_PIT_SAMPLE_PARTS;
}

/* Up to a time, in parts, before which no other count begins. */
static void render_parts(struct speaker *speaker, uint64_t to)
{
    uint64_t end;

    speaker->rendered += skip_silence(speaker, to);
    while (speaker->rendered < to) {
        end = (speaker->rendered / UP_PIT_SAMPLE_PARTS + 1u) * UP_PIT_SAMPLE_PARTS;
        if (end > to) {
            end = to;
        }
        if (is_connected(speaker)) {
            speaker->high += (uint32_t)up_pit_high(&speaker->pit, speaker->rendered, end);
        }
        speaker->rendered = end;
        if (end % UP_PIT_SAMPLE_PARTS == 0) {
            up_wav_add(&speaker->wav, level(speaker->high));
            speaker->high = 0;
            speaker->rendered += skip_silence(speaker, to);
        }
    }
}

/* Does the sound up to now, before something changes. Result: the time in ticks. */
static uint64_t render(struct speaker *speaker, uint64_t time)
{
    const uint64_t tick = up_pit_ticks(time);
    uint64_t next;

    while ((next = up_pit_next(&speaker->pit)) <= tick) {
        render_parts(speaker, next * UP_PIT_PARTS);
        up_pit_advance(&speaker->pit, next);
    }
    render_parts(speaker, tick * UP_PIT_PARTS);
    return tick;
}

/* ---- registers ------------------------------------------------------------------------------- */

static void reset_device(struct up_simulated *device, uint64_t time)
{
    struct speaker *speaker = (struct speaker *)device;

    (void)render(speaker, time);
    up_pit_init(&speaker->pit);
    speaker->control = 0;
}

static uint8_t read_speaker(const struct speaker *speaker, uint64_t tick)
{
    const uint64_t at = tick * UP_PIT_PARTS;
    const bool is_high = up_pit_high(&speaker->pit, at, at + 1u) != 0;

    return (uint8_t)(speaker->control | (tick / REFRESH_TICKS % 2u != 0 ? REFRESH : 0u) |
                     (is_high ? OUTPUT : 0u));
}

static uint8_t read_byte(struct up_simulated *device, const struct up_device_access *access)
{
    struct speaker *speaker = (struct speaker *)device;
    const uint64_t tick = render(speaker, access->time);

    switch (access->port) {
    case COUNT:
        return up_pit_read(&speaker->pit, tick);
    case SPEAKER:
        return read_speaker(speaker, tick);
    default:
        return 0xFF; /* port 43 cannot be read either */
    }
}

static uint32_t read_device(struct up_simulated *device, const struct up_device_access *access)
{
    return up_device_read_bytes(device, access, read_byte);
}

static void write_command(struct speaker *speaker, uint8_t value, uint64_t tick)
{
    const unsigned channel = value >> 6;

    if (channel == 2) {
        up_pit_command(&speaker->pit, value, tick);
    } else if (channel == 3 && (value & 0x08u) != 0) {
        /* The 8254's command to read back, with channel 2 among the selected; 0 latches. */
        up_pit_read_back(&speaker->pit, (value & 0x20u) == 0, (value & 0x10u) == 0, tick);
    }
}

static void write_byte(struct up_simulated *device, const struct up_device_access *access)
{
    struct speaker *speaker = (struct speaker *)device;
    const uint64_t tick = render(speaker, access->time);
    const uint8_t value = (uint8_t)access->value;

    switch (access->port) {
    case COUNT:
        up_pit_write(&speaker->pit, value, tick);
        break;
    case COMMAND:
        write_command(speaker, value, tick);
        break;
    case SPEAKER:
        speaker->control = value & WRITABLE;
        up_pit_gate(&speaker->pit, (value & GATE) != 0, tick);
        break;
    default:
        break;
    }
}

static void write_device(struct up_simulated *device, const struct up_device_access *access)
{
    up_device_write_bytes(device, access, write_byte);
}

static void flush_device(struct up_simulated *device)
{
    up_wav_flush(&((struct speaker *)device)->wav);
}

static bool close_device(struct up_simulated *device, uint64_t time,
                         struct up_error_detail *problem)
{
    struct speaker *speaker = (struct speaker *)device;
    bool is_whole;

    (void)render(speaker, time);
    is_whole = up_wav_close(&speaker->wav, problem);
    free(speaker);
    return is_whole;
}

const struct up_device_kind up_device_speaker = {
    .name = "speaker",
    .open = open_device,
    .reset = reset_device,
    .read = read_device,
    .write = write_device,
    .flush = flush_device,
    .close = close_device,
};
