#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What QEMU's printer port saw of tests/linux/wine_follow.sh, which ran before, against what userportctl has recorded of Wine's
programs; and what it printed. Prints TAP."""

import sys

import follow_seen
import wine_seen

SUITE = "wine_follow"
PRINTED = b"amd64 for real\r\ni386 for real\r\n"

if __name__ == "__main__":
    printed = wine_seen.printed(SUITE)
    sys.exit(wine_seen.report([*follow_seen.tests(SUITE, 100), (printed == PRINTED, "the port printed both lines", printed)]))
