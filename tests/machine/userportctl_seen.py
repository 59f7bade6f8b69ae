#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""userportctl's two tests as the emulated hardware sees them: the suite userportctl of the test machine, with QEMU's trace
and its recording of the speaker beside it. Prints TAP."""

import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "script", "tools"))

import qemu_trace  # noqa: E402
import wav_notes  # noqa: E402

TUNE = [523, 659, 784, 1047, 880, 784, 1047]
STATUS, CONTROL, SPEAKER = 0x379, 0x37A, 0x61


def run(folder, word):
    """Runs the suite's cases with this word in their names. Returns (did all pass, what was said, events)."""
    trace = os.path.join(folder, "trace.log")
    extra = qemu_trace.EVENT_OPTIONS + [
        "-D", trace, "-machine", "pcspk-audiodev=snd", "-audiodev", "wav,id=snd,path=%s/tune.wav" % folder]
    done = subprocess.run(["tests/machine/run", "userportctl", "one", "only=" + word], cwd=ROOT, check=False,
                          env=dict(os.environ, QEMU_EXTRA=" ".join(extra), MACHINE_SECONDS="120"),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    with open(trace, encoding="ascii", errors="replace", newline="\n") as log:
        events = list(qemu_trace.events(log))
    while events and not isinstance(events[0], qemu_trace.Line):
        del events[0]  # the BIOS looks for printer ports before the machine says its first line
    return done.returncode == 0, done.stdout, events


class Tap:
    """Test results, numbered."""

    def __init__(self, plan):
        print("1..%d" % plan)
        self.number = self.failed = 0

    def check(self, good, name, found):
        self.number += 1
        print("%s %d - %s" % ("ok" if good else "not ok", self.number, name))
        if not good:
            self.failed += 1
            print("".join("# %s\n" % line for line in str(found).splitlines()), end="")


def main():
    tap = Tap(7)
    with tempfile.TemporaryDirectory() as folder:
        passed, said, events = run(folder, "lpt")
        tap.check(passed, "test lpt: the program says that it went well", said)
        seen = [event for event in events if isinstance(event, qemu_trace.Access) and event.device == "parallel"]
        wanted = [(STATUS, False), (CONTROL, False), (CONTROL, True), (CONTROL, False), (CONTROL, True), (CONTROL, False),
                  (STATUS, False)]
        steps = [(access.port, access.write) for access in seen]
        tap.check(steps == wanted, "test lpt: the manual's sequence, what reads back, and no other access",
                  "\n".join(map(str, seen)))
        writes = [access for access in seen if access.write]
        values = [access.value for access in writes]
        found = seen[1].value if len(seen) > 1 else -1
        tap.check(values == [found & 0xFB, found & 0xFB | 0x04], "test lpt: INIT low, then high; no other bit changes",
                  "%X, then %s" % (found, values))
        low = writes[1].time - writes[0].time if len(writes) == 2 else 0
        tap.check(0.095 < low < 2, "test lpt: INIT is low for 100 ms (%.0f ms here)" % (low * 1000), low)

        passed, said, events = run(folder, "speaker")
        tap.check(passed, "test speaker: the program says that it went well", said)
        notes = [note.hz for note in wav_notes.read_notes(os.path.join(folder, "tune.wav"))]
        close = len(notes) == len(TUNE) and all(abs(hz / wanted - 1) < 0.02 for hz, wanted in zip(notes, TUNE))
        tap.check(close, "test speaker: the recording has the tune", ["%.0f" % hz for hz in notes])
        speaker = [event for event in events if isinstance(event, qemu_trace.Access) and event.port == SPEAKER]
        first = next((access for access in speaker if not access.write), None)
        last = next((access for access in reversed(speaker) if access.write), None)
        tap.check(first is not None and last is not None and first.value & 0x0F == last.value,
                  "test speaker: port 61 is as it was found", "%s\n%s" % (first, last))
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
