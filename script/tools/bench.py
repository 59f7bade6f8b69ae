#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the test machine's benchmarks and keeps the table in docs/benchmarks.md.

QEMU runs with -icount shift=0, so that the guest's time-stamp counter counts guest instructions: the figures are exact
and repeat. bench.py --build BUILDDIR [--print]: with --print the file is left alone.
"""

import argparse
import datetime
import os
import subprocess
import sys
import textwrap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
READINGS = ("every", "one")

# name, what it is
ROWS = [
    ("in.ring3", "IN, one turn of the loop, in ring 3 through the map"),
    ("in.ring0", "IN, the same loop in ring 0"),
    ("out.ring3", "OUT, one turn of the loop, in ring 3 through the map"),
    ("out.ring0", "OUT, the same loop in ring 0"),
    ("process.without", "a process, from its creation to its end, without the driver"),
    ("process.scope0", "the same with the driver, scope 0"),
    ("process.scope1", "the same with the driver, scope 1"),
    ("process.notified.start", "of that: the driver told of the start, with the kernel calls that it makes"),
    ("process.notified.end", "of that: the driver told of the end, with the kernel calls that it makes"),
    ("process.own", "of both: instructions in userport.sys itself, in the thread that starts or ends it"),
    ("start", "DriverEntry"),
    ("stop", "DriverUnload"),
    ("open.scope0", "CreateFile and CloseHandle, scope 0"),
    ("open.scope1", "CreateFile and CloseHandle, scope 1: a grant and a revoke on two processors"),
    ("control.info", "DeviceIoControl INFO"),
    ("control.map", "DeviceIoControl MAP"),
    ("control.reload", "DeviceIoControl RELOAD"),
    ("control.suspend", "DeviceIoControl SUSPEND"),
    ("control.resume", "DeviceIoControl RESUME"),
    ("access.fast", "a read by READ in the fast form, without the way into the kernel"),
    ("access.fast.own", "of that: instructions in userport.sys itself"),
    ("access.request", "a read by READ as a request, likewise"),
    ("access.request.own", "of that: in userport.sys itself, from dispatch to completion"),
    ("list.raw", "a read of a kernel's own loop over a list that nobody checks, results stored"),
    ("list.1", "a read as a list of one operation, likewise"),
    ("list.1.own", "of that: instructions in userport.sys itself, from dispatch to completion"),
    ("list.16", "a read in a list of 16, its share of the whole"),
    ("list.16.own", "of that: in userport.sys itself"),
    ("list.256", "a read in a list of 256, its share of the whole"),
    ("list.256.own", "of that: in userport.sys itself"),
    ("list.4096", "a read in a list of 4,096, its share of the whole"),
    ("list.4096.own", "of that: in userport.sys itself"),
    ("block.4096", "a read in a block of 4,096, its share of the whole"),
    ("block.4096.own", "of that: in userport.sys itself"),
]


def measure(build, reading):
    """Result: the figures of one boot, by name."""
    environment = dict(os.environ, BUILD=build, QEMU_ACCEL="tcg", QEMU_EXTRA="-icount shift=0,sleep=off")
    command = [os.path.join(ROOT, "tests/machine/run"), "bench", reading]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    figures = {}
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == "bench":
            figures[words[1]] = float(words[2])
    if done.returncode != 0 or "list.raw" not in figures:
        sys.stderr.write(done.stdout)
        sys.exit("bench.py: the benchmark machine did not end well")
    return figures


def git(*arguments):
    done = subprocess.run(["git", "-C", ROOT, *arguments], stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.strip()


def table(results):
    lines = ["| what | " + " | ".join(f"`{reading}`" for reading in READINGS) + " |", "| --- | ---: | ---: |"]
    for name, what in ROWS:
        cells = [f"{results[reading][name]:,.0f}" if results[reading][name] >= 100 else f"{results[reading][name]:.2f}"
                 for reading in READINGS]
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    return lines


def page(lines):
    """The lines of a Markdown page as its text: paragraphs and items of lists in lines of 100 columns, all else as it is."""
    blocks = []
    for line in lines:
        is_prose = line != "" and line[0] not in "|#"
        if is_prose and not line.startswith("- ") and blocks and blocks[-1][0]:
            blocks[-1][1] += " " + line.strip()
        else:
            blocks.append([is_prose, line])
    return "\n".join(textwrap.fill(text, 100, subsequent_indent="  " if text.startswith("- ") else "", break_long_words=False,
                                   break_on_hyphens=False) if is_prose else text for is_prose, text in blocks)


def figures(output):
    """Result: the figures of the lines "bench NAME FIGURE", by name."""
    return {words[1]: float(words[2]) for words in map(str.split, output.splitlines()) if len(words) == 3 and words[0] == "bench"}


def write_section(description, heading, make):
    """The main function of a tool that measures one section: its options, and the section in the place of what is from its heading on.
    make: gives the section for a build folder."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--print", action="store_true", dest="only_print", help="leave docs/benchmarks.md alone")
    options = parser.parse_args()
    text = make(options.build)
    print(text)
    if not options.only_print:
        name = os.path.join(ROOT, "docs/benchmarks.md")
        with open(name, encoding="utf-8") as page:
            before = page.read().partition(heading)[0].rstrip("\n")
        with open(name, "w", encoding="utf-8") as page:
            page.write(before + "\n\n" + text)


