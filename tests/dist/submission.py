#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""make submission: what is in the cabinet, the papers beside it, that a second build gives the same bytes, what a certificate adds, and
what is not signed. tests/dist/returned.py has the way back."""

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
import variables  # noqa: E402

WORK = pathlib.Path(tempfile.mkdtemp(dir=BUILD))  # in there: the linker sorts imports by the path of their library
EPOCH = 1_790_000_000
RELEASE = VERSION.split("-")[0]
CABINET, SIGNED_CABINET = f"userport-{VERSION}-unsigned.cab", f"userport-{RELEASE}.cab"
INSIDE = {"userport.inf", "userport.sys", "userport.pdb", "userport.cat"}
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("SIGN", "MAKE", "BUILD"))} | {"SOURCE_DATE_EPOCH": str(EPOCH)}
OUT, SIGNED = WORK / "submission", WORK / "signed"
CERT, KEY = WORK / "test.crt", WORK / "test.key"
SIGN = {"SIGN_CERT": str(CERT), "SIGN_KEY": str(KEY)}
TREE = WORK / "tree"  # of a release, committed
DRIVER = (BUILD / "amd64/userport.sys").read_bytes()


def run(*command, **more):
    return subprocess.run([str(word) for word in command], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


def good(*command, **more):
    done = run(*command, **more)
    need(done.returncode == 0, f"{command[0]}: {done.stdout}")
    return done.stdout


def submission(out, tree=ROOT, build=BUILD, **environment):
    return run("/usr/bin/python3", tree / "package/submission.py", "--build", build, "--out", out, env=ENVIRONMENT | environment)


def make(out, tree=ROOT, build=BUILD, **environment):
    """What it said."""
    done = submission(out, tree, build, **environment)
    need(done.returncode == 0, done.stdout)
    return done.stdout


def papers(cabinet):
    return {"SHA256SUMS", "form.txt", cabinet, f"{cabinet}.contents.txt", f"{cabinet}.spdx.json"}


def git(tree, *words):
    return good("git", "-C", tree, "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false", *words)


def make_tree(tree, version):
    """What submission.py needs, as it would be in a clone."""
    shutil.copytree(ROOT / "package", tree / "package", ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "VERSION").write_text(f"{version}\n")
    (tree / ".gitignore").write_text("__pycache__/\n")
    git(tree, "init", "-q")
    git(tree, "add", ".")
    git(tree, "commit", "-q", "-m", "All of it")


def unpack(cabinet, folder):
    """By 7-Zip, which knows cabinets from elsewhere: name to bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    good("7z", "x", "-y", f"-o{folder}", cabinet)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def cabinet():
    said = make(OUT)
    need(said.endswith(f"{CABINET} is not signed: not for upload\n"), said)
    same_names("build/submission", papers(CABINET), {path.name for path in OUT.iterdir()})
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
    make_tree(TREE, RELEASE)
    said = make(SIGNED, TREE, **SIGN)
    need("warning" not in said and said.endswith(f"the file to upload: {variables.shown(SIGNED / SIGNED_CABINET)}\n"), said)
    signed = unpack(SIGNED / SIGNED_CABINET, WORK / "unpacked-signed")
    need(signed["userport/userport.sys"] == DRIVER and signed["userport/userport.inf"] == (files / "userport.inf").read_bytes(),
         "a signature of one's own changes driver or INF")
    good("osslsigncode", "verify", "-CAfile", CERT, "-in", SIGNED / SIGNED_CABINET)
    inside = WORK / "unpacked-signed/userport"
    good("osslsigncode", "verify", "-CAfile", CERT, "-catalog", inside / "userport.cat", "-in", inside / "userport.sys")
    need(run("osslsigncode", "verify", "-CAfile", CERT, "-in", OUT / CABINET).returncode != 0, "the unsigned cabinet is signed")


