#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The documentation against the tree: docs/testing.md names every case of the test machine, and links lead somewhere."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def cases():
    """The names of the test machine's cases, from the tables in its suites."""
    for suite in sorted((ROOT / "tests/machine/suites").glob("*.c")):
        for name in re.findall(r'^    \{"(.*?)",\s+\w+\},?$', suite.read_text(), re.M | re.S):
            yield suite.name, re.sub(r'"\s+"', "", name)


def documents():
    done = subprocess.run(["git", "-C", str(ROOT), "ls-files", "*.md"], stdout=subprocess.PIPE, text=True, check=True)
    return [ROOT / name for name in done.stdout.split()]


def missing_cases():
    text = (ROOT / "docs/testing.md").read_text()
    return [f"{suite}: {name}" for suite, name in cases() if f"| {name} |" not in text]


def dead_links():
    dead = []
    for document in documents():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text()):
            if "://" not in target and not (document.parent / target).exists():
                dead.append(f"{document.relative_to(ROOT)}: {target}")
    return dead


def main():
    checks = [
        ("docs/testing.md names every case of the test machine", missing_cases()),
        ("every link in the documentation leads to a file", dead_links()),
        ("the suites have cases that can be found", [] if len(list(cases())) > 70 else ["too few: has the form of the tables changed?"]),
    ]
    print(f"1..{len(checks)}")
    for number, (name, problems) in enumerate(checks, 1):
        print(f"{'not ok' if problems else 'ok'} {number} - {name}")
        for problem in problems:
            print(f"# {problem}")
    raise SystemExit(any(problems for _, problems in checks))


if __name__ == "__main__":
    main()
