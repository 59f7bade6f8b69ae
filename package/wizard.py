#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Draws the picture on the first and the last page of the setups: wizard.py FILE. A map of ports, the printer ports in it open, as
UserPort.exe shows it. A .bmp of 164 x 314 pixels, 24 bits, that Windows NT 4.0 reads; the same code gives the same bytes."""

import pathlib
import struct
import sys

WIDTH, HEIGHT, CELL, GAP = 164, 314, 10, 2
BACK, CLOSED, OPEN = (0x2C, 0x34, 0x3C), (0x46, 0x52, 0x5E), (0x17, 0xA3, 0x4A)
PRINTER_PORTS = ((0x278, 0x27F), (0x378, 0x37F), (0x3BC, 0x3BF))
FIRST, COLUMNS = 0x230, 16  # the port of the first cell


def colour_at(x, y):
    column, row = (x - (WIDTH - COLUMNS * CELL) // 2) // CELL, y // CELL
    inside = 0 <= column < COLUMNS and (x - (WIDTH - COLUMNS * CELL) // 2) % CELL >= GAP and y % CELL >= GAP
    port = FIRST + row * COLUMNS + column
    if not inside:
        return BACK
    return OPEN if any(first <= port <= last for first, last in PRINTER_PORTS) else CLOSED


def bitmap():
    rows = []
    for y in reversed(range(HEIGHT)):  # from the bottom
        row = b"".join(bytes(reversed(colour_at(x, y))) for x in range(WIDTH))
        rows.append(row + bytes(-len(row) % 4))
    pixels = b"".join(rows)
    return struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54 + len(pixels), 0, 0, 54, 40, WIDTH, HEIGHT, 1, 24, 0, len(pixels), 2835, 2835, 0, 0) + pixels


if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).write_bytes(bitmap())
