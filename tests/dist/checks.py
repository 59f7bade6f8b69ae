# SPDX-License-Identifier: MIT
"""What the tests of the packages share: where the packages are, how they are unpacked, and the printing of TAP."""

import io
import os
import pathlib
import subprocess
import sys
import tarfile
import traceback
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", "build"))
BUILD = BUILD if BUILD.is_absolute() else ROOT / BUILD
DIST = BUILD / "dist"
VERSION = (ROOT / "VERSION").read_text().strip()
TOP = f"userport-{VERSION}"
SETUPS = {arch: f"{TOP}-setup-{arch}.exe" for arch in ("i386", "amd64")}
DEB = f"userport_{VERSION.replace('-', '~')}_amd64.deb"
PACKAGES = [f"{TOP}.zip", *SETUPS.values(), DEB]


class Wrong(Exception):
    """Something is not as it must be."""


def need(condition, text):
    if not condition:
        raise Wrong(text)


def same(what, wanted, there):
    if wanted != there:
        raise Wrong(f"{what}: {there!r}, not {wanted!r}")


def same_names(what, wanted, there):
    missing, more = sorted(set(wanted) - set(there)), sorted(set(there) - set(wanted))
    need(not missing and not more, f"{what}: missing {missing}, too many {more}")


def unzip(path):
    """Name, without the top folder, to bytes."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        need(all(name.startswith(TOP + "/") for name in names), f"{path.name}: a file beside {TOP}/")
        return {name[len(TOP) + 1:]: archive.read(name) for name in names}


def unpack_setup(path, folder):
    """By 7-Zip, which knows NSIS' format from elsewhere. What is installed, by its path in the installed folder, to bytes."""
    done = subprocess.run(["7z", "x", "-y", f"-o{folder}", str(path)], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    need(done.returncode == 0, f"7z cannot unpack {path.name}: {done.stdout}")
    top = [entry for entry in pathlib.Path(folder).iterdir() if entry.name != "$PLUGINSDIR"]
    same(f"folders in {path.name}", 1, len(top))
    return {file.relative_to(top[0]).as_posix(): file.read_bytes() for file in top[0].rglob("*") if file.is_file()}


def unpack_deb(path):
    """Path to its entry in the package's archive, and to bytes (None: it is no plain file)."""
    done = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(path)], check=True, stdout=subprocess.PIPE)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        return {entry.name[2:]: (entry, archive.extractfile(entry).read() if entry.isfile() else None) for entry in archive if entry.name != "."}


def run_cases(cases):
    """(name, function) each; a case fails by an exception. Exits."""
    print(f"1..{len(cases)}", flush=True)
    failed = False
    for number, (name, case) in enumerate(cases, 1):
        try:
            case()
            print(f"ok {number} - {name}", flush=True)
        except Wrong as wrong:
            failed = True
            print(f"not ok {number} - {name}\n# {wrong}", flush=True)
        except Exception:  # of a tool or a library
            failed = True
            print(f"not ok {number} - {name}")
            print("\n".join(f"# {line}" for line in traceback.format_exc().splitlines()), flush=True)
    sys.exit(failed)
