#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""From a recording of one instrument that plays one note at a time, such as the PC speaker, to the notes it played.

Reads PCM .wav files as QEMU writes them with `-audiodev wav`: the sizes in the header are wrong when QEMU was ended
from outside, so they are not relied on. QEMU records only while the speaker is connected: the rests between notes can
be missing, so a change of frequency ends a note as silence does.
"""

import struct
import sys
from typing import NamedTuple

LOWEST_HZ = 20.0  # a longer wait between two crossings is silence
SAME_NOTE = 0.06  # periods that differ by less than this (a semitone is 0.059) are of one note ...
SAME_SAMPLES = 2.0  # ... and so are periods that differ by no more than this many samples


class Note(NamedTuple):
    """A note: its frequency in Hz, its start in the recording and its duration in seconds."""

    hz: float
    start: float
    duration: float


def read_wav(path):
    """Returns (samples per second, samples of the first channel as numbers around zero)."""
    with open(path, "rb") as file:
        content = file.read()
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise ValueError("%s: not a .wav file" % path)
    layout = None
    at = 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        at += 8
        if name == b"fmt " and at + 16 <= len(content):
            layout = struct.unpack_from("<HHIIHH", content, at)
        if name == b"data":
            break
        at += size + (size & 1)
    else:
        raise ValueError("%s: no sound data in it" % path)
    if layout is None:
        raise ValueError("%s: the format is missing" % path)
    coding, channels, rate, _, frame, bits = layout
    if coding != 1 or bits not in (8, 16) or channels == 0 or frame != channels * bits // 8 or rate == 0:
        raise ValueError("%s: only PCM of 8 or 16 bits is understood" % path)
    end = at + size if 0 < size <= len(content) - at else len(content)  # 0 or too large: never finalised
    count = (end - at) // frame
    if bits == 16:
        return rate, struct.unpack_from("<%dh" % (count * channels), content, at)[::channels]
    return rate, [sample - 128 for sample in content[at : at + count * frame : frame]]


def _rising_crossings(samples):
    """The places, in samples, where the sound goes from below zero to above; faint noise around zero is no crossing."""
    peak = max((abs(sample) for sample in samples), default=0)
    threshold = max(peak // 10, 1)
    crossings = []
    below = False
    for index, sample in enumerate(samples):
        if sample <= -threshold:
            below = True
        elif sample >= threshold and below:
            below = False
            last = index - 1  # the last sample that is not above zero
            while samples[last] > 0:
                last -= 1
            crossings.append(last + samples[last] / (samples[last] - samples[last + 1]))
    return crossings


def notes(rate, samples, shortest=0.02):
    """The notes in the samples, in order; what is shorter than `shortest` seconds is left out."""
    found = []
    crossings = _rising_crossings(samples)
    first = 0  # the crossing at which the present note starts
    for index in range(1, len(crossings) + 1):
        silence = fits = False
        if index < len(crossings):
            period = crossings[index] - crossings[index - 1]
            silence = period > rate / LOWEST_HZ
            fits = not silence
            if fits and index - 1 > first:
                mean = (crossings[index - 1] - crossings[first]) / (index - 1 - first)
                fits = abs(period - mean) <= max(SAME_NOTE * mean, SAME_SAMPLES)
        if fits:
            continue
        periods = index - 1 - first
        length = (crossings[index - 1] - crossings[first]) / rate if periods > 0 else 0.0
        if periods >= 2 and length >= shortest:
            found.append(Note(periods / length, crossings[first] / rate, length))
        first = index if silence else index - 1  # the period that did not fit may be the first of the next note
    return found


def read_notes(path):
    """The notes in a .wav file."""
    return notes(*read_wav(path))


def main():
    """Prints the notes of a file: wav_notes.py tune.wav"""
    if len(sys.argv) != 2:
        sys.exit("usage: wav_notes.py TUNE.WAV")
    for note in read_notes(sys.argv[1]):
        print("%8.1f Hz  from %.3f s for %.3f s" % note)


if __name__ == "__main__":
    main()
