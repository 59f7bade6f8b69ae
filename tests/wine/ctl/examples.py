# SPDX-License-Identifier: MIT
"""docs/userportctl.md against the program: its options and fields are the program's, and its examples work."""

import json
import pathlib
import re
import subprocess
import time

PAGE = pathlib.Path(__file__).resolve().parents[3] / "docs/userportctl.md"


def sections():
    """Of each command: its part of the page."""
    return dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", PAGE.read_text(), re.M | re.S))


def examples():
    """The indented lines that begin with userportctl, in order, each with the JSON below it, or None."""
    found = re.findall(r"^    userportctl (.*)\n((?:    \{.*\n)?)", PAGE.read_text(), re.M)
    return [(line, json.loads(answer) if answer else None) for line, answer in found]


def options_of(text):
    return set(re.findall(r"--[a-z-]+", text)) - {"--json", "--help"}


def documented_options(text):
    return {option for row in re.findall(r"^\| `(--[a-z-]+)", text, re.M) for option in [row]}


def fields(value):
    """The names in an object, with those of objects within and of the first element of arrays."""
    if isinstance(value, dict):
        return {key: fields(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [fields(value[0])] if value else []
    return None


def missing_fields(documented, actual, path=""):
    """What is not in both. Empty arrays and nulls say nothing of what would be in them."""
    if isinstance(documented, dict) and isinstance(actual, dict):
        wrong = [f"{path}.{key}" for key in documented.keys() ^ actual.keys()]
        for key in documented.keys() & actual.keys():
            wrong += missing_fields(documented[key], actual[key], f"{path}.{key}")
        return wrong
    if isinstance(documented, list) and isinstance(actual, list) and documented and actual:
        return missing_fields(documented[0], actual[0], path + "[]")
    return []


def watch(ctl, words):
    """The example waits for a change: makes one."""
    process = ctl.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = process.stdout.readline()
    time.sleep(0.3)
    before = int(ctl("read", "379").out.split(": ")[1], 16)
    ctl("write", "379", f"{before ^ 0x80:X}")
    rest, err = process.communicate(timeout=60)
    return process.returncode, ctl.plain(first + rest), ctl.plain(err)
