#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The documentation against the tree: docs/testing.md names every case of the test machine and of the clients under Wine, and
the machine's reading of each routine that the drivers import; links lead somewhere."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def wine_table(text):
    text = re.sub(r'^(    \{".*?)(",\s+\w+), FAKE\}', r"\1\2}", text, flags=re.M)
    return re.sub(r'^(    \{".*?)(",\s+\w+), BOTH\}', r"\1 *\2}", text, flags=re.M)


def cases():
    """The names of the cases, from the tables in the suites. Under Wine an asterisk follows those for both drivers."""
    for suite in sorted((ROOT / "tests/machine/suites").glob("*.c")) + [ROOT / "tests/wine/iolist/main.c", ROOT / "tests/wine/admin/main.c"] + \
            sorted((ROOT / "tests/wine/clients").glob("*.c")):
        for name in re.findall(r'^    \{"(.*?)",\s+\w+\},?$', wine_table(suite.read_text()), re.M | re.S):
            yield suite.name, re.sub(r'"\s+"', "", name)
    for steps in ("gui", "setup"):
        for name in re.findall(r'^    \("(.*?)", \w+\),$', (ROOT / f"tests/wine/{steps}/steps.py").read_text(), re.M):
            yield f"{steps}/steps.py", name


def documents():
    done = subprocess.run(["git", "-C", str(ROOT), "ls-files", "*.md"], stdout=subprocess.PIPE, text=True, check=True)
    return [ROOT / name for name in done.stdout.split()]


def missing_cases():
    text = (ROOT / "docs/testing.md").read_text()
    return [f"{suite}: {name}" for suite, name in cases() if f"| {name} |" not in text]


def imports():
    for file in ("imports-i386.tsv", "imports-amd64.tsv"):
        for line in (ROOT / "driver" / file).read_text().splitlines():
            if line and not line.startswith("#"):
                yield line.split("\t")[1]


def readings():
    """Routine by routine: is there exactly one row, with a reading and where it comes from?"""
    section = (ROOT / "docs/testing.md").read_text().split("### Readings of NT\n")[1].split("\n### ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", section, re.M)
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


def main():
    checks = [
        ("docs/testing.md names every case of the test machine and of the clients under Wine", missing_cases()),
        ("docs/testing.md has the machine's reading of each routine that the drivers import, and where it comes from", readings()),
        ("every link in the documentation leads to a file", dead_links()),
        ("the C program in the README is examples/c/lptstatus.c", other_program()),
        ("docs/security.md says how long its files are", wrong_line_counts()),
        ("the unit in docs/userport-run.md is the package's", other_unit()),
        ("the suites have cases that can be found", [] if len(list(cases())) > 120 else ["too few: has the form of the tables changed?"]),
    ]
    print(f"1..{len(checks)}")
    for number, (name, problems) in enumerate(checks, 1):
        print(f"{'not ok' if problems else 'ok'} {number} - {name}")
        for problem in problems:
            print(f"# {problem}")
    raise SystemExit(any(problems for _, problems in checks))


if __name__ == "__main__":
    main()
