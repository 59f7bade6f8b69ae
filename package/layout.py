#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What is in the packages: which file of the build or the tree goes where, in the zip and in the setups. Everything else (zip,
setups, catalogues, bills of materials, tests) follows from these lists.

A tree is a dictionary: its path, with slashes, to the file that it is copied from."""

import pathlib
import re
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[1]
ARCHES = ("i386", "amd64")
BINARY = {".exe", ".dll", ".sys", ".a", ".cat", ".pdf", ".png", ".ico", ".jar", ".class", ".html", ".zip"}
UNIX_TEXT = {".sh", ".mk", ".vcd"}  # what reads these wants no CR

PROGRAMS = ("UserPort.exe", "userportctl.exe", "portcheck.exe", "iopm.exe")
LIBRARIES = ("userport.dll", "userport_com.dll", "userport-trap.dll")
DRIVER = ("userport.sys", *LIBRARIES, "UserPort.Ports.manifest")
COMPATIBLE = {"i386": ("inpout32.dll", "DLPortIO.dll"), "amd64": ("inpoutx64.dll", "DLPortIO.dll")}
LINKING = ("libuserport.dll.a",)

# The parts of a setup, in the order in which it shows them. Their words are in userport.nsi.
PARTS = {"i386": ("program", "compatible", "documents"), "amd64": ("program", "lib32", "compatible", "documents")}


def example_sources():
    """Every language that there is. build.mk is this repository's; what begins with a dot or __ is no example."""
    for path in sorted((ROOT / "examples").rglob("*")):
        inner = path.relative_to(ROOT)
        if path.is_file() and len(inner.parts) > 2 and not any(part.startswith((".", "__")) for part in inner.parts):
            yield inner.as_posix(), path


def example_programs(build):
    """The C examples as programs. Those that run IN and OUT themselves (ports.h) can do so on 32-bit Windows only."""
    for source in sorted((ROOT / "examples/c").rglob("*.c")):
        inner = source.relative_to(ROOT / "examples/c").with_suffix(".exe")
        for arch in ARCHES:
            if arch == "i386" or '#include "ports.h"' not in source.read_text():
                yield f"examples/c/bin/{arch}/{inner.as_posix()}", build / "examples" / arch / inner


def package(build, made):
    """The zip. made: where dist.py has put what is made for the packages alone: README.txt, userport.reg, manual/."""
    tree = {"README.txt": ROOT / "package/README.txt.in", "LICENSE.txt": ROOT / "LICENSE", "CHANGELOG.txt": ROOT / "CHANGELOG.md"}
    for arch in ARCHES:
        for name in PROGRAMS + DRIVER + COMPATIBLE[arch] + LINKING:
            tree[f"{arch}/{name}"] = build / arch / name
        tree[f"driver-only/{arch}/userport.sys"] = build / arch / "userport.sys"
    for name in LIBRARIES:
        tree[f"amd64/i386/{name}"] = build / "i386" / name  # userportctl takes it from there for 32-bit programs
    tree["driver-only/README.txt"] = ROOT / "package/driver-only.txt"
    tree["driver-only/userport.reg"] = made / "userport.reg"
    for header in sorted((ROOT / "include/userport").iterdir()):
        tree[f"include/userport/{header.name}"] = header
    for page in sorted((made / "manual").glob("manual.*")):
        tree[f"manual/{page.name}"] = page
    tree.update(example_sources())
    tree.update(example_programs(build))
    return tree


def setup(names, arch):
    """The parts of a setup: part to {path in the installed folder: path in the package}."""
    parts = {part: {} for part in PARTS[arch]}
    for name in PROGRAMS + DRIVER:
        parts["program"][name] = f"{arch}/{name}"
    for name in ("LICENSE.txt", "CHANGELOG.txt"):
        parts["program"][name] = name
    if arch == "amd64":
        for name in LIBRARIES:
            parts["lib32"][f"i386/{name}"] = f"i386/{name}"
    for bits in ARCHES if arch == "amd64" else ("i386",):
        for name in COMPATIBLE[bits]:
            parts["compatible"][f"compatible/{bits}/{name}"] = f"{bits}/{name}"
        for name in LINKING:
            parts["documents"][f"lib/{bits}/{name}"] = f"{bits}/{name}"
    for name in names:
        if name.startswith(("manual/", "examples/", "include/")) and (arch == "amd64" or "/bin/amd64/" not in name):
            parts["documents"][name] = name
    return parts


def is_text(name):
    return pathlib.PurePosixPath(name).suffix not in BINARY


def in_package(text):
    """The README of examples, whose paths and links are the repository's, for the package."""
    text = re.sub(r"\bbuild/(i386|amd64)\b", r"\1", text).replace("build/host/libuserport.so", "libuserport.so")
    text = text.replace("](../../README.md)", "](../../README.txt)")
    text = re.sub(r"\]\(\.\./\.\./docs/[\w.-]+\.md(#[\w-]*)?\)", "](../../manual/manual.html)", text)
    return re.sub(r"\[([^\]]*)\]\(\.\./\.\./tests/[^)]*\)", r"\1", text)


def copy(source, target, substitutions=()):
    """Text gets the line ends of Windows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not is_text(target.name):
        shutil.copyfile(source, target)
        return
    data = source.read_bytes()
    for old, new in substitutions:
        data = data.replace(old.encode(), new.encode())
    if source.name == "README.md":
        data = in_package(data.decode()).encode()
    if target.suffix not in UNIX_TEXT and target.name != "Makefile":
        data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    target.write_bytes(data)
