#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes a setup program of a package's folder: writes the lists of files that userport.nsi includes, and runs makensis. The tests
make setups of other versions and with another userport.sys by it; nothing else of them differs."""

import argparse
import os
import pathlib
import shlex
import subprocess
import sys

import layout

HERE = pathlib.Path(__file__).resolve().parent


def file_lists(stage, arch):
    """For each part a macro that puts its files into $NewFolder and their names into the list of what is installed. In a fixed
    order: the order of a folder is the file system's."""
    names = sorted(path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file())
    lines = []
    for part, files in layout.setup(names, arch).items():
        lines.append(f"!macro FILES_{part}")
        folder = None
        for target, source in sorted(files.items(), key=lambda item: (str(pathlib.PurePosixPath(item[0]).parent), item[0])):
            inner = str(pathlib.PurePosixPath(target).parent)
            if inner != folder:
                lines.append('  SetOutPath "$NewFolder"' if inner == "." else f'  SetOutPath "$NewFolder\\{backslashes(inner)}"')
                folder = inner
            lines.append(f'  File "/oname={pathlib.PurePosixPath(target).name}" "{stage / source}"')
            lines.append(f'  FileWrite $List "{backslashes(target)}$\\r$\\n"')
        lines.append("!macroend")
    return "\n".join(lines) + "\n"


def backslashes(path):
    return path.replace("/", "\\")


def size_kib(stage, arch):
    names = sorted(path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file())
    return sum((stage / source).stat().st_size for files in layout.setup(names, arch).values() for source in files.values()) // 1024


def make(stage, arch, version, out, folder, sign=None):
    """out: the setup's file. folder: folder.exe, for that arch. sign: a command that signs the file named behind it, for the uninstaller inside."""
    stage, out = stage.resolve(), out.resolve()
    lists = out.with_suffix(".nsh")
    lists.write_text(file_lists(stage, arch))
    numbers = version.split("-")[0]
    defines = {"ARCH": arch, "VERSION": version, "NUMBERS": f"{numbers}.0", "STAGE": str(stage), "LISTS": str(lists), "OUT": str(out),
               "SIZE": str(size_kib(stage, arch)), "ICON": str(stage.parent / "UserPort.ico"), "PICTURE": str(stage.parent / "wizard.bmp"), "FOLDER": str(folder.resolve())}
    if sign:
        defines["SIGN"] = " ".join(shlex.quote(word) for word in sign)
    command = ["makensis", "-V2", "-WX", "-NOCD", "-INPUTCHARSET", "UTF8"] + [f"-D{key}={value}" for key, value in defines.items()] + \
        [str(HERE / "userport.nsi")]
    environment = os.environ | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=environment)
    lists.unlink()
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\nsetup.py: makensis could not make {out.name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", type=pathlib.Path, required=True, help="the unpacked package; UserPort.ico and wizard.bmp lie beside it")
    parser.add_argument("--arch", choices=layout.ARCHES, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="folder.exe")
    given = parser.parse_args()
    make(given.stage, given.arch, given.version, given.out, given.folder)


if __name__ == "__main__":
    main()
