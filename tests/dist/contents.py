#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The packages in build/dist: exactly these files, with these bytes; nothing of the machine that built them. The lists are written out
here a second time, on purpose; only the examples are those of the tree."""

import hashlib
import pathlib
import posixpath
import re
import subprocess
import tempfile

import pefile

from checks import BUILD, DIST, PACKAGES, ROOT, SETUPS, TOP, VERSION, need, run_cases, same, same_names, unpack_setup, unzip

MACHINES = {"i386": 0x14C, "amd64": 0x8664}
IN_BOTH = ("UserPort.exe", "userportctl.exe", "portcheck.exe", "iopm.exe", "userport.sys", "userport.dll", "userport_com.dll", "userport-trap.dll",
           "UserPort.Ports.manifest")
COMPATIBLE = {"i386": ("inpout32.dll", "DLPortIO.dll"), "amd64": ("inpoutx64.dll", "DLPortIO.dll")}
RAW = ("printlpt", "probe", "resetlpt", "speaker")
LIBRARY = ("lptstatus", "library/printlpt", "library/resetlpt", "library/speaker")
TEXT = (".txt", ".reg", ".h", ".hpp", ".manifest", ".md", ".c", ".cpp", ".pas", ".dpr", ".java", ".bas", ".vb", ".vbs")
WITH_VERSION = ("UserPort.exe", "userportctl.exe", "userport.sys", "userport.dll", "userport_com.dll", "userport-trap.dll", "inpout32.dll",
                "inpoutx64.dll", "DLPortIO.dll")

PACKAGE = unzip(DIST / PACKAGES[0])
WORK = tempfile.TemporaryDirectory()
INSTALLED = {}


def installed(arch):
    if arch not in INSTALLED:
        INSTALLED[arch] = unpack_setup(DIST / SETUPS[arch], pathlib.Path(WORK.name) / arch)
    return INSTALLED[arch]


def examples():
    names = subprocess.run(["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "examples"], stdout=subprocess.PIPE,
                           text=True, check=True).stdout.split("\n")
    return {name: (ROOT / name).read_bytes() for name in names if name and name != "examples/build.mk" and (ROOT / name).exists()}


def zip_names():
    names = {"README.txt", "LICENSE.txt", "CHANGELOG.txt", "amd64/i386/userport.dll", "amd64/i386/userport_com.dll",
             "amd64/i386/userport-trap.dll", "manual/manual.html", "manual/manual.pdf",
             "driver-only/README.txt", "driver-only/userport.reg", "driver-only/i386/userport.sys", "driver-only/amd64/userport.sys"}
    for arch in MACHINES:
        names |= {f"{arch}/{name}" for name in IN_BOTH + COMPATIBLE[arch] + ("libuserport.dll.a",)}
        names |= {f"examples/c/bin/{arch}/{name}.exe" for name in LIBRARY + (RAW if arch == "i386" else ())}
    names |= {f"include/userport/{path.name}" for path in (ROOT / "include/userport").iterdir()}
    return names | set(examples())


def files_of_zip():
    same_names("the zip", zip_names(), PACKAGE)
    same_names("build/dist", ["SHA256SUMS"] + [name + more for name in PACKAGES for more in ("", ".spdx.json")], [path.name for path in DIST.iterdir()])


def files_of_setups():
    for arch in MACHINES:
        wanted = set(IN_BOTH) | {"LICENSE.txt", "CHANGELOG.txt", "uninstall.exe"}
        for bits in MACHINES if arch == "amd64" else ("i386",):
            wanted |= {f"compatible/{bits}/{name}" for name in COMPATIBLE[bits]} | {f"lib/{bits}/libuserport.dll.a"}
        if arch == "amd64":
            wanted |= {"i386/userport.dll", "i386/userport_com.dll", "i386/userport-trap.dll"}
        wanted |= {name for name in zip_names() if re.match("(manual|examples|include)/", name) and (arch == "amd64" or "/bin/amd64/" not in name)}
        there = installed(arch)
        same_names(f"setup for {arch}", wanted, there)
        for name, data in there.items():
            source = (f"{arch}/{name}" if name in IN_BOTH else re.sub(r"^(compatible|lib)/", "", name))
            need(name == "uninstall.exe" or data == PACKAGE[source], f"setup for {arch}: {name} is not the zip's {source}")


def bytes_of_build():
    for name, data in PACKAGE.items():
        match = re.fullmatch(r"(?:driver-only/)?(i386|amd64)/([^/]*)", name)
        if match and not name.endswith(".manifest"):
            need(data == (BUILD / match.group(1) / match.group(2)).read_bytes(), f"{name} is not the build's")
        match = re.fullmatch(r"examples/c/bin/(.*)", name)
        if match:
            need(data == (BUILD / "examples" / match.group(1)).read_bytes(), f"{name} is not the build's")
    for name in ("userport.dll", "userport_com.dll", "userport-trap.dll"):
        need(PACKAGE[f"amd64/i386/{name}"] == PACKAGE[f"i386/{name}"], f"the 32-bit {name} in amd64")
    for name, data in examples().items():
        need(name.endswith("README.md") or PACKAGE[name].replace(b"\r\n", b"\n") == data.replace(b"\r\n", b"\n"), f"{name} is not the tree's")


def readmes_of_examples():
    """They say the package's paths, and their links lead to files in it."""
    names = [name for name in PACKAGE if re.fullmatch(r"examples/\w+/README.md", name)]
    same("READMEs of examples", 5, len(names))
    for name in names:
        text = PACKAGE[name].decode()
        need("build/" not in text and "script/" not in text, f"{name} has paths that only the source has")
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            need(target.startswith("https://") or path in PACKAGE, f"{name} leads to {target}, which is not there")
        for path in re.findall(r"\b(?:i386|amd64)/[\w.]+\w", text):
            need(path in PACKAGE, f"{name} names {path}, which is not there")
        source = (ROOT / name).read_text()
        need(len(text.replace("\r", "").splitlines()) == len(source.splitlines()), f"{name} is not the tree's")


