# SPDX-License-Identifier: MIT
"""From the accesses to a parallel port to its signals: reset pulses, printed bytes, and levels.

The connector carries data bits 0-7 (base), and the control bits (base + 2) and status bits (base + 1), of which these
are inverted between register and pin: STROBE, AUTOFD and SELECT IN (control 0, 1, 3) and BUSY (status 7). INIT (control
2), ACK (status 6) and the rest are as in the register. A leading n names a line that is active while low.
"""

from typing import NamedTuple

DATA, STATUS, CONTROL = 0, 1, 2
STROBE_BIT, INIT_BIT, SELECT_IN_BIT = 0x01, 0x04, 0x08


def port_accesses(events):
    """The accesses to the port's three registers, in order; console lines and other devices are left out."""
    return [event for event in events if getattr(event, "device", None) == "parallel" and event.register <= CONTROL]


def init_pulses(events):
    """The times at which the INIT line was low, as (start, duration) in seconds; duration None: low to the end."""
    pulses = []
    start = None
    for access in port_accesses(events):
        if access.register != CONTROL or not access.write:
            continue
        low = not access.value & INIT_BIT
        if low and start is None:
            start = access.time
        elif not low and start is not None:
            pulses.append((start, access.time - start))
            start = None
    if start is not None:
        pulses.append((start, None))
    return pulses


class Latch(NamedTuple):
    """A byte that the printer took, at the time of the STROBE that told it to."""

    time: float
    value: int


def latches(events):
    """The bytes a printer takes: the data lines at each falling edge of nSTROBE, while it is selected and not reset."""
    taken = []
    data = 0
    strobe = False
    for access in port_accesses(events):
        if not access.write:
            continue
        if access.register == DATA:
            data = access.value
        elif access.register == CONTROL:
            selected = access.value & INIT_BIT and access.value & SELECT_IN_BIT
            if access.value & STROBE_BIT and not strobe and selected:
                taken.append(Latch(access.time, data))
            strobe = bool(access.value & STROBE_BIT)
    return taken


def strobed_bytes(events):
    """What the printer took, as bytes."""
    return bytes(latch.value for latch in latches(events))


class Signal(NamedTuple):
    """One line of the connector: register, bit, and whether the pin carries the inverse of the bit."""

    name: str
    pin: int
    register: int
    bit: int
    inverted: bool


SIGNALS = [Signal("D%d" % bit, 2 + bit, DATA, bit, False) for bit in range(8)] + [
    Signal("nSTROBE", 1, CONTROL, 0, True),
    Signal("BUSY", 11, STATUS, 7, True),
    Signal("nACK", 10, STATUS, 6, False),
    Signal("nINIT", 16, CONTROL, 2, False),
    Signal("nSELECTIN", 17, CONTROL, 3, True),
    Signal("nAUTOFD", 14, CONTROL, 1, True),
]


def levels(events, signal):
    """The signal over time, as [(time, level)] with level 0 or 1: one item for each access that sets or shows it."""
    seen = []
    for access in port_accesses(events):
        if access.register == signal.register:
            level = (access.value >> signal.bit) & 1
            seen.append((access.time, 1 - level if signal.inverted else level))
    return seen


def duration_text(seconds):
    """A duration with three digits and a unit: 100 ms, 2.91 ms, 48 us."""
    for limit, unit, factor in ((0.999e-3, "µs", 1e6), (0.9995, "ms", 1e3), (float("inf"), "s", 1.0)):
        if seconds < limit:
            value = seconds * factor
            digits = 0 if unit == "µs" or value >= 99.95 else 1 if value >= 9.995 else 2
            return "%.*f %s" % (digits, value, unit)
    return ""
