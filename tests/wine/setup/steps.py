#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The cases of wine/setup, in order: each goes on where the one before it ended. steps.py PREFIX BUILD"""

import subprocess

from case import FOLDER, PLACE, run, same, same_files
from prefix import OLD_VERSION, UNINSTALL, VERSION


def silent(c):
    same("exit code", 0, c.setup("old", rf"/D={PLACE}"))
    c.is_installed(PLACE, "old", OLD_VERSION)
    same("report", "", c.report())
    for name in ("userport.dll", "userport_com.dll", "userport-trap.dll"):
        same(f"32-bit {name}", True, (c.p.folder(r"C:\windows\syswow64") / name).read_bytes() == (c.build / "i386" / name).read_bytes())
    menu = c.p.folder(r"C:\ProgramData\Microsoft\Windows\Start Menu\Programs\UserPort")
    same("menu", ["Manual.lnk", "UserPort.lnk"], sorted(path.name for path in menu.iterdir()))
    same("QuietUninstallString", rf'"{PLACE}\uninstall.exe" /S', c.p.value(UNINSTALL, "QuietUninstallString"))


def used(c):
    same("list", "278-27F, 378-37F, 3BC-3BF", c.p.list(PLACE))
    same("start", 0, c.p.userportctl(PLACE, "start", "--at-boot").returncode)
    same("grant", 0, c.p.userportctl(PLACE, "grant", "speaker").returncode)
    same("write", 0, c.p.userportctl(PLACE, "write", "378", "5A").returncode)
    same("read", b"5A", c.p.userportctl(PLACE, "read", "378").stdout.split()[-1])
    same("status", 0, c.p.userportctl(PLACE, "status").returncode)


