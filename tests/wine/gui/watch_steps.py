#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""UserPort.exe watches programs, step by step: watch_steps.py PREFIX PICTURES; gui_watch.sh calls it. The watched program, watched.exe,
waits for files before it goes on (tests/wine/clients/watched.c)."""

import csv
import os
import re
import time

import screen as s
from cases import main
from layout import look_at_layout
from program_steps import ROUTES, WORDS, cells, choose_file, open_table, type_routes, wait_cells
from screen import Wrong, run

TABLE_WATCH, WAVE, PORTS, PAUSE, SAVE = "b1117", "b1140", "b1142", "b1143", "b1144"
TRACE, TRACE_BROWSE = "b1133", "b1134"
WATCHED, PRINTER = "C:\\up\\watched.exe", "C:\\up\\printlpt.exe"
PROGRAMS = "HKLM\\System\\CurrentControlSet\\Services\\UserPort\\Programs"


def say(u, file):
    """The watched program goes on."""
    with open(os.path.join(u.prefix, "drive_c/up", file), "w", encoding="ascii"):
        pass


def ports(u):
    """The rows of the window's table, by their ports."""
    rows = [row.rstrip("*").split("|") for row in u.look("rows", PORTS).split(";") if row]
    return {row[0]: tuple(row[1:]) for row in rows}


def recordings(u):
    """The temporary files of recordings that are left."""
    found = []
    for folder, _, files in os.walk(os.path.join(u.prefix, "drive_c/users")):
        found += [os.path.join(folder, file) for file in files if re.fullmatch(r"UserPort-.*\.csv", file)]
    return found


def pixels(u):
    """What is drawn of the picture: its rows of pixels, as bytes."""
    left, top, width, height = u.rect(WAVE)
    shot = os.path.join(u.prefix, "wave.gray")
    run("import", "-window", "root", "-crop", f"{width}x{height}+{left}+{top}", "+repage", "-depth", "8", shot)
    with open(shot, "rb") as file:
        data = file.read()
    if len(data) != width * height:
        raise Wrong(f"a picture of {width} x {height} has {len(data)} pixels")
    return [data[width * row:width * (row + 1)] for row in range(height)]


def table(u):
    """Watch is there for a selected program; the route to a device was typed, and is said in words."""
    u.start()
    open_table(u)
    u.same("no", "enabled", TABLE_WATCH)
    u.key("alt+a")
    choose_file(u, WATCHED)
    u.wait(WATCHED, "text", "b1121")
    type_routes(u, "378=printer:C:\\up\\out.txt")
    u.wait("378-37A go to the simulated device printer:C:\\up\\out.txt.", "text", WORDS)
    u.picture("program-device")
    u.key("Return")
    wait_cells(u, ("watched.exe", "378-37A", "printer:C:\\up\\out.txt", ""))
    u.same("yes", "enabled", TABLE_WATCH)
    u.picture("programs-watch")


def device_menu(u):
    """The menu of devices fills a route in; the place of the file's name is selected, to be typed over."""
    u.key("alt+c")
    u.wait("378-37A=printer:C:\\up\\out.txt", "text", ROUTES)
    type_routes(u, "3BC=none")
    u.key("alt+d")
    time.sleep(0.5)  # the menu is no window that the witness knows
    u.picture("program-devices")
    run("xdotool", "key", "s")
    u.wait("3BC=none, speaker=speaker:FILE", "text", ROUTES)
    u.wait("26 30", "selection", ROUTES)
    run("xdotool", "type", "--delay", "5", "C:\\up\\tune.wav")
    u.wait_text("to the simulated device speaker:C:\\up\\tune.wav", WORDS)
    u.key("Escape")
    wait_cells(u, ("watched.exe", "378-37A", "printer:C:\\up\\out.txt", ""))


