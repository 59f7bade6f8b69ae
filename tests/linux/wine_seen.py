#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What QEMU's printer port and speaker saw of tests/linux/wine.sh, which ran before: each program's writes to the port, in order, what
was printed, and the tune. Prints TAP."""

import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "script", "tools"))

import wav_notes  # noqa: E402

FOLDER = os.path.join(os.environ.get("BUILD", os.path.join(ROOT, "build")), "linux")


TUNE = [523, 659, 784, 1047, 880, 784, 1047]
WORDS = ["one", "library", "cpp", "delphi"]  # each printed by a program of its own, which ends with a tune
RESETS = 7  # resetlpt: with OUT, in C, C++, Pascal, VBScript, by a batch file, by start
CONTROL = 2


def writes(suite):
    """(register, value) of each write to a printer port, in order."""
    with open(os.path.join(FOLDER, f"{suite}.trace"), encoding="ascii", errors="replace") as trace:
        return [(int(a, 16), int(v, 16)) for a, v in re.findall(r"parallel_ioport_write .*addr 0x(\w+) val 0x(\w+)", trace.read())]


def pulses(seen):
    """How often INIT went low and, as the next thing that was written to the control register, high."""
    control = [value for register, value in seen if register == CONTROL]
    return sum(1 for low, high in zip(control, control[1:]) if not low & 4 and high == low | 4)


def printed(suite, port="printer"):
    """What a printer at that port has printed."""
    with open(os.path.join(FOLDER, f"{suite}.{port}"), "rb") as file:
        return file.read()


def tunes(suite, count):
    """(whether the tune was heard so often and nothing else, the notes)"""
    heard = [note.hz for note in wav_notes.read_notes(os.path.join(FOLDER, f"{suite}.wav"))]
    wanted = TUNE * count
    is_right = len(heard) == len(wanted) and all(abs(a - b) <= 0.015 * b for a, b in zip(heard, wanted))
    return is_right, [round(hz) for hz in heard]


def report(tests):
    """Prints TAP of (is it right, what is, what was found). Result: the exit status."""
    for number, (right, name, found) in enumerate(tests, 1):
        print("%s %d - %s" % ("ok" if right else "not ok", number, name))
        if not right:
            print("#   found: %s" % (found,))
    print("1..%d" % len(tests))
    return 0 if all(right for right, _, _ in tests) else 1


def desktop_file():
    """The example of docs/wine.md, as desktop-file-validate sees it."""
    with open(os.path.join(ROOT, "docs", "wine.md"), encoding="utf-8") as page:
        lines = [line[4:] for line in page.read().split("[Desktop Entry]", 1)[1].splitlines() if line.startswith("    ")]
    with tempfile.NamedTemporaryFile("w", suffix=".desktop") as file:
        file.write("\n".join(["[Desktop Entry]"] + lines[: lines.index("Categories=Science;Electronics;") + 1]) + "\n")
        file.flush()
        return subprocess.run(["desktop-file-validate", file.name], check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, universal_newlines=True)


def main():
    seen = writes("wine")
    on_paper = printed("wine")
    is_right, heard = tunes("wine", len(WORDS))
    validated = desktop_file()
    return report([
        (pulses(seen) == RESETS, "INIT went low and high again %d times" % RESETS, pulses(seen)),
        (on_paper == b"".join(word.encode() + b"\r\n" for word in WORDS), "printed: %s" % ", ".join(WORDS), on_paper),
        (is_right, "the tune was heard %d times, each note within 1.5 %%" % len(WORDS), heard),
        ((0, 0x69) in seen and (0, 0x96) in seen, "inpoutx64.dll wrote 69, DLPortIO.dll 96", len(seen)),
        (validated.returncode == 0 and not validated.stdout, "docs/wine.md's desktop file is valid", validated.stdout),
    ])


if __name__ == "__main__":
    sys.exit(main())
