#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The documentation against the tree: docs/nt-readings.md has the test machine's reading of each routine that the drivers import;
links lead somewhere; the tests, lines and files that are named are there."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/lib"))

import catalogue  # noqa: E402


def documents():
    done = subprocess.run(["git", "-C", str(ROOT), "ls-files", "*.md"], stdout=subprocess.PIPE, text=True, check=True)
    return [ROOT / name for name in done.stdout.split()]


def unknown_tests():
    """The tests that the documentation names are there; SUITE and NAME stand for any."""
    names = catalogue.commands().keys()
    kinds = "|".join(sorted({name.split("/")[0] for name in names if "/" in name}))
    wrong = []
    for document in documents():
        for name in re.findall(rf"`((?:{kinds})/[\w/]+)`", document.read_text()):
            if name not in names and not any(known.startswith(f"{name}/") for known in names) and not (ROOT / name).exists() and \
                    not name.startswith("build/"):
                wrong.append(f"{document.relative_to(ROOT)}: {name}")
    return wrong


def imports():
    for file in ("imports-i386.tsv", "imports-amd64.tsv"):
        for line in (ROOT / "driver" / file).read_text().splitlines():
            if line and not line.startswith("#"):
                yield line.split("\t")[1]


def readings():
    """Routine by routine: is there exactly one row, with a reading and where it comes from?"""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", (ROOT / "docs/nt-readings.md").read_text(), re.M)
    names = [name for name, _, _ in rows]
    wrong = [f"{name} has {names.count(name)} rows" for name in sorted(set(imports())) if names.count(name) != 1]
    wrong += [f"{name} is imported by no driver" for name in names if name not in set(imports())]
    return wrong + [f"{name}: no reading, or no source" for name, reading, source in rows if not reading.strip() or not source.strip()]


def dead_links():
    dead = []
    for document in documents():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text()):
            if "://" not in target and not (document.parent / target).exists():
                dead.append(f"{document.relative_to(ROOT)}: {target}")
    return dead


def other_program():
    """The program in the README is the example's file, which the tests build and run."""
    code = (ROOT / "examples/c/lptstatus.c").read_text().split("*/\n", 1)[1].strip()
    return [] if f"```c\n{code}\n```" in (ROOT / "README.md").read_text() else ["README.md has other code than examples/c/lptstatus.c"]


def wrong_line_counts():
    """docs/security.md, for reviewers, says how long each file is, nearly."""
    rows = re.findall(r"^\| ((?:`[\w/.-]+` ?)+) \| (\d+) \|", (ROOT / "docs/security.md").read_text(), re.M)
    counts = [(names, int(count), sum(len((ROOT / name).read_text().splitlines()) for name in re.findall(r"[\w/.-]+", names))) for names, count in rows]
    return [f"{names} {said}, has {lines}" for names, said, lines in counts if abs(said - lines) > max(10, lines // 20)] + ([] if len(rows) > 5 else ["no table"])


def other_unit():
    unit = "".join(f"    {line}".rstrip() + "\n" for line in (ROOT / "package/program.service").read_text().splitlines())
    return [] if unit in (ROOT / "docs/userport-run.md").read_text() else ["docs/userport-run.md has other lines than package/program.service"]


def other_scripts():
    """The scripts in docs/script-devices.md are the examples' files, which a unit test runs."""
    page = (ROOT / "docs/script-devices.md").read_text()
    indented = {file.name: "".join(f"    {line}".rstrip() + "\n" for line in file.read_text().splitlines())
                for file in sorted((ROOT / "examples/devices").iterdir())}
    return [f"docs/script-devices.md has other lines than examples/devices/{name}" for name, text in indented.items() if text not in page] + \
        ([] if len(indented) >= 2 else ["no example"])


def main():
    checks = [
        ("every test that the documentation names is there", unknown_tests()),
        ("docs/nt-readings.md has the machine's reading of each routine that the drivers import, and where it comes from", readings()),
        ("every link in the documentation leads to a file", dead_links()),
        ("the C program in the README is examples/c/lptstatus.c", other_program()),
        ("docs/security.md says how long its files are", wrong_line_counts()),
        ("the unit in docs/userport-run.md is the package's", other_unit()),
        ("the scripts in docs/script-devices.md are those of examples/devices", other_scripts()),
    ]
    print(f"1..{len(checks)}")
    for number, (name, problems) in enumerate(checks, 1):
        print(f"{'not ok' if problems else 'ok'} {number} - {name}")
        for problem in problems:
            print(f"# {problem}")
    raise SystemExit(any(problems for _, problems in checks))


if __name__ == "__main__":
    main()
