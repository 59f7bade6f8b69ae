#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What QEMU's printer port and speaker saw of tests/linux/wine.sh, which ran before: each program's writes to the port, in order, what
was printed, and the tune. Prints TAP."""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "script", "tools"))

import wav_notes  # noqa: E402

FOLDER = os.path.join(os.environ.get("BUILD", os.path.join(ROOT, "build")), "linux")


def main():
    with open(os.path.join(FOLDER, "wine.trace"), encoding="ascii", errors="replace") as trace:
        writes = [(int(a, 16), int(v, 16)) for a, v in re.findall(r"parallel_ioport_write .*addr 0x(\w+) val 0x(\w+)", trace.read())]
    with open(os.path.join(FOLDER, "wine.printer"), "rb") as file:
        printed = file.read()
    notes = wav_notes.read_notes(os.path.join(FOLDER, "wine.wav"))
    print("# %d writes; %d bytes printed; notes: %s" % (len(writes), len(printed), notes))


if __name__ == "__main__":
    sys.exit(main())
