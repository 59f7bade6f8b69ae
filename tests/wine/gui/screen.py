# SPDX-License-Identifier: MIT
"""The hands and the eyes of the GUI's tests: keys and mouse through X by xdotool, looks through gui_look.exe, pictures by
ImageMagick's import. Nothing sleeps for a fixed time: what should become so is waited for, and has a time limit."""

import math
import os
import subprocess
import time

WAIT = 15  # seconds, for what takes a moment on a busy machine

# resource.h
HEADLINE, DETAILS, ELEVATE, LIST, FIELD, ADD, PRESETS, ERROR, REMOVE, DEFAULTS, UNDO = (
    1000, 1001, 1002, 1004, 1006, 1007, 1008, 1009, 1010, 1011, 1012)
ALL, OPENERS, STICKY, MAP, ZOOM, PORT, START, STOP, APPLY, LPT, TEST_LPT, TEST_SPEAKER, SCOPE_NOTE = (
    1014, 1015, 1016, 1018, 1019, 1020, 1021, 1022, 1023, 1025, 1026, 1027, 1028)
BOX_TEXT, BOX_RESULT, BOX_CLOSE = "b1100", "b1101", "b2"
BOX_FILE = "b1148"  # cmb13 of dlgs.h: the name in the dialog of files

DEFAULT = "278-27F, 378-37F, 3BC-3BF"
WITH_SPEAKER = "42-43, 61, " + DEFAULT


class Wrong(Exception):
    """A step did not do what it should."""


def run(*command):
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def wine(*command):
    """Its exit status. No pipe: what Wine leaves running in the background would keep it open."""
    return subprocess.run(("wine",) + command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, timeout=60).returncode


