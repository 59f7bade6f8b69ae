# SPDX-License-Identifier: MIT
"""The rows of devices/cards.c, for the tests that compare them with other tables, or make up such cards."""

import collections
import pathlib
import re

FILE = pathlib.Path(__file__).resolve().parents[2] / "devices/cards.c"
ANY = 0xFFFF
ROW = re.compile(r"""^\s*\{\{0x(\w+),\s0x(\w+),\s(?:ANY|0x(\w+),\s0x(\w+))\},\s
                     (?:NOWHERE|(?:ONE|TWO)\(([^)]*)\)),\s(true|false),\s(\w+),\s"([^"]*)",\s\w+\},$""", re.X | re.M)

# ports: for each printer port the numbers of its registers, that of ECP None if there is none.
Card = collections.namedtuple("Card", "vendor device subvendor subdevice ports counts source name")


def rows():
    found = []
    for vendor, device, subvendor, subdevice, places, counts, source, name in ROW.findall(FILE.read_text(encoding="ascii")):
        numbers = [None if word == "NONE" else int(word) for word in places.split(", ")] if places else []
        ids = (int(vendor, 16), int(device, 16), int(subvendor, 16) if subvendor else ANY, int(subdevice, 16) if subdevice else ANY)
        found.append(Card(*ids, list(zip(numbers[::2], numbers[1::2])), counts == "true", source, name))
    lines = FILE.read_text(encoding="ascii").count("    {{0x")
    if lines != len(found):
        raise ValueError(f"{lines} rows in {FILE.name}, of which {len(found)} were understood")
    return found
