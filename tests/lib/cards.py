# SPDX-License-Identifier: MIT
"""The rows of devices/cards.c, and what Debian's kernel has of the same cards, for the tests that compare them or make up such cards.

    cards.py FILE    makes up every card for the emulated PC: an archive with a folder for each batch, which has the folder devices in
                     the form of /sys/bus/pci/devices, and in text and list what userportctl ports has to print of them"""

import collections
import io
import os
import pathlib
import re
import struct
import sys
import tarfile
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = ROOT / "devices/cards.c"
MODULES = (ROOT / os.environ.get("BUILD", "build")).resolve() / "linux/kernel/modules/drivers/parport"
ANY, LINUX_ANY = 0xFFFF, 0xFFFFFFFF
ROW = re.compile(r"""^\s*\{\{0x(\w+),\s0x(\w+),\s(?:ANY|0x(\w+),\s0x(\w+))\},\s
                     (?:NOWHERE|(?:ONE|TWO)\(([^)]*)\)),\s(true|false),\s(\w+),\s"([^"]*)",\s(\w+)\},$""", re.X | re.M)
NOTE = re.compile(r'^#define (\w+)[\s\\]+((?:"[^"]*"[\s\\]*)+)$', re.M)
OFFSETS = {(0x1592, 0x0782), (0x1592, 0x0783)}  # Syba: Linux' numbers are offsets, so that the table has none

# ports: for each printer port the numbers of its registers, that of ECP None if there is none. note: a text, or None.
Card = collections.namedtuple("Card", "vendor device subvendor subdevice ports counts source name note")


def rows():
    found, text = [], FILE.read_text(encoding="ascii")
    notes = {name: "".join(re.findall('"([^"]*)"', words)) for name, words in NOTE.findall(text)}
    for vendor, device, subvendor, subdevice, places, counts, source, name, note in ROW.findall(text):
        numbers = [None if word == "NONE" else int(word) for word in places.split(", ")] if places else []
        ids = (int(vendor, 16), int(device, 16), int(subvendor, 16) if subvendor else ANY, int(subdevice, 16) if subdevice else ANY)
        found.append(Card(*ids, list(zip(numbers[::2], numbers[1::2])), counts == "true", source, name, None if note == "NULL" else notes[note]))
    lines = text.count("    {{0x")
    if lines != len(found):
        raise ValueError(f"{lines} rows in {FILE.name}, of which {len(found)} were understood")
    return found


# ---- Linux' own tables ---------------------------------------------------------------------------------------------------------


def symbols(module):
    """{name: bytes} of the objects in an ELF64 file (elf.h: Elf64_Ehdr, Elf64_Shdr, Elf64_Sym)."""
    data = module.read_bytes()
    start, = struct.unpack_from("<Q", data, 0x28)
    count, = struct.unpack_from("<H", data, 0x3C)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, start + 64 * i) for i in range(count)]
    found = {}
    for _, kind, _, _, offset, size, link, *_ in sections:
        for at in range(offset, offset + size, 24) if kind == 2 else ():
            name, _, _, section, value, length = struct.unpack_from("<IBBHQQ", data, at)
            if length and 0 < section < count:
                begin = sections[link][4] + name
                place = sections[section][4] + value
                found[data[begin:data.index(b"\0", begin)].decode()] = data[place:place + length]
    return found


def of_linux(name, room, first):
    """The rows of a module: its identifiers (struct pci_device_id), each with the registers of its struct parport_pc_pci, which has
    room for so many ports and 56 bytes. first: the driver's number of the first one."""
    found = symbols(MODULES / f"{name}.ko")
    ids, places = found[f"{name}_pci_tbl"], found["cards"]
    for at in range(0, len(ids), 40):
        vendor, device, subvendor, subdevice, _, _, number = struct.unpack_from("<6IQ", ids, at)
        if vendor and number >= first:
            count, *numbers = struct.unpack_from(f"<{1 + 2 * room}i", places, 56 * (number - first))
            yield (vendor, device, subvendor, subdevice), list(zip(numbers[::2], numbers[1::2]))[:max(count, 1)]


def linux_rows():
    return list(of_linux("parport_pc", 2, 3)) + list(of_linux("parport_serial", 4, 0))


