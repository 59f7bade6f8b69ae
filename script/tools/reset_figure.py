#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The manual's figure of a printer reset: reset_figure.py TRACE.LOG PICTURE.SVG

Draws the control lines of the printer port while resetlpt.exe runs, from the lines of QEMU's trace that the demonstration
left: docs/figures/reset.log is such an excerpt, and docs/figures/reset.svg what this program makes of it. Grey only, and
wide as a page, so that it can be printed; the text of the file depends on the trace alone.
"""

import sys
from xml.sax.saxutils import escape

import lpt_wave
import qemu_trace

WIDTH = 640
RIGHT = 624
TOP = 62
ROW = 30
HIGH, LOW = 5, 21
LEFT = 138  # the space for the names
CUT_WIDTH, PAD = 76, 12  # a cut, and the space around the accesses between two cuts
MAX_CUTS = 4
SIGNALS = [signal for signal in lpt_wave.SIGNALS if signal.register == lpt_wave.CONTROL]
SIGNALS.sort(key=lambda signal: signal.name != "nINIT")
STYLE = (
    '<style>text{font-family:"Liberation Sans",Arial,Helvetica,sans-serif;font-size:12px;fill:#111}'
    '.m{font-family:"Liberation Mono",Consolas,monospace}.b{font-weight:bold}.s{font-size:11px;fill:#333}'
    ".c{text-anchor:middle}.e{text-anchor:end}.line{fill:none;stroke:#111;stroke-width:1.8}"
    ".thin{fill:none;stroke:#555;stroke-width:1}.dash{fill:none;stroke:#555;stroke-width:1;stroke-dasharray:3 3}"
    ".low{fill:#d0d0d0}.cut{fill:#fff;stroke:#777;stroke-dasharray:2 3}</style>"
)


def moment_text(seconds):
    """A moment since the start, fine enough to tell neighbours apart: 0, 118.02 ms."""
    return "%.2f ms" % (seconds * 1e3) if seconds > 0 else "0"


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


def text(x, y, words, classes=""):
    return '<text x="%.1f" y="%.1f" class="%s">%s</text>' % (x, y, classes, escape(words))


def path(points, classes):
    return '<path class="%s" d="%s"/>' % (classes, " ".join("%s%.1f %.1f" % ("L" if i else "M", x, y) for i, (x, y) in enumerate(points)))


def draw_accesses(accesses, timeline, bottom):
    """Each IN and OUT: a label above, staggered, and a thin line down to its moment."""
    parts = []
    for index, access in enumerate(accesses):
        x = timeline.x(access.time)
        y = 16 if index % 2 else 34
        parts.append(path([(x, y + 4), (x, bottom)], "dash"))
        label = str(access)
        half = 3.7 * len(label)
        parts.append(text(min(max(x, half + 2), WIDTH - half - 2), y, label, "c m" + (" b" if access.write else "")))
    return parts


def draw_signal(accesses, signal, y, timeline):
    """One line of the connector: shaded where a line that is active while low is low."""
    seen = lpt_wave.levels(accesses, signal)
    points = [(LEFT, y + (HIGH if seen[0][1] else LOW))]
    low_from = None if seen[0][1] else LEFT
    shades = []
    for time, level in seen[1:] + [(None, None)]:
        x = RIGHT if time is None else timeline.x(time)
        height = y + (HIGH if level else LOW)
        if time is None:
            points.append((x, points[-1][1]))
        elif height != points[-1][1]:
            points += [(x, points[-1][1]), (x, height)]
        if low_from is not None and level != 0:
            shades.append('<rect class="low" x="%.1f" y="%.1f" width="%.1f" height="%d"/>' % (low_from, y + HIGH, x - low_from, LOW - HIGH))
            low_from = None
        elif low_from is None and level == 0:
            low_from = x
    return shades + [
        path(points, "line"),
        text(12, y + 17, signal.name, "b"),
        text(LEFT - 10, y + 17, "pin %d" % signal.pin, "e s"),
    ]


def draw_axis(accesses, timeline, y):
    """The moments: since the start for the first access and the first one behind a cut, since that for the others."""
    parts = [path([(LEFT, y), (RIGHT, y)], "thin")]
    for start, end in timeline.segments:
        for access in accesses:
            if start <= access.time <= end:
                since = "+%d µs" % round((access.time - start) * 1e6)
                if access.time == start:
                    since = moment_text(start - accesses[0].time)
                parts.append(text(timeline.x(access.time), y + 16, since, "c s"))
    return parts


def picture(events):
    """The SVG's text."""
    accesses = lpt_wave.port_accesses(events)
    pulses = lpt_wave.init_pulses(accesses)
    if len(pulses) != 1 or pulses[0][1] is None or any(access.register != lpt_wave.CONTROL for access in accesses):
        raise ValueError("this is not the trace of one printer reset")
    timeline = Timeline([access.time for access in accesses], RIGHT)
    bottom = TOP + ROW * len(SIGNALS)
    low_for = lpt_wave.duration_text(pulses[0][1])
    parts = draw_accesses(accesses, timeline, bottom)
    for index, signal in enumerate(SIGNALS):
        parts += draw_signal(accesses, signal, TOP + ROW * index, timeline)
    for x, duration in timeline.cuts():
        parts.append('<rect class="cut" x="%.1f" y="%d" width="%d" height="%d"/>' % (x, TOP - 8, CUT_WIDTH, bottom - TOP + 16))
        parts.append(text(x + CUT_WIDTH / 2, TOP + 19, "cut out:", "c s"))
        parts.append(text(x + CUT_WIDTH / 2, TOP + 34, lpt_wave.duration_text(duration), "c b"))
    parts += draw_axis(accesses, timeline, bottom + 10)
    height = bottom + 72
    parts.append(text(12, bottom + 48, "INIT is low for %s: the printer resets. The other lines keep their levels." % low_for))
    parts.append(text(12, bottom + 64, "A line with n is active while low (grey). Times are the emulator's.", "s"))
    story = "%s. The line nINIT is low for %s between the two OUTs." % ("; ".join(map(str, accesses)), low_for)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">\n'
        "<!-- SPDX-License-Identifier: MIT; made by script/tools/reset_figure.py from reset.log -->\n"
        "<title>The printer reset on the wire</title>\n<desc>%s</desc>\n%s\n"
        '<rect x="0" y="0" width="%d" height="%d" fill="#fff"/>\n%s\n</svg>\n'
        % (WIDTH, height, WIDTH, height, escape(story), STYLE, WIDTH, height, "\n".join(parts))
    )


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: reset_figure.py TRACE.LOG PICTURE.SVG")
    with open(sys.argv[1], encoding="ascii", errors="replace", newline="\n") as log:
        drawn = picture(list(qemu_trace.events(log)))
    with open(sys.argv[2], "w", encoding="utf-8", newline="\n") as file:
        file.write(drawn)


if __name__ == "__main__":
    main()
