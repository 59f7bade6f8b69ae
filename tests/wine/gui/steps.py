#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""UserPort.exe as people use it, step by step: what they press, what the window says then, and what registry, service and
driver have become. steps.py PREFIX PICTURES; gui.sh calls it. Each case goes on where the one before it ended."""

import os
import shutil
import subprocess
import sys

import screen as s
from screen import Screen, Wrong, run, wine

DEFAULT = "278-27F, 378-37F, 3BC-3BF"
WITH_SPEAKER = "42-43, 61, " + DEFAULT
DRIVERS = "drive_c/windows/system32/drivers/userport.sys"


# ---- installing ------------------------------------------------------------------------------------------------------------------

def no_driver(u):
    u.start()
    u.same("UserPort is not installed", "text", s.HEADLINE)
    u.same("no", "enabled", s.STOP)
    u.key("alt+s")
    text = u.answer("there is no driver", "Return")
    for place in ("C:\\up\\userport.sys", "C:\\up\\amd64\\userport.sys", "C:\\windows\\system32\\drivers\\userport.sys"):
        if place.lower() not in text.lower():
            raise Wrong(f"{place} is not among where it looked: {text}")
    u.same("absent", "service")
    u.close()


def install_by_argument(u):
    u.start("C:\\dist\\userport.sys")
    u.answer("UserPort is installed", "Return")
    u.wait("stopped", "service")
    u.wait("UserPort is not running", "text", s.HEADLINE)
    u.same(DEFAULT, "stored")
    if not os.path.exists(os.path.join(u.prefix, DRIVERS)):
        raise Wrong("the driver is not in system32\\drivers")


def uninstall(u):
    u.key("alt+f", "u")
    u.answer("Uninstall UserPort?", "Return")  # No is what Enter means
    u.same("stopped", "service")
    u.key("alt+f", "u")
    u.answer("Uninstall UserPort?", "y")
    u.answer("UserPort is uninstalled", "Return")
    u.wait("absent", "service")
    u.same("absent", "stored")
    if os.path.exists(os.path.join(u.prefix, DRIVERS)):
        raise Wrong("the driver is still in system32\\drivers")
    u.wait("UserPort is not installed", "text", s.HEADLINE)
    u.close()


def install_by_menu(u):
    u.start()
    u.key("alt+f", "i")
    u.until("the dialog of files", lambda: u.look("box") not in ("none", "behind"))
    u.until("it has the keyboard", u.has_keyboard)
    run("xdotool", "type", "--delay", "5", "C:\\dist\\userport.sys")
    u.key("Return")
    u.answer("UserPort is installed", "Return")
    u.wait("stopped", "service")
    u.idle()
    u.key("alt+f", "i")
    u.until("the dialog of files", lambda: u.look("box") not in ("none", "behind"))
    u.key("Escape")
    u.no_box()
    u.key("alt+f", "u")
    u.answer("Uninstall UserPort?", "y")
    u.answer("UserPort is uninstalled", "Return")
    u.wait("absent", "service")
    u.close()


def install_wrong_file(u):
    """A 32-bit driver, by the argument: refused with a reason, and nothing changed."""
    shutil.copy("build/i386/userport.sys", os.path.join(u.prefix, "drive_c/dist/userport32.sys"))
    u.start("C:\\dist\\userport32.sys")
    text = u.answer("userport32.sys", "Return")
    if "UserPort is installed" in text:
        raise Wrong(text)
    u.same("absent", "service")
    u.close()


def install_by_copy(u):
    """The original's first way: the driver copied by hand, the list edited, Start."""
    shutil.copy(os.path.join(u.prefix, "drive_c/dist/userport.sys"), os.path.join(u.prefix, DRIVERS))
    u.start()
    u.wait_text("Start installs", s.DETAILS)
    u.add("com1")
    u.wait_text("Not saved yet: adds 3F8-3FF", s.DETAILS)
    u.same("absent", "stored")
    u.picture("not-installed")
    u.key("alt+s")
    u.wait("running", "service")
    u.wait("UserPort is running", "text", s.HEADLINE)
    u.same(DEFAULT + ", 3F8-3FF", "stored")
    u.same(DEFAULT + ", 3F8-3FF", "map")
    u.wait("no", "enabled", s.START)
    u.same("yes", "enabled", s.STOP)
    u.same("1022", "focus")  # Stop, for the keyboard's sake
    u.key("alt+t")
    u.wait("stopped", "service")
    u.wait("UserPort is not running", "text", s.HEADLINE)
    u.same("no", "enabled", s.STOP)
    u.key("alt+d")
    u.apply(DEFAULT, "stored")


