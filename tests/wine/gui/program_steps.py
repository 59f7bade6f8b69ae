# SPDX-License-Identifier: MIT
"""The table of the programs (File, Programs) and the dialog of one program: what registry and words become. What `userportctl run`
does is tested elsewhere: here it is asked to run what it cannot."""

import os
import re
import shutil

import screen as s
from layout import look_at_layout
from screen import Wrong, run

WORDS, TABLE, ADD, CHANGE, REMOVE, RUN, ELEVATE = "b1100", "b1111", "b1112", "b1113", "b1114", "b1115", "b1116"
PATH, ANY, ROUTES, TARGET, SEND, IGNORE, FAST = "b1121", "b1123", "b1125", "b1127", "b1128", "b1129", "b1130"
KEY = "HKLM\\System\\CurrentControlSet\\Services\\UserPort\\Programs"
FILE = "C:\\lab\\legacy.exe"
EMPTY = "A program needs settings here only if"
UNROUTED = "Every access goes to the port that the program names."


def cells(u):
    """A row's notes may have semicolons, with a blank behind each."""
    return [tuple(row.rstrip("*").split("|")) for row in re.split(";(?! )", u.look("rows", TABLE)) if row]


def wait_cells(u, *expected):
    u.until(lambda: f"the rows {cells(u)}", lambda: cells(u) == list(expected))


def open_table(u, words=EMPTY):
    u.key("alt+f", "p")
    u.wait_text(words, WORDS)
    u.until("the table has the keyboard", u.has_keyboard)


def choose_file(u, path, name=""):
    """In the dialog of files: what it begins with, and another path."""
    u.until("the dialog of files", lambda: u.look("text", s.BOX_FILE) == name)
    u.until("it has the keyboard", u.has_keyboard)
    u.key("ctrl+a")
    run("xdotool", "type", "--delay", "5", path)
    u.wait(path, "text", s.BOX_FILE)
    u.key("Return")


def type_routes(u, text):
    u.key("alt+r")
    u.wait("1125", "focus")
    u.key("ctrl+a")
    run("xdotool", "type", "--delay", "5", text)
    u.wait(text, "text", ROUTES)


def empty(u):
    folder = os.path.join(u.prefix, "drive_c/lab")
    os.makedirs(folder, exist_ok=True)
    for name in ("legacy.exe", "other.exe"):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write("no program\n")
    open_table(u)
    wait_cells(u)
    u.same("yes", "enabled", ADD)
    for button in (CHANGE, REMOVE, RUN):
        u.same("no", "enabled", button)
    u.same("no", "visible", ELEVATE)
    u.key("Escape")
    u.no_box()
    u.key("ctrl+p")
    u.wait_text(EMPTY, WORDS)


def add(u):
    """A file, then its routes; the words below them say what they mean at each letter."""
    u.key("alt+a")
    choose_file(u, FILE)
    u.wait(FILE, "text", PATH)
    u.wait_text(UNROUTED, WORDS)
    u.same("1125", "focus")
    type_routes(u, "378-37F=D100 3bc=none")
    u.wait("378-37F go to D100-D107; 3BC goes nowhere. D100-D107 are not granted: add them to the list of ports too.",
           "text", WORDS)
    u.picture("program")
    u.key("Return")
    wait_cells(u, ("legacy.exe", "378-37F, 3BC", "D100-D107, nowhere", "D100-D107 not granted"))
    u.same(f"{FILE}|378-37F=D100, 3BC=none|0|0", "program", "legacy.exe")
    u.wait_text(FILE + ".\n378-37F=D100, 3BC=none.\nD100-D107 are not granted", WORDS)  # it is selected
    u.picture("programs")
    for button in (CHANGE, REMOVE, RUN):
        u.same("yes", "enabled", button)


def add_again(u):
    """The same file once more: asked, and the dialog comes back after No."""
    u.key("alt+p", "Insert")
    choose_file(u, FILE)
    u.wait(FILE, "text", PATH)
    type_routes(u, "378=278")
    u.key("Return")
    u.answer(f"There are settings of {FILE} already.", "Return")  # No is what Enter means
    u.wait("378=278", "text", ROUTES)
    u.key("Escape")
    u.wait_text(FILE, WORDS)
    u.same(f"{FILE}|378-37F=D100, 3BC=none|0|0", "program", "legacy.exe")
    u.key("alt+a")
    u.until("the dialog of files", lambda: u.look("text", s.BOX_FILE) == "")
    u.until("it has the keyboard", u.has_keyboard)
    u.key("Escape")
    u.wait_text(FILE, WORDS)


