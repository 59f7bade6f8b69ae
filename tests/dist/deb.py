#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The Debian package as a file: exactly these paths, modes and owners; the bytes of build and tree; what it depends on; lintian's silence.
What installing it does is tested in the emulated PC (linux/package)."""

import gzip
import re
import subprocess

from checks import BUILD, DEB, DIST, ROOT, VERSION, need, run_cases, same, same_names, unpack_deb

LIBRARIES = "usr/lib/x86_64-linux-gnu"
NUMBER = VERSION.split("-")[0]
PACKAGE = unpack_deb(DIST / DEB)
PLAIN = {path: data for path, (_, data) in PACKAGE.items() if data is not None}
PROGRAMS = {"usr/bin/portcheck": "portcheck", "usr/bin/userportctl": "userportctl", "usr/libexec/userport/userport-run": "userport-run"}
WINDOWS = {f"usr/lib/userport/windows/{path}": path for path in ("i386/userport.dll", "i386/userport_com.dll", "i386/userport-trap.dll",
                                                                  "i386/inpout32.dll", "i386/DLPortIO.dll", "amd64/userport.dll",
                                                                  "amd64/userport_com.dll", "amd64/userport-trap.dll",
                                                                  "amd64/inpoutx64.dll", "amd64/DLPortIO.dll", "amd64/userport.sys", "amd64/iopm.exe")}
PAGES = {"userportctl.1": "man1", "portcheck.1": "man1", "libuserport.3": "man3", "userport.conf.5": "man5", "userport-run.8": "man8"}
LINKS = {f"{LIBRARIES}/libuserport.so.3": f"libuserport.so.{NUMBER}", f"{LIBRARIES}/libuserport.so": "libuserport.so.3"}


def field(name):
    return subprocess.run(["dpkg-deb", "--field", str(DIST / DEB), name], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def files():
    doc = "usr/share/doc/userport"
    wanted = set(PROGRAMS) | set(WINDOWS) | set(LINKS)
    wanted |= {f"{LIBRARIES}/libuserport.so.{NUMBER}", f"{LIBRARIES}/pkgconfig/userport.pc", "etc/userport.conf",
               "usr/share/bash-completion/completions/userportctl", "usr/share/lintian/overrides/userport"}
    wanted |= {f"usr/share/man/{section}/{page}.gz" for page, section in PAGES.items()}
    wanted |= {f"{doc}/{name}" for name in ("README.Debian", "changelog.gz", "copyright", "examples/program.service", "manual.html", "manual.pdf.gz", "whats-new.md")}
    wanted |= {f"usr/include/userport/{path.name}" for path in (ROOT / "include/userport").iterdir()}
    there = [path for path, (entry, _) in PACKAGE.items() if not entry.isdir()]
    same_names("the package", wanted, [path.replace("whats-new.md.gz", "whats-new.md") for path in there])  # debhelper compresses it from 4 KiB on
    need("etc/userport.conf.d" in PACKAGE, "the folder of the policy is missing")
    for path, target in LINKS.items():
        same(path, target, PACKAGE[path][0].linkname)


def modes():
    for path, (entry, _) in PACKAGE.items():
        same(f"owner of {path}", (0, 0, "root", "root"), (entry.uid, entry.gid, entry.uname, entry.gname))
        if not entry.issym():
            same(f"mode of {path}", 0o755 if entry.isdir() or path in PROGRAMS else 0o644, entry.mode)


def contents():
    for path, inner in WINDOWS.items():
        same(f"bytes of {path}", (BUILD / inner).read_bytes(), PLAIN[path])
    for path in (ROOT / "include/userport").iterdir():
        same(f"bytes of {path.name}", path.read_bytes(), PLAIN[f"usr/include/userport/{path.name}"])
    same("userport.conf", (ROOT / "package/userport.conf").read_bytes(), PLAIN["etc/userport.conf"])
    same("program.service", (ROOT / "package/program.service").read_bytes(), PLAIN["usr/share/doc/userport/examples/program.service"])
    need(not re.search(rb"(?m)^[^#\n]", PLAIN["etc/userport.conf"]), "userport.conf gives something as it is installed")
    for page, section in PAGES.items():
        title = re.search(rb'(?m)^\.TH "?([\w.-]+)"? "?(\d)', gzip.decompress(PLAIN[f"usr/share/man/{section}/{page}.gz"]))
        same(f"title of {page}", (page[:-2].lower(), page[-1]), (title[1].decode().lower(), title[2].decode()))


def first_steps():
    """Those of README.Debian are the manual's, which linux/package runs; what it refers to is in the package."""
    text = PLAIN["usr/share/doc/userport/README.Debian"].decode()
    commands = re.findall(r"(?m)^ *\$ (.*)$", text)
    manual = re.findall(r"(?m)^\$ (.*)$", (ROOT / "docs/manual.md").read_text())
    need(len(commands) == 5, f"{commands}")
    same_names("the manual's commands", [], set(commands) - set(manual))
    pages = {f"{name}({section[-1]})" for name, section in ((page[:-2], section) for page, section in PAGES.items()) if name != "portcheck"}
    same_names("the pages that it names", pages, re.findall(r"[\w.-]+\(\d\)", text))
    for path in re.findall(r"/(?:usr|etc)/[\w./]*\w", text):
        need(path[1:] in PACKAGE, f"{path} is not in the package")


def depends():
    names = sorted(re.sub(r" .*", "", word) for word in field("Depends").split(", "))
    same("Depends", ["adduser", "libc6", "libcap2-bin"], names)
    same("Version", VERSION.replace("-", "~"), field("Version"))
    same("Architecture", "amd64", field("Architecture"))


def soname():
    text = subprocess.run(["objdump", "-p", str(BUILD / "host/libuserport.so")], check=True, stdout=subprocess.PIPE, text=True).stdout
    same("soname", "libuserport.so.3", re.search(r"SONAME\s+(\S+)", text)[1])


def no_paths():
    for path, data in PLAIN.items():
        text = gzip.decompress(data) if path.endswith(".gz") else data
        for word in (str(ROOT), str(BUILD), "/tmp/"):
            need(word.encode() not in text, f"{path} has {word} in it")


def lintian():
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", str(DIST / DEB)], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    said = [line for line in done.stdout.splitlines() if not line.startswith("running with root privileges")]
    need(done.returncode == 0 and not said, "lintian: " + "; ".join(said))


def lintian_looks():
    """It complains about a package that is wrong: it is not silent because it did not look."""
    done = subprocess.run(["lintian", "--allow-root", "--no-override", "--fail-on", "error,warning", str(DIST / DEB)], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    need(done.returncode != 0 and "package-name-doesnt-match-sonames" in done.stdout, "lintian without overrides found nothing")


run_cases([("exactly these files and links", files), ("modes and owners", modes), ("the bytes of build and tree", contents),
           ("README.Debian: its commands, pages and paths", first_steps), ("version and dependencies", depends), ("the library's name", soname), ("no path of the machine that built it", no_paths),
           ("lintian finds nothing", lintian), ("lintian did look", lintian_looks)])
