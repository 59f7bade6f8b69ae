#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the benchmarks of Linux (tests/linux/bench.sh) in the emulated PC and writes them behind what bench.py has written into
docs/benchmarks.md; what was behind that goes, and bench_wine.py writes it anew. bench_linux.py --build BUILDDIR [--print]: with --print
the file is left alone.

QEMU's -icount shift=0 lets the PC's clock go on by a nanosecond with each instruction, so that its nanoseconds are instructions.
"""

import os
import pathlib
import subprocess
import sys

import bench

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADING = "## Linux\n"

# name, what it is, what it is compared with
ROWS = [
    ("in", "IN in a program that has the port", "in"),
    ("direct", "`up_in8`, back end direct", "in"),
    ("fault.handler", "IN of a port that is not granted, skipped by the program's handler of SIGSEGV", "in"),
    ("fault.served", "IN of a simulated device, by `userportctl run --device`", "in"),
    ("fault.recorded", "the same with `--trace`", "in"),
    ("file", "a byte of `/dev/port` by pread", "in"),
    ("devport", "`up_in8`, back end devport", "in"),
    ("ppdev", "the status by ppdev's ioctl PPRSTATUS", "in"),
    ("start.true", "a program that does nothing, from fork to end", "start.true"),
    ("start.userport-run", "the same by userport-run", "start.true"),
    ("start.setpriv", "the same by setpriv, as another user", "start.true"),
    ("start.sudo", "the same by sudo, as another user", "start.true"),
]


def measure(build):
    environment = dict(os.environ, BUILD=build, LINUX_ACCEL="tcg,thread=single",
                       LINUX_QEMU="-icount shift=0,sleep=off", LINUX_SECONDS="600")
    done = subprocess.run([ROOT / "tests/linux/run", "bench"], env=environment, stdout=subprocess.PIPE, text=True, check=False)
    figures = bench.figures(done.stdout)
    if done.returncode != 0 or any(name not in figures for name, _, _ in ROWS):
        sys.stderr.write(done.stdout)
        sys.exit("bench_linux.py: the emulated PC did not end well")
    return figures


def section(figures):
    lines = [HEADING.strip(), "", "The same in the emulated PC with Debian's kernel (without its mitigations), the least of five rounds; a start and its end are",
             "some system calls, page faults and the loader's work. The starts vary from run to run, by a factor of ten: a wait for the host's files,",
             "or for another program, lets the clock jump to the next tick, and is counted. What each run showed is that userport-run's is the least of the three.", "",
             "| what | guest instructions | |", "| --- | ---: | ---: |"]
    for name, what, base in ROWS:
        lines.append(f"| {what} | {figures[name]:,.0f} | {figures[name] / figures[base]:,.1f} |")
    return bench.page(lines) + "\n"


if __name__ == "__main__":
    bench.write_section("Runs the benchmarks of Linux.", HEADING, lambda build: section(measure(build)))
