# SPDX-License-Identifier: MIT
"""userportctl's help, wrong command lines, output that cannot be written, and docs/userportctl.md."""

import concurrent.futures
import os
import pathlib
import subprocess

import examples
from ctl import FOLDER, Result, expect
from wrong import LINES

ROOT = pathlib.Path(__file__).resolve().parents[3]
COMMANDS = ("status doctor list grant revoke set defaults scope import ports program start stop apply startup install uninstall "
            "read write watch test run adopt trace").split()
STARTS = 3  # at the same time: a start of Wine is mostly waiting


def run(ctl, tap):
    helps(ctl, tap)
    wrong_lines(ctl, tap)


def helps(ctl, tap):
    version = (ROOT / "VERSION").read_text().strip()
    tap.case("--version", lambda: expect(ctl("--version"), 0, f"userportctl {version}\n"))
    for line in (["--help"], ["-h"], ["help"]):
        tap.case(f"{line[0]}: names every command",
                 lambda line=line: expect(ctl(*line), 0, [f"\n  {name} " for name in COMMANDS], no_err="userportctl") or
                 [text for text in ctl(*line).out.splitlines() if len(text) > 79])

    def own_help(name):
        results = [ctl(name, "--help"), ctl("help", name), ctl(name, "-h"), ctl("--help", name)]
        if name != "run":  # what follows the program is the program's
            results.append(ctl(name, "378", "--help"))
        if len({(r.status, r.out, r.err) for r in results}) != 1:
            return "\n".join(map(str, results))
        long_lines = [line for line in results[0].out.splitlines() if len(line) > 79]
        return expect(results[0], 0, [f"usage: userportctl {name}", "  --json ", "  --help "], no_err="userportctl") or long_lines

    with concurrent.futures.ThreadPoolExecutor(STARTS) as pool:
        found = [(name, pool.submit(own_help, name)) for name in COMMANDS]
    for name, future in found:
        tap.case(f"{name}: --help, -h, help {name}", future.result)


def wrong_lines(ctl, tap):
    def words(line):
        return line.split()

    def check(line, text):
        result = ctl(*words(line))
        wrong = expect(result, 2, err=["userportctl: ", text, "Help: userportctl "])
        if "--json" in line:
            return wrong or ("" if "error" in result.json() else str(result))
        return wrong or (str(result) if result.out else "")

    def check_json(line, text):
        error = ctl("--json", *words(line)).json()
        good = set(error) == {"error", "code", "advice"} and text.strip() in error["error"]
        return "" if good else error

    with concurrent.futures.ThreadPoolExecutor(STARTS) as pool:
        checks = [(line, pool.submit(check, line, text)) for line, text in LINES]
        as_json = [(line, pool.submit(check_json, line, text)) for line, text in LINES[2::15] if "--json" not in line]
    tap.ok(f"{len(LINES)} wrong command lines are a hundred at least", len(LINES) >= 100)
    for line, future in checks:
        tap.case(f"wrong: userportctl {line}", future.result)
    for line, future in as_json:
        tap.case(f"wrong, --json: userportctl {line}", future.result)


def output(ctl, tap):
    """Standard output that cannot be written, is closed, is not there."""
    def full():
        with open("/dev/full", "wb") as nowhere:
            done = ctl.wine("./userportctl.exe", "--help", stdout=nowhere, stderr=subprocess.PIPE)
        return expect(Result(["--help"], done.returncode, "", ctl.plain(done.stderr)), 1, err="cannot write to standard output")

    def closed_pipe(*arguments):
        read, write = os.pipe()
        os.close(read)
        done = ctl.wine("./userportctl.exe", *arguments, stdout=write, stderr=subprocess.PIPE)
        os.close(write)
        return expect(Result(arguments, done.returncode, "", ctl.plain(done.stderr)), 1, err="cannot write to standard output")

    tap.case("output: a full disk is said, exit 1", full)
    tap.case("output: a pipe that nobody reads, exit 1", lambda: closed_pipe("--help"))
    tap.case("output: the same for JSON", lambda: closed_pipe("ports", "--json"))


    tap.case("output: a console shows characters that are not ASCII", lambda: expect(
        ctl.console("install", "fehlt – Σ 漢.sys"), 1, f"{FOLDER}\\fehlt – Σ 漢.sys: "))

    def on_console():
        screen, wanted = ctl.console("--help"), ctl("--help").out
        missing = [line for line in wanted.splitlines() if line and line not in screen.out]
        return expect(screen, 0) or missing

    tap.case("output: a console shows the whole help", on_console)


def documentation(ctl, tap):
    """docs/userportctl.md. The examples run from a fresh installation to its end."""
    ctl("uninstall")
    ctl.put_tool()
    sections = examples.sections()
    tap.ok("documentation: it has every command, and no other", sorted(sections) == sorted(COMMANDS),
           sorted(set(sections) ^ set(COMMANDS)))

    def options(name):
        help_text = ctl(name, "--help").out
        table = help_text[help_text.index("\n  --"):]
        real = examples.options_of("\n".join(line[:21] for line in table.splitlines() if line.startswith("  --")))
        return real ^ examples.documented_options(sections.get(name, ""))

    with concurrent.futures.ThreadPoolExecutor(STARTS) as pool:
        found = [(name, pool.submit(options, name)) for name in COMMANDS]
    for name, future in found:
        tap.case(f"documentation: the options of {name} are those of its help", future.result)

    def example(line, answer):
        words = [word.strip('"') for word in line.split()]
        if words[0] == "watch":
            result = Result(words, *examples.watch(ctl, words))
            wrong = expect(result, 0)
            lines = result.out.splitlines()
            result.out = lines[0] + "\n"
            if len(lines) != 2:
                return wrong or f"{len(lines)} lines"
        elif line == "doctor userport.sys":
            # the driver of the build is not signed, which is an error on this Windows
            return expect(ctl(*words), 1, "Windows will not load it, since it is not signed")
        else:
            result = ctl(*words)
            wrong = expect(result, 0, no_err="userportctl: c")
        if wrong or answer is None:
            return wrong
        return examples.missing_fields(examples.fields(answer), examples.fields(result.json()))

    lines = examples.examples()
    tap.ok("documentation: it has 30 examples at least", len(lines) >= 30, len(lines))
    for line, answer in lines:
        tap.case(f"documentation: userportctl {line}", lambda line=line, answer=answer: example(line, answer))
