# SPDX-License-Identifier: MIT
"""Installing, uninstalling, start and stop, and what others do to the driver and the settings meanwhile."""

import os
import shutil

import screen as s
from screen import DEFAULT, WITH_SPEAKER, Wrong, run, wine

DRIVERS = "drive_c/windows/system32/drivers/userport.sys"


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


def beside(u, name):
    return os.path.join(u.prefix, "drive_c/up", name)


def file_dialog(u, name):
    """File, Install: its dialog, with a name in its field."""
    u.key("alt+f", "i")
    u.until("the dialog of files", lambda: u.look("box") not in ("none", "behind"))
    u.until("it has the keyboard", u.has_keyboard)
    u.until(lambda: f"the name {name!r} in {u.look('text', s.BOX_FILE)!r}", lambda: u.look("text", s.BOX_FILE) == name)


def install_by_menu(u):
    """The dialog begins with the driver beside the program; another one can be named, as in an upgrade."""
    shutil.copy(os.path.join(u.prefix, "drive_c/dist/userport.sys"), beside(u, "userport.sys"))
    u.start()
    u.wait_text("Start installs UserPort with the driver C:\\up\\userport.sys", s.DETAILS)
    file_dialog(u, "userport.sys")
    u.picture("file-dialog")
    u.key("Return")
    u.answer("UserPort is installed. Start opens the ports in the list.", "Return")
    u.wait("stopped", "service")
    u.idle()
    file_dialog(u, "userport.sys")
    run("xdotool", "type", "--delay", "5", "C:\\dist\\userport.sys")
    u.key("Return")
    u.answer("UserPort is installed anew", "Return")
    u.idle()
    os.remove(beside(u, "userport.sys"))
    file_dialog(u, "userport.sys")  # the one in system32\drivers
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


