# SPDX-License-Identifier: MIT
"""The window itself: the keyboard alone, sizes, dots per inch; users without rights; the command line."""

import subprocess

import program_steps as program
import screen as s
from layout import look_at_layout
from screen import Wrong, run, wine


def keyboard_only(u):
    """Tab reaches every control that works, in the order of the window, and comes round; Shift+Tab goes back."""
    u.key("alt+d", "alt+n")
    u.wait(str(s.FIELD), "focus")
    expected = [s.ADD, s.PRESETS, s.MAP, s.ZOOM, s.STOP, s.APPLY, s.LPT, s.TEST_LPT, s.TEST_SPEAKER, s.LIST,
                s.DEFAULTS, s.UNDO, s.FIELD]
    for control in expected:
        u.key("Tab")
        u.wait(str(control), "focus")
    u.key("shift+Tab")
    u.wait(str(s.UNDO), "focus")
    u.wait_text("removes 61", s.DETAILS)
    u.key("space")
    u.wait("no", "enabled", s.APPLY)
    u.key("F1")
    u.answer("List the ports that programs may use", "Return")
    u.key("alt+h", "a")
    u.until("about", lambda: "MIT licence" in u.look("text", s.BOX_TEXT))
    u.picture("about")
    u.key("Escape")
    u.no_box()


def resized(u):
    """However small it is made, no control is cut off or lies over another."""
    for width, height in ((100, 100), (1500, 1000), (900, 620)):
        run("xdotool", "windowsize", u.window, str(width), str(height))
        u.until("it has its size", lambda: abs(u.rect(0)[2] - width) < 20 or width == 100)
        look_at_layout(u)


def no_administrator(u):
    u.close()
    u.same("started", "restricted", "C:\\up\\UserPort.exe")
    u.ready()
    u.wait_text("You are not an administrator", s.DETAILS)
    for control in (s.ADD, s.PRESETS, s.REMOVE, s.DEFAULTS, s.UNDO, s.START, s.STOP, s.APPLY, s.ALL, s.OPENERS, s.STICKY):
        u.same("no", "enabled", control)
    u.same("yes", "readonly", s.FIELD)
    u.same("yes", "visible", s.ELEVATE)
    u.same("yes", "enabled", s.TEST_LPT)
    look_at_layout(u)
    u.picture("no-administrator")
    u.key("alt+1")
    u.until("the test ends", lambda: u.look("text", s.BOX_CLOSE) == "Close")
    u.key("Return")
    u.no_box()
    u.key("alt+k")
    u.answer("An administrator has to open them", "Return")
    before = u.look("process")
    u.key("alt+m")  # Wine starts it again, asks nobody, and gives it no other rights
    u.until("another process has the window", lambda: u.look("process") not in ("0", before))
    u.ready()
    u.close()


def elevated_from_own_drives(u):
    """A file on a drive that only this user has, by subst or in the network: the administrator is given where it really lies."""
    u.same("done", "subst", "S: \\??\\C:\\dist")
    u.same("done", "subst", "T: \\??\\S:\\below")
    for file, real in (("S:\\userport.sys", "C:\\dist\\userport.sys"), ("T:\\userport.sys", "C:\\dist\\below\\userport.sys"),
                       ("N:\\dir\\userport.sys", "\\\\server\\share\\dir\\userport.sys")):
        u.same("started", "restricted", "C:\\up\\UserPort.exe " + file)
        u.ready()
        u.answer(f"Cannot install {real}: you are not an administrator", "Return")
        u.close()


def wrong_arguments(u):
    for arguments in (("/?",), ("a", "b")):
        program = subprocess.Popen(["wine", "C:\\up\\UserPort.exe", *arguments], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        u.answer("UserPort.exe [driver]", "Return")
        u.same("none", "window")
        if program.wait(s.WAIT) != 2:
            raise Wrong(f"the exit status is {program.returncode}")


# ---- at 192 dots per inch -----------------------------------------------------------------------------------------------------------

def large(u):
    u.close_eyes()
    run("wineserver", "-k")
    run("wineserver", "-w")
    for key in ("HKCU\\Control Panel\\Desktop", "HKCU\\Software\\Wine\\Fonts"):
        u.reg("add", key, "/v", "LogPixels", "/t", "REG_DWORD", "/d", "192", "/f")
    u.open_eyes()
    u.suffix = "-192"
    wine("sc", "start", "UserPort")
    u.start()
    u.wait("UserPort is running", "text", s.HEADLINE)
    if u.rect(0)[2] < 1400:
        raise Wrong(f"the window is {u.rect(0)} at 192 dots per inch")
    look_at_layout(u)
    u.add("60 speaker 300-31F")
    u.answer("keyboard controller", "y")
    u.wait_text("Not applied yet: adds", s.DETAILS)
    u.picture("not-applied")
    u.add("3Q8")
    u.wait_text('"3Q8"', s.ERROR)
    look_at_layout(u)
    u.picture("bad-list")
    u.key("Escape")
    u.drag(0x278, 0x27F)
    u.wait("278-27F", "text", s.FIELD)
    u.picture("drag")
    u.key("Escape", "alt+z")
    u.picture("whole")
    u.key("alt+z", "alt+1")
    u.until("the test ends", lambda: u.look("text", s.BOX_CLOSE) == "Close")
    u.picture("test-lpt")
    u.key("Return")
    u.no_box()
    u.key("alt+h", "a")
    u.until("about", lambda: "MIT licence" in u.look("text", s.BOX_TEXT))
    u.picture("about")
    u.key("Escape")
    u.no_box()
    program.large(u)
    u.key("alt+F4")
    u.answer("before UserPort is closed?", "n")
    u.ended()
