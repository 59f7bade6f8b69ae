#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""make dist: the packages, from what the build has made: zip, setups, Debian package, bills of materials, SHA256SUMS. The same bytes from the same
sources, wherever and whenever: one time for everything, sorted names, no owners. With SIGN_CERT and the like in the environment
everything that Windows looks for a signature in is signed (sign.sh), and the catalogues are made. With --signed-sys the amd64 driver
is the one that has Microsoft's signature; signed_driver.py says whether it is ours."""

import argparse
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import time
import zipfile

import catalog
import deb
import layout
import sbom
import setup
import signed_driver
import variables
import wizard

ROOT = layout.ROOT
SIGNED = {".exe", ".dll", ".sys"}
DRIVERS = ("amd64/userport.sys", "driver-only/amd64/userport.sys")  # what Microsoft signs, in the package


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], check=False, stdout=subprocess.PIPE, **more)
    if done.returncode != 0:
        sys.exit(f"dist.py: {command[0]} failed ({done.returncode})\n{done.stdout.decode(errors='replace')}")
    return done.stdout


def make_parts(build, made, version, epoch, manual):
    """What the packages have and the build has not."""
    made.mkdir(parents=True)
    if manual:
        shutil.copytree(manual, made / "manual")
    elif (ROOT / "docs/manual.md").exists():
        run("/usr/bin/python3", ROOT / "script/tools/manual.py", "--out", made / "manual", version, env=os.environ | {
            "SOURCE_DATE_EPOCH": str(epoch), "TZ": "UTC", "LC_ALL": "C.UTF-8"})
    values = run(build / "host/iopm", "lpt1, lpt2, lpt3")
    (made / "userport.reg").write_bytes(values.rstrip(b"\r\n") + b'\r\n"Scope"=dword:00000000\r\n"Sticky"=dword:00000000\r\n\r\n')


def fill(tree, stage, version, epoch):
    for name, source in tree.items():
        layout.copy(source, stage / name, [("@VERSION@", version)])
    same_time(stage, epoch)


def same_time(folder, epoch):
    for path in folder.rglob("*"):
        os.utime(path, (epoch, epoch))


def sign(files):
    run(ROOT / "package/sign.sh", *files)


def put_signed_driver(stage, path, epoch):
    for name in DRIVERS:
        shutil.copyfile(path, stage / name)
    same_time(stage, epoch)


def sign_stage(stage, epoch, done):
    """done: what has a signature already."""
    sign(sorted(path for path in stage.rglob("*") if path.suffix in SIGNED and path.relative_to(stage).as_posix() not in done))
    drivers = [("userport.sys", (stage / f"driver-only/{arch}/userport.sys").read_bytes()) for arch in layout.ARCHES]
    for form, name in ((1, "userport-2000-7.cat"), (2, "userport.cat")):
        path = stage / "driver-only" / name
        path.write_bytes(catalog.catalogue(form, drivers, epoch))
        sign([path])
    same_time(stage, epoch)


def make_zip(stage, out, top, epoch):
    date = max(time.gmtime(epoch)[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in stage.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{top}/{path.relative_to(stage).as_posix()}", date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, path.read_bytes())


def installed_files(stage, arch):
    names = sorted(path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file())
    return {target: (stage / source).read_bytes() for files in layout.setup(names, arch).values() for target, source in files.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--cc", required=True, help="the cross compiler, which says its version")
    parser.add_argument("--signed-sys", type=pathlib.Path, help="the amd64 driver as it came back with Microsoft's signature")
    parser.add_argument("--signed-root", type=pathlib.Path, help="the certificate at which the chain of that signature has to end (PEM)")
    parser.add_argument("--manual", type=pathlib.Path, help="a manual that is made already, with the same date")
    given = parser.parse_args()
    variables.check("dist", given.out)
    if given.signed_sys:
        with variables.leaving(given.out):
            for line in signed_driver.read_and_check(given.build / "amd64/userport.sys", given.signed_sys, given.signed_root):
                print(f"  {line}")
    os.umask(0o022)
    version = (ROOT / "VERSION").read_text().strip()
    epoch = int(run(ROOT / "package/source_date.sh"))
    is_signed = variables.is_signed()
    work, out = given.out.resolve().with_name(given.out.name.replace("dist", "packages")), given.out.resolve()
    for folder in (work, out):
        shutil.rmtree(folder, ignore_errors=True)
    out.mkdir(parents=True)
    stage = work / f"userport-{version}"
    make_parts(given.build, work / "made", version, epoch, given.manual)
    fill(layout.package(given.build, work / "made"), stage, version, epoch)
    if given.signed_sys:
        put_signed_driver(stage, given.signed_sys, epoch)
    shutil.copyfile(given.build / "gen/UserPort.ico", work / "UserPort.ico")
    (work / "wizard.bmp").write_bytes(wizard.bitmap())
    folders = {arch: work / f"folder-{arch}.exe" for arch in layout.ARCHES}
    for arch, path in folders.items():
        shutil.copyfile(given.build / arch / "folder.exe", path)
        if is_signed:
            sign([path])
    same_time(work, epoch)  # the setup keeps its pictures' dates too
    if is_signed:
        sign_stage(stage, epoch, DRIVERS if given.signed_sys else ())
    package = out / f"userport-{version}.zip"
    make_zip(stage, package, stage.name, epoch)
    described = {package: {path.relative_to(stage).as_posix(): path.read_bytes() for path in stage.rglob("*") if path.is_file()}}
    for arch in layout.ARCHES:
        program = out / f"userport-{version}-setup-{arch}.exe"
        setup.make(stage, arch, version, program, folders[arch], [str(ROOT / "package/sign.sh")] if is_signed else None)
        if is_signed:
            sign([program])
        described[program] = installed_files(stage, arch)
    package = deb.make(given.build, work / "made/manual", work / "deb", out, version, epoch)
    described[package] = deb.packed(package)
    versions = sbom.tool_versions(given.cc)
    kinds = {".zip": "zip", ".exe": "setup", ".deb": "deb"}
    for path, files in described.items():
        path.with_name(path.name + ".spdx.json").write_text(sbom.document(path, files, version, epoch, versions, kinds[path.suffix]))
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(out.iterdir())]
    (out / "SHA256SUMS").write_text("".join(sums))
    same_time(out, epoch)
    for path in sorted(out.iterdir()):
        print(f"  {variables.shown(path)}")
    if given.signed_sys and not given.signed_root:
        print(signed_driver.NO_ROOT)


if __name__ == "__main__":
    main()
