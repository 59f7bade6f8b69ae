# SPDX-License-Identifier: MIT
"""The list of ports, by the field, the buttons and the picture; and the two tests, which need ports of it."""

import os
import screen as s
from screen import DEFAULT, WITH_SPEAKER, Wrong, run


# ---- the list ------------------------------------------------------------------------------------------------------------------

def add_by_field(u):
    u.add("42-43 0x61")
    u.until("the new rows", lambda: [row[0] for row in u.rows()] == ["42-43", "61", "278-27F", "378-37F", "3BC-3BF"])
    if u.rows()[0][1:3] != ("PC speaker and its timer channel", "not saved yet") or u.rows()[2][1:3] != ("printer port LPT2", "not open"):
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


def decimal(u):
    """888 is LPT1 in sources of programs, and here another port."""
    u.add("888")
    u.box("Ports are hexadecimal: 888 is not the printer port LPT1, which is 378.")
    u.picture("decimal")
    u.answer("Add 888 all the same?", "Return")  # No is what Enter means
    u.same("888", "text", s.FIELD)
    u.same("no", "enabled", s.APPLY)
    u.same(str(s.FIELD), "focus")
    u.key("Return")
    u.answer("Add 888 all the same?", "y")
    u.wait_text("adds 888", s.DETAILS)
    u.wait("", "text", s.FIELD)
    u.add("888")
    u.wait("", "text", s.FIELD)  # it is in the list: nothing is asked
    u.key("alt+u")
    u.wait("no", "enabled", s.APPLY)
    u.write(s.LPT, "888", "b")
    u.wait("Test 888", "text", s.TEST_LPT)
    u.key("Return")
    u.answer("888 is not the printer port LPT1, which is 378.\n\nTest 888 all the same?", "Return")
    u.no_box()
    u.key("Return")
    u.answer("Test 888 all the same?", "y")
    u.answer("Test of port 888 needs the ports 888-88A", "n")
    u.no_box()
    u.write(s.LPT, "LPT1", "b")
    u.key("ctrl+0")
    u.wait("no", "checked", s.ZOOM)
    u.drag(0x888, 0x88F)
    u.wait("888-88F", "text", s.FIELD)
    u.key("Return")
    u.wait_text("adds 888-88F", s.DETAILS)  # what the picture says is hexadecimal
    u.key("alt+u", "ctrl+1")
    u.wait("no", "enabled", s.APPLY)
    u.wait("yes", "checked", s.ZOOM)
    u.drag(0x37F, 0x378)  # the caret goes back to where it began
    u.wait("378-37F", "text", s.FIELD)
    u.key("Escape")
    u.wait("", "text", s.FIELD)


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
    u.picture("presets", below=80)
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


CARD = "HKEY_LOCAL_MACHINE\\System\\CurrentControlSet\\Enum\\PCI\\VEN_1407&DEV_8000&SUBSYS_80001407&REV_01\\4&1"


def import_card(u):
    """A card that is known, as Plug and Play writes it."""
    descriptor = [1, 1, 1, 0] + list((0xC060).to_bytes(8, "little")) + list((8).to_bytes(4, "little")) + [0] * 4
    value = [number for word in (1, 5, 0) for number in word.to_bytes(4, "little")] + [1, 0, 1, 0, 1, 0, 0, 0] + descriptor
    with open(os.path.join(u.prefix, "drive_c/known.reg"), "w", encoding="ascii", newline="\r\n") as file:
        file.write(f'REGEDIT4\n\n[{CARD}]\n"DeviceDesc"="PCI Device"\n[{CARD}\\Control]\n"AllocConfig"=hex(8):' +
                   ",".join(f"{byte:02x}" for byte in value) + "\n")
    s.wine("regedit", "/S", "C:\\known.reg")


def forget_card(u):
    u.reg("delete", CARD.replace("HKEY_LOCAL_MACHINE", "HKLM"), "/f")


def preset_of_card(u):
    """A card that is known is the last of the presets."""
    import_card(u)
    u.key("alt+p")
    u.picture("presets-card", below=80)
    u.key("Up", "Return")
    u.wait_text("adds C060-C067", s.DETAILS)
    u.key("alt+u")
    u.wait("no", "enabled", s.APPLY)
    forget_card(u)


def box_of_card(u):
    """The box of printer ports, filled at the start, has the card by its name; chosen, it is its address."""
    import_card(u)
    u.start()
    u.key("alt+b")
    u.wait(str(s.LPT), "focus")
    u.key("F4")
    u.picture("box-card", below=120)
    u.key("Down", "Down", "Down", "Down")  # Wine's list is gone with the first of them
    u.wait("Test C060", "text", s.TEST_LPT)
    u.wait("C060", "text", s.LPT)
    u.key("Up")
    u.wait("LPT3", "text", s.LPT)
    u.key("Down")
    u.wait("C060", "text", s.LPT)
    u.key("Return")
    u.answer("Test of port C060 needs the ports C060-C062", "n")
    u.no_box()
    u.write(s.LPT, "C060: Lava Parallel", "b")  # typed whole, it is the same
    u.wait("Test C060", "text", s.TEST_LPT)
    u.write(s.LPT, "LPT1", "b")
    forget_card(u)


def defaults(u):
    u.key("alt+d")
    u.wait_text("removes", s.DETAILS)
    u.apply(DEFAULT, "stored")
    u.wait("no", "enabled", s.APPLY)


def scope(u):
    """The program under test is for 64-bit Windows, which has no choice here: it is shown, grayed, and says why."""
    for control in (s.ALL, s.OPENERS, s.STICKY):
        u.same("no", "enabled", control)
    u.same("yes", "visible", s.SCOPE_NOTE)
    if not u.look("text", s.SCOPE_NOTE).startswith("On 64-bit Windows there is nothing to choose"):
        raise Wrong(u.look("text", s.SCOPE_NOTE))
    u.same("yes", "checked", s.ALL)
    u.key("alt+o", "alt+c")
    u.click(s.OPENERS)
    u.same("yes", "checked", s.ALL)
    u.same("no", "checked", s.STICKY)
    u.same("no", "enabled", s.APPLY)
    u.reg("add", "HKLM\\System\\CurrentControlSet\\Services\\UserPort", "/v", "Scope", "/t", "REG_DWORD", "/d", "1", "/f")
    u.wait("yes", "checked", s.OPENERS)  # what is stored is shown
    u.same("no", "enabled", s.OPENERS)
    u.reg("delete", "HKLM\\System\\CurrentControlSet\\Services\\UserPort", "/v", "Scope", "/f")
    u.wait("yes", "checked", s.ALL)


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


def test_at_logoff(u):
    """The session ends while the tune plays: the port is put back before the system may end the program."""
    u.key("alt+k")
    u.until("the tune plays", lambda: u.look("port", "61") == "03")
    u.same("00", "logoff", "61")
    u.until("it is cancelled", lambda: u.look("text", s.BOX_TEXT) == "The test was cancelled.")
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
