#!/bin/sh
# SPDX-License-Identifier: MIT
# userportctl killed in the middle of a change, at one system call after the other:
# ctl/interrupted.py. Arguments: only these cases, by their first words.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
/usr/bin/python3 tests/wine/ctl/interrupted.py "$build" "$@"
