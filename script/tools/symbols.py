#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes a driver's symbols fit to be published:

    symbols.py IN.pdb OUT.pdb

GNU ld writes a PDB with the public names of the image, but also the time, the command's folder and the path of each object. This
leaves names, sections and the identity by which the image names it (GUID and age); the rest goes. The same image gives the same bytes.

A PDB is a small file system (MSF) of numbered streams in blocks: 1 who it belongs to, 2 and 4 types, 3 (DBI) the modules, and the
numbers of the streams of public names and of section headers. The form is documented in LLVM's "The PDB File Format"."""

import struct
import sys

MAGIC = b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0"
BLOCK = 4096
INFO, TYPES, DBI, IDS, NAMES = 1, 2, 3, 4, 5
DBI_HEADER = struct.Struct("<iIIHHHHHHiiiiiIiiHHI")
PARTS = (9, 10, 11, 12, 13, 16, 15)  # where the DBI header has the sizes of what follows it, in that order: modules, contributions, ...
TYPE_HASHES = 20  # where the header of the types has the number of a stream
CONTRIBUTIONS = 0xF12EBA2D
NONE = 0xFFFF


def streams(data):
    """The bytes of each stream."""
    if data[:32] != MAGIC:
        raise ValueError("it is no PDB")
    size, _, _, length, _, where = struct.unpack_from("<6I", data, 32)

    def gather(blocks, count):
        return b"".join(data[block * size:(block + 1) * size] for block in blocks)[:count]

    def blocks_of(count):
        return -(-count // size)
    directory = gather(struct.unpack_from(f"<{blocks_of(length)}I", data, where * size), length)
    number = struct.unpack_from("<I", directory)[0]
    sizes = [0 if count == 0xFFFFFFFF else count for count in struct.unpack_from(f"<{number}I", directory, 4)]
    place, found = 4 + 4 * number, []
    for count in sizes:
        found.append(gather(struct.unpack_from(f"<{blocks_of(count)}I", directory, place), count))
        place += 4 * blocks_of(count)
    return found


def file(contents):
    """A PDB of these streams."""
    blocks = [b""] * 3  # 0 the first block, 1 and 2 the maps of free blocks

    def put(data):
        numbers = []
        for start in range(0, len(data), BLOCK):
            if len(blocks) % BLOCK in (1, 2):
                raise ValueError("it is too large")
            numbers.append(len(blocks))
            blocks.append(data[start:start + BLOCK])
        return struct.pack(f"<{len(numbers)}I", *numbers)
    places = [put(data) for data in contents]
    directory = struct.pack("<I", len(contents)) + b"".join(struct.pack("<I", len(data)) for data in contents) + b"".join(places)
    where = put(directory)
    put(where)
    free = bytearray(b"\xff" * BLOCK)
    for number in range(len(blocks)):
        free[number // 8] &= ~(1 << number % 8)
    blocks[1] = bytes(free)
    blocks[2] = b"\xff" * BLOCK
    blocks[0] = MAGIC + struct.pack("<6I", BLOCK, 1, len(blocks), len(directory), 0, len(blocks) - 1)
    return b"".join(block.ljust(BLOCK, b"\0") for block in blocks)


def bare(contents):
    """Without time, modules and paths, and without the streams that were theirs."""
    version, _, age = struct.unpack_from("<3I", contents[INFO])
    header = list(DBI_HEADER.unpack_from(contents[DBI]))
    place, parts = DBI_HEADER.size, []
    for size in PARTS:
        parts.append(contents[DBI][place:place + header[size]])
        place += header[size]
    optional = list(struct.unpack(f"<{len(parts[-1]) // 2}H", parts[-1]))
    hashes = [struct.unpack_from("<H", contents[number], TYPE_HASHES)[0] for number in (TYPES, IDS)]
    kept = [*range(NAMES + 1), *sorted({header[3], header[5], header[7], *optional, *hashes} - {NONE})]
    if len(set(kept)) != len(kept):
        raise ValueError("its streams have other numbers than GNU ld's")
    number = {old: new for new, old in enumerate(kept)} | {NONE: NONE}
    parts[0], parts[1], parts[3] = b"", struct.pack("<I", CONTRIBUTIONS), struct.pack("<HH", 0, 0)
    parts[-1] = struct.pack(f"<{len(optional)}H", *(number[old] for old in optional))
    for size, part in zip(PARTS, parts):
        header[size] = len(part)
    for field in (3, 5, 7):
        header[field] = number[header[field]]
    result = {old: contents[old] for old in kept}
    result[0] = b""
    result[INFO] = struct.pack("<3I", version, 0, age) + contents[INFO][12:]
    result[DBI] = DBI_HEADER.pack(*header) + b"".join(parts)
    for old, types in zip(hashes, (TYPES, IDS)):
        result[types] = contents[types][:TYPE_HASHES] + struct.pack("<H", number[old]) + contents[types][TYPE_HASHES + 2:]
    return [result[old] for old in kept]


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: symbols.py IN.pdb OUT.pdb")
    with open(sys.argv[1], "rb") as source:
        contents = streams(source.read())
    with open(sys.argv[2], "wb") as target:
        target.write(file(bare(contents)))


if __name__ == "__main__":
    main()
