#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""make dist and make submission with SIGN_... and SIGNED_... that are empty, half of a pair, or name a file that is not there: they stop
with the variable's name before they build anything."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from checks import BUILD, ROOT, need, run_cases, same

sys.path.insert(0, str(ROOT / "package"))
import variables  # noqa: E402

WORK = pathlib.Path(tempfile.mkdtemp(dir=BUILD))
FILE = WORK / "file"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("SIGN", "MAKE", "BUILD"))}
EMPTY = "{} is empty: give it a value, or leave it out"
HALF = "{} is given and {} is not: nothing would be signed"
ABSENT = "cannot read {}: No such file or directory ({})"


def run(*command, **more):
    return subprocess.run([str(word) for word in command], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, **more)


def right():
    pair = {"SIGN_CERT": str(FILE), "SIGN_KEY": str(FILE)}
    for given in ({}, pair, pair | {"SIGN_KEY": "pkcs11:token=x"}, pair | {"SIGN_TIMESTAMP": "http://x"}, {"SIGN_ARGS": "-x"},
                  {"SIGN_ARGS": "-x", "SIGN_TIMESTAMP": "http://x"}, {"SIGNED_SYS": str(FILE)},
                  {"SIGNED_SYS": str(FILE), "SIGNED_ROOT": str(FILE)}, pair | {"SIGNED_SYS": str(FILE)}):
        for what in variables.NAMES:
            same(f"{what}, {given}", None, variables.fault(what, given))
    same("what a submission does not use", None, variables.fault("submission", {"SIGNED_SYS": "", "SIGNED_ROOT": "nowhere"}))


def empty():
    for name in ("SIGN_CERT", "SIGN_KEY", "SIGN_ARGS", "SIGN_TIMESTAMP", "SIGNED_SYS", "SIGNED_ROOT"):
        for value in ("", " "):
            same(name, EMPTY.format(name), variables.fault("dist", {name: value}))
    same("beside others", EMPTY.format("SIGN_KEY"), variables.fault("submission", {"SIGN_CERT": str(FILE), "SIGN_KEY": ""}))


def half():
    for what in variables.NAMES:
        for one, other in (("SIGN_CERT", "SIGN_KEY"), ("SIGN_KEY", "SIGN_CERT"), ("SIGN_TIMESTAMP", "SIGN_CERT")):
            same(one, HALF.format(one, other), variables.fault(what, {one: str(FILE)}))
    same("SIGNED_ROOT", "SIGNED_ROOT is given and SIGNED_SYS is not: no driver would be put into the packages",
         variables.fault("dist", {"SIGNED_ROOT": str(FILE)}))


def absent():
    for name, other in (("SIGN_CERT", "SIGN_KEY"), ("SIGN_KEY", "SIGN_CERT"), ("SIGNED_SYS", None), ("SIGNED_ROOT", "SIGNED_SYS")):
        given = {name: "nowhere"} | ({other: str(FILE)} if other else {})
        same(name, ABSENT.format("nowhere", name), variables.fault("dist", given))
    same("a folder", f"cannot read {WORK}: Is a directory (SIGNED_SYS)", variables.fault("dist", {"SIGNED_SYS": str(WORK)}))


def by_make():
    """From the command line and from the environment; an empty one is not lost on the way."""
    for what, name, value, reason in (("dist", "SIGNED_SYS", "", EMPTY.format("SIGNED_SYS")),
                                      ("dist", "SIGNED_SYS", "nowhere.sys", ABSENT.format("nowhere.sys", "SIGNED_SYS")),
                                      ("dist", "SIGN_ARGS", "", EMPTY.format("SIGN_ARGS")),
                                      ("submission", "SIGN_KEY", str(FILE), HALF.format("SIGN_KEY", "SIGN_CERT")),
                                      ("submission", "SIGN_CERT", "", EMPTY.format("SIGN_CERT"))):
        for words, more in (([f"{name}={value}"], {}), ([], {name: value})):
            done = run("make", "-s", f"{what}-given", f"BUILD={WORK}/none", *words, env=ENVIRONMENT | more)
            need(done.returncode == 2 and done.stdout.splitlines()[0] == reason, f"{what} {words or more}: {done.stdout}")
    for what in variables.NAMES:
        done = run("make", "-s", f"{what}-given", f"BUILD={WORK}/none", env=ENVIRONMENT)
        same("nothing given", (0, ""), (done.returncode, done.stdout))
        done = run("make", "-n", what, f"BUILD={WORK}/none", env=ENVIRONMENT)
        need(f"package/variables.py {what} {WORK}/none/" in done.stdout.splitlines()[0], f"make {what} begins with something else: {done.stdout[:200]}")


def by_scripts():
    """They look themselves, too, and leave what is there."""
    out = WORK / "out"
    out.mkdir()
    (out / "package").write_text("before")
    for script, more in (("dist.py", ["--cc", "none"]), ("submission.py", [])):
        done = run("/usr/bin/python3", f"package/{script}", "--build", BUILD, "--out", out, *more, env=ENVIRONMENT | {"SIGN_KEY": ""})
        same(script, (1, f"{EMPTY.format('SIGN_KEY')}\n{variables.shown(out)} is left as it was\n"),
             (done.returncode, done.stdout))
        same("what is there", {"package": "before"}, {path.name: path.read_text() for path in out.iterdir()})


try:
    FILE.write_text("something")
    run_cases([
        ("what is whole is taken", right),
        ("empty: named", empty),
        ("half of a pair: named", half),
        ("a file that is not there: named", absent),
        ("make says it before it builds, whether from its command line or from the environment", by_make),
        ("the scripts say it too, and leave what is there", by_scripts),
    ])
finally:
    shutil.rmtree(WORK)
