# SPDX-License-Identifier: MIT
"""Runs the cases of a test of windows, one after the other, and prints TAP. A case goes on where the one before it ended, so after
a failure none is run."""

import os
import subprocess
import sys

from screen import Screen, Wrong, run


def main(cases):
    prefix, pictures = sys.argv[1:3]
    user = Screen(prefix, pictures)
    failed = False
    print(f"1..{len(cases)}", flush=True)
    for number, (name, case) in enumerate(cases, 1):
        try:
            case(user)
            print(f"ok {number} - {name}", flush=True)
        except (Wrong, OSError, ValueError, ZeroDivisionError, IndexError, subprocess.SubprocessError) as wrong:
            failed = True
            print(f"not ok {number} - {name}\n# {case.__name__}: {type(wrong).__name__}: {wrong}", flush=True)
            run("import", "-window", "root", os.path.join(pictures, f"failed-{case.__name__}.png"))
            break  # what follows rests on it
    if failed:
        for later in range(number + 1, len(cases) + 1):
            print(f"not ok {later} - {cases[later - 1][0]} (not reached)")
    run("wineserver", "-k")
    raise SystemExit(failed)
