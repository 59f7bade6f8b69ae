#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The cases of wine/setup_guard, in order: what others have put in the setup's way. guard.py PREFIX BUILD

Under Wine everybody is one user, whom the setup takes for this administrator. What others may do are the rights of "others" on Linux, which Wine
shows as an entry for Everyone. Links are not shown: Wine 8 has no junctions, and shows links of Linux as what they lead to."""

import shutil

from case import run, same, same_files
from prefix import SERVICE, UNINSTALL, VERSION

PLACE = r"C:\Planted"
OTHERS = 0o007


def victim(c, name):
    path = c.p.folder(name)
    path.write_text("not the setup's")
    return path


def plant(c, folder, *lines):
    path = c.p.folder(folder)
    path.mkdir()
    (path / "setup.lst").write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    return path


def there_still(what, *paths):
    for path in paths:
        same(what, "not the setup's", path.read_text() if path.exists() else None)


def planted(c):
    """A first install into a folder that is there: refused while others can write in it, and its list is nobody's."""
    kept = victim(c, r"C:\windows\system32\victim.dll")
    folder = plant(c, PLACE, "mine.txt", r"..\windows\system32\victim.dll", "wintrust.dll")
    mine = victim(c, rf"{PLACE}\mine.txt")
    folder.chmod(0o777)
    before = c.p.files()
    same("others can write there: exit code", 2, c.setup("new", rf"/D={PLACE}"))
    same("the report says why", True, rf"The folder {PLACE} is there, and others than administrators can write in it, or could (Everyone)" in c.report())
    folder.chmod(0o755)
    mine.chmod(0o666)
    same("others can write a file there: exit code", 2, c.setup("new", rf"/D={PLACE}"))
    mine.chmod(0o644)
    same_files("files", before, c.p.files())
    same("nobody else can: exit code", 0, c.setup("new", "/PARTS=", rf"/D={PLACE}"))
    there_still("a list that the registry does not name", kept, mine)
    c.is_installed(PLACE, "new", VERSION, parts=(), others=["mine.txt"])
    c.uninstall_but(PLACE, "mine.txt")
    there_still("uninstalled", kept, mine)
    shutil.rmtree(folder)
    kept.unlink()
    c.is_as_before()


def empty(c):
    """An empty one is made anew, with an access list of its own; so are folders above it that are not there."""
    c.p.folder(PLACE).mkdir()
    c.p.folder(PLACE).chmod(0o777)
    same("exit code", 0, c.setup("new", "/PARTS=", rf"/D={PLACE}"))
    same("Everyone has no entry any more", 0, c.p.folder(PLACE).stat().st_mode & OTHERS)
    c.uninstall(PLACE)
    same("exit code", 0, c.setup("new", "/PARTS=", rf"/D={PLACE}\deep\er"))
    same("Everyone has no entry in those above", [0, 0], [c.p.folder(name).stat().st_mode & OTHERS for name in (PLACE, rf"{PLACE}\deep")])
    c.uninstall(rf"{PLACE}\deep\er")
    shutil.rmtree(c.p.folder(PLACE))
    c.is_as_before()


def above(c):
    folder = c.p.folder(r"C:\Shared")
    folder.mkdir()
    folder.chmod(0o777)
    same("exit code", 2, c.setup("new", r"/D=C:\Shared\UserPort"))
    same("the report says why", True, r"In C:\Shared others than administrators can put another folder in the place of UserPort's (Everyone)" in c.report())
    same("nothing was made", [], list(folder.iterdir()))
    folder.rmdir()
    c.is_as_before()


