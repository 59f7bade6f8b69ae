# SPDX-License-Identifier: MIT
"""The programs and commands that docs/manual.md shows, for the tests that run them. In a block of commands a line that does not
begin with a program's name is what the command before it printed. Lines that begin with "$ " are for Linux: tests/linux/package.sh
runs them."""

import pathlib
import re
from typing import NamedTuple

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/manual.md"

WINDOWS = {"userportctl", "sc", "reg", "regedit"}  # tests/wine/ctl/manual.py runs these
HOST = {"portcheck", "iopm", "openssl", "osslsigncode", "i686-w64-mingw32-gcc", "x86_64-w64-mingw32-gcc"}  # tests/unit/test_manual.py
NOWHERE = {"bcdedit"}  # Wine has none; the manual says so


class Command(NamedTuple):
    """A command line, and the lines that are printed below it."""

    line: str
    output: list

    @property
    def program(self):
        return self.line.split()[0]


class Program(NamedTuple):
    """A program, as its language is named at the fence."""

    language: str
    text: str


def blocks(text):
    """(language, text) of each block, in order: "" is an indented one."""
    found = re.findall(r"^```(\w+)\n(.*?)^```$|((?:^    [^\n]*\n)+)", text, re.M | re.S)
    for language, fenced, indented in found:
        yield (language, fenced) if language else ("", re.sub(r"^    ", "", indented, flags=re.M))


def items(text):
    """Commands and programs, in the order of the page."""
    for language, block in blocks(text):
        if language not in ("", "text"):
            yield Program(language, block)
            continue
        if block.startswith("$ "):
            continue
        command = None
        for line in block.splitlines():
            if line.split()[0] in WINDOWS | HOST | NOWHERE:
                if command:
                    yield command
                command = Command(line, [])
            elif command is None:
                raise ValueError(f"no program that a test knows: {line}")
            else:
                command.output.append(line)
        yield command


def inline(text):
    """What stands between backquotes in the sentences, each once."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    return sorted(set(re.findall(r"`([^`\n]+)`", re.sub(r"^    .*$", "", prose, flags=re.M))))