class Screen:
    def __init__(self, prefix, pictures):
        self.prefix, self.pictures = prefix, pictures
        self.suffix = ""
        self.program = None
        self.known = (None, None)  # of the picture: place()
        self.window = ""  # X's number of the main window
        self.open_eyes()

    # ---- looks

    def open_eyes(self):
        self.eyes = subprocess.Popen(["wine", "C:\\up\\gui_look.exe"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, text=True)

    def close_eyes(self):
        self.eyes.stdin.close()
        self.eyes.wait(30)

    def look(self, question, *arguments):
        self.eyes.stdin.write(" ".join([question] + [str(argument) for argument in arguments]) + "\n")
        self.eyes.stdin.flush()
        answer = self.eyes.stdout.readline().rstrip("\n").rstrip("\r")
        return answer.replace("\\n", "\n").replace("\\\\", "\\")

    def until(self, what, condition, seconds=WAIT):
        """Waits until condition() is true, and gives its value."""
        end = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > end:
                raise Wrong(f"not within {seconds} s: {what() if callable(what) else what} ({self.state()})")
            time.sleep(0.05)

    def state(self):
        return " | ".join(f"{name}: {self.look(*question)}" for name, question in (
            ("box", ["box"]), ("headline", ["text", HEADLINE]), ("details", ["text", DETAILS]), ("stored", ["stored"]),
            ("service", ["service"]), ("focus", ["focus"])))

    def wait(self, expected, question, *arguments):
        """The answer becomes what is expected."""
        self.until(f"{question} {arguments} is {self.look(question, *arguments)!r}, not {expected!r}",
                   lambda: self.look(question, *arguments) == expected)

    def wait_text(self, part, control):
        self.until(f"{part!r} in the text of {control}: {self.look('text', control)!r}", lambda: part in self.look("text", control))

    def same(self, expected, question, *arguments):
        """The answer is what is expected, now."""
        answer = self.look(question, *arguments)
        if answer != expected:
            raise Wrong(f"{question} {arguments} is {answer!r}, not {expected!r} ({self.state()})")

    def rows(self):
        """The rows of the list: (ports, what, state, hazard, selected)."""
        return [tuple(row.rstrip("*").split("|")) + (row.endswith("*"),) for row in self.look("rows", LIST).split(";") if row]

    def box(self, part):
        """A message box, in front, whose text has this in it; the whole text."""
        return self.until(f"a message box with {part!r} in front", lambda: part in self.look("box") and self.look("box"))

    def no_box(self):
        self.until("the message box goes", lambda: self.look("box") == "none")

    # ---- hands

    def has_keyboard(self):
        """The window that Windows' side takes for the active one has X's focus too: between two windows keys go nowhere."""
        focus = run("xdotool", "getwindowfocus").stdout.strip()
        foreground = self.look("foreground")
        if foreground == "main":
            return focus == self.window
        return foreground == "box" and focus not in ("", "1", self.window) and \
            "UserPort" in run("xdotool", "getwindowname", focus).stdout

    def key(self, *keys):
        for key in keys:
            self.until(f"a window has the keyboard for {key}", self.has_keyboard)
            run("xdotool", "key", key)

    def answer(self, part, key):
        """Answers a message box by a key; gives its text."""
        text = self.box(part)
        self.key(key)
        self.until("the message box goes", lambda: self.look("box") != text)
        return text

    def apply(self, expected, question, *arguments):
        """Applies; the answer becomes what is expected, and the window has nothing left to do."""
        self.wait("yes", "enabled", APPLY)
        self.key("alt+l")
        self.wait(expected, question, *arguments)
        self.idle()
        self.wait("no", "enabled", APPLY)

    def idle(self):
        """No job runs: keys do what they say."""
        self.wait("yes", "enabled", TEST_LPT)

    def write(self, control, text, mnemonic):
        """Goes to a field by its mnemonic and writes over what is there."""
        self.key("alt+" + mnemonic)
        self.wait(str(control), "focus")
        self.key("ctrl+a")
        run("xdotool", "type", "--delay", "5", text)
        self.wait(text, "text", control)

    def add(self, text):
        self.write(FIELD, text, "n")
        self.key("Return")

    def point(self, x, y):
        run("xdotool", "mousemove", str(x), str(y))

    def rect(self, control):
        return [int(number) for number in self.look("rect", control).split()]

    def click(self, control, button="1"):
        left, top, width, height = self.rect(control)
        self.point(left + width // 2, top + height // 2)
        run("xdotool", "click", button)

    def drag(self, first, last):
        """Over the picture, from port to port."""
        begin, end = self.place(first), self.place(last)
        self.point(*begin)
        run("xdotool", "mousedown", "1")
        self.point(end[0] - 1, end[1])
        self.point(*end)
        run("xdotool", "mouseup", "1")

    def pointed(self, x, y):
        """The port that the words beside the picture name for a place on the screen."""
        before, end = self.look("text", PORT), time.monotonic() + 2
        self.point(x, y)
        while self.look("text", PORT) == before and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.05)
        return int(self.look("text", PORT).split(":")[0].split("-")[0], 16)

    def place(self, port):
        """The place of a port on the screen, found as a person does: by what two other places are."""
        left, top, width, height = rect = self.rect(MAP)
        columns = 32 if self.look("checked", ZOOM) == "yes" else 256
        if (rect, columns) != self.known[:2]:
            x, y, apart = left + width * 3 // 10, top + height // 3, width // 2
            here, there = self.pointed(x, y), self.pointed(x + apart, y)
            # in the window's first size a cell's side is a power of 2
            self.known = rect, columns, x, y, here, 2 ** round(math.log2(apart / (there % columns - here % columns)))
        x, y, here, cell = self.known[2:]
        return x + (port % columns - here % columns) * cell, y + (port // columns - here // columns) * cell

    # ---- the program

    def start(self, *arguments):
        self.program = subprocess.Popen(["wine", "C:\\up\\UserPort.exe", *arguments], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.ready()

    def ready(self):
        run("xdotool", "search", "--sync", "--onlyvisible", "--name", "^UserPort$")
        self.wait("there", "window")
        # message boxes have the same title, and are smaller
        self.window = max(run("xdotool", "search", "--onlyvisible", "--name", "^UserPort$").stdout.split(), key=self.area)
        self.until("the first look at the system", lambda: "looked for" not in self.look("text", HEADLINE))
        if self.look("box") == "none":
            run("xdotool", "windowactivate", "--sync", self.window)

    @staticmethod
    def area(window):
        size = dict(line.split("=") for line in run("xdotool", "getwindowgeometry", "--shell", window).stdout.split())
        return int(size.get("WIDTH", 0)) * int(size.get("HEIGHT", 0))

    def close(self):
        """By Alt+F4, with nothing to be asked."""
        self.key("alt+F4")
        self.ended()

    def ended(self):
        self.wait("none", "window")
        self.window = ""
        if self.program is not None:
            self.program.wait(WAIT)
            self.program = None

    def picture(self, name, below=0):
        """The window, what is before it, and so many pixels below it, into build/gui."""
        self.point(5, 1190)
        time.sleep(0.4)
        left, top, width, height = self.rect(0)
        right, bottom = left + width + 2, top + height + 2 + below
        if self.look("box") != "none":
            left_of_box, top_of_box, width, height = self.rect("b")
            left, top = min(left, left_of_box), min(top, top_of_box)
            right, bottom = max(right, left_of_box + width + 2), max(bottom, top_of_box + height + 2)
        left, top = max(left - 2, 0), max(top - 24, 0)
        run("import", "-window", "root", "-crop", f"{right - left}x{bottom - top}+{left}+{top}", "+repage",
            os.path.join(self.pictures, f"{name}{self.suffix}.png"))

    @staticmethod
    def reg(*arguments):
        if wine("reg", *arguments):
            raise Wrong(f"reg {arguments} failed")
