#!/bin/sh
# SPDX-License-Identifier: MIT
# userportctl for amd64 through Wine's service manager and registry, with the fake driver: ctl/ has
# the cases. Arguments: only these groups (ctl/main.py names them).
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
/usr/bin/python3 tests/wine/ctl/main.py "$build" "$@"
