#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""cli/userportctl.bash in a bash of its own, with userportctl of this host as it is built: what each unfinished command line
gets, and that every command and every option of the program is offered."""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = (ROOT / os.environ.get("BUILD", "build")).resolve()
FILE = ROOT / "cli/userportctl.bash"
COMMANDS = "check defaults doctor grant list ports read revoke run set status test trace watch write".split()

# The words so far, of which the last one is not finished; and what is offered: all of it, or "+"
# and a part of it.
CASES = [
    (["gr"], ["grant"]),
    (["re"], ["read", "revoke"]),
    (["x"], []),
    (["help", "wa"], ["watch"]),
    (["--js"], ["--json"]),
    (["--json", "st"], ["status"]),
    (["grant", "lpt"], ["lpt1", "lpt2", "lpt3", "lpt1ecp", "lpt2ecp"]),
    (["revoke", "spea"], ["speaker"]),
    (["grant", "lpt1", "com"], ["com1", "com2", "com3", "com4"]),
    (["grant", "--fo"], ["--force"]),
    (["grant", "--file", str(ROOT / "VERS")], [str(ROOT / "VERSION")]),
    (["read", "--backend", ""], ["direct", "devport"]),
    (["read", "--backend", "dev"], ["devport"]),
    (["test", ""], ["lpt", "speaker"]),
    (["defaults", "c"], ["classic"]),
    (["check", str(ROOT / "VERS")], [str(ROOT / "VERSION")]),
    (["watch", "--interval", ""], []),
    (["trace", str(ROOT / "VERS")], [str(ROOT / "VERSION")]),
    (["trace", "--convert", str(ROOT / "VERS")], [str(ROOT / "VERSION")]),
    (["trace", "--from", ""], []),
    (["trace", "--ports", "lpt3"], ["lpt3"]),
    (["run", "--p"], ["--ports"]),
    (["run", "--ports", "lpt3"], ["lpt3"]),
    (["run", "--user", "nob"], ["nobody"]),
    (["run", "--device", "lpt3"], ["lpt3="]),
    (["run", "--map", "lpt3"], ["lpt3="]),
    (["run", "--trace", str(ROOT / "VERS")], [str(ROOT / "VERSION")]),
    (["run", "--device", "378=memory", "prin"], ["+", "printf"]),
    (["run", "--trace", "x.csv", "--device", "378=memory", "--", "cat", str(ROOT / "VERS")], [str(ROOT / "VERSION")]),
    (["run", "--wine-devices", ""], ["giveio", "userport"]),
    (["run", "--wine-devices", "giveio", "prin"], ["+", "printf"]),
    (["run", "prin"], ["+", "printf", "printenv"]),
    (["run", "--", "prin"], ["+", "printf", "printenv"]),
    (["run", "--ports", "lpt1", "prin"], ["+", "printf"]),
    (["run", "--ports", "lpt1", "--", "cat", str(ROOT / "VERS")], [str(ROOT / "VERSION")]),
    (["run", "cat", str(ROOT / "VERS")], [str(ROOT / "VERSION")]),
    (["run", "cat", "--po"], []),  # the program's own
]


def program(*words):
    return subprocess.run([BUILD / "host/userportctl", *words], capture_output=True, text=True, check=True).stdout


def offered(words):
    """What is offered for the last word, as bash would take it."""
    script = 'source "$1"; shift; COMP_WORDS=(userportctl "$@"); COMP_CWORD=$#; _userportctl; printf "%s\\n" "${COMPREPLY[@]}"'
    environment = os.environ | {"PATH": f"{BUILD}/host:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script, "bash", FILE, *words], capture_output=True, text=True, check=True, env=environment)
    if done.stderr:
        raise RuntimeError(done.stderr)
    return done.stdout.split()


def wrong(words, wanted):
    got = offered(words)
    if wanted[:1] == ["+"]:
        return [word for word in wanted[1:] if word not in got]
    return [] if sorted(got) == sorted(wanted) else [f"got {got}, wanted {wanted}"]


def checks():
    yield "every command is offered, and nothing else", lambda: wrong([""], COMMANDS)
    yield "which are the program's", lambda: [name for name in COMMANDS if not re.search(rf"^  {name} ", program("--help"), re.M)]
    for name in COMMANDS:
        options = re.findall(r"^  (--[a-z-]+)", program(name, "--help"), re.M)
        yield f"{name}: {len(options)} options", lambda name=name, options=options: (
            wrong([name, "--"], options) if len(options) >= 2 else ["the help has no options"])
    for words, wanted in CASES:
        yield "userportctl " + " ".join(words).replace(str(ROOT) + "/", ""), lambda words=words, wanted=wanted: wrong(words, wanted)
    yield "bash loads it as completion of userportctl", lambda: (
        [] if "-F _userportctl userportctl" in subprocess.run(["bash", "-c", 'source "$1"; complete -p userportctl', "bash", FILE],
                                                              capture_output=True, text=True, check=True).stdout else ["it does not"])


def main():
    failed = number = 0
    for number, (title, check) in enumerate(checks(), 1):
        try:
            problems = check()
        except Exception as error:  # pylint: disable=broad-except
            problems = [f"{type(error).__name__}: {error}"]
        failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} - {title}")
        for problem in problems:
            print(f"# {problem}")
    print(f"1..{number}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
