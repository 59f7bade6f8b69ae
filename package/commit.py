# SPDX-License-Identifier: MIT
"""Which commit the tree is, and what in it is not committed. A tree without .git, as of a source package, is of none, also where it
lies within another repository. Git itself may be absent."""

import pathlib
import subprocess
from typing import NamedTuple


class Commit(NamedTuple):
    digits: str  # 40, or empty: there is none, or it is not known
    changed: list  # the files that are not as the commit has them
    unknown: str  # why git says nothing of a tree that is a clone; otherwise empty


def git(root, *words):
    """What it printed. OSError: it is not there, or it failed."""
    done = subprocess.run(["git", "--no-optional-locks", "-C", str(root), *words], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace")
    if done.returncode != 0:
        raise OSError(0, (done.stderr.splitlines() or [f"git {words[0]} failed ({done.returncode})"])[0])
    return done.stdout


def of_tree(root, build, beside):
    """build: the folder of what was built; beside: files that nothing is built of, such as certificates. If they are not in the
    repository, they are no changes."""
    if not (root / ".git").exists():
        return Commit("", [], "")
    try:
        digits = git(root, "rev-parse", "--verify", "HEAD").strip()
        lines = git(root, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all").split("\0")
    except OSError as why:
        return Commit("", [], f"git: {why.strerror}")
    root, build, beside = root.resolve(), build.resolve(), {pathlib.Path(name).resolve() for name in beside}

    def matters(line):
        path = root / line[3:]
        return line and not (line.startswith("??") and (path.resolve() in beside or path.is_relative_to(build)))

    return Commit(digits, [line[3:] for line in lines if matters(line)], "")
