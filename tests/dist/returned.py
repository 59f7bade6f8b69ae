#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What comes back from Microsoft: make dist SIGNED_SYS=FILE. Signed here by a certificate of its own, which says of itself what the
Hardware Dev Center's says; the packages with it; and each file that could come back in its place is refused, with the reason."""

import base64
import hashlib
import io
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile

from checks import BUILD, DIST, PACKAGES, ROOT, SETUPS, need, run_cases, same, same_names, unpack_setup, unzip

sys.path.insert(0, str(ROOT / "package"))
import catalog  # noqa: E402
import dist  # noqa: E402
import signed_driver  # noqa: E402
import variables  # noqa: E402

WORK = pathlib.Path(tempfile.mkdtemp(dir=BUILD))
OURS = BUILD / "amd64/userport.sys"
RETURNED = WORK / "returned.sys"
ROOT_CERT, OTHER_ROOT = WORK / "root.crt", WORK / "other.crt"
DRIVERS = ("amd64/userport.sys", "driver-only/amd64/userport.sys")
MICROSOFT = "3B1EFD3A66EA28B16697394703A72CA340A05BD5"
NO_ROOT = """warning: SIGNED_ROOT is not given: a signature by anybody's certificate that names this use is taken.
docs/release.md, "Step 6: the driver comes back", says how to get Microsoft's root from Windows.
"""
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("SIGN")}
CONFIGURATION = """[req]
distinguished_name=name
[name]
[authority]
basicConstraints=critical,CA:TRUE
[attested]
extendedKeyUsage=codeSigning,1.3.6.1.4.1.311.10.3.5.1
[publisher]
extendedKeyUsage=codeSigning
[stamper]
extendedKeyUsage=critical,timeStamping
"""