# ---- the list ------------------------------------------------------------------------------------------------------------------

def add_by_field(u):
    u.add("42-43 0x61")
    u.until("the new rows", lambda: [row[0] for row in u.rows()] == ["42-43", "61", "278-27F", "378-37F", "3BC-3BF"])
    if u.rows()[0][1:3] != ("PC speaker and its timer channel", "not saved yet") or u.rows()[2][1:3] != ("printer port LPT2", ""):
        raise Wrong(str(u.rows()))
    u.same("", "text", s.FIELD)
    u.same(DEFAULT, "stored")
    u.same("yes", "enabled", s.APPLY)
    u.apply(WITH_SPEAKER, "stored")
    u.wait("no", "enabled", s.APPLY)


def bad_list(u):
    u.add("300, 3Q8, 310")
    u.wait_text('"3Q8" at column 6', s.ERROR)
    u.same("5 8", "selection", s.FIELD)
    u.same(str(s.FIELD), "focus")
    u.picture("bad-list")
    run("xdotool", "type", "308")  # over what is selected
    u.wait("300, 308, 310", "text", s.FIELD)
    u.same("", "text", s.ERROR)
    u.key("Return")
    u.wait("", "text", s.FIELD)
    u.until("the rows", lambda: "308" in [row[0] for row in u.rows()])
    u.key("alt+u")
    u.add("37A-378")
    u.wait_text("below", s.ERROR)
    u.same("0 7", "selection", s.FIELD)
    u.key("Escape")
    u.wait("", "text", s.FIELD)
    u.wait("", "text", s.ERROR)
    u.same(WITH_SPEAKER, "stored")


def hazard(u):
    u.add("60")
    u.box("60: keyboard controller")
    u.picture("hazard")
    u.answer("can read what is typed", "Return")  # No is what Enter means
    u.same("60", "text", s.FIELD)
    u.same("no", "enabled", s.APPLY)
    u.key("Return")
    u.answer("60: keyboard controller", "y")
    u.wait_text("adds 60", s.DETAILS)
    row = next(row for row in u.rows() if row[0] == "60")
    if not row[3].startswith("can read what is typed"):
        raise Wrong(str(row))
    u.apply("42-43, 60-61, " + DEFAULT, "stored")


def remove(u):
    u.key("alt+g")
    u.wait(str(s.LIST), "focus")
    u.key("Home", "Down", "space")
    u.until("row 60 is selected", lambda: [row[0] for row in u.rows() if row[4]] == ["60"])
    u.wait("yes", "enabled", s.REMOVE)
    u.key("Delete")
    u.until("row 60 goes", lambda: "60" not in [row[0] for row in u.rows()])
    u.wait_text("removes 60", s.DETAILS)
    u.apply(WITH_SPEAKER, "stored")


def undo(u):
    u.key("alt+g", "Home", "space", "alt+r")
    u.wait_text("removes 42-43", s.DETAILS)
    u.key("alt+u")
    u.until("the row is back", lambda: "42-43" in [row[0] for row in u.rows()])
    u.same("no", "enabled", s.REMOVE)  # it is selected no more
    u.wait("no", "enabled", s.APPLY)
    u.key("alt+u")  # again: it goes
    u.wait_text("removes 42-43", s.DETAILS)
    u.key("ctrl+z")  # and comes back by the menu's key
    u.wait("no", "enabled", s.APPLY)
    u.same(WITH_SPEAKER, "stored")


def presets(u):
    u.key("alt+p")
    u.picture("presets")
    u.key("e")  # LPT1 with ECP
    u.wait_text("adds 778-77A", s.DETAILS)
    u.key("alt+u")
    u.wait("no", "enabled", s.APPLY)
    u.key("alt+p", "c")
    u.answer("412 ports (200-37F, 3BC-3BF, 3E8-3FF)", "Return")
    u.same("no", "enabled", s.APPLY)
    u.key("alt+p", "c")
    u.answer("3F0-3F7: floppy disk controller", "y")
    u.wait_text("adds", s.DETAILS)
    u.apply("42-43, 61, 200-37F, 3BC-3BF, 3E8-3FF", "stored")


