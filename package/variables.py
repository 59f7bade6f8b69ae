#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What make dist and make submission are given in SIGN_... and SIGNED_...: nothing is empty, half of a pair, or a file that is not
there. An empty one is a variable of the shell that was not set; without this the packages would be made without the signature. The
Makefile asks before it builds anything, and dist.py and submission.py ask again."""

import argparse
import contextlib
import os
import pathlib
import sys

OURS = ("SIGN_CERT", "SIGN_KEY", "SIGN_ARGS", "SIGN_TIMESTAMP")
THEIRS = ("SIGNED_SYS", "SIGNED_ROOT")
NAMES = {"dist": (*OURS, *THEIRS), "submission": OURS}
FILES = {"SIGN_CERT", "SIGN_KEY", *THEIRS}


def is_signed():
    """Is there anything to sign with?"""
    return bool(os.environ.get("SIGN_CERT") or os.environ.get("SIGN_ARGS"))


def fault(what, values):
    """What is wrong with values, a dictionary like os.environ, or None. what: "dist" or "submission"."""
    there = {name: values[name] for name in NAMES[what] if name in values}
    for name, value in there.items():
        if not value.strip():
            return f"{name} is empty: give it a value, or leave it out"
    if "SIGN_ARGS" not in there:
        for one, other in (("SIGN_CERT", "SIGN_KEY"), ("SIGN_KEY", "SIGN_CERT"), ("SIGN_TIMESTAMP", "SIGN_CERT")):
            if one in there and other not in there:
                return f"{one} is given and {other} is not: nothing would be signed"
    if "SIGNED_ROOT" in there and "SIGNED_SYS" not in there:
        return "SIGNED_ROOT is given and SIGNED_SYS is not: no driver would be put into the packages"
    for name, value in there.items():
        if name in FILES and not value.startswith("pkcs11:"):  # such a key is in a token
            try:
                pathlib.Path(value).read_bytes()
            except OSError as why:
                return f"cannot read {why.filename}: {why.strerror} ({name})"
    return None


def shown(path):
    """As one would type it."""
    path = path.resolve()
    return path.relative_to(pathlib.Path.cwd()) if path.is_relative_to(pathlib.Path.cwd()) else path


@contextlib.contextmanager
def leaving(out):
    """What ends within this with a reason has not touched out, and says so."""
    try:
        yield
    except SystemExit as why:
        if isinstance(why.code, str) and out.exists():
            raise SystemExit(f"{why.code}\n{shown(out)} is left as it was") from None
        raise


def check(what, out):
    """Exits with the reason, if there is one."""
    with leaving(out):
        wrong = fault(what, os.environ)
        if wrong:
            sys.exit(wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=NAMES)
    parser.add_argument("out", type=pathlib.Path, help="the folder that would be made")
    given = parser.parse_args()
    check(given.what, given.out)


if __name__ == "__main__":
    main()