def record_into(u):
    """The file into which userportctl run records: typed, refused, chosen, stored, taken away."""
    u.key("alt+c")
    u.wait("378-37A=printer:C:\\up\\out.txt", "text", ROUTES)
    for name, why in (("C:\\up\\a.doc", "The name of the recording has to end with .vcd, .csv or .svg."),
                      ("C:\\" + "a" * 253 + ".csv", "The name of the recording is longer than 259 characters.")):
        u.key("alt+c")
        u.wait("1133", "focus")
        u.key("ctrl+a")
        run("xdotool", "type", "--delay", "1", name)
        u.wait(name, "text", TRACE)
        u.key("Return")
        u.wait(why, "text", WORDS)
        u.same("1133", "focus")
    u.key("ctrl+a", "Delete", "alt+w")
    u.until("the dialog of files", lambda: u.look("text", s.BOX_FILE) == "")
    u.until("it has the keyboard", u.has_keyboard)
    u.key("Escape")
    u.key("alt+w")
    choose_file(u, "C:\\up\\log")
    u.wait("C:\\up\\log.csv", "text", TRACE)
    u.wait_text("378-37A go to", WORDS)  # no longer what was wrong
    u.picture("program-record")
    u.key("Return")
    u.wait(f"{WATCHED}|378-37A=printer:C:\\up\\out.txt|0|0|C:\\up\\log.csv", "program", "watched.exe")
    wait_cells(u, ("watched.exe", "378-37A", "printer:C:\\up\\out.txt", "recorded"))
    u.wait_text("recorded into C:\\up\\log.csv.", WORDS)
    u.key("alt+c")
    u.wait("C:\\up\\log.csv", "text", TRACE)
    u.key("alt+c")
    u.wait("1133", "focus")
    u.key("ctrl+a", "Delete", "Return")
    u.wait(f"{WATCHED}|378-37A=printer:C:\\up\\out.txt|0|0", "program", "watched.exe")


def nothing_yet(u):
    u.key("alt+p", "Home", "alt+w")
    u.wait("The program has not used any port yet.", "text", WORDS)
    u.until("it has the keyboard", u.has_keyboard)
    u.same("no", "visible", WAVE)
    look_at_layout(u, "b")
    u.until("the recording is there, and can be saved", lambda: u.look("enabled", SAVE) == "yes")
    if len(recordings(u)) != 1:
        raise Wrong(f"the temporary recordings are {recordings(u)}")
    u.picture("watch-nothing")


def first_accesses(u):
    """Every line at its level, every port with its values, the denied one too."""
    say(u, "go")
    u.wait("The program is running: 4 accesses, of which 1 was denied.", "text", WORDS)
    u.until("the picture", lambda: u.look("visible", WAVE) == "yes")
    u.until(lambda: f"the rows {ports(u)}", lambda: ports(u) == {
        "2F8": ("serial port COM2", "", "", ports(u)["2F8"][3], "1", "1"),
        "378": ("printer port LPT1: data", "", "5A", ports(u)["378"][3], "1", "0"),
        "379": ("printer port LPT1: status", "DF", "", ports(u)["379"][3], "1", "0"),
        "37A": ("printer port LPT1: control", "", "0C", ports(u)["37A"][3], "1", "0")})
    u.wait_text("Printer port at 378:   data 5A   status DF   control 0C   0 accesses a second", WAVE)
    look_at_layout(u, "b")
    u.picture("watch-first")


def moves(u):
    """The picture moves to the left, as time goes on, also without accesses."""
    first = pixels(u)
    u.until("another picture", lambda: pixels(u) != first)
    say(u, "on")
    u.until("accesses a second", lambda: re.search("   [1-9][0-9]* accesses a second", u.look("text", WAVE)))
    u.until("many accesses", lambda: int(ports(u)["378"][4]) > 150)
    u.picture("watch")


def paused(u):
    """It stands still; reading goes on."""
    u.key("alt+p")
    u.wait("&Go on", "text", PAUSE)
    u.until("paused", lambda: u.look("text", WAVE).endswith("(paused)"))
    total = int(ports(u)["378"][4])
    first, words = pixels(u), u.look("text", WAVE)
    u.until("more accesses", lambda: int(ports(u)["378"][4]) > total + 20)
    if pixels(u) != first or u.look("text", WAVE) != words:
        raise Wrong("the picture did not stand still")
    u.key("alt+g")
    u.wait("&Pause", "text", PAUSE)
    u.until("another picture", lambda: pixels(u) != first)