def sums_and_contents():
    for folder, name in ((OUT, CABINET), (SIGNED, SIGNED_CABINET)):
        good("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=folder)
        same_names("SHA256SUMS", papers(name) - {"SHA256SUMS"}, re.findall(r"  (.*)\n", (folder / "SHA256SUMS").read_text()))
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
    text = (SIGNED / "form.txt").read_text(encoding="ascii")
    commit = git(TREE, "rev-parse", "HEAD").strip()
    need(len(commit) == 40 and f"  Commit               {commit}\n  Commit date " in text and SIGNED_CABINET in text, text)


def contents_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def refused(tree, *reasons, build=BUILD, **environment):
    """Signed, it is refused, with all of the reasons, and what was made before stays; not signed, each is a warning."""
    before = contents_of(SIGNED)
    done = submission(SIGNED, tree, build, **SIGN, **environment)
    need(done.returncode == 1, f"{reasons}: it was signed:\n{done.stdout}")
    same("the reasons", [*reasons, f"{variables.shown(SIGNED)} is left as it was"], done.stdout.splitlines())
    same("what was made before", before, contents_of(SIGNED))
    said = make(WORK / "warned", tree, build, **environment)
    same("the warnings", [f"warning: {reason}" for reason in reasons], re.findall("^warning: .*", said, re.M))
    return (WORK / "warned/form.txt").read_text()


def releases_alone():
    """A submission uses up the version number, and the INF has the same for 3.0.0-dev as for 3.0.0."""
    uses_up = "VERSION is {}: a submission uses up the version number; set it to a release first"
    same("numbers", driver_inf.driver_version("9.8.7"), driver_inf.driver_version("9.8.7-dev"))
    for version in ("9.8.7-dev", "9.8.7-rc1"):
        (TREE / "VERSION").write_text(f"{version}\n")
        refused(TREE, uses_up.format(version), "there are changes that are not committed: VERSION")
        git(TREE, "commit", "-q", "-a", "-m", version)
        text = refused(TREE, uses_up.format(version))
        need(f"  Commit               {git(TREE, 'rev-parse', 'HEAD').strip()}\n  Commit date " in text, text)


def committed_alone():
    """Changed, new, and removed files; but not the certificate that it is signed with, nor what was built, wherever these lie."""
    tree = WORK / "changed"
    make_tree(tree, RELEASE)
    build = tree / "built"
    build.mkdir()
    (build / "amd64").symlink_to(BUILD / "amd64")
    commit = git(tree, "rev-parse", "HEAD").strip()
    with open(tree / "package/userport.inf", "a", encoding="ascii") as file:
        file.write("; changed\n")
    text = refused(tree, "there are changes that are not committed: package/userport.inf", build=build)
    need(f"  Commit               {commit}\n                       with changes that are not committed\n" in text, text)
    git(tree, "checkout", "-q", ".")
    (tree / "driver").mkdir()
    (tree / "driver/new.c").touch()
    refused(tree, "there are changes that are not committed: driver/new.c", build=build)
    git(tree, "add", "driver/new.c")
    (tree / "package/README.txt.in").rename(tree / "package/README")  # both by name
    for number in range(4):
        (tree / f"new{number}").touch()
    refused(tree, "there are changes that are not committed: driver/new.c, package/README.txt.in, new0, new1, new2 and 2 more", build=build)
    git(tree, "reset", "-q", "--hard")
    git(tree, "clean", "-q", "-d", "-f", "-e", "built")
    for path in (CERT, KEY):
        shutil.copyfile(path, tree / path.name)
    said = make(WORK / "signed-inside", tree, build, SIGN_CERT=str(tree / CERT.name), SIGN_KEY=str(tree / KEY.name))
    need("the file to upload" in said, said)
    said = make(WORK / "signed-inside", tree, build, SIGN_ARGS=f"-certs {tree / CERT.name} -key {tree / KEY.name}")
    need("the file to upload" in said, said)


def without_git():
    """In a source package, here within another repository, there is no commit. In a clone that git does not read, nobody knows."""
    package = WORK / "package"
    shutil.copytree(TREE, package, ignore=shutil.ignore_patterns(".git"))
    (package / "VERSION").write_text(f"{RELEASE}\n")
    tools = WORK / "tools"
    tools.mkdir()
    for name in ("cat", "dirname", "gcab", "osslsigncode", "rm", "sh"):
        (tools / name).symlink_to(shutil.which(name))
    for path in (os.environ["PATH"], str(tools)):
        said = make(WORK / "packaged", package, PATH=path, **SIGN)
        need("warning" not in said and "the file to upload" in said, said)
        text = (WORK / "packaged/form.txt").read_text()
        need("  Commit               none: this is no clone of the repository\n" in text, text)
    (TREE / "VERSION").write_text(f"{RELEASE}\n")
    git(TREE, "commit", "-q", "-a", "-m", "Release")
    unknown = "which commit this is, and whether there are changes, is not known: git: "
    text = refused(TREE, f"{unknown}No such file or directory", PATH=str(tools))
    need("  Commit               not known: git did not say it\n" in text, text)
    shutil.rmtree(package / ".git", ignore_errors=True)
    (package / ".git").write_text("gitdir: nowhere\n")
    refused(package, f"{unknown}fatal: not a git repository: {package}/nowhere", LC_ALL="C")


def failures():
    """What fails leaves what was made before, and nothing half done."""
    before, folders = contents_of(SIGNED), {path.name for path in WORK.iterdir()}
    other = WORK / "test.csr"
    other.write_text("no key\n")
    done = submission(SIGNED, TREE, SIGN_CERT=str(CERT), SIGN_KEY=str(other))
    need(done.returncode == 1 and "cannot sign" in done.stdout, done.stdout)
    need(done.stdout.endswith(f"\n{variables.shown(SIGNED)} is left as it was\n"), done.stdout)
    same("what was made before", before, contents_of(SIGNED))
    same_names("folders", folders | {other.name}, {path.name for path in WORK.iterdir()})
    done = submission(SIGNED, TREE, SIGN_CERT=str(CERT))
    same("half of the variables", (1, f"SIGN_CERT is given and SIGN_KEY is not: nothing would be signed\n"
                                      f"{variables.shown(SIGNED)} is left as it was\n"), (done.returncode, done.stdout))
    make(SIGNED, TREE, **SIGN)
    need(contents_of(SIGNED)["form.txt"] != before["form.txt"], "a success leaves the old form")


def second_build():
    """In another folder, by another umask, time zone and locale, everything compiled anew, and later."""
    good("make", "-s", "-j2", "submission", f"BUILD={WORK / 'again'}", cwd=ROOT, umask=0o077,
         env=ENVIRONMENT | {"TZ": "Asia/Kathmandu", "LC_ALL": "C"})
    for name in sorted(papers(CABINET)):
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
        ("only a release is signed", releases_alone),
        ("only what is committed is signed", committed_alone),
        ("without git: a source package has no commit, and a clone is not signed", without_git),
        ("a failure leaves what was made before", failures),
    ])
finally:
    shutil.rmtree(WORK)