def wrong_route(u):
    u.key("alt+c")
    u.wait("378-37F=D100, 3BC=none", "text", ROUTES)
    type_routes(u, "378-37F=D100, 3BC=nine")
    u.wait_text('"3BC=nine" at column 15: the target is not a port in hexadecimal digits', WORDS)
    u.key("Return")
    u.wait("14 22", "selection", ROUTES)
    u.same("1125", "focus")
    u.picture("program-wrong")
    run("xdotool", "type", "3BC=none")
    u.wait_text("3BC goes nowhere", WORDS)
    type_routes(u, "378=FFFF 379=10000")
    u.wait_text('"379=10000" at column 10: the port is above FFFF', WORDS)
    u.key("Escape")
    u.wait_text(FILE, WORDS)
    u.same(f"{FILE}|378-37F=D100, 3BC=none|0|0", "program", "legacy.exe")


def change(u):
    """Options, a name without its folder, and a printer port that was found."""
    import_card(u)
    u.key("alt+c")
    u.wait("378-37F=D100, 3BC=none", "text", ROUTES)
    u.wait("LPT at C040-C047, WCH CH382, region 0", "text", TARGET)
    u.key("alt+s")
    u.wait("378-37F=C040, 3BC=none", "text", ROUTES)
    u.wait_text("378-37F go to C040-C047", WORDS)
    u.key("alt+a")
    u.wait("legacy.exe", "text", PATH)
    u.key("alt+a")
    u.wait(FILE, "text", PATH)
    u.key("alt+a", "alt+i", "alt+t")
    u.wait("legacy.exe", "text", PATH)
    u.wait("yes", "checked", FAST)
    u.key("Return")
    wait_cells(u, ("legacy.exe", "378-37F, 3BC", "C040-C047, nowhere", "C040-C047 not granted; ignores CLI and STI; fast"))
    u.same("legacy.exe|378-37F=C040, 3BC=none|1|1", "program", "legacy.exe")
    u.wait_text("Every program named legacy.exe, in whatever folder.", WORDS)
    u.key("alt+c")
    u.wait("yes", "checked", ANY)
    u.key("alt+a")  # the full path is not known: a file has to be chosen
    u.until("the dialog of files", lambda: u.look("text", s.BOX_FILE) == "legacy.exe")
    u.until("it has the keyboard", u.has_keyboard)
    u.key("Escape")
    u.wait("yes", "checked", ANY)
    u.key("alt+b")
    choose_file(u, "C:\\lab\\other.exe", "legacy.exe")
    u.wait("other.exe", "text", PATH)
    u.key("alt+a")
    u.wait("C:\\lab\\other.exe", "text", PATH)
    u.key("Escape")
    u.wait_text("legacy.exe", WORDS)
    u.same("legacy.exe|378-37F=C040, 3BC=none|1|1", "program", "legacy.exe")


def import_card(u):
    """A card in the registry, as Plug and Play writes it: 8 ports at C040."""
    descriptor = [1, 1, 1, 0] + list((0xC040).to_bytes(8, "little")) + list((8).to_bytes(4, "little")) + [0] * 4
    value = [number for word in (1, 5, 0) for number in word.to_bytes(4, "little")] + [1, 0, 1, 0, 1, 0, 0, 0] + descriptor
    key = "HKEY_LOCAL_MACHINE\\System\\CurrentControlSet\\Enum\\PCI\\VEN_1C00&DEV_3050\\4&1"
    text = ["REGEDIT4", "", f"[{key}]", '"DeviceDesc"="@oem7.inf,%name%;PCI Simple Communications Controller"', f"[{key}\\Control]",
            '"AllocConfig"=hex(8):' + ",".join(f"{byte:02x}" for byte in value), ""]
    with open(os.path.join(u.prefix, "drive_c/card.reg"), "w", encoding="ascii", newline="\r\n") as file:
        file.write("\n".join(text))
    s.wine("regedit", "/S", "C:\\card.reg")