def resized(u):
    """It has a least size, and as large as the screen nothing is cut off."""
    window = run("xdotool", "getwindowfocus").stdout.strip()
    for width, height in ((200, 100), (1300, 1000), (760, 640)):
        run("xdotool", "windowsize", window, str(width), str(height))
        u.until("it has its size", lambda: width == 200 or abs(u.rect("b")[2] - width) < 20)
        look_at_layout(u, "b")
        if width == 1300:
            u.picture("watch-large")


def saved(u):
    """What has come so far, in each format; the .csv has the accesses that the recording has."""
    for name in ("saved.csv", "saved.vcd", "saved.svg"):
        u.key("alt+s")
        choose_file(u, f"C:\\up\\{name}", "watched.csv")
        u.until(name, lambda: os.path.exists(os.path.join(u.prefix, "drive_c/up", name)))
        u.until("the dialog goes", lambda: u.look("text", PAUSE) == "&Pause")
    u.key("alt+s")
    choose_file(u, "C:\\up\\saved.doc", "watched.csv")
    u.answer("Cannot write C:\\up\\saved.doc", "Return")


def accesses(file):
    with open(file, encoding="utf-8", newline="") as lines:
        return [row for row in csv.reader(lines) if row and not row[0].startswith("#")][1:]


def ended(u):
    """The end of the program is said, the picture stands still, and what is saved now is all of it."""
    say(u, "stop")
    u.wait_text("The program has ended with exit status 7, after ", WORDS)
    total = int(re.search(r"after ([\d,]+) accesses", u.look("text", WORDS)).group(1).replace(",", ""))
    u.until("no accesses a second any more", lambda: "   0 accesses a second" in u.look("text", WAVE))
    time.sleep(0.3)  # until it is drawn
    first = pixels(u)
    time.sleep(0.5)
    if pixels(u) != first:
        raise Wrong("the picture moves on after the end")
    u.picture("watch-ended")
    u.key("alt+s")
    choose_file(u, "C:\\up\\all.csv", "watched.csv")
    place = os.path.join(u.prefix, "drive_c/up/all.csv")
    u.until("all.csv", lambda: os.path.exists(place) and "# end: " in open(place, encoding="utf-8").read())
    rows = accesses(place)
    with open(recordings(u)[0], encoding="utf-8") as original, open(place, encoding="utf-8") as copy:
        if original.read() != copy.read():
            raise Wrong("what was saved is not what was recorded")
    if len(rows) != total or sum(int(row[4].replace(",", "")) for row in ports(u).values()) != total:
        raise Wrong(f"{len(rows)} accesses were saved, {total} are said, and the table has {ports(u)}")
    before = accesses(place.replace("all.csv", "saved.csv"))
    if not 100 < len(before) < len(rows) or before != rows[:len(before)]:
        raise Wrong("what was saved before is not the beginning of it")
    seen = [(row[6], row[8], row[9]) for row in rows]
    if seen[:4] != [("378", "write", "5A"), ("379", "read", "DF"), ("37A", "write", "0C"), ("2F8", "read", "FF")]:
        raise Wrong(f"it begins with {seen[:4]}")


def closed(u):
    """The temporary file goes with the window."""
    u.key("Escape")
    u.wait_text(WATCHED, WORDS)
    u.until(lambda: f"no temporary file, not {recordings(u)}", lambda: not recordings(u))


def closed_before(u):
    """The program goes on when the window is closed, and the temporary file goes when it ends."""
    for file in ("go", "on", "stop"):
        os.remove(os.path.join(u.prefix, "drive_c/up", file))
    out = os.path.join(u.prefix, "drive_c/up/out.txt")
    u.key("alt+w")
    u.wait("The program has not used any port yet.", "text", WORDS)
    u.until("it has the keyboard", u.has_keyboard)
    u.until("it is recorded", lambda: u.look("enabled", SAVE) == "yes")
    u.key("Escape")
    u.wait_text(WATCHED, WORDS)
    printed = os.path.getsize(out)
    for file in ("go", "on"):
        say(u, file)
    u.until("the program prints on", lambda: os.path.getsize(out) > printed + 10)
    say(u, "stop")
    u.until(lambda: f"no temporary file, not {recordings(u)}", lambda: not recordings(u))


