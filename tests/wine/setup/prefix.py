# SPDX-License-Identifier: MIT
"""The setups of the tests and the prefix that they install into: makes them, runs them, and says what is there: files, registry.

The setup is the released one, made by package/setup.py of the same package, with two differences: its userport.sys is the one with fake
ports, since Wine cannot run port instructions; and the older version has another version's number and one file more."""

import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "package"))
import layout  # noqa: E402
import setup  # noqa: E402

VERSION = (ROOT / "VERSION").read_text().strip()
OLD_VERSION = "2.9.1"
SERVICE = r"HKLM\System\CurrentControlSet\Services\UserPort"
UNINSTALL = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\UserPort"
# What Windows' part, Wine, writes at any time for itself: its screens, its count of services, and
# what NSIS leaves for the next start: the uninstaller deletes itself then, as every program made
# with NSIS does.
NOT_OURS = re.compile(r"PendingFileRenameOperations|Control\\ServiceCurrent|Control\\(Class|DeviceClasses|Video)\\|Hardware\\DEVICEMAP\\VIDEO|"
                      r"CurrentControlSet\\Enum\\(PCI|DISPLAY)\\", re.I)


def flavour(work, package, name, version, driver, extra=None):
    """A setup of the package with this driver: the setup's file and the folder that it was made of."""
    stage = work / name / package.name
    shutil.copytree(package, stage)
    shutil.copyfile(package.parent / "UserPort.ico", work / name / "UserPort.ico")
    shutil.copyfile(package.parent / "wizard.bmp", work / name / "wizard.bmp")
    (stage / "amd64/userport.sys").write_bytes(driver)
    if extra:
        (stage / extra).parent.mkdir()
        (stage / extra).write_text("of the old version\n")
    out = work / f"userport-{name}.exe"
    setup.make(stage, "amd64", version, out, package.parents[1] / "amd64/folder.exe")
    return out, stage


class Prefix:
    def __init__(self, path, build):
        self.path, self.client = pathlib.Path(path), build / "wine/ctl_client.exe"
        self.drive = self.path / "drive_c"
        self.report = next((self.drive / "users").glob("[!P]*")) / "Temp/userport-setup.txt"

    def folder(self, windows):
        return self.drive / windows[3:].replace("\\", "/")

    def wine(self, *words, seconds=60, **more):
        return subprocess.run(("wine",) + words, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              timeout=seconds, **more)

    def batch(self, line):
        """A command line as it stands, which Wine would quote anew: the exit status."""
        (self.drive / "run.bat").write_bytes(f"@echo off\r\n{line}\r\n".encode())
        done = self.wine("cmd", "/c", r"C:\run.bat").returncode
        (self.drive / "run.bat").unlink()
        return done

    def files(self):
        """Every file and folder, but for temporary files and the setups; with what changes when somebody writes to it."""
        found = {}
        for path in self.drive.rglob("*"):
            name = path.relative_to(self.drive).as_posix()
            if path.is_file() and "/Temp/" not in f"/{name}" and not name.startswith("setups/"):
                status = path.stat()
                found[name] = status.st_size, status.st_mtime_ns, status.st_ino
            elif path.is_dir() and "/Temp/" not in f"/{name}/":
                found[name + "/"] = ()
        return found

    def registry(self):
        """HKLM, as lines with the key before each value. Software, nearly all of it, comes by the quick way."""
        text = self.wine(str(self.client), "saved", "Software").stdout.decode()
        for part in ("System", "Hardware"):
            self.wine("regedit", "/E", r"C:\part.reg", rf"HKEY_LOCAL_MACHINE\{part}")
            text += (self.drive / "part.reg").read_text(encoding="utf-16")
            (self.drive / "part.reg").unlink()
        lines, key = set(), ""
        for line in text.replace("\\\r\n", "").replace("\\\n", "").splitlines():
            if line.startswith("["):
                key = line
            full = f"{key} {line}"
            if line and not NOT_OURS.search(full):
                lines.add(full)
        return lines

    def value(self, key, name):
        text = self.wine("reg", "query", key, "/v", name).stdout.decode(errors="replace")
        match = re.search(rf"^\s+{re.escape(name)}\s+REG_\w+\s+(.*?)\r?$", text, re.M)
        return match.group(1) if match else None

    def userportctl(self, folder, *words):
        return self.wine(str(self.folder(folder) / "userportctl.exe"), *words)

    def list(self, folder):
        return self.userportctl(folder, "list", "--short").stdout.decode().strip()


def expected(stage, parts=None):
    """What the installed folder has to have, from the lists: name to bytes."""
    names = sorted(path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file())
    lists = layout.setup(names, "amd64")
    return {target: (stage / source).read_bytes() for part, files in lists.items() if parts is None or part in parts or part == "program"
            for target, source in files.items()}


def installed(folder):
    """The same of what is there."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
