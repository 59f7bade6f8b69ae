#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures under Wine, on this host, what a read costs a program that userportctl run has started (tests/wine/bench.sh), and writes it as
the section of docs/benchmarks.md behind what bench.py and bench_linux.py have written. bench_wine.py --build BUILDDIR [--print]: with
--print the file is left alone.

A request takes a trip to Wine's server and its process for drivers, which depends on the machine and on what else it does: what is shown
is how many times as long as DeviceIoControl each way takes, in the same process.
"""

import datetime
import os
import pathlib
import subprocess
import sys

import bench

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADING = "## Programs with port instructions of their own\n"

# name, what it is, what it is compared with
ROWS = [
    ("device", "DeviceIoControl READ, called by the program", "device"),
    ("library", "`up_in8` of userport.dll", "device"),
    ("trap", "the program's own IN, by the exception", "device"),
    ("fast.patched", "the program's own IN with `--fast`, by the jump in its place", "fast.device"),
    ("fast.trap", "the same, where no jump can take its place", "fast.device"),
]
# what is recorded, and how it is named without and with the recorder
RECORDED = [
    ("the program's own IN, by the exception", "plain.trap", "recorded.trap"),
    ("the program's own IN with `--fast`", "fast.plain.trap", "fast.recorded.trap"),
    ("`up_in8` of userport.dll", "plain.library", "recorded.library"),
]


def measure(build):
    done = subprocess.run([ROOT / "tests/wine/bench.sh"], env=dict(os.environ, BUILD=build), stdout=subprocess.PIPE, text=True, check=False)
    figures = bench.figures(done.stdout)
    if done.returncode != 0 or any(name not in figures for row in ROWS for name in row[::2]) or any(
            name not in figures for row in RECORDED for name in row[1:]):
        sys.stderr.write(done.stdout)
        sys.exit("bench_wine.py: the programs did not end well")
    return figures


def section(figures):
    commit = bench.git("rev-parse", "--short", "HEAD") or "unknown"
    lines = [HEADING.strip(), "", f"Measured on {datetime.date.today().isoformat()} at commit {commit}, in Wine with the fake driver, by the host's clock: the",
             "least mean of twenty rounds of 1,000 reads of 8 bits by a program for amd64 that `userportctl run` has started, as a multiple of what",
             "DeviceIoControl takes in the same process. Under Wine each of them is a request to another process; on Windows the driver runs in the calling thread, and the",
             "fast form is used. Two runs differ by a tenth.", "", "| one read by | times DeviceIoControl |", "| --- | ---: |"]
    for name, what, base in ROWS:
        lines.append(f"| {what} | {figures[name] / figures[base]:.2f} |")
    added = max(figures[recorded] - figures[plain] for _, plain, recorded in RECORDED[1:])
    lines += ["", "`--trace` records each access in the program itself, and a thread of userportctl writes the file. What that adds shows where an access does "
              "nothing else, on a port whose route is to nothing, in the same programs with and without it: "
              f"{added:,.0f} ns at most, beside which the driver's time, and an exception's, hardly change.", "",
              "| one read of a port that goes nowhere, by | ns | recorded, ns |", "| --- | ---: | ---: |"]
    lines += [f"| {what} | {figures[plain]:,.0f} | {figures[recorded]:,.0f} |" for what, plain, recorded in RECORDED]
    return bench.page(lines) + "\n"


def make(build):
    figures = measure(build)
    print("\n".join(f"{name}: {figure:,.0f} ns" for name, figure in figures.items()) + "\n")
    return section(figures)


if __name__ == "__main__":
    bench.write_section("Runs the benchmarks of userportctl run, under Wine.", HEADING, make)
