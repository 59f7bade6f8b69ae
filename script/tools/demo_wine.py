#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The second part of the demonstration, for 64-bit systems: demo_wine.py --build BUILDDIR boots the emulated Linux PC and tells what
programs that run IN and OUT themselves did there in Wine (tests/linux/wine_demo.sh). The witnesses are the PC's console, QEMU's trace
of the printer port and what that printed. Exit status 0 if everything that must be true was observed, 1 if not.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

from demo import Report, show_bytes

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUITE = "wine_demo"
PRINTED = b"Hello from a 64-bit program.\r\n"
INIT = 4  # bit 2 of the control register: low is 0
CONTROL = 2

# step, its title, the command, what its output must have
STEPS = [
    ("start", "the amd64 driver starts, in Wine's process for drivers", "sc start UserPort", "RUNNING"),
    ("without", "resetlpt.exe as it is: the processor refuses its IN", "resetlpt.exe", "exit 150"),
    ("reset", "the same file by userportctl run: the driver does what the processor refused", "userportctl run -- resetlpt.exe",
     "INIT of the port at 378 was low"),
    ("print", "printlpt.exe prints a line in the same way", "userportctl run -- printlpt.exe", "the port at 378 took 30 bytes"),
]


def said_by_step(console):
    """{step: lines} of what the programs printed."""
    steps, lines = {}, []
    for line in console.splitlines():
        if line.startswith("@ "):
            lines = steps.setdefault(line[2:], [])
        elif line.startswith("| ") and line[2:].strip():
            lines.append(line[2:])
    return steps


def control_values(trace):
    """What was written to the control register, in order."""
    writes = re.findall(r"parallel_ioport_write .*addr 0x(\w+) val 0x(\w+)", trace)
    return [int(value, 16) for address, value in writes if int(address, 16) == CONTROL]


def pulses(control):
    """How often INIT went low and, by the next write, high."""
    return sum(1 for low, high in zip(control, control[1:]) if not low & INIT and high == low | INIT)


def judge(report, steps, control, printed):
    for number, (name, title, command, wanted) in enumerate(STEPS, 1):
        report.heading("%d. %s: %s" % (number, name, title))
        report.step = name
        said = steps.get(name, [])
        report.tell("run", command)
        for line in said:
            report.tell("", "| " + line)
        report.must(any(wanted in line for line in said), "end", "it says: %s" % wanted if name != "without" else
                    "exit status 150: 96h, the low byte of C0000096")
        if name == "reset":
            count = pulses(control)
            report.must(count == 1, "INIT line", "low once, and high again" if count == 1 else "low %d times" % count)
        if name == "print":
            report.must(printed == PRINTED, "printed", show_bytes(printed))
    report.step = ""
    report.heading("The end")
    report.must("end" in steps, "machine", "it came to its end")


def main():
    parser = argparse.ArgumentParser(description="Boots the emulated Linux PC and tells what programs did there in Wine.")
    parser.add_argument("--build", default=str(ROOT / "build"))
    options = parser.parse_args()
    report = Report(sys.stdout, sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    print("\n" + report.paint("1", "On a 64-bit system") + "\nAnother emulated PC, with Linux, runs Wine, and Wine runs userport.sys for amd64. No program has ports of its own\n"
          "there. This takes a minute.")
    sys.stdout.flush()
    done = subprocess.run([ROOT / "tests/linux/run", SUITE], env=dict(os.environ, BUILD=options.build), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True, errors="replace", check=False)
    folder = pathlib.Path(options.build) / "linux"
    trace, printer = folder / f"{SUITE}.trace", folder / f"{SUITE}.printer"
    if done.returncode != 0 or not trace.is_file() or not printer.is_file():
        print("\n".join("    " + line for line in done.stdout.splitlines()[-15:]))
    judge(report, said_by_step(done.stdout), control_values(trace.read_text(encoding="ascii", errors="replace")) if trace.is_file() else [],
          printer.read_bytes() if printer.is_file() else b"")
    if report.problems:
        print("\nFAILED:\n" + "\n".join("    " + problem for problem in report.problems))
        return 1
    print("\nPassed: all %d observations are as they must be." % report.observed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
