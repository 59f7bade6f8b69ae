#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""From the accesses to a parallel port to its signals: reset pulses, printed bytes, and a logic analyser's picture.

The connector carries data bits 0-7 (base), and the control bits (base + 2) and status bits (base + 1), of which these
are inverted between register and pin: STROBE, AUTOFD and SELECT IN (control 0, 1, 3) and BUSY (status 7). INIT (control
2), ACK (status 6) and the rest are as in the register. A leading n names a line that is active while low.
"""

import sys
from typing import NamedTuple
from xml.sax.saxutils import escape

import qemu_trace

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


# ---- The picture ----

DETAILED_BYTES = 8
WIDTH = 1200
LEFT, RIGHT = 138, 20  # the space for the names, and beside the last trace
CUT_WIDTH, PAD = 76, 12  # a cut, and the space around the accesses between two cuts
MAX_CUTS = 4
ROW, HIGH, LOW = 25, 5, 20  # height of a row, and where in it the two levels are drawn
GROUP_GAP = 11
MONO = "DejaVu Sans Mono, Consolas, Menlo, monospace"

# class: (property, colour in light viewers, colour in dark viewers)
COLOURS = {
    "paper": ("fill", "#ffffff", "#14181d"),
    "ink": ("fill", "#1b1f24", "#e6e9ed"),
    "soft": ("fill", "#59636e", "#9aa4af"),
    "grid": ("stroke", "#e4e8ec", "#272e36"),
    "axis": ("stroke", "#59636e", "#9aa4af"),
    "band": ("fill", "#f1f3f5", "#1d232a"),
    "tear": ("stroke", "#a3adb8", "#57626e"),
    "unknown": ("stroke", "#b4bcc5", "#4b5661"),
    "data": ("stroke", "#0b62c4", "#62aefc"),
    "data-fill": ("fill", "#0b62c4", "#62aefc"),
    "control": ("stroke", "#b93a00", "#ff9a5c"),
    "control-fill": ("fill", "#b93a00", "#ff9a5c"),
    "status": ("stroke", "#147a36", "#57cc7d"),
    "status-fill": ("fill", "#147a36", "#57cc7d"),
    "latch": ("stroke", "#8b5cd6", "#b894f5"),
    "latch-fill": ("fill", "#8b5cd6", "#b894f5"),
    "on-latch": ("fill", "#ffffff", "#14181d"),
}
KIND = {DATA: "data", STATUS: "status", CONTROL: "control"}


def duration_text(seconds):
    """A duration with three digits and a unit: 100 ms, 2.91 ms, 48 us."""
    for limit, unit, factor in ((0.999e-3, "µs", 1e6), (0.9995, "ms", 1e3), (float("inf"), "s", 1.0)):
        if seconds < limit:
            value = seconds * factor
            digits = 0 if unit == "µs" or value >= 99.95 else 1 if value >= 9.995 else 2
            return "%.*f %s" % (digits, value, unit)
    return ""


def moment_text(seconds):
    """A moment since the start, fine enough to tell neighbours apart: 0, 118.02 ms."""
    return "%.2f ms" % (seconds * 1e3) if seconds > 0 else "0"


def byte_name(value):
    """How a byte is written on the picture: the character, or the short name of one that cannot be seen."""
    names = {0x0D: "CR", 0x0A: "LF", 0x20: "SP", 0x09: "TAB", 0x0C: "FF"}
    return names.get(value) or (chr(value) if 0x20 < value < 0x7F else "%02X" % value)


class Timeline:
    """Maps time to the x axis: linear at one scale, with long gaps between accesses cut out."""

    def __init__(self, times, right):
        gaps = sorted((later - earlier for earlier, later in zip(times, times[1:])), reverse=True)
        median = gaps[len(gaps) // 2] if gaps else 0.0
        longest = 15 * median
        if len(gaps) > MAX_CUTS:
            longest = max(longest, gaps[MAX_CUTS])
        self.segments = [[times[0], times[0]]]
        for earlier, later in zip(times, times[1:]):
            if later - earlier > longest:
                self.segments.append([later, later])
            self.segments[-1][1] = later
        linear = sum(end - start for start, end in self.segments)
        room = right - LEFT - CUT_WIDTH * (len(self.segments) - 1) - 2 * PAD * len(self.segments)
        self.scale = room / linear if linear > 0 else 0.0
        self.starts = []  # the x of each segment's first access
        x = LEFT + PAD
        for start, end in self.segments:
            self.starts.append(x)
            x += (end - start) * self.scale + 2 * PAD + CUT_WIDTH

    def x(self, time):
        """The x of a moment at which something happened."""
        for (start, end), x in zip(reversed(self.segments), reversed(self.starts)):
            if time >= start:
                return x + (min(time, end) - start) * self.scale
        return self.starts[0]

    def cuts(self):
        """The gaps that were cut out: (x of the left edge, duration in seconds)."""
        for index in range(1, len(self.segments)):
            yield (
                self.starts[index] - PAD - CUT_WIDTH,
                self.segments[index][0] - self.segments[index - 1][1],
            )

    def tick_step(self):
        """A round number of seconds that is at least 60 pixels wide."""
        power = 1e-7
        while True:
            for factor in (1, 2, 5):
                if power * factor * self.scale >= 60 or power > 10:
                    return power * factor
            power *= 10


def _style():
    def rules(column):
        return "".join(".%s{%s:%s}" % (name, colour[0], colour[column]) for name, colour in COLOURS.items())

    return (
        "<style>text{font-family:%s;font-size:11px}"
        ".line{fill:none;stroke-width:1.6;stroke-linejoin:round}.dash{stroke-dasharray:2 3}%s"
        "@media (prefers-color-scheme:dark){%s}</style>" % (MONO, rules(1), rules(2))
    )


class _Drawing:
    """Collects the elements of the picture, with coordinates to a tenth of a pixel."""

    def __init__(self):
        self.parts = []

    def text(self, x, y, text, kind="ink", size=11, anchor="start", bold=False):
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            '<text x="%.1f" y="%.1f" class="%s" text-anchor="%s"%s style="font-size:%gpx">%s</text>'
            % (x, y, kind, anchor, weight, size, escape(text))
        )

    def line(self, x1, y1, x2, y2, kind, extra=""):
        self.parts.append(
            '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"%s/>' % (x1, y1, x2, y2, kind, extra)
        )

    def rect(self, x, y, width, height, kind, extra=""):
        self.parts.append(
            '<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" class="%s"%s/>' % (x, y, width, height, kind, extra)
        )

    def path(self, points, kind, close=False, extra=""):
        steps = " ".join("%s%.1f %.1f" % ("L" if index else "M", x, y) for index, (x, y) in enumerate(points))
        self.parts.append('<path d="%s%s" class="%s"%s/>' % (steps, " Z" if close else "", kind, extra))

    def circle(self, x, y, radius, kind):
        self.parts.append('<circle cx="%.1f" cy="%.1f" r="%g" class="%s"/>' % (x, y, radius, kind))


def _draw_level(draw, timeline, y, signal, seen, right):
    """One trace: the line, what was not known as dashes, low pulses of an active-low line shaded, reads as dots."""
    kind = KIND[signal.register]
    middle = y + (HIGH + LOW) / 2
    if not seen:
        draw.line(LEFT, middle, right, middle, "unknown line dash")
        return
    first = timeline.x(seen[0][0])
    draw.line(LEFT, middle, first, middle, "unknown line dash")
    points = []
    shade_from = None
    for time, level in seen:
        x = timeline.x(time)
        height = y + (HIGH if level else LOW)
        if points and points[-1][1] != height:
            points.append((x, points[-1][1]))
        if not points or points[-1][1] != height:
            points.append((x, height))
        if signal.name.startswith("n"):
            if level == 0 and shade_from is None:
                shade_from = x
            elif level == 1 and shade_from is not None:
                draw.rect(shade_from, y + HIGH, x - shade_from, LOW - HIGH, kind + "-fill", ' fill-opacity="0.16"')
                shade_from = None
    if shade_from is not None:
        draw.rect(shade_from, y + HIGH, right - shade_from, LOW - HIGH, kind + "-fill", ' fill-opacity="0.16"')
    points.append((right, points[-1][1]))
    draw.path(points, kind + " line")
    if signal.register == STATUS:
        for time, level in seen:
            draw.circle(timeline.x(time), y + (HIGH if level else LOW), 2.1, "status-fill")


def _draw_bus(draw, timeline, y, seen, right):
    """The data lines together: a hexagon for each value, with the value where there is room."""
    top, bottom = y + 3, y + ROW - 3
    middle = (top + bottom) / 2
    if not seen:
        draw.line(LEFT, middle, right, middle, "unknown line dash")
        return
    draw.line(LEFT, middle, timeline.x(seen[0][0]), middle, "unknown line dash")
    changes = [item for index, item in enumerate(seen) if index == 0 or seen[index - 1][1] != item[1]]
    for index, (time, value) in enumerate(changes):
        x1 = timeline.x(time)
        x2 = timeline.x(changes[index + 1][0]) if index + 1 < len(changes) else right
        slope = min(4.0, (x2 - x1) / 2)
        points = [(x1, middle), (x1 + slope, top), (x2 - slope, top), (x2, middle), (x2 - slope, bottom)]
        draw.path(points + [(x1 + slope, bottom)], "data line", close=True)
        if x2 - x1 >= 24:
            draw.text((x1 + x2) / 2, middle + 4, "%02X" % value, anchor="middle")


def _draw_cut(draw, x, top, bottom, label, more):
    """A torn band where time was cut out, with the duration of what is missing."""
    draw.rect(x, top, CUT_WIDTH, bottom - top, "band", ' fill-opacity="0.75"')
    for edge in (x, x + CUT_WIDTH):
        heights = enumerate(range(int(top), int(bottom) + 1, 8))
        draw.path([(edge + (-2.5 if index % 2 else 2.5), y) for index, y in heights], "tear line")
    middle = x + CUT_WIDTH / 2
    draw.text(middle, bottom + 17, label, "soft", 10, "middle")
    if more:
        draw.text(middle, top + 20, more, "ink", 12, "middle", True)
        draw.text(middle, top + 35, "bytes", "ink", 12, "middle", True)


def write_svg(events, path, title="What the printer port saw"):
    """Draws the accesses to the parallel port as a logic analyser shows them, into an SVG file.

    The first DETAILED_BYTES bytes are drawn in full; of the others the picture tells how many there are. The text of
    the file depends on the events alone.
    """
    accesses = port_accesses(events)
    if not accesses:
        raise ValueError("no access to the parallel port: there is nothing to draw")
    taken = latches(accesses)
    pulses = init_pulses(accesses)
    shown = accesses
    left_out = 0
    if len(taken) > DETAILED_BYTES:
        # Up to the data byte that follows the last byte in detail; then only the end of the
        # transfer.
        left_out = len(taken) - DETAILED_BYTES
        limit = next(
            access.time
            for access in accesses
            if access.time > taken[DETAILED_BYTES - 1].time and access.write and access.register == DATA
        )
        shown = [access for access in accesses if access.time < limit]
    right = WIDTH - RIGHT - (CUT_WIDTH if left_out else 0)  # the bytes left out are one more cut, at the end
    timeline = Timeline([access.time for access in shown], right)
    origin = shown[0].time

    top = 74
    rows = {"char": top, "bus": top + 28}
    y = top + 28 + ROW + 6
    for signal in SIGNALS:
        if signal.name in ("nSTROBE", "nINIT"):
            y += GROUP_GAP
        rows[signal.name] = y
        y += ROW
    rows["access"] = y + GROUP_GAP
    axis = rows["access"] + 34
    height = axis + 96

    draw = _Drawing()
    draw.rect(0, 0, WIDTH, height, "paper")
    draw.text(20, 28, title, size=17, bold=True)
    facts = ["%d port accesses" % len(accesses)]
    if pulses:
        facts.append("INIT low for " + ", ".join("?" if p[1] is None else duration_text(p[1]) for p in pulses))
    if left_out:
        facts.append("%d bytes strobed into the printer, the first %d in detail" % (len(taken), DETAILED_BYTES))
    elif taken:
        facts.append("%d bytes strobed into the printer" % len(taken))
    draw.text(20, 48, ";  ".join(facts), "soft", 12)

    # The time axis below everything, and its grid.
    step = timeline.tick_step()
    for (start, end), x in zip(timeline.segments, timeline.starts):
        count = 0
        while start + count * step <= end + 1e-9:
            tick = x + count * step * timeline.scale
            draw.line(tick, top - 4, tick, axis, "grid")
            draw.line(tick, axis, tick, axis + (7 if count == 0 else 4), "axis")
            if count and tick + 24 < x + (end - start) * timeline.scale + PAD:
                draw.text(tick, axis + 17, "+" + duration_text(count * step), "soft", 10, "middle")
            count += 1
        draw.line(x - PAD, axis, x + (end - start) * timeline.scale + PAD, axis, "axis")
        draw.text(x, axis + 32, moment_text(start - origin), anchor="middle", bold=True)

    # The traces.
    draw.text(20, rows["char"] + 16, "printer takes", bold=True)
    draw.text(20, rows["bus"] + 17, "D7-D0", bold=True)
    draw.text(LEFT - 12, rows["bus"] + 17, "hex", "soft", 10, "end")
    for signal in SIGNALS:
        y = rows[signal.name]
        draw.text(20, y + 17, signal.name, bold=True)
        draw.text(LEFT - 12, y + 17, "pin %d" % signal.pin, "soft", 10, "end")
    for latch in taken[: DETAILED_BYTES if left_out else None]:
        x = timeline.x(latch.time)
        draw.line(x, rows["char"] + 22, x, rows["nSTROBE"] + LOW, "latch", ' stroke-dasharray="3 3"')
    seen_data = [(a.time, a.value) for a in shown if a.register == DATA]
    _draw_bus(draw, timeline, rows["bus"], seen_data, right)
    for signal in SIGNALS:
        _draw_level(draw, timeline, rows[signal.name], signal, levels(shown, signal), right)
    for latch in taken[: DETAILED_BYTES if left_out else None]:
        x = timeline.x(latch.time)
        name = byte_name(latch.value)
        half = 5 + 4.5 * len(name)
        draw.rect(x - half, rows["char"], 2 * half, 22, "latch-fill", ' rx="4"')
        draw.text(x, rows["char"] + 16, name, "on-latch", 14, "middle", True)

    # Every IN and OUT as a tick.
    y = rows["access"]
    draw.text(20, y + 4, "OUT", bold=True)
    draw.text(20, y + 20, "IN", bold=True)
    draw.line(LEFT, y + 8, right, y + 8, "axis", ' stroke-width="0.6"')
    for access in shown:
        x = timeline.x(access.time)
        ends = (y - 4, y + 8) if access.write else (y + 8, y + 20)
        draw.line(x, ends[0], x, ends[1], KIND[access.register], ' stroke-width="1.8"')

    # The cuts, over everything.
    cuts = [(x, duration_text(duration), "") for x, duration in timeline.cuts()]
    if left_out:
        tail = duration_text(accesses[-1].time - shown[-1].time)
        cuts.append((right, tail, "%d more" % left_out))
    for x, label, more in cuts:
        _draw_cut(draw, x, top - 4, axis, label, more)
    for start, duration in pulses:
        if duration is not None and start + duration <= shown[-1].time:
            text = "low for %s: the printer resets" % duration_text(duration)
            x = timeline.x(start + duration) + 8
            for cut, _, _ in cuts:  # not across a torn edge
                if x < cut + CUT_WIDTH + 8 and x + 6.7 * len(text) > cut:
                    x = cut + CUT_WIDTH + 10
            if x + 6.7 * len(text) <= WIDTH:
                edge = timeline.x(start + duration)
                draw.line(edge, rows["nINIT"] + 14, x - 4, rows["nINIT"] + 14, "control", ' stroke-dasharray="2 3"')
                draw.text(x, rows["nINIT"] + 18, text, "control-fill", 11)

    # What is what.
    y = axis + 54
    x = 20
    for kind, port in (("data", 0x378), ("control", 0x37A), ("status", 0x379)):
        name = "%s register %X" % (kind, port)
        draw.line(x, y - 4, x + 18, y - 4, kind + " line")
        draw.text(x + 24, y, name, "soft")
        x += 40 + 7 * len(name)
    draw.text(
        x, y, "round mark: the program read it; between reads the line is as last seen.  Dotted: not known yet.", "soft"
    )
    draw.text(
        20,
        y + 20,
        "Levels are those on the connector: a line with n is active while low (shaded). Grey bands: time cut out, with "
        "its length. Times are the emulator's.",
        "soft",
    )

    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">\n'
            "<title>%s</title>\n%s\n%s\n</svg>\n"
            % (WIDTH, height, WIDTH, height, escape(title), _style(), "\n".join(draw.parts))
        )


def main():
    """Draws a trace log: lpt_wave.py trace.log picture.svg"""
    if len(sys.argv) != 3:
        sys.exit("usage: lpt_wave.py TRACE.LOG PICTURE.SVG")
    with open(sys.argv[1], encoding="ascii", errors="replace", newline="\n") as log:
        write_svg(list(qemu_trace.events(log)), sys.argv[2])


if __name__ == "__main__":
    main()
