#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Draws UserPort's icon, the face of a 25-pin printer connector of which three pins are lit, into an .ico file: icon.py FILE.

The drawing is the code: shapes in a square of side 1, sampled 6 by 6 times for each pixel. 16 colours for Windows NT 4.0 and 2000,
which do not know transparency by degrees, and 32 bits for later ones. The same code gives the same bytes."""

import struct
import sys

SAMPLES = 6
SIZES = (16, 20, 24, 32, 40, 48, 64)
SIZES_16_COLOURS = (16, 32, 48)

SHELL, FACE, EDGE, HOLE, LIT = (0x5F, 0x6B, 0x78), (0xD5, 0xDC, 0xE4), (0x2C, 0x34, 0x3C), (0x2C, 0x34, 0x3C), (0x17, 0xA3, 0x4A)

VGA = [(0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0), (0, 0, 128), (128, 0, 128), (0, 128, 128), (128, 128, 128),
       (192, 192, 192), (255, 0, 0), (0, 255, 0), (255, 255, 0), (0, 0, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255)]
VGA_OF = {SHELL: 7, FACE: 15, EDGE: 0, HOLE: 0, LIT: 2}


def in_trapezium(x, y, left, top, right, bottom, slant, radius):
    """A D-shaped connector: wider at the top, with round corners."""
    if not top <= y <= bottom:
        return False
    inset = slant * (y - top) / (bottom - top)
    left, right = left + inset, right - inset
    if not left <= x <= right:
        return False
    for corner_x, corner_y in ((left + radius, top + radius), (right - radius, top + radius),
                               (left + radius, bottom - radius), (right - radius, bottom - radius)):
        outside_x = x < corner_x if corner_x < 0.5 else x > corner_x
        outside_y = y < corner_y if corner_y < 0.5 else y > corner_y
        if outside_x and outside_y and (x - corner_x) ** 2 + (y - corner_y) ** 2 > radius ** 2:
            return False
    return True


def pins(size):
    """Fewer and larger ones in small icons. (x, y, radius, lit)"""
    upper, radius = (4, 0.072) if size < 24 else (5, 0.058)
    step = 0.64 / (upper - 1) if size >= 24 else 0.2
    for number in range(upper):
        yield 0.5 + (number - (upper - 1) / 2) * step, 0.40, radius, number in (1, 2)
    for number in range(upper - 1):
        yield 0.5 + (number - (upper - 2) / 2) * step, 0.60, radius, number == 1


def colour_at(x, y, size):
    """The colour at a place, or None where nothing is drawn."""
    for pin_x, pin_y, radius, lit in pins(size):
        if (x - pin_x) ** 2 + (y - pin_y) ** 2 <= radius ** 2:
            return LIT if lit else HOLE
    if in_trapezium(x, y, 0.07, 0.24, 0.93, 0.76, 0.09, 0.07):
        return FACE
    if in_trapezium(x, y, 0.02, 0.19, 0.98, 0.81, 0.10, 0.10):
        return SHELL
    return None


def pixel(column, row, size):
    """Red, green, blue and opacity, 0 to 255 each."""
    total, opaque = [0, 0, 0], 0
    for number in range(SAMPLES * SAMPLES):
        colour = colour_at((column + (number % SAMPLES + 0.5) / SAMPLES) / size, (row + (number // SAMPLES + 0.5) / SAMPLES) / size, size)
        if colour:
            opaque += 1
            total = [sum_ + part for sum_, part in zip(total, colour)]
    if not opaque:
        return 0, 0, 0, 0
    return tuple((part + opaque // 2) // opaque for part in total) + (opaque * 255 // (SAMPLES * SAMPLES),)


def rows_of_bits(bits, size):
    """Rows from the bottom, each padded to 32 bits."""
    data = b""
    for row in reversed(bits):
        row = row + [0] * (-size % 32)
        data += bytes(sum(bit << (7 - index) for index, bit in enumerate(row[at:at + 8])) for at in range(0, len(row), 8))
    return data


def header(size, depth):
    return struct.pack("<IiiHHIIiiII", 40, size, size * 2, 1, depth, 0, 0, 0, 0, 0, 0)


def image_32(size):
    pixels = [[pixel(column, row, size) for column in range(size)] for row in range(size)]
    colours = b"".join(bytes((blue, green, red, alpha)) for row in reversed(pixels) for red, green, blue, alpha in row)
    return header(size, 32) + colours + rows_of_bits([[int(dot[3] < 128) for dot in row] for row in pixels], size)


def image_16_colours(size):
    """The colour of the pixel's middle: no blending, for which there are no colours."""
    found = [[colour_at((column + 0.5) / size, (row + 0.5) / size, size) for column in range(size)] for row in range(size)]
    palette = b"".join(bytes((blue, green, red, 0)) for red, green, blue in VGA)
    colours = b""
    for row in reversed(found):
        numbers = [VGA_OF[colour] if colour else 0 for colour in row] + [0] * (-size % 8)
        colours += bytes(numbers[at] << 4 | numbers[at + 1] for at in range(0, len(numbers), 2))
    return header(size, 4) + palette + colours + rows_of_bits([[int(colour is None) for colour in row] for row in found], size)


def main():
    images = [(size, 4, image_16_colours(size)) for size in SIZES_16_COLOURS] + [(size, 32, image_32(size)) for size in SIZES]
    offset = 6 + 16 * len(images)
    directory, data = struct.pack("<HHH", 0, 1, len(images)), b""
    for size, depth, image in images:
        directory += struct.pack("<BBBBHHII", size, size, 16 if depth == 4 else 0, 0, 1, depth, len(image), offset + len(data))
        data += image
    with open(sys.argv[1], "wb") as file:
        file.write(directory + data)


if __name__ == "__main__":
    main()