def list_leads_out(c):
    """Lines of the list in the folder that the registry names: none leads out of it."""
    same("install: exit code", 0, c.setup("old", "/PARTS=documents", rf"/D={PLACE}"))
    kept = [victim(c, name) for name in (r"C:\windows\system32\victim.dll", r"C:\victim.txt", rf"{PLACE}\my.txt", rf"{PLACE}\examples\my.txt")]
    listed = c.p.folder(PLACE) / "setup.lst"
    lines = [r"..\windows\system32\victim.dll", r"C:\victim.txt", r"\victim.txt", r"examples\..\..\victim.txt", r".\my.txt", "my.*", "../victim.txt",
             r"examples\\my.txt", r"examples\. \my.txt", "examples/my.txt"]
    listed.write_bytes(listed.read_bytes() + "".join(f"{line}\r\n" for line in lines).encode())
    text = listed.read_bytes()
    same("upgrade: exit code", 0, c.setup("new"))
    there_still("upgraded", *kept)
    same("what is listed is gone all the same", False, (c.p.folder(PLACE) / "examples/old/gone.txt").exists())
    listed.write_bytes(text)
    c.uninstall_but(PLACE, "my.txt")
    there_still("uninstalled", *kept)
    shutil.rmtree(c.p.folder(PLACE))
    for path in kept[:2]:
        path.unlink()
    c.is_as_before()


def loose(c):
    """The version before lies where others can write: it is set aside, its list is not believed, and it comes back if the upgrade fails."""
    same("install: exit code", 0, c.setup("old", "/PARTS=", rf"/D={PLACE}"))
    folder, aside = c.p.folder(PLACE), c.p.folder(PLACE + ".before")
    (folder / "wintrust.dll").write_text("planted")
    folder.chmod(0o777)
    before = c.p.files()
    same("an upgrade that fails: exit code", 2, c.setup("broken"))
    same_files("files", before, c.p.files())
    same("rights", 0o777, folder.stat().st_mode & 0o777)
    same("upgrade: exit code", 0, c.setup("new"))
    same("the report says it", True, rf"The folder where UserPort was is {PLACE}.before now" in c.report())
    c.is_installed(PLACE, "new", VERSION, parts=())
    same("Everyone has no entry", 0, folder.stat().st_mode & OTHERS)
    same("what was there", ["UserPort.exe", "setup.lst", "uninstall.exe", "wintrust.dll"],
         sorted(name for name in ("UserPort.exe", "setup.lst", "uninstall.exe", "wintrust.dll") if (aside / name).exists()))
    shutil.rmtree(aside)
    folder.chmod(0o777)
    same("to another folder: exit code", 0, c.setup("new", rf"/D={PLACE}2"))
    same("the report says it", True, rf"can write in {PLACE}, where UserPort was" in c.report())
    same("it is there", True, (folder / "UserPort.exe").exists())
    shutil.rmtree(folder)
    c.uninstall(PLACE + "2")
    c.is_as_before()


def other_uninstaller(c):
    """uninstall.exe beside a list that somebody made: the registry names another folder, or none."""
    same("install: exit code", 0, c.setup("new", "/PARTS=", rf"/D={PLACE}"))
    kept = victim(c, r"C:\elsewhere.txt")
    folder = plant(c, r"C:\Other", r"..\elsewhere.txt", "mine.txt")
    mine = victim(c, r"C:\Other\mine.txt")
    shutil.copy(c.p.folder(PLACE) / "uninstall.exe", folder)
    c.p.report.unlink(missing_ok=True)
    same("exit code", 2, c.p.batch(r"C:\Other\uninstall.exe /S _?=C:\Other"))
    same("the report says where it is", True, rf"is not installed in C:\Other, so that nothing there is to be uninstalled. The registry says where it is: '{PLACE}'" in c.report())
    there_still("not uninstalled", kept, mine)
    c.uninstall(PLACE)
    same("exit code", 2, c.p.batch(r"C:\Other\uninstall.exe /S _?=C:\Other"))
    there_still("nothing is installed", kept, mine)
    shutil.rmtree(folder)
    kept.unlink()
    c.is_as_before()


