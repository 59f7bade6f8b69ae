#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""make submission: what Microsoft gets, so that it signs the amd64 driver (docs/release.md): a cabinet with one folder, what is in
it, its bill of materials, the text for the form, SHA256SUMS. The same bytes from the same sources. With SIGN_CERT and the like in the
environment the catalogue and the cabinet are signed (sign.sh), as the Hardware Dev Center asks for; nothing else differs."""

import argparse
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

import catalog
import commit
import dist
import driver_inf
import layout
import sbom
import variables

FOLDER = "userport"  # in the cabinet: nothing may lie beside it
FORM = """Text for the submission of UserPort {version} to the Hardware Dev Center
(Partner Center, Hardware, Submit new hardware)

Product name          UserPort {version} (I/O ports for programs, by grant list)
File                  {cabinet}
Test signing          none of the boxes
Requested signatures  Windows 10 client from 1809 on, Windows 11 client: x64;
                      not Server
Device                none: a software-only primitive driver
Kind of driver        kernel mode; no filter; starts on demand, not at boot

What the driver does
  It gives programs that drive devices at printer ports, and the like, the I/O
  ports that an administrator has listed. On amd64 it alone looks at the list
  and carries out the access (IN, OUT) on behalf of a program that has opened
  its device.

What it does not do
  It maps no physical memory, reads and writes no MSR, changes neither the TSS,
  the GDT nor IOPL, touches no other process's memory, and loads no code. Ports
  that can damage data or stop the machine, those of the PCI configuration
  among them, get on the list only with an administrator's explicit consent.

Who may use it
  The device has an access list of its own, and its list of ports is in a
  registry key to which only SYSTEM and Administrators may write. A list that
  is missing or malformed grants nothing.

Memory integrity
  No section is writable and executable, sections are aligned to pages, pool is
  not executable, and no code is written at run time.

Source and build
  MIT licence. The driver is built with GCC on Debian 12 from the commit of the
  release, and anybody can build the same bytes again: docs/release.md.
  Commit               {commit}
  Commit date          {date}
  userport.sys SHA-256 {sha256}
  Authenticode SHA-256 {authenticode}
"""


def fill(build, stage, version, epoch, is_signed):
    """The folder of the cabinet. The names of its files, in the order in which they are packed."""
    stage.mkdir(parents=True)
    driver = (build / "amd64/userport.sys").read_bytes()
    inf = driver_inf.inf(version, epoch)
    files = {"userport.inf": inf, "userport.sys": driver, "userport.pdb": (build / "amd64/userport.pdb").read_bytes(),
             "userport.cat": catalog.catalogue(2, [("userport.sys", driver), ("userport.inf", inf)], epoch)}
    for name, data in files.items():
        (stage / name).write_bytes(data)
    if is_signed:
        dist.sign([stage / "userport.cat"])
    return list(files)


def contents(stage, names):
    lines = ["Size  SHA-256  Name\n"]
    lines += [f"{(stage / name).stat().st_size}  {hashlib.sha256((stage / name).read_bytes()).hexdigest()}  {FOLDER}/{name}\n" for name in names]
    return "".join(lines)


def objections(version, source):
    """Why this must not be submitted. driver_inf.driver_version has the same numbers for 3.0.0-dev as for 3.0.0."""
    if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", version):
        yield f"VERSION is {version}: a submission uses up the version number; set it to a release first"
    if source.changed:
        more = f" and {len(source.changed) - 5} more" if len(source.changed) > 5 else ""
        yield f"there are changes that are not committed: {', '.join(source.changed[:5])}{more}"
    if source.unknown:
        yield f"which commit this is, and whether there are changes, is not known: {source.unknown}"


def commit_line(source):
    if source.unknown:
        return "not known: git did not say it"
    if not source.digits:
        return "none: this is no clone of the repository"
    return source.digits + ("\n                       with changes that are not committed" if source.changed else "")


def make(build, work, version, epoch, is_signed, source):
    """The folder with all of it, in work."""
    out = work / "made"
    out.mkdir(parents=True)
    names = fill(build, work / FOLDER, version, epoch, is_signed)
    dist.same_time(work, epoch)
    cabinet = out / f"userport-{version}{'' if is_signed else '-unsigned'}.cab"
    dist.run("gcab", "--create", "--zip", cabinet, *(f"{FOLDER}/{name}" for name in names), cwd=work, stderr=subprocess.STDOUT,
             env=os.environ | {"TZ": "UTC", "LC_ALL": "C.UTF-8"})
    if is_signed:
        dist.sign([cabinet])
    files = {f"{FOLDER}/{name}": (work / FOLDER / name).read_bytes() for name in names}
    (out / f"{cabinet.name}.contents.txt").write_text(contents(work / FOLDER, names))
    (out / f"{cabinet.name}.spdx.json").write_text(sbom.document(cabinet, files, version, epoch, {}, "cab"))
    driver = files[f"{FOLDER}/userport.sys"]
    (out / "form.txt").write_text(FORM.format(
        version=version, cabinet=cabinet.name, commit=commit_line(source), date=dist.time.strftime("%Y-%m-%d", dist.time.gmtime(epoch)),
        sha256=hashlib.sha256(driver).hexdigest(), authenticode=catalog.authenticode_digest(driver, "sha256").hex()))
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(out.iterdir())]
    (out / "SHA256SUMS").write_text("".join(sums))
    dist.same_time(out, epoch)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    given = parser.parse_args()
    os.umask(0o022)
    out = given.out.resolve()
    work = out.with_name(out.name + "-files")
    variables.check("submission", out)
    is_signed = variables.is_signed()
    version = (layout.ROOT / "VERSION").read_text().strip()
    beside = [word for name in variables.OURS for word in os.environ.get(name, "").split()]
    source = commit.of_tree(layout.ROOT, given.build, beside)
    reasons = list(objections(version, source))
    with variables.leaving(out):
        if is_signed and reasons:
            sys.exit("\n".join(reasons))
        for reason in reasons:
            print(f"warning: {reason}", file=sys.stderr)
        shutil.rmtree(work, ignore_errors=True)
        made = make(given.build, work, version, int(dist.run(layout.ROOT / "package/source_date.sh")), is_signed, source)
    shutil.rmtree(out, ignore_errors=True)
    made.rename(out)
    for path in sorted(out.iterdir()):
        print(f"  {variables.shown(path)}")
    cabinet = variables.shown(next(out.glob("*.cab")))
    print(f"the file to upload: {cabinet}" if is_signed else f"{cabinet} is not signed: not for upload")


if __name__ == "__main__":
    main()
