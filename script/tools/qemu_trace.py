#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Reads QEMU's trace log: which port accesses reached the emulated hardware, and when, in order with the console.

For QEMU 7.2 run with EVENT_OPTIONS and `-D file`. The parallel and the serial port have trace events of their own; the
speaker has none (its ports 42, 43 and 61 show up in memory_region_ops_*, which logs every access to every device).
The console is what the machine writes to COM1: its lines are found in the same log, so that the order is exact.
"""

import re
import sys
from typing import NamedTuple

EVENT_OPTIONS = [
    "-msg", "timestamp=on",
    "-trace", "parallel_*",
    "-trace", "serial_write",
    "-trace", "memory_region_ops_read",
    "-trace", "memory_region_ops_write",
]

PARALLEL_BASE = 0x378  # trace events name the register; these are the ports of its register 0
SERIAL_BASE = 0x3F8


class Access(NamedTuple):
    """One IN or OUT that reached a device."""

    time: float  # seconds since the log's first line, by the host's clock
    device: str  # QEMU's name: parallel, serial, pit, pcspk, ...
    port: int
    write: bool
    value: int
    size: int  # bytes

    @property
    def register(self):
        """The register within the parallel or serial port: 0 is its first port."""
        return self.port & 7

    def __str__(self):
        return "%s %X = %0*X" % ("OUT" if self.write else "IN", self.port, self.size * 2, self.value)


class Line(NamedTuple):
    """One line of the console, at the time of its line feed, without its line end."""

    time: float
    text: str


# 5536@1795356554.790545:serial_write write addr 0x00 val 0x40
# 5536@1795356554.891645:parallel_ioport_read read [SW] addr 0x02 val 0xcc
# 5536@1795356555.074445:memory_region_ops_write cpu 0 mr 0x561b8b172c10 addr 0x61 value 0x0 size 1
# name 'pcspk'
_LOG_LINE = re.compile(r"\d+@(\d+)\.(\d{6}):(\w+) (.*)\n")
_REGISTER = re.compile(r"(?:read|write) (?:\[\w+\] )?addr 0x([0-9a-f]+) val 0x([0-9a-f]+)")
_REGION = re.compile(r"cpu -?\d+ mr \w+ addr 0x([0-9a-f]+) value 0x([0-9a-f]+) size (\d+) name '([^']*)'")
_REGISTER_EVENTS = {
    "parallel_ioport_read": ("parallel", PARALLEL_BASE, False),
    "parallel_ioport_write": ("parallel", PARALLEL_BASE, True),
    "serial_write": ("serial", SERIAL_BASE, True),
}
_REGION_EVENTS = {"memory_region_ops_read": False, "memory_region_ops_write": True}


def accesses(log):
    """Yields an Access for every port access in the log, an iterable of text lines.

    Lines of other events are skipped, and so is a last line without its line end (QEMU was killed while it wrote).
    """
    origin = None
    for text in log:
        found = _LOG_LINE.fullmatch(text)
        if found is None:
            continue
        seconds, micros, event, rest = found.groups()
        if origin is None:
            origin = (int(seconds), int(micros))
        time = (int(seconds) - origin[0]) + (int(micros) - origin[1]) / 1e6
        if event in _REGISTER_EVENTS:
            device, base, write = _REGISTER_EVENTS[event]
            fields = _REGISTER.fullmatch(rest)
            if fields is not None:
                yield Access(time, device, base + int(fields[1], 16), write, int(fields[2], 16), 1)
        elif event in _REGION_EVENTS:
            fields = _REGION.fullmatch(rest)
            # The parallel port is reported by its own events, and so is what COM1 is sent. Above
            # FFFF: memory, no port.
            if fields is None or fields[4] == "parallel" or len(fields[1]) > 4:
                continue
            if fields[4] == "serial" and _REGION_EVENTS[event]:
                continue
            yield Access(time, fields[4], int(fields[1], 16), _REGION_EVENTS[event], int(fields[2], 16), int(fields[3]))


def events(log):
    """Yields what accesses() yields, less COM1's own accesses, with a Line for each line of the console, in order."""
    divisor_latch = False  # while bit 7 of the line control register is set, register 0 holds the speed
    line = bytearray()
    time = 0.0
    for access in accesses(log):
        if access.device != "serial":
            yield access
            continue
        time = access.time
        if access.write and access.register == 3:
            divisor_latch = (access.value & 0x80) != 0
        if not access.write or access.register != 0 or divisor_latch:
            continue
        if access.value == 0x0A:
            yield Line(time, line.decode("ascii", "replace").rstrip("\r"))
            line.clear()
        else:
            line.append(access.value)
    if line:
        yield Line(time, line.decode("ascii", "replace"))


RECORDING = "time_ns,process,thread,address,module,offset,port,width,direction,value,result"


def write_recording(events_, path, program, printers=()):
    """Writes the accesses as a recording for userportctl trace: record/csv.c has the format. Times count from the first access."""
    seen = [event for event in events_ if isinstance(event, Access)]
    times = [round((access.time - seen[0].time) * 1e9) for access in seen]
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write("%s\n# program: %s\n" % (RECORDING, program))
        if printers:
            file.write("# printers: %s\n" % " ".join("%X" % base for base in printers))
        for time, access in zip(times, seen):
            value = "%0*X" % (access.size * 2, access.value)
            file.write("%d,0,0,,,,%X,%d,%s,%s,granted\n" % (time, access.port, access.size * 8, "write" if access.write else "read", value))
        file.write("# end: %d\n" % (times[-1] if times else 0))


def main():
    """Prints the events of a log, for people who look for something in one: qemu_trace.py trace.log"""
    if len(sys.argv) != 2:
        sys.exit("usage: qemu_trace.py TRACE.LOG")
    with open(sys.argv[1], encoding="ascii", errors="replace", newline="\n") as log:
        for event in events(log):
            if isinstance(event, Line):
                print("%12.6f  %s" % (event.time, event.text))
            else:
                print("%12.6f      %-9s %s" % (event.time, event.device, event))


if __name__ == "__main__":
    main()
