# SPDX-License-Identifier: MIT
"""Whether what a window has can be seen."""

import screen as s


def look_at_layout(u, window="0"):
    """Of the main window, or of the dialog before it: "b"."""
    u.until(lambda: wrong_in_layout(u, window), lambda: not wrong_in_layout(u, window))


def wrong_in_layout(u, window):
    """What is cut off, overlaps, or lies outside of its group; "" if nothing."""
    controls = {}
    for entry in u.look("children", window).split(";"):
        if entry:
            number, *rect = [int(part) for part in entry.split()]
            controls[number] = rect
    right, bottom = controls.pop(0)[2:]
    group = controls.pop(1013, None)
    for number, (x1, y1, x2, y2) in controls.items():
        if x1 < 0 or y1 < 0 or x2 > right or y2 > bottom or x2 <= x1 or y2 <= y1:
            return f"control {number} at {x1} {y1} {x2} {y2} is cut off by {right} {bottom}"
        for other, (a1, b1, a2, b2) in controls.items():
            if number < other and x1 < a2 and a1 < x2 and y1 < b2 and b1 < y2:
                return f"controls {number} and {other} overlap"
        if number in (s.ALL, s.OPENERS, s.STICKY, s.SCOPE_NOTE) and not (group[0] < x1 and x2 < group[2] and group[1] < y1 and y2 < group[3]):
            return f"control {number} is not inside its group"
    return ""
