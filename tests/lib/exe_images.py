# SPDX-License-Identifier: MIT
"""Small executable files, made by hand: what cannot be built here, for the tests of portcheck and as seeds of its fuzzer."""

import struct

I386, AMD64, ARM64 = 0x014C, 0x8664, 0xAA64
IL_ONLY, REQUIRES_32, PREFERS_32 = 1, 2, 0x20000
DLL = 0x2000

# int 21h with "hello" of any size: what runs where the second header is not understood
STUB = bytes.fromhex("0e1fba0e00b409cd21b8014ccd21") + b"Not for DOS.\r\n$"


def mz(code=STUB, relocations=0x1C, second=0, length=0x80):
    """A DOS program; with a second header's place when relocations is 40h."""
    pages = (length + 511) // 512
    head = struct.pack("<2s13H", b"MZ", length % 512, pages, 0, 4, 0, 0xFFFF, 0, 0xB8, 0, 0, 0, relocations, 0)
    return (head.ljust(0x3C, b"\0") + struct.pack("<I", second) + code).ljust(length, b"\0")


def ne(target=2, library=False, names=(b"KERNEL",)):
    """A 16-bit program: one code segment, which returns, and a table of imported modules."""
    segment, modules = 0x40, 0x48
    imported = modules + 2 * len(names)
    offsets, table = [], b"\0"
    for name in names:
        offsets.append(len(table))
        table += bytes([len(name)]) + name
    end = imported + len(table)
    header = struct.pack("<2sBBHHIHHHHHHHHHHHHHHHHIHHHBBHHHH", b"NE", 5, 10, end, 2, 0,
                         0x8000 if library else 0x0302, 0, 0x1000, 0x1000, 0, 1, 0, 0, 1, len(names), 0, segment,
                         modules, modules, modules, imported, 0, 0, 9, 0, target, 0, 0, 0, 0, 0x30A)
    body = header + struct.pack("<HHHH", 1, 3, 0, 3)
    body += b"".join(struct.pack("<H", offset) for offset in offsets) + table + b"\0\0"
    return (mz(relocations=0x40, second=0x80) + body).ljust(0x200, b"\0") + b"\x33\xC0\xCB"


def linear(name=b"LE", target=4):
    return mz(relocations=0x40, second=0x80) + struct.pack("<2sBBIHH", name, 0, 0, 0, 2, target).ljust(0xC4, b"\0")


class Section:
    """The one section of an image, at RVA 1000h and 200h of the file."""

    def __init__(self):
        self.data = b""

    def add(self, data, align=4):
        self.data = self.data.ljust(-len(self.data) % align + len(self.data), b"\0")
        rva = 0x1000 + len(self.data)
        self.data += data
        return rva


def resources(section, product):
    """A version resource with that ProductName."""
    key, value = ((text + "\0").encode("utf-16-le") for text in ("ProductName", product))
    string = struct.pack("<HHH", 6 + len(key) + 2 + len(value), len(value) // 2, 1) + key + b"\0\0" + value
    version = section.add(struct.pack("<HHH", 6 + len(string) + 34, 0, 1) + "VS_VERSION_INFO\0".encode("utf-16-le") + b"\0\0" + string)
    size = len(section.data) - (version - 0x1000)
    tree = b""
    for level, entry in enumerate((16, 1, 0x409)):
        follows = 0x48 if level == 2 else 0x80000000 | (level + 1) * 0x18
        tree += struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, entry, follows)
    return section.add(tree + struct.pack("<IIII", version, size, 0, 0))


def thunks(section, functions, wide):
    """The table of the functions that are imported from a DLL: names, or numbers."""
    size, rows = (8, []) if wide else (4, [])
    for function in functions:
        at = function | 1 << (size * 8 - 1) if isinstance(function, int) else section.add(b"\0\0" + function.encode() + b"\0", 2)
        rows.append(at.to_bytes(size, "little"))
    return section.add(b"".join(rows) + b"\0" * size, 8)


def imports(section, names, functions, wide, delayed):
    """A table of imports, or of delay-loaded DLLs; functions: from each of them."""
    table = b""
    for name in names:
        at = section.add(name.encode() + b"\0", 1)
        what = thunks(section, functions, wide)
        table += struct.pack("<8I", 1, at, 0, 0, what, 0, 0, 0) if delayed else struct.pack("<5I", what, 0, 0, at, what)
    return section.add(table + b"\0" * 32)


def pe(machine=I386, flags=0, dll=(), delayed=(), functions=(), dotnet=None, minor=5, text=b"", product=None, subsystem=3):
    """A PE image; dll: what it imports, delayed: delay-loaded, functions: of each of them; dotnet: the .NET header's flags; text: any bytes."""
    section = Section()
    directories = [0] * 16
    section.add(text or b"\0")
    if dll:
        directories[1] = imports(section, dll, functions, machine != I386, False)
    if delayed:
        directories[13] = imports(section, delayed, functions, machine != I386, True)
    if dotnet is not None:
        directories[14] = section.add(struct.pack("<IHHIII", 72, 2, minor, 0, 0, dotnet).ljust(72, b"\0"))
    if product is not None:
        directories[2] = resources(section, product)
    wide = machine != I386
    size = -(-len(section.data) // 512) * 512
    optional = struct.pack("<HBB5I", 0x20B if wide else 0x10B, 14, 0, 0, size, 0, 0x1000, 0x1000)
    optional += struct.pack("<Q", 0x140000000) if wide else struct.pack("<II", 0, 0x400000)
    optional += struct.pack("<2I6H4I2H", 0x1000, 0x200, 4, 0, 0, 0, 4, 0, 0, 0x2000, 0x200, 0, subsystem, 0)
    optional += struct.pack("<4Q2I" if wide else "<4I2I", 0x100000, 0x1000, 0x100000, 0x1000, 0, 16)
    optional += b"".join(struct.pack("<II", rva, 64 if rva else 0) for rva in directories)
    head = struct.pack("<4sHHIIIHH", b"PE\0\0", machine, 1, 0, 0, 0, len(optional), 2 | flags)
    table = struct.pack("<8s6I2HI", b".all", len(section.data), 0x1000, size, 0x200, 0, 0, 0, 0, 0xE0000060)
    start = mz(code=b"", relocations=0x40, second=0x40, length=0x40)
    return (start + head + optional + table).ljust(0x200, b"\0") + section.data.ljust(size, b"\0")
