#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""make submission: what is in the cabinet, the papers beside it, that a second build gives the same bytes, and what a certificate
adds. tests/dist/returned.py has the way back."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

import jsonschema
import pefile

from checks import BUILD, ROOT, VERSION, need, run_cases, same, same_names

sys.path[:0] = [str(ROOT / "package"), str(ROOT / "script/tools")]
import catalog  # noqa: E402
import driver_inf  # noqa: E402
import inf_rules  # noqa: E402
import symbols  # noqa: E402

WORK = pathlib.Path(tempfile.mkdtemp(dir=BUILD))  # in there: the linker sorts imports by the path of their library
EPOCH = 1_790_000_000
CABINET = f"userport-{VERSION}.cab"
PAPERS = {"SHA256SUMS", "form.txt", CABINET, f"{CABINET}.contents.txt", f"{CABINET}.spdx.json"}
INSIDE = {"userport.inf", "userport.sys", "userport.pdb", "userport.cat"}
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("SIGN", "MAKE", "BUILD"))} | {"SOURCE_DATE_EPOCH": str(EPOCH)}
OUT, SIGNED = WORK / "submission", WORK / "signed"
CERT, KEY = WORK / "test.crt", WORK / "test.key"
DRIVER = (BUILD / "amd64/userport.sys").read_bytes()