def defaults(u):
    u.key("alt+d")
    u.wait_text("removes", s.DETAILS)
    u.apply(DEFAULT, "stored")
    u.wait("no", "enabled", s.APPLY)


def scope_and_sticky(u):
    u.same("no", "enabled", s.STICKY)
    u.key("alt+o")
    u.wait("yes", "checked", s.OPENERS)
    u.wait("yes", "enabled", s.STICKY)
    u.key("alt+c")
    u.wait("yes", "checked", s.STICKY)
    u.apply("1", "number", "Scope")
    u.wait("1", "number", "Sticky")
    u.key("alt+c")
    u.wait("no", "checked", s.STICKY)
    u.key("alt+y")
    u.wait("yes", "checked", s.ALL)
    u.same("no", "enabled", s.STICKY)
    u.apply("0", "number", "Scope")
    u.wait("0", "number", "Sticky")
    u.same(DEFAULT, "stored")


# ---- the driver ------------------------------------------------------------------------------------------------------------------

def start_and_stop(u):
    u.click(s.START)
    u.wait("running", "service")
    u.wait("UserPort is running", "text", s.HEADLINE)
    u.wait_text("20 ports are open to programs that use", s.DETAILS)
    u.same("no", "enabled", s.START)
    u.wait("yes", "enabled", s.STOP)
    u.same(DEFAULT, "map")
    u.click(s.STOP)
    u.wait("stopped", "service")
    u.wait("UserPort is not running", "text", s.HEADLINE)
    u.same("no", "enabled", s.STOP)
    u.wait("yes", "enabled", s.START)
    u.same("absent", "map")


def others_start(u):
    """What others do is seen: started and stopped behind its back."""
    wine("sc", "start", "UserPort")
    u.wait("UserPort is running", "text", s.HEADLINE)
    u.wait("no", "enabled", s.START)
    u.wait("yes", "enabled", s.STOP)


def edit_while_running(u):
    u.add("speaker")
    u.wait_text("Not applied yet: adds 42-43, 61.", s.DETAILS)
    if u.rows()[0][2] != "not applied yet" or u.rows()[3][2] != "open":
        raise Wrong(str(u.rows()))
    u.same(DEFAULT, "map")
    u.same(DEFAULT, "stored")
    u.picture("not-applied")
    u.apply(WITH_SPEAKER, "map")
    u.same(WITH_SPEAKER, "stored")
    u.same("running", "service")
    u.wait_text("23 ports are open", s.DETAILS)
    u.until("every row is open", lambda: {row[2] for row in u.rows()} == {"open"})
    u.picture("running")


# ---- the picture -------------------------------------------------------------------------------------------------------------------

def picture_drag(u):
    u.drag(0x300, 0x31F)
    u.wait("300-31F", "text", s.FIELD)
    u.wait("Selected ports 300-31F (32 ports): NE2000 network card, 0 granted", "text", s.MAP)
    u.picture("drag")
    u.key("Return")
    u.wait_text("Not applied yet: adds 300-31F.", s.DETAILS)
    u.drag(0x310, 0x317)
    u.wait("yes", "enabled", s.REMOVE)
    u.key("Delete")
    u.wait_text("Not applied yet: adds 300-30F, 318-31F.", s.DETAILS)
    u.apply("42-43, 61, 278-27F, 300-30F, 318-31F, 378-37F, 3BC-3BF", "map")
    u.drag(0x37F, 0x378)  # backwards
    u.wait("378-37F", "text", s.FIELD)
    u.key("Escape")
    u.wait("", "text", s.FIELD)


def picture_pointed(u):
    for port, text in ((0x378, "378: printer port LPT1, granted"), (0x60, "60: keyboard controller, not granted. It can read"),
                       (0x3F8, "3F8: serial port COM1, not granted"), (0x0, "0: DMA"), (0x3FF, "3FF: serial port COM1")):
        u.point(*u.place(port))
        u.until(f"the words for {port:X}", lambda: u.look("text", s.PORT).startswith(text))


