#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""devices/cards.c against what it was taken from, as Debian has it: the tables in the machine code of Linux' modules parport_pc and
parport_serial, and the list pci.ids. A card of Linux' that is missing, or has another register, is a failure, and so is a device that
pci.ids calls a serial port; what only one of them has is reported as a comment."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import cards  # noqa: E402

PCI_IDS = pathlib.Path("/usr/share/misc/pci.ids")

# Where the table has something else on purpose.
PLX = 0x10B5  # the maker of the chip, of which others made cards


def registers(table):
    for row, ports in cards.linux_rows():
        if row[:2] in cards.OFFSETS:
            continue
        wanted = [(port, ecp if ecp >= 0 else None) for port, ecp in ports]
        name = "{:04x}:{:04x} {:x}:{:x}".format(*row)
        own = [card for card in table if cards.covers(card, row)]
        exact = [card for card in own if (card.subvendor, card.subdevice) == row[2:]] or own
        if row[2] == cards.LINUX_ANY:
            exact = [card for card in table if (card.vendor, card.device) == row[:2] and card.subvendor == cards.ANY]
        if not exact:
            yield f"{name} is missing"
        elif exact[0].ports != wanted:
            yield f"{name}: {exact[0].ports}, Linux has {wanted}"


def not_of_linux(table):
    known = {row[:2] for row, _ in cards.linux_rows()}
    for card in table:
        if card.source != "IDS" and (card.vendor, card.device) not in known:
            yield f"{card.vendor:04x}:{card.device:04x} {card.name} has Linux as its source, which does not have it"


def read_pci_ids():
    found, vendor = {}, 0
    for line in PCI_IDS.read_text(encoding="utf-8").splitlines():
        if re.match(r"[0-9a-f]{4}  ", line):
            vendor = int(line[:4], 16)
            found[vendor, None] = line[6:]
        elif re.match(r"\t[0-9a-f]{4}  ", line):
            found[vendor, int(line[1:5], 16)] = line[7:]
        elif line.startswith("C "):
            break
    return found


# What the two lists write in another way.
SAME = {"MosChip": "MosChip", "Brainboxes": "Brain Boxes", "AFAVLAB": "AFAVLAB", "Boca": "Lava", "Aladdin": "Aladdin",
        "Mobility": "Mobility"}


def names(table):
    listed = read_pci_ids()
    for card in table:
        maker = listed.get((card.vendor, None))
        word = card.name.split()[0]
        if maker and card.vendor != PLX and SAME.get(word, word).lower() not in maker.lower():
            yield f"{card.vendor:04x}: {card.name} is of {maker}"
        device = listed.get((card.vendor, card.device))
        if not device:
            if card.source == "IDS":
                yield f"{card.vendor:04x}:{card.device:04x} {card.name} is not in pci.ids"
        elif card.subvendor == cards.ANY and re.search(r"[Ss]erial|UART", device) and not re.search(r"[Pp]arallel|PCI98|Multi|1P", device):
            yield f"{card.vendor:04x}:{card.device:04x} {card.name}: {device}"


def comments(table):
    """What pci.ids calls a parallel port and the table does not have; and the other way round."""
    listed = read_pci_ids()
    ours = {(card.vendor, card.device) for card in table}
    makers = {vendor for vendor, _ in ours}
    for key, text in sorted((key, text) for key, text in listed.items() if key[1] is not None):
        if key[0] in makers and re.search(r"[Pp]arallel|[Pp]rinter|\b1P\b", text) and key not in ours:
            yield "only in pci.ids: {:04x}:{:04x} {}".format(*key, text)
    for card in table:
        if (card.vendor, card.device) not in listed:
            yield f"not in pci.ids: {card.vendor:04x}:{card.device:04x} {card.name}"


def main():
    table = cards.rows()
    cases = [
        ("every card of Linux' parport_pc and parport_serial is there, with its registers", lambda: registers(table)),
        ("what is said to be of Linux is", lambda: not_of_linux(table)),
        ("the names are those of pci.ids", lambda: names(table)),
    ]
    failed = 0
    print(f"1..{len(cases)}")
    for number, (name, case) in enumerate(cases, 1):
        wrong = list(case())
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        for line in wrong:
            print(f"# {line}")
    for line in comments(table):
        print(f"# {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