def run(*command, **more):
    return subprocess.run([str(word) for word in command], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


def good(*command, **more):
    done = run(*command, **more)
    need(done.returncode == 0, f"{command[0]}: {done.stdout}")


def make(out, **environment):
    good("/usr/bin/python3", ROOT / "package/submission.py", "--build", BUILD, "--out", out, env=ENVIRONMENT | environment)


def unpack(cabinet, folder):
    """By 7-Zip, which knows cabinets from elsewhere: name to bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    good("7z", "x", "-y", f"-o{folder}", cabinet)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def cabinet():
    make(OUT)
    same_names("build/submission", PAPERS, {path.name for path in OUT.iterdir()})
    files = unpack(OUT / CABINET, WORK / "unpacked")
    same_names("the cabinet", {f"userport/{name}" for name in INSIDE}, files)
    data = (OUT / CABINET).read_bytes()
    need(all(rb"userport\%s" % name.encode() in data for name in INSIDE), "the cabinet's names have no backslash")
    need(files["userport/userport.sys"] == DRIVER, "the driver is not the build's")
    need(files["userport/userport.inf"] == driver_inf.inf(VERSION, EPOCH), "the INF is not that of package")
    same("faults of the INF", [], list(inf_rules.faults(files["userport/userport.inf"], INSIDE, "20260921")))


def public_names(records, sections):
    """Name to the address in the image."""
    found, place = {}, 0
    while place < len(records):
        length, kind, _, offset, section = struct.unpack_from("<HHIIH", records, place)
        same("kind of a record", 0x110E, kind)
        found[records[place + 14:place + 2 + length].split(b"\0")[0].decode()] = sections[section - 1] + offset
        place += 2 + length
    return found


def symbols_of_driver():
    """They are of this image, by its identity; each function lies where the image's unwind tables have one. No time, no module."""
    image = pefile.PE(data=DRIVER)
    contents = symbols.streams(unpack(OUT / CABINET, WORK / "unpacked")["userport/userport.pdb"])
    header = symbols.DBI_HEADER.unpack_from(contents[symbols.DBI])
    _, stamp, age = struct.unpack_from("<3I", contents[symbols.INFO])
    named = image.DIRECTORY_ENTRY_DEBUG[0].entry
    guid = struct.pack("<IHH", named.Signature_Data1, named.Signature_Data2, named.Signature_Data3)
    start = DRIVER.index(b"RSDS") + 4
    same("GUID", DRIVER[start:start + 16], contents[symbols.INFO][12:28])
    need(contents[symbols.INFO][12:28].startswith(guid), "the image's debug directory has another GUID")
    same("time stamp, age, modules", (0, named.Age, 0), (stamp, age, header[9]))
    names = public_names(contents[header[7]], [section.VirtualAddress for section in image.sections])
    same("DriverEntry", image.OPTIONAL_HEADER.AddressOfEntryPoint, names["DriverEntry"])
    functions = {entry.struct.BeginAddress for entry in image.DIRECTORY_ENTRY_EXCEPTION}
    code = next(section for section in image.sections if section.Name.startswith(b".text"))
    ours = {name: address for name, address in names.items() if name.startswith("up_") and code.contains_rva(address)}
    need(len(ours) > 50, f"hardly a function: {sorted(ours)}")
    same("functions that are none", {}, {name: hex(address) for name, address in ours.items() if address not in functions})
    optional = struct.unpack_from("<11H", contents[symbols.DBI], len(contents[symbols.DBI]) - 22)
    table = b"".join(section.__pack__() for section in image.sections)
    same("section headers", table, contents[optional[5]][:len(table)])


def catalogue():
    """Signed here, so that osslsigncode looks for the driver in it; the INF is there by the digest of all its bytes."""
    good("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", KEY, "-out", CERT, "-days", "30", "-subj", "/CN=UserPort test",
         "-addext", "extendedKeyUsage=codeSigning")
    files = WORK / "unpacked/userport"
    data = (files / "userport.cat").read_bytes()
    need(data.count(hashlib.sha256((files / "userport.inf").read_bytes()).digest()) == 2, "the catalogue does not have the INF")
    need(data.count(catalog.authenticode_digest(DRIVER, "sha256")) == 2, "the catalogue does not have the driver")
    make(SIGNED, SIGN_CERT=str(CERT), SIGN_KEY=str(KEY))
    signed = unpack(SIGNED / CABINET, WORK / "unpacked-signed")
    need(signed["userport/userport.sys"] == DRIVER and signed["userport/userport.inf"] == (files / "userport.inf").read_bytes(),
         "a signature of one's own changes driver or INF")
    good("osslsigncode", "verify", "-CAfile", CERT, "-in", SIGNED / CABINET)
    inside = WORK / "unpacked-signed/userport"
    good("osslsigncode", "verify", "-CAfile", CERT, "-catalog", inside / "userport.cat", "-in", inside / "userport.sys")
    need(run("osslsigncode", "verify", "-CAfile", CERT, "-in", OUT / CABINET).returncode != 0, "the unsigned cabinet is signed")


def sums_and_contents():
    for folder in (OUT, SIGNED):
        good("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=folder)
        same_names("SHA256SUMS", PAPERS - {"SHA256SUMS"}, re.findall(r"  (.*)\n", (folder / "SHA256SUMS").read_text()))
    files = unpack(OUT / CABINET, WORK / "unpacked")
    listed = [line.split("  ") for line in (OUT / f"{CABINET}.contents.txt").read_text().splitlines()[1:]]
    same("contents", sorted([str(len(data)), digest(data), name] for name, data in files.items()), sorted(listed))


def bill_of_materials():
    document = json.loads((OUT / f"{CABINET}.spdx.json").read_text())
    schema = json.loads(pathlib.Path(__file__).with_name("spdx_schema.json").read_text())
    same("form", [], [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(document)])
    files = unpack(OUT / CABINET, WORK / "unpacked")
    wanted = {f"./{name}": digest(data) for name, data in files.items()}
    same("files", wanted, {entry["fileName"]: entry["checksums"][1]["checksumValue"] for entry in document["files"]})
    same("cabinet", digest((OUT / CABINET).read_bytes()), document["packages"][0]["checksums"][0]["checksumValue"])
    same("what others wrote", 1, len(document["packages"]))


def form():
    text = (OUT / "form.txt").read_text(encoding="ascii")
    for word in (VERSION, CABINET, digest(DRIVER), catalog.authenticode_digest(DRIVER, "sha256").hex(), "2026-09-21", "not Server"):
        need(word in text, f"form.txt does not have {word}")
    need(max(map(len, text.splitlines())) < 88, "form.txt: a line is too long")
    need("{" not in text and "@" not in text, "form.txt: a place that was not filled")


def second_build():
    """In another folder, by another umask, time zone and locale, everything compiled anew, and later."""
    good("make", "-s", "-j2", "submission", f"BUILD={WORK / 'again'}", cwd=ROOT, umask=0o077,
         env=ENVIRONMENT | {"TZ": "Asia/Kathmandu", "LC_ALL": "C"})
    for name in sorted(PAPERS):
        need((OUT / name).read_bytes() == (WORK / "again/submission" / name).read_bytes(), f"{name} has other bytes")


def no_paths():
    for path in [*OUT.iterdir(), *(WORK / "unpacked").rglob("*")]:
        if path.is_file():
            need(str(ROOT).encode() not in path.read_bytes() and b"/tmp" not in path.read_bytes(), f"{path.name} has a path of this machine in it")


try:
    run_cases([
        ("the cabinet: one folder with INF, driver, symbols and catalogue, and nothing beside it", cabinet),
        ("the symbols are the driver's: identity, functions, sections", symbols_of_driver),
        ("with a certificate: cabinet and catalogue are signed, and nothing else differs", catalogue),
        ("SHA256SUMS and the list of contents are right", sums_and_contents),
        ("the bill of materials has the form of SPDX, and these files", bill_of_materials),
        ("the text for the form names version, cabinet and digests", form),
        ("a second build elsewhere gives the same bytes", second_build),
        ("no path of this machine", no_paths),
    ])
finally:
    shutil.rmtree(WORK)
