# SPDX-License-Identifier: MIT
"""The hands and the eyes of the setup's tests: keys through X by xdotool, looks through setup_look.exe, pictures by ImageMagick's
import. What should become so is waited for, and has a time limit."""

import re
import subprocess
import time

SETUP = "UserPort (.* )?(Setup|Uninstall)"  # the titles of its windows


class NotSeen(Exception):
    """What was waited for did not come."""


def run(*command):
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60).stdout


class Window:
    def __init__(self, build, prefix):
        self.build, self.prefix, self.program = build, prefix, None

    def look(self):
        done = subprocess.run(["wine", str(self.build / "wine/setup_look.exe")], check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=30)
        return done.stdout.decode(errors="replace").replace("\r", "")

    def until(self, what, condition, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise NotSeen(f"not within {seconds} s: {what}")
            time.sleep(0.1)

    def start(self, *program):
        self.program = subprocess.Popen(["wine", *program], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def page(self, text, picture=None, seconds=20):
        """A window shows this text; it is photographed when it has been drawn."""
        self.until(f"{text!r}", lambda: text in self.look(), seconds)
        if picture:
            self.picture(picture)

    def focus(self, title):
        """A window of this title gets the keyboard, which X gives to the new windows when it likes."""
        def has():
            return re.fullmatch(title, run("xdotool", "getwindowfocus", "getwindowname").strip())

        self.until(f"a window {title!r} has the keyboard", lambda: has() or self.activate(title) or has())

    def key(self, key, text, picture=None, seconds=20):
        """A key for the setup's window; the text comes. Again if it went nowhere."""
        before = self.look()
        self.focus(SETUP)
        run("xdotool", "key", key)
        if text is None:
            return
        end = time.monotonic() + seconds
        while text not in self.look():
            if time.monotonic() > end:
                raise NotSeen(f"not within {seconds} s after {key}: {text!r}")
            time.sleep(0.1)
            if self.look() == before:
                self.activate(SETUP)
                self.focus(SETUP)
                run("xdotool", "key", key)
        if picture:
            self.picture(picture)

    def press_and_end(self, key):
        """The program ends by this key; its exit code."""
        self.key(key, None)
        return self.program.wait(20)

    def activate(self, title):
        for window in run("xdotool", "search", "--onlyvisible", "--name", f"^{title} *$").split():
            run("xdotool", "windowactivate", window)  # the last one is in front, a box before its owner

    def close(self, title):
        def closed():
            if f"window: {title}\n" not in self.look():
                return True
            self.focus(title)
            run("xdotool", "key", "alt+F4")
            return False

        self.until(f"{title} closes", closed)

    def picture(self, name):
        time.sleep(0.3)  # for what is drawn after the text is there
        run("import", "-window", "root", str(self.build / "setup" / f"{name}.png"))

    def end(self):
        if self.program and self.program.poll() is None:
            self.program.kill()