def line_ends():
    for name, data in PACKAGE.items():
        if name.endswith(TEXT):
            need(b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b""), f"{name}: a line that does not end with CR LF")
            need(data.endswith(b"\r\n"), f"{name}: no end of its last line")
        else:
            need(name.endswith((".exe", ".dll", ".sys", ".a", ".html", ".pdf", ".vcd")), f"{name}: is it text? Say so in this test")
    for name in ("README.txt", "driver-only/README.txt"):
        text = PACKAGE[name].decode("ascii")
        need(max(map(len, text.splitlines())) < 80, f"{name}: a line is too long for a console")
        need("@" not in text, f"{name}: a place that was not filled")
    need(PACKAGE["README.txt"].startswith(f"UserPort {VERSION}\r\n".encode()), "README.txt has another version")


def readme_is_true():
    """Each file that README.txt names is there, in i386 or amd64; each command that it has exists."""
    text = PACKAGE["README.txt"].decode()
    named = set(re.findall(r"[\w.-]+\.(?:exe|sys|dll|a|manifest|txt)\b", text))
    there = {pathlib.PurePosixPath(name).name for name in PACKAGE}
    same_names("files that README.txt names", named & there, named)
    need({"UserPort.exe", "userportctl.exe", "userport.sys"} <= named, "README.txt names hardly a file")
    for folder in re.findall(r"^  ([\w\\-]+)\\ ", text, re.M):
        need(any(name.startswith(folder.replace("\\", "/") + "/") for name in PACKAGE), f"README.txt: there is no {folder}")
    commands = set(re.findall(r"userportctl (\w+)", text))
    known = set(re.findall(r"^### (\w+)$", (ROOT / "docs/userportctl.md").read_text(), re.M))
    same_names("commands in README.txt", commands & known, commands)
    need(len(commands) >= 5, "README.txt has hardly a command")
    setup = re.findall(r'Push [\'"](\w+).*\n\s*Call (?:un\.)?Userportctl\n', (ROOT / "package/userport.nsi").read_text())
    same_names("what a setup does", {"install", "uninstall"}, setup)
    need(" ".join(text.split()).count('After a setup, go on with "userportctl start"') == 1, "README.txt does not say what comes after a setup")


def no_paths():
    home = str(pathlib.Path.home()).encode()
    words = [str(ROOT).encode(), str(BUILD).encode(), b"/tmp/", b"/usr/src", b"/usr/lib/gcc", b"/build/"] + ([home + b"/"] if len(home) > 1 else [])
    for what, files in (("zip", PACKAGE), *((arch, installed(arch)) for arch in MACHINES)):
        for name, data in files.items():
            for word in words:
                need(word not in data and word.decode().encode("utf-16-le") not in data, f"{what}: {name} has {word.decode()} in it")
    for path in DIST.iterdir():
        need(str(ROOT).encode() not in path.read_bytes(), f"{path.name} has this machine's path in it")


def pe_files():
    yield from ((name, data) for name, data in PACKAGE.items() if name.endswith((".exe", ".dll", ".sys")))
    yield from ((name, (DIST / name).read_bytes()) for name in SETUPS.values())
    yield from ((f"uninstall.exe of {arch}", installed(arch)["uninstall.exe"]) for arch in MACHINES)


def programs():
    for name, data in pe_files():
        image = pefile.PE(data=data, fast_load=True)
        arch = "i386" if "amd64/i386" in name else "amd64" if "amd64" in name else "i386"
        same(f"machine of {name}", MACHINES[arch], image.FILE_HEADER.Machine)
        if arch == "i386":
            need((image.OPTIONAL_HEADER.MajorSubsystemVersion, image.OPTIONAL_HEADER.MinorSubsystemVersion) <= (4, 0), f"{name} is not for NT 4.0")
        same(f"signature of {name}", 0, image.OPTIONAL_HEADER.DATA_DIRECTORY[4].Size)


