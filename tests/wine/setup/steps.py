#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The cases of wine/setup, in order: each goes on where the one before it ended. steps.py PREFIX BUILD"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import traceback

from prefix import OLD_VERSION, SERVICE, UNINSTALL, VERSION, Prefix, expected, flavour, installed
from window import Window

FOLDER, PLACE = r"C:\Program Files\UserPort", r"C:\Up to date\user port"


class Wrong(Exception):
    """A step did not do what it should."""


def same(what, expected_value, value):
    if value != expected_value:
        raise Wrong(f"{what}: {value!r}, not {expected_value!r}")


def same_files(what, wanted, there):
    if wanted != there:
        raise Wrong(f"{what}: missing {sorted(set(wanted) - set(there))}, too many {sorted(set(there) - set(wanted))}, "
                    f"other {sorted(name for name in wanted if name in there and wanted[name] != there[name])}")


class Case:
    def __init__(self, prefix, build, work):
        self.p, self.build = Prefix(prefix), build
        package = build / "packages" / f"userport-{VERSION}"
        fake = (build / "wine/userport_fake.sys").read_bytes()
        self.drivers = {"old": fake + bytes(512), "new": fake}
        setups = self.p.drive / "setups"
        setups.mkdir()
        self.stages = {}
        for name, version, driver, extra in (("old", OLD_VERSION, self.drivers["old"], "examples/old/gone.txt"), ("new", VERSION, fake, None),
                                             ("broken", VERSION, b"no driver", None)):
            out, self.stages[name] = flavour(work, package, name, version, driver, extra)
            out.rename(setups / out.name)
        self.window = Window(build, self.p)
        # Wine ends its drivers with the last program: this one stays
        self.holder = subprocess.Popen(["wine", "cmd", "/k", "echo here"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        while b"here" not in self.holder.stdout.readline():
            pass
        self.window.look()  # Wine starts its desktop with the first window
        self.files, self.registry = self.p.files(), self.p.registry()

    def end(self):
        self.window.end()
        self.holder.stdin.close()
        self.holder.wait(20)

    # ---- what is there

    def is_installed(self, folder, name, version, parts=None, others=()):
        there = installed(self.p.folder(folder))
        listed = there.pop("setup.lst").decode().split()
        there.pop("uninstall.exe")
        for other in others:
            there.pop(other)
        wanted = expected(self.stages[name], parts)
        same_files(f"files in {folder}", wanted, there)
        same("setup.lst", sorted(list(wanted) + ["uninstall.exe"]), sorted(entry.replace("\\", "/") for entry in listed))
        same("DisplayVersion", version, self.p.value(UNINSTALL, "DisplayVersion"))
        same("InstallLocation", folder, self.p.value(UNINSTALL, "InstallLocation"))
        same("the driver in system32", True, self.p.folder(r"C:\windows\system32\drivers\userport.sys").read_bytes() == self.drivers[name])
        same("Type of the service", "0x1", self.p.value(SERVICE, "Type"))

    def is_as_before(self):
        """Or becomes so: services.exe deletes a service's key when the last program has closed it."""
        end = time.monotonic() + 10
        files, now = self.p.files(), self.p.registry()
        while (files, now) != (self.files, self.registry) and time.monotonic() < end:
            files, now = self.p.files(), self.p.registry()
        same_files("files", self.files, files)
        if now != self.registry:
            raise Wrong(f"registry: gone {sorted(self.registry - now)[:9]}, left {sorted(now - self.registry)[:9]}")

    def setup(self, name, *words):
        self.p.report.unlink(missing_ok=True)
        return self.p.batch(" ".join([rf"C:\setups\userport-{name}.exe", "/S"] + list(words)))

    def report(self):
        return self.p.report.read_text(encoding="cp1252", errors="replace") if self.p.report.exists() else ""

    def uninstall(self, folder):
        """It goes on in a copy of itself, when its process has ended."""
        same("uninstall.exe /S", 0, self.p.batch(rf'"{folder}\uninstall.exe" /S'))
        self.window.until("the uninstaller ends", lambda: not self.p.folder(folder).exists() and self.p.value(UNINSTALL, "DisplayName") is None)


def silent(c):
    same("exit code", 0, c.setup("old", rf"/D={PLACE}"))
    c.is_installed(PLACE, "old", OLD_VERSION)
    same("report", "", c.report())
    same("32-bit userport.dll", True, c.p.folder(r"C:\windows\syswow64\userport.dll").read_bytes() == (c.build / "i386/userport.dll").read_bytes())
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


def main():
    print(f"1..{len(CASES)}", flush=True)
    failed = False
    with tempfile.TemporaryDirectory(dir=os.path.join(sys.argv[2], "setup")) as work:
        c = Case(sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(work).resolve())
        for number, (name, step) in enumerate(CASES, 1):
            begin = time.monotonic()
            try:
                step(c)
                print(f"ok {number} - {name}\n# {time.monotonic() - begin:.1f} s", flush=True)
            except Exception as wrong:  # the later cases cannot go on
                failed = True
                print(f"not ok {number} - {name}")
                print(re.sub("^", "# ", f"{wrong}\n{traceback.format_exc()}{c.window.look()}", flags=re.M))
                print("Bail out! the cases go on where the one before ended")
                c.window.picture("failed")
                break
        c.end()
    sys.exit(failed)


if __name__ == "__main__":
    main()