def picture_zoom(u):
    u.same("yes", "checked", s.ZOOM)
    u.key("ctrl+0")
    u.wait("no", "checked", s.ZOOM)
    u.drag(0xC000, 0xC0FF)
    u.wait("C000-C0FF", "text", s.FIELD)
    u.picture("whole")
    u.key("Escape", "alt+z")
    u.wait("yes", "checked", s.ZOOM)
    u.key("alt+v", "w")
    u.wait("no", "checked", s.ZOOM)
    u.key("ctrl+1")
    u.wait("yes", "checked", s.ZOOM)


def picture_keys(u):
    u.key("alt+i")
    u.wait(str(s.MAP), "focus")
    u.key("ctrl+Home")
    u.until("the caret is at 0", lambda: u.look("text", s.MAP).startswith("Port 0: DMA"))
    u.key("Page_Down", "Page_Down", "Page_Down", "Down")
    u.until("the caret is at 320", lambda: u.look("text", s.MAP).startswith("Port 320: nothing known"))
    u.key("shift+Right", "shift+Right", "shift+Right")
    u.wait("320-323", "text", s.FIELD)
    u.key("Insert")
    u.wait_text("adds 320-323", s.DETAILS)
    u.key("Delete")
    u.wait("no", "enabled", s.APPLY)
    u.key("Escape")
    u.wait("", "text", s.FIELD)
    u.key("space")
    u.wait("323", "text", s.FIELD)
    u.key("Escape")


# ---- the tests -------------------------------------------------------------------------------------------------------------------

def test_granted(u):
    u.same("00", "port", "37A")
    u.key("alt+1")
    u.until("the test ends", lambda: u.look("text", s.BOX_CLOSE) == "Close")
    u.wait_text("37A", s.BOX_RESULT)
    u.picture("test-lpt")
    u.same("04", "port", "37A")  # INIT is high again: the last that the test writes to a control register of 00
    u.key("Return")
    u.no_box()


def test_speaker(u):
    u.key("alt+k")
    u.until("the tune plays", lambda: "The tune is being played" in u.look("text", s.BOX_TEXT))
    u.until("the test ends", lambda: u.look("text", s.BOX_CLOSE) == "Close", 60)
    u.wait_text("61", s.BOX_RESULT)
    u.picture("test-speaker")
    u.same("00", "port", "61")  # as it was
    if u.look("port", "42") == "00":
        raise Wrong("the timer was never given a tone")
    u.key("Escape")
    u.no_box()


def test_cancelled(u):
    u.key("alt+k")
    u.until("the tune plays", lambda: "The tune is being played" in u.look("text", s.BOX_TEXT))
    u.key("Escape")
    u.until("it is cancelled", lambda: u.look("text", s.BOX_TEXT) == "The test was cancelled.")
    u.same("00", "port", "61")
    u.key("Escape")
    u.no_box()


def test_not_granted(u):
    """The question names the ports; No changes nothing, Yes adds, applies and runs."""
    u.key("alt+d")
    u.apply(DEFAULT, "map")
    u.key("alt+k")
    u.answer("Test Spkr needs the ports 42-43, 61", "n")
    u.same(DEFAULT, "stored")
    u.key("alt+k")
    u.answer("Add 42-43, 61 to the list, apply it, and run the test?", "y")
    u.until("the tune plays", lambda: "The tune is being played" in u.look("text", s.BOX_TEXT))
    u.same(WITH_SPEAKER, "map")
    u.key("Escape")
    u.until("it is cancelled", lambda: u.look("text", s.BOX_TEXT) == "The test was cancelled.")
    u.key("Escape")
    u.no_box()


def test_other_base(u):
    u.write(s.LPT, "1F0", "b")
    u.wait("Test 1F0", "text", s.TEST_LPT)
    u.key("Return")  # in this field Enter means its test
    u.answer("Test of port 1F0 needs the ports 1F0-1F2", "y")
    u.answer("1F0-1F2: IDE disk registers", "Return")  # and the hazard is asked for, too
    u.same(WITH_SPEAKER, "stored")
    u.write(s.LPT, "LPT9", "b")
    u.key("Return")
    u.answer('"LPT9" is not a printer port', "Return")
    u.write(s.LPT, "LPT2", "b")
    u.wait("Test LPT&2", "text", s.TEST_LPT)
    u.key("alt+2")
    u.until("the test ends", lambda: u.look("text", s.BOX_CLOSE) == "Close")
    u.wait_text("27A", s.BOX_RESULT)
    u.same("04", "port", "27A")
    u.key("Return")
    u.no_box()
    u.write(s.LPT, "LPT1", "b")


