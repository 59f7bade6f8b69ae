#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes the seeds of fuzz/dispatch into tests/fuzz/seeds/dispatch, in the form that fuzz_dispatch.c reads."""

import pathlib
import struct

FOLDER = pathlib.Path(__file__).resolve().parent / "seeds/dispatch"

LPT = [(0x378, 8)]
MANY = [(0x378, 8), (0x278, 4), (0x3F8, 8), (0x42, 2), (0x61, 1), (0xFFFC, 4), (0, 2)]

READ, WRITE, READ_BLOCK, WRITE_BLOCK, DELAY, WAIT = range(6)  # build_operation's kinds
BEFORE_LOCK, AFTER_LOCK, CLOCK, THREAD = range(4)
GRANTS, CHANGE, BLINK, CANCEL, CLOSE, END, JUMP, ASK = 0, 4, 7, 8, 10, 12, 14, 15  # happen's actions
ACCESS, INSTALL, RECORD, OPENED, CANCELLED, ENDING, CLOSED = (1 << bit for bit in range(7))  # FAULT_...


def start(ranges=(), step=4, frequency=3, seed=7):
    head = bytes([len(ranges)]) + b"".join(struct.pack("<HB", first, count - 1) for first, count in ranges)
    return head + bytes([step | frequency << 3, seed])


def request(kind, *, file=0, faults=0, events=()):
    """events: (moment, action, number, which)"""
    return bytes([kind | file << 4 | len(events) << 6, faults]) + b"".join(
        bytes([moment | action << 2, number, which]) for moment, action, number, which in events)


def port(range_number, offset):
    return range_number | offset << 3


def operation(kind, place=0, first=0, second=0, time=0, width=1):
    return bytes([kind | {1: 0, 2: 1, 4: 2}[width] << 3, place, first, second, time])


def build(operations, *, repeat=0, data=0, changes=(), lengths=0, **more):
    return request(0, **more) + bytes([len(operations) - 1 | repeat << 4, data, len(changes), lengths]) + \
        b"".join(operations) + b"".join(struct.pack("<HB", where, how) for where, how in changes)


def code(choice, **more):
    """choice: 0 INFO, 1 MAP, 2 RELOAD, 3 RENOUNCE, 4 SUSPEND, 5 RESUME"""
    return request(15, **more) + bytes([choice])


def grants(which):
    return request(12) + bytes([which])


READS = [operation(READ, port(0, i)) for i in range(8)]
PRINT = [operation(WRITE, port(0, 0), 0x41), operation(WAIT, port(0, 1), 0x80, 0x80, 13), operation(WRITE, port(0, 2), 0x0D),
         operation(DELAY, time=4), operation(WRITE, port(0, 2), 0x0C)]
BLOCKS = [operation(READ_BLOCK, port(0, 0), 0, 99), operation(WRITE_BLOCK, port(0, 0), 1, 60, width=2),
          operation(READ_BLOCK, port(0, 4), 3, 20, width=4), operation(WRITE_BLOCK, port(0, 1), 0, 100)]
VAIN = operation(WAIT, port(0, 1), 0x5A, 0x7F, 9)
ALL_WIDTHS = [operation(kind, port(which, 0), 0x12, width=width) for kind in (READ, WRITE) for which, width in
              ((0, 1), (0, 2), (0, 4), (1, 4), (5, 4), (3, 2))]