def covers(card, row):
    return (card.vendor, card.device) == row[:2] and (card.subvendor == ANY or (card.subvendor, card.subdevice) == row[2:])


# ---- cards that are made up ----------------------------------------------------------------------------------------------------

AT_ONCE = 16  # printer ports that userportctl lists
REGISTERS = 6
SUBSYSTEM = (0x1000, 0x0012)  # where any will do; to MosChip's chips that count by it: one printer port, two serial ones

# registers: the first port of each, all of 8 ports; printers: as Card's ports, but by Linux if it has the card.
Made = collections.namedtuple("Made", "vendor device subvendor subdevice registers printers name note")


def batches():
    """Every row as a device, as many at once as the program lists. Where a printer port is comes from Linux' modules, but for the rows
    of another source. Of a card, a higher register has a lower address."""
    linux, found = linux_rows(), []
    for card in rows():
        own = [row for row in linux if covers(card, row[0])] if card.source != "IDS" and (card.vendor, card.device) not in OFFSETS else []
        subsystem, printers = (card.subvendor, card.subdevice), card.ports
        if own:
            subsystem, printers = own[0][0][2:], [(port, ecp if ecp >= 0 else None) for port, ecp in own[0][1]]
        if subsystem[0] in (ANY, LINUX_ANY):
            subsystem = SUBSYSTEM
        if not found or sum(len(made.printers) for made in found[-1]) + len(printers) > AT_ONCE:
            found.append([])
        top = 0xC0F0 + 0x100 * len(found[-1])
        found[-1].append(Made(card.vendor, card.device, *subsystem, [top - 0x10 * i for i in range(REGISTERS)], printers, card.name, card.note))
    return found


def text(made):
    """What userportctl ports begins with for a card that is made up, none of whose ports is granted: "" if the table does not have its
    printer port."""
    said = ""
    for number, (port, ecp) in enumerate(made.printers, 1):
        first = made.registers[port]
        ports = f"{first:X}-{first + 7:X}"
        said += f"Printer port card: {made.name}" + (f", port {number} of {len(made.printers)}" if len(made.printers) > 1 else "") + f", at {ports}\n"
        said += f"  grant it              userportctl grant {ports}\n  test it               userportctl test lpt {first:X}\n"
        said += f"  run what knows 378    userportctl run --map 378-37F={first:X} PROGRAM\n"
        if ecp is not None:
            second = made.registers[ecp]
            said += f"  its ECP registers     {second:X}-{second + 2:X}; --map 778-77A={second:X} leads there\n"
        if made.note:
            said += textwrap.fill(made.note, 79, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False) + "\n"
        said += "\n"
    return said


def lines(made):
    """What it prints below the card's registers in the list of devices."""
    said = []
    ports, ecps = [port for port, _ in made.printers], [ecp for _, ecp in made.printers]
    for number, first in enumerate(made.registers):
        if not made.printers:
            said.append(f"a {made.name}, whose printer port may be any of its ranges")
            said.append(f"if it is the printer port: userportctl run --map 378-37F={first:X} PROGRAM")
        elif number in ports:
            said.append(f"the printer port of this {made.name}")
        elif number in ecps:
            said.append(f"the ECP registers of this {made.name}")
    return said


def write_archive(path):
    with tarfile.open(path, "w") as archive:
        def put(name, content):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content.encode()))

        for number, batch in enumerate(batches(), 1):
            for slot, made in enumerate(batch):
                folder = f"{number:02}/devices/0000:05:{slot:02x}.0"
                facts = {"vendor": made.vendor, "device": made.device, "subsystem_vendor": made.subvendor, "subsystem_device": made.subdevice}
                for name, value in facts.items():
                    put(f"{folder}/{name}", f"0x{value:04x}\n")
                put(f"{folder}/class", "0x078000\n")
                put(f"{folder}/resource", "".join(f"0x{first:016x} 0x{first + 7:016x} 0x{0x40101:016x}\n" for first in made.registers))
            put(f"{number:02}/text", "".join(map(text, batch)))
            put(f"{number:02}/list", "".join(line + "\n" for made in batch for line in lines(made)))
            put(f"{number:02}/names", f"{batch[0].name} to {batch[-1].name}\n")


if __name__ == "__main__":
    write_archive(sys.argv[1])
