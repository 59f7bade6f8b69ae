# SPDX-License-Identifier: MIT
"""The Debian package for Linux on amd64: which file goes where, and debhelper around it. The same bytes from the same sources."""

import email.utils
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

import layout

ROOT = layout.ROOT
MULTIARCH = "usr/lib/x86_64-linux-gnu"
WINDOWS = "usr/lib/userport/windows"  # what Windows programs load under Wine
DEVICE = ("userport.sys", "iopm.exe")  # for those that open the driver's device: the driver, and what makes its list
MAN_PAGES = {"userportctl.1": 1, "userport.conf.5": 5, "userport-run.8": 8, "libuserport.3": 3, "portcheck.1": 1}


def files(build, manual, version):
    """Path in the package to the file that it is copied from, and its mode."""
    number = version.split("-")[0]
    tree = {
        "usr/bin/portcheck": (build / "host/portcheck", 0o755),
        "usr/bin/userportctl": (build / "host/userportctl", 0o755),
        "usr/libexec/userport/userport-run": (build / "host/userport-run", 0o755),
        f"{MULTIARCH}/libuserport.so.{number}": (build / "host/libuserport.so", 0o644),
        f"{MULTIARCH}/pkgconfig/userport.pc": (build / "host/userport.pc", 0o644),
        "usr/share/bash-completion/completions/userportctl": (ROOT / "cli/userportctl.bash", 0o644),
        "etc/userport.conf": (ROOT / "package/userport.conf", 0o644),
        "usr/share/doc/userport/whats-new.md": (ROOT / "CHANGELOG.md", 0o644),
        "usr/share/doc/userport/examples/program.service": (ROOT / "package/program.service", 0o644),
        "usr/share/doc/userport/manual.html": (manual / "manual.html", 0o644),
        "usr/share/doc/userport/manual.pdf": (manual / "manual.pdf", 0o644),
    }
    for page, section in MAN_PAGES.items():
        tree[f"usr/share/man/man{section}/{page}"] = (manual / page, 0o644)
    for header in sorted((ROOT / "include/userport").iterdir()):
        tree[f"usr/include/userport/{header.name}"] = (header, 0o644)
    for arch in layout.ARCHES:
        for name in layout.LIBRARIES + layout.COMPATIBLE[arch]:
            tree[f"{WINDOWS}/{arch}/{name}"] = (build / arch / name, 0o644)
    for name in DEVICE:
        tree[f"{WINDOWS}/amd64/{name}"] = (build / "amd64" / name, 0o644)
    return tree


def debian_version(version):
    """3.0.0-dev comes before 3.0.0: a tilde says so."""
    return version.replace("-", "~")


def fill(template, target, values):
    text = template.read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    target.write_text(text)


def packed(package):
    """The files of a package: path to bytes. Symbolic links are none."""
    data = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {entry.name.removeprefix("./"): archive.extractfile(entry).read() for entry in archive if entry.isfile()}


def make(build, manual, work, out, version, epoch):
    """The package's path."""
    top = work / f"userport-{version}"
    control = top / "debian"
    tree = files(build, manual, version)
    for name, (source, mode) in tree.items():
        target = top / "tree" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(mode)
    (top / "tree/etc/userport.conf.d").mkdir()
    shutil.copytree(ROOT / "package/debian", control, copy_function=shutil.copy)  # with the date of now: debhelper makes the commit's of it
    number = version.split("-")[0]
    licence = "".join(f" {line.strip() or '.'}\n" for line in (ROOT / "LICENSE").read_text().split("\n\n", 2)[2].splitlines())
    values = {"VERSION": version, "DEBIAN_VERSION": debian_version(version), "DATE": email.utils.formatdate(epoch), "LICENSE": licence.rstrip("\n")}
    for name in ("changelog", "copyright"):
        fill(control / f"{name}.in", control / name, values)
        (control / f"{name}.in").unlink()
    (control / "userport.links").write_text(f"{MULTIARCH}/libuserport.so.{number} {MULTIARCH}/libuserport.so.3\n"
                                            f"{MULTIARCH}/libuserport.so.3 {MULTIARCH}/libuserport.so\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "DEB_", "DH_"))}
    done = subprocess.run(["debian/rules", "binary"], cwd=top, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment | {
        "SOURCE_DATE_EPOCH": str(epoch), "TZ": "UTC", "LC_ALL": "C.UTF-8", "DEB_BUILD_OPTIONS": "noautodbgsym"})
    if done.returncode != 0:
        sys.exit(f"dist.py: debhelper failed ({done.returncode})\n{done.stdout.decode(errors='replace')}")
    package = pathlib.Path(out, f"userport_{debian_version(version)}_amd64.deb")
    shutil.copyfile(work / package.name, package)
    return package
