#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What QEMU's printer ports and speaker saw of tests/linux/wine_trap.sh, which ran before: what programs without ports of their own wrote,
through userportctl run and the driver. QEMU's trace does not tell the two ports apart; what they printed does. Prints TAP."""

import sys

import wine_seen

SUITE = "wine_trap"
FIRST = ["for amd64", "for i386"]
SECOND = ["elsewhere for amd64", "elsewhere for i386", "elsewhere by i386"]
RESETS = 4  # resetlpt: for both processors, by userportctl for both


def lines(words):
    return b"".join(word.encode() + b"\r\n" for word in words)


def main():
    seen = wine_seen.writes(SUITE)
    first, second = wine_seen.printed(SUITE), wine_seen.printed(SUITE, "second")
    is_right, heard = wine_seen.tunes(SUITE, 2)
    return wine_seen.report([
        (wine_seen.pulses(seen) == RESETS, "INIT went low and high again %d times" % RESETS, wine_seen.pulses(seen)),
        (first == lines(FIRST), "the port at 378 printed: %s" % ", ".join(FIRST), first),
        (second == lines(SECOND), "the port at 278 printed: %s" % ", ".join(SECOND), second),
        (is_right, "the tune was heard twice, each note within 1.5 %", heard),
        ((0, 0x69) in seen and (0, 0x96) in seen, "the 32-bit inpout32.dll wrote 69, DLPortIO.dll 96", len(seen)),
    ])


if __name__ == "__main__":
    sys.exit(main())
