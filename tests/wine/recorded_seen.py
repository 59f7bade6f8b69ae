#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Looks at recordings, for tests/wine/recorded.sh.

  recorded_seen.py journal RECORDING.csv JOURNAL   what was carried out is what the fake driver's ports have seen, access by access
  recorded_seen.py list RECORDING.csv              "write 378 48 granted printlpt.exe", an access in a line
  recorded_seen.py count RECORDING.csv             how many accesses it has, and how many it says are missing
  recorded_seen.py ordered RECORDING.csv           the times ascend
  recorded_seen.py between RECORDING.csv ONE OTHER prints the whole milliseconds between the writes of these two values

Exit status 0, or 1 with the difference."""

import csv
import sys


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    return list(csv.DictReader(lines))


def accesses(path):
    return [row for row in rows(path) if row["direction"]]


def journal(path, seen):
    mine = [(row["direction"], row["port"], int(row["value"], 16) & 0xFF, row["width"] != "8")
            for row in accesses(path) if row["result"] in ("granted", "wait")]
    with open(seen, encoding="utf-8") as file:
        words = [line.split() for line in file if line.strip()]
    theirs = [({"in": "read", "out": "write"}[word[0]], word[-2], int(word[-1], 16), "wide" in word) for word in words]
    for place, (one, other) in enumerate(zip(mine, theirs)):
        if one != other:
            return f"access {place}: the recording has {one}, the port saw {other}"
    return f"the recording has {len(mine)} accesses, the port saw {len(theirs)}" if len(mine) != len(theirs) or not mine else ""


def main():
    what, path = sys.argv[1:3]
    if what == "journal":
        said = journal(path, sys.argv[3])
        print(said or "the same")
        return 1 if said else 0
    if what == "list":
        for row in accesses(path):
            print(row["direction"], row["port"], row["value"], row["result"], row["module"])
    elif what == "count":
        lost = sum(int(row["result"].split()[0]) for row in rows(path) if not row["direction"])
        print(len(accesses(path)), lost)
    elif what == "between":
        times = {row["value"]: int(row["time_ns"]) for row in accesses(path) if row["direction"] == "write"}
        print((times[sys.argv[4]] - times[sys.argv[3]]) // 1000000)
    else:
        times = [int(row["time_ns"]) for row in accesses(path)]
        if not times or times != sorted(times):
            print("the times do not ascend")
            return 1
    return 0


sys.exit(main())