def by_others(u):
    """What userportctl does meanwhile is shown; a change from under an edit is asked about; wrong values have their sentence."""
    u.key("alt+c")
    u.wait("378-37F=C040, 3BC=none", "text", ROUTES)
    u.reg("add", KEY + "\\legacy.exe", "/v", "Routes", "/d", "378=278", "/f")
    u.key("Return")
    u.answer("Another program has changed the settings of legacy.exe meanwhile.", "n")
    u.wait("378-37F=C040, 3BC=none", "text", ROUTES)
    u.key("Return")
    u.answer("Store yours all the same?", "y")
    u.wait("legacy.exe|378-37F=C040, 3BC=none|1|1", "program", "legacy.exe")
    u.reg("add", KEY + "\\bad", "/v", "Path", "/d", "C:\\lab\\other.exe", "/f")
    u.reg("add", KEY + "\\bad", "/v", "Routes", "/d", "378-37F=FFF0, 379=278", "/f")
    why = 'the value Routes is wrong, "379=278" at column 15: an earlier route has some of these ports'
    u.until(lambda: f"the wrong row in {cells(u)}", lambda: ("other.exe", "", "", "not in force: " + why) in cells(u))
    u.key("alt+p", "Home")
    u.wait_text(f"C:\\lab\\other.exe.\nThe program runs without these settings: {why}.", WORDS)
    u.same("no", "enabled", RUN)
    u.picture("programs-wrong")
    u.key("alt+c")
    u.wait_text("The program runs without the stored settings: the value Routes is wrong", WORDS)
    type_routes(u, "379=278")
    u.key("Return")
    wait_cells(u, ("other.exe", "379", "278", ""), ("legacy.exe", "378-37F, 3BC", "C040-C047, nowhere", "C040-C047 not granted; ignores CLI and STI; fast"))
    u.same("C:\\lab\\other.exe|379=278|0|0", "program", "bad")


def run_program(u):
    """Without userportctl.exe; and with it, which says what is in the way."""
    tool = os.path.join(u.prefix, "drive_c/up/userportctl.exe")
    u.key("alt+u")
    u.answer("Cannot run C:\\lab\\other.exe: C:\\up\\userportctl.exe: not found (2).", "Return")
    shutil.copy("build/amd64/userportctl.exe", tool)
    below = u.look("text", WORDS)
    u.key("alt+u")
    text = u.until("userportctl's words", lambda: u.look("box") not in ("none", "behind", below) and u.look("box"))
    if text.startswith("userportctl: ") or "run" not in text:
        raise Wrong(text)
    u.picture("program-not-run")
    u.key("Return")
    u.wait_text("C:\\lab\\other.exe.", WORDS)
    u.key("alt+p", "End")  # without its folder: the file is asked for
    u.wait_text("Every program named legacy.exe", WORDS)
    u.key("alt+u")
    u.until("the dialog of files", lambda: u.look("text", s.BOX_FILE) == "legacy.exe")
    u.until("it has the keyboard", u.has_keyboard)
    u.key("Escape")
    u.wait_text("Every program named legacy.exe", WORDS)


def remove(u):
    u.key("alt+r")
    u.answer("Remove the settings of legacy.exe?", "Return")  # No is what Enter means
    u.wait_text("Every program named legacy.exe", WORDS)
    u.key("alt+p", "Delete")
    u.answer("Remove the settings of legacy.exe?", "y")
    wait_cells(u, ("other.exe", "379", "278", ""))
    u.wait("absent", "program", "legacy.exe")
    u.wait_text(EMPTY, WORDS)
    u.key("Escape")
    u.no_box()


def large(u):
    """Nothing is cut off or overlaps, whatever the dots per inch."""
    open_table(u)
    look_at_layout(u, "b")
    u.key("alt+a")
    choose_file(u, FILE)
    u.wait(FILE, "text", PATH)
    type_routes(u, "378-37F=D100, 3BC=none, 278-27F=none, 60=D200, 200-207=D300")
    u.wait_text("D300-D307 are not granted", WORDS)
    look_at_layout(u, "b")
    u.picture("program")
    u.key("Return")
    u.wait_text(FILE, WORDS)
    u.picture("programs")
    u.key("alt+p", "Delete")
    u.answer("Remove the settings of", "y")
    u.wait_text(EMPTY, WORDS)
    u.key("Escape")
    u.no_box()


def no_administrator(u):
    """Looks, and starts programs; changes want an administrator, and the table is there again then."""
    u.same("started", "restricted", "C:\\up\\UserPort.exe")
    u.ready()
    open_table(u)
    wait_cells(u, ("other.exe", "379", "278", ""))
    u.key("Home")
    u.wait_text("C:\\lab\\other.exe.", WORDS)
    for button in (ADD, CHANGE, REMOVE):
        u.same("no", "enabled", button)
    u.same("yes", "enabled", RUN)
    u.same("yes", "visible", ELEVATE)
    u.key("Delete", "Insert")
    u.wait_text("C:\\lab\\other.exe.", WORDS)
    u.picture("programs-no-administrator")
    before = u.look("process")
    u.key("alt+m")  # Wine starts it again, asks nobody, and gives it no other rights
    u.until("another process has the window", lambda: u.look("process") not in ("0", before))
    u.ready()
    u.wait_text(EMPTY, WORDS)
    u.until("the table has the keyboard", u.has_keyboard)
    u.key("Escape")
    u.no_box()
    u.close()
    u.reg("delete", KEY, "/f")
