#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The cases of dist/signing: what is signed, that it verifies, and that it does not when one bit is another."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import pefile

from checks import BUILD, DIST, PACKAGES, ROOT, SETUPS, need, run_cases, same, same_names, unpack_setup, unzip

sys.path.insert(0, str(ROOT / "package"))
import catalog  # noqa: E402

WORK = pathlib.Path(tempfile.mkdtemp(dir=BUILD / "wine"))
OUT = WORK / "dist"
CERT, KEY = WORK / "test.crt", WORK / "test.key"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("SIGN_")}
FORMS = {"userport-2000-7.cat": ("sha1", "1.3.14.3.2.26"), "userport.cat": ("sha256", "2.16.840.1.101.3.4.2.1")}
FILES = {}


def run(*command, **more):
    return subprocess.run([str(word) for word in command], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


def verify(path, catalogue=None):
    """osslsigncode's opinion, with our certificate as the only one that is trusted."""
    return run("osslsigncode", "verify", "-CAfile", CERT, *(["-catalog", catalogue] if catalogue else []), "-in", path)


def put(name, data):
    path = WORK / "files" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def make():
    done = run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", KEY, "-out", CERT, "-days", "30", "-subj", "/CN=UserPort test",
               "-addext", "extendedKeyUsage=codeSigning")
    same("openssl", 0, done.returncode)
    epoch = str(int((DIST / "SHA256SUMS").stat().st_mtime))
    done = run("/usr/bin/python3", ROOT / "package/dist.py", "--build", BUILD, "--out", OUT, "--cc", "i686-w64-mingw32-gcc", "--manual",
               BUILD / "packages/made/manual", env=ENVIRONMENT | {"SIGN_CERT": str(CERT), "SIGN_KEY": str(KEY), "SOURCE_DATE_EPOCH": epoch})
    need(done.returncode == 0, done.stdout)
    FILES.update(unzip(OUT / PACKAGES[0]))
    same_names("the signed zip", list(unzip(DIST / PACKAGES[0])) + [f"driver-only/{name}" for name in FORMS], FILES)


def all_signed():
    count = 0
    for name, data in FILES.items():
        if name.endswith((".exe", ".dll", ".sys")):
            done = verify(put(name, data))
            need(done.returncode == 0, f"{name}: {done.stdout}")
            count += 1
    need(count > 30, f"only {count} files")
    for arch, name in SETUPS.items():
        done = verify(OUT / name)
        need(done.returncode == 0, f"{name}: {done.stdout}")
        inside = unpack_setup(OUT / name, WORK / arch)
        for program in ("UserPort.exe", "userportctl.exe", "userport.dll", "userport_com.dll", "userport-trap.dll", "userport.sys"):
            need(inside[program] == FILES[f"{arch}/{program}"], f"{name}: {program} is not the zip's")
        done = verify(put(f"{arch}-uninstall.exe", inside["uninstall.exe"]))
        need(done.returncode == 0, f"uninstall.exe of {name}: {done.stdout}")


def nothing_else_changed():
    """A signature goes behind the file, and changes the checksum and the place of the signature in the header."""
    for name, data in unzip(DIST / PACKAGES[0]).items():
        signed = FILES[name]
        if name.endswith((".exe", ".dll", ".sys")):
            same(f"digest of {name}", catalog.authenticode_digest(data, "sha256"), catalog.authenticode_digest(signed, "sha256"))
            image = pefile.PE(data=signed, fast_load=True)
            same(f"checksum of {name}", image.generate_checksum(), image.OPTIONAL_HEADER.CheckSum)
        else:
            need(data == signed, f"{name} differs from the one that is not signed")


def tampering():
    data = bytearray(FILES["amd64/userport.sys"])
    data[0x500] ^= 1
    done = verify(put("tampered.sys", bytes(data)))
    need(done.returncode != 0 and "MISMATCH" in done.stdout, f"one bit of userport.sys is not noticed: {done.stdout}")
    other = WORK / "other.crt"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", WORK / "other.key", "-out", other, "-days", "30", "-subj", "/CN=Other")
    done = run("osslsigncode", "verify", "-CAfile", other, "-in", put("untrusted.sys", FILES["amd64/userport.sys"]))
    need(other.exists() and done.returncode != 0, "a certificate that nobody knows is trusted")


