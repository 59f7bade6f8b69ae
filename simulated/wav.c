/* SPDX-License-Identifier: MIT
 *
 * Writes a WAV file. See wav.h.
 */
#include "wav.h"

#include <string.h>

#define HEADER 44u
#define BYTES  2u /* of a sample */

/*
 * The filter is a high-pass of the first order, of 27 Hz: in each sample, what has passed on loses
 * the 256th part.
 */
#define FILTER_ONE  32768
#define FILTER_PART 256

static void put(uint8_t *at, uint32_t value, unsigned bytes)
{
    unsigned i;

    for (i = 0; i < bytes; i++) {
        at[i] = (uint8_t)(value >> (8u * i));
    }
}

static void make_header(const struct up_wav *wav, uint8_t header[HEADER])
{
    const uint32_t size = wav->count * BYTES;

    memcpy(header, "RIFF....WAVEfmt ", 16);
    put(header + 4, HEADER - 8u + size, 4);
    put(header + 16, 16, 4);                  /* bytes of the format */
    put(header + 20, 1, 2);                   /* PCM */
    put(header + 22, 1, 2);                   /* channels */
    put(header + 24, UP_WAV_RATE, 4);         /* samples per second */
    put(header + 28, UP_WAV_RATE * BYTES, 4); /* bytes per second */
    put(header + 32, BYTES, 2);               /* bytes of a sample of all channels */
    put(header + 34, 8u * BYTES, 2);          /* bits of a sample */
    memcpy(header + 36, "data", 4);
    put(header + 40, size, 4);
}

bool up_wav_open(struct up_wav *wav, const char *path, up_device_note *note, void *context,
                 struct up_error_detail *problem)
{
    uint8_t header[HEADER];

    memset(wav, 0, sizeof *wav);
    if (!up_device_output_open(&wav->output, path, note, context, problem)) {
        return false;
    }
    wav->has_changed = true; /* a header alone is a valid file too */
    make_header(wav, header);
    up_device_output_write(&wav->output, header, sizeof header);
    return true;
}

static void write_buffer(struct up_wav *wav)
{
    up_device_output_write(&wav->output, wav->buffer, wav->used);
    wav->used = 0;
}

static void say_full(struct up_wav *wav)
{
    struct up_error_detail detail;

    if (wav->output.note != NULL) {
        up_error_detail_set(&detail, 0, NULL,
                            "%s has two hours of sound and is full: what comes now is left out",
                            wav->output.file.path);
        wav->output.note(wav->output.context, detail.text);
    }
}

static void write_sample(struct up_wav *wav, int32_t sample)
{
    if (wav->count >= UP_WAV_MAX) {
        return;
    }
    put(wav->buffer + wav->used, (uint32_t)sample, BYTES);
    wav->used += BYTES;
    wav->has_changed = true;
    if (wav->used == sizeof wav->buffer) {
        write_buffer(wav);
    }
    if (++wav->count == UP_WAV_MAX) {
        say_full(wav);
    }
}

void up_wav_add_silence(struct up_wav *wav, uint64_t count)
{
    const uint32_t room = UP_WAV_SILENCE_MAX - wav->silence;

    wav->silence += count < room ? (uint32_t)count : room;
}

void up_wav_add(struct up_wav *wav, int32_t level)
{
    int32_t sample;

    wav->filter += (level - wav->level) * FILTER_ONE - wav->filter / FILTER_PART;
    wav->level = level;
    sample = wav->filter / FILTER_ONE;
    if (sample == 0) {
        up_wav_add_silence(wav, 1);
        return;
    }
    for (; wav->silence > 0; wav->silence--) {
        if (wav->is_begun) {
            write_sample(wav, 0);
        }
    }
    wav->is_begun = true;
    write_sample(wav, sample);
}

bool up_wav_is_silent(const struct up_wav *wav, int32_t level)
{
    return level == wav->level && wav->filter / FILTER_ONE == 0;
}

bool up_wav_is_over(const struct up_wav *wav)
{
    return wav->count >= UP_WAV_MAX || wav->output.file.code != 0;
}

void up_wav_flush(struct up_wav *wav)
{
    uint8_t header[HEADER];

    if (!wav->has_changed) {
        return;
    }
    wav->has_changed = false;
    write_buffer(wav);
    make_header(wav, header);
    up_device_output_rewrite(&wav->output, header, sizeof header);
    up_device_output_flush(&wav->output);
}

bool up_wav_close(struct up_wav *wav, struct up_error_detail *problem)
{
    up_wav_flush(wav);
    return up_device_output_close(&wav->output, problem);
}
