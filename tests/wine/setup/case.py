# SPDX-License-Identifier: MIT
"""What the cases of wine/setup and wine/setup_guard have in common: the setups, what is there, and how they are run. Arguments of the programs:
PREFIX BUILD"""

import os
import pathlib
import re
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
        self.p, self.build = Prefix(prefix, build), build
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
        self.window.look()  # Wine starts its desktop with the first window
        self.files, self.registry = self.p.files(), self.p.registry()

    def end(self):
        self.window.end()

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

    def uninstall_but(self, folder, name):
        """The same of a folder with a file that is not the setup's."""
        same("uninstall.exe /S", 0, self.p.batch(rf'"{folder}\uninstall.exe" /S'))
        self.window.until("the uninstaller ends", lambda: not (self.p.folder(folder) / "setup.lst").exists() and
                          self.p.value(UNINSTALL, "DisplayName") is None)
        same("the other file", True, (self.p.folder(folder) / name).exists())


def run(cases):
    print(f"1..{len(cases)}", flush=True)
    failed = False
    with tempfile.TemporaryDirectory(dir=os.path.join(sys.argv[2], "setup")) as work:
        c = Case(sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(work).resolve())
        for number, (name, step) in enumerate(cases, 1):
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