SEEDS = {
    "nothing-granted": start() + build(READS) + code(0) + code(1),
    "reads": start(LPT) + build(READS) + build(READS, repeat=11) + build(READS, repeat=15) + code(0),
    "widths": start(MANY) + build(ALL_WIDTHS) + build(ALL_WIDTHS, repeat=12),
    "half-denied": start(MANY) + b"".join(
        build([operation(READ, 0), operation(READ, place, width=width)])
        for place, width in ((port(0, 7), 2), (port(0, 5), 4), (0xF8, 2), (0xFA, 4), (0xF0, 1), (port(4, 0), 2))) + code(0),
    "printing": start(LPT) + build(PRINT) + build(PRINT, repeat=12) + build(PRINT, repeat=14),
    "blocks": start(LPT) + build(BLOCKS, data=200) + build(BLOCKS, data=255) + build(BLOCKS, data=3) + build(BLOCKS),
    "waits": start(LPT, step=4) + build([VAIN] * 3) + build([operation(WAIT, 0, 1, 1, t) for t in range(16)]),
    "delays": start(LPT, step=5, frequency=1) + build([operation(DELAY, time=t) for t in range(12)]) +
              build([operation(DELAY, time=13), READS[0]]) + build([operation(DELAY, time=13)] * 3),
    "revoked": start(LPT) + b"".join(
        build(operations, repeat=14, data=200, events=[(moment, GRANTS, 0, which)]) + grants(0x7F) + code(2)
        for operations in (READS, PRINT, BLOCKS) for moment, which in ((0, 0), (0, 3), (1, 2), (2, 1))),
    "suspended": start(MANY) + b"".join(
        build(operations, repeat=12, data=200, events=[(moment, CHANGE, 1, 2)]) + code(5)
        for operations in (READS, ALL_WIDTHS, BLOCKS) for moment in (0, 1)),
    "blinking": start(MANY) + build(PRINT, repeat=13, events=[(0, BLINK, 0, 2), (1, BLINK, 0, 3), (0, GRANTS, 1, 5)]) +
                build(ALL_WIDTHS, repeat=13, events=[(0, GRANTS, 0x7E, 1), (0, GRANTS, 0x7F, 1)]) + code(2),
    "cancelled": start(LPT) + b"".join(
        build(operations, repeat=15, data=200, events=[(moment, action, 0, which)])
        for operations in (READS, PRINT, BLOCKS, [VAIN]) for action in (CANCEL, CLOSE) for moment, which in ((0, 5), (2, 2))),
    "ended": start(LPT, step=1) + b"".join(
        build(operations, repeat=15, data=200, events=[(moment, END, 0, 3)])
        for operations in (READS, BLOCKS, [operation(DELAY, time=12)], [VAIN], [operation(WAIT, 0, 1, 0x7F, 13)])
        for moment in (0, 2)),
    "over-before": start(LPT) + b"".join(build(READS, faults=fault) for fault in (CANCELLED, ENDING, CLOSED)) +
                   build([operation(DELAY, time=12)], faults=CANCELLED),
    "clock-jumps": start(LPT, step=0, frequency=4) + build([VAIN, operation(DELAY, time=12)], events=[(2, JUMP, 9, 4)]) +
                   build([operation(DELAY, time=12)], events=[(2, JUMP, 1, 1), (2, JUMP, 2, 8)]),
    "headers": start(LPT) + b"".join(build(READS, changes=[(where, 1)]) for where in (0, 4, 8, 12, 16, 32, 33)) +
               b"".join(build(READS, lengths=0xE8 | way) for way in range(24)),
    "raw": start(LPT) + request(10) + struct.pack("<HH", 48, 1) + bytes([1, 0, 0, 0, 1] + [0] * 27 + [1, 1, 0x79, 3]) +
           request(10) + struct.pack("<HH", 0xFFF0, 1) + bytes([1, 0, 0, 0, 0, 16] + [0] * 26 + [1, 1, 0x79, 3] + [0] * 28) +
           b"".join(request(10) + struct.pack("<HH", 80, 1) + struct.pack("<5I", 1, operations, data, 0, 0) + bytes(44)
                    for operations, data in ((4, 0xFFFFFFF0), (0x10000003, 0), (0xFFFFFFFF, 64))) +
           request(10) + struct.pack("<HH", 0xFFF1, 1) + request(10) + struct.pack("<HH", 47, 1),
    "overflows": start(LPT) + b"".join(
        request(10) + struct.pack("<HH", 72, 1) + struct.pack("<8I", 1, 2, 8, 0, 0, 0, 0, 0) + struct.pack("<BBHIII", *one) * 2
        for one in ((3, 4, 0x378, 0, 0x40000001, 0), (4, 2, 0x378, 0, 0x80000001, 0), (3, 4, 0x378, 4, 0xFFFFFFFF, 0),
                    (3, 1, 0x378, 0xFFFFFFFF, 2, 0), (4, 2, 0x378, 0xFFFFFFFE, 1, 0), (5, 0, 0, 0, 0, 0x80000000),
                    (6, 1, 0x378, 1, 1, 0xFFFFFFFF))) +
                 build([operation(DELAY, time=2), operation(DELAY, time=15)]),
    "codes": start(LPT) + b"".join(request(11) + bytes([choice, length, out])
                                   for choice in (0x08, 0x09, 0x1A, 0x13, 0x14, 0x15, 0x06, 0xC8, 0xC0, 0xE8)
                                   for length, out in ((0, 0), (1, 0), (0, 1), (0, 2), (0, 7))),
    "control": start(MANY) + code(2) + code(4) + code(1) + code(5) + b"".join(
        code(choice, faults=fault) + code(0)
        for choice in (2, 4, 5) for fault in (ACCESS, INSTALL)) + code(4) + code(2) + code(0),
    "renounced": start(LPT) + code(3) + code(0) + b"".join(
        code(3, faults=fault) + build(READS) + code(0) for fault in (0, ACCESS, INSTALL, RECORD)) +
                 build(READS, repeat=14, events=[(moment, ASK, 2, 1) for moment in (BEFORE_LOCK, AFTER_LOCK)]) + code(0),
    "opens": start(LPT) + b"".join(request(13, file=name & 3, faults=fault) + bytes([name])
                                   for name in (0, 1, 2, 3, 5) for fault in (0, ACCESS, RECORD, OPENED)) +
             b"".join(request(14, file=file) for file in (0, 1, 1)) + code(0),
}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, contents in SEEDS.items():
        assert len(contents) < 2048, name
        (FOLDER / name).write_bytes(contents)


if __name__ == "__main__":
    main()