def in_use(c):
    program = subprocess.Popen(["wine", str(c.p.folder(PLACE) / "userportctl.exe"), "watch", "378"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    program.stdout.readline()
    before = c.p.files()
    same("exit code", 2, c.setup("new"))
    same("the report names it", True, rf"{PLACE}\userportctl.exe is in use" in c.report())
    same_files("files", before, c.p.files())
    same("DisplayVersion", OLD_VERSION, c.p.value(UNINSTALL, "DisplayVersion"))
    program.kill()
    program.wait(20)
    c.p.wine("taskkill", "/f", "/im", "userportctl.exe")


def failed_upgrade(c):
    before, keys = c.p.files(), c.p.registry()
    same("exit code", 2, c.setup("broken"))
    same("userportctl's sentence is in the report", True, "it is not a driver" in c.report())
    same_files("files", before, c.p.files())
    same("registry", keys, c.p.registry())
    same("the driver runs still", 0, c.p.userportctl(PLACE, "status").returncode)


def upgrade(c):
    note = c.p.folder(PLACE) / "my ports.txt"
    note.write_text("mine")
    same("exit code", 0, c.setup("new"))
    c.is_installed(PLACE, "new", VERSION, others=["my ports.txt"])
    same("what only the old version had is gone", False, (c.p.folder(PLACE) / "examples/old").exists())
    same("list", "42-43, 61, 278-27F, 378-37F, 3BC-3BF", c.p.list(PLACE))
    same("startup", True, b"with Windows" in c.p.userportctl(PLACE, "startup").stdout)
    same("it runs again", 0, c.p.userportctl(PLACE, "status").returncode)
    note.unlink()


def parts(c):
    same("unknown part: exit code", 2, c.setup("new", "/PARTS=documents,gui"))
    same("unknown part: report", True, "no part 'gui'" in c.report())
    same("none: exit code", 0, c.setup("new", "/PARTS="))
    c.is_installed(PLACE, "new", VERSION, parts=())
    same("kept at the next one: exit code", 0, c.setup("new"))
    c.is_installed(PLACE, "new", VERSION, parts=())
    same("two: exit code", 0, c.setup("new", "/PARTS=documents,lib32"))
    c.is_installed(PLACE, "new", VERSION, parts=("documents", "lib32"))
    same("Parts", "lib32,documents", c.p.value(UNINSTALL, "Parts"))


def moved(c):
    same("exit code", 0, c.setup("new", r"/D=C:\Up"))
    c.is_installed(r"C:\Up", "new", VERSION, parts=("documents", "lib32"))
    same("the old place is gone", False, c.p.folder(PLACE).exists())


def silent_uninstall(c):
    c.p.folder(PLACE).parent.rmdir()  # /D= made it; a folder above its own is not the uninstaller's
    c.uninstall(r"C:\Up")
    c.is_as_before()


def failed_first(c):
    same("exit code", 2, c.setup("broken"))
    same("userportctl's sentence is in the report", True, "it is not a driver" in c.report())
    c.is_as_before()


def no_administrator(c):
    c.p.report.unlink(missing_ok=True)
    done = subprocess.run(["wine", str(c.build / "wine/gui_look.exe")], input=b"restricted C:\\setups\\userport-new.exe /S\n", check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
    same("started", b"started", done.stdout.strip())
    c.window.until("the report says why", lambda: "administrator only" in c.report())
    c.is_as_before()


def cancelled(c):
    c.window.start(r"C:\setups\userport-new.exe")
    c.window.page("Welcome to UserPort Setup", "welcome")
    c.window.key("Escape", "Are you sure")
    same("exit code", 1, c.window.press_and_end("alt+y"))
    c.is_as_before()


def by_window(c):
    w = c.window
    w.start(r"C:\setups\userport-new.exe")
    w.page("Welcome to UserPort Setup")
    w.key("alt+n", "License Agreement", "license")
    same("the licence", True, "Permission is hereby granted, free of charge" in w.look())
    w.key("alt+a", "Choose Components", "components")
    w.key("alt+n", "Choose Install Location", "folder")
    w.key("alt+i", "Installation Complete", "installed", seconds=60)
    w.key("alt+n", "Completing UserPort Setup", "finish")
    same("the list is offered", True, "[x]Show the list of ports" in w.look())
    same("exit code", 0, w.press_and_end("alt+f"))
    w.page("UserPort is not running", "program")
    c.is_installed(FOLDER, "new", VERSION)


def uninstall_in_use(c):
    w = c.window
    w.start(rf"{FOLDER}\uninstall.exe")
    w.page("the list of ports. To keep the list", "uninstall")
    w.key("alt+u", "A program of UserPort is in use", "uninstall-in-use")
    same("it is named", True, rf"{FOLDER}\UserPort.exe" in w.look())
    w.close("UserPort")
    w.key("alt+r", "Uninstallation Complete", "uninstalled", seconds=60)
    w.key("alt+c", None)
    w.until("the folder goes", lambda: not c.p.folder(FOLDER).exists())
    c.is_as_before()


CASES = [
    ("silent, into a folder of one's choice: files, registry, menu, driver, both DLLs", silent),
    ("the installed tree is used: start, grant, write, read, status", used),
    ("a program in use: exit code 2, the report names it, nothing is changed", in_use),
    ("an upgrade whose driver cannot be installed: exit code 2, userportctl's sentence, all as before", failed_upgrade),
    ("an upgrade: the list stays, the driver runs again, what is no more is gone, others' files stay", upgrade),
    ("parts: chosen by /PARTS=, remembered, unknown ones refused", parts),
    ("an upgrade to another folder", moved),
    ("uninstalled silently: files and registry as before", silent_uninstall),
    ("a first installation that fails: exit code 2, files and registry as before", failed_first),
    ("not an administrator: said, nothing is changed", no_administrator),
    ("by the window, cancelled: exit code 1, nothing is changed", cancelled),
    ("by the window: every page, and UserPort.exe at the end", by_window),
    ("uninstalled by the window, with UserPort.exe in use at first: files and registry as before", uninstall_in_use),
]

run(CASES)
