/* SPDX-License-Identifier: MIT
 *
 * A WAV file (PCM, 44,100 Hz, 16 bits, mono) of what a loudspeaker plays that is switched on and
 * off. As a loudspeaker does, it passes on changes of the level, not the level itself. Silence
 * before the first sound and after the last one is left out, a longer one between them is cut to
 * UP_WAV_SILENCE_MAX, and after UP_WAV_MAX the file is full.
 */
#ifndef UP_SIMULATED_WAV_H
#define UP_SIMULATED_WAV_H

#include "output.h"

#define UP_WAV_RATE        44100u
#define UP_WAV_SILENCE_MAX (10u * UP_WAV_RATE)   /* samples: 10 s */
#define UP_WAV_MAX         (7200u * UP_WAV_RATE) /* samples: 2 hours, 635 MB */
#define UP_WAV_LEVEL_MAX   20000                 /* of up_wav_add: on */

struct up_wav {
    struct up_device_output output;
    uint32_t count;        /* samples that were written */
    uint32_t silence;      /* samples of silence that come before the next sound */
    int32_t level, filter; /* the last level; what passes on, in 1/32,768 */
    bool is_begun;         /* there was a sound */
    bool has_changed;      /* since the last flush */
    size_t used;
    uint8_t buffer[4096];
};

/* Creates the file. Result: false with *problem. */
bool up_wav_open(struct up_wav *wav, const char *path, up_device_note *note, void *context,
                 struct up_error_detail *problem);

/* Adds one sample, of a level from 0 to UP_WAV_LEVEL_MAX. */
void up_wav_add(struct up_wav *wav, int32_t level);

/* Is it silent if the level stays as it is? Then silence can be added at once, in samples. */
bool up_wav_is_silent(const struct up_wav *wav, int32_t level);
void up_wav_add_silence(struct up_wav *wav, uint64_t count);

/* Is nothing kept any more, because it is full or could not be written? */
bool up_wav_is_over(const struct up_wav *wav);

/* Makes the file whole as far as it goes. */
void up_wav_flush(struct up_wav *wav);
/* Result: false with *problem if something could not be written. */
bool up_wav_close(struct up_wav *wav, struct up_error_detail *problem);

#endif
