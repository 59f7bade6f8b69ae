#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What QEMU's printer port saw of tests/linux/follow.sh, which ran before, against what userportctl has recorded: the same accesses
with the same values in the same order, and no other. Prints TAP."""

import os
import re
import sys

import wine_seen

LINE = re.compile(r"# seen ([0-9A-F]+) (read|write) ([0-9A-F]+)\s*$", re.M)
TRACE = re.compile(r"parallel_ioport_(read|write) .*addr 0x(\w+) val 0x(\w+)")
BASES = (0x378, 0x3BC, 0x300)  # the program's; what has another goes there by a route


def text(suite, ending):
    with open(os.path.join(wine_seen.FOLDER, f"{suite}.{ending}"), encoding="ascii", errors="replace") as file:
        return file.read()


def tests(suite, least):
    """What has to be so: (is it, what, what was found)."""
    recorded = [(kind, next(int(port, 16) - base for base in BASES if 0 <= int(port, 16) - base < 8), int(value, 16))
                for port, kind, value in LINE.findall(text(suite, "console"))]
    seen = [(kind, int(register, 16), int(value, 16)) for kind, register, value in TRACE.findall(text(suite, "trace"))]
    # What the BIOS finds its printer ports by comes before everything.
    bios, seen = seen[:max(0, len(seen) - len(recorded))], seen[max(0, len(seen) - len(recorded)):]
    first = next((number for number, (one, other) in enumerate(zip(recorded, seen)) if one != other), min(len(recorded), len(seen)))
    return [
        (len(recorded) >= least, f"the recordings have {least} accesses or more", len(recorded)),
        (len(bios) <= 4, "and no other one, but the BIOS's", bios),
        (recorded == seen, "the port saw what was recorded, access by access",
         f"{len(recorded)} recorded, {len(seen)} seen; number {first}: {recorded[first:first + 3]}, {seen[first:first + 3]}"),
    ]


if __name__ == "__main__":
    sys.exit(wine_seen.report(tests("follow", 2000)))
