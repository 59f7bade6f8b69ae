#!/bin/sh
# SPDX-License-Identifier: MIT
# The benchmarks of userportctl run, for script/tools/bench_wine.py: no test.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
here=$WINEPREFIX/drive_c/up
mkdir "$here"
cp "$build/amd64/userportctl.exe" "$build/amd64/userport-trap.dll" "$build/amd64/userport.dll" "$build/wine/bench_trap.exe" "$here/"
wine_driver_install "$build/wine/userport_fake.sys"
wine_ports 378-37F
wine_driver_start
cd "$here" || exit 1
wine_limited 100 userportctl.exe run bench_trap.exe && wine_limited 100 userportctl.exe run --fast bench_trap.exe fast &&
    wine_limited 100 userportctl.exe run --map 3BC=none bench_trap.exe nothing plain &&
    wine_limited 100 userportctl.exe run --map 3BC=none --trace a.csv bench_trap.exe nothing recorded &&
    wine_limited 100 userportctl.exe run --fast --map 3BC=none bench_trap.exe nothing fast.plain &&
    wine_limited 100 userportctl.exe run --fast --map 3BC=none --trace a.csv bench_trap.exe nothing fast.recorded &&
    wine_limited 100 userportctl.exe run --trace a.csv bench_trap.exe
