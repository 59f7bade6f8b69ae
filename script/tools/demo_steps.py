# SPDX-License-Identifier: MIT
"""What the demonstration shows, put in order: the console's lines and the trace's accesses by steps, the bytes that a program was asked to
print, the tones that a program sets."""

from typing import NamedTuple

import qemu_trace

PRINTLPT_DEFAULT = "UserPort: this line went through ports 378, 379 and 37A."
PIT_HZ = 1193182

SPEAKER_PORTS = {0x42, 0x43, 0x61}
# What the hardware must not see when nobody is granted it: the three parallel ports in full, and
# the speaker.
WATCHED_PORTS = SPEAKER_PORTS | set(range(0x378, 0x380)) | set(range(0x278, 0x280)) | set(range(0x3BC, 0x3C0))
CONSOLE_PORTS = set(range(0x3F8, 0x400))  # the machine's own kernel writes to COM1


class Run:
    """A program that the machine ran: its command line, the lines it printed, its exit code."""

    def __init__(self, command):
        self.command = command
        self.output = []
        self.exit = None


class Step:
    """What was seen between one `@ step` line and the next."""

    def __init__(self, name):
        self.name = name
        self.said = {}  # registry, driver, start, stopped: the rest of the line
        self.runs = []
        self.events = []  # the accesses of this step, to all devices

    def watched(self):
        """The accesses to the ports that this demonstration is about."""
        probed = {port for run in self.runs for first, last, _ in probe_results(run) for port in range(first, last + 1)}
        ports = (WATCHED_PORTS | probed) - CONSOLE_PORTS
        return [event for event in self.events if event.port in ports and not _other_timer(event)]


def _other_timer(access):
    """Port 43 serves all three timers; a command for timer 0 or 1 is the kernel's own."""
    return access.port == 0x43 and access.write and access.value >> 6 != 2


def collect(events):
    """From events in order to (list of steps, whether `@ end` was seen)."""
    steps = []
    ended = False
    for event in events:
        if not isinstance(event, qemu_trace.Line):
            if steps and not ended:
                steps[-1].events.append(event)
            continue
        if not event.text.startswith("@ "):
            continue
        word, _, rest = event.text[2:].partition(" ")
        if word == "step":
            steps.append(Step(rest))
        elif word == "end":
            ended = True
        elif not steps:
            continue
        elif word == "run":
            steps[-1].runs.append(Run(rest))
        elif word in ("out", "exit") and steps[-1].runs:
            run = steps[-1].runs[-1]
            if word == "out":
                run.output.append(rest)
            else:
                run.exit = hexadecimal(rest)
        else:
            steps[-1].said[word] = rest
    return steps, ended


def hexadecimal(text):
    try:
        return int(text, 16)
    except ValueError:
        return None


def split_command(command):
    """A Windows command line as its arguments: blanks separate, quotes keep together, \\" is a quote."""
    arguments = []
    current = None
    quoted = False
    index = 0
    while index < len(command):
        character = command[index]
        if character in " \t" and not quoted:
            if current is not None:
                arguments.append(current)
            current = None
        else:
            current = current or ""
            if character == '"':
                quoted = not quoted
            elif command.startswith('\\"', index):
                current += '"'
                index += 1
            else:
                current += character
        index += 1
    if current is not None:
        arguments.append(current)
    return arguments


def asked_to_print(command):
    """The bytes that printlpt sends for this command line."""
    text = " ".join(split_command(command)[1:]) or PRINTLPT_DEFAULT
    return (text + "\r\n").encode("latin-1", "replace")


def probe_results(run):
    """What probe printed, as (first port, last port, granted)."""
    results = []
    for line in run.output:
        ports, _, verdict = line.partition("  ")
        first, _, last = ports.partition("-")
        first, last = hexadecimal(first), hexadecimal(last or first)
        if first is not None and last is not None and verdict.startswith(("granted", "denied")):
            results.append((first, last, verdict.startswith("granted")))
    return results


class Tone(NamedTuple):
    """What the speaker was told to play: frequency in Hz, start and duration in seconds."""

    hz: float
    start: float
    duration: float


def programmed_tones(events):
    """From the accesses to timer 2 and port 61 to the tones."""
    tones = []
    count = low = None
    since = None
    for access in events:
        if not access.write:
            continue
        if access.port == 0x43 and access.value >> 6 == 2:
            count = low = None
        elif access.port == 0x42:
            if low is None:
                low = access.value
            else:
                count, low = (low | access.value << 8) or 0x10000, None
        elif access.port == 0x61:
            on = access.value & 3 == 3
            if on and since is None and count:
                since = access.time
            elif not on and since is not None:
                tones.append(Tone(PIT_HZ / count, since, access.time - since))
                since = None
    return tones


def joined(notes):
    """Neighbours of the same frequency (2 %) as one: the recording has no rests that would part them."""
    result = []
    for note in notes:
        if result and abs(note.hz - result[-1].hz) <= 0.02 * note.hz:
            last = result.pop()
            note = Tone(last.hz, last.start, last.duration + note.duration)
        result.append(note)
    return result