def main():
    parser = argparse.ArgumentParser(description="Runs the benchmarks of the test machine.")
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--print", action="store_true", dest="only_print", help="leave docs/benchmarks.md alone")
    options = parser.parse_args()
    results = {reading: measure(os.path.abspath(options.build), reading) for reading in READINGS}
    every = results["every"]
    more = {r: round(results[r]["process.scope0"]) - round(results[r]["process.without"]) for r in READINGS}
    commit = git("rev-parse", "--short", "HEAD") + (" and changes" if git("status", "--porcelain", "driver", "core") else "")
    text = [
        "# Benchmarks",
        "",
        f"Made by `make bench` on {datetime.date.today().isoformat()} at commit {commit or 'unknown'}. Guest instructions, counted by QEMU",
        "(`-icount shift=0`), so that they repeat; nothing here is asserted by a test. The two columns are the two readings of",
        "NT's `Ke386*` calls (docs/nt-readings.md): `every` with NT 5.1's manners, `one` with NT 4.0's, whose stop waits a clock",
        "tick for callbacks that the system does not wait for.",
        "",
        *table(results),
        "",
        f"`userport.sys` for i386 has {every['size.userport.sys']:,.0f} bytes.",
        "",
        f"An IN in ring 3 through the map takes {every['in.ring3'] / every['in.ring0']:.2f} times the instructions of one in ring 0, an OUT",
        f"{every['out.ring3'] / every['out.ring0']:.2f} times: no code runs between the program and the port.",
        "",
        f"A process costs {more['one']:,} instructions in all (reading `one`; {more['every']:,} in `every`, where a grant interrupts the other",
        f"processor), with two hand-overs to the driver's keeper and back, which are four switches of threads; {every['process.own']:,.0f} of them are the driver's",
        "own in the thread that starts or ends the process, counted step by step. The rest is in the keeper and in the test machine's",
        "kernel calls, which are written to be checked and not to be fast. On NT these have other lengths.",
        "",
        "One read of 8 bits, by the steps that the driver and its library can choose among:",
        "",
        f"- READ in the fast form: {every['access.fast']:,.0f} instructions in the I/O manager of the test machine and the driver, {every['access.fast.own']:,.0f} of them the driver's: what access",
        "  it is, the lock of the map taken, the bit of the port, the IN, the lock given back. No request is made.",
        f"- READ as a request: {every['access.request']:,.0f}, {every['access.request.own']:,.0f} of them the driver's. The difference is the request, the system's buffer, two copies and the completion.",
        f"- A list of one operation: {every['list.1']:,.0f}, {every['list.1.own']:,.0f} of them the driver's; the list's header, its checks and its batch come to that.",
        "",
        "So `up_in8` and the drop-in DLLs use the fast form. The call itself is DeviceIoControl: NtDeviceIoControlFile would save the few",
        "instructions by which Win32 wraps it, of the thousands that a call takes in NT.",
        "",
        f"In a list of 4,096 separate reads the driver spends {every['list.4096.own']:.1f} on each, {every['list.4096.own'] / every['list.raw']:.2f} times what a loop in the kernel takes that does the same",
        f"reads and checks nothing, and {every['list.4096.own'] / every['in.ring0']:.1f} times an IN whose result nobody keeps; with the copies that the",
        f"I/O manager makes of each operation, {every['list.4096'] / every['list.raw']:.1f} and {every['list.4096'] / every['in.ring0']:.1f} times. As one block of 4,096 a read takes {every['block.4096']:.2f} in all, {every['block.4096'] / every['in.ring0']:.2f}",
        "times the IN alone. (On real hardware the IN itself takes a microsecond or so, as long as thousands of instructions.)",
        "",
    ]
    text = page(text)
    print(text)
    if not options.only_print:
        with open(os.path.join(ROOT, "docs", "benchmarks.md"), "w", encoding="utf-8") as out:
            out.write(text)


if __name__ == "__main__":
    main()