def test_not_running(u):
    u.key("alt+t")
    u.wait("stopped", "service")
    u.wait("yes", "enabled", s.START)
    u.key("alt+1")
    u.answer("Start UserPort and run the test?", "y")
    u.until("the test ends", lambda: u.look("text", s.BOX_CLOSE) == "Close")
    u.same("running", "service")
    u.key("Return")
    u.no_box()


# ---- others -----------------------------------------------------------------------------------------------------------------------

def write_stored(u, first):
    """Another program stores a list: these eight ports alone."""
    map_ = ["FF"] * 8192
    map_[first // 8] = "00"
    u.reg("add", "HKLM\\System\\CurrentControlSet\\Services\\UserPort", "/v", "IOPM", "/t", "REG_BINARY", "/d", "".join(map_), "/f")


def change_by_others(u):
    """Without edits it is shown, and that the driver does not have it yet."""
    write_stored(u, 0x300)
    u.until("the list", lambda: [row[0] for row in u.rows()] == ["300-307"])
    u.wait_text("Not applied yet: adds 300-307; removes", s.DETAILS)
    u.apply("300-307", "map")


def conflict(u):
    u.add("61")
    u.wait_text("Not applied yet: adds 61.", s.DETAILS)
    write_stored(u, 0x308)
    u.wait_text("Another program has changed the stored settings meanwhile (adds 308-30F; removes 300-307)", s.DETAILS)
    u.picture("conflict")
    u.key("alt+l")
    u.box("while you edited them")
    u.picture("conflict-question")
    u.answer("adds 61, 300-307; removes 308-30F", "Escape")  # Cancel
    u.same("308-30F", "stored")
    u.key("alt+l")
    u.answer("while you edited them", "n")  # theirs
    u.until("the list", lambda: [row[0] for row in u.rows()] == ["308-30F"])
    u.same("308-30F", "stored")
    u.add("61")
    write_stored(u, 0x310)
    u.wait_text("Another program has changed", s.DETAILS)
    u.key("alt+l")
    u.answer("while you edited them", "y")  # ours
    u.wait("61, 308-30F", "stored")
    u.wait("61, 308-30F", "map")
    u.idle()


def bad_settings(u):
    u.reg("add", "HKLM\\System\\CurrentControlSet\\Services\\UserPort", "/v", "IOPM", "/t", "REG_SZ", "/d", "lpt1", "/f")
    u.wait_text("The stored settings grant nothing", s.DETAILS)
    u.wait("yes", "enabled", s.APPLY)
    u.key("alt+d")
    u.apply(DEFAULT, "stored")
    u.wait(DEFAULT, "map")
    u.until("all is well", lambda: "grant nothing" not in u.look("text", s.DETAILS))


def close_with_edits(u):
    u.add("61")
    u.wait_text("Not applied yet", s.DETAILS)
    u.key("alt+F4")
    u.box("Your changes are not stored yet:\n    adds 61")
    u.picture("close")
    u.answer("before UserPort is closed?", "Escape")  # Cancel
    u.same("there", "window")
    u.key("alt+F4")
    u.answer("before UserPort is closed?", "n")
    u.ended()
    u.same(DEFAULT, "stored")
    u.start()
    u.add("61")
    u.wait_text("Not applied yet", s.DETAILS)
    u.key("alt+f", "x")
    u.answer("before UserPort is closed?", "y")
    u.ended()
    u.same("61, " + DEFAULT, "stored")
    u.same("61, " + DEFAULT, "map")


def keyboard_only(u):
    """Tab reaches every control that works, in the order of the window, and comes round; Shift+Tab goes back."""
    u.start()
    u.key("alt+o", "alt+n")
    u.wait(str(s.FIELD), "focus")
    expected = [s.ADD, s.PRESETS, s.OPENERS, s.STICKY, s.MAP, s.ZOOM, s.STOP, s.APPLY, s.LPT, s.TEST_LPT, s.TEST_SPEAKER, s.LIST,
                s.DEFAULTS, s.UNDO, s.FIELD]
    for control in expected:
        u.key("Tab")
        u.wait(str(control), "focus")
    u.key("shift+Tab")
    u.wait(str(s.UNDO), "focus")
    u.key("space")
    u.wait("yes", "checked", s.ALL)
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


def look_at_layout(u):
    u.until(lambda: wrong_in_layout(u), lambda: not wrong_in_layout(u))


def wrong_in_layout(u):
    """What is cut off, overlaps, or lies outside of its group; "" if nothing."""
    controls = {}
    for entry in u.look("children").split(";"):
        if entry:
            number, *rect = [int(part) for part in entry.split()]
            controls[number] = rect
    right, bottom = controls.pop(0)[2:]
    group = controls.pop(1013)
    for number, (x1, y1, x2, y2) in controls.items():
        if x1 < 0 or y1 < 0 or x2 > right or y2 > bottom or x2 <= x1 or y2 <= y1:
            return f"control {number} at {x1} {y1} {x2} {y2} is cut off by {right} {bottom}"
        for other, (a1, b1, a2, b2) in controls.items():
            if number < other and x1 < a2 and a1 < x2 and y1 < b2 and b1 < y2:
                return f"controls {number} and {other} overlap"
        if 1014 <= number <= 1016 and not (group[0] < x1 and x2 < group[2] and group[1] < y1 and y2 < group[3]):
            return f"control {number} is not inside its group"
    return ""


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
    u.key("alt+o")
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
    u.key("alt+F4")
    u.answer("before UserPort is closed?", "n")
    u.ended()


CASES = [
    ("no driver anywhere: Start says where it looked", no_driver),
    ("UserPort.exe FILE installs it and reports", install_by_argument),
    ("uninstall, by the menu: asks, and removes all", uninstall),
    ("install, by the menu: the dialog of files", install_by_menu),
    ("a driver of another architecture is refused", install_wrong_file),
    ("a driver copied by hand: the list, then Start installs, stores and starts", install_by_copy),
    ("add by the field; Apply stores while stopped", add_by_field),
    ("a bad list: the error below the field, its place selected", bad_list),
    ("a hazard: the question, no and yes", hazard),
    ("remove a row by the keyboard", remove),
    ("undo, and again", undo),
    ("the menu of presets; classic with its warning", presets),
    ("defaults", defaults),
    ("scope and sticky", scope_and_sticky),
    ("start and stop by the mouse", start_and_stop),
    ("started by others: the window follows", others_start),
    ("edited while running: not applied yet; Apply without a restart", edit_while_running),
    ("the picture: a drag selects what is added and removed", picture_drag),
    ("the picture: the pointer names the port", picture_pointed),
    ("the picture: whole and zoom", picture_zoom),
    ("the picture: by the keyboard", picture_keys),
    ("Test LPT1 with its ports granted", test_granted),
    ("Test Spkr: plays, and leaves port 61 as it was", test_speaker),
    ("Test Spkr cancelled", test_cancelled),
    ("a test without its ports: the question, no and yes", test_not_granted),
    ("Test of another base: hazards, mistakes, LPT2", test_other_base),
    ("a test while stopped: started for it", test_not_running),
    ("changed by others, without edits", change_by_others),
    ("changed by others, with edits: cancel, theirs, ours", conflict),
    ("stored settings that make no sense are said, and replaced", bad_settings),
    ("close with edits: cancel, discard, save", close_with_edits),
    ("by the keyboard alone: Tab, Shift+Tab, F1, menus", keyboard_only),
    ("resized: nothing is cut off or overlaps", resized),
    ("not an administrator: looks and tests only", no_administrator),
    ("wrong arguments", wrong_arguments),
    ("at 192 dots per inch", large),
]


def main():
    prefix, pictures = sys.argv[1:3]
    user = Screen(prefix, pictures)
    failed = False
    print(f"1..{len(CASES)}", flush=True)
    for number, (name, case) in enumerate(CASES, 1):
        try:
            case(user)
            print(f"ok {number} - {name}", flush=True)
        except (Wrong, OSError, ValueError, ZeroDivisionError, IndexError, subprocess.SubprocessError) as wrong:
            failed = True
            print(f"not ok {number} - {name}\n# {case.__name__}: {type(wrong).__name__}: {wrong}", flush=True)
            run("import", "-window", "root", os.path.join(pictures, f"failed-{case.__name__}.png"))
            break  # what follows rests on it
    if failed:
        for later in range(number + 1, len(CASES) + 1):
            print(f"not ok {later} - {CASES[later - 1][0]} (not reached)")
    run("wineserver", "-k")
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