def other_ports(u):
    """A program that uses no printer port has the table alone."""
    u.reg("add", PROGRAMS + "\\watched.exe", "/v", "Routes", "/d", "378=memory", "/f")
    u.until("the change", lambda: "memory" in str(cells(u)))
    for file in ("on", "stop"):
        os.remove(os.path.join(u.prefix, "drive_c/up", file))
    u.key("alt+w")
    u.wait("The program is running: 4 accesses, of which 3 were denied.", "text", WORDS)
    u.same("no", "visible", WAVE)
    u.until(lambda: f"the rows {ports(u)}", lambda: [row[:3] + row[4:] for row in ports(u).values()] == [
        ("serial port COM2", "", "", "1", "1"), ("printer port LPT1", "", "5A", "1", "0"),
        ("printer port LPT1", "", "", "1", "1"), ("printer port LPT1", "", "", "1", "1")])
    u.picture("watch-ports")
    say(u, "stop")
    say(u, "on")
    u.wait_text("The program has ended with exit status 7, after 4 accesses", WORDS)
    u.key("Escape")
    u.wait_text(WATCHED, WORDS)


def not_started(u):
    """userportctl's words about what it could not start."""
    u.reg("add", PROGRAMS + "\\watched.exe", "/v", "Routes", "/d", "378=printer:C:\\missing\\out.txt", "/f")
    u.until("the change", lambda: "missing" in str(cells(u)))
    u.key("alt+w")
    u.until("the words of userportctl", lambda: re.match("Cannot .*missing.*", u.look("text", WORDS)))
    u.picture("watch-not-started")
    u.key("Escape")
    u.wait_text(WATCHED, WORDS)


def large(u):
    """At 192 dots per inch nothing is cut off or overlaps."""
    u.key("Escape")
    u.no_box()
    u.close()
    u.close_eyes()
    run("wineserver", "-k")
    run("wineserver", "-w")
    for key in ("HKCU\\Control Panel\\Desktop", "HKCU\\Software\\Wine\\Fonts"):
        u.reg("add", key, "/v", "LogPixels", "/t", "REG_DWORD", "/d", "192", "/f")
    u.reg("add", PROGRAMS + "\\watched.exe", "/v", "Routes", "/d", "378=printer:C:\\up\\out.txt", "/f")
    os.remove(os.path.join(u.prefix, "drive_c/up/stop"))
    u.open_eyes()
    u.suffix = "-192"
    u.start()
    open_table(u)
    look_at_layout(u, "b")
    u.key("Home", "alt+c")
    u.wait("378-37A=printer:C:\\up\\out.txt", "text", ROUTES)
    look_at_layout(u, "b")
    u.picture("program-device")
    u.key("Escape", "alt+w")
    u.until("the picture", lambda: u.look("visible", WAVE) == "yes")
    u.until("many accesses", lambda: int(ports(u)["378"][4]) > 150)
    look_at_layout(u, "b")
    u.picture("watch")
    say(u, "stop")
    u.wait_text("The program has ended with exit status 7", WORDS)
    u.key("Escape", "Escape")
    u.close()


CASES = [
    ("a program with a route to a simulated device; Watch in the table", table),
    ("the menu of devices fills in a route", device_menu),
    ("Record into: refused, chosen, stored, taken away", record_into),
    ("a watched program that has done nothing yet", nothing_yet),
    ("its first accesses: lines, ports, values, denied", first_accesses),
    ("the picture moves", moves),
    ("paused: the picture stands still, reading goes on", paused),
    ("the window in other sizes", resized),
    ("saved while it runs, in each format", saved),
    ("the end is said, and all that was recorded is saved", ended),
    ("closed: the temporary file goes", closed),
    ("closed before the program has ended: it goes on, and the temporary file goes with it", closed_before),
    ("a program that uses no printer port: its ports", other_ports),
    ("a program that cannot be started: why", not_started),
    ("at 192 dots per inch", large),
]


if __name__ == "__main__":
    main(CASES)