def run(*command, **more):
    return subprocess.run([str(word) for word in command], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


def good(*command, **more):
    done = run(*command, **more)
    need(done.returncode == 0, f"{command[0]}: {done.stdout}")
    return done.stdout


def certificates():
    """Two roots, and certificates of the first one: for drivers of the hardware program, for programs alone, for time stamps."""
    (WORK / "openssl.cnf").write_text(CONFIGURATION)
    for root, name in ((ROOT_CERT, "Test root"), (OTHER_ROOT, "Other root")):
        good("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", root.with_suffix(".key"), "-out", root, "-days", "30",
             "-subj", f"/CN={name}", "-config", WORK / "openssl.cnf", "-extensions", "authority")
    for name in ("attested", "publisher", "stamper"):
        good("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", WORK / f"{name}.key", "-out", WORK / f"{name}.csr", "-subj",
             f"/CN=Test {name}", "-config", WORK / "openssl.cnf")
        good("openssl", "x509", "-req", "-in", WORK / f"{name}.csr", "-CA", ROOT_CERT, "-CAkey", ROOT_CERT.with_suffix(".key"), "-CAcreateserial",
             "-out", WORK / f"{name}.crt", "-days", "30", "-extfile", WORK / "openssl.cnf", "-extensions", name)
        (WORK / f"{name}.pem").write_text((WORK / f"{name}.crt").read_text() + ROOT_CERT.read_text())


def signed(source, *words, by="attested"):
    """The bytes of source, signed."""
    target = WORK / "signed.sys"
    target.unlink(missing_ok=True)
    good("osslsigncode", "sign", "-h", "sha256", *words, "-certs", WORK / f"{by}.pem", "-key", WORK / f"{by}.key", "-in", source, "-out", target)
    return target.read_bytes()


def put(data):
    path = WORK / "put.sys"
    path.write_bytes(data)
    return path


def refused(data, reason, root=ROOT_CERT):
    done = run(ROOT / "package/signed_driver.py", "--root", root, OURS, put(data))
    need(done.returncode == 1, f"{reason}: it was taken:\n{done.stdout}")
    need(re.search(reason, done.stdout), f"the reason is not {reason!r}: {done.stdout}")
    need("Traceback" not in done.stdout, done.stdout)


def right_checksum(data):
    data, place = bytearray(data), signed_driver.image(data).checksum
    data[place:place + 4] = struct.pack("<I", signed_driver.checksum(bytes(data), place) + len(data))
    return bytes(data)


def changed(data, place, value=None):
    data = bytearray(data)
    data[place] = data[place] ^ 1 if value is None else value
    return right_checksum(data)


def another_build():
    """The same program with another byte of code, signed as a whole."""
    return put(changed(OURS.read_bytes(), 0x500))


def certificate_table(data):
    layout = signed_driver.image(data)
    return layout.table, layout.size


def has_own_stamps():
    """Can osslsigncode make a time stamp itself? It can from 2.6 on; Debian 12 has 2.5, and 2.9 among its backports."""
    said = run("osslsigncode", "--version").stdout
    version = re.search(r"osslsigncode (\d+)\.(\d+)", said)
    need(version, said)
    return (int(version[1]), int(version[2])) >= (2, 6)


def thumbprint(path):
    """As Windows shows it."""
    lines = path.read_text().split("-----")[2]
    return hashlib.sha1(base64.b64decode(lines)).hexdigest().upper()


def taken():
    certificates()
    for words, pages in (((), "page hashes: none"), (("-ph",), "page hashes: sha256, 1[0-9] pages, right")):
        RETURNED.write_bytes(signed(OURS, *words))
        said = good(ROOT / "package/signed_driver.py", "--root", ROOT_CERT, OURS, RETURNED)
        for line in (r"Authenticode digest \(sha256\), as our driver has it: [0-9a-f]{64}", pages, "certificate 0: Common Name: Test attested",
                     "issued by Common Name: Test root", "1.3.6.1.4.1.311.10.3.5.1: Windows hardware driver attested verification",
                     "certificate 1: Common Name: Test root", "time stamp: none", "the chain ends at the certificate in",
                     f"root.crt: SHA-1 {thumbprint(ROOT_CERT)}, not that of Microsoft Root Certificate Authority 2010, {MICROSOFT}"):
            need(re.search(line, said), f"not said: {line}\n{said}")
    if has_own_stamps():
        stamped = put(signed(OURS, "-ph", "-TSA-certs", WORK / "stamper.pem", "-TSA-key", WORK / "stamper.key"))
        said = good(ROOT / "package/signed_driver.py", "--root", ROOT_CERT, OURS, stamped)
        need("time stamp: there" in said, said)
    else:
        print("# this osslsigncode makes no time stamps: a signature with one is not tried")
    said = good(ROOT / "package/signed_driver.py", OURS, RETURNED)
    need("where the chain ends was not checked" in said and said.endswith(NO_ROOT), said)
    page = (ROOT / "docs/release.md").read_text()
    need("\n### Step 6: the driver comes back\n" in page and MICROSOFT in page, "docs/release.md does not say how to get the root")


def not_signed():
    refused(OURS.read_bytes(), "it has no signature")


def build():
    refused(signed(another_build()), r"it is another build, signed: 1 bytes differ, the first at 0x500\. Build from the commit that was submitted, "
            "with the same versions of Debian's packages; or put the build/amd64/userport.sys of the submission, .*, into its place")
    refused(signed(put(OURS.read_bytes() + bytes(512))), "it is another build, signed: [0-9]+ bytes, not")


def archive():
    """Microsoft's signed driver comes in a zip, with the catalogue that Microsoft has made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("drivers/userport.sys", RETURNED.read_bytes())
    cabinet = WORK / "packed.cab"
    good("gcab", "--create", "--zip", cabinet, RETURNED)
    for data in (packed.getvalue(), cabinet.read_bytes()):
        refused(data, r"it is an archive \(zip, cabinet\): take userport.sys out of it")
    catalogue = put(catalog.catalogue(2, [("userport.sys", OURS.read_bytes())], 1_790_000_000))
    refused(catalogue.read_bytes(), "it is a catalogue: take userport.sys, which came with it")
    good("osslsigncode", "sign", "-h", "sha256", "-certs", WORK / "attested.pem", "-key", WORK / "attested.key", "-in", catalogue, "-out",
         WORK / "signed.cat")
    refused((WORK / "signed.cat").read_bytes(), "it is a catalogue: take userport.sys, which came with it")


def not_there():
    """It is said of which file, before anything of OpenSSL's, and before the driver is blamed."""
    nowhere = WORK / "nowhere"
    for words, reason in ((["--root", nowhere, OURS, RETURNED], f"cannot read {nowhere}: No such file or directory"),
                          ([OURS, nowhere], f"cannot read {nowhere}: No such file or directory"),
                          (["--root", RETURNED, OURS, RETURNED], f"SIGNED_ROOT: {RETURNED} is no certificate (PEM, which Windows calls Base-64)")):
        done = run(ROOT / "package/signed_driver.py", *words)
        same(f"{words[:-1]}", (1, f"{reason}\n"), (done.returncode, done.stdout))


def byte():
    for place in (0x500, 0x50, len(OURS.read_bytes()) - 1):
        refused(changed(RETURNED.read_bytes(), place), f"it was changed after it was signed: 1 bytes differ, the first at 0x{place:X}")
    data = bytearray(RETURNED.read_bytes())
    data[signed_driver.image(data).checksum] ^= 1
    refused(bytes(data), "its checksum is wrong")


def truncated():
    data = RETURNED.read_bytes()
    table, _ = certificate_table(data)
    for length in (len(data) - 1, len(data) - 8, table + 100, table, table - 512, 0x1000):
        refused(data[:length], f"it is truncated: the signature ends at byte {len(data)}, and the file has {length}")
    for length in (0, 1, 0x3F, 0x90):
        refused(data[:length], "it is no program file")
    refused(data + bytes(8), "8 bytes lie behind the signature")


def other_signature():
    """Our file with the whole signature of another build."""
    other = signed(another_build(), "-ph")
    table, size = certificate_table(other)
    ours = RETURNED.read_bytes()
    place, there = certificate_table(ours)
    same("places of the signatures", (table, size), (place, there))
    refused(right_checksum(ours[:place] + other[table:]), "the signature is that of another file")


def broken_signature():
    data = RETURNED.read_bytes()
    table, size = certificate_table(data)
    content = data[table:table + size]
    refused(changed(data, table + content.index(b"Test attested")), "its chain of certificates is not one")
    place = data.index(bytes.fromhex("060a2b060104018237020302"), table) + 40
    refused(changed(data, place), "its page hashes are not those of the file")
    digest = data.rindex(b"\x04\x20", table, data.index(b"Test root", table)) + 4
    refused(changed(data, digest), "page hashes|another file|what it contains")
    _, _, end = signed_driver.der_value(data, table + 8)
    refused(changed(data, end - 1), "not by the key of the certificate")
    if end < len(data):
        refused(changed(data, end), "something behind the signature")
    refused(changed(data, table + 6), "not exactly one of the form")
    refused(changed(data, table + 8), "cannot be read")


def wrong_machine():
    refused(signed(BUILD / "i386/userport.sys"), "it is for i386, not for amd64")
    refused(signed(BUILD / "amd64/userport.dll"), "it is another build, signed")


def wrong_signer():
    refused(signed(OURS, by="publisher"), "signed by somebody else than the Hardware Dev Center")
    refused(RETURNED.read_bytes(), "its chain of certificates is not one that ends at", OTHER_ROOT)


def packages():
    """The driver is in both places of the zip, and in the setup; nothing else is another one."""
    out, epoch = WORK / "dist", str(int((DIST / "SHA256SUMS").stat().st_mtime))
    said = good("/usr/bin/python3", ROOT / "package/dist.py", "--build", BUILD, "--out", out, "--cc", "i686-w64-mingw32-gcc", "--manual",
                BUILD / "packages/made/manual", "--signed-sys", RETURNED, env=ENVIRONMENT | {"SOURCE_DATE_EPOCH": epoch})
    need("attested verification" in said and "Authenticode digest" in said and said.endswith(NO_ROOT), said)
    before, after = unzip(DIST / PACKAGES[0]), unzip(out / PACKAGES[0])
    same_names("the zip", before, after)
    same_names("what is another file", DRIVERS, [name for name in before if before[name] != after[name]])
    need(all(after[name] == RETURNED.read_bytes() for name in DRIVERS), "the driver in the zip is not the one that came back")
    inside = unpack_setup(out / SETUPS["amd64"], WORK / "setup")
    need(inside["userport.sys"] == RETURNED.read_bytes(), "the driver in the setup is not the one that came back")
    need((out / SETUPS["i386"]).read_bytes() == (DIST / SETUPS["i386"]).read_bytes(), "the setup for i386 is another one")
    good("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=out)


def own_certificate():
    """A certificate of one's own signs all but the driver that came back."""
    stage = WORK / "stage"
    for name in (*DRIVERS, "i386/userport.sys", "driver-only/i386/userport.sys"):
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(RETURNED if name in DRIVERS else BUILD / "i386/userport.sys", stage / name)
    os.environ.update({"SIGN_CERT": str(WORK / "publisher.pem"), "SIGN_KEY": str(WORK / "publisher.key")})
    dist.sign_stage(stage, 1_790_000_000, dist.DRIVERS)
    need(all((stage / name).read_bytes() == RETURNED.read_bytes() for name in DRIVERS), "the driver that came back has another signature")
    for name in ("i386/userport.sys", "driver-only/i386/userport.sys"):
        good("osslsigncode", "verify", "-CAfile", ROOT_CERT, "-in", stage / name)


def packages_refused():
    """make dist says why, before it touches anything."""
    out = WORK / "refused"
    path = put(changed(RETURNED.read_bytes(), 0x500))
    done = run("/usr/bin/python3", ROOT / "package/dist.py", "--build", BUILD, "--out", out, "--cc", "none", "--signed-sys", path)
    need(done.returncode == 1 and "it was changed after it was signed" in done.stdout, done.stdout)
    need(not out.exists() and "left as it was" not in done.stdout, "something was made")
    out.mkdir()
    (out / "package").write_text("before")
    done = run("/usr/bin/python3", ROOT / "package/dist.py", "--build", BUILD, "--out", out, "--cc", "none", "--signed-sys", path)
    need(done.stdout.endswith(f"\n{variables.shown(out)} is left as it was\n"), done.stdout)
    same("what was there", {"package": "before"}, {path.name: path.read_text() for path in out.iterdir()})
    done = run("/usr/bin/python3", ROOT / "package/dist.py", "--build", BUILD, "--out", out, "--cc", "none", "--signed-sys", RETURNED,
               "--signed-root", OTHER_ROOT)
    need(done.returncode == 1 and "its chain of certificates is not one that ends at" in done.stdout, done.stdout)
    done = run("make", "-n", "dist", f"SIGNED_SYS={path}", f"SIGNED_ROOT={ROOT_CERT}", cwd=ROOT, env=ENVIRONMENT)
    need(f"--signed-sys {path} --signed-root {ROOT_CERT}" in done.stdout and "dist-signed" in done.stdout, done.stdout)


try:
    run_cases([
        ("our driver with a signature is taken, with and without page hashes; digest, chain and uses are said", taken),
        ("refused: no signature", not_signed),
        ("refused: another build", build),
        ("refused: an archive, or a catalogue", archive),
        ("refused: a file that is not there, or no certificate", not_there),
        ("refused: a changed byte", byte),
        ("refused: a truncated file, or a longer one", truncated),
        ("refused: the signature of another file", other_signature),
        ("refused: a changed signature", broken_signature),
        ("refused: for another machine, or another file", wrong_machine),
        ("refused: signed by somebody else, or a chain with another end", wrong_signer),
        ("make dist with it: zip and setup have it, and nothing else changes", packages),
        ("a certificate of one's own leaves its signature as it is", own_certificate),
        ("make dist refuses another file, and makes nothing", packages_refused),
    ])
finally:
    shutil.rmtree(WORK)