def versions():
    numbers = tuple(int(number) for number in VERSION.split("-")[0].split(".")) + (0,)
    seen = 0
    for name, data in pe_files():
        base = pathlib.PurePosixPath(name).name
        if base not in WITH_VERSION and not base.startswith(("userport-", "uninstall")):
            continue
        image = pefile.PE(data=data)
        strings = {key.decode(): value.decode() for table in image.FileInfo[0] if hasattr(table, "StringTable") for key, value in
                   table.StringTable[0].entries.items()}
        same(f"FileVersion of {name}", VERSION, strings["FileVersion"])
        fixed = image.VS_FIXEDFILEINFO[0]
        same(f"fixed version of {name}", numbers, (fixed.FileVersionMS >> 16, fixed.FileVersionMS & 0xFFFF, fixed.FileVersionLS >> 16,
                                                   fixed.FileVersionLS & 0xFFFF))
        seen += 1
    same("programs with a version", 25, seen)
    for name in ("iopm.exe", "portcheck.exe"):
        need(all(VERSION.encode() in PACKAGE[f"{arch}/{name}"] for arch in MACHINES), f"{name} does not know its version")


def setups_manifest():
    for arch, name in SETUPS.items():
        for what, data in ((name, (DIST / name).read_bytes()), (f"uninstall.exe of {arch}", installed(arch)["uninstall.exe"])):
            manifest = re.search(rb"<assembly .*</assembly>", data, re.S).group(0)
            need(b'level="requireAdministrator"' in manifest, f"{what} does not ask for an administrator")
            need(re.search(rb"dpiAware[^>]*>true", manifest), f"{what} is scaled by Windows")
            same(f"Windows versions of {what}", 5, len(re.findall(rb"<supportedOS ", manifest)))


def registry_file():
    text = PACKAGE["driver-only/userport.reg"].decode("ascii")
    lines = text.replace("\\\r\n", "").split("\r\n")
    same("first line", "REGEDIT4", lines[0])
    same("key", "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\UserPort]", [line for line in lines if line.startswith("[")][0])
    same("keys", 1, sum(line.startswith("[") for line in lines))
    values = dict(line.split("=", 1) for line in lines if line.startswith('"'))
    same_names("values", ['"IOPM"', '"Scope"', '"Sticky"'], values)
    same("Scope, Sticky", ("dword:00000000", "dword:00000000"), (values['"Scope"'], values['"Sticky"']))
    kind, digits = values['"IOPM"'].split(":")
    same("type of IOPM", "hex", kind)
    data = bytes(int(word.strip(), 16) for word in digits.split(","))
    need(len(data) <= 8192, "IOPM is too long")
    granted = {8 * byte + bit for byte, value in enumerate(data) for bit in range(8) if not value >> bit & 1}
    same("granted ports", set(range(0x278, 0x280)) | set(range(0x378, 0x380)) | set(range(0x3BC, 0x3C0)), granted)


def sums():
    wanted = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in DIST.iterdir() if path.name != "SHA256SUMS"}
    lines = (DIST / "SHA256SUMS").read_text().splitlines()
    same("SHA256SUMS", wanted, {name: digest for digest, name in (line.split("  ") for line in lines)})
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=DIST, check=False, stdout=subprocess.PIPE)
    same("sha256sum --check", 0, done.returncode)


def archive():
    done = subprocess.run(["7z", "l", "-slt", str(DIST / PACKAGES[0])], stdout=subprocess.PIPE, text=True, check=True).stdout
    paths = re.findall(r"^Path = (.*)$", done, re.M)[1:]
    same("order", sorted(paths), paths)
    need(all(path.startswith(f"{TOP}/") and ".." not in path for path in paths), "a path that leaves the folder")
    same("dates", 1, len(set(re.findall(r"^Modified = (.*)$", done, re.M))))
    same("comments, owners", [], [line for line in re.findall(r"^(?:Comment|User|Group) = (.+)$", done, re.M)])


run_cases([
    ("build/dist and the zip: exactly these files", files_of_zip),
    ("both setups, unpacked by 7-Zip: exactly these files, each the zip's", files_of_setups),
    ("what is in the zip is what the build and the tree have", bytes_of_build),
    ("the READMEs of the examples: paths and links of the package", readmes_of_examples),
    ("the zip: sorted, one date, no owners", archive),
    ("text files end their lines with CR LF; both README.txt fit a console", line_ends),
    ("README.txt: files and commands that it names exist", readme_is_true),
    ("no path of the machine that built it, in any file", no_paths),
    ("programs: the processor of their folder; i386 for NT 4.0; not signed", programs),
    ("versions in programs, DLLs, drivers and setups", versions),
    ("setups: ask for an administrator, scale themselves", setups_manifest),
    ("userport.reg: the three printer ports and no others", registry_file),
    ("SHA256SUMS: every file", sums),
])
