# SPDX-License-Identifier: MIT
"""Which tests there are, how each is run, and in which order: out of the files that lie in tests/. A new file is a new test.

    tests/unit/test_NAME.c, .cpp        unit/test_NAME: a program of build/unit
    tests/unit/test_NAME.py, .sh        tools/NAME
    tests/fuzz/fuzz_NAME.c              fuzz/NAME: for some seconds
    tests/machine/suites/NAME.c         machine/NAME/one, machine/NAME/every: the suite in both readings of NT
    tests/machine/NAME.sh               machine/NAME
    tests/linux/NAME.sh                 linux/NAME: in the emulated PC
    tests/wine/NAME.sh                  wine/NAME
    tests/dist/NAME, .py, .sh           dist/NAME
    tests/*/NAME_seen.py, .sh           machine/NAME/seen, linux/NAME/seen: what the hardware saw; after linux/NAME

A test prints TAP. What is none of these is said here, once.
"""

import os
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = os.environ.get("BUILD", "build")
READINGS = ("one", "every")

# Files that look like tests and are not.
NO_TESTS = {
    "wine/lib", "wine/three", "wine/said", "linux/lib", "linux/lib_wine", "linux/lib/seen", "dist/checks", "dist/inf_rules",  # what tests have in common
    "linux/wine_demo",  # script/tools/demo_wine.py
    "linux/bench", "wine/bench", "machine/bench/one", "machine/bench/every",  # script/tools/bench*.py
    "machine/demo/one", "machine/demo/every",  # script/tools/demo.py
    "machine/bad/one", "machine/bad/every",  # machine/bad, which runs each case by itself
}

# Tests without TAP, as one line of it: what is shown, and the command.
SINGLE = {
    "build/reproducible": ("a second build gives the same bytes", ["tests/lib/reproducible"]),
    "build/layers": ("the folders use one another as they may", ["tests/lib/layers"]),
    "build/lint": ("clang-format and cppcheck have no complaint", ["make", "-s", "lint"]),
    "demo": ("the demonstration shows everything it should", ["/usr/bin/python3", "script/tools/demo.py", "--build", BUILD]),
}

# No test takes longer than LIMIT seconds, or TWICE as long, even where everything is slow: one that
# does hangs, and is ended.
LIMIT = 300
TWICE = {"wine/userportctl", "wine/install", "wine/gui", "linux/wine", "linux/userportctl", "linux/wine_trap32"}

# What takes longest begins first, so that at the end no processor waits for another one.
LONGEST = ("wine/gui", "wine/userportctl", "wine/setup_guard", "wine/setup", "wine/interrupted", "wine/admin", "wine/install", "wine/driver",
           "linux/wine_trap", "linux/wine", "linux/userportctl", "dist/reproducible", "linux/wine_trap32", "linux/package", "linux/rules",
           "linux/wine_driver", "linux/clients", "build/reproducible", "build/lint", "dist/signing", "linux/faults", "tools/java", "tools/manual",
           "linux/hostile", "linux/service", "tools/portcheck", "linux/library")


def scripts(folder, *patterns):
    """{name: file} of a folder's scripts. Of signing.sh and signing.py the first one counts, which starts the other."""
    found = {}
    for pattern in patterns:
        for file in sorted((ROOT / "tests" / folder).glob(pattern)):
            found.setdefault(f"{folder}/{re.sub('_seen$', '/seen', file.stem)}", file)
    return found


def script_command(file):
    """A script is started by what its first line names, whether it may be executed or not."""
    with open(file, encoding="utf-8") as lines:
        interpreter = lines.readline()[2:].split()
    return [*interpreter, str(file.relative_to(ROOT))]


def commands():
    """{name: command} of every test."""
    found = {}
    for file in sorted((ROOT / "tests/unit").glob("test_*.*")):
        if file.suffix in (".c", ".cpp"):
            found[f"unit/{file.stem}"] = [f"{BUILD}/unit/{file.stem}"]
        elif file.suffix in (".py", ".sh"):
            found[f"tools/{file.stem[5:]}"] = script_command(file)
    for file in sorted((ROOT / "tests/fuzz").glob("fuzz_*.c")):
        target = file.stem[5:]
        found[f"fuzz/{target}"] = ["tests/fuzz/run", target, fuzz_seconds()]
    for file in sorted((ROOT / "tests/machine/suites").glob("*.c")):
        for reading in READINGS:
            found[f"machine/{file.stem}/{reading}"] = ["tests/machine/run", file.stem, reading]
    places = [("machine", "*.sh", "*_seen.py"), ("linux", "*.sh", "*_seen.py"), ("wine", "*.sh"), ("dist", "reproducible", "*.sh", "*.py")]
    for name, file in ((name, file) for place in places for name, file in scripts(*place).items()):
        if name.startswith("linux/") and not name.endswith("/seen"):
            found[name] = ["tests/linux/run", file.stem]
        else:
            found[name] = script_command(file)
    found.update((name, command) for name, (_, command) in SINGLE.items())
    return {name: command for name, command in found.items() if name not in NO_TESTS}


def fuzz_seconds():
    return os.environ.get("FUZZ_SECONDS", "3")


def single(name):
    """How a test without TAP is described, or None."""
    if name.startswith("fuzz/"):
        return f"{name[5:]}: {fuzz_seconds()} s of libFuzzer, seeds in the tree"
    return SINGLE[name][0] if name in SINGLE else None


def limit(name):
    """In seconds. TEST_SECONDS gives another one."""
    if "TEST_SECONDS" in os.environ:
        return int(os.environ["TEST_SECONDS"])
    if name == "dist/reproducible" and os.environ.get("DIST_FULL"):
        return 1800  # compiles everything anew
    if name.startswith("fuzz/"):
        return LIMIT + int(fuzz_seconds())
    return 2 * LIMIT if name in TWICE else LIMIT


def names():
    """In the order in which prove shall begin them."""
    first = {name: number for number, name in enumerate(LONGEST)}
    return sorted(commands(), key=lambda name: (first.get(name, len(first)), name.endswith("/seen"), name))


def rules(wanted):
    """Which of these tests may run at the same time, as prove takes it; it begins the first one of this list that may begin. Those under
    Wine mostly wait, and are two sequences, so that a third test, which takes a whole processor, has one beside them from the beginning:
    those with windows and the two long ones of userportctl, and all others. Those in the test machine, which needs two processors, are a
    sequence too. What looks at another test's trace comes after that."""
    pairs = [name for name in wanted if name.startswith("linux/") and f"{name}/seen" in wanted]
    sequences = ["wine/{gui,gui_watch,setup,setup_guard,userportctl,interrupted}", "wine/**", *(f"{{{name},{name}/seen}}" for name in pairs), "machine/**"]
    return "---\npar:\n" + "".join(f'  - seq: "{names_like}"\n' for names_like in sequences) + '  - par: "**"\n'