def catalogues():
    plain = unzip(DIST / PACKAGES[0])
    for name, (algorithm, _) in FORMS.items():
        listed = put(name, FILES[f"driver-only/{name}"])
        for arch in ("i386", "amd64"):
            for what, data in (("signed", FILES), ("not signed", plain)):
                done = verify(put(f"{arch}-of-{name}.sys", data[f"driver-only/{arch}/userport.sys"]), listed)
                need(done.returncode == 0 and re.search(rf"digest algorithm\s*: {algorithm}", done.stdout, re.I),
                     f"{name}, {arch}, {what}: {done.stdout}")
        done = verify(put("other.exe", plain["amd64/userportctl.exe"]), listed)
        need(done.returncode != 0, f"{name} has a file that was not put into it")
        data = bytearray(FILES[f"driver-only/{name}"])
        place = data.find("userport.sys".encode("utf-16-le"))
        data[place] ^= 1
        done = verify(put(f"{arch}-of-{name}.sys", plain["amd64/userport.sys"]), put(f"tampered-{name}", bytes(data)))
        need(done.returncode != 0, f"one bit of {name} is not noticed")


def catalogue_windows():
    """Wine's wintrust.dll finds the two members of the older form, by name and digest. Of the newer form it finds none."""
    path = put("userport-2000-7.cat", FILES["driver-only/userport-2000-7.cat"])
    done = subprocess.run(["wine", str(BUILD / "wine/catalogue_read.exe"), str(path)], check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, timeout=60)
    wanted = set()
    for arch in ("i386", "amd64"):
        digest = catalog.authenticode_digest(FILES[f"driver-only/{arch}/userport.sys"], "sha1").hex().upper()
        wanted.add(f"{digest} 200 {FORMS['userport-2000-7.cat'][1]} {digest}")
    same("members", wanted, set(done.stdout.splitlines()))


def refusals():
    path = put("refused.sys", FILES["amd64/userport.sys"])
    before = path.read_bytes()
    done = run(ROOT / "package/sign.sh", path, env=ENVIRONMENT)
    same("no certificate", (2, True), (done.returncode, "with what?" in done.stdout))
    done = run(ROOT / "package/sign.sh", path, env=ENVIRONMENT | {"SIGN_CERT": str(CERT), "SIGN_KEY": str(WORK / "other.key")})
    same("another key", (1, True), (done.returncode, f"cannot sign {path}" in done.stdout))
    same("SIGN_ARGS is used", 0, run(ROOT / "package/sign.sh", path, env=ENVIRONMENT | {"SIGN_ARGS": f"-certs {CERT} -key {KEY}"}).returncode)
    need(path.read_bytes() != before, "nothing was signed")
    same("files beside it", [], list(path.parent.glob("*.signed")))


def no_secrets():
    names = run("git", "-C", ROOT, "ls-files").stdout.split("\n")
    need(len(names) > 200, "hardly a file in the tree")
    for name in names:
        need(not name.endswith((".pfx", ".p12", ".pem", ".key", ".crt", ".cer", ".pvk", ".spc")), f"{name} in the tree")
    done = run("git", "-C", ROOT, "grep", "-lE", "BEGIN ([A-Z]+ )?(PRIVATE KEY|CERTIFICATE)")
    same("keys and certificates in the tree", "", done.stdout.replace("tests/dist/signing.py\n", ""))


try:
    run_cases([
        ("make dist with a certificate: the same files, and the catalogues", make),
        ("every program, DLL and driver is signed, in the zip and in the setups, which are too", all_signed),
        ("signing changes nothing else, and the checksums are right", nothing_else_changed),
        ("one bit, or another certificate: not verified", tampering),
        ("the catalogues: both drivers, with and without their own signature; no other file; one bit", catalogues),
        ("the older catalogue as wintrust.dll reads it", catalogue_windows),
        ("sign.sh refuses and leaves the file as it is", refusals),
        ("no key and no certificate in the tree", no_secrets),
    ])
finally:
    shutil.rmtree(WORK)