def install_asks(u):
    """A driver of Windows' own; then a service and a list that were there before."""
    other = "C:\\windows\\system32\\drivers\\mountmgr.sys"
    u.start(other)
    u.answer(f"Cannot install {other}: it is a driver, but by its version resource not UserPort's (193).\n\nInstall it all the same?", "Return")
    u.no_box()
    u.same("absent", "service")
    u.close()
    wine("sc", "create", "UserPort", "type=", "kernel", "start=", "demand", "binPath=", "C:\\lab\\UserPort.sys")
    map_ = ["FF"] * 8192
    map_[0x60 // 8] = "FE"
    u.reg("add", "HKLM\\System\\CurrentControlSet\\Services\\UserPort", "/v", "IOPM", "/t", "REG_BINARY", "/d", "".join(map_), "/f")
    u.start("C:\\dist\\userport.sys")
    u.answer("There is a list of ports from before.", "n")
    u.no_box()
    if os.path.exists(os.path.join(u.prefix, DRIVERS)):
        raise Wrong("the driver is in system32\\drivers")
    u.close()
    u.start("C:\\dist\\userport.sys")
    u.box("60: keyboard controller")
    u.picture("install-hazards")
    u.answer("Install UserPort with that list all the same?", "y")
    text = u.answer("UserPort is installed anew. Its list of ports was kept.", "Return")
    if "1 port, and programs can do harm with some: 60 (keyboard controller)" not in text:
        raise Wrong(text)
    u.same("60", "stored")
    u.key("alt+f", "u")
    u.answer("Uninstall UserPort?", "y")
    u.answer("UserPort is uninstalled", "Return")
    u.close()
    u.wait("absent", "service")  # when nobody has the service open any more


def install_from_no_drive(u):
    """What a network drive is for an administrator, who has a logon of his own."""
    u.start("Q:\\dir\\userport.sys")
    text = u.answer("Cannot install Q:\\dir\\userport.sys: there is no drive Q: for this user (15).", "Return")
    if "Copy the file to a folder on this computer" not in text:
        raise Wrong(text)
    u.same("absent", "service")
    u.close()


def paths_with_blanks(u):
    """Its own path, and a driver's, without quotes: as cmd's "start UserPort.exe" passes the one, and people write the other."""
    folder = os.path.join(u.prefix, "drive_c/My Tools")
    os.mkdir(folder)
    shutil.copy(os.path.join(u.prefix, "drive_c/up/UserPort.exe"), folder)
    u.same("started", "start", "C:\\My Tools\\UserPort.exe")
    u.ready()
    u.same("none", "box")
    u.same("UserPort is not installed", "text", s.HEADLINE)
    u.close()
    shutil.copy(os.path.join(u.prefix, "drive_c/dist/userport.sys"), folder)
    u.same("started", "start", "C:\\My Tools\\UserPort.exe C:\\My Tools\\userport.sys")
    u.ready()
    u.answer("UserPort is installed", "Return")
    u.wait("stopped", "service")
    u.idle()
    u.key("alt+f", "u")
    u.answer("Uninstall UserPort?", "y")
    u.answer("UserPort is uninstalled", "Return")
    u.wait("absent", "service")
    u.close()
    shutil.rmtree(folder)


def start_installs_all(u):
    """Start, pressed by a test: the question says that it installs; it installs as File, Install does."""
    library = os.path.join(u.prefix, "drive_c/windows/system32/userport.dll")
    shutil.copy(os.path.join(u.prefix, "drive_c/dist/userport.sys"), beside(u, "userport.sys"))
    for name in ("userport.dll", "userport_com.dll", "userport-trap.dll"):
        shutil.copy(f"build/amd64/{name}", beside(u, name))
    u.start()
    u.key("alt+1")
    u.box("Install UserPort with the driver C:\\up\\userport.sys, start it, and run the test?")
    u.picture("test-installs")
    u.answer("and UserPort is not installed.", "n")
    u.same("absent", "service")
    u.key("alt+1")
    u.answer("Install UserPort", "y")
    text = u.box("UserPort is installed and started.")
    u.picture("started")
    u.answer("UserPort is installed and started.", "Return")
    if "\nuserport.dll: C:\\windows\\system32\\userport.dll" not in text or "\nuserport-trap.dll: " not in text or "\nthe automation object: UserPort.Ports" not in text:
        raise Wrong(text)
    u.until("the test ends", lambda: u.look("text", s.BOX_CLOSE) == "Close")
    u.key("Return")
    u.no_box()
    u.same("running", "service")
    if not os.path.exists(library) or wine("reg", "query", "HKLM\\Software\\Classes\\UserPort.Ports"):
        raise Wrong("userport.dll is not in system32, or not registered")
    u.key("alt+f", "u")
    u.answer("Uninstall UserPort?", "y")
    u.answer("UserPort is uninstalled", "Return")
    u.wait("absent", "service")
    if os.path.exists(library) or not wine("reg", "query", "HKLM\\Software\\Classes\\UserPort.Ports"):
        raise Wrong("userport.dll is still in system32, or registered")
    u.close()
    os.remove(beside(u, "userport.sys"))
    os.remove(beside(u, "userport.dll"))
    os.remove(beside(u, "userport_com.dll"))
    os.remove(beside(u, "userport-trap.dll"))


def install_by_copy(u):
    """The original's first way: the driver copied by hand, the list edited, Start."""
    shutil.copy(os.path.join(u.prefix, "drive_c/dist/userport.sys"), os.path.join(u.prefix, DRIVERS))
    u.start()
    u.wait_text("Start installs", s.DETAILS)
    u.add("com1")
    u.wait_text("Not saved yet: adds 3F8-3FF", s.DETAILS)
    u.same("absent", "stored")
    if [row[2] for row in u.rows()] != ["not open", "not open", "not open", "not saved yet"]:
        raise Wrong(str(u.rows()))
    u.wait("378: printer port LPT1, in the list, not open", "text", s.PORT)
    u.picture("not-installed")
    u.key("alt+s")
    text = u.answer("UserPort is installed and started.", "Return")
    if "\nNot installed: userport.dll: no 64-bit userport.dll lies beside this program" not in text:
        raise Wrong(text)
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


# ---- start and stop ----------------------------------------------------------------------------------------------------------------

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