def report(c):
    """Nothing is written through the report's name: a hard link's file stays, and the target of a link that leads nowhere is not made."""
    kept, nowhere = victim(c, r"C:\precious.txt"), c.p.folder(r"C:\made.txt")
    c.p.report.unlink(missing_ok=True)
    c.p.report.hardlink_to(kept)
    same("exit code", 2, c.p.batch(r"C:\setups\userport-new.exe /S /PARTS=none"))
    same("written anew", True, "no part 'none'" in c.report())
    there_still("the link's file", kept)
    c.p.report.unlink()
    c.p.report.symlink_to(nowhere)
    same("exit code", 2, c.p.batch(r"C:\setups\userport-new.exe /S /PARTS=none"))
    same("the link's target", False, nowhere.exists())
    c.p.report.unlink()  # Wine's DeleteFile deletes what a link of Linux leads to
    kept.unlink()
    c.is_as_before()


def hazards(c):
    """A list that was there before, with a hazard: a silent setup takes a switch, the window asks."""
    def before():
        c.p.wine("sc", "create", "UserPort", "type=", "kernel", "start=", "demand", "binPath=", r"C:\lab\UserPort.sys")
        ports = "FF" * 0xC + "FE" + "FF" * (0x378 // 8 - 0xD) + "00"
        c.p.wine("reg", "add", SERVICE, "/v", "IOPM", "/t", "REG_BINARY", "/d", ports, "/f")

    def files():
        return {name: more for name, more in c.p.files().items() if not name.endswith("UserPort.lock")}  # stays, as there is a service

    before()
    there = files()
    same("silently: exit code", 2, c.setup("new"))
    same("the report names it", True, "port 60 (keyboard controller) can read what is typed" in c.report())
    same("another word: exit code", 2, c.setup("new", "/HAZARDS=1"))
    same_files("files", there, files())
    same("with the switch: exit code", 0, c.setup("new", "/PARTS=", "/HAZARDS=yes"))
    c.is_installed(r"C:\Program Files\UserPort", "new", VERSION, parts=())
    same("list", "60, 378-37F", c.p.list(r"C:\Program Files\UserPort"))
    same("once more: exit code", 0, c.setup("new"))
    c.uninstall(r"C:\Program Files\UserPort")
    before()
    w = c.window
    for answer, end in (("alt+n", "Setup was not completed successfully"), ("alt+y", "Installation Complete")):
        w.start(r"C:\setups\userport-new.exe", "/PARTS=")
        w.page("Welcome to UserPort Setup")
        w.key("alt+n", "License Agreement")
        w.key("alt+a", "Choose Components")
        w.key("alt+n", "Choose Install Location")
        w.key("alt+i", "Install UserPort with that list all the same?", "hazards", seconds=60)
        same("it is named", True, "port 60 (keyboard controller) can read what is typed" in w.look())
        if answer == "alt+n":
            w.key(answer, "nothing was changed: the list that is there", seconds=60)
            w.key("Return", "Installation Aborted")
            same("exit code", 2, w.press_and_end("Escape"))
            same_files("files", there, files())
        else:
            w.key(answer, end, seconds=60)
            w.key("alt+n", "Completing UserPort Setup")
            same("exit code", 0, w.press_and_end("alt+f"))
            w.page("UserPort is not running")
            w.close("UserPort")
    same("list", "60, 378-37F", c.p.list(r"C:\Program Files\UserPort"))
    c.uninstall(r"C:\Program Files\UserPort")
    same("DisplayName", None, c.p.value(UNINSTALL, "DisplayName"))
    c.is_as_before()


run([
    ("a prepared folder: refused while others can write in it; its list is not believed", planted),
    ("an empty folder that others can write in: made anew, as are those above it, with an access list", empty),
    ("a folder above that others can write in: refused", above),
    ("the list in the registry's folder: no line leads out of it, at an upgrade and an uninstall", list_leads_out),
    ("the version before lies where others can write: set aside, and back if the upgrade fails", loose),
    ("an uninstaller in another folder than the registry names: refused", other_uninstaller),
    ("the report of a silent setup: no link is followed", report),
    ("a list from before with a hazard: /HAZARDS=yes, or the window's question", hazards),
])
